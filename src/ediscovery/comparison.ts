/**
 * What two runs of a search have in common and what not: found by the later one only (added), by the earlier one only
 * (gone), and why what is gone is gone. Counted in the database, whatever their size.
 */
import { recordReading } from '../archive/archive.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { completed, findRun, runOf, type SearchRun, type SearchRunRow } from './search-run.ts'

/**
 * - disposed: the item is in the archive no more.
 * - hidden: its filing, where the later run looked, was hidden as wrong.
 * - out-of-scope: it is filed in no mailbox or folder, or came by no connector, that the later run looked at.
 * - no-match: it is there, and the later run's query does not find it.
 */
export const GONE_REASONS = ['disposed', 'hidden', 'out-of-scope', 'no-match'] as const
export type GoneReason = (typeof GONE_REASONS)[number]

export type Side = 'added' | 'gone'

type Difference = { readonly items: number; readonly bytes: number }

type Comparison = {
  readonly earlier: SearchRun
  readonly later: SearchRun
  readonly both: number
  readonly added: Difference
  readonly gone: Difference & { readonly reasons: readonly { reason: GoneReason; items: number }[] }
  /** True where the two ran another query or looked elsewhere. */
  readonly searchChanged: boolean
}

/** Items of the first run that the second has not. */
const ONLY = `select unnest(item_ids) as item_id from search_run_page where search_run_id = $1
  except select unnest(item_ids) from search_run_page where search_run_id = $2`

/** Why an item (`alone.item_id`) that the earlier run found is not found any more; $3, $4, $5 are where the later looked. */
const REASON = `case
  when i.item_id is null then 'disposed'
  when exists (select from filing f where f.item_id = alone.item_id and f.hidden_at is null
    and ($3::integer[] is null or f.mailbox_id = any($3))
    and ($4::text[] is null or f.folder_id in (select folder_id from folder where name = any($4))))
    and ($5::bigint[] is null or i.connector_id = any($5)) then 'no-match'
  when exists (select from filing f where f.item_id = alone.item_id and f.hidden_at is not null
    and ($3::integer[] is null or f.mailbox_id = any($3))
    and ($4::text[] is null or f.folder_id in (select folder_id from folder where name = any($4))))
    and ($5::bigint[] is null or i.connector_id = any($5)) then 'hidden'
  else 'out-of-scope' end`

/** A condition that an item of `table` is filed where the parameter's mailboxes reach; null is everywhere. */
export const REACHED = (table: string, parameter: number) =>
  `($${parameter}::integer[] is null or exists (select from filing r where r.item_id = ${table}.item_id
     and r.hidden_at is null and r.mailbox_id = any($${parameter})))`

/** Compares two complete runs of one search, whichever is named first; recorded. */
export async function compareRuns(
  ground: Ground,
  actor: Actor,
  one: number,
  other: number,
): Promise<Comparison> {
  const { earlier, later } = await findPair(ground, actor, one, other)
  await recordReading(ground, actor, {
    act: 'search-run.compare',
    subject: `saved-search:${earlier.saved_search_id}`,
    detail: { earlier: earlier.search_run_id, later: later.search_run_id },
  })
  const { database } = ground
  const [[added], gone] = await Promise.all([
    database.query<Difference>(
      `select count(*) as items, coalesce(sum(coalesce(i.message_size, i.original_size)), 0)::bigint as bytes
       from (${ONLY}) as alone left join item i on i.item_id = alone.item_id`,
      [later.search_run_id, earlier.search_run_id],
    ),
    database.query<Difference & { reason: GoneReason }>(
      `select ${REASON} as reason, count(*) as items,
         coalesce(sum(coalesce(i.message_size, i.original_size)), 0)::bigint as bytes
       from (${ONLY}) as alone left join item i on i.item_id = alone.item_id group by 1 order by 2 desc, 1`,
      [earlier.search_run_id, later.search_run_id, ...placesOf(later)],
    ),
  ])
  const items = gone.reduce((sum, each) => sum + each.items, 0)
  return {
    earlier: runOf(earlier),
    later: runOf(later),
    both: (earlier.items ?? 0) - items,
    added: added!,
    gone: {
      items,
      bytes: gone.reduce((sum, each) => sum + each.bytes, 0),
      reasons: gone.map(each => ({ reason: each.reason, items: each.items })),
    },
    searchChanged:
      earlier.revision !== later.revision ||
      JSON.stringify(placesOf(earlier)) !== JSON.stringify(placesOf(later)),
  }
}

/** A page of what was added or is gone and lies within `reach`, by item id; each of what is gone with its reason. */
export async function pageDifference(
  ground: Ground,
  actor: Actor,
  [one, other]: readonly [number, number],
  side: Side,
  page: { readonly after?: string; readonly limit: number },
  reach: MailboxScope,
): Promise<{ items: { itemId: string; reason: GoneReason | null }[]; next: string | null }> {
  const { earlier, later } = await findPair(ground, actor, one, other)
  const ids = [earlier.search_run_id, later.search_run_id]
  const rows = await ground.database.query<{ item_id: string; reason: GoneReason }>(
    `select alone.item_id, ${REASON} as reason
     from (select item_id from (${ONLY}) as every
       where ($6::uuid is null or item_id > $6) and ${REACHED('every', 8)} order by item_id limit $7) as alone
     left join item i on i.item_id = alone.item_id order by alone.item_id`,
    [
      ...(side === 'gone' ? ids : ids.reverse()),
      ...placesOf(later),
      page.after ?? null,
      page.limit + 1,
      reach,
    ],
  )
  const shown = rows.slice(0, page.limit)
  return {
    items: shown.map(row => ({ itemId: row.item_id, reason: side === 'gone' ? row.reason : null })),
    next: rows.length > page.limit ? shown.at(-1)!.item_id : null,
  }
}

function placesOf(row: SearchRunRow): unknown[] {
  return [row.mailbox_ids, row.folders, row.connector_ids]
}

/** Both runs in the order of time: of one search, complete, and within what the actor may see. */
async function findPair(ground: Ground, actor: Actor, one: number, other: number) {
  if (one === other) throw new HoldfastError('USAGE', 'a run is compared with another one')
  const [earlier, later] = [
    completed(await findRun(ground, actor, Math.min(one, other))),
    completed(await findRun(ground, actor, Math.max(one, other))),
  ]
  if (earlier.saved_search_id !== later.saved_search_id)
    throw new HoldfastError('USAGE', 'the two runs are of different searches')
  return { earlier, later }
}
