/**
 * Makes the rows of the sealed index from an item: its words and parties as keyed hashes with positions, in the
 * binary form of PostgreSQL's tsvector (tsvectorrecv: int32 count; each lexeme NUL-terminated, uint16 number of
 * positions, and each position as uint16, weight in the upper two bits). The lexemes of a vector are distinct, as
 * tsvectorrecv does not remove doubles; their order is left to it, which sorts in C what we would sort in JavaScript.
 */
import { CopyRows, type Transaction } from '../database/database.ts'
import {
  connectorLexeme,
  createHasher,
  type HashClass,
  type Hasher,
  kindLexeme,
  MULTIPART_LEXEME,
  mailboxLexeme,
  monthLexeme,
  monthOf,
} from './lexeme.ts'
import type { SearchKey } from './lexicon.ts'
import { type LexiconClass, type LexiconEntry, lexiconEntries } from './lexicon-page.ts'
import { LexiconWriter } from './lexicon-writer.ts'
import { formsOfEntry } from './number.ts'
import { foldWord, PHRASE_WORDS_MAX, scanWords } from './tokenizer.ts'

/** A party's marks, as the item gives them. A number that is no digits (an alphanumeric sender) counts as a name. */
export type Parties = {
  readonly numbers: readonly string[]
  readonly emails: readonly string[]
  readonly names: readonly string[]
  /** As the source calls somebody who is registered there. */
  readonly userIds: readonly string[]
}

/** What search is told about an item. */
export type EntryInput = {
  /** 16 bytes; the first 48 bits are the time of sending. */
  readonly itemId: Buffer
  readonly text: {
    readonly subject: string
    readonly body: string
    readonly groupName: string | null
    /** Names beyond those of `from` and `to`, whose names need not be repeated here. */
    readonly names: readonly string[]
    readonly attachmentNames: readonly string[]
    /** What could be read inside the attachments; [] where nothing was. */
    readonly attachmentTexts: readonly string[]
  }
  readonly kind: string
  readonly direction: string | null
  readonly sentAt: Date | null
  readonly from: Parties
  readonly to: Parties
  readonly mailboxIds: readonly number[]
  readonly connectorId: number
}

/** Entries to be stored: the rows of search_entry, and what the lexicon does not have yet. */
export class EntryRows {
  readonly copy = new CopyRows()
  /** Entries of the lexicon by their lexeme. */
  readonly words = new Map<Buffer, readonly LexiconEntry[]>()

  get bytes(): number {
    return this.copy.bytes
  }

  /** Forgets all and keeps the buffer; not before what stores it has settled. */
  reset(): void {
    this.copy.reset()
    this.words.clear()
  }
}

/** Makes entries and stores them. One for each worker, since it remembers words across items. */
export type Indexer = {
  /** To be called once in each transaction that stores entries, before `add`. */
  begin(tx: Transaction): Promise<void>
  /**
   * Appends the item's rows: one of part 0, or for a long text parts 1 and up. False if the text is beyond PARTS_MAX
   * parts, so that its end cannot be found.
   */
  add(rows: EntryRows, input: EntryInput): boolean
  /** Stores the rows in the transaction that was begun for them. */
  store(tx: Transaction, rows: EntryRows): Promise<void>
}

const ENTRY_COLUMNS = ['item_id', 'part', 'vector'] as const

/** Between two fields, so that no phrase crosses from one into the next. */
const FIELD_GAP = 128
/** tsvector knows positions up to 16,383 and 256 of one lexeme. */
const POSITION_MAX = 16_000
const POSITIONS_OF_LEXEME_MAX = 256
const PARTS_MAX = 32_767

/** The upper two bits of a position: what `subject:` and its like are restricted by. */
const WEIGHT = Object.freeze({ subject: 3 << 14, attachmentName: 2 << 14, other: 1 << 14, body: 0 })

/** Words remembered with their hashes; then both maps start anew. About 20 MB. */
const REMEMBERED_MAX = 100_000
/** Longer words are rarely met again. */
const REMEMBERED_LENGTH_MAX = 40

/** A lexeme, and where it stands in the part that is being made: a chain through `next` from `first` to `last`. */
type Lexeme = {
  readonly bytes: Buffer
  /** The epoch in which the lexicon is known to have it. */
  storedIn: number
  part: number
  count: number
  first: number
  last: number
  from: Lexeme | null
  to: Lexeme | null
}

const NOT_STORED = -1
/** Of what does not go into the lexicon: mailboxes, kinds, roles, numbers. */
const NEVER_STORED = 2 ** 30

function newLexeme(bytes: Buffer, storedIn: number): Lexeme {
  return { bytes, storedIn, part: -1, count: 0, first: 0, last: 0, from: null, to: null }
}

const NOTHING = newLexeme(Buffer.alloc(0), NEVER_STORED)

