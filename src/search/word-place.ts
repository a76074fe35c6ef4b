/**
 * Where the words of a text stand in it, for marking hits. Pure. The words are those of `wordsOf`, by the same steps
 * (tokenizer.ts); each step here also keeps, for every letter it makes, from where to where in the text it comes.
 */
import { foldWord, INVISIBLE, isAscii, LETTER_EMOJI, NO_PICTURES, WORD } from './tokenizer.ts'

/** A folded word, and where it stands: UTF-16 units from `start` on, before `end`. */
export type Place = { readonly word: string; readonly start: number; readonly end: number }

/** The words of a text in order, with their places. */
export function placesOf(text: string): Place[] {
  const places: Place[] = []
  if (isAscii(text)) {
    for (const match of text.matchAll(/[a-z0-9]+/gi)) {
      const word = match[0].toLowerCase()
      places.push({ word, start: match.index, end: match.index + word.length })
    }
    return places
  }
  const { letters, starts, ends } = compatible(apart(visible(text)))
  for (const match of letters.matchAll(WORD)) {
    const word = foldWord(match[0])
    if (word === '') continue
    places.push({ word, start: starts[match.index]!, end: ends[match.index + match[0].length - 1]! })
  }
  return places
}

/** A text that was made of another, with the place there of each of its units. */
type Traced = { readonly letters: string; readonly starts: Int32Array; readonly ends: Int32Array }

class Tracing {
  #letters: string[] = []
  #starts: number[] = []
  #ends: number[] = []

  /** Units of `from`, as they are. */
  keep(from: Traced, first: number, last: number): void {
    this.#letters.push(from.letters.slice(first, last))
    for (let at = first; at < last; at++) {
      this.#starts.push(from.starts[at]!)
      this.#ends.push(from.ends[at]!)
    }
  }

  /** Letters that stand for the units of `from`. */
  put(letters: string, from: Traced, first: number, last: number): void {
    this.#letters.push(letters)
    for (let at = 0; at < letters.length; at++) {
      this.#starts.push(from.starts[first]!)
      this.#ends.push(from.ends[last - 1]!)
    }
  }

  traced(): Traced {
    const [starts, ends] = [Int32Array.from(this.#starts), Int32Array.from(this.#ends)]
    return { letters: this.#letters.join(''), starts, ends }
  }
}

function visible(text: string): Traced {
  const whole: Traced = {
    letters: text,
    starts: Int32Array.from({ length: text.length }, (_, at) => at),
    ends: Int32Array.from({ length: text.length }, (_, at) => at + 1),
  }
  return replaced(whole, INVISIBLE, (tracing, first, last) => {
    if (text.startsWith('\u{1F3F4}', first)) tracing.keep(whole, first, last)
  })
}

function apart(text: Traced): Traced {
  return replaced(text, LETTER_EMOJI, (tracing, first, last) => {
    tracing.put(' ', text, first, last)
    tracing.keep(text, first, last)
    tracing.put(' ', text, first, last)
  })
}

function compatible(text: Traced): Traced {
  if (text.letters.normalize('NFKC') === text.letters) return text
  return replaced(text, NO_PICTURES, (tracing, first, last) => {
    const part = text.letters.slice(first, last)
    const whole = part.normalize('NFKC')
    if (whole === part) tracing.keep(text, first, last)
    else {
      // Letters that no normalisation joins; where that guess is wrong, words; at worst the part as one.
      const division = DIVISIONS.find(each => divide(part, each).map(normal).join('') === whole) ?? /[\s\S]+/g
      let at = first
      for (const piece of divide(part, division)) {
        tracing.put(normal(piece), text, at, at + piece.length)
        at += piece.length
      }
    }
  })
}

/** A letter with its marks (jamo, and kana of half width with their voicing, together); what stands between spaces. */
const DIVISIONS = Object.freeze([
  /[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF\uFF61-\uFFDC]+|\P{M}\p{M}*|\p{M}+/gu,
  /\s+|\S+/g,
])

const divide = (text: string, division: RegExp): readonly string[] => text.match(division) ?? []
const normal = (text: string): string => text.normalize('NFKC')

function replaced(
  text: Traced,
  pattern: RegExp,
  put: (tracing: Tracing, first: number, last: number) => void,
): Traced {
  const tracing = new Tracing()
  let done = 0
  for (const match of text.letters.matchAll(pattern)) {
    tracing.keep(text, done, match.index)
    done = match.index + match[0].length
    put(tracing, match.index, done)
  }
  if (done === 0) return text
  tracing.keep(text, done, text.letters.length)
  return tracing.traced()
}
