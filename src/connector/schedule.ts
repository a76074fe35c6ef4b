/**
 * When a connector imports: daily at a local time in a time zone (Microsoft's connectors run once every day),
 * hourly, or every N minutes. Pure: times go in and come out as milliseconds since the epoch.
 */
import { HoldfastError } from '../errors.ts'
import { zoneOffset } from '../zone-time.ts'

export type Schedule =
  | { readonly every: 'day'; readonly at: string /* HH:MM */; readonly timeZone: string }
  | { readonly every: 'hour' }
  | { readonly every: 'minutes'; readonly minutes: number }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Reads `daily 02:00 Europe/London`, `hourly` or `every 15 minutes`. CONNECTOR_INVALID says what is wrong. */
export function parseSchedule(text: string): Schedule {
  const words = text.trim().split(/\s+/)
  if (words[0] === 'hourly' && words.length === 1) return { every: 'hour' }
  if (words[0] === 'every' && words.length === 3 && /^minutes?$/.test(words[2] ?? '')) {
    const minutes = Number(words[1])
    if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440) return { every: 'minutes', minutes }
    throw new HoldfastError(
      'CONNECTOR_INVALID',
      `schedule: "${words[1]}" is not a whole number from 1 to 1440`,
    )
  }
  if (words[0] === 'daily' && words.length <= 3) {
    const at = words[1] ?? '02:00'
    const timeZone = words[2] ?? 'UTC'
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at))
      throw new HoldfastError('CONNECTOR_INVALID', `schedule: "${at}" is not a time of day such as 02:00`)
    if (!isTimeZone(timeZone))
      throw new HoldfastError(
        'CONNECTOR_INVALID',
        `schedule: "${timeZone}" is not a time zone such as Europe/London`,
      )
    return { every: 'day', at, timeZone }
  }
  throw new HoldfastError(
    'CONNECTOR_INVALID',
    `schedule: expected "daily 02:00 Europe/London", "hourly" or "every 15 minutes"`,
  )
}

/** The inverse of parseSchedule. */
export function formatSchedule(schedule: Schedule): string {
  if (schedule.every === 'day') return `daily ${schedule.at} ${schedule.timeZone}`
  if (schedule.every === 'hour') return 'hourly'
  return `every ${schedule.minutes} minutes`
}

/** The first moment of the schedule after `now`. */
export function nextRunAfter(schedule: Schedule, now: number): number {
  if (schedule.every === 'hour') return (Math.floor(now / HOUR) + 1) * HOUR
  if (schedule.every === 'minutes') {
    const step = schedule.minutes * MINUTE
    return (Math.floor(now / step) + 1) * step
  }
  const today = Math.floor((now + zoneOffset(now, schedule.timeZone)) / DAY) * DAY
  for (let day = -1; day <= 2; day++) {
    const candidate = instantOf(today + day * DAY, schedule.at, schedule.timeZone)
    if (candidate > now) return candidate
  }
  return now + DAY
}

/**
 * The instant at which the clocks of `timeZone` show that time (HH:MM) of that day, which is the milliseconds of its
 * midnight if it were in UTC. A time that the spring change skips becomes the same distance past it; of a time that the
 * autumn change repeats, the first is taken.
 */
function instantOf(day: number, at: string, timeZone: string): number {
  const wall = day + Number(at.slice(0, 2)) * HOUR + Number(at.slice(3)) * MINUTE
  const before = wall - zoneOffset(wall - DAY, timeZone)
  const after = wall - zoneOffset(wall + DAY, timeZone)
  const matching = [before, after].filter(instant => instant + zoneOffset(instant, timeZone) === wall)
  return matching.length > 0 ? Math.min(...matching) : before
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return true
  } catch {
    return false
  }
}
