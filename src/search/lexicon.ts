/**
 * The lexicon: the texts that the index has hashes of, sealed, since a hash has no beginning by which `lun*` could be
 * found. Each filing transaction adds the words that are new to its worker as one page; what two workers store twice
 * does no harm. A process that searches holds the pages it has opened, and before each search opens those that have
 * come and forgets those that are gone: by their ids one by one, since transactions commit late.
 *
 * Epochs let words be dropped while filing goes on. From the beginning of an epoch every worker stores the words it
 * meets again, in pages of that epoch; whatever an earlier epoch's pages have besides is then looked up in the index
 * and kept or left out (lexicon-upkeep.ts). A filing holds the epoch as it is until it commits.
 */
import { randomUUID } from 'node:crypto'
import type { Sql } from '../database/database.ts'
import type { Keyring } from '../keyring/keyring.ts'
import {
  addBeginning,
  KEY_MAX,
  type LexiconClass,
  type LexiconEntry,
  type LexiconPage,
  lexiconKey,
  readLexiconPage,
  writeLexiconPage,
} from './lexicon-page.ts'

/** What search needs of the keyring. */
export type SearchKey = Pick<Keyring, 'purposeKey' | 'seal' | 'open'>

/** A beginning that more words have is refused: the search would be slow, and cutting it would hide what it misses. */
export const VARIANTS_MAX = 10_000
/** Entries that are read in one statement: some megabytes. */
const ENTRIES_AT_ONCE = 200_000

export type Lexicon = {
  /**
   * The lexemes of the words that begin so, or of the addresses that have these words, divided by spaces, in a row and
   * the last one as a beginning; more than VARIANTS_MAX where there are too many.
   */
  beginning(lexiconClass: LexiconClass, text: string): ReadonlySet<string>
}

/** A row of lexicon_page, to be opened. */
export type SealedPage = { readonly page_id: string; readonly entries: number; readonly sealed: Buffer }

const contextOf = (pageId: string): string => `holdfast lexicon page ${pageId}`

/** Throws VAULT_DAMAGED if it is not the page that was sealed. */
export function openPage(keyring: SearchKey, { page_id, entries, sealed }: SealedPage): LexiconPage {
  return readLexiconPage(keyring.open('search', sealed, contextOf(page_id)), entries)
}

/** Stores entries, which are in order, as a page; gives its id. */
export async function storePage(
  tx: Sql,
  keyring: SearchKey,
  epoch: number,
  entries: readonly LexiconEntry[],
): Promise<string> {
  const pageId = randomUUID()
  await tx.execute(
    'insert into lexicon_page (page_id, epoch, entries, sealed) values ($1, $2, $3, $4)',
    [pageId, epoch, entries.length, keyring.seal('search', writeLexiconPage(entries), contextOf(pageId))],
    'lexicon-page',
  )
  return pageId
}

/** Opened pages by id, for each archive that this process searches. */
const opened = new WeakMap<SearchKey, ReadonlyMap<string, LexiconPage>>()

/** The lexicon as it is now. In a REPEATABLE READ transaction, as it is for all of its statements. */
export async function readLexicon(sql: Sql, keyring: SearchKey): Promise<Lexicon> {
  const pages = await readPages(sql, keyring, opened.get(keyring) ?? new Map())
  opened.set(keyring, pages)
  return {
    beginning(lexiconClass, text) {
      const found = new Set<string>()
      // No address is so long.
      if (Buffer.byteLength(text) > KEY_MAX) return found
      const key = lexiconKey(lexiconClass, text)
      for (const page of pages.values()) addBeginning(page, key, found, VARIANTS_MAX)
      return found
    },
  }
}

async function readPages(
  sql: Sql,
  keyring: SearchKey,
  held: ReadonlyMap<string, LexiconPage>,
): Promise<Map<string, LexiconPage>> {
  for (;;) {
    const listed = await sql.query<{ page_id: string; entries: number }>(
      'select page_id, entries from lexicon_page',
    )
    const pages = new Map<string, LexiconPage>()
    const missing: string[][] = []
    let entries = ENTRIES_AT_ONCE
    for (const row of listed) {
      const page = held.get(row.page_id)
      if (page) pages.set(row.page_id, page)
      else {
        entries += row.entries
        if (entries > ENTRIES_AT_ONCE) {
          missing.push([])
          entries = row.entries
        }
        missing.at(-1)!.push(row.page_id)
      }
    }
    for (const pageIds of missing) {
      const rows = await sql.query<SealedPage>(
        'select page_id, entries, sealed from lexicon_page where page_id = any($1::uuid[])',
        [pageIds],
      )
      for (const row of rows) pages.set(row.page_id, openPage(keyring, row))
    }
    if (pages.size === listed.length) return pages
    // Some were merged between the two statements: their words are in a page that was not listed.
    held = pages
  }
}
