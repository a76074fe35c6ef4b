/**
 * Turns a query tree into SQL over search_entry.
 *
 * A short item has one row (part 0), so the whole query is one condition on a row; that is nearly all of them, and
 * mostly one `tsquery`, answered inside the GIN index. A long item has parts 1 and up, and a condition such as
 * "this word and that one" may be met by two different parts. There the query is evaluated by sets of items: what
 * holds if it holds in some part (a word, a phrase, an OR of these, with metadata, which every part has alike) is
 * asked of parts; AND, OR and NOT over these are INTERSECT, UNION and EXCEPT of items. Every part of a long item has
 * the lexeme `x:`, so the sets are found in the index and are empty where there are no long items.
 */

import { HoldfastError } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
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
import { KINDS } from './query.ts'
import type { Period } from './query-date.ts'
import type { PartyForms, Query } from './query-tree.ts'

/** What a search may see. */
export type SearchScope = {
  /** null is every mailbox; an empty list is none, and finds nothing. */
  readonly mailboxIds: readonly number[] | null
  /** Only what these connectors collected; null or left out is every one, an empty list none. */
  readonly connectorIds?: readonly number[] | null
  /** Only what is filed in folders of these names, in a mailbox of the scope; null or left out is every one. */
  readonly folders?: readonly string[] | null
  /** The mailboxes that the query names by address (`mailboxesNamed`). */
  readonly named?: ReadonlyMap<string, number>
}

/** A statement that gives the item_id of each hit, once, in no order. */
export type CompiledQuery = { readonly sql: string; readonly values: readonly unknown[] }

/** A condition on rows. `part` is true where it may hold in one part of an item and not in another. */
type Plan =
  | { readonly type: 'and' | 'or'; readonly of: readonly Plan[] }
  | { readonly type: 'not'; readonly of: Plan }
  | { readonly type: 'lexemes'; readonly tsquery: string; readonly part: boolean }
  | { readonly type: 'ids'; readonly from: string | null; readonly before: string | null }
  | { readonly type: 'all' }

/** Beyond as many months the range of item ids alone decides. */
const MONTHS_MAX = 36
const TIME_MAX = 2 ** 48 - 1

const metadata = (lexemes: readonly string[]): Plan => ({
  type: 'lexemes',
  tsquery: anyOf(lexemes.map(quote)),
  part: false,
})
const quote = (lexeme: string): string => `'${lexeme}'`
const anyOf = (terms: readonly string[]): string =>
  terms.length === 1 ? terms[0]! : `(${terms.join(' | ')})`

/** Compiles a query. Throws MAILBOX_UNKNOWN where it names a mailbox that `scope.named` lacks. */
export function compileQuery(
  query: Query,
  keyring: Pick<Keyring, 'purposeKey'>,
  scope: SearchScope,
  before: string | null = null,
): CompiledQuery {
  if (scope.mailboxIds?.length === 0)
    return { sql: 'select item_id from search_entry where false', values: [] }
  const frame: Plan[] = []
  if (scope.mailboxIds !== null) frame.push(metadata([...new Set(scope.mailboxIds)].map(mailboxLexeme)))
  if (before !== null) frame.push({ type: 'ids', from: null, before })
  const lowered = lower(query, createHasher(keyring), scope)
  const plan: Plan = { type: 'and', of: [...frame, ...(lowered.type === 'and' ? lowered.of : [lowered])] }
  const writer = new SqlWriter()
  const short = `select item_id from search_entry where part = 0 and ${writer.condition(plan)}`
  const long = writer.items(plan, [metadata([MULTIPART_LEXEME])])
  return { sql: `${short} union all (${long})`, values: writer.values }
}

