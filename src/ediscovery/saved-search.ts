/** Saved searches: made, changed, listed and removed, each act with its entry. Name, description and query are sealed. */
import { type Asked, judgeSearch, recordReading } from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, personBehind, requireRole } from '../identity/identity.ts'
import { ownersSeen } from './ownership.ts'
import { openJson, sealJson } from './sealed.ts'

export type SavedSearch = {
  readonly savedSearchId: number
  /** As audit entries name the person. */
  readonly owner: string
  readonly name: string
  readonly description: string
  readonly query: string
  /** Where it looks; null is everywhere that whoever runs it may search. */
  readonly mailboxIds: readonly number[] | null
  readonly connectorIds: readonly number[] | null
  readonly folders: readonly string[] | null
  /** So many of its complete runs are kept. */
  readonly runsMax: number
  readonly revision: number
  readonly madeAt: Date
  readonly changedAt: Date
}

/** What a saved search is made of. */
type SearchDraft = {
  readonly name: string
  readonly description: string
  readonly query: string
  readonly scope: Asked
  readonly runsMax: number
}

export const RUNS_KEPT = 10
const NAME_MAX = 200
const DESCRIPTION_MAX = 2_000
const SEARCHES_MAX = 1_000

type Sealed = Pick<SavedSearch, 'name' | 'description' | 'query'>

export type SavedSearchRow = {
  saved_search_id: number
  owner: string
  sealed: Buffer
  mailbox_ids: number[] | null
  connector_ids: number[] | null
  folders: string[] | null
  runs_max: number
  revision: number
  made_at: Date
  changed_at: Date
}

export function savedSearchOf(ground: Ground, row: SavedSearchRow): SavedSearch {
  const { name, description, query } = openJson<Sealed>(
    ground.keyring,
    `saved-search ${row.saved_search_id}`,
    row.sealed,
  )
  return {
    savedSearchId: row.saved_search_id,
    owner: row.owner,
    name,
    description,
    query,
    mailboxIds: row.mailbox_ids,
    connectorIds: row.connector_ids,
    folders: row.folders,
    runsMax: row.runs_max,
    revision: row.revision,
    madeAt: row.made_at,
    changedAt: row.changed_at,
  }
}

/**
 * Saves a search. QUERY_INVALID, MAILBOX_UNKNOWN, FOLDER_UNKNOWN, CONNECTOR_UNKNOWN as for searching itself;
 * SAVED_SEARCH_INVALID for a name that is missing or too long.
 */
