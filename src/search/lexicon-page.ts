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

/** What words in a row are found by; cut if it is too long. */
export function lexiconKey(lexiconClass: LexiconClass, text: string): Buffer {
  const key = Buffer.from(lexiconClass + text.slice(0, KEY_MAX), 'utf8')
  let end = Math.min(key.length, 1 + KEY_MAX)
  // Bytes that begin with 10 go on with a character.
  if (end < key.length) while ((key[end]! & 0xc0) === 0x80) end--
  return key.subarray(0, end)
}

/** The keys of a word or an address. */
export function lexiconKeys(lexiconClass: LexiconClass, text: string): Buffer[] {
  if (lexiconClass === 'w') return [lexiconKey('w', text)]
  const words = wordsOf(text)
  return words.map((_, from) => lexiconKey('e', words.slice(from).join(' ')))
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
export function addBeginning(
  { bytes, starts }: LexiconPage,
  key: Buffer,
  found: Set<string>,
  max: number,
): void {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    const start = starts[middle]!
    const end = start + KEY_AT + bytes[start]!
    if (bytes.compare(key, 0, key.length, start + KEY_AT, end) < 0) low = middle + 1
    else high = middle
  }
  for (let index = low; index < starts.length && found.size <= max; index++) {
    const start = starts[index]!
    const end = start + KEY_AT + Math.min(bytes[start]!, key.length)
    if (bytes.compare(key, 0, key.length, start + KEY_AT, end) !== 0) return
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

/** An entry in bytes. */
export function lexiconEntry(lexeme: Buffer, key: Buffer): Buffer {
  const entry = Buffer.allocUnsafe(KEY_AT + key.length)
  entry[0] = key.length
  lexeme.copy(entry, 1)
  key.copy(entry, KEY_AT)
  return entry
}

/** The class and the lexeme of an entry. */
export function readEntry(entry: Buffer): { lexiconClass: LexiconClass; lexeme: string } {
  return {
    lexeme: entry.toString('latin1', 1, KEY_AT),
    lexiconClass: entry[KEY_AT] === 0x77 ? 'w' : 'e',
  }
}

/** The entries of a page, one by one, as parts of its bytes. */
export function entriesOf({ bytes, starts }: LexiconPage): Buffer[] {
  return Array.from(starts, start => bytes.subarray(start, start + KEY_AT + bytes[start]!))
}

function byKey(left: Buffer, right: Buffer): number {
  const order = left.compare(right, KEY_AT, right.length, KEY_AT, left.length)
  return order !== 0 ? order : left.compare(right, 1, KEY_AT, 1, KEY_AT)
}

/** Entries in order, none twice. */
export function sortEntries(entries: Buffer[]): Buffer[] {
  entries.sort(byKey)
  return entries.filter((entry, index) => index === 0 || byKey(entries[index - 1]!, entry) !== 0)
}
