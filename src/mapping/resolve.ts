/**
 * Resolves the parties of an item to mailboxes, in memory. Pure; an item of two parties met before takes 0.5 µs.
 *
 * A *person* is the parties of an item that bear one number (TeleMessage repeats a party for each of its e-mail
 * addresses); without a number, those with the same first e-mail address; else the user id.
 */
import { activeAt, type Directory, type DirectoryMailbox } from '../directory/directory.ts'
import type { ItemFacts, Participant } from '../message/message.ts'
import { BoundedCache } from './bounded-cache.ts'
import { normaliseNumber } from './number.ts'

export type MappingEntry = {
  /** As the file has it. */
  readonly externalUserId: string
  /** The id as a comparable number; '' if it is none. */
  readonly number: string
  readonly mailboxAddress: string
  /** Milliseconds; null is without bound. */
  readonly validFrom: number | null
  /** Exclusive. */
  readonly validTo: number | null
  readonly line: number
}

export type MappingFailure = 'no-mapping' | 'mailbox-unknown' | 'mailbox-not-active' | 'no-participant'

export type OurPerson = {
  /** Index of the (first) party that is this person; -1 where the item has none of our people. */
  readonly participant: number
  /** Number, else e-mail address, else user id, as an administrator knows them. */
  readonly sourceUser: string
  readonly mailboxId: number | null
  readonly reason: 'custom-mapping' | 'email-property' | null
  readonly failure: MappingFailure | null
  /** Of a failure: the mailbox that the mapping or the e-mail property named in vain; '' where none was named. */
  readonly wanted: string
}

export type Resolved = { readonly people: OurPerson[]; readonly mailboxIds: number[] }

export type ResolverInput = {
  /** False: the item's e-mail property is not used. */
  readonly automatic: boolean
  readonly defaultRegion: string
  /** The organisation's own domains, lower case. */
  readonly domains: readonly string[]
  readonly entries: readonly MappingEntry[]
  readonly registered: readonly { readonly userId: string; readonly number: string; readonly email: string }[]
  readonly directory: Directory
}

/** What an item says of a party, as far as it matters here. */
type Party = Pick<Participant, 'form' | 'number' | 'userId' | 'emails'>

type Candidate = {
  readonly reason: 'custom-mapping' | 'email-property'
  readonly mailbox: DirectoryMailbox | null
  readonly address: string
  readonly from: number
  readonly to: number
}

/** What is known of a person before the time of an item is considered. */
type Person = {
  readonly key: string
  readonly parties: readonly Party[]
  readonly ours: boolean
  readonly sourceUser: string
  readonly candidates: readonly Candidate[]
}

export type Resolver = {
  resolve(facts: Pick<ItemFacts, 'participants' | 'sentAt' | 'arrivedAt'>): Resolved
  /** One person at one time, in milliseconds. */
  resolveParty(party: Party, time: number): OurPerson
}

const NOBODY: OurPerson = Object.freeze({
  participant: -1,
  sourceUser: '',
  mailboxId: null,
  reason: null,
  failure: 'no-participant',
  wanted: '',
})
/** Above this many people in an item, they are found by a map rather than by looking along the list. */
const LIST_MAX = 12