export async function addSavedSearch(ground: Ground, actor: Actor, draft: SearchDraft): Promise<SavedSearch> {
  const kept = await checkDraft(ground, actor, draft, 'saved-search.add')
  return ground.database.transaction(async tx => {
    const owner = personBehind(actor.name)
    // One at a time for each owner, so that the limit holds.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 13))', [owner])
    const [room] = await tx.query<{ searches: number; id: number }>(
      `select count(*) as searches, nextval(pg_get_serial_sequence('saved_search', 'saved_search_id')) as id
       from saved_search where owner = $1`,
      [owner],
    )
    if (room!.searches >= SEARCHES_MAX)
      throw new HoldfastError('SAVED_SEARCH_INVALID', `one person has at most ${SEARCHES_MAX} saved searches`)
    const now = new Date(ground.clock.now())
    await tx.execute(
      `insert into saved_search (saved_search_id, owner, sealed, mailbox_ids, connector_ids, folders, runs_max,
         made_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
      [room!.id, owner, sealDraft(ground, room!.id, kept), ...scopeValues(kept.scope), kept.runsMax, now],
    )
    return recorded(tx, ground, actor, 'saved-search.add', room!.id)
  })
}

/** Changes a saved search; `revision` is what the caller has seen, null for whatever it is: else REVISION_STALE. */
export async function editSavedSearch(
  ground: Ground,
  actor: Actor,
  savedSearchId: number,
  change: Partial<SearchDraft>,
  revision: number | null = null,
): Promise<SavedSearch> {
  const before = await findSavedSearch(ground, actor, savedSearchId)
  const draft = {
    name: change.name ?? before.name,
    description: change.description ?? before.description,
    query: change.query ?? before.query,
    scope: change.scope ?? before,
    runsMax: change.runsMax ?? before.runsMax,
  }
  const kept = await checkDraft(ground, actor, draft, 'saved-search.edit')
  return ground.database.transaction(async tx => {
    const changed = await tx.execute(
      `update saved_search set sealed = $2, mailbox_ids = $3, connector_ids = $4, folders = $5, runs_max = $6,
         changed_at = $7, revision = revision + 1 where saved_search_id = $1::bigint and revision = $8`,
      [
        savedSearchId,
        sealDraft(ground, savedSearchId, kept),
        ...scopeValues(kept.scope),
        kept.runsMax,
        new Date(ground.clock.now()),
        revision ?? before.revision,
      ],
    )
    if (changed === 0)
      throw new HoldfastError('REVISION_STALE', `saved search ${savedSearchId} was changed meanwhile`)
    return recorded(tx, ground, actor, 'saved-search.edit', savedSearchId)
  })
}

/** Removes a saved search with its runs; what was exported from them stays. */
export async function removeSavedSearch(
  ground: Ground,
  actor: Actor,
  savedSearchId: number,
  revision: number | null = null,
): Promise<void> {
  requireRole(actor, 'Compliance Search')
  const before = await findSavedSearch(ground, actor, savedSearchId)
  await ground.database.transaction(async tx => {
    const [row] = await tx.query<{ revision: number; runs: number }>(
      `select revision, (select count(*) from search_run r where r.saved_search_id = s.saved_search_id) as runs
       from saved_search s where saved_search_id = $1::bigint for update of s`,
      [savedSearchId],
    )
    if (row && revision !== null && row.revision !== revision)
      throw new HoldfastError('REVISION_STALE', `saved search ${savedSearchId} was changed meanwhile`)
    await tx.execute('delete from saved_search where saved_search_id = $1::bigint', [savedSearchId])
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'saved-search.remove',
      subject: `saved-search:${savedSearchId}`,
      detail: { runs: row?.runs ?? 0, owner: before.owner },
      sealed: { name: before.name, query: before.query },
    })
  })
}

/** The search, if the actor may see it; recorded, since a query can quote content. SAVED_SEARCH_UNKNOWN. */
export async function showSavedSearch(
  ground: Ground,
  actor: Actor,
  savedSearchId: number,
): Promise<SavedSearch> {
  const found = await findSavedSearch(ground, actor, savedSearchId)
  await recordReading(ground, actor, { act: 'saved-search.show', subject: `saved-search:${savedSearchId}` })
  return found
}

/** The search, if the actor may see it; part of an act that is recorded. SAVED_SEARCH_UNKNOWN. */
export async function findSavedSearch(
  ground: Ground,
  actor: Actor,
  savedSearchId: number,
  sql: Sql = ground.database,
): Promise<SavedSearch> {
  requireRole(actor, 'Compliance Search', 'Preview', 'Export')
  const [row] = await sql.query<SavedSearchRow>(
    'select * from saved_search where saved_search_id = $1::bigint and ($2::text is null or owner = $2)',
    [savedSearchId, ownersSeen(actor)],
  )
  if (!row) throw new HoldfastError('SAVED_SEARCH_UNKNOWN', `there is no saved search ${savedSearchId}`)
  return savedSearchOf(ground, row)
}

/** The columns of where a search looks, in their order. */
function scopeValues({ mailboxIds, connectorIds, folders }: Asked): unknown[] {
  return [mailboxIds ?? null, connectorIds ?? null, folders ?? null]
}

async function checkDraft(
  ground: Ground,
  actor: Actor,
  draft: SearchDraft,
  act: 'saved-search.add' | 'saved-search.edit',
): Promise<SearchDraft> {
  const name = checkName(draft.name, 'SAVED_SEARCH_INVALID')
  const description = draft.description.trim()
  if (description.length > DESCRIPTION_MAX)
    throw new HoldfastError('SAVED_SEARCH_INVALID', `a description has at most ${DESCRIPTION_MAX} characters`)
  if (!Number.isInteger(draft.runsMax) || draft.runsMax < 1 || draft.runsMax > 50)
    throw new HoldfastError('SAVED_SEARCH_INVALID', 'a search keeps 1 to 50 of its runs')
  await judgeSearch(ground, actor, {
    act,
    role: 'Compliance Search',
    text: draft.query,
    asked: draft.scope,
  })
  return { ...draft, name, description }
}

/** A name as it is kept; refused with `code` if it is missing or too long. */
export function checkName(given: string, code: 'SAVED_SEARCH_INVALID' | 'TERM_REPORT_INVALID'): string {
  const name = given.replace(/\s+/g, ' ').trim()
  if (name === '') throw new HoldfastError(code, 'a name is missing')
  if (name.length > NAME_MAX) throw new HoldfastError(code, `a name has at most ${NAME_MAX} characters`)
  return name
}

function sealDraft(ground: Ground, savedSearchId: number, { name, description, query }: SearchDraft): Buffer {
  return sealJson(ground.keyring, `saved-search ${savedSearchId}`, { name, description, query })
}

/** The entry of a change, and the search as it is after it. */
async function recorded(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  act: string,
  savedSearchId: number,
): Promise<SavedSearch> {
  const [row] = await tx.query<SavedSearchRow>('select * from saved_search where saved_search_id = $1', [
    savedSearchId,
  ])
  const search = savedSearchOf(ground, row!)
  const { name, description, query, mailboxIds, connectorIds, folders } = search
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject: `saved-search:${savedSearchId}`,
    detail: { revision: search.revision, runsMax: search.runsMax },
    sealed: { name, description, query, mailboxes: mailboxIds, connectors: connectorIds, folders },
  })
  return search
}
