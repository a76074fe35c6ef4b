/**
 * Turns a query tree into a plan over search_entry, and that into SQL. Pure: what has to be looked up for it (the words
 * that begin so, who is meant, which connectors are of a product) was looked up before (search.ts).
 */
import { HoldfastError } from '../errors.ts'
import { type Restricted, unrestrictedSql } from '../mailbox/mailbox.ts'
import type { ResolvedQuery } from './expansion.ts'
import {
  connectorLexeme,
  createHasher,
  type HashClass,
  type Hasher,
  kindLexeme,
  labelKey,
  mailboxLexeme,
  monthLexeme,
  monthOf,
} from './lexeme.ts'
import { type Lexicon, type SearchKey, VARIANTS_MAX } from './lexicon.ts'
import { BEGINNING_MAX, type LexiconClass } from './lexicon-page.ts'
import { nearPlan, type Wording } from './near.ts'
import { type CompiledQuery, joined, type Plan, quote, writePlan } from './plan.ts'
import { KINDS } from './query.ts'
import type { Period } from './query-date.ts'
import { mistake } from './query-mistake.ts'
import type { PartyForms, Phrase, Query, TextField } from './query-tree.ts'

/** What a search may see. */
export type SearchScope = {
  /** null is every mailbox; an empty list is none, and finds nothing. */
  readonly mailboxIds: readonly number[] | null
  /** Only what these connectors collected; null or left out is every one, an empty list none. */
  readonly connectorIds?: readonly number[] | null
  /** Only what is filed in folders of these names, in a mailbox of the scope; null or left out is every one. */
  readonly folders?: readonly string[] | null
  /** Only these items; left out is every one. */
  readonly itemIds?: readonly string[]
  /** Restricted items (mailbox/: restriction.ts) are found only where this reaches them; null or left out is everywhere. */
  readonly restricted?: Restricted
  /** The mailboxes that the query names by address (`mailboxesNamed`). */
  readonly named?: ReadonlyMap<string, number>
}

type Role = 'from' | 'to' | 'any'

/** A label as a query may name it. */
type Label = { readonly labelId: number } | { readonly nameKey: string }

/** More alternatives than these are looked up in the index one by one: one tsquery of all is evaluated for each row. */
const ALTERNATIVES_MAX = 64
/** What all beginnings of a query may come to: each variant is looked for by several lexemes. */
const VARIANTS_IN_ALL_MAX = 100_000
/** Beyond as many months the range of item ids alone decides. */
const MONTHS_MAX = 36
const TIME_MAX = 2 ** 48 - 1

const WEIGHTS: Readonly<Record<TextField, string>> = Object.freeze({
  any: '',
  subject: ':A',
  'attachment-name': ':B',
  body: ':D',
})

const metadata = (lexemes: readonly string[]): Plan =>
  lexemes.length === 0
    ? { type: 'none' }
    : { type: 'lexemes', tsquery: joined(lexemes.map(quote), '|'), part: false }

/**
 * Compiles a query. Throws QUERY_INVALID for a beginning that too many words have or that is too long, MAILBOX_UNKNOWN
 * where it names a mailbox that `scope.named` lacks. `lexicon` may be null for a query without a beginning.
 */
export function compileQuery(
  query: ResolvedQuery,
  keyring: SearchKey,
  scope: SearchScope,
  lexicon: Lexicon | null,
  bound: Extract<Plan, { type: 'ids' }> | null = null,
): CompiledQuery {
  const frame: Plan[] = []
  if (scope.mailboxIds) frame.push(metadata([...new Set(scope.mailboxIds)].map(mailboxLexeme)))
  if (scope.connectorIds) frame.push(metadata([...new Set(scope.connectorIds)].map(connectorLexeme)))
  if (scope.folders) frame.push(inFolders(scope.folders, scope, false))
  const { restricted } = scope
  if (restricted)
    frame.push({
      type: 'exists',
      where: (itemId, value) => `where ${unrestrictedSql(itemId, value(restricted))}`,
    })
  if (scope.itemIds) frame.push({ type: 'among', itemIds: scope.itemIds })
  if (bound !== null) frame.push(bound)
  if (frame.some(plan => plan.type === 'none') || scope.folders?.length === 0)
    return { sql: 'select item_id from search_entry where false', values: [] }
  const lowered = new Compiler(keyring, scope, lexicon).lower(query)
  return writePlan({ type: 'and', of: [...frame, ...(lowered.type === 'and' ? lowered.of : [lowered])] })
}

