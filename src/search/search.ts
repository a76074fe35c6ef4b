/**
 * The sealed index: what can be found, without a word of it in the database (docs/formats/search.md).
 *
 * Words and parties become keyed hashes with positions in PostgreSQL's `tsvector`, under a GIN index; queries
 * (docs/guide/search.md) become `tsquery` over the same hashes. Promises: the index holds no plaintext of a sealed
 * field; a search is complete (no top N, no dictionary that decides, long texts included) and pages stably while
 * items arrive; an empty scope finds nothing. It checks no permission: that is what `archive/` does, with the scope.
 */
import { type Database, type Sql, sqlState, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { compileQuery, hasBeginning, type SearchScope } from './compile.ts'
import { expandQuery, namesIn } from './expansion.ts'
import { readLexicon, type SearchKey } from './lexicon.ts'
import { mergeLexicon } from './lexicon-upkeep.ts'
import { lookUp } from './people.ts'
import type { CompiledQuery, Plan } from './plan.ts'
import type { Query } from './query.ts'
import { boundOf, pageOf, pageStatement, type SearchSort } from './sort.ts'
import { TOKENIZER_VERSION, unicodeVersion } from './tokenizer.ts'

export type { SearchScope } from './compile.ts'
export { createIndexer, type EntryInput, EntryRows, type Indexer, type Parties } from './entry.ts'
export { highlight, type Mark } from './highlight.ts'
export { labelKey } from './lexeme.ts'
export { beginEpoch, dropEarlierEpochs, dropUnusedWords } from './lexicon-upkeep.ts'
export { formsOfEntry } from './number.ts'
export { partiesOf } from './parties.ts'
export { lookUp } from './people.ts'
export type { CompiledQuery } from './plan.ts'
export {
  asksOfKeeping,
  checkQuery,
  holdsNamed,
  mailboxesNamed,
  mailboxesNumbered,
  parseQuery,
  type Query,
} from './query.ts'
export { ITEM_CLASSES } from './query-class.ts'
export { MISTAKES, NOTES } from './query-mistake.ts'
export { INTERVALS, QUERY_PROPERTIES, type QueryProperty } from './query-properties.ts'
export { cursorAfter, type SearchSort } from './sort.ts'
export { lockEntries, replaceEntries, updateMailboxes } from './stored-entries.ts'

/** A page of hits. `next` is where the following page starts (`after`), opaque; null at the end. */
type SearchPage = { readonly itemIds: readonly string[]; readonly next: string | null }

const PAGE_MAX = 10_000
/** How long a statement of a search may take before it is given up, where nothing else is said. */
const SECONDS_MAX = 60

/**
 * One page of the items that match, in an order; newest first if none is named. Throws QUERY_INVALID for a beginning
 * that too many words have, MAILBOX_UNKNOWN where the query names a mailbox that `scope.named` lacks, USAGE for a
 * cursor that no page of this order gave, SEARCH_TOO_LONG after a minute.
 */
export async function search(
  sql: Database | Transaction,
  keyring: SearchKey,
  query: Query,
  scope: SearchScope,
  page: {
    readonly after?: string | null
    readonly limit: number
    readonly sort?: SearchSort
    readonly secondsMax?: number
  },
): Promise<SearchPage> {
  const limit = Math.min(Math.max(Math.trunc(page.limit), 1), PAGE_MAX)
  const { after = null, sort = 'newest', secondsMax = SECONDS_MAX } = page
  const bound = boundOf(sort, after)
  return inSnapshot(sql, secondsMax, async tx => {
    const hits = await compiled(tx, keyring, query, scope, bound)
    const statement = pageStatement(hits, sort, after, limit)
    const rows = await tx.query<{ item_id: string; key: string | null }>(statement.sql, statement.values)
    return pageOf(rows, sort, limit)
  })
}

/**
 * The hits as a statement that gives the item_id of each once, in no order, to be used inside another: a count, an
 * estimate, the snapshot that an export is made from. Words that begin so are looked up now: for hits that are exactly
 * those of one moment, call it in the transaction that runs the statement, at REPEATABLE READ.
 */
export async function selectHits(
  sql: Sql,
  keyring: SearchKey,
  query: Query,
  scope: SearchScope,
): Promise<CompiledQuery> {
  return compiled(sql, keyring, query, scope, null)
}

/** How many items match. */
export async function count(
  sql: Database | Transaction,
  keyring: SearchKey,
  query: Query,
  scope: SearchScope,
): Promise<number> {
  return inSnapshot(sql, SECONDS_MAX, async tx => {
    const { sql: hits, values } = await compiled(tx, keyring, query, scope, null)
    const [row] = await tx.query<{ count: number }>(`select count(*) as count from (${hits}) as hit`, values)
    return row!.count
  })
}

async function compiled(
  sql: Sql,
  keyring: SearchKey,
  query: Query,
  scope: SearchScope,
  bound: Extract<Plan, { type: 'ids' }> | null,
): Promise<CompiledQuery> {
  const resolved = expandQuery(query, await lookUp(sql, namesIn(query)))
  const lexicon = hasBeginning(resolved) ? await readLexicon(sql, keyring) : null
  return compileQuery(resolved, keyring, scope, lexicon, bound)
}

/** Runs a search's statements on one moment of the archive, and for so long at most; in a transaction, as it is. */
async function inSnapshot<T>(
  sql: Database | Transaction,
  secondsMax: number,
  work: (tx: Sql) => Promise<T>,
): Promise<T> {
  return 'transaction' in sql ? searchSnapshot(sql, work, secondsMax) : work(sql)
}

/**
 * Runs statements made of `selectHits` on one moment of the archive. SEARCH_TOO_LONG where one takes longer than
 * `secondsMax`, or is more than the server can evaluate: trying again would not help.
 */
export async function searchSnapshot<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
  secondsMax: number = SECONDS_MAX,
): Promise<T> {
  try {
    return await database.transaction(async tx => {
      await tx.execute(
        `set transaction isolation level repeatable read; set local statement_timeout = '${secondsMax}s'`,
      )
      return work(tx)
    })
  } catch (error) {
    const state = sqlState(error)
    if (state === QUERY_CANCELED)
      throw new HoldfastError('SEARCH_TOO_LONG', `the search was given up after ${secondsMax} seconds`, {
        cause: error,
      })
    if (state?.startsWith(LIMIT_EXCEEDED))
      throw new HoldfastError('SEARCH_TOO_LONG', 'the search is more than the database can evaluate', {
        cause: error,
      })
    throw error
  }
}

