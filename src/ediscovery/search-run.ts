/**
 * Runs of saved searches: asked for, done by a worker (perform-run.ts), shown and removed. A run is bound to the
 * boundary of who asked for it: what it may look into is fixed then, and it is seen only by who reaches as far.
 */
import { type Counts, type Estimate, judgeSearch, withAddresses } from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, holdsRole, type MailboxScope, mailboxScope, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { type Counting, type CountingRow, countingOf } from './counting.ts'
import { ownersSeen } from './ownership.ts'
import { findSavedSearch } from './saved-search.ts'
import { openJson, sealJson } from './sealed.ts'

/** A run as a list shows it. */
export type SearchRun = Counting & {
  readonly searchRunId: number
  readonly savedSearchId: number
  /** Which revision of the search it ran. */
  readonly revision: number
  readonly requestedBy: string
  /** The moment that what it found is true of. */
  readonly lookedAt: Date | null
  /** The index it was answered by. */
  readonly index: { readonly tokenizer: number; readonly unicode: string } | null
}

/** A run in full: the query it ran, and what it found where. */
type ShownRun = SearchRun & {
  readonly query: string
  readonly byMailbox: Estimate['byMailbox']
  readonly byKind: Estimate['byKind']
}

/** What is sealed of a run: its query, and the mailboxes that the query names. */
type SealedRun = { readonly query: string; readonly named: readonly (readonly [string, number])[] }

export type SearchRunRow = CountingRow & {
  search_run_id: number
  saved_search_id: number
  revision: number
  requested_by: string
  looked_at: Date | null
  tokenizer: number | null
  unicode: string | null
  by_mailbox: Counts['byMailbox'] | null
  by_kind: Counts['byKind'] | null
}

export function runOf(row: SearchRunRow): SearchRun {
  return {
    ...countingOf(row),
    searchRunId: row.search_run_id,
    savedSearchId: row.saved_search_id,
    revision: row.revision,
    requestedBy: row.requested_by,
    lookedAt: row.looked_at,
    index: row.tokenizer === null ? null : { tokenizer: row.tokenizer, unicode: row.unicode ?? '' },
  }
}

/**
 * Asks for a run of a saved search; a worker does it. Where one is waiting or being worked on that runs the same
 * revision in the same mailboxes, that is the answer. Needs Compliance Search; SAVED_SEARCH_UNKNOWN, and what searching itself refuses.
 */
export async function requestSearchRun(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  savedSearchId: number,
): Promise<SearchRun> {
  const search = await findSavedSearch(ground, actor, savedSearchId)
  const { query, mailboxIds, connectorIds, folders } = search
  const subject = `saved-search:${savedSearchId}`
  const now = ground.clock.now()
  const asked = { mailboxIds, connectorIds, folders }
  const attempt = {
    act: 'search-run.request',
    role: 'Compliance Search',
    text: query,
    asked,
    subject,
  } as const
  const { scope } = await judgeSearch(ground, actor, { ...attempt, now })
  return ground.database.transaction(async tx => {
    await tx.query('select from saved_search where saved_search_id = $1::bigint for no key update', [
      savedSearchId,
    ])
    await findSavedSearch(ground, actor, savedSearchId, tx)
    // Of an earlier revision, or bound to another boundary, it would answer something else than what is asked.
    const [open] = await tx.query<SearchRunRow>(
      `select * from search_run where saved_search_id = $1 and status in ('waiting', 'working')
         and revision = $2 and mailbox_ids is not distinct from $3::integer[]
         and restricted is not distinct from $4::integer[] order by search_run_id limit 1`,
      [savedSearchId, search.revision, scope.mailboxIds, scope.restricted ?? null],
    )
    if (open) return runOf(open)
    const [next] = await tx.query<{ id: number }>(
      `select nextval(pg_get_serial_sequence('search_run', 'search_run_id')) as id`,
    )
    const searchRunId = next!.id
    const sealed: SealedRun = { query, named: [...(scope.named ?? [])] }
    const [row] = await tx.query<SearchRunRow>(
      `insert into search_run (search_run_id, saved_search_id, revision, sealed, mailbox_ids, connector_ids, folders,
         restricted, requested_by, requested_at, status)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting') returning *`,
      [
        searchRunId,
        savedSearchId,
        search.revision,
        sealJson(ground.keyring, `search-run ${searchRunId}`, sealed),
        scope.mailboxIds,
        scope.connectorIds ?? null,
        scope.folders ?? null,
        scope.restricted ?? null,
        actor.name,
        new Date(now),
      ],
    )
    await queue.send(tx, 'search-run', { searchRunId })
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'search-run.request',
      subject: `search-run:${searchRunId}`,
      detail: { search: savedSearchId, revision: search.revision, limited: scope.mailboxIds !== null },
      sealed: { query },
    })
    return runOf(row!)
  })
}

