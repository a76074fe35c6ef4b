/**
 * A page of the lexicon: words and addresses that were hashed, in order, each with its lexeme, so that all that begin
 * alike lie together (docs/formats/search.md, "Lexicon"). Pure; in memory a page is its own bytes and where each entry
 * begins.
 *
 *   entry     uint8 n; the lexeme, 10 letters; n bytes of key. Ascending by key, then by lexeme, none twice.
 *   key       `w` and a word, or `e` and the words of an address from one of them on, divided by spaces; in UTF-8, and
 *             cut before the character that would make it longer than 240 bytes
 */
import { wordsOf } from './tokenizer.ts'

/** What has entries: words, and e-mail addresses by the words they are made of. */
export type LexiconClass = 'w' | 'e'

/** Longer beginnings of a word cannot be looked for: so many characters are sure to fit into a key. */
export const BEGINNING_MAX = 60
/** Bytes of what follows the class. */
export const KEY_MAX = 240

const LEXEME_LENGTH = 10
const KEY_AT = 1 + LEXEME_LENGTH

export type LexiconPage = { readonly bytes: Buffer; readonly starts: Uint32Array }

/**
 * An entry out of its page: key, NUL, lexeme, as a string with a letter for each byte. The order of such strings is
 * that of their bytes, and sorting strings is ten times as fast as sorting buffers.
 */
export type LexiconEntry = string

/** What words in a row are found by, a letter for each byte of UTF-8; cut if it is too long. */
export function lexiconKey(lexiconClass: LexiconClass, text: string): string {
  const beginning = text.length > KEY_MAX ? text.slice(0, KEY_MAX) : text
  if (/^[\x00-\x7f]*$/.test(beginning)) return lexiconClass + beginning
  const bytes = Buffer.from(beginning, 'utf8')
  let end = Math.min(bytes.length, KEY_MAX)
  // Bytes that begin with 10 go on with a character.
  if (end < bytes.length) while ((bytes[end]! & 0xc0) === 0x80) end--
  return lexiconClass + bytes.toString('latin1', 0, end)
}

/** The entries of a word or an address. */
export function lexiconEntries(lexiconClass: LexiconClass, text: string, lexeme: string): LexiconEntry[] {
  if (lexiconClass === 'w') return [`${lexiconKey('w', text)}\0${lexeme}`]
  const words = wordsOf(text)
  return words.map((_, from) => `${lexiconKey('e', words.slice(from).join(' '))}\0${lexeme}`)
}

/** The class and the lexeme of an entry. */
export function readEntry(entry: LexiconEntry): { lexiconClass: LexiconClass; lexeme: string } {
  return { lexeme: entry.slice(-LEXEME_LENGTH), lexiconClass: entry.startsWith('w') ? 'w' : 'e' }
}

/** Entries in order, none twice. */
export function sortEntries(entries: LexiconEntry[]): LexiconEntry[] {
  entries.sort()
  return entries.filter((entry, index) => entry !== entries[index - 1])
}

/** A page of entries, which are in order. */
export function writeLexiconPage(entries: readonly LexiconEntry[]): Buffer {
  // A length takes the place of NUL.
  const page = Buffer.allocUnsafe(entries.reduce((size, entry) => size + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    const keyLength = entry.length - LEXEME_LENGTH - 1
    page[at] = keyLength
    page.write(entry.slice(-LEXEME_LENGTH), at + 1, 'latin1')
    page.write(entry.slice(0, keyLength), at + KEY_AT, 'latin1')
    at += entry.length
  }
  return page
}

/** Opens a page. Throws a RangeError if the bytes are no entries. */
export function readLexiconPage(bytes: Buffer, entries: number): LexiconPage {
  const starts = new Uint32Array(entries)
  let at = 0
  for (let index = 0; index < entries; index++) {
    starts[index] = at
    at += KEY_AT + bytes[at]!
  }
  if (at !== bytes.length) throw new RangeError('a page of the lexicon ends elsewhere than its entries')
  return { bytes, starts }
}

/** Adds to `found` the lexemes whose keys begin with `key`, until there are more than `max` in all. */
export function addBeginning(page: LexiconPage, key: string, found: Set<string>, max: number): void {
  const { bytes, starts } = page
  const sought = Buffer.from(key, 'latin1')
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    const start = starts[middle]!
    const end = start + KEY_AT + bytes[start]!
    if (bytes.compare(sought, 0, sought.length, start + KEY_AT, end) < 0) low = middle + 1
    else high = middle
  }
  for (let index = low; index < starts.length && found.size <= max; index++) {
    const start = starts[index]!
    const end = start + KEY_AT + Math.min(bytes[start]!, sought.length)
    if (bytes.compare(sought, 0, sought.length, start + KEY_AT, end) !== 0) return
    found.add(bytes.toString('latin1', start + 1, start + KEY_AT))
  }
}

/** Calls `visit` with where each lexeme of the page begins. */
export function visitLexemes(
  { bytes, starts }: LexiconPage,
  visit: (bytes: Buffer, at: number) => void,
): void {
  for (const start of starts) visit(bytes, start + 1)
}

/** The entries of a page. */
export function entriesOf({ bytes, starts }: LexiconPage): LexiconEntry[] {
  return Array.from(starts, start => {
    const key = bytes.toString('latin1', start + KEY_AT, start + KEY_AT + bytes[start]!)
    return `${key}\0${bytes.toString('latin1', start + 1, start + KEY_AT)}`
  })
}
