/** Keeps the lexicon small: merges the pages that filing leaves behind, and drops words that no item has any more. */
import type { Database, Sql, Transaction } from '../database/database.ts'
import { openPage, type SealedPage, type SearchKey, storePage } from './lexicon.ts'
import { entriesOf, type LexiconEntry, readEntry, sortEntries } from './lexicon-page.ts'

/** A page of this many entries is full, and one of half as many is not worth merging. */
const FULL = 65_536
const SMALL = FULL / 2
/** Fewer small pages than this stay as they are. */
const SMALL_PAGES_MAX = 8
/** Entries merged in one transaction. */
const MERGED_MAX = 500_000
/** Lexemes looked up in one statement. */
const LOOKED_UP = 2_000

/** Held by whoever takes pages away; filing only adds some, and does not wait. */
const PAGES_LOCK = `hashtextextended('holdfast lexicon pages', 0)`

/** Merges small pages, until there are few. Leaves it to another process that is at it. */
export async function mergeLexicon(database: Database, keyring: SearchKey): Promise<void> {
  while (await database.transaction(tx => mergeSome(tx, keyring))) {
    // Until nothing is left to merge.
  }
}

async function mergeSome(tx: Transaction, keyring: SearchKey): Promise<boolean> {
  const [lock] = await tx.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(${PAGES_LOCK}) as got`)
  if (!lock!.got) return false
  const [epoch] = await tx.query<{ epoch: number }>(
    `select epoch from lexicon_page where entries < ${SMALL} group by epoch having count(*) >= ${SMALL_PAGES_MAX} limit 1`,
  )
  if (!epoch) return false
  const listed = await tx.query<SealedPage>(
    `select page_id, entries, sealed from
       (select *, sum(entries) over (order by entries, page_id) as total from lexicon_page
        where epoch = $1 and entries < ${SMALL}) as page
     where total - entries < ${MERGED_MAX}`,
    [epoch.epoch],
  )
  await replacePages(
    tx,
    keyring,
    epoch.epoch,
    listed,
    listed.flatMap(page => entriesOf(openPage(keyring, page))),
  )
  return true
}

/** Puts pages of these entries in the place of others. */
async function replacePages(
  tx: Sql,
  keyring: SearchKey,
  epoch: number,
  pages: readonly SealedPage[],
  entries: LexiconEntry[],
): Promise<void> {
  await tx.execute('delete from lexicon_page where page_id = any($1::uuid[])', [
    pages.map(page => page.page_id),
  ])
  const sorted = sortEntries(entries)
  // Pages of one size, so that none is left over that would be merged again.
  const count = Math.ceil(sorted.length / FULL)
  for (let page = 0; page < count; page++) {
    const from = Math.floor((sorted.length * page) / count)
    const to = Math.floor((sorted.length * (page + 1)) / count)
    await storePage(tx, keyring, epoch, sorted.slice(from, to))
  }
}

/** Begins an epoch, once what is being filed is committed: from now on what is filed is stored in the lexicon again. */
export async function beginEpoch(database: Database): Promise<number> {
  return database.transaction(async tx => {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('holdfast lexicon', 0))`)
    const [row] = await tx.query<{ epoch: number }>(
      `insert into lexicon (epoch) values (2) on conflict (singleton) do update set epoch = lexicon.epoch + 1
       returning epoch`,
    )
    return row!.epoch
  })
}

/** Drops all pages of earlier epochs: at the end of a reindex, which has met every word again in this one. */
export async function dropEarlierEpochs(tx: Sql, epoch: number): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${PAGES_LOCK})`)
  await tx.execute('delete from lexicon_page where epoch < $1', [epoch])
}

/**
 * Drops the words that no item has any more; after items were removed. Each page is a transaction, so it may be
 * stopped and started again. Gives how many words were dropped.
 */
export async function dropUnusedWords(database: Database, keyring: SearchKey): Promise<number> {
  const epoch = await beginEpoch(database)
  let dropped = 0
  for (;;) {
    const left = await database.transaction(async tx => {
      await tx.query(`select pg_advisory_xact_lock(${PAGES_LOCK})`)
      const [page] = await tx.query<SealedPage>(
        'select page_id, entries, sealed from lexicon_page where epoch < $1 order by epoch, page_id limit 1',
        [epoch],
      )
      if (!page) return false
      const entries = entriesOf(openPage(keyring, page))
      const used = await usedEntries(tx, entries)
      await replacePages(tx, keyring, epoch, [page], used)
      dropped += entries.length - used.length
      return true
    })
    if (!left) return dropped
  }
}

/** The entries whose lexeme is in the index: of a word alone or in a name, of an address as a party's. */
async function usedEntries(sql: Sql, entries: readonly LexiconEntry[]): Promise<LexiconEntry[]> {
  const used: LexiconEntry[] = []
  for (let from = 0; from < entries.length; from += LOOKED_UP) {
    const some = entries.slice(from, from + LOOKED_UP)
    const queries = some.map(entry => {
      const { lexiconClass, lexeme } = readEntry(entry)
      const roles = `'f${lexeme}' | 't${lexeme}'`
      return lexiconClass === 'w' ? `'${lexeme}' | ${roles}` : roles
    })
    const rows = await sql.query<{ place: number }>(
      `select place from unnest($1::text[]::tsquery[]) with ordinality as sought (query, place)
       where exists (select from search_entry where vector @@ sought.query)`,
      [queries],
    )
    for (const { place } of rows) used.push(some[place - 1]!)
  }
  return used
}