class EntryWriter implements Indexer {
  readonly #hash: Hasher
  readonly #lexicon: LexiconWriter
  #epoch = 0
  #rows = new EntryRows()
  /** By raw word; by class and text for the others. */
  readonly #known = new Map<string, Lexeme>()
  /** By spelling: one object for a lexeme, however many raw words lead to it. */
  readonly #spelled = new Map<string, Lexeme>()
  /** The item as a stream: lexemes and their positions with weight; 0 is no position. */
  #stream: Lexeme[] = []
  #positions = new Uint32Array(1024)
  #weights = new Uint16Array(1024)
  #next = new Int32Array(1024)
  #length = 0
  #position = 0
  #metadata: Lexeme[] = []
  #part = 0
  #buffer = Buffer.allocUnsafeSlow(64 * 1024)

  constructor(keyring: SearchKey) {
    this.#hash = createHasher(keyring)
    this.#lexicon = new LexiconWriter(keyring)
  }

  begin(tx: Transaction): Promise<void> {
    return this.#lexicon.begin(tx)
  }

  async store(tx: Transaction, rows: EntryRows): Promise<void> {
    await tx.copy('search_entry', ENTRY_COLUMNS, rows.copy)
    await this.#lexicon.store(tx, rows.words)
  }

  add(rows: EntryRows, input: EntryInput): boolean {
    this.#rows = rows
    this.#epoch = this.#lexicon.epoch
    if (this.#spelled.size > REMEMBERED_MAX || this.#known.size > REMEMBERED_MAX) {
      this.#known.clear()
      this.#spelled.clear()
    }
    this.#stream.length = 0
    this.#length = 0
    this.#position = 0
    this.#addParties(input.from, 'from')
    this.#addParties(input.to, 'to')
    const { text } = input
    this.#addText(text.subject, WEIGHT.subject)
    for (const name of text.names) {
      if (!input.from.names.includes(name) && !input.to.names.includes(name))
        this.#addText(name, WEIGHT.other)
    }
    if (text.groupName !== null) this.#addText(text.groupName, WEIGHT.other)
    for (const name of text.attachmentNames) this.#addText(name, WEIGHT.attachmentName)
    this.#addText(text.body, WEIGHT.body)
    for (const each of text.attachmentTexts) this.#addText(each, WEIGHT.other)
    this.#metadata = [
      this.#spell(kindLexeme(input.kind, input.direction)),
      this.#spell(connectorLexeme(input.connectorId)),
    ]
    if (input.sentAt !== null) this.#metadata.push(this.#spell(monthLexeme(monthOf(input.sentAt.getTime()))))
    for (const mailboxId of input.mailboxIds) this.#metadata.push(this.#spell(mailboxLexeme(mailboxId)))
    return this.#writeParts(rows.copy, input.itemId)
  }

  #addParties(parties: Parties, role: 'from' | 'to'): void {
    for (const name of parties.names) this.#addName(name, role)
    for (const number of parties.numbers) {
      if (/^[0-9]+$/.test(number)) {
        for (const form of formsOfEntry(number))
          this.#addPlain(this.#party(form.hashClass, form.digits, role))
      } else this.#addName(number, role)
    }
    for (const email of parties.emails) {
      const address = email.toLowerCase()
      this.#addPlain(this.#party('e', address, role))
      this.#addPlain(this.#party('d', address.slice(address.lastIndexOf('@') + 1), role))
    }
    for (const userId of parties.userIds) this.#addPlain(this.#party('u', userId.toLowerCase(), role))
  }

  #addName(name: string, role: 'from' | 'to'): void {
    const start = this.#position
    scanWords(name, raw => {
      const word = this.#word(raw)
      if (word !== NOTHING) this.#append(this.#ofRole(word, role), ++this.#position, 0)
    })
    if (this.#position > start) this.#position += FIELD_GAP
  }

  #addText(text: string, weight: number): void {
    const start = this.#position
    scanWords(text, raw => {
      const word = this.#word(raw)
      if (word !== NOTHING) this.#append(word, ++this.#position, weight)
    })
    if (this.#position > start) this.#position += FIELD_GAP
  }

  #addPlain(lexeme: Lexeme): void {
    this.#append(lexeme, 0, 0)
  }

  #append(lexeme: Lexeme, position: number, weight: number): void {
    if (this.#length === this.#positions.length) this.#grow()
    this.#stream[this.#length] = lexeme
    this.#positions[this.#length] = position
    this.#weights[this.#length] = weight
    this.#length++
  }

  #grow(): void {
    const larger = this.#positions.length * 2
    const positions = new Uint32Array(larger)
    positions.set(this.#positions)
    this.#positions = positions
    const weights = new Uint16Array(larger)
    weights.set(this.#weights)
    this.#weights = weights
    this.#next = new Int32Array(larger)
  }

  #word(raw: string): Lexeme {
    const known = this.#known.get(raw)
    if (known !== undefined) {
      if (known.storedIn < this.#epoch) this.#toLexicon(known, 'w', foldWord(raw))
      return known
    }
    const word = foldWord(raw)
    const lexeme = word === '' ? NOTHING : this.#spell(this.#hash('w', word), NOT_STORED)
    if (word !== '') this.#toLexicon(lexeme, 'w', word)
    // A slice keeps the whole text it was cut from alive; what is remembered is a copy.
    if (raw.length <= REMEMBERED_LENGTH_MAX) this.#known.set(Buffer.from(raw).toString(), lexeme)
    return lexeme
  }

  #party(hashClass: HashClass, text: string, role: 'from' | 'to'): Lexeme {
    // No word holds a space, so these keys and the raw words share one map.
    const key = `${hashClass} ${text}`
    let known = this.#known.get(key)
    if (known === undefined) {
      known = this.#spell(this.#hash(hashClass, text), hashClass === 'e' ? NOT_STORED : NEVER_STORED)
      this.#known.set(key, known)
    }
    if (known.storedIn < this.#epoch) this.#toLexicon(known, 'e', text)
    return this.#ofRole(known, role)
  }

  /** Sees to it that the lexicon gets what it is not known to have. */
  #toLexicon(lexeme: Lexeme, lexiconClass: LexiconClass, text: string): void {
    if (this.#lexicon.has(lexeme.bytes)) lexeme.storedIn = this.#epoch
    else if (!this.#rows.words.has(lexeme.bytes))
      this.#rows.words.set(lexeme.bytes, lexiconEntries(lexiconClass, text, lexeme.bytes.toString('latin1')))
  }

  #ofRole(lexeme: Lexeme, role: 'from' | 'to'): Lexeme {
    lexeme[role] ??= this.#spell((role === 'from' ? 'f' : 't') + lexeme.bytes.toString('latin1'))
    return lexeme[role]
  }

  #spell(spelling: string, storedIn = NEVER_STORED): Lexeme {
    let lexeme = this.#spelled.get(spelling)
    if (lexeme === undefined) {
      lexeme = newLexeme(Buffer.from(spelling, 'latin1'), storedIn)
      this.#spelled.set(spelling, lexeme)
    }
    return lexeme
  }

  #writeParts(rows: CopyRows, itemId: Buffer): boolean {
    const { end, used } = this.#gather(0)
    if (end === this.#length) {
      this.#writeRow(rows, itemId, 0, used, 0)
      return true
    }
    const marker = this.#spell(MULTIPART_LEXEME)
    this.#metadata.push(marker)
    let start = 0
    for (let part = 1; part <= PARTS_MAX; part++) {
      const gathered = this.#gather(start)
      this.#writeRow(rows, itemId, part, gathered.used, this.#baseOf(start))
      if (gathered.end === this.#length) return true
      start = this.#overlapBefore(gathered.end)
    }
    return false
  }

  /** Collects the distinct lexemes of the stream from `start` on, as far as one vector can hold them. */
  #gather(start: number): { end: number; used: Lexeme[] } {
    const part = ++this.#part
    const used: Lexeme[] = []
    const base = this.#baseOf(start)
    let at = start
    for (; at < this.#length; at++) {
      const lexeme = this.#stream[at]!
      const position = this.#positions[at]!
      if (position - base > POSITION_MAX || at - start >= POSITION_MAX) break
      if (lexeme.part !== part) {
        lexeme.part = part
        lexeme.count = 0
        used.push(lexeme)
      }
      if (position === 0) continue
      if (lexeme.count === POSITIONS_OF_LEXEME_MAX) break
      if (lexeme.count++ === 0) lexeme.first = at
      else this.#next[lexeme.last] = at
      lexeme.last = at
    }
    for (const lexeme of this.#metadata) {
      if (lexeme.part === part) continue
      lexeme.part = part
      lexeme.count = 0
      used.push(lexeme)
    }
    return { end: at, used }
  }

  /** Positions of a part count from the one before its first. */
  #baseOf(start: number): number {
    for (let at = start; at < this.#length; at++)
      if (this.#positions[at] !== 0) return this.#positions[at]! - 1
    return 0
  }

  /** Where the part after one that ends before `end` starts: PHRASE_WORDS_MAX words back, fewer across a gap. */
  #overlapBefore(end: number): number {
    let at = end
    const limit = this.#positions[end - 1]! - PHRASE_WORDS_MAX
    while (at > 0 && this.#positions[at - 1]! > 0 && this.#positions[at - 1]! > limit) at--
    return at
  }

  #writeRow(rows: CopyRows, itemId: Buffer, part: number, used: readonly Lexeme[], base: number): void {
    let size = 4
    for (const lexeme of used) size += lexeme.bytes.length + 3 + lexeme.count * 2
    if (size > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(size * 2)
    const buffer = this.#buffer
    let at = buffer.writeInt32BE(used.length, 0)
    for (const { bytes, count, first } of used) {
      for (let index = 0; index < bytes.length; index++) buffer[at++] = bytes[index]!
      buffer[at++] = 0
      buffer[at++] = count >> 8
      buffer[at++] = count & 0xff
      for (let done = 0, entry = first; done < count; done++, entry = this.#next[entry]!) {
        const position = (this.#positions[entry]! - base) | this.#weights[entry]!
        buffer[at++] = position >> 8
        buffer[at++] = position & 0xff
      }
    }
    rows.begin(ENTRY_COLUMNS.length)
    rows.uuid(itemId)
    rows.int2(part)
    rows.raw(buffer.subarray(0, at))
  }
}

/** Opens an indexer. */
export function createIndexer(keyring: SearchKey): Indexer {
  return new EntryWriter(keyring)
}
