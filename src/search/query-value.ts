/** What a value means: of a property, and of a word or phrase without one. Pure. */
import { digitsOf, formsOfQuery } from './number.ts'
import { amountsOf } from './query-amount.ts'
import { callStatusOf, ITEM_CLASS_CHOICES, itemClassOf, kindOf, NOTHING } from './query-class.ts'
import { periodOf } from './query-date.ts'
import { mistake, type NoteReason } from './query-mistake.ts'
import { INTERVALS, type PropertyName, type QueryProperty } from './query-properties.ts'
import type { Operator, Written } from './query-reader.ts'
import type { PartyForms, Phrase, Query, TextField } from './query-tree.ts'
import { PHRASE_WORDS_MAX, wordsOf } from './tokenizer.ts'

const WORDS_MAX = 2_000

/** What the reading of a query knows and gathers. `now` in milliseconds is what `today` counts from. */
export type Reading = {
  readonly now: number | null
  /** Words and ideographs so far. */
  words: number
  note(at: number, length: number, reason: NoteReason, values?: Readonly<Record<string, string>>): void
}

/** `*` that stands for the end of a word, and not in the keycap emoji that is made with it. */
const STAR = /\*(?!\uFE0F?\u20E3)/
/** What the beginning of a word can end in. */
const PREFIX =
  /[\p{L}\p{N}\p{M}\p{Cf}\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}\u{1F3FB}-\u{1F3FF}\uFE0F]\*$/u

/** The words of a value, and whether a `*` makes the last one a beginning. */
export function phraseOf(value: Written, reading: Reading): Phrase {
  const star = STAR.exec(value.text)
  const prefix = star !== null
  if (star && (star.index < value.text.length - 1 || !PREFIX.test(value.text)))
    mistake(value.at + (value.quoted ? 1 : 0) + star.index, 1, 'wildcard-place')
  const words = wordsOf(prefix ? value.text.slice(0, -1) : value.text)
  const length = value.end - value.at
  reading.words += words.length
  if (words.length > PHRASE_WORDS_MAX) mistake(value.at, length, 'phrase-length', { max: PHRASE_WORDS_MAX })
  if (reading.words > WORDS_MAX) mistake(value.at, length, 'word-count', { max: WORDS_MAX })
  return { words, prefix, at: value.at }
}

/** A word, phrase or number without a property: in the text or among the parties. Null for lone punctuation. */
export function plainTerm(value: Written, reading: Reading): Query | null {
  if (value.text === '*' && !value.quoted) return { type: 'all' }
  const phrase = phraseOf(value, reading)
  if (phrase.words.length === 0) {
    if (!value.quoted) return null
    mistake(value.at, value.end - value.at, 'quotation-empty')
  }
  const party = { ...partyForms(value, phrase), person: null }
  const spellings = party.numbers.length > 1 ? new Set(party.numbers.map(form => form.digits)) : []
  const digits = [...spellings].filter(each => phrase.words.length > 1 || each !== phrase.words[0])
  return {
    type: 'text',
    field: 'any',
    phrases: [phrase, ...digits.map(each => ({ words: [each], prefix: false, at: value.at }))],
    party,
  }
}

const ROLES: Readonly<Partial<Record<PropertyName, 'from' | 'to' | 'any'>>> = Object.freeze({
  participants: 'any',
  from: 'from',
  to: 'to',
  recipients: 'to',
  cc: 'to',
  bcc: 'to',
})

const FIELDS: Readonly<Partial<Record<PropertyName, TextField>>> = Object.freeze({
  subject: 'subject',
  body: 'body',
  attachmentnames: 'attachment-name',
})

/** What `property operator value` finds, `<>` as `=`. */
export function propertyTerm(
  property: QueryProperty,
  operator: Operator,
  value: Written,
  reading: Reading,
): Query {
  const { name, form } = property
  const { at } = value
  const length = value.end - at
  if (form === 'party') return partyTerm(property, value, reading)
  if (form === 'text') {
    const phrase = phraseOf(value, reading)
    if (phrase.words.length === 0) mistake(at, length, 'text')
    return { type: 'text', field: FIELDS[name]!, phrases: [phrase], party: null }
  }
  if (name === 'sent' || name === 'received' || name === 'imported') {
    const period = periodOf(operator, value.text, reading.now)
    if (period === null) mistake(at, length, 'date', { intervals: intervalNames() })
    if (name === 'received') reading.note(at, length, 'received-as-sent')
    return { type: 'time', property: name, period }
  }
  if (name === 'size' || name === 'duration') {
    const amounts = amountsOf(name, operator, value.text)
    if (amounts === null) mistake(at, length, name)
    return { type: 'range', property: name, ...amounts }
  }
  if (form === 'item-class') {
    const found = itemClassOf(value.text.trim().toLowerCase())
    if (found === null) mistake(at, length, 'item-class', { choices: ITEM_CLASS_CHOICES.join(', ') })
    return noted(found, value, reading)
  }
  const star = value.text.indexOf('*')
  if (star >= 0) mistake(at + (value.quoted ? 1 : 0) + star, 1, 'wildcard-whole', { property: name })
  return metadataTerm(property, value, reading)
}

