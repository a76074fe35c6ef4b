/**
 * Rewrites a query with what was looked up for it. Pure.
 *
 * A person of the directory who is named as a party stands for all that they are known by: their addresses, their
 * display name as a phrase, and the numbers and user ids that were theirs at the item's time. So `from:` with an
 * address finds what that person's phone sent, and not what the phone sent when it was somebody else's. Quotation
 * marks or a wildcard suppress it, as in Purview (PartyForms.person). A product stands for its connectors.
 */
import { formsOfQuery } from './number.ts'
import type { Period } from './query-date.ts'
import type { PartyForms, Query } from './query-tree.ts'
import { wordsOf } from './tokenizer.ts'

type Role = 'from' | 'to' | 'any'

/** A query in which nobody has to be looked up any more. */
export type ResolvedQuery =
  | Exclude<Query, { type: 'and' | 'or' | 'not' | 'product' }>
  | { readonly type: 'and' | 'or'; readonly of: readonly ResolvedQuery[] }
  | { readonly type: 'not'; readonly of: ResolvedQuery }
  /** Arrived in this period, with a time of sending that is impossible. */
  | { readonly type: 'arrived'; readonly period: Period }
  /** Somebody as the source calls them, in lower case. */
  | { readonly type: 'user'; readonly role: Role; readonly userId: string }

/** A number or user id by which a connector's traffic names a person. */
export type PersonMark = {
  readonly connectorId: number
  /** With country code and without `+`; or a short code. */
  readonly number: string | null
  readonly userId: string | null
  /** When it was theirs; in none of these it was not. */
  readonly periods: readonly Period[]
}

export type Person = {
  /** In lower case. */
  readonly addresses: readonly string[]
  readonly displayName: string
  readonly marks: readonly PersonMark[]
}

export type Looked = {
  /** By `personKey`. */
  readonly people: ReadonlyMap<string, readonly Person[]>
  readonly connectorsOf: ReadonlyMap<string, readonly number[]>
}

/** What a value in a query and a person of the directory are compared by. */
function personKey(value: string): string {
  return value.normalize('NFC').trim().toLowerCase()
}

/** What has to be looked up for a query: values that may name a person, and products. */
export function namesIn(query: Query): { people: string[]; products: string[] } {
  if (query.type === 'not') return namesIn(query.of)
  if (query.type === 'and' || query.type === 'or') {
    const parts = query.of.map(namesIn)
    return {
      people: [...new Set(parts.flatMap(part => part.people))],
      products: [...new Set(parts.flatMap(part => part.products))],
    }
  }
  const person = query.type === 'party' ? query.party.person : null
  return {
    people: person === null ? [] : [personKey(person)],
    products: query.type === 'product' ? [...query.products] : [],
  }
}

/** The query with everybody and everything that was looked up in their place. */
export function expandQuery(query: Query, looked: Looked): ResolvedQuery {
  switch (query.type) {
    case 'not':
      return { type: 'not', of: expandQuery(query.of, looked) }
    case 'and':
    case 'or':
      return { type: query.type, of: query.of.map(part => expandQuery(part, looked)) }
    case 'product':
      return {
        type: 'or',
        of: query.products.flatMap(product =>
          (looked.connectorsOf.get(product) ?? []).map(
            connectorId => ({ type: 'connector', connectorId }) as const,
          ),
        ),
      }
    case 'party': {
      const { person } = query.party
      const people = person === null ? [] : (looked.people.get(personKey(person)) ?? [])
      if (people.length === 0) return query
      return { type: 'or', of: [query, ...people.flatMap(each => formsOf(each, query.role, query.party.at))] }
    }
    default:
      return query
  }
}

function formsOf(person: Person, role: Role, at: number): ResolvedQuery[] {
  const party = (forms: Partial<PartyForms>): ResolvedQuery => ({
    type: 'party',
    role,
    party: { words: [], prefix: false, at, numbers: [], address: null, domain: null, person: null, ...forms },
  })
  const name = wordsOf(person.displayName)
  return [
    ...person.addresses.map(address => party({ address })),
    ...(name.length === 0 ? [] : [party({ words: name })]),
    ...person.marks.flatMap(({ connectorId, number, userId, periods }): ResolvedQuery[] => {
      const when = duringAny(periods)
      if (when === 'never') return []
      const of: ResolvedQuery[] = []
      if (number !== null) of.push(party({ numbers: formsOfQuery(`+${number}`) }))
      if (userId !== null) of.push({ type: 'user', role, userId })
      const named: ResolvedQuery = of.length === 1 ? of[0]! : { type: 'or', of }
      return [{ type: 'and', of: [named, { type: 'connector', connectorId }, ...when] }]
    }),
  ]
}

/** The condition that an item's time is in one of the periods; none at all where one of them has no bounds. */
function duringAny(periods: readonly Period[]): 'never' | ResolvedQuery[] {
  const possible = periods.filter(({ from, to }) => from === null || to === null || from < to)
  if (possible.length === 0) return 'never'
  if (possible.some(({ from, to }) => from === null && to === null)) return []
  // An item whose time of sending is impossible was filed by when it arrived.
  const of = possible.flatMap(period => [
    { type: 'time', property: 'sent', period } as const,
    { type: 'arrived', period } as const,
  ])
  return [{ type: 'or', of }]
}

/** What is in both periods. */
export function meet(one: Period, other: Period): Period {
  return {
    from: one.from === null ? other.from : other.from === null ? one.from : Math.max(one.from, other.from),
    to: one.to === null ? other.to : other.to === null ? one.to : Math.min(one.to, other.to),
  }
}

/** What is in some of the periods and not in another. */
export function without(periods: readonly Period[], taken: Period): Period[] {
  return periods.flatMap(period => {
    const parts: Period[] = []
    if (taken.from !== null) parts.push(meet(period, { from: null, to: taken.from }))
    if (taken.to !== null) parts.push(meet(period, { from: taken.to, to: null }))
    return parts.filter(({ from, to }) => from === null || to === null || from < to)
  })
}
