/** The parties of an item as search is told of them. */
import type { Participant } from '../message/message.ts'
import type { Parties } from './entry.ts'

/** Who an item is from, and who it is to (copies included). */
export function partiesOf(participants: readonly Participant[]): { from: Parties; to: Parties } {
  return {
    from: marksOf(participants.filter(participant => participant.role === 'from')),
    to: marksOf(participants.filter(participant => participant.role !== 'from')),
  }
}

function marksOf(participants: readonly Participant[]): Parties {
  return {
    numbers: participants.flatMap(({ number }) => (number === '' ? [] : [number])),
    emails: participants.flatMap(({ emails }) => [...emails]),
    names: participants.flatMap(({ name }) => (name ? [name] : [])),
    userIds: participants.flatMap(({ userId }) => (userId === null ? [] : [userId])),
  }
}
