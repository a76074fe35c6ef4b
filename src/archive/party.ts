/** Parties as a reader sees them, and which of them the mailbox belongs to. */
import type { MailboxEntry } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { ItemFacts, Participant } from '../message/message.ts'

export type Party = {
  readonly role: 'from' | 'to' | 'cc' | 'bcc'
  readonly form: string
  /** Digits, or the text of an alphanumeric sender; '' where there is none. */
  readonly number: string
  readonly emails: readonly string[]
  readonly name: string | null
  /** True for the person whose mailbox is read. */
  readonly isOwner: boolean
}

/** How a mailbox's owner is known: addresses, and numbers that lead to the mailbox. */
export type Owner = { readonly emails: ReadonlySet<string>; readonly numbers: ReadonlySet<string> }

export const NO_OWNER: Owner = { emails: new Set(), numbers: new Set() }

/** The marks of a mailbox's owner, from the directory, the custom mappings and the registered users. */
export async function ownerOf(ground: Ground, mailbox: MailboxEntry): Promise<Owner> {
  if (mailbox.kind !== 'person') return NO_OWNER
  const emails = [mailbox.address, ...mailbox.aliases]
  const rows = await ground.database.query<{ number: string }>(
    `select number from mapping_entry where mailbox_address = any($1::text[]) and number <> ''
     union select external_user_id from mapping_entry where mailbox_address = any($1::text[])
     union select number from registered_user where lower(email) = any($1::text[]) and number <> ''`,
    [emails],
  )
  const numbers = rows.map(row => row.number.replace(/\D/g, '')).filter(number => number.length >= 3)
  return { emails: new Set(emails), numbers: new Set(numbers) }
}

export function partiesOf(facts: Pick<ItemFacts, 'participants'>, owner: Owner): Party[] {
  return facts.participants.map(party => ({
    role: party.role,
    form: party.form,
    number: party.number,
    emails: party.emails,
    name: party.name,
    isOwner: isOwner(party, owner),
  }))
}

function isOwner(party: Participant, owner: Owner): boolean {
  if (party.number !== '' && owner.numbers.has(party.number)) return true
  return party.emails.some(email => owner.emails.has(email.toLowerCase()))
}