/** True if the query has a word's beginning, so that the lexicon is needed. */
export function hasBeginning(query: ResolvedQuery): boolean {
  if (query.type === 'not') return hasBeginning(query.of)
  if (query.type === 'and' || query.type === 'or') return query.of.some(hasBeginning)
  if (query.type === 'near') return [...query.left, ...query.right].some(phrase => phrase.prefix)
  if (query.type === 'text')
    return query.phrases.some(phrase => phrase.prefix) || query.party?.prefix === true
  return query.type === 'party' && query.party.prefix
}

class Compiler {
  readonly #hash: Hasher
  readonly #labelKey: (name: string) => string
  readonly #scope: SearchScope
  readonly #lexicon: Lexicon | null
  /** What begins so, by where the query says it. */
  readonly #beginnings = new Map<string, ReadonlySet<string>>()
  #variants = 0

  constructor(keyring: SearchKey, scope: SearchScope, lexicon: Lexicon | null) {
    this.#hash = createHasher(keyring)
    this.#labelKey = name => labelKey(keyring, name)
    this.#scope = scope
    this.#lexicon = lexicon
  }

  lower(query: ResolvedQuery): Plan {
    switch (query.type) {
      case 'all':
        return query
      case 'not':
        return { type: 'not', of: this.lower(query.of) }
      case 'or':
        return query.of.length === 0
          ? { type: 'none' }
          : { type: 'or', of: query.of.map(part => this.lower(part)) }
      case 'and': {
        const of = query.of.map(part => this.lower(part))
        return { type: 'and', of: of.flatMap(part => (part.type === 'and' ? part.of : [part])) }
      }
      case 'text':
        return anyOf([
          ...query.phrases.flatMap(phrase => this.#phrase(phrase, '', WEIGHTS[query.field])),
          ...(query.party === null ? [] : this.#party(query.party, 'any')),
        ])
      case 'party':
        return anyOf(this.#party(query.party, query.role))
      case 'user':
        return anyOf(prefixesOf(query.role).map(prefix => quote(prefix + this.#hash('u', query.userId))))
      case 'near':
        return nearPlan(
          ['', 'f', 't'].map(prefix => ({
            left: query.left.map(phrase => this.#wording(phrase, prefix)),
            right: query.right.map(phrase => this.#wording(phrase, prefix)),
          })),
          query.distance,
          query.ordered,
        )
      case 'mailbox':
        return metadata([mailboxLexeme(this.#mailbox(query))])
      case 'folder':
        return inFolders([query.folder.toLowerCase()], this.#scope, true)
      case 'held':
      case 'hold':
      case 'archived':
        return keptIn(query, this.#scope)
      case 'label':
        return labelledIn(query.label === null ? null : this.#label(query.label), this.#scope)
      default:
        return plainPlan(query)
    }
  }

  #mailbox({ mailbox, at }: Extract<Query, { type: 'mailbox' }>): number {
    if (/^[0-9]+$/.test(mailbox)) return Number(mailbox)
    const mailboxId = this.#scope.named?.get(mailbox)
    if (mailboxId === undefined)
      throw new HoldfastError('MAILBOX_UNKNOWN', `at character ${at + 1}: there is no such mailbox`)
    return mailboxId
  }

  /** No label is named by digits alone. */
  #label(label: string): Label {
    return /^[0-9]{1,9}$/.test(label) ? { labelId: Number(label) } : { nameKey: this.#labelKey(label) }
  }

  /** A phrase with its beginning spelled out: what may stand at each place. */
  #wording({ words, prefix, at }: Phrase, mark: string): Wording {
    const whole = prefix ? words.slice(0, -1) : words
    const places = whole.map(word => [mark + this.#hash('w', word)])
    if (prefix) {
      const last = words.at(-1)!
      if (Array.from(last).length > BEGINNING_MAX) mistake(at, 1, 'beginning-length', { max: BEGINNING_MAX })
      places.push([...this.#beginning('w', last, at)].map(lexeme => mark + lexeme))
    }
    return places
  }

  #beginning(lexiconClass: LexiconClass, text: string, at: number): ReadonlySet<string> {
    const place = `${at} ${lexiconClass}${text}`
    const known = this.#beginnings.get(place)
    if (known) return known
    const found = this.#lexicon?.beginning(lexiconClass, text)
    if (!found) throw new HoldfastError('INTERNAL', 'a beginning is compiled without the lexicon')
    if (found.size > VARIANTS_MAX) mistake(at, 1, 'beginning-variants', { max: VARIANTS_MAX })
    this.#variants += found.size
    if (this.#variants > VARIANTS_IN_ALL_MAX)
      mistake(at, 1, 'beginnings-variants', { max: VARIANTS_IN_ALL_MAX })
    this.#beginnings.set(place, found)
    return found
  }

  /** The alternatives of a phrase, each a tsquery. */
  #phrase(phrase: Phrase, mark: string, weight: string): string[] {
    if (phrase.words.length === 0) return []
    const places = this.#wording(phrase, mark)
    const head = places.slice(0, -1).map(([lexeme]) => `${quote(lexeme!)}${weight} <-> `)
    return places.at(-1)!.map(lexeme => {
      const last = `${quote(lexeme)}${weight}`
      return head.length === 0 ? last : `(${head.join('')}${last})`
    })
  }

  #party(party: PartyForms, role: Role): string[] {
    const marks: [HashClass, string][] = party.numbers.map(form => [form.hashClass, form.digits])
    if (party.address !== null) marks.push(['e', party.address])
    if (party.domain !== null) marks.push(['d', party.domain])
    const lexemes = marks.map(([hashClass, text]) => this.#hash(hashClass, text))
    // Words in a row of an address, too: the lexicon has addresses by the words they are made of.
    if (party.prefix) lexemes.push(...this.#beginning('e', party.words.join(' '), party.at))
    return prefixesOf(role).flatMap(prefix => [
      ...this.#phrase(party, prefix, ''),
      ...lexemes.map(lexeme => quote(prefix + lexeme)),
    ])
  }
}

const prefixesOf = (role: Role): string[] => (role === 'any' ? ['f', 't'] : role === 'from' ? ['f'] : ['t'])

function anyOf(terms: readonly string[]): Plan {
  if (terms.length === 0) return { type: 'none' }
  if (terms.length > ALTERNATIVES_MAX) return { type: 'set', tsqueries: terms, check: null }
  return { type: 'lexemes', tsquery: joined(terms, '|'), part: true }
}

type PlainQuery = Exclude<
  ResolvedQuery,
  {
    type:
      | 'all'
      | 'and'
      | 'or'
      | 'not'
      | 'text'
      | 'party'
      | 'user'
      | 'near'
      | 'mailbox'
      | 'folder'
      | 'held'
      | 'hold'
      | 'label'
      | 'archived'
  }
>

/** What no words are needed for. */
function plainPlan(query: PlainQuery): Plan {
  switch (query.type) {
    case 'kind':
      return metadata([null, 'in', 'out'].map(direction => kindLexeme(query.kind, direction)))
    case 'direction':
      return metadata(KINDS.map(kind => kindLexeme(kind, query.direction)))
    case 'connector':
      return metadata([connectorLexeme(query.connectorId)])
    case 'time':
      return query.property === 'imported'
        ? between('i.filed_at', query.period, time => new Date(time), 'timestamptz')
        : sent(query.period)
    case 'arrived': {
      const timed = sent({ from: null, to: null })
      const arrived = between('i.arrived_at', query.period, time => new Date(time), 'timestamptz')
      return { type: 'and', of: [{ type: 'not', of: timed }, arrived] }
    }
    case 'range':
      return query.property === 'size'
        ? between('coalesce(i.message_size, i.original_size)', query, Number, 'float8')
        : between('i.call_seconds', query, Number, 'float8')
    case 'has-attachment':
      return ofItem(() => (query.has ? 'i.attachments > 0' : 'i.attachments = 0'))
    case 'conversation': {
      const key = Buffer.from(query.conversation, 'base64url')
      return ofItem(value => `i.conversation = ${value(key)}`)
    }
    case 'call-status':
      return ofItem(value => `i.call_status = ${value(query.status)}`)
  }
}

function ofItem(condition: (value: (value: unknown) => string) => string): Plan {
  return {
    type: 'exists',
    where: (itemId, value) => `from item as i where i.item_id = ${itemId} and ${condition(value)}`,
  }
}

/** An item of which it is not known (a text has no duration) is in no range. */
function between(
  column: string,
  { from, to }: Period,
  parameterOf: (bound: number) => unknown,
  type: string,
): Plan {
  // Made once, so that they are the same parameters wherever they are written.
  const [first, end] = [from, to].map(bound => (bound === null ? null : parameterOf(bound)))
  return ofItem(value => {
    const bounds = [`${column} is not null`]
    if (first !== null) bounds.push(`${column} >= ${value(first)}::${type}`)
    if (end !== null) bounds.push(`${column} < ${value(end)}::${type}`)
    return bounds.join(' and ')
  })
}

/** Filed, and not hidden, in a folder of such a name in a mailbox of the scope. */
function inFolders(names: readonly string[], scope: SearchScope, inAnyCase: boolean): Plan {
  return {
    type: 'exists',
    where(itemId, value) {
      const mailboxes = scope.mailboxIds
        ? ` and f.mailbox_id = any(${value(scope.mailboxIds)}::integer[])`
        : ''
      const name = inAnyCase ? 'lower(d.name)' : 'd.name'
      return `from filing as f join folder as d on d.folder_id = f.folder_id
        where f.item_id = ${itemId} and f.hidden_at is null${mailboxes} and ${name} = any(${value(names)}::text[])`
    },
  }
}

/** Held, or in the archive, in a mailbox of the scope; hidden filings too: what is kept is kept. */
function keptIn(query: Extract<Query, { type: 'held' | 'hold' | 'archived' }>, scope: SearchScope): Plan {
  return {
    type: 'exists',
    where(itemId, value) {
      const mailboxes = scope.mailboxIds
        ? ` and f.mailbox_id = any(${value(scope.mailboxIds)}::integer[])`
        : ''
      if (query.type === 'archived')
        return `from filing as f where f.item_id = ${itemId}${mailboxes} and f.archived_at is not null`
      return query.type === 'held'
        ? `from filing as f where f.item_id = ${itemId}${mailboxes} and (f.hold_pending or f.held_until > keeping_now())`
        : `from hold_copies(${value(query.holdId)}, keeping_now()) as f where f.item_id = ${itemId}${mailboxes}`
    },
  }
}

/** Has a label in a mailbox of the scope: this one, or with null whichever; hidden filings too. */
function labelledIn(label: Label | null, scope: SearchScope): Plan {
  return {
    type: 'exists',
    where(itemId, value) {
      const mailboxes = scope.mailboxIds
        ? ` and f.mailbox_id = any(${value(scope.mailboxIds)}::integer[])`
        : ''
      // Names are sealed; what they are known by is their keyed hash (retention/: migrations/0018-label.sql).
      const which =
        label === null
          ? 'f.label_id is not null'
          : 'labelId' in label
            ? `f.label_id = ${value(label.labelId)}::integer`
            : `f.label_id = (select label_id from retention_label where name_key = ${value(label.nameKey)}::text)`
      return `from filing as f where f.item_id = ${itemId}${mailboxes} and ${which}`
    },
  }
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
