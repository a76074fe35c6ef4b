/**
 * Reads a query into its tree by recursive descent. What binds tightest comes first: NEAR, NOT, `+`, AND (also where
 * nothing stands between two terms), OR, and Purview's own connectors: `(c:s)`, which is OR between rows of keywords,
 * and `(c:c)`, which is AND between keywords and conditions. Operators are in capitals; `and` is a word.
 */
import { mistake, noteOf, type QueryNote } from './query-mistake.ts'
import { findProperty, QUERY_PROPERTIES, type QueryProperty } from './query-properties.ts'
import { type Operator, QueryReader } from './query-reader.ts'
import type { Phrase, Query } from './query-tree.ts'
import { phraseOf, plainTerm, propertyTerm, type Reading } from './query-value.ts'
import { PHRASE_WORDS_MAX } from './tokenizer.ts'

const LENGTH_MAX = 10_000
const DEPTH_MAX = 50
const TERMS_MAX = 1_000
const DISTANCE_DEFAULT = 8
const DISTANCE_MAX = PHRASE_WORDS_MAX - 2

/** The property, and its operator, of a value or of the parentheses that several stand in. */
type Owner = { readonly property: QueryProperty; readonly operator: Operator }

/** What was read. `property` where all of it is alternatives of one property. */
type Part = {
  readonly query: Query
  readonly property: QueryProperty | null
  readonly at: number
  readonly end: number
}

export class Parser {
  readonly #reader: QueryReader
  readonly #reading: Reading
  readonly #length: number
  readonly notes: QueryNote[] = []
  terms = 0
  #depth = 0

