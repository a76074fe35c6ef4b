/** Random rules of keeping, and facts of items, for tests that compare two ways to decide on them. */
import type {
  KeepingFacts,
  KeepingRules,
  Label,
  Period,
  PeriodStart,
  Policy,
  RetentionAction,
} from '../retention/retention.ts'

/** Numbers from 0 up to 1, always the same for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Draw = {
  /** A whole number from `from` to `to`. */
  number(from: number, to: number): number
  chance(share: number): boolean
  one<T>(values: readonly T[]): T
  /** From `from` to `to` of what `make` makes. */
  list<T>(from: number, to: number, make: (index: number) => T): T[]
}

export function drawFrom(random: () => number): Draw {
  const number = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  return {
    number,
    chance: share => random() < share,
    one: values => values[number(0, values.length - 1)]!,
    list: (from, to, make) => Array.from({ length: number(from, to) }, (_, index) => make(index)),
  }
}

export const KEEPING_KINDS = ['sms', 'mms', 'chat', 'voice-call'] as const
export const KEEPING_CONNECTORS = [1, 2, 3] as const
const ACTIONS: readonly RetentionAction[] = ['retain', 'delete', 'retain-then-delete']
const DAY = 86_400_000

/** Moments of a few years, often at the ends of months and in leap years, with a time of day. */
export function randomMoment(draw: Draw): Date {
  const day = draw.chance(0.3) ? draw.one(['02-28', '02-29', '01-31', '03-31', '12-31', '11-30']) : null
  const year = draw.number(2019, 2026)
  const start =
    day === null || Number.isNaN(Date.parse(`${year}-${day}`))
      ? Date.UTC(year, draw.number(0, 11), 1) + draw.number(0, 30) * DAY
      : Date.parse(`${year}-${day}T00:00:00Z`)
  return new Date(start + draw.number(0, DAY - 1))
}

export function randomPeriod(draw: Draw): Period {
  return {
    years: draw.chance(0.6) ? draw.number(0, 10) : 0,
    months: draw.chance(0.3) ? draw.number(0, 30) : 0,
    days: draw.chance(0.4) ? draw.number(0, 400) : 0,
  }
}

function randomStart(draw: Draw): PeriodStart {
  if (draw.chance(0.6)) return { from: 'sent' }
  if (draw.chance(0.5)) return { from: 'imported' }
  return { from: 'event', at: draw.chance(0.5) ? randomMoment(draw) : null }
}

function randomFilter(draw: Draw) {
  return {
    connectorIds: draw.chance(0.3) ? draw.list(1, 2, () => draw.one(KEEPING_CONNECTORS)) : null,
    kinds: draw.chance(0.3) ? draw.list(1, 2, () => draw.one(KEEPING_KINDS)) : null,
  }
}

function randomPolicy(draw: Draw, policyId: number): Policy {
  const action = draw.one(ACTIONS)
  return {
    policyId,
    action,
    period: action === 'retain' && draw.chance(0.1) ? null : randomPeriod(draw),
    start: randomStart(draw),
    specific: draw.chance(0.5),
    review: draw.chance(0.2),
    ...randomFilter(draw),
  }
}

function randomLabel(draw: Draw, labelId: number): Label {
  const action = draw.one([...ACTIONS, 'none'] as const)
  return {
    labelId,
    action,
    period: action === 'none' || (action === 'retain' && draw.chance(0.2)) ? null : randomPeriod(draw),
    start: randomStart(draw),
    review: draw.chance(0.2),
  }
}

export function randomRules(draw: Draw): KeepingRules {
  const labels = draw.list(0, 3, index => randomLabel(draw, index + 1))
  return {
    policies: draw.list(0, 5, index => randomPolicy(draw, index + 1)),
    labels,
    labelRules:
      labels.length === 0
        ? []
        : draw.list(0, 2, () => ({ labelId: draw.one(labels).labelId, ...randomFilter(draw) })),
    holds: draw.list(0, 3, index => {
      const releasedAt = draw.chance(0.3) ? randomMoment(draw) : null
      return {
        holdId: index + 1,
        termId: index + 11,
        byQuery: draw.chance(0.4),
        days: draw.chance(0.6) ? draw.number(1, 3000) : null,
        releasedAt,
        delayUntil: releasedAt && new Date(releasedAt.getTime() + 30 * DAY),
      }
    }),
  }
}

/** Facts of an item in a mailbox of these rules. */
export function randomFacts(draw: Draw, rules: KeepingRules): KeepingFacts {
  const arrivedAt = randomMoment(draw)
  return {
    kind: draw.chance(0.05) ? 'unknown' : draw.one(KEEPING_KINDS),
    connectorId: draw.one(KEEPING_CONNECTORS),
    sentAt: draw.chance(0.1) ? null : randomMoment(draw),
    arrivedAt,
    importedAt: new Date(arrivedAt.getTime() + draw.number(0, 3 * DAY)),
    labelId: draw.chance(0.5) ? null : draw.number(1, 4),
    heldByTerms: rules.holds.filter(hold => hold.byQuery && draw.chance(0.5)).map(hold => hold.termId),
    holdPending: draw.chance(0.1),
    extendedUntil: draw.chance(0.15) ? randomMoment(draw) : null,
  }
}
