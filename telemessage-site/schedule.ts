/**
 * When items arrive: the days of a network cut into slots of at most about a thousand items, each with an exact
 * count that is arithmetic, not generation. So any window can be counted from a table of numbers, and served by
 * making only the slots it touches.
 *
 * Without `items` a day's volume depends on the seed and the day alone, so that a site started again tomorrow gives
 * the same bytes for the days it gave today, and traffic goes on for as long as the site runs.
 */
import type { Network } from './population.ts'
import { mix } from './random.ts'

export const DAY = 86_400_000
const HOUR = 3_600_000
const MINUTE = 60_000

/** Items in a slot at most: small, as a slot is made whole to serve a part of it. */
const SLOT_ITEMS = 1000

export type Slot = {
  readonly network: Network
  /** Traffic, or recordings of great size. */
  readonly form: 'traffic' | 'recordings'
  /** Arrivals lie in [start, end). */
  readonly start: number
  readonly end: number
  /** The day of arrival, counted from 1970, and the slot's place in it. */
  readonly day: number
  readonly ordinal: number
  readonly count: number
  /** Items of this network before this slot. */
  readonly before: number
}

/** Shares of a day's traffic by hour, UTC: the offices lie from Houston to Yokohama, most of them in Europe. */
const HOURS = [2, 3, 3, 3, 4, 5, 8, 22, 48, 60, 62, 55, 40, 52, 58, 54, 44, 26, 16, 14, 12, 9, 5, 3]
const HOURS_SUM = HOURS.reduce((sum, share) => sum + share, 0)
const HOURS_ENDS = HOURS.map(
  (_, hour) => HOURS.slice(0, hour + 1).reduce((sum, share) => sum + share, 0) / HOURS_SUM,
)

/** Turns a fraction in [0,1) into milliseconds of a day, dense where people work. */
export function timeOfDay(fraction: number): number {
  let hour = 0
  while (HOURS_ENDS[hour]! <= fraction && hour < 23) hour++
  const low = hour === 0 ? 0 : HOURS_ENDS[hour - 1]!
  return Math.floor((hour + (fraction - low) / (HOURS_ENDS[hour]! - low)) * HOUR)
}

/** Shares of a week by day, Sunday first. */
const WEEK = [0.12, 1, 1.05, 1.1, 1.05, 0.9, 0.16]
/** Items per person on a day of weight 1. */
const RATE = 13
/** O2's traffic of a day reaches the site from two in the night after, for this long. */
const O2_LANDING = 2 * HOUR
const O2_LANDING_LENGTH = 20 * MINUTE

export type ScheduleOptions = {
  readonly seed: number
  readonly days: number
  /** The end of the last day, or null for traffic that goes on. */
  readonly end: number | null
  /** The time at which the site was started; the days are counted back from here where there is no end. */
  readonly started: number
  readonly items: number | null
  readonly people: Readonly<Record<Network, number>>
  /** Large recordings: how many on the last day; null for one each fourteen days. */
  readonly recordings: number | null
}

export class Schedule {
  readonly firstDay: number
  readonly #options: ScheduleOptions
  readonly #slots: Record<Network, Slot[]> = { ENTERPRISE_NUMBER: [], O2: [] }
  readonly #volumes: ReadonlyMap<string, number> | null
  readonly #lastDay: number
  #madeUpTo: number

  constructor(options: ScheduleOptions) {
    this.#options = options
    const anchor = Math.floor((options.end ?? options.started) / DAY)
    // A fixed number of items is spread over whole days that are past, so that all of them have arrived.
    const last = options.items === null ? anchor : anchor - 1
    this.firstDay = last - options.days + 1
    this.#lastDay = options.items === null && options.end === null ? Number.POSITIVE_INFINITY : last
    this.#volumes = options.items === null ? null : this.#divide(options.items, last)
    this.#madeUpTo = this.firstDay - 1
    this.#reach(Math.min(last, this.#lastDay))
  }

  /** The slots of a network that arrive before `until`, in order. More may follow them in the array. */
  slots(network: Network, until: number): readonly Slot[] {
    this.#reach(Math.min(this.#lastDay, Math.floor(until / DAY)))
    return this.#slots[network]
  }

