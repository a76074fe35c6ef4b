/** What people say of disposal, sealed: it can quote content and name persons. */
import type { Keyring } from '../keyring/keyring.ts'

type Place = 'disposition-pause' | `disposition-decision ${number}`

export function sealText(keyring: Pick<Keyring, 'seal'>, place: Place, text: string): Buffer {
  return keyring.seal('search', Buffer.from(text), place)
}

/** VAULT_DAMAGED if it is not what was sealed for this place. */
export function openText(keyring: Pick<Keyring, 'open'>, place: Place, sealed: Buffer): string {
  return keyring.open('search', sealed, place).toString()
}
