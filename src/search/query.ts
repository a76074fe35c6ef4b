/**
 * The query language (docs/guide/search.md): Microsoft's KQL as its eDiscovery pages document it. Pure: text in, tree
 * out, in time linear in the text.
 */
import { QueryMistake, type QueryNote } from './query-mistake.ts'
import { Parser } from './query-parser.ts'
import type { Query } from './query-tree.ts'

export { KINDS } from './query-properties.ts'
export type { PartyForms, Phrase, Query } from './query-tree.ts'

/**
 * Reads a query. Throws QUERY_INVALID (a QueryMistake), which names the character and what was expected there. `now`
 * (milliseconds) is what `sent:today` counts from; without it such names are refused.
 */
export function parseQuery(text: string, now: number | null = null): Query {
  return new Parser(text, now).parse()
}

type QueryCheck =
  | { readonly ok: true; readonly terms: number; readonly notes: readonly QueryNote[] }
  | { readonly ok: false; readonly mistake: QueryMistake }

/** Whether a text is a query: how many terms it has and what may surprise of it, or what is wrong and where. */
export function checkQuery(text: string, now: number | null = null): QueryCheck {
  try {
    const parser = new Parser(text, now)
    parser.parse()
    return { ok: true, terms: parser.terms, notes: parser.notes }
  } catch (error) {
    if (error instanceof QueryMistake) return { ok: false, mistake: error }
    throw error
  }
}

/** True if the query asks how long items are kept, the answer to which changes by itself. */
export function asksOfKeeping(query: Query): boolean {
  return (
    holdsNamed(query).length > 0 || some(query, each => ['held', 'label', 'archived'].includes(each.type))
  )
}

/** The numbers of holds that a query names. */
export function holdsNamed(query: Query): number[] {
  const named = new Set<number>()
  some(query, each => {
    if (each.type === 'hold') named.add(each.holdId)
    return false
  })
  return [...named]
}

/** The mailboxes that a query names by their number. */
export function mailboxesNumbered(query: Query): number[] {
  const named = new Set<number>()
  some(query, each => {
    if (each.type === 'mailbox' && /^[0-9]+$/.test(each.mailbox)) named.add(Number(each.mailbox))
    return false
  })
  return [...named]
}

/** True if one of the query's terms is such. */
function some(query: Query, test: (term: Query) => boolean): boolean {
  if (query.type === 'not') return some(query.of, test)
  if (query.type === 'and' || query.type === 'or') return query.of.some(part => some(part, test))
  return test(query)
}

/** The addresses of mailboxes that a query names, in lower case, for the caller to look up. */
export function mailboxesNamed(query: Query): string[] {
  if (query.type === 'mailbox') return /^[0-9]+$/.test(query.mailbox) ? [] : [query.mailbox]
  if (query.type === 'not') return mailboxesNamed(query.of)
  if (query.type === 'and' || query.type === 'or') return [...new Set(query.of.flatMap(mailboxesNamed))]
  return []
}
