/** Times as clocks of a time zone show them, daylight saving included. */

type ZoneTime = {
  /** YYYY-MM-DD */
  readonly date: string
  /** HH:MM:SS, of 24 hours */
  readonly time: string
  /** ±HH:MM */
  readonly offset: string
}

/** Every zone keeps its offset at least this long, and changes it at such a boundary. */
const QUARTER = 900_000
const REMEMBERED = 1024

const calendars = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

/** What a clock of the zone shows at this time; RangeError for an unknown zone. */
export function zoneTime(moment: Date, timeZone: string): ZoneTime {
  const offset = zoneOffset(moment.getTime(), timeZone)
  const shown = new Date(moment.getTime() + offset).toISOString()
  const minutes = Math.abs(offset) / 60_000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return {
    date: shown.slice(0, 10),
    time: shown.slice(11, 19),
    offset: `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`,
  }
}

/** Milliseconds by which the zone's clocks are ahead of UTC at this time; RangeError for an unknown zone. */
export function zoneOffset(time: number, timeZone: string): number {
  const quarter = Math.floor(time / QUARTER)
  const key = `${timeZone} ${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const calendar = calendars.get(timeZone) ?? calendarOf(timeZone)
  calendars.set(timeZone, calendar)
  const part = new Map(
    calendar.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, Number(value)]),
  )
  const [year, month, day, hour, minute, second] = PARTS.map(type => part.get(type)!)
  const offset = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - quarter * QUARTER
  if (offsets.size >= REMEMBERED) offsets.clear()
  offsets.set(key, offset)
  return offset
}

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

function calendarOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}
