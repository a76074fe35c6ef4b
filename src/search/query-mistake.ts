/**
 * What can be wrong with a query, and what is worth saying of one that is right. Pure. Each has a name, so that the
 * portal can say it in another language, and a sentence that quotes nothing of the query, which may name persons.
 */
import { HoldfastError } from '../errors.ts'

export const MISTAKES = Object.freeze({
  'query-length': 'expected the end: a query has at most {max} characters',
  'term-count': 'expected no more terms: a query has at most {max}',
  nesting: 'expected less nesting: at most {max} levels',
  'word-count': 'expected at most {max} words or ideographs in all',
  'phrase-length': 'expected at most {max} words or ideographs in one phrase',
  term: 'expected a word, a phrase or a property',
  'term-for-operator': 'expected a word, a phrase or a property, not {operator}',
  'left-out': 'expected what is to be left out',
  'left-out-word': 'expected a word with letters or digits after NOT',
  'parenthesis-unopened': 'expected no closing parenthesis, since none is open',
  'parenthesis-open': 'expected a closing parenthesis for the one at character {open}',
  'quotation-open': 'expected a closing quotation mark for the one that opens here',
  'quotation-empty': 'expected letters, digits or emoji between the quotation marks',
  property: 'expected one of the properties {properties}; put text that has a colon in quotation marks',
  operator: 'expected {operators} after {property}',
  value: 'expected a value right after {property}{operator}',
  text: 'expected letters, digits or emoji',
  party: 'expected a name, a number or an e-mail address',
  number: 'expected a whole phone number, such as +44 7700 900123',
  choice: 'expected one of {choices}',
  date: 'expected a date (2026, 2026-11, 2026-11-01, 2026-11-01T08:30, 2026-11-01T08:30:00Z), a range (2026-11-01..2026-11-07), or {intervals}',
  size: 'expected a size in bytes, KB, MB or GB (26214400, 25MB), or a range (1KB..5MB)',
  duration: 'expected a duration (90, 10m, 1h30m, 0:10:00) or a range (1m..10m)',
  connector: 'expected the number of a connector',
  mailbox: "expected a mailbox's address or number, unmapped or quarantine",
  conversation: 'expected the id of a conversation, eleven letters and digits',
  hold: 'expected yes, no or the number of a hold',
  'item-class': 'expected ipm.externaldata.* or one of {choices}',
  'wildcard-place':
    'expected * nowhere but at the end of a word or phrase: beginnings of words can be searched, not their ends or middles',
  'wildcard-whole': 'expected a whole value: {property} takes no *',
  'beginning-length': 'expected at most {max} letters before *',
  'beginning-variants': 'expected a longer beginning: more than {max} words begin so',
  'beginnings-variants':
    'expected fewer or longer beginnings: those up to here have more than {max} words in all',
  'near-operand': 'expected a word, a phrase, or several of these with OR in parentheses beside {operator}',
  'near-property': 'expected no {operator} in a property: nearness is between words of the text',
  'near-distance': 'expected a number of words from 0 to {max} in parentheses, as in {operator}(5)',
  'near-span': 'expected both sides of {operator} and the distance to come to at most {max} words',
  'words-list': 'expected words or phrases divided by commas, as in WORDS(tv, television)',
  'operator-unknown': 'expected AND, OR, NOT, NEAR, ONEAR or WORDS: {operator} is not offered',
})

type MistakeReason = keyof typeof MISTAKES

/** What holds of a query that is read, and might surprise whoever wrote it. */
export const NOTES = Object.freeze({
  'same-property':
    'Terms of {property} with nothing between them: either is enough. Write AND where both must hold.',
  plus: 'The first of what + joins must be there, and any one of the others. Write AND where all must.',
  nothing: 'Nothing of this kind is ever collected, so this term finds nothing.',
  'every-recipient': '{property} is read as recipients: whoever an item went to, by whichever line.',
  'received-as-sent': 'No source tells when an item was received: the time of sending counts.',
})

export type NoteReason = keyof typeof NOTES

type Values = Readonly<Record<string, string | number>>

/** A place in a query, counted from 0, and what is said of it. */
type Remark<Reason> = {
  readonly at: number
  readonly length: number
  readonly reason: Reason
  readonly values: Values
}

export type QueryNote = Remark<NoteReason> & { readonly text: string }

/** QUERY_INVALID with the stretch of the query that it is about. */
export class QueryMistake extends HoldfastError implements Remark<MistakeReason> {
  readonly at: number
  readonly length: number
  readonly reason: MistakeReason
  readonly values: Values
  /** What was expected, as a sentence. */
  readonly expected: string

  constructor({ at, length, reason, values }: Remark<MistakeReason>) {
    const expected = fill(MISTAKES[reason], values)
    super('QUERY_INVALID', `at character ${at + 1}: ${expected}`)
    this.at = at
    this.length = length
    this.reason = reason
    this.values = values
    this.expected = expected
  }
}

/** Throws QUERY_INVALID for the stretch of the query; the message counts characters from 1. */
export function mistake(at: number, length: number, reason: MistakeReason, values: Values = {}): never {
  throw new QueryMistake({ at, length, reason, values })
}

export function noteOf(at: number, length: number, reason: NoteReason, values: Values = {}): QueryNote {
  return { at, length, reason, values, text: fill(NOTES[reason], values) }
}

function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}
