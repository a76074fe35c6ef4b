/** Reading what a run found: its items page by page, what two runs differ in, and who may take a run further. */
import { type HitLine, readItems, restrictedSeen } from '../archive/archive.ts'
import type { Ground } from '../ground.ts'
import { type Actor, type MailboxScope, mailboxScope, type Role } from '../identity/identity.ts'
import { parseQuery, type SearchScope } from '../search/search.ts'
import { type GoneReason, pageDifference, REACHED, type Side } from './comparison.ts'
import { scopeOf } from './counting.ts'
import { completed, isWithin, runUnknown, type SearchRunRow, sealedOf, visibleRuns } from './search-run.ts'

/** `line` is null where the item may not be previewed, or is in the archive no more. */
type FoundItem = { readonly itemId: string; readonly line: HitLine | null }

type ItemPage = { readonly after?: string; readonly limit: number }

/**
 * Lets somebody take what a run found further, such as an export: the run is of a search that they may see, and
 * complete; what of it they may touch is cut to the mailboxes that their role reaches. The caller leaves the entry.
 */
export async function admitRun(
  ground: Ground,
  actor: Actor,
  searchRunId: number,
  role: Role,
): Promise<{ query: string; items: number; savedSearchId: number; scope: SearchScope }> {
  const reached = mailboxScope(actor, role)
  const row = await completeRun(ground, actor, searchRunId)
  const within = (mailboxId: number) => reached === null || reached.includes(mailboxId)
  return {
    query: sealedOf(ground, row).query,
    items: row.items ?? 0,
    savedSearchId: row.saved_search_id,
    scope: {
      ...scopeOf(row),
      restricted: restrictedSeen(actor),
      mailboxIds: row.mailbox_ids === null ? reached : row.mailbox_ids.filter(within),
    },
  }
}

/**
 * A page of what a run found, the newest first, with the query's words marked. Needs Preview; recorded. What lies beyond
 * the reader's mailboxes is not in it, not even as an id, which tells when something was sent.
 */
export async function readRun(
  ground: Ground,
  actor: Actor,
  searchRunId: number,
  page: ItemPage,
): Promise<{ rows: FoundItem[]; next: string | null }> {
  const scope = mailboxScope(actor, 'Preview')
  const row = await completeRun(ground, actor, searchRunId)
  const rows = await ground.database.query<{ item_id: string }>(
    `select item_id from search_run_page cross join lateral unnest(item_ids) as each (item_id)
     where search_run_id = $1 and ($2::uuid is null or (item_ids[1] < $2 and item_id < $2))
       and ${REACHED('each', 4)}
     order by page desc, item_id desc limit $3`,
    [searchRunId, page.after ?? null, page.limit + 1, reachOf(row, scope)],
  )
  const itemIds = rows.slice(0, page.limit).map(each => each.item_id)
  const lines = await linesOf(ground, actor, row, 'search-run.read', itemIds)
  return {
    rows: itemIds.map(itemId => ({ itemId, line: lines.get(itemId) ?? null })),
    next: rows.length > page.limit ? itemIds.at(-1)! : null,
  }
}

/** A page of what is found by one of two runs only, each of what is gone with its reason. Needs Preview; recorded. */
export async function readDifference(
  ground: Ground,
  actor: Actor,
  runs: readonly [number, number],
  side: Side,
  page: ItemPage,
): Promise<{ rows: (FoundItem & { reason: GoneReason | null })[]; next: string | null }> {
  const scope = mailboxScope(actor, 'Preview')
  const found = side === 'added' ? Math.max(...runs) : Math.min(...runs)
  const row = await completeRun(ground, actor, found)
  const { items, next } = await pageDifference(ground, actor, runs, side, page, reachOf(row, scope))
  const itemIds = items.map(each => each.itemId)
  const lines = await linesOf(ground, actor, row, 'search-run.compare', itemIds)
  return { rows: items.map(each => ({ ...each, line: lines.get(each.itemId) ?? null })), next }
}

/** To what of a run a reader's scope limits them; null where it reaches as far as the run, disposed items included. */
function reachOf(row: SearchRunRow, scope: MailboxScope): MailboxScope {
  return isWithin(row.mailbox_ids, scope) ? null : scope
}

function linesOf(
  ground: Ground,
  actor: Actor,
  row: SearchRunRow,
  act: 'search-run.read' | 'search-run.compare',
  itemIds: readonly string[],
): Promise<Map<string, HitLine>> {
  const reading = { act, subject: `search-run:${row.search_run_id}`, detail: {} }
  const { query, named } = sealedOf(ground, row)
  return readItems(ground, actor, reading, itemIds, {
    query: parseQuery(query, row.requested_at.getTime()),
    named: new Map(named),
  })
}

async function completeRun(ground: Ground, actor: Actor, searchRunId: number): Promise<SearchRunRow> {
  const [row] = await visibleRuns(ground.database, actor, searchRunId)
  if (!row) throw runUnknown(searchRunId)
  return completed(row)
}
