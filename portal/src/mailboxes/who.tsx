/** People as a reader knows them: name, else number, else address. */
import { Fragment } from 'react'
import type { Party } from '../client/client.ts'
import { type Say, useTexts } from '../parts/language.ts'
import { Phone } from '../parts/phone.tsx'
import { mailboxTexts } from './texts.ts'

type SayMailbox = Say<typeof mailboxTexts.en>

/** E.164 where it is a number that can have one. */
export function numberOf(party: Party): string {
  return party.form === 'number' && /^\d{5,15}$/.test(party.number) ? `+${party.number}` : party.number
}

/** Short, as text. */
export function nameText(party: Party, t: SayMailbox): string {
  return party.name ?? (numberOf(party) || party.emails[0] || t('withheld'))
}

/** The other side of a message: whom the owner wrote to, or who wrote. Each once. */
export function otherSide(message: {
  readonly parties: readonly Party[]
  readonly isOwn: boolean | null
}): Party[] {
  const wanted = message.parties.filter(party =>
    message.isOwn === true ? party.role !== 'from' : party.role === 'from',
  )
  return distinct(wanted.length > 0 ? wanted : message.parties)
}

export function distinct(parties: readonly Party[]): Party[] {
  return [...new Map(parties.map(party => [keyOf(party), party])).values()]
}

export function keyOf(party: Party): string {
  return party.number || [...party.emails].sort().join(' ') || party.form
}

/** Some names in a row, the rest counted. */
export function namesText(parties: readonly Party[], t: SayMailbox, most = 3): string {
  if (parties.length === 0) return t('nobody')
  const shown = parties
    .slice(0, most)
    .map(party => nameText(party, t))
    .join(', ')
  return parties.length > most ? t('andOthers', { name: shown, count: parties.length - most }) : shown
}

/** As `namesText`, with numbers as people write them. */
export function Names({ parties, most = 3 }: { readonly parties: readonly Party[]; readonly most?: number }) {
  const t = useTexts(mailboxTexts)
  if (parties.length === 0) return <>{t('nobody')}</>
  return (
    <>
      {parties.slice(0, most).map((party, index) => (
        <Fragment key={keyOf(party)}>
          {index > 0 && ', '}
          {party.name === null && party.number !== '' ? (
            <Phone number={numberOf(party)} />
          ) : (
            nameText(party, t)
          )}
        </Fragment>
      ))}
      {parties.length > most && ` +${parties.length - most}`}
    </>
  )
}

/** In full: name, number, addresses. */
export function PartyLine({ party }: { readonly party: Party }) {
  const t = useTexts(mailboxTexts)
  const number = numberOf(party)
  const pieces = [
    party.name === null ? null : <strong key="name">{party.name}</strong>,
    number === '' ? null : <Phone key="number" number={number} />,
    ...party.emails.map(email => <span key={email}>{email}</span>),
  ].filter(piece => piece !== null)
  return (
    <>
      {pieces.length === 0
        ? t('withheld')
        : pieces.map((piece, index) => (
            <Fragment key={piece.key}>
              {index > 0 && ' · '}
              {piece}
            </Fragment>
          ))}
    </>
  )
}