  /** The day a large recording falls on in traffic without a given number of them: one in every fourteen days. */
  #recordingsOn(day: number, network: Network): number {
    const { recordings, items, days } = this.#options
    if (recordings === null) return network === 'ENTERPRISE_NUMBER' && mod(day, 14) === 5 ? 1 : 0
    const target = items === null && days > 1 ? this.firstDay + days - 2 : this.firstDay + days - 1
    if (day !== target) return 0
    return network === 'ENTERPRISE_NUMBER' ? Math.ceil(recordings / 2) : Math.floor(recordings / 2)
  }

  #weight(network: Network, day: number): number {
    const trafficDay = network === 'O2' ? day - 1 : day
    const weekday = mod(trafficDay + 4, 7) // 1970-01-01 was a Thursday
    const wobble = 0.85 + ((mix(this.#options.seed, trafficDay, network.length) % 1000) / 1000) * 0.3
    return this.#options.people[network] * WEEK[weekday]! * wobble
  }

  /** Exactly `items` over the days and networks, by their weights. */
  #divide(items: number, last: number): ReadonlyMap<string, number> {
    const parts: { key: string; weight: number }[] = []
    for (let day = this.firstDay; day <= last; day++)
      for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const)
        parts.push({ key: `${network}${day}`, weight: this.#weight(network, day) })
    const counts = divide(
      items,
      parts.map(part => part.weight),
    )
    return new Map(parts.map((part, index) => [part.key, counts[index]!]))
  }

  #reach(day: number): void {
    while (this.#madeUpTo < day) {
      this.#madeUpTo++
      this.#makeDay('ENTERPRISE_NUMBER', this.#madeUpTo)
      this.#makeDay('O2', this.#madeUpTo)
    }
  }

  #makeDay(network: Network, day: number): void {
    const volume =
      this.#volumes?.get(`${network}${day}`) ??
      (this.#volumes ? 0 : Math.round(this.#weight(network, day) * RATE))
    const midnight = day * DAY
    const spans =
      network === 'O2'
        ? [{ start: midnight + O2_LANDING, end: midnight + O2_LANDING + O2_LANDING_LENGTH, count: volume }]
        : divide(volume, HOURS).map((count, hour) => ({
            start: midnight + hour * HOUR,
            end: midnight + (hour + 1) * HOUR - (hour === 23 ? MINUTE : 0),
            count,
          }))
    let ordinal = 0
    for (const span of spans) {
      const pieces = Math.ceil(span.count / SLOT_ITEMS)
      const counts = divide(span.count, new Array<number>(pieces).fill(1))
      // Whole seconds where they are wide enough, as O2 arrivals have no finer time.
      const at = (piece: number) => {
        const time = span.start + ((span.end - span.start) * piece) / pieces
        return pieces <= O2_LANDING_LENGTH / 1000 ? Math.floor(time / 1000) * 1000 : Math.floor(time)
      }
      for (let piece = 0; piece < pieces; piece++)
        this.#add(network, 'traffic', at(piece), at(piece + 1), day, ordinal++, counts[piece]!)
    }
    const recordings = this.#recordingsOn(day, network)
    const start = network === 'O2' ? midnight + O2_LANDING + O2_LANDING_LENGTH : midnight + DAY - MINUTE
    if (recordings > 0) this.#add(network, 'recordings', start, start + MINUTE, day, ordinal, recordings)
  }

  #add(
    network: Network,
    form: Slot['form'],
    start: number,
    end: number,
    day: number,
    ordinal: number,
    count: number,
  ): void {
    const slots = this.#slots[network]
    const previous = slots.at(-1)
    const before = previous ? previous.before + previous.count : 0
    slots.push({ network, form, start, end, day, ordinal, count, before })
  }
}

const mod = (value: number, by: number): number => ((value % by) + by) % by

/** Divides a whole number by weights into whole parts that add up to it. */
export function divide(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let reached = 0
  let given = 0
  return weights.map(weight => {
    reached += weight
    const upTo = sum === 0 ? 0 : Math.round((total * reached) / sum)
    const part = upTo - given
    given = upTo
    return part
  })
}
