/** Who takes part in a slice, and which of them its custodian is, by what the items say and nothing else. */
import { type ItemFacts, isMailable, type Participant, showParty } from '../message/message.ts'
import type { ExportedItem } from './package-file.ts'
import { customOf, type RsmfParticipant } from './rsmf-manifest.ts'

/** Somebody who is in no item by name: whoever sent an item that does not say so. */
const UNKNOWN: Participant = {
  role: 'from',
  form: 'alphanumeric',
  number: '',
  userId: null,
  emails: [],
  name: null,
}
const UNKNOWN_ID = 'unknown'

/** Names a party in every slice alike. A number counts, or else an address: names and user ids come and go. */
export function partyId(party: Participant): string {
  if (party === UNKNOWN) return UNKNOWN_ID
  if (party.number !== '') return `${party.form}:${party.number}`
  return party.emails.length > 0 ? `email:${[...party.emails].sort().join(' ')}` : 'withheld'
}

/** Who an item is from. */
export function senderOf({ participants }: Pick<ItemFacts, 'participants'>): Participant {
  return participants.find(party => party.role === 'from') ?? UNKNOWN
}

export const isUnknown = (party: Participant): boolean => party === UNKNOWN

/** Parties by id, in the order in which they appear; of one that appears often all that any appearance tells. */
export function gatherParties(items: readonly ExportedItem[]): Map<string, Participant> {
  const parties = new Map<string, Participant>()
  for (const { facts } of items)
    for (const party of [senderOf(facts), ...facts.participants]) {
      const id = partyId(party)
      const known = parties.get(id)
      parties.set(
        id,
        known
          ? {
              ...known,
              name: known.name ?? party.name,
              userId: known.userId ?? party.userId,
              emails: [...known.emails, ...party.emails.filter(email => !known.emails.includes(email))],
            }
          : party,
      )
    }
  return parties
}

export function participantOf(id: string, party: Participant): RsmfParticipant {
  const [email, ...others] = party.emails.filter(isMailable)
  const odd = party.emails.filter(each => !isMailable(each))
  const custom = customOf({
    'Other addresses': [...others, ...odd].join(', '),
    'User id': party.userId,
    Form: isUnknown(party) ? null : party.form,
  })
  return {
    id,
    display: showParty(party),
    ...(email === undefined ? {} : { email }),
    ...(party.number === '' ? {} : { account_id: party.number }),
    custom,
  }
}

/**
 * The party whose mailbox the slice is of, as far as the items tell: who has the mailbox's address; else whoever was
 * captured (TeleMessage's user id, or the side that the direction names) in most of the items. null if nobody stands
 * out.
 */
export function custodianOf(items: readonly ExportedItem[], mailbox: string): string | null {
  const votes = new Map<string, number>()
  for (const { facts } of items) {
    const addressed = facts.participants.find(party => party.emails.includes(mailbox))
    if (addressed) return partyId(addressed)
    const captured = capturedOf(facts)
    if (captured && isNamed(captured)) votes.set(partyId(captured), (votes.get(partyId(captured)) ?? 0) + 1)
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1])
  return first && first[1] !== second?.[1] ? first[0] : null
}

/** Whoever withheld their number may be anybody. */
const isNamed = ({ number, emails }: Participant) => number !== '' || emails.length > 0

function capturedOf({ participants, direction }: ItemFacts): Participant | undefined {
  const user = participants.find(party => party.userId !== null)
  if (user) return user
  if (direction === 'out') return participants.find(party => party.role === 'from')
  const to = participants.filter(party => party.role !== 'from')
  return direction === 'in' && to.length === 1 ? to[0] : undefined
}