function partyTerm({ name }: QueryProperty, value: Written, reading: Reading): Query {
  const length = value.end - value.at
  const phrase = phraseOf(value, reading)
  if (phrase.words.length === 0) mistake(value.at, length, 'party')
  // The index holds numbers whole; a beginning would find only what is spelled so in a name.
  if (phrase.prefix && digitsOf(value.text.slice(0, -1)) !== '') mistake(value.at, length, 'number')
  if (name === 'cc' || name === 'bcc') reading.note(value.at, length, 'every-recipient', { property: name })
  return { type: 'party', role: ROLES[name]!, party: partyForms(value, phrase) }
}

function metadataTerm({ name, choices }: QueryProperty, value: Written, reading: Reading): Query {
  const { at } = value
  const length = value.end - at
  const text = value.text.trim()
  const lower = text.toLowerCase()
  const choose = (found: Query | null): Query =>
    found ?? mistake(at, length, 'choice', { choices: (choices ?? []).join(', ') })
  switch (name) {
    case 'kind':
      return noted(choose(kindOf(lower)), value, reading)
    case 'status':
      return choose(callStatusOf(lower))
    case 'direction':
      return choose(lower === 'in' || lower === 'out' ? { type: 'direction', direction: lower } : null)
    case 'hasattachment':
      return choose(
        /^(true|yes|1)$/.test(lower) ? has(true) : /^(false|no|0)$/.test(lower) ? has(false) : null,
      )
    case 'number': {
      const numbers = formsOfQuery(text)
      if (numbers.length === 0) mistake(at, length, 'number')
      const none = { address: null, domain: null, person: null }
      return { type: 'party', role: 'any', party: { words: [], prefix: false, at, numbers, ...none } }
    }
    case 'connector':
      if (!/^[0-9]{1,9}$/.test(text)) mistake(at, length, 'connector')
      return { type: 'connector', connectorId: Number(text) }
    case 'mailbox':
      if (!/^([0-9]{1,9}|[^@\s]+@[^@\s]+|unmapped|quarantine)$/.test(lower)) mistake(at, length, 'mailbox')
      return { type: 'mailbox', mailbox: lower, at }
    case 'hold':
      if (/^(yes|true)$/.test(lower)) return { type: 'held' }
      if (/^(no|false)$/.test(lower)) return { type: 'not', of: { type: 'held' } }
      if (!/^[1-9][0-9]{0,8}$/.test(text)) mistake(at, length, 'hold')
      return { type: 'hold', holdId: Number(text) }
    case 'label':
      if (text === '') mistake(at, length, 'text')
      if (lower === 'any') return { type: 'label', label: null }
      if (lower === 'none') return { type: 'not', of: { type: 'label', label: null } }
      return { type: 'label', label: text }
    case 'archived':
      if (/^(yes|true)$/.test(lower)) return { type: 'archived' }
      if (/^(no|false)$/.test(lower)) return { type: 'not', of: { type: 'archived' } }
      return mistake(at, length, 'choice', { choices: (choices ?? []).join(', ') })
    case 'conversation':
      if (!/^[A-Za-z0-9_-]{11}$/.test(text)) mistake(at, length, 'conversation')
      return { type: 'conversation', conversation: text }
    default:
      if (text === '') mistake(at, length, 'text')
      return { type: 'folder', folder: text, at }
  }
}

const has = (has: boolean): Query => ({ type: 'has-attachment', has })

function noted(found: Query, value: Written, reading: Reading): Query {
  if (found === NOTHING) reading.note(value.at, value.end - value.at, 'nothing')
  return found
}

function intervalNames(): string {
  const names = INTERVALS.map(name => (name.includes(' ') ? `"${name}"` : name))
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

function partyForms({ text, quoted }: Written, phrase: Phrase): PartyForms {
  if (phrase.prefix) return { ...phrase, numbers: [], address: null, domain: null, person: null }
  const value = text.trim().toLowerCase()
  const at = value.lastIndexOf('@')
  const plain = !/\s/.test(value)
  return {
    ...phrase,
    person: quoted ? null : text,
    numbers: formsOfQuery(text),
    address: plain && at > 0 && at < value.length - 1 ? value : null,
    domain: plain && at <= 0 && /^@?[^@.]+(\.[^@.]+)+$/.test(value) ? value.slice(at + 1) : null,
  }
}
