/**
 * Who took part. TeleMessage's default participant format is "First Last Mobile <email>": the number is the digits at
 * the end of the display name, and the address is the *User's Email address* property unless it lies in a reserved
 * `.invalid` domain (telemessage.invalid is the site's stand-in for "none", phone.invalid our own).
 */
import { addressParser, decodeWords } from 'postal-mime'
import type { Participant, ParticipantForm } from './item.ts'
import { digitsOf, identifierText, oneLine } from './text.ts'

export type Role = Participant['role']
type Mailbox = { readonly name: string; readonly address: string }

const WITHHELD =
  /^(?:|unknown|withheld|anonymous|private|restricted|unavailable|no caller id|withheld number|number withheld|private number)$/i

/** How a number field names its party: a number, a short code (up to six digits), letters, or nothing. */
export function classifyNumber(value: string): { form: ParticipantForm; number: string } {
  const text = oneLine(value)
  if (/^\d{7,15}$/.test(text)) return { form: 'number', number: text }
  if (WITHHELD.test(text)) return { form: 'withheld', number: '' }
  if (/^\+?[\d\s()./-]+$/.test(text)) {
    const digits = digitsOf(text)
    if (digits !== '')
      return { form: digits.length > 6 || text.startsWith('+') ? 'number' : 'short-code', number: digits }
  }
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return { form: 'email', number: '' }
  return { form: 'alphanumeric', number: text }
}

/** The parties of an item, in the order it names them, each once for each role. */
export class PartyList {
  readonly list: Participant[] = []
  #places: Map<string, number> | null = null

  /** Adds the parties named by an unfolded address field. */
  addField(role: Role, value: string): void {
    for (const mailbox of parseMailboxes(value)) this.add(participantOf(role, mailbox))
  }

  /** Adds a party; a number that is there already in the same role only adds its addresses (TeleMessage repeats it). */
  add(party: Participant): void {
    const place = this.#find(party)
    if (place < 0) {
      this.list.push(party)
      return
    }
    const known = this.list[place]!
    const emails = party.emails.filter(email => !known.emails.includes(email))
    this.list[place] = {
      ...known,
      emails: emails.length > 0 ? [...known.emails, ...emails] : known.emails,
      name: known.name ?? party.name,
      userId: known.userId ?? party.userId,
    }
  }

  // Nearly every item has two or three parties; a map pays only for the groups.
  #find(party: Participant): number {
    if (this.list.length < 8) {
      for (let index = 0; index < this.list.length; index++)
        if (isSameParty(this.list[index]!, party)) return index
      return -1
    }
    if (!this.#places) {
      this.#places = new Map()
      for (const [index, known] of this.list.entries()) this.#places.set(partyKey(known), index)
    }
    const key = partyKey(party)
    const place = this.#places.get(key)
    if (place === undefined) this.#places.set(key, this.list.length)
    return place ?? -1
  }
}

function isSameParty(left: Participant, right: Participant): boolean {
  if (left.role !== right.role || left.form !== right.form || left.number !== right.number) return false
  return left.form !== 'email' || left.emails[0] === right.emails[0]
}

function partyKey({ role, form, number, emails }: Participant): string {
  return `${role} ${form} ${form === 'email' ? (emails[0] ?? '') : number}`
}

// `"Name 447700900123" <address>` and `=?…?= =?…?= <address>`, the shapes TeleMessage makes. The name may not hold what
// RFC 5322 gives a meaning (quotes, backslashes); all else goes to the general parser, which answers the same for these.
const SIMPLE =
  /[ \t]*(?:"([^"\\\u0000-\u001f]*)"|((?:=\?[^?\s"(),;:<>\\]+\?[BbQq]\?[^?\s"(),;:<>\\]*\?=[ \t]*)+))[ \t]*<([^\s<>@"(),;:\\=?]+@[^\s<>@"(),;:\\=?]+)>[ \t]*(?:,|$)/y

/** The mailboxes of an address field, groups flattened. */
export function parseMailboxes(value: string): Mailbox[] {
  const found: Mailbox[] = []
  if (value === '') return found
  SIMPLE.lastIndex = 0
  while (SIMPLE.lastIndex < value.length) {
    const match = SIMPLE.exec(value)
    if (!match || match[0].endsWith(',') === (SIMPLE.lastIndex === value.length))
      return generalMailboxes(value)
    const text = (match[1] ?? match[2])!.trim()
    const name = text.includes('=?') ? decodeWords(text) : text
    found.push({ name: name === match[3] ? '' : name, address: match[3]! })
  }
  return found
}

/** The same by postal-mime's parser; exported for the test that compares both. */
export function generalMailboxes(value: string): Mailbox[] {
  return addressParser(value, { flatten: true }).map(({ name, address }) => ({
    name,
    address: address ?? '',
  }))
}

function participantOf(role: Role, mailbox: Mailbox): Participant {
  const shown = oneLine(mailbox.name)
  const address = identifierText(mailbox.address).toLowerCase()
  const at = address.lastIndexOf('@')
  const domain = at < 0 ? '' : address.slice(at + 1)
  const local = at < 0 ? '' : address.slice(0, at)
  const stands = isReserved(domain)
  const emails = at > 0 && domain !== '' && !stands ? [address] : []
  const party = (form: ParticipantForm, number: string, name: string | null): Participant => ({
    role,
    form,
    number,
    userId: null,
    emails,
    name: name === '' ? null : name,
  })
  const last = /(?:^| )(\+?\d{3,})$/.exec(shown)
  if (last) {
    const digits = last[1]!.startsWith('+') ? last[1]!.slice(1) : last[1]!
    // A sender in letters may end in digits ("Taxi 247"); the site then makes the address from letters and digits.
    if (!stands || local === digits) {
      const form = digits.length > 6 || last[1]!.startsWith('+') ? 'number' : 'short-code'
      return party(form, digits, shown.slice(0, last.index).trim())
    }
  }
  if (stands) {
    if (WITHHELD.test(shown) || (shown === '' && WITHHELD.test(local))) return party('withheld', '', null)
    if (/^\d{3,}$/.test(local)) return party(local.length > 6 ? 'number' : 'short-code', local, shown)
    return party('alphanumeric', shown === '' ? unescapeLocal(local) : shown, null)
  }
  if (emails.length > 0) {
    // A carrier's gateway addresses a phone by its number: 447700900123@mms.carrier.example.
    if (/^\+?\d{7,15}$/.test(local)) return party('number', digitsOf(local), shown)
    return party('email', '', shown)
  }
  const { form, number } = classifyNumber(shown)
  return party(form === 'email' ? 'alphanumeric' : form, form === 'email' ? shown : number, null)
}

function isReserved(domain: string): boolean {
  return (
    domain === 'telemessage.invalid' ||
    domain === 'phone.invalid' ||
    domain.endsWith('.telemessage.invalid') ||
    domain.endsWith('.phone.invalid')
  )
}

function unescapeLocal(local: string): string {
  try {
    return oneLine(decodeURIComponent(local))
  } catch {
    return local
  }
}
