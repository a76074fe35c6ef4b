/**
 * The query language (docs/guide/search.md), on the way to Microsoft's KQL: words, "phrases", AND OR NOT - ( ), and
 * properties. Pure: text in, tree out, in time linear in the text. Precedence: NOT, then AND (also where nothing
 * stands between two terms), then OR. Operators are in capitals; `and` is a word.
 */

import { formsOfQuery } from './number.ts'
import { DATE_EXPECTED, periodOf } from './query-date.ts'
import { fail, type Operator, QueryReader, type Written } from './query-reader.ts'
import type { PartyForms, Query } from './query-tree.ts'
import { PHRASE_WORDS_MAX, wordsOf } from './tokenizer.ts'

export type { PartyForms, Phrase, Query } from './query-tree.ts'

export const KINDS = Object.freeze(['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'])
const PROPERTIES =
  'from, to, recipients, participants, subject, body, kind, direction, sent, mailbox, connector'

const LENGTH_MAX = 10_000
const DEPTH_MAX = 50
const TERMS_MAX = 1_000
const WORDS_MAX = 2_000

/**
 * Reads a query. Throws QUERY_INVALID, which names the character and what was expected there. `now` (milliseconds)
 * is what `sent:today` counts from; without it such names are refused.
 */
export function parseQuery(text: string, now: number | null = null): Query {
  if (text.length > LENGTH_MAX)
    fail(LENGTH_MAX, `expected the end: a query has at most ${LENGTH_MAX} characters`)
  return new Parser(text, now).parse()
}

type Property = { readonly name: string; readonly operator: Operator; readonly at: number }

class Parser {
  readonly #reader: QueryReader
  readonly #now: number | null
  #depth = 0
  #terms = 0
  #words = 0

  constructor(text: string, now: number | null) {
    this.#reader = new QueryReader(text)
    this.#now = now
  }

