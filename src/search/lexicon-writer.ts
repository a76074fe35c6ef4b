/**
 * What a worker adds to the lexicon. It remembers what is stored in the epoch's pages, and of its own pages only once
 * it has seen that their transaction committed; until then it stores the same words again rather than none.
 */
import type { Sql } from '../database/database.ts'
import { KnownLexemes } from './known-lexemes.ts'
import { openPage, type SealedPage, type SearchKey, storePage } from './lexicon.ts'
import { type LexiconEntry, sortEntries, visitLexemes } from './lexicon-page.ts'

/** Pages of which it is not known yet whether they were committed; the oldest are forgotten, and stored again. */
const UNSEEN_MAX = 16

export class LexiconWriter {
  readonly #keyring: SearchKey
  #epoch = 0
  #known = new KnownLexemes()
  #unseen: { readonly pageId: string; readonly epoch: number; readonly lexemes: readonly Buffer[] }[] = []

  constructor(keyring: SearchKey) {
    this.#keyring = keyring
  }

  /** The epoch that the transaction begun last is in; it stays so until it ends. */
  get epoch(): number {
    return this.#epoch
  }

  /** True if the lexicon is known to have the lexeme whose letters these bytes are. */
  has(lexeme: Buffer): boolean {
    return this.#known.has(lexeme)
  }

  /** To be called in each transaction that will store something, before its entries are made. */
  async begin(tx: Sql): Promise<void> {
    const [row] = await tx.query<{ epoch: number; seen: string[] }>(
      `select lexicon_epoch() as epoch, array(select page_id::text from lexicon_page where page_id = any($1::uuid[])) as seen`,
      [this.#unseen.map(page => page.pageId)],
      'lexicon-epoch',
    )
    const { epoch, seen } = row!
    if (epoch !== this.#epoch) {
      const known = await this.#load(tx, epoch)
      // No other transaction of this worker can be in another epoch: this one could not have got its lock.
      this.#epoch = epoch
      this.#known = known
    }
    for (const page of this.#unseen)
      if (page.epoch === this.#epoch && seen.includes(page.pageId))
        for (const lexeme of page.lexemes) this.#known.add(lexeme, 0)
    this.#unseen = this.#unseen.filter(page => !seen.includes(page.pageId)).slice(-UNSEEN_MAX)
  }

  /** Stores what the lexicon is not known to have, by lexeme, within the transaction. */
  async store(tx: Sql, words: ReadonlyMap<Buffer, readonly LexiconEntry[]>): Promise<void> {
    if (words.size === 0) return
    const epoch = this.#epoch
    const entries = sortEntries([...words.values()].flat())
    const pageId = await storePage(tx, this.#keyring, epoch, entries)
    this.#unseen.push({ pageId, epoch, lexemes: [...words.keys()] })
  }

  async #load(tx: Sql, epoch: number): Promise<KnownLexemes> {
    const known = new KnownLexemes()
    for (let after: string | null = null; ; ) {
      const rows: SealedPage[] = await tx.query<SealedPage>(
        `select page_id, entries, sealed from lexicon_page where epoch = $1 and ($2::uuid is null or page_id > $2)
         order by page_id limit 8`,
        [epoch, after],
      )
      for (const row of rows) visitLexemes(openPage(this.#keyring, row), (bytes, at) => known.add(bytes, at))
      const last = rows.at(-1)
      if (!last) return known
      after = last.page_id
    }
  }
}
