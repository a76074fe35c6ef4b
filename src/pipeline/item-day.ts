/**
 * How many items there are by the UTC day of their own time and by kind. A batch adds its rows in its own transaction
 * and touches no other's, so that batches never wait for each other; `foldItemDays` adds them up afterwards. So a
 * chart of months reads some hundred rows, however many items there are. A disposal adds rows of negative numbers.
 */
import type { Database, Sql, Transaction } from '../database/database.ts'
import type { ReadItem } from './read-batch.ts'

export type ItemDay = { readonly day: string; readonly kind: string; readonly items: number }

/** Adds the new items of a batch. */
export async function addItemDays(
  tx: Transaction,
  batchId: number,
  fresh: readonly ReadItem[],
): Promise<void> {
  if (fresh.length === 0) return
  const counted = new Map<string, number>()
  for (const { facts, isRead } of fresh) {
    const day = Math.floor((facts.sentAt ?? facts.arrivedAt).getTime() / DAY)
    const key = `${day} ${isRead ? facts.kind : 'unknown'}`
    counted.set(key, (counted.get(key) ?? 0) + 1)
  }
  const keys = [...counted.keys()].map(key => key.split(' ') as [string, string])
  await tx.execute(
    `insert into item_day (day, kind, batch_id, items)
     select date '1970-01-01' + day, kind, $1, items
     from unnest($2::integer[], $3::text[], $4::bigint[]) as counted (day, kind, items)`,
    [batchId, keys.map(([day]) => Number(day)), keys.map(([, kind]) => kind), [...counted.values()]],
    'item-day-add',
  )
}

const DAY = 86_400_000
const FOLD_MAX = 10_000

/** Adds the rows of single batches up; returns how many there were. Safe at any time, by several at once. */
export async function foldItemDays(database: Pick<Database, 'execute'>): Promise<number> {
  return database.execute(
    `with taken as (
       delete from item_day where (day, kind, batch_id) in (
         select day, kind, batch_id from item_day where batch_id <> 0 order by day, kind, batch_id
         limit ${FOLD_MAX} for update skip locked)
       returning day, kind, items
     )
     insert into item_day as total (day, kind, batch_id, items)
     select day, kind, 0, sum(items) from taken group by day, kind order by day, kind
     on conflict (day, kind, batch_id) do update set items = total.items + excluded.items`,
  )
}

/** Items by day and kind, from the first day to before the last (both as YYYY-MM-DD); days without items are not there. */
export async function readItemDays(sql: Sql, from: string, to: string): Promise<ItemDay[]> {
  return sql.query<ItemDay>(
    `select day::text as day, kind, sum(items)::bigint as items from item_day
     where day >= $1::date and day < $2::date group by day, kind having sum(items) > 0 order by day, kind`,
    [from, to],
  )
}

/** All items that are kept, without counting them one by one. */
export async function countItems(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ items: number }>(
    'select coalesce(sum(items), 0)::bigint as items from item_day',
  )
  return row!.items
}
