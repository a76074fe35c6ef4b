/**
 * Where in a text the terms of a query stand, to show hits in context. Pure. By the folding that finds them
 * (tokenizer.ts), so that `creme` marks *Crème*. What a NOT leaves out is not marked, nor what is asked of an item and
 * not of its text (people, times, kinds). In time linear in the text; a text's beginning and a number of marks at most.
 */
import { formsOfEntry } from './number.ts'
import type { Phrase, Query, TextField } from './query-tree.ts'
import { isAscii } from './tokenizer.ts'
import { type Place, placesOf } from './word-place.ts'

/** UTF-16 units of the text, from `start` on, before `end`. */
export type Mark = { readonly start: number; readonly end: number }

/** What is marked of longer texts. */
const TEXT_MAX = 1_000_000
const MARKS_MAX = 10_000
/** Comparisons of words; what a query made to be slow would mark beyond them is left unmarked. */
const WORK_MAX = 4_000_000

/** The pieces and digits that a number may be written in. */
const PIECES_MAX = 8
const DIGITS_MAX = 17
const BETWEEN_DIGITS = /^[\s()./+\p{Pd}\p{Cf}]{0,4}$/u

/** Words from the one numbered `first` to the one numbered `last`. */
type Span = { readonly first: number; readonly last: number }

type Terms = {
  readonly phrases: Phrase[]
  readonly nears: Extract<Query, { type: 'near' }>[]
  /** Numbers, by class and digits. */
  readonly numbers: Set<string>
}

/**
 * The places of the query's terms in a text, in order, none overlapping another. `field` is what the text is of the
 * item; a term that is restricted to another field is not marked in it.
 */
export function highlight(query: Query, text: string, field: TextField = 'any'): readonly Mark[] {
  const terms: Terms = { phrases: [], nears: [], numbers: new Set() }
  gather(query, true, field, terms)
  const shown = text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text
  if (terms.phrases.length + terms.nears.length + terms.numbers.size === 0) return []
  const places = placesOf(shown)
  const budget = { work: WORK_MAX }
  const spans = [
    spansOf(terms.phrases, places, budget),
    ...terms.nears.map(near => nearSpans(near, places, budget)),
    terms.numbers.size > 0 ? numberSpans(terms.numbers, places, shown) : [],
  ].flat()
  return marksOf(spans, places, shown)
}

function gather(query: Query, wanted: boolean, field: TextField, terms: Terms): void {
  if (query.type === 'not') gather(query.of, !wanted, field, terms)
  else if (query.type === 'and' || query.type === 'or') {
    for (const part of query.of) gather(part, wanted, field, terms)
  } else if (query.type === 'near') {
    if (wanted) terms.nears.push(query)
  } else if (query.type === 'text' && wanted) {
    if (query.field !== 'any' && field !== 'any' && query.field !== field) return
    terms.phrases.push(...query.phrases)
    for (const { hashClass, digits } of query.party?.numbers ?? []) terms.numbers.add(hashClass + digits)
  }
}

/** Where any of the phrases stand, by their first word. */
function spansOf(phrases: readonly Phrase[], places: readonly Place[], budget: { work: number }): Span[] {
  const byWord = new Map<string, Phrase[]>()
  const beginnings = new Set<string>()
  for (const phrase of phrases) {
    if (phrase.words.length === 1 && phrase.prefix) beginnings.add(phrase.words[0]!)
    else byWord.set(phrase.words[0]!, [...(byWord.get(phrase.words[0]!) ?? []), phrase])
  }
  const lengths = [...new Set([...beginnings].map(each => each.length))]
  const spans: Span[] = []
  for (let at = 0; at < places.length && budget.work > 0; at++) {
    const { word } = places[at]!
    budget.work -= 1 + lengths.length
    let last = lengths.some(length => beginnings.has(word.slice(0, length))) ? at : -1
    for (const { words, prefix } of byWord.get(word) ?? []) {
      let length = 1
      while (length < words.length && isWord(places[at + length], words, length, prefix)) length++
      budget.work -= length
      if (length === words.length) last = Math.max(last, at + length - 1)
    }
    if (last >= 0) spans.push({ first: at, last })
  }
  return spans
}

function isWord(place: Place | undefined, words: readonly string[], at: number, prefix: boolean): boolean {
  if (!place) return false
  const word = words[at]!
  return prefix && at === words.length - 1 ? place.word.startsWith(word) : place.word === word
}

/** The spans of either side that are near one of the other. */
function nearSpans(
  { left, right, distance, ordered }: Extract<Query, { type: 'near' }>,
  places: readonly Place[],
  budget: { work: number },
): Span[] {
  const [lefts, rights] = [spansOf(left, places, budget), spansOf(right, places, budget)]
  const near = new Set<Span>()
  const pair = (before: readonly Span[], after: readonly Span[]) => {
    let begin = 0
    for (const span of before) {
      while (begin < after.length && after[begin]!.first <= span.first) begin++
      for (let at = begin; at < after.length && budget.work > 0; at++) {
        budget.work--
        const between = after[at]!.first - span.last - 1
        if (between > distance) break
        if (between < 0) continue
        near.add(span)
        near.add(after[at]!)
      }
    }
  }
  pair(lefts, rights)
  if (!ordered) pair(rights, lefts)
  return [...near]
}

/** Where a number stands, in however many pieces: `+44 (0)7700 900123`. */
function numberSpans(numbers: ReadonlySet<string>, places: readonly Place[], text: string): Span[] {
  const spans: Span[] = []
  for (let first = 0; first < places.length; first++) {
    let digits = ''
    for (let last = first; last < Math.min(first + PIECES_MAX, places.length); last++) {
      const { word, start, end } = places[last]!
      if (!/^[0-9]+$/.test(word)) break
      if (last > first && !BETWEEN_DIGITS.test(text.slice(places[last - 1]!.end, start))) break
      // The bracketed zero is for those who dial inside the country.
      const trunk = last > first && word === '0' && text[start - 1] === '(' && text[end] === ')'
      if (!trunk) digits += word
      if (digits.length > DIGITS_MAX) break
      if (formsOfEntry(digits).some(form => numbers.has(form.hashClass + form.digits)))
        spans.push({ first, last })
    }
  }
  return spans
}

function marksOf(spans: readonly Span[], places: readonly Place[], text: string): Mark[] {
  const marks: { start: number; end: number }[] = []
  const snap = graphemes(text)
  for (const { first, last } of spans.toSorted((a, b) => a.first - b.first || b.last - a.last)) {
    const [start, end] = snap(places[first]!.start, places[last]!.end)
    const before = marks.at(-1)
    if (before && start < before.end) before.end = Math.max(before.end, end)
    else if (marks.length === MARKS_MAX) break
    else marks.push({ start, end })
  }
  return marks
}

/** Widens a place to whole characters as people see them, so that no mark cuts a skin tone from its hand. */
function graphemes(text: string): (start: number, end: number) => [number, number] {
  if (isAscii(text)) return (start, end) => [start, end]
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)
  return (start, end) => {
    const first = segments.containing(start)
    const last = segments.containing(end - 1)
    return [first?.index ?? start, last ? last.index + last.segment.length : end]
  }
}
