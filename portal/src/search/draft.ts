/** A search as it is put to the archive: a query and where to look. It lives in memory, never in an address. */
import type { SavedSearch } from '../client/client.ts'

export type Places = {
  readonly mailboxIds: readonly number[] | null
  readonly connectorIds: readonly number[] | null
  readonly folders: readonly string[] | null
}

export type Draft = Places & { readonly query: string }

export const EVERYTHING: Draft = { query: '', mailboxIds: null, connectorIds: null, folders: null }

export function draftOf({ query, mailboxIds, connectorIds, folders }: Draft | SavedSearch): Draft {
  return { query, mailboxIds, connectorIds, folders }
}

export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(draftOf(one)) === JSON.stringify(draftOf(other))
}

/** As the API takes it: an empty box asks for everything. */
export function bodyOf({ query, mailboxIds, connectorIds, folders }: Draft) {
  return {
    query: query.trim() === '' ? '*' : query,
    mailboxIds: mailboxIds && [...mailboxIds],
    connectorIds: connectorIds && [...connectorIds],
    folders: folders && [...folders],
  }
}

/** As it is handed to the page of a new export, in the memory of the browser's history alone. */
export function handedOver(draft: Draft, name = '') {
  return { source: { ...bodyOf(draft), runId: null }, ...(name === '' ? {} : { name }) }
}