  constructor(text: string, now: number | null) {
    // NUL is no letter of any word, and PostgreSQL takes no text with one.
    this.#reader = new QueryReader(text.replaceAll('\0', ' '))
    this.#length = text.length
    this.#reading = {
      now,
      words: 0,
      note: (at, length, reason, values) => this.notes.push(noteOf(at, length, reason, values)),
    }
  }

  parse(): Query {
    if (this.#length > LENGTH_MAX)
      mistake(LENGTH_MAX, this.#length - LENGTH_MAX, 'query-length', { max: LENGTH_MAX })
    const { query } = this.#whole(null)
    if (!this.#reader.atEnd()) mistake(this.#reader.at, 1, 'parenthesis-unopened')
    return query
  }

  /** Keywords and conditions with `(c:c)` between; keywords may be left out. */
  #whole(owner: Owner | null): Part {
    const parts: Part[] = []
    if (this.#reader.atEnd() || !this.#reader.takeText('(c:c)')) {
      parts.push(this.#rows(owner))
      if (!this.#reader.takeText('(c:c)')) return parts[0]!
    }
    do parts.push(this.#rows(owner))
    while (this.#reader.takeText('(c:c)'))
    return join('and', parts)
  }

  #rows(owner: Owner | null): Part {
    const parts = [this.#either(owner)]
    while (this.#reader.takeText('(c:s)')) parts.push(this.#either(owner))
    return join('or', parts)
  }

  #either(owner: Owner | null): Part {
    const parts = [this.#all(owner)]
    while (this.#reader.takeOperator('OR')) parts.push(this.#all(owner))
    return join('or', parts)
  }

  /** Terms with AND or nothing between. */
  #all(owner: Owner | null): Part {
    const reader = this.#reader
    const parts: Part[] = []
    let row: Part[] = []
    let expected = true
    while (!this.#endsTerms()) {
      if (reader.takeOperator('AND')) {
        if (expected) mistake(reader.at - 3, 3, 'term-for-operator', { operator: 'AND' })
        expected = true
        parts.push(...this.#grouped(row))
        row = []
        continue
      }
      const part = this.#sum(owner)
      if (part === null) continue
      row.push(part)
      expected = false
    }
    if (expected) this.#expectTerm()
    parts.push(...this.#grouped(row))
    return join('and', parts)
  }

  /** Says what is wrong where a term should begin. */
  #expectTerm(): never {
    const { at } = this.#reader
    const operator = ['AND', 'OR', 'NEAR', 'ONEAR'].find(each => this.#isNext(each))
    if (operator?.endsWith('NEAR')) mistake(at, operator.length, 'near-operand', { operator })
    mistake(at, Math.max(1, operator?.length ?? 1), 'term')
  }

  #endsTerms(): boolean {
    const reader = this.#reader
    return (
      reader.atEnd() ||
      reader.peek() === ')' ||
      this.#isNext('OR') ||
      this.#isNextText('(c:c)') ||
      this.#isNextText('(c:s)')
    )
  }

  /** Terms with nothing between them: several of one property are alternatives, as SharePoint and Purview's conditions have it. */
  #grouped(row: readonly Part[]): Part[] {
    const groups = new Map<QueryProperty | Part, Part[]>()
    for (const part of row) {
      const key = part.property ?? part
      const group = groups.get(key)
      if (group) group.push(part)
      else groups.set(key, [part])
    }
    return [...groups.values()].map(group => {
      const first = group[0]!
      if (group.length > 1) {
        const last = group.at(-1)!
        const values = { property: first.property!.name }
        this.#reading.note(first.at, last.end - first.at, 'same-property', values)
      }
      return join('or', group)
    })
  }

  /** Terms with a `+` between them that stands alone: the first, and any of the others. */
  #sum(owner: Owner | null): Part | null {
    const first = this.#negation(owner)
    if (first === null) return null
    const others: Part[] = []
    while (this.#takePlus()) {
      const part = this.#negation(owner)
      if (part !== null) others.push(part)
    }
    if (others.length === 0) return first
    const sum = { ...join('and', [first, join('or', others)]), property: null }
    if (others.length > 1) this.#reading.note(sum.at, sum.end - sum.at, 'plus')
    return sum
  }

  /** Takes a `+` that stands alone with something after it. */
  #takePlus(): boolean {
    const reader = this.#reader
    const { at } = reader
    if (!reader.atEnd() && reader.take('+') && /\s/.test(reader.peek()) && !this.#endsTerms()) {
      if (!this.#isNext('AND')) return true
    }
    reader.at = at
    return false
  }

  #negation(owner: Owner | null): Part | null {
    const reader = this.#reader
    const { at } = reader
    if (!reader.takeOperator('NOT') && !this.#takeMinus()) return this.#near(owner)
    if (reader.atEnd()) mistake(reader.at, 1, 'left-out')
    if (this.#isNext('AND') || this.#isNext('OR')) this.#expectTerm()
    const part = this.#nested(at, () => this.#negation(owner))
    if (part === null) mistake(at, Math.max(1, reader.at - at), 'left-out-word')
    return { query: { type: 'not', of: part.query }, property: null, at, end: part.end }
  }

  #takeMinus(): boolean {
    const { at } = this.#reader
    if (!this.#reader.take('-')) return false
    // A dash that stands alone is punctuation.
    if (!/\s/.test(this.#reader.peek()) && this.#reader.peek() !== '') return true
    this.#reader.at = at
    return false
  }

  /** One term, or several with NEAR or ONEAR between: each near the one after it. */
  #near(owner: Owner | null): Part | null {
    let left = this.#term(owner)
    if (left === null) return null
    const pairs: Part[] = []
    for (;;) {
      const operator = this.#takeNear(owner)
      if (operator === null) break
      const right = this.#endsTerms() ? null : this.#term(owner)
      const phrases = [phrasesOf(left.query), right && phrasesOf(right.query)] as const
      const [first, second] = phrases
      if (!first || !second || !right) {
        const wrong = first ? { at: operator.at, end: operator.at + operator.name.length } : left
        mistake(wrong.at, wrong.end - wrong.at, 'near-operand', { operator: operator.name })
      }
      const span = longest(first) + operator.distance + longest(second)
      if (span > PHRASE_WORDS_MAX)
        mistake(left.at, right.end - left.at, 'near-span', { operator: operator.name, max: PHRASE_WORDS_MAX })
      const { distance, ordered } = operator
      const query: Query = { type: 'near', left: first, right: second, distance, ordered }
      pairs.push({ query, property: null, at: left.at, end: right.end })
      left = right
    }
    return pairs.length === 0 ? left : join('and', pairs)
  }

  #takeNear(owner: Owner | null): { name: string; distance: number; ordered: boolean; at: number } | null {
    const reader = this.#reader
    if (reader.atEnd()) return null
    const { at } = reader
    const name = ['NEAR', 'ONEAR'].find(each => reader.takeOperator(each))
    if (name === undefined) return null
    if (owner !== null) mistake(at, name.length, 'near-property', { operator: name })
    const place = reader.at
    const given = reader.takeDistance()
    // `a NEAR (b OR c)` has no distance; `a NEAR(b)` is a slip of one.
    const distance = given === 'none' ? DISTANCE_DEFAULT : given
    if (distance === 'wrong' || distance > DISTANCE_MAX)
      mistake(place, Math.max(1, reader.at - place), 'near-distance', { operator: name, max: DISTANCE_MAX })
    return { name, distance, ordered: name === 'ONEAR', at }
  }

  /** One term; null for punctuation standing alone, which no text is indexed by (`fish & chips`). */
  #term(owner: Owner | null): Part | null {
    const reader = this.#reader
    const { at } = reader
    if (['AND', 'OR', 'NEAR', 'ONEAR'].some(each => this.#isNext(each))) this.#expectTerm()
    // `+lunch` must be there, as everything that has no operator; what begins a number is left to it.
    while (!this.#isNumber(owner) && reader.take('+')) if (/^\s?$/.test(reader.peek())) return null
    if (reader.at > at && this.#endsTerms()) return null
    if (!this.#isNumber(owner) && reader.peek() === '(') return this.#group(owner)
    if (++this.terms > TERMS_MAX) mistake(at, 1, 'term-count', { max: TERMS_MAX })
    if (owner !== null) return this.#value(owner, at)
    const call = reader.peekCall()
    if (call !== '') return this.#call(call)
    const own = this.#owner()
    if (own === null) return this.#plain(at)
    if (reader.peek() !== '(' || this.#isNumber(own)) return this.#value(own, at)
    const group = this.#group({ ...own, operator: own.operator === '<>' ? ':' : own.operator })
    return own.operator === '<>' ? { ...negated(group), at } : { ...group, at }
  }

  #plain(at: number): Part | null {
    const query = plainTerm(this.#reader.takeValue('plus'), this.#reading)
    if (query === null) this.terms--
    return query && { query, property: null, at, end: this.#reader.at }
  }

  /** Whether a number begins here, which may have a parenthesis or plus of its own. */
  #isNumber(owner: Owner | null): boolean {
    return this.#reader.numberEnd(hasNumbers(owner) ? 'any' : 'plus') > this.#reader.at
  }

  /** What stands in parentheses. */
  #group(owner: Owner | null): Part {
    const reader = this.#reader
    const { at } = reader
    reader.take('(')
    const part = this.#nested(at, () => this.#whole(owner))
    if (reader.atEnd() || !reader.take(')')) mistake(reader.at, 1, 'parenthesis-open', { open: at + 1 })
    return { ...part, at, end: reader.at }
  }

  /** `WORDS(tv, television)`: any of these. The other functions of SharePoint's KQL order hits and are refused. */
  #call(name: string): Part | null {
    const reader = this.#reader
    const { at } = reader
    if (['ALL', 'ANY', 'NONE', 'XRANK'].includes(name))
      mistake(at, name.length, 'operator-unknown', { operator: name })
    if (name !== 'WORDS') return this.#plain(at)
    reader.at += name.length + 1
    const phrases: Phrase[] = []
    do {
      if (reader.atEnd() || reader.peek() === ')' || reader.peek() === '(')
        mistake(reader.at, 1, 'words-list')
      if (phrases.length > 0 && ++this.terms > TERMS_MAX) mistake(at, 1, 'term-count', { max: TERMS_MAX })
      const value = reader.takeValue('none', ',')
      const phrase = phraseOf(value, this.#reading)
      if (phrase.words.length === 0) mistake(value.at, Math.max(1, value.end - value.at), 'words-list')
      phrases.push(phrase)
    } while (!reader.atEnd() && reader.take(','))
    if (!reader.take(')')) mistake(reader.at, 1, 'words-list')
    const query: Query = { type: 'text', field: 'any', phrases, party: null }
    return { query, property: null, at, end: reader.at }
  }

  #owner(): Owner | null {
    const { at } = this.#reader
    const written = this.#reader.takeProperty()
    if (written === null) return null
    const property = findProperty(written.name)
    if (property === null) {
      if (written.operator === ':') {
        const properties = QUERY_PROPERTIES.map(each => each.name).join(', ')
        mistake(at, written.name.length, 'property', { properties })
      }
      this.#reader.at = at
      return null
    }
    if (!property.operators.includes(written.operator)) {
      const place = at + written.name.length
      const operators = property.operators.join(' ')
      mistake(place, written.operator.length, 'operator', { operators, property: property.name })
    }
    return { property, operator: written.operator }
  }

  #value(owner: Owner, at: number): Part {
    const reader = this.#reader
    const { property, operator } = owner
    if (reader.peek() === '' || /[\s)]/.test(reader.peek()))
      mistake(reader.at, 1, 'value', { property: property.name, operator })
    const value = reader.takeValue(hasNumbers(owner) ? 'any' : 'none')
    const query = propertyTerm(property, operator, value, this.#reading)
    const part = { query, property: null, at, end: reader.at }
    if (operator === '<>') return negated(part)
    return operator === ':' || operator === '=' ? { ...part, property } : part
  }

  #nested<T>(at: number, read: () => T): T {
    if (++this.#depth > DEPTH_MAX) mistake(at, 1, 'nesting', { max: DEPTH_MAX })
    const result = read()
    this.#depth--
    return result
  }

  #isNext(operator: string): boolean {
    const { at } = this.#reader
    const found = this.#reader.takeOperator(operator)
    this.#reader.at = at
    return found
  }

  #isNextText(text: string): boolean {
    const { at } = this.#reader
    const found = this.#reader.takeText(text)
    this.#reader.at = at
    return found
  }
}

function hasNumbers(owner: Owner | null): boolean {
  return owner?.property.form === 'party' || owner?.property.form === 'number'
}

function negated(part: Part): Part {
  return { ...part, query: { type: 'not', of: part.query }, property: null }
}

/** Parts as one; of one property if all are, and either is enough. */
function join(type: 'and' | 'or', parts: readonly Part[]): Part {
  const first = parts[0]!
  if (parts.length === 1) return first
  const { property } = first
  const one = type === 'or' && parts.every(part => part.property === property)
  const query: Query = { type, of: parts.map(part => part.query) }
  return { query, property: one ? property : null, at: first.at, end: parts.at(-1)!.end }
}

/** The phrases of a term that can stand beside NEAR: a word, a phrase, or several with OR; null for another. */
function phrasesOf(query: Query): readonly Phrase[] | null {
  if (query.type === 'text') return query.field === 'any' ? query.phrases : null
  if (query.type !== 'or') return null
  const each = query.of.map(phrasesOf)
  return each.some(phrases => phrases === null) ? null : each.flatMap(phrases => phrases ?? [])
}

function longest(phrases: readonly Phrase[]): number {
  return Math.max(...phrases.map(phrase => phrase.words.length))
}