const QUERY_CANCELED = '57014'
/** The class of what is too complex or too large for the server. */
const LIMIT_EXCEEDED = '54'

/**
 * Merges GIN's list of pending entries into the index, and small pages of the lexicon; after a run, since searches read
 * the one from end to end, and look into each of the others.
 */
export async function mergePending(database: Database, keyring: SearchKey): Promise<void> {
  await database.query('select merge_search_pending()')
  await mergeLexicon(database, keyring)
}

/** Notes that all entries are by this tokenizer: for a new archive, and at the end of a reindex. */
export async function recordVersion(tx: Sql, now: number): Promise<void> {
  await tx.execute(
    `insert into search_version (tokenizer, unicode, indexed_at) values ($1, $2, $3)
     on conflict (singleton) do update set tokenizer = $1, unicode = $2, indexed_at = $3`,
    [TOKENIZER_VERSION, unicodeVersion, new Date(now)],
  )
}

/** False where `checkVersion` throws. */
export async function isIndexCurrent(sql: Sql): Promise<boolean> {
  return isByThisVersion(await readVersion(sql))
}

/** Throws REINDEX_NEEDED unless the entries were made by this tokenizer with this Unicode data. */
export async function checkVersion(sql: Sql): Promise<void> {
  const row = await readVersion(sql)
  if (isByThisVersion(row)) return
  throw new HoldfastError(
    'REINDEX_NEEDED',
    row
      ? `entries are by tokenizer ${row.tokenizer} with Unicode ${row.unicode}, this is ${TOKENIZER_VERSION} with ${unicodeVersion}`
      : 'it is not recorded which tokenizer made the entries',
  )
}

type Version = { readonly tokenizer: number; readonly unicode: string }

async function readVersion(sql: Sql): Promise<Version | undefined> {
  const [row] = await sql.query<Version>('select tokenizer, unicode from search_version')
  return row
}

const isByThisVersion = (row: Version | undefined): boolean =>
  row?.tokenizer === TOKENIZER_VERSION && row.unicode === unicodeVersion