/** Of these runs those that looked no further than the actor's own boundary reaches today. */
export function readableRuns<Row extends Pick<SearchRunRow, 'mailbox_ids'>>(
  actor: Actor,
  rows: readonly Row[],
): Row[] {
  if (!holdsRole(actor, 'Compliance Search')) return []
  const scope = mailboxScope(actor, 'Compliance Search')
  return rows.filter(row => isWithin(row.mailbox_ids, scope))
}

/** True if the mailboxes of a run all lie in the scope. */
export function isWithin(mailboxIds: readonly number[] | null, scope: MailboxScope): boolean {
  if (scope === null) return true
  const reached = new Set(scope)
  return mailboxIds?.every(mailboxId => reached.has(mailboxId)) ?? false
}

/** The runs of a search that are kept and that the actor may see, the newest first. */
export async function listSearchRuns(
  ground: Ground,
  actor: Actor,
  savedSearchId: number,
): Promise<SearchRun[]> {
  requireRole(actor, 'Compliance Search')
  await findSavedSearch(ground, actor, savedSearchId)
  const rows = await ground.database.query<SearchRunRow>(
    'select * from search_run where saved_search_id = $1::bigint order by search_run_id desc',
    [savedSearchId],
  )
  return readableRuns(actor, rows).map(runOf)
}

/** A run with its query and its counts; SEARCH_RUN_UNKNOWN. Where it stands, asked again and again, is no entry. */
export async function showSearchRun(ground: Ground, actor: Actor, searchRunId: number): Promise<ShownRun> {
  const row = await findRun(ground, actor, searchRunId)
  return {
    ...runOf(row),
    query: sealedOf(ground, row).query,
    byMailbox: await withAddresses(ground.database, row.by_mailbox ?? []),
    byKind: row.by_kind ?? [],
  }
}

export function sealedOf(ground: Pick<Ground, 'keyring'>, row: SearchRunRow): SealedRun {
  return openJson<SealedRun>(ground.keyring, `search-run ${row.search_run_id}`, row.sealed)
}

/** The row of a run of a search of the actor's, within their boundary; SEARCH_RUN_UNKNOWN. */
export async function findRun(
  ground: Ground,
  actor: Actor,
  searchRunId: number,
  sql: Sql = ground.database,
): Promise<SearchRunRow> {
  requireRole(actor, 'Compliance Search')
  const [row] = readableRuns(actor, await visibleRuns(sql, actor, searchRunId))
  if (!row) throw runUnknown(searchRunId)
  return row
}

/** The row of a complete run: SEARCH_RUN_UNFINISHED before its end, SEARCH_RUN_FAILED if there was none. */
export function completed(row: SearchRunRow): SearchRunRow {
  if (row.status === 'complete') return row
  const how = row.status === 'failed' ? 'failed' : 'is not finished'
  throw new HoldfastError('SEARCH_RUN_UNFINISHED', `run ${row.search_run_id} ${how}`)
}

/** The run, if it is of a search that the actor may see. What of it they may read is another matter. */
export async function visibleRuns(sql: Sql, actor: Actor, searchRunId: number): Promise<SearchRunRow[]> {
  return sql.query<SearchRunRow>(
    `select r.* from search_run r join saved_search s using (saved_search_id)
     where r.search_run_id = $1::bigint and ($2::text is null or s.owner = $2)`,
    [searchRunId, ownersSeen(actor)],
  )
}

export function runUnknown(searchRunId: number): HoldfastError {
  return new HoldfastError('SEARCH_RUN_UNKNOWN', `there is no run ${searchRunId} of a search`)
}

/** Removes a run and what it found. */
export async function removeSearchRun(ground: Ground, actor: Actor, searchRunId: number): Promise<void> {
  await findRun(ground, actor, searchRunId)
  await ground.database.transaction(tx => dropRuns(ground, tx, actor.name, [searchRunId], 'asked'))
}

/** Drops runs, each with its entry. */
export async function dropRuns(
  ground: Ground,
  tx: Sql,
  actorName: string,
  searchRunIds: readonly number[],
  why: 'asked' | 'kept no longer',
): Promise<void> {
  const gone = await tx.query<{ search_run_id: number; saved_search_id: number; items: number | null }>(
    `delete from search_run where search_run_id = any($1::bigint[])
     returning search_run_id, saved_search_id, items`,
    [searchRunIds],
  )
  for (const row of gone)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actorName,
      act: 'search-run.remove',
      subject: `search-run:${row.search_run_id}`,
      detail: { search: row.saved_search_id, items: row.items, why },
    })
}
