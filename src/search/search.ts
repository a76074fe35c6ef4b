/**
 * The sealed index: what can be found, without a word of it in the database (docs/formats/search.md).
 *
 * Words and parties become keyed hashes with positions in PostgreSQL's `tsvector`, under a GIN index; queries
 * (docs/guide/search.md) become `tsquery` over the same hashes. Promises: the index holds no plaintext of a sealed
 * field; a search is complete (no top N, no dictionary that decides, long texts included) and pages stably while
 * items arrive; an empty scope finds nothing. It checks no permission: that is what `archive/` does, with the scope.
 */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { type CompiledQuery, compileQuery, type SearchScope } from './compile.ts'
import type { Query } from './query.ts'
import { TOKENIZER_VERSION, unicodeVersion } from './tokenizer.ts'

export type { CompiledQuery, SearchScope } from './compile.ts'
export { createIndexer, ENTRY_COLUMNS, type EntryInput, type Indexer, type Parties } from './entry.ts'
export { partiesOf } from './parties.ts'
export { mailboxesNamed, parseQuery, type Query } from './query.ts'
export { replaceEntries, updateMailboxes } from './stored-entries.ts'

type SearchKey = Pick<Keyring, 'purposeKey'>

/** A page of hits. `next` is where the following page starts (`after`), null at the end. */
type SearchPage = { readonly itemIds: readonly string[]; readonly next: string | null }

const PAGE_MAX = 10_000
const ITEM_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * One page of the items that match, newest first by the time of sending. Paging is by item id: an item that arrives
 * meanwhile is on its own page or was before, and never shifts another. MAILBOX_UNKNOWN where the query
 * names a mailbox that `scope.named` lacks.
 */
export async function search(
  sql: Sql,
  keyring: SearchKey,
  query: Query,
  scope: SearchScope,
  page: { readonly after?: string | null; readonly limit: number },
): Promise<SearchPage> {
  const limit = Math.min(Math.max(Math.trunc(page.limit), 1), PAGE_MAX)
  const after = page.after ?? null
  if (after !== null && !ITEM_ID.test(after))
    throw new HoldfastError('USAGE', 'a page begins after an item id')
  const { sql: hits, values } = compileQuery(query, keyring, scope, after)
  // OFFSET 0 keeps the order out of the inner plan: walking the ids backward until enough match would be quick for
  // a common word, and read the whole table for a rare one.
  const rows = await sql.query<{ item_id: string }>(
    `select item_id from (${hits} offset 0) as hit order by item_id desc limit ${limit + 1}`,
    values,
  )
  const itemIds = rows.slice(0, limit).map(row => row.item_id)
  return { itemIds, next: rows.length > limit ? itemIds.at(-1)! : null }
}

/**
 * The hits as a statement that gives the item_id of each once, in no order, to be used inside another: a count, an
 * estimate, the snapshot that an export is made from.
 */
export async function selectHits(
  _sql: Sql,
  keyring: SearchKey,
  query: Query,
  scope: SearchScope,
): Promise<CompiledQuery> {
  return compileQuery(query, keyring, scope)
}

/** How many items match. */
export async function count(sql: Sql, keyring: SearchKey, query: Query, scope: SearchScope): Promise<number> {
  const { sql: hits, values } = compileQuery(query, keyring, scope)
  const [row] = await sql.query<{ count: number }>(`select count(*) as count from (${hits}) as hit`, values)
  return row!.count
}

/** Merges GIN's list of pending entries into the index; after a run, since searches read that list from end to end. */
export async function mergePending(sql: Sql): Promise<void> {
  await sql.query('select merge_search_pending()')
}

/** Notes that all entries are by this tokenizer: for a new archive, and at the end of a reindex. */
export async function recordVersion(tx: Sql, now: number): Promise<void> {
  await tx.execute(
    `insert into search_version (tokenizer, unicode, indexed_at) values ($1, $2, $3)
     on conflict (singleton) do update set tokenizer = $1, unicode = $2, indexed_at = $3`,
    [TOKENIZER_VERSION, unicodeVersion, new Date(now)],
  )
}

/** Throws REINDEX_NEEDED unless the entries were made by this tokenizer with this Unicode data. */
export async function checkVersion(sql: Sql): Promise<void> {
  const [row] = await sql.query<{ tokenizer: number; unicode: string }>(
    'select tokenizer, unicode from search_version',
  )
  if (row?.tokenizer === TOKENIZER_VERSION && row.unicode === unicodeVersion) return
  throw new HoldfastError(
    'REINDEX_NEEDED',
    row
      ? `entries are by tokenizer ${row.tokenizer} with Unicode ${row.unicode}, this is ${TOKENIZER_VERSION} with ${unicodeVersion}`
      : 'it is not recorded which tokenizer made the entries',
  )
}