function lower(query: Query, hash: Hasher, scope: SearchScope): Plan {
  switch (query.type) {
    case 'all':
      return query
    case 'not':
      return { type: 'not', of: lower(query.of, hash, scope) }
    case 'or':
      return { type: 'or', of: query.of.map(part => lower(part, hash, scope)) }
    case 'and': {
      const of = query.of.map(part => lower(part, hash, scope))
      return { type: 'and', of: of.flatMap(part => (part.type === 'and' ? part.of : [part])) }
    }
    case 'text':
      return { type: 'lexemes', tsquery: textOf(query, hash), part: true }
    case 'party':
      return { type: 'lexemes', tsquery: anyOf(partyOf(query.party, query.role, hash)), part: true }
    case 'kind':
      return metadata([null, 'in', 'out'].map(direction => kindLexeme(query.kind, direction)))
    case 'direction':
      return metadata(KINDS.map(kind => kindLexeme(kind, query.direction)))
    case 'connector':
      return metadata([connectorLexeme(query.connectorId)])
    case 'mailbox':
      return metadata([mailboxLexeme(mailboxOf(query.mailbox, scope))])
    case 'time':
      if (query.property === 'sent') return sent(query.period)
  }
  throw new HoldfastError('INTERNAL', `the compiler does not know ${query.type} yet`)
}

function mailboxOf(mailbox: string, scope: SearchScope): number {
  if (/^[0-9]+$/.test(mailbox)) return Number(mailbox)
  const mailboxId = scope.named?.get(mailbox)
  if (mailboxId === undefined)
    throw new HoldfastError('MAILBOX_UNKNOWN', 'the query names a mailbox that is not there')
  return mailboxId
}

function textOf(query: Extract<Query, { type: 'text' }>, hash: Hasher): string {
  const weight = query.field === 'subject' ? ':A' : query.field === 'body' ? ':D' : ''
  const terms = query.phrases.map(({ words }) => phrase(words, hash, '', weight))
  if (query.party !== null) terms.push(...partyOf(query.party, 'any', hash))
  return anyOf(terms)
}

function phrase(words: readonly string[], hash: Hasher, prefix: string, weight: string): string {
  const lexemes = words.map(word => `'${prefix}${hash('w', word)}'${weight}`)
  return lexemes.length === 1 ? lexemes[0]! : `(${lexemes.join(' <-> ')})`
}

function partyOf(party: PartyForms, role: 'from' | 'to' | 'any', hash: Hasher): string[] {
  const marks: [HashClass, string][] = party.numbers.map(form => [form.hashClass, form.digits])
  if (party.address !== null) marks.push(['e', party.address])
  if (party.domain !== null) marks.push(['d', party.domain])
  const prefixes = role === 'any' ? ['f', 't'] : role === 'from' ? ['f'] : ['t']
  return prefixes.flatMap(prefix => [
    phrase(party.words, hash, prefix, ''),
    ...marks.map(([hashClass, text]) => quote(prefix + hash(hashClass, text))),
  ])
}

/** Ids begin with the time of sending; 0 stands for an impossible one, which is in no range. */
function sent({ from, to }: Period): Plan {
  const first = Math.min(Math.max(from ?? 1, 1), TIME_MAX)
  const ids: Plan = {
    type: 'ids',
    from: lowestId(first),
    before: to === null || to > TIME_MAX ? null : lowestId(Math.max(to, 0)),
  }
  if (from === null || to === null || to <= first) return ids
  const months: string[] = []
  for (let month = monthOf(first); month <= monthOf(to - 1); month++) {
    if (months.push(monthLexeme(month)) > MONTHS_MAX) return ids
  }
  return { type: 'and', of: [metadata(months), ids] }
}

