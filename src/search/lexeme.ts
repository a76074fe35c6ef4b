/**
 * The spelling of what stands in an entry (docs/formats/search.md, "Lexemes"). A word of the text, and whatever
 * names a party, is a keyed hash; readable metadata (mailbox, kind, month, connector) are spelled out, with a colon,
 * which no hash contains, so the two can never be taken for each other.
 *
 *   word            10 letters of A-Z a-z 0-9 - _ : the first 60 bits of HMAC-SHA-256(search key, class || word)
 *   party           f or t, and such a hash: of a word of a name (class w), a number (n), its
 *                national part (p), an address (e), a domain (d), a user id of the source (u)
 *   m:12            filed in mailbox 12
 *   k:sms:in        kind, and direction where it is known
 *   y:682           month of sending, counted from 1970-01
 *   c:3             collected by connector 3
 *   x:              a part of a long item (part 1 and up)
 */
import { createHmac, type KeyObject } from 'node:crypto'
import type { Keyring } from '../keyring/keyring.ts'

/** What is hashed (`l`: the name of a label, which stands in no entry): classes keep readable numbers and addresses from betraying the hash of an equal word. */
export type HashClass = 'w' | 'n' | 'p' | 'e' | 'd' | 'u' | 'l'

export type Hasher = (hashClass: HashClass, text: string) => string

/** Hashes under the archive's search key. 60 bits: of a million words, any two meet once in two million archives. */
export function createHasher(keyring: Pick<Keyring, 'purposeKey'>): Hasher {
  const key: KeyObject = keyring.purposeKey('search')
  return (hashClass, text) =>
    createHmac('sha256', key)
      .update(hashClass + text)
      .digest('base64url')
      .slice(0, 10)
}

/** What a retention label is known by in the clear (retention_label.name_key), however its name is typed. */
export function labelKey(keyring: Pick<Keyring, 'purposeKey'>, name: string): string {
  return createHasher(keyring)('l', name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase())
}

export const MULTIPART_LEXEME = 'x:'

export function mailboxLexeme(mailboxId: number): string {
  return `m:${mailboxId}`
}

export function kindLexeme(kind: string, direction: string | null): string {
  return direction === null ? `k:${kind}` : `k:${kind}:${direction}`
}

/** The number of a month, 0 for January 1970, of a time in milliseconds. */
export function monthOf(time: number): number {
  const date = new Date(time)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}

export function monthLexeme(month: number): string {
  return `y:${month}`
}

export function connectorLexeme(connectorId: number): string {
  return `c:${connectorId}`
}
