/** The list of saved searches with how the last run of each stands. */
import { recordReading } from '../archive/archive.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { ownersSeen } from './ownership.ts'
import { type SavedSearch, type SavedSearchRow, savedSearchOf } from './saved-search.ts'
import { readableRuns, runOf, type SearchRun, type SearchRunRow } from './search-run.ts'

type SavedSearchLine = SavedSearch & { readonly lastRun: SearchRun | null }

/** A page of the searches that the actor may see, the newest first; `after` is the last id of the page before. */
export async function listSavedSearches(
  ground: Ground,
  actor: Actor,
  page: { readonly after?: number; readonly limit: number },
): Promise<{ searches: SavedSearchLine[]; next: number | null; total: number }> {
  requireRole(actor, 'Compliance Search', 'Preview', 'Export')
  const owner = ownersSeen(actor)
  const rows = await ground.database.query<SavedSearchRow & { total: number }>(
    `select s.*, (select count(*) from saved_search where $1::text is null or owner = $1) as total
     from saved_search s
     where ($1::text is null or s.owner = $1)
       and ($2::bigint is null or s.saved_search_id < $2)
     order by s.saved_search_id desc limit $3`,
    [owner, page.after ?? null, page.limit + 1],
  )
  const shown = rows.slice(0, page.limit)
  await recordReading(ground, actor, {
    act: 'saved-search.list',
    subject: 'saved-searches',
    detail: { count: shown.length },
  })
  const runs = await ground.database.query<SearchRunRow>(
    `select r.* from unnest($1::bigint[]) as s (id) cross join lateral (
       select * from search_run where saved_search_id = s.id order by search_run_id desc limit 1) as r`,
    [shown.map(row => row.saved_search_id)],
  )
  const last = new Map(readableRuns(actor, runs).map(row => [row.saved_search_id, runOf(row)]))
  return {
    searches: shown.map(row => ({
      ...savedSearchOf(ground, row),
      lastRun: last.get(row.saved_search_id) ?? null,
    })),
    next: rows.length > page.limit ? shown.at(-1)!.saved_search_id : null,
    total: rows[0]?.total ?? 0,
  }
}
