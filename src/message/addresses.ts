/**
 * The address fields of a message (DESIGN.md section 7): each party has its number in the display name, since mail
 * systems index that, and as address its e-mail property, else a stand-in in `phone.invalid` (RFC 2606), which nobody
 * can ever own. A party with several addresses is repeated in To with each, as TeleMessage does, so that it is found by
 * any; From has room for one.
 */
import { hash } from 'node:crypto'
import type { Participant } from './item.ts'
import { writePhrase } from './rfc-text.ts'
import { oneLine } from './text.ts'

const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const MAILABLE = new RegExp(
  `^${ATEXT}(?:\\.${ATEXT})*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$`,
)
const LOCAL_MAX = 64
const DOMAIN_MAX = 255

/** How a person reads a party: "Anna Berg 447700900123", "ParcelGo", "Withheld number". */
export function showParty(party: Participant): string {
  const name = party.name === null ? '' : oneLine(party.name)
  if (party.form === 'withheld') return name === '' ? 'Withheld number' : `${name} (withheld number)`
  const mark = party.number !== '' ? oneLine(party.number) : oneLine(party.emails[0] ?? '')
  if (name === '' || name === mark) return mark === '' ? 'Unknown' : mark
  return party.number === '' || mark === '' ? name : `${name} ${mark}`
}

/** The addresses of a party that mail can carry, never none. */
function addressesOf(party: Participant): string[] {
  const mailable = party.emails.length === 0 ? [] : party.emails.filter(isMailable)
  return mailable.length > 0 ? mailable : [`${localPart(party)}@phone.invalid`]
}

/** Addresses the item gave that stand in no field: beyond ASCII, or no addresses at all. */
export function leftOutAddresses(party: Participant): string[] {
  const odd = party.emails.filter(email => !isMailable(email))
  return party.role === 'from' ? [...odd, ...party.emails.filter(isMailable).slice(1)] : odd
}

export function isMailable(email: string): boolean {
  const at = email.lastIndexOf('@')
  return at > 0 && at <= LOCAL_MAX && email.length - at - 1 <= DOMAIN_MAX && MAILABLE.test(email)
}

function localPart(party: Participant): string {
  if (party.form === 'withheld') return 'withheld'
  const text = party.number !== '' ? party.number : (party.emails[0] ?? '')
  if (party.form === 'number' && /^\d{3,20}$/.test(text)) return text
  if (text === '') return 'unknown'
  let local = ''
  for (const byte of Buffer.from(text.toWellFormed())) {
    const isPlain =
      (byte >= 48 && byte <= 57) ||
      (byte >= 65 && byte <= 90) ||
      (byte >= 97 && byte <= 122) ||
      byte === 45 ||
      byte === 95
    local += isPlain
      ? String.fromCharCode(byte)
      : `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
    // No mail system takes more (RFC 5321 section 4.5.3.1.1); the display name has it whole.
    if (local.length > LOCAL_MAX) return `long-${hash('sha256', text.toWellFormed()).slice(0, 32)}`
  }
  return local
}

/** One address field, each mailbox on a line of its own; '' without parties. */
export function writeAddresses(name: string, parties: readonly Participant[], isSingle: boolean): string {
  let field = ''
  for (const party of parties) {
    const shown = showParty(party)
    const addresses = addressesOf(party)
    for (let index = 0; index < (isSingle ? 1 : addresses.length); index++) {
      const address = addresses[index]!
      const phrase = shown === address ? '' : writePhrase(shown, field === '' ? name.length + 2 : 1)
      // The last line of the phrase and the address may not fit one line.
      const lineStart = phrase.lastIndexOf('\n')
      const width =
        (lineStart < 0 ? name.length + 2 + phrase.length : phrase.length - lineStart - 1) + address.length
      const mailbox = phrase === '' ? `<${address}>` : `${phrase}${width > 72 ? '\r\n ' : ' '}<${address}>`
      field += field === '' ? `${name}: ${mailbox}` : `,\r\n ${mailbox}`
    }
  }
  return field === '' ? '' : `${field}\r\n`
}