/** A resolver over what was loaded; it never changes. */
export function createResolver(input: ResolverInput): Resolver {
  const { directory, defaultRegion } = input
  const numberOf = (text: string): string => comparableNumber(text, defaultRegion)
  const byText = Map.groupBy(input.entries, entry =>
    entry.externalUserId.includes('@') ? entry.externalUserId.toLowerCase() : entry.externalUserId,
  )
  const byNumber = Map.groupBy(
    input.entries.filter(entry => entry.number !== ''),
    entry => entry.number,
  )
  const domains = new Set(input.domains)
  const registeredIds = new Set(input.registered.map(user => user.userId))
  const registeredNumbers = new Set(input.registered.map(user => numberOf(user.number)))
  const registeredEmails = new Set(input.registered.map(user => user.email.toLowerCase()))
  for (const set of [registeredIds, registeredNumbers, registeredEmails]) set.delete('')
  const people = new BoundedCache<Person>(65_536)

  /** Entries for a person in the order in which they are tried: user id and number as text, then as numbers. */
  function entriesFor(parties: readonly Party[]): Set<MappingEntry> {
    const found = new Set<MappingEntry>()
    const add = (entries: readonly MappingEntry[] = []) => {
      for (const entry of entries) found.add(entry)
    }
    for (const { userId } of parties)
      if (userId) add(byText.get(userId.includes('@') ? userId.toLowerCase() : userId))
    for (const { number } of parties) if (number) add(byText.get(number))
    for (const { number } of parties) if (number) add(byNumber.get(numberOf(number)))
    // Somebody whom an item names by an address alone.
    for (const { number, emails } of parties) if (!number) for (const email of emails) add(byText.get(email))
    // A login name that is a mobile number. It is never completed by a prefix: it may be an id that merely has digits.
    for (const { userId } of parties)
      if (userId && /^\+?\d{7,15}$/.test(userId)) add(byNumber.get(userId.replace('+', '')))
    return found
  }

  function isOurs(parties: readonly Party[], entries: Set<MappingEntry>): boolean {
    if (entries.size > 0) return true
    return parties.some(
      ({ number, userId, emails }) =>
        (userId !== null && registeredIds.has(userId)) ||
        (number !== '' && registeredNumbers.has(numberOf(number))) ||
        emails.some(
          email =>
            registeredEmails.has(email) ||
            domains.has(email.slice(email.lastIndexOf('@') + 1)) ||
            directory.find(email) !== null,
        ),
    )
  }

  function makePerson(key: string, parties: readonly Party[]): Person {
    const entries = entriesFor(parties)
    const candidates: Candidate[] = Array.from(entries, entry => ({
      reason: 'custom-mapping',
      mailbox: directory.find(entry.mailboxAddress),
      address: entry.mailboxAddress,
      from: entry.validFrom ?? -Infinity,
      to: entry.validTo ?? Infinity,
    }))
    const emails = new Set(parties.flatMap(party => party.emails))
    if (input.automatic)
      for (const email of emails)
        candidates.push({
          reason: 'email-property',
          mailbox: directory.find(email),
          address: email,
          from: -Infinity,
          to: Infinity,
        })
    const [first] = parties as [Party]
    const userId = parties.find(party => party.userId)?.userId ?? ''
    const sourceUser = numberOf(first.number) || first.number || first.emails[0] || userId
    return { key, parties, ours: isOurs(parties, entries), sourceUser, candidates }
  }

  function personOf(party: Party): Person {
    const cacheKey = cacheKeyOf(party)
    const hit = people.get(cacheKey)
    if (hit) return hit
    const lower = { ...party, emails: party.emails.map(email => email.normalize('NFC').toLowerCase()) }
    const person = makePerson(identityOf(lower, numberOf(party.number)), [lower])
    people.set(cacheKey, person)
    return person
  }

  function merge(a: Person, b: Person): Person {
    const cacheKey = [...a.parties, ...b.parties].map(cacheKeyOf).join('\u0001')
    const hit = people.get(cacheKey)
    if (hit) return hit
    const merged = makePerson(a.key, [...a.parties, ...b.parties])
    people.set(cacheKey, merged)
    return merged
  }

  function resolve(facts: Pick<ItemFacts, 'participants' | 'sentAt' | 'arrivedAt'>): Resolved {
    const time = (facts.sentAt ?? facts.arrivedAt).getTime()
    const resolved: Resolved = { people: [], mailboxIds: [] }
    for (const { person, participant } of peopleOf(facts.participants, personOf, merge)) {
      if (!person.ours) continue
      const found = resolvePerson(person, participant, time)
      resolved.people.push(found)
      if (found.mailboxId !== null && !resolved.mailboxIds.includes(found.mailboxId))
        resolved.mailboxIds.push(found.mailboxId)
    }
    if (resolved.people.length === 0) resolved.people.push(NOBODY)
    return resolved
  }

  return Object.freeze({
    resolve,
    resolveParty: (party: Party, time: number) => resolvePerson(personOf(party), 0, time),
  })
}

type Present = { person: Person; readonly participant: number }

/** The people among the parties, in the order in which they first appear. */
function peopleOf(
  participants: readonly Party[],
  personOf: (party: Party) => Person,
  merge: (a: Person, b: Person) => Person,
): Present[] {
  const present: Present[] = []
  const places = participants.length > LIST_MAX ? new Map<string, Present>() : null
  for (const [participant, party] of participants.entries()) {
    const person = personOf(party)
    if (person.key === '') continue
    const before = places ? places.get(person.key) : present.find(each => each.person.key === person.key)
    if (!before) {
      const added = { person, participant }
      present.push(added)
      places?.set(person.key, added)
    } else if (!person.parties.every(each => before.person.parties.includes(each)))
      before.person = merge(before.person, person)
  }
  return present
}

function resolvePerson(person: Person, participant: number, time: number): OurPerson {
  let failure: MappingFailure = 'no-mapping'
  let wanted = ''
  for (const candidate of person.candidates) {
    if (time < candidate.from || time >= candidate.to) continue
    const { mailbox, address } = candidate
    if (wanted === '') wanted = address
    if (mailbox === null) failure = failure === 'no-mapping' ? 'mailbox-unknown' : failure
    else if (!activeAt(mailbox, time)) failure = 'mailbox-not-active'
    else
      return {
        participant,
        sourceUser: person.sourceUser,
        mailboxId: mailbox.mailboxId,
        reason: candidate.reason,
        failure: null,
        wanted: '',
      }
  }
  return { participant, sourceUser: person.sourceUser, mailboxId: null, reason: null, failure, wanted }
}

/** '' for a party nobody can be told by, such as a withheld number. */
function identityOf(party: Party, number: string): string {
  if (number !== '') return `n${number}`
  if (party.number !== '') return `t${party.number}`
  if (party.emails[0] !== undefined) return `e${party.emails[0]}`
  return party.userId ? `u${party.userId}` : ''
}

/** A number or short code in its comparable form; '' for anything else, which is compared as text alone. */
export function comparableNumber(text: string, defaultRegion: string): string {
  const { form, number } = normaliseNumber(text, defaultRegion)
  return form === 'number' || form === 'short-code' ? number : ''
}

function cacheKeyOf({ form, number, userId, emails }: Party): string {
  return emails.length < 2
    ? `${form}\0${number}\0${userId ?? ''}\0${emails[0] ?? ''}`
    : `${form}\0${number}\0${userId ?? ''}\0${emails.join('\0')}`
}