/** The lowest item id of a millisecond. */
function lowestId(time: number): string {
  const hex = Math.floor(time).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** True where the plan holds in each part of an item or in none. */
function isConstant(plan: Plan): boolean {
  if (plan.type === 'lexemes') return !plan.part
  if (plan.type === 'not') return isConstant(plan.of)
  if (plan.type === 'and' || plan.type === 'or') return plan.of.every(isConstant)
  return true
}

/** True where an item fulfils the plan exactly if some part does. */
function isOfSomePart(plan: Plan): boolean {
  if (plan.type === 'or') return plan.of.every(isOfSomePart)
  if (plan.type === 'and') {
    return plan.of.every(isOfSomePart) && plan.of.filter(part => !isConstant(part)).length <= 1
  }
  return plan.type === 'lexemes' || isConstant(plan)
}

class SqlWriter {
  readonly values: unknown[] = []

  /** A condition on one row. */
  condition(plan: Plan): string {
    const tsquery = this.#tsquery(plan)
    if (tsquery !== null) return `vector @@ ${this.#value(tsquery)}::tsquery`
    if (plan.type === 'ids') {
      const bounds: string[] = []
      if (plan.from !== null) bounds.push(`item_id >= ${this.#value(plan.from)}::uuid`)
      if (plan.before !== null) bounds.push(`item_id < ${this.#value(plan.before)}::uuid`)
      return bounds.length === 0 ? 'true' : `(${bounds.join(' and ')})`
    }
    if (plan.type === 'not') return `not (${this.condition(plan.of)})`
    if (plan.type !== 'and' && plan.type !== 'or') return 'true'
    // What the index can answer goes to it as one.
    const indexed: Plan[] = []
    const others: Plan[] = []
    for (const part of plan.of) (this.#tsquery(part) === null ? others : indexed).push(part)
    const conditions = others.map(part => this.condition(part))
    if (indexed.length > 0) conditions.unshift(this.condition({ type: plan.type, of: indexed }))
    return `(${conditions.join(` ${plan.type} `)})`
  }

  /** The plan as one tsquery, or null if it is more than that. */
  #tsquery(plan: Plan): string | null {
    if (plan.type === 'lexemes') return plan.tsquery
    if (plan.type === 'not') {
      const of = this.#tsquery(plan.of)
      return of === null ? null : `!(${of})`
    }
    if (plan.type !== 'and' && plan.type !== 'or') return null
    const terms: string[] = []
    for (const part of plan.of) {
      const term = this.#tsquery(part)
      if (term === null) return null
      terms.push(term)
    }
    return terms.length === 1 ? terms[0]! : `(${terms.join(plan.type === 'and' ? ' & ' : ' | ')})`
  }

  /** A select of the long items that fulfil the plan, each once. `frame` holds in every part looked at. */
  items(plan: Plan, frame: readonly Plan[]): string {
    if (isOfSomePart(plan)) {
      const all: Plan = { type: 'and', of: [...frame, ...(plan.type === 'and' ? plan.of : [plan])] }
      return `select distinct item_id from search_entry where part > 0 and ${this.condition(all)}`
    }
    if (plan.type === 'not')
      return `(${this.items({ type: 'all' }, frame)}) except (${this.items(plan.of, frame)})`
    if (plan.type === 'or') {
      const simple = plan.of.filter(isOfSomePart)
      const sets = plan.of.filter(part => !isOfSomePart(part)).map(part => this.items(part, frame))
      if (simple.length > 0) sets.unshift(this.items({ type: 'or', of: simple }, frame))
      return sets.map(set => `(${set})`).join(' union ')
    }
    if (plan.type !== 'and')
      throw new HoldfastError('INTERNAL', 'a search plan that is neither simple nor composed')
    const inner = [...frame, ...plan.of.filter(isConstant)]
    const wanted = plan.of.filter(part => !isConstant(part) && part.type !== 'not')
    const unwanted = plan.of.filter(part => !isConstant(part) && part.type === 'not')
    const sets = wanted.map(part => this.items(part, inner))
    if (sets.length === 0) sets.push(this.items({ type: 'all' }, inner))
    const met = sets.map(set => `(${set})`).join(' intersect ')
    return unwanted.reduce(
      (set, part) => `(${set}) except (${this.items((part as { of: Plan }).of, inner)})`,
      met,
    )
  }

  #value(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}
