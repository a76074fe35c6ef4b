/** What is sealed of saved searches, runs and reports: JSON under the key of searches, bound to its row. */
import type { Keyring } from '../keyring/keyring.ts'

type Place = `${'saved-search' | 'search-run' | 'term-report' | 'term-report-result'} ${number}`

export function sealJson(keyring: Pick<Keyring, 'seal'>, place: Place, value: unknown): Buffer {
  return keyring.seal('search', Buffer.from(JSON.stringify(value)), place)
}

/** What was sealed for this place; VAULT_DAMAGED if it is not that. */
export function openJson<T>(keyring: Pick<Keyring, 'open'>, place: Place, sealed: Buffer): T {
  return JSON.parse(keyring.open('search', sealed, place).toString()) as T
}
