/**
 * Doing a run: one snapshot in which the hits are found, kept and counted, so that what is counted is what is kept.
 * A killed worker leaves nothing of it, and the job comes again.
 */
import { inSnapshot, measureHits } from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type CompiledQuery, checkVersion, parseQuery, selectHits } from '../search/search.ts'
import { scopeOf } from './counting.ts'
import { dropRuns, type SearchRunRow, sealedOf } from './search-run.ts'

/** Items of one row of what a run found. */
const PAGE_ITEMS = 10_000

/** What a run found, as a statement that gives each item_id once; for exports that are made from a run. */
export function selectRun(searchRunId: number): CompiledQuery {
  return {
    sql: 'select unnest(item_ids) as item_id from search_run_page where search_run_id = $1::bigint',
    values: [searchRunId],
  }
}

/** Does the run, unless it is done already. What cannot be mended by trying again ends it as failed. */
export async function performSearchRun(ground: Ground, searchRunId: number): Promise<void> {
  const begun = await ground.database.query<{ search_run_id: number }>(
    `update search_run set status = 'working', started_at = coalesce(started_at, $2)
     where search_run_id = $1::bigint and status in ('waiting', 'working') returning search_run_id`,
    [searchRunId, new Date(ground.clock.now())],
  )
  if (begun.length === 0) return
  try {
    await inSnapshot(ground, tx => findAll(ground, tx, searchRunId))
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.retryable) throw error
    await ground.database.transaction(tx => fail(ground, tx, searchRunId, error.code))
  }
}

async function findAll(ground: Ground, tx: Transaction, searchRunId: number): Promise<void> {
  // Locked: a second worker waits here, and then its snapshot is too old, so that it begins anew and finds it done.
  const [row] = await tx.query<SearchRunRow>(
    'select * from search_run where search_run_id = $1::bigint for no key update',
    [searchRunId],
  )
  if (row?.status !== 'working') return
  const { query: text, named } = sealedOf(ground, row)
  const scope = {
    ...scopeOf(row),
    named: new Map(named),
  }
  await checkVersion(tx)
  const query = parseQuery(text, row.requested_at.getTime())
  await keepHits(tx, searchRunId, await selectHits(tx, ground.keyring, query, scope))
  const found = await measureHits(ground, tx, selectRun(searchRunId), scope)
  await tx.execute(
    `update search_run set status = 'complete', ended_at = $2, looked_at = $3, items = $4, bytes = $5, by_mailbox = $6,
       by_kind = $7, partially_indexed = $8, not_yet_indexed = $9, restricted_items = $10, error_code = null,
       tokenizer = v.tokenizer, unicode = v.unicode
     from search_version v where search_run_id = $1::bigint`,
    [
      searchRunId,
      new Date(ground.clock.now()),
      found.at,
      found.items,
      found.bytes,
      JSON.stringify(found.byMailbox),
      JSON.stringify(found.byKind),
      found.partiallyIndexed,
      found.notYetIndexed,
      found.restricted,
    ],
  )
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: row.requested_by,
    act: 'search-run.complete',
    subject: `search-run:${searchRunId}`,
    detail: {
      search: row.saved_search_id,
      items: found.items,
      bytes: found.bytes,
      partiallyIndexed: found.partiallyIndexed,
      notYetIndexed: found.notYetIndexed,
      restricted: found.restricted,
    },
  })
  await dropOldRuns(ground, tx, row.saved_search_id)
}

/** Keeps the hits in ascending order, many to a row; one statement, and so one snapshot. */
async function keepHits(tx: Sql, searchRunId: number, hits: CompiledQuery): Promise<void> {
  await tx.execute(
    `insert into search_run_page (search_run_id, page, item_ids)
     select $${hits.values.length + 1}::bigint, (n - 1) / ${PAGE_ITEMS}, array_agg(item_id order by item_id)
     from (select item_id, row_number() over (order by item_id) as n from (${hits.sql}) as hit) as numbered
     group by 2`,
    [...hits.values, searchRunId],
  )
}

/** The runs beyond the number that the search keeps: the oldest that are over. */
async function dropOldRuns(ground: Ground, tx: Transaction, savedSearchId: number): Promise<void> {
  const old = await tx.query<{ search_run_id: number }>(
    `select search_run_id from search_run
     where saved_search_id = $1 and status in ('complete', 'failed') order by search_run_id desc
     offset (select runs_max from saved_search where saved_search_id = $1)`,
    [savedSearchId],
  )
  const searchRunIds = old.map(each => each.search_run_id)
  if (searchRunIds.length > 0) await dropRuns(ground, tx, 'system', searchRunIds, 'kept no longer')
}

async function fail(ground: Ground, tx: Transaction, searchRunId: number, code: string): Promise<void> {
  const failed = await tx.execute(
    `update search_run set status = 'failed', ended_at = $2, error_code = $3
     where search_run_id = $1::bigint and status = 'working'`,
    [searchRunId, new Date(ground.clock.now()), code],
  )
  if (failed === 0) return
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: 'system',
    act: 'search-run.fail',
    subject: `search-run:${searchRunId}`,
    detail: { code },
  })
}
