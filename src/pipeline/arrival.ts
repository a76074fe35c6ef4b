/**
 * How many new items of a connector reached the site on each UTC day, as they were at import. A batch adds its own in
 * its transaction: the calendar of completeness reads a row for each day, however many items there are.
 */
import type { Transaction } from '../database/database.ts'

type Arrived = { readonly arrivedAt: Date; readonly state: 'filed' | 'unmapped' | 'quarantined' }

const DAY = 86_400_000

/**
 * Adds the new items of a batch. The caller has locked the run's row, so batches of one connector, which has one open
 * run at most, never meet here crosswise.
 */
export async function addArrivals(
  tx: Transaction,
  connectorId: number,
  arrived: readonly Arrived[],
): Promise<void> {
  if (arrived.length === 0) return
  const days = new Map<number, { items: number; unmapped: number; failed: number }>()
  for (const { arrivedAt, state } of arrived) {
    const day = Math.floor(arrivedAt.getTime() / DAY)
    const counts = days.get(day) ?? { items: 0, unmapped: 0, failed: 0 }
    counts.items++
    if (state === 'unmapped') counts.unmapped++
    if (state === 'quarantined') counts.failed++
    days.set(day, counts)
  }
  const counts = [...days.values()]
  await tx.execute(
    `insert into arrival_day as kept (connector_id, day, items, unmapped, failed)
     select $1, date '1970-01-01' + day, items, unmapped, failed
     from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[]) as n (day, items, unmapped, failed)
     on conflict (connector_id, day) do update set items = kept.items + excluded.items,
       unmapped = kept.unmapped + excluded.unmapped, failed = kept.failed + excluded.failed`,
    [
      connectorId,
      [...days.keys()],
      counts.map(each => each.items),
      counts.map(each => each.unmapped),
      counts.map(each => each.failed),
    ],
    'arrival-day-add',
  )
}
