/** What is sealed of holds: JSON under the key of searches, bound to its place. */
import type { Keyring } from '../keyring/keyring.ts'

/** A hold's own words; a term's query; what a line of the history says. */
type Place = `hold ${number}` | `hold-term ${number}` | `hold-change ${number}`

/** Said of a hold by whoever placed it. */
export type HoldWords = {
  readonly name: string
  /** Why it was placed. */
  readonly reason: string
  /** For the people whose mailboxes are held, as in Purview; '' is none. */
  readonly note: string
  /** A page that tells them more; '' is none. */
  readonly link: string
}

/** A query with the mailboxes that it names by address, as they were when it was read. */
export type TermQuery = { readonly query: string; readonly named: readonly (readonly [string, number])[] }

export function sealJson(keyring: Pick<Keyring, 'seal'>, place: Place, value: unknown): Buffer {
  return keyring.seal('search', Buffer.from(JSON.stringify(value)), place)
}

/** What was sealed for this place; VAULT_DAMAGED if it is not that. */
export function openJson<T>(keyring: Pick<Keyring, 'open'>, place: Place, sealed: Buffer): T {
  return JSON.parse(keyring.open('search', sealed, place).toString()) as T
}
