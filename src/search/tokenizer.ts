/**
 * Splits text into words: the one rule by which entries are made and queries are read (docs/formats/search.md).
 * Pure. Unicode: UAX #15 (NFKC), UAX #29 without dictionaries, UTS #51 (emoji), and the data of the running Node.
 *
 * Promise: no context decides. Where a word begins and ends depends on its own letters alone, so a text that
 * contains what a query says is found, always; a dictionary (Intl.Segmenter for Chinese, Thai …) segments the same
 * letters differently in another sentence and would lose matches.
 */

/**
 * Grows with every change that makes other words of the same text, or other entries of the same words; entries of
 * another version must be made anew.
 */
export const TOKENIZER_VERSION = 2

/** The longest phrase that can be searched. Parts of a long text overlap by as many words, so none is cut. */
export const PHRASE_WORDS_MAX = 100

/** The Unicode data that entries depend on. */
export const unicodeVersion: string = process.versions.unicode ?? 'unknown'

/** Zero-width and other invisible letters, and skin tones. The tags after a black flag spell England, Scotland …. */
export const INVISIBLE =
  /\u{1F3F4}[\u{E0020}-\u{E007F}]+|(?:\p{Default_Ignorable_Code_Point}|[\u{1F3FB}-\u{1F3FF}])+/gu

/** Pictures are not normalised: NFKC makes letters and punctuation of some (Holdfast™ would end in tm). */
const PICTURE = String.raw`[\p{Extended_Pictographic}--\u24C2]`
export const NO_PICTURES = new RegExp(`[^${PICTURE}]+`, 'gv')

/** Emoji made of a letter or digit (keycaps, the circled M) are words of their own: the letter or digit alone. */
export const LETTER_EMOJI = /[0-9#*]\u20E3|\u24C2/g

/** Scripts written without spaces: each letter with its marks is a word of its own, several are a phrase. */
const UNSPACED = String.raw`[[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Tang}\p{sc=Nshu}\p{sc=Kits}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Lana}\p{sc=Tavt}\p{sc=Tale}\p{sc=Talu}\p{sc=Ahom}\u30FC]&&[\p{L}\p{Nl}]]`

/** Letters that are written where others write an apostrophe, which splits. */
const APOSTROPHES = String.raw`\u02B9-\u02BF`

const NOT_IN_WORDS = `[${UNSPACED}${APOSTROPHES}${PICTURE}]`

export const WORD = new RegExp(
  [
    String.raw`[#*]\u20E3`,
    String.raw`\u{1F3F4}[\u{E0020}-\u{E007F}]+`,
    String.raw`[\u{1F1E6}-\u{1F1FF}]{1,2}`,
    PICTURE,
    String.raw`${UNSPACED}\p{M}*`,
    // A mark belongs to the letter before it (WB4); after a space it is of no word, but U+0345, in capitals a letter.
    String.raw`[[\p{L}\p{N}\u0345]--${NOT_IN_WORDS}][[\p{L}\p{N}\p{M}]--${NOT_IN_WORDS}]*`,
  ].join('|'),
  'gv',
)

/** Marks that readers leave out: accents, niqqud, harakat, tatweel. Vowel signs and viramas of India stay. */
const ACCENTS =
  /[\u0640[\p{M}&&[\u0300-\u036F\u0483-\u0489\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED\u0897-\u089F\u08CA-\u08FF\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFB1E\uFE20-\uFE2F]]]/gv

/** Letters whose stroke or ligature Unicode does not decompose, and Greek's final sigma. */
const LETTERS: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
  ς: 'σ',
}
const LETTER = /[æœøđðħłŧþς]/g
const FOREIGN_DIGIT = /[\p{Nd}--[0-9]]/gv
const DECIMAL = /^\p{Nd}$/u

/** The value of a decimal digit. Unicode keeps its digits in unbroken runs of ten, 0 first (Standard, 4.6). */
function digitValue(digit: string): string {
  const codePoint = digit.codePointAt(0)!
  let before = 0
  while (DECIMAL.test(String.fromCodePoint(codePoint - before - 1))) before++
  return String(before % 10)
}

/** True for text in which every letter is one byte of ASCII. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

/**
 * A raw word as it is compared: full case folding (down, up and down again: ß and ẞ are `ss`, ς is σ, and the four
 * i of Turkish are one), accents removed, digits of every script as 0 to 9. '' if nothing is left of it.
 */
export function foldWord(raw: string): string {
  const cased = raw.toLowerCase().toUpperCase().toLowerCase()
  if (isAscii(cased)) return cased
  if (raw === '#\u20E3' || raw === '*\u20E3') return raw
  return cased
    .normalize('NFD')
    .replace(ACCENTS, '')
    .replace(LETTER, letter => LETTERS[letter]!)
    .replace(FOREIGN_DIGIT, digitValue)
    .normalize('NFC')
}

/** Calls `visit` with each raw word of `text`, in order; `foldWord` makes the word of it. */
export function scanWords(text: string, visit: (raw: string) => void): void {
  if (isAscii(text)) {
    scanAscii(text.toLowerCase(), visit)
    return
  }
  const visible = text.replace(INVISIBLE, match => (match.startsWith('\u{1F3F4}') ? match : ''))
  const apart = visible.replace(LETTER_EMOJI, ' $& ')
  const compatible = apart.replace(NO_PICTURES, part => part.normalize('NFKC'))
  for (const raw of compatible.match(WORD) ?? []) visit(raw)
}

/** The same for lower-case ASCII, in which only letters and digits make words: most traffic, four times faster. */
function scanAscii(text: string, visit: (raw: string) => void): void {
  let start = -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)) {
      if (start < 0) start = at
    } else if (start >= 0) {
      visit(text.slice(start, at))
      start = -1
    }
  }
  if (start >= 0) visit(text.slice(start))
}

/** The words of a text, folded, in order. */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  scanWords(text, raw => {
    const word = foldWord(raw)
    if (word !== '') words.push(word)
  })
  return words
}
