/**
 * Whether the index has exactly the items that are there to be found. Both are counted one by one in one statement, so
 * that what is being filed meanwhile makes no difference; at a million items that takes about a second, so it is done
 * now and then, and the last count is kept.
 */
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'

export type IndexCheck = {
  readonly measuredAt: Date
  /** Items that are to be found: all but those in Quarantine. */
  readonly items: number
  readonly indexed: number
}

const NAME = 'index'

/** Counts now, and keeps the count. */
export async function checkIndex({ database, clock }: Ground): Promise<IndexCheck> {
  const [row] = await database.query<{ items: number; indexed: number }>(
    `select (select count(*) from item where state <> 'quarantined') as items,
       (select count(*) from search_entry where part <= 1) as indexed`,
  )
  const { items, indexed } = row!
  const measuredAt = new Date(clock.now())
  await database.execute(
    `insert into measurement (name, measured_at, result) values ($1, $2, $3)
     on conflict (name) do update set measured_at = excluded.measured_at, result = excluded.result`,
    [NAME, measuredAt, JSON.stringify({ items, indexed })],
  )
  return { measuredAt, items, indexed }
}

/** The last count; null if there was none yet. */
export async function lastIndexCheck(sql: Sql): Promise<IndexCheck | null> {
  const [row] = await sql.query<{ measured_at: Date; result: { items: number; indexed: number } }>(
    'select measured_at, result from measurement where name = $1',
    [NAME],
  )
  return row ? { measuredAt: row.measured_at, ...row.result } : null
}
