/**
 * Reads and writes the times of items without ever asking the machine's time zone: RFC 5322 section 3.3 dates with the obsolete
 * forms of section 4.3, C's asctime, ISO 8601, and epoch milliseconds. What says no zone is UTC.
 */

const DAY = 86_400_000
/** 1990-01-01: before the first text message (1992), after every clock that starts at zero. */
const EARLIEST = 631_152_000_000
/** The end of a JavaScript Date. */
const DATE_MAX = 8_640_000_000_000_000

const MONTHS: Readonly<Record<string, number>> = Object.freeze({
  jan: 0,
  feb: 1,
  mar: 2,
  apr: 3,
  may: 4,
  jun: 5,
  jul: 6,
  aug: 7,
  sep: 8,
  oct: 9,
  nov: 10,
  dec: 11,
})
const ZONES: Readonly<Record<string, number>> = Object.freeze({
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
})

const PLAIN = /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})$/
const MAIL =
  /^(?:[a-z]{2,9}\.?\s*,?\s*)?(\d{1,2})[ \t-]+([a-z]{3})[a-z]{0,7}\.?,?[ \t-]+(\d{2,6}),?\s+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?\s*([+-]\s?\d{1,2}:?\d{2}|[a-z]{1,5})?\b/i
const ASCTIME =
  /^[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:([a-z]{1,5})\s+)?(\d{4,6})$/i
const ISO =
  /^([+-]?\d{4,6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/** A mail's date in ms since 1970, null if it is no date of any known form. */
export function parseMailDate(text: string): number | null {
  const plain = PLAIN.exec(text)
  if (plain)
    return assemble(plain[3]!, monthOf(plain[2]!), plain[1]!, plain[4]!, plain[5]!, plain[6]!, 0, plain[7]!)
  // RFC 5322 comments, often "(GMT)", say nothing more. A date is never this long; a cap keeps the patterns quick.
  const bare = text
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .trim()
  const mail = MAIL.exec(bare)
  if (mail)
    return assemble(
      mail[3]!,
      monthOf(mail[2]!),
      mail[1]!,
      mail[4]!,
      mail[5]!,
      mail[6] ?? '0',
      0,
      mail[7] ?? '',
    )
  const asctime = ASCTIME.exec(bare)
  if (asctime)
    return assemble(
      asctime[7]!,
      monthOf(asctime[1]!),
      asctime[2]!,
      asctime[3]!,
      asctime[4]!,
      asctime[5]!,
      0,
      asctime[6] ?? '',
    )
  return parseIsoTime(bare)
}

/** An ISO 8601 time in ms since 1970, null if it is none. */
export function parseIsoTime(text: string): number | null {
  const iso = text.length <= 64 ? ISO.exec(text) : null
  if (!iso) return null
  const fraction = Number(`${iso[7] ?? '0'}00`.slice(0, 3))
  return assemble(
    iso[1]!,
    Number(iso[2]) - 1,
    iso[3]!,
    iso[4] ?? '0',
    iso[5] ?? '0',
    iso[6] ?? '0',
    fraction,
    iso[8] ?? '',
  )
}

/** A time a record gives in any of its forms: epoch ms as a number or digits, ISO 8601, a mail date. */
export function parseAnyTime(value: unknown): number | null {
  if (typeof value === 'number')
    return Number.isFinite(value) && Math.abs(value) <= DATE_MAX ? Math.trunc(value) : null
  if (typeof value !== 'string' || value === '') return null
  if (/^-?\d{5,16}$/.test(value)) {
    const ms = Number(value)
    return Math.abs(ms) <= DATE_MAX ? ms : null
  }
  return parseIsoTime(value) ?? parseMailDate(value)
}

/** The time if it can be one: from 1990 until a day after arrival (item.ts). */
export function possibleTime(ms: number | null, arrivedAt: Date): Date | null {
  if (ms === null || ms < EARLIEST || ms > DATE_MAX) return null
  return ms > arrivedAt.getTime() + DAY ? null : new Date(ms)
}

function monthOf(name: string): number {
  return MONTHS[name.toLowerCase()] ?? -1
}

function assemble(
  yearText: string,
  month: number,
  dayText: string,
  hourText: string,
  minuteText: string,
  secondText: string,
  fraction: number,
  zone: string,
): number | null {
  let year = Number(yearText)
  // RFC 5322 section 4.3: two digits are 1950 to 2049, three are years since 1900.
  if (yearText.length === 2) year += year < 50 ? 2000 : 1900
  else if (yearText.length === 3) year += 1900
  const day = Number(dayText)
  const hour = Number(hourText)
  const minute = Number(minuteText)
  const second = Number(secondText)
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return null
  const ms = Date.UTC(year, month, day, hour, minute, second, fraction) - offsetMinutes(zone) * 60_000
  return Number.isFinite(ms) && Math.abs(ms) <= DATE_MAX ? ms : null
}

/** RFC 5322 section 4.3: an unknown zone name is -0000, that is UTC. */
function offsetMinutes(zone: string): number {
  if (zone === '' || zone === '+0000') return 0
  const sign = zone.charCodeAt(0)
  if (sign !== 43 && sign !== 45) return ZONES[zone.toLowerCase()] ?? 0
  const digits = zone.replace(/\D/g, '').padStart(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return sign === 45 ? -minutes : minutes
}

/** A date as RFC 5322 section 3.3 writes it, in UTC. */
export function mailDate(time: Date): string {
  const ms = writable(time)
  return `${dayOf(ms).mail} ${timeOfDay(ms)} +0000`
}

/** As Date.toISOString, of any date. */
export function isoTime(time: Date): string {
  const ms = writable(time)
  const thousandths = ms % 1000
  return `${dayOf(ms).iso}T${timeOfDay(ms)}.${thousandths < 100 ? '0' : ''}${thousandths < 10 ? '0' : ''}${thousandths}Z`
}

/** Years of four digits from 1970 on; what is none is shown as the beginning of time. */
function writable(time: Date): number {
  const ms = time.getTime()
  return ms >= 0 && ms < 253_402_300_800_000 ? ms : 0
}

type Day = { readonly iso: string; readonly mail: string }

/** The days written lately; an item has two or three. */
const days = new Map<number, Day>()

function dayOf(ms: number): Day {
  const number = Math.floor(ms / DAY)
  const known = days.get(number)
  if (known) return known
  const date = new Date(number * DAY)
  const day = { iso: date.toISOString().slice(0, 10), mail: date.toUTCString().slice(0, 16) }
  if (days.size >= 64) days.clear()
  days.set(number, day)
  return day
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

function timeOfDay(ms: number): string {
  const seconds = Math.floor((ms % DAY) / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`
}
