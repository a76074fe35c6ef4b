/** The archive at a glance, for the home page: read in some milliseconds, however much is kept. */
import { listConnectors } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { countItems, type ItemDay, readItemDays } from '../pipeline/pipeline.ts'
import { type AttentionPoint, attentionPoints } from './attention.ts'
import { type LogState, logState } from './log-state.ts'

export type Overview = {
  readonly items: number
  readonly connectors: number
  readonly log: Pick<LogState, 'size' | 'checkpointAt' | 'waiting'>
  readonly attention: readonly AttentionPoint[]
}

const DAY = 86_400_000

/** The numbers and what needs attention. */
export async function archiveOverview(ground: Ground): Promise<Overview> {
  const connectors = await listConnectors(ground.database)
  const { size, checkpointAt, waiting } = await logState(ground)
  return {
    items: await countItems(ground.database),
    connectors: connectors.filter(each => ['active', 'paused'].includes(each.status)).length,
    log: { size, checkpointAt, waiting },
    attention: await attentionPoints(ground),
  }
}

export type ItemHistory = {
  /** YYYY-MM-DD in UTC, the last being today. */
  readonly days: readonly string[]
  /** For each kind that occurs: its items on each of the days, in their order. */
  readonly kinds: readonly { readonly kind: string; readonly items: readonly number[] }[]
}

/** Items by kind over the last `count` days, by the items' own time. */
export async function itemHistory(ground: Ground, count: number): Promise<ItemHistory> {
  const today = Math.floor(ground.clock.now() / DAY)
  const days = Array.from({ length: count }, (_, index) => dayOf(today - count + 1 + index))
  const rows = await readItemDays(ground.database, days[0]!, dayOf(today + 1))
  const kinds = new Map<string, number[]>()
  const place = new Map(days.map((day, index) => [day, index]))
  for (const row of rows as ItemDay[]) {
    const items = kinds.get(row.kind) ?? new Array<number>(count).fill(0)
    items[place.get(row.day)!] = row.items
    kinds.set(row.kind, items)
  }
  return { days, kinds: [...kinds].map(([kind, items]) => ({ kind, items })) }
}

const dayOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)
