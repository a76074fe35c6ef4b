/**
 * Dates in queries: ISO 8601 to the year, month, day, minute or second, UTC unless a zone is given; ranges `a..b`;
 * and KQL's names for intervals. Pure. A date is the whole period it names: `sent:2026-11` is all of November.
 */
import type { Operator } from './query-reader.ts'

/** Half-open, in milliseconds; null is unbounded. */
export type Period = { readonly from: number | null; readonly to: number | null }
type Bounded = { readonly from: number; readonly to: number }

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?)?)?$/i
const MINUTE = 60_000
const DAY = 86_400_000

/** The period that `operator` and `value` mean, `<>` as `=`; null if the value is no date. `now` gives "today" its meaning. */
export function periodOf(operator: Operator, value: string, now: number | null): Period | null {
  const dots = value.indexOf('..')
  if (dots >= 0) {
    const first = dateOf(value.slice(0, dots), now)
    const last = dateOf(value.slice(dots + 2), now)
    if (
      !first ||
      !last ||
      first.from >= last.to ||
      (operator !== ':' && operator !== '=' && operator !== '<>')
    )
      return null
    return { from: first.from, to: last.to }
  }
  const date = dateOf(value, now)
  if (!date) return null
  switch (operator) {
    case '<':
      return { from: null, to: date.from }
    case '<=':
      return { from: null, to: date.to }
    case '>':
      return { from: date.to, to: null }
    case '>=':
      return { from: date.from, to: null }
    default:
      return date
  }
}

function dateOf(text: string, now: number | null): Bounded | null {
  return namedInterval(text.trim().toLowerCase().replace(/\s+/g, ' '), now) ?? calendarDate(text.trim())
}

function calendarDate(text: string): Bounded | null {
  const match = DATE.exec(text)
  if (!match) return null
  const [, year, month, day, hour, minute, second, zone] = match
  const fields = [year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0].map(Number)
  const [y, m, d, h, min, s] = fields as [number, number, number, number, number, number]
  const from = new Date(0)
  from.setUTCFullYear(y, m - 1, d)
  from.setUTCHours(h, min, s)
  // A day or hour that does not exist has moved on into the next.
  const read = [from.getUTCMonth() + 1, from.getUTCDate(), from.getUTCHours(), from.getUTCMinutes()]
  if (read[0] !== m || read[1] !== d || read[2] !== h || read[3] !== min || s > 59) return null
  const shift = zoneMinutes(zone)
  if (shift === null) return null
  const start = from.getTime() - shift * MINUTE
  if (second !== undefined) return { from: start, to: start + 1000 }
  if (minute !== undefined) return { from: start, to: start + MINUTE }
  if (day !== undefined) return { from: start, to: start + DAY }
  const end = new Date(from)
  if (month !== undefined) end.setUTCMonth(m)
  else end.setUTCFullYear(y + 1)
  return { from: start, to: end.getTime() }
}

function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

function namedInterval(name: string, now: number | null): Bounded | null {
  if (now === null) return null
  const date = new Date(now)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  const today = Date.UTC(year, month, date.getUTCDate())
  // ISO 8601: a week begins on Monday.
  const monday = today - ((date.getUTCDay() + 6) % 7) * DAY
  switch (name) {
    case 'today':
      return { from: today, to: today + DAY }
    case 'yesterday':
      return { from: today - DAY, to: today }
    case 'this week':
      return { from: monday, to: monday + 7 * DAY }
    case 'last week':
      return { from: monday - 7 * DAY, to: monday }
    case 'this month':
      return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
    case 'last month':
      return { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) }
    case 'this year':
      return { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) }
    case 'last year':
      return { from: Date.UTC(year - 1, 0), to: Date.UTC(year, 0) }
    default:
      return null
  }
}