  parse(): Query {
    const query = this.#either(null)
    if (!this.#reader.atEnd()) fail(this.#reader.at, 'expected no closing parenthesis, since none is open')
    return query
  }

  #either(property: Property | null): Query {
    const of = [this.#all(property)]
    while (this.#reader.takeOperator('OR')) of.push(this.#all(property))
    return of.length === 1 ? of[0]! : { type: 'or', of }
  }

  #all(property: Property | null): Query {
    const of: Query[] = []
    let expected = true
    for (;;) {
      const end = this.#reader.atEnd() || this.#reader.peek() === ')'
      if (end || this.#isNext('OR')) {
        if (expected) fail(this.#reader.at, 'expected a word, a phrase or a property')
        break
      }
      if (this.#reader.takeOperator('AND')) {
        if (expected) fail(this.#reader.at - 3, 'expected a word, a phrase or a property, not AND')
        expected = true
        continue
      }
      const term = this.#term(property)
      if (term === null) continue
      of.push(term)
      expected = false
    }
    return of.length === 1 ? of[0]! : { type: 'and', of }
  }

  #isNext(operator: string): boolean {
    const at = this.#reader.at
    const found = this.#reader.takeOperator(operator)
    this.#reader.at = at
    return found
  }

  /** One term; null for punctuation standing alone, which no text is indexed by (`fish & chips`). */
  #term(property: Property | null): Query | null {
    const reader = this.#reader
    const { at } = reader
    if (this.#isNext('AND') || this.#isNext('OR')) fail(at, 'expected a word, a phrase or a property')
    if (reader.takeOperator('NOT') || this.#takeMinus()) {
      if (reader.atEnd()) fail(reader.at, 'expected what is to be left out')
      const of = this.#nested(at, () => this.#term(property))
      if (of === null) fail(at, 'expected a word with letters or digits after NOT')
      return { type: 'not', of }
    }
    if (reader.take('(')) {
      const query = this.#nested(at, () => this.#either(property))
      if (!reader.take(')'))
        fail(reader.at, `expected a closing parenthesis for the one at character ${at + 1}`)
      return query
    }
    if (++this.#terms > TERMS_MAX) fail(at, `expected no more terms: a query has at most ${TERMS_MAX}`)
    const own = property === null ? this.#property() : null
    if (own === null) return property === null ? this.#plain() : this.#propertyValue(property)
    const number = isParty(own.name) && reader.numberEnd('any') > reader.at
    if (own.operator === ':' && own.name !== 'sent' && reader.peek() === '(' && !number) {
      reader.take('(')
      const query = this.#nested(at, () => this.#either(own))
      if (!reader.take(')')) fail(reader.at, `expected a closing parenthesis for ${own.name}:(`)
      return query
    }
    return this.#propertyValue(own)
  }

  #takeMinus(): boolean {
    const { at } = this.#reader
    if (!this.#reader.take('-')) return false
    // A dash that stands alone is punctuation.
    if (!/\s/.test(this.#reader.peek()) && this.#reader.peek() !== '') return true
    this.#reader.at = at
    return false
  }

  #nested<T>(at: number, read: () => T): T {
    if (++this.#depth > DEPTH_MAX) fail(at, `expected less nesting: at most ${DEPTH_MAX} levels`)
    const result = read()
    this.#depth--
    return result
  }

  #property(): Property | null {
    const { at } = this.#reader
    const property = this.#reader.takeProperty()
    if (property === null) return null
    if (PROPERTIES.split(', ').includes(property.name)) return property
    if (property.operator === ':') {
      fail(at, `expected one of the properties ${PROPERTIES}; put text that has a colon in quotation marks`)
    }
    this.#reader.at = at
    return null
  }

  #plain(): Query | null {
    const value = this.#reader.takeValue('plus')
    if (value.text === '*' && !value.quoted) return { type: 'all' }
    const words = this.#wordsOf(value)
    if (words.length === 0) {
      if (!value.quoted) return null
      fail(value.at, 'expected letters, digits or emoji between the quotation marks')
    }
    const numbers = formsOfQuery(value.text)
    const spellings = numbers.length > 1 ? new Set(numbers.map(form => form.digits)) : new Set<string>()
    return {
      type: 'text',
      field: 'any',
      phrases: [words, ...[...spellings].filter(digits => digits !== words[0]).map(digits => [digits])].map(
        each => ({ words: each, prefix: false, at: value.at }),
      ),
      party: partyForms(value, words),
    }
  }

  #propertyValue({ name, operator, at }: Property): Query {
    const reader = this.#reader
    if (reader.peek() === '' || /[\s)]/.test(reader.peek()))
      fail(reader.at, `expected a value right after ${name}${operator}`)
    const value = reader.takeValue(isParty(name) ? 'any' : 'none')
    if (name === 'sent') {
      const period = periodOf(operator, value.text, this.#now)
      if (period === null) fail(value.at, `expected ${DATE_EXPECTED}`)
      return { type: 'time', property: 'sent', period }
    }
    if (operator !== ':' && operator !== '=') fail(at, `expected a colon after ${name}`)
    if (isParty(name)) return { type: 'party', role: roleOf(name), party: this.#partyOf(value) }
    if (name === 'subject' || name === 'body') {
      const words = this.#wordsOf(value)
      if (words.length === 0) fail(value.at, 'expected letters, digits or emoji')
      return { type: 'text', field: name, phrases: [{ words, prefix: false, at: value.at }], party: null }
    }
    return metadata(name, value)
  }

  #partyOf(value: Written): PartyForms {
    const words = this.#wordsOf(value)
    if (words.length === 0) fail(value.at, 'expected a name, a number or an e-mail address')
    return partyForms(value, words)
  }

  #wordsOf(value: Written): string[] {
    if (!value.quoted && value.text.length > 1 && value.text.endsWith('*')) {
      fail(
        value.at + value.text.length - 1,
        'expected a whole word: beginnings of words (*) cannot be searched yet',
      )
    }
    const words = wordsOf(value.text)
    this.#words += words.length
    if (words.length > PHRASE_WORDS_MAX) {
      fail(value.at, `expected at most ${PHRASE_WORDS_MAX} words or ideographs in one phrase`)
    }
    if (this.#words > WORDS_MAX) fail(value.at, `expected at most ${WORDS_MAX} words or ideographs in all`)
    return words
  }
}

function isParty(name: string): boolean {
  return name === 'from' || name === 'to' || name === 'recipients' || name === 'participants'
}

function roleOf(name: string): 'from' | 'to' | 'any' {
  if (name === 'from') return 'from'
  return name === 'participants' ? 'any' : 'to'
}

function metadata(name: string, { text, at }: Written): Query {
  const value = text.toLowerCase()
  if (name === 'kind') {
    if (!KINDS.includes(value)) fail(at, `expected one of ${KINDS.join(', ')}`)
    return { type: 'kind', kind: value }
  }
  if (name === 'direction') {
    if (value !== 'in' && value !== 'out') fail(at, 'expected in or out')
    return { type: 'direction', direction: value }
  }
  if (name === 'connector') {
    if (!/^[0-9]{1,9}$/.test(value)) fail(at, 'expected the number of a connector')
    return { type: 'connector', connectorId: Number(value) }
  }
  if (!/^([0-9]{1,9}|[^@\s]+@[^@\s]+)$/.test(value)) fail(at, "expected a mailbox's address or number")
  return { type: 'mailbox', mailbox: value, at }
}

function partyForms({ text, at: place, quoted }: Written, words: readonly string[]): PartyForms {
  const value = text.trim().toLowerCase()
  const at = value.lastIndexOf('@')
  const plain = !/\s/.test(value)
  return {
    words,
    prefix: false,
    at: place,
    person: quoted ? null : text,
    numbers: formsOfQuery(text),
    address: plain && at > 0 && at < value.length - 1 ? value : null,
    domain: plain && at <= 0 && /^@?[^@.]+(\.[^@.]+)+$/.test(value) ? value.slice(at + 1) : null,
  }
}

/** The addresses of mailboxes that a query names, in lower case, for the caller to look up. */
export function mailboxesNamed(query: Query): string[] {
  if (query.type === 'mailbox') return query.mailbox.includes('@') ? [query.mailbox] : []
  if (query.type === 'not') return mailboxesNamed(query.of)
  if (query.type === 'and' || query.type === 'or') return [...new Set(query.of.flatMap(mailboxesNamed))]
  return []
}
