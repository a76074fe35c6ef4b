/**
 * Who is there: the people of an invented trading company in thirteen offices, the people outside whom they write
 * to, their groups, and how each is registered at the site. All of it follows from the seed and the number of
 * people. About one in ten is registered in a way that goes wrong in life; `Role` names those ways.
 */

import { type Contact, makeContact } from './contact.ts'
import { nameOf, OFFICES, type Office } from './names.ts'
import { NumberBook, PEOPLE_MAX } from './numbers.ts'
import { groupName } from './phrases/phrases.ts'
import { mix, Random } from './random.ts'

export const ORGANISATION = Object.freeze({
  name: 'Kestrel Harbour Trading',
  domain: 'kestrel-harbour.example',
})

export type Network = 'ENTERPRISE_NUMBER' | 'O2'

/**
 * What is odd about a registration:
 * - `app-inactive`: the app does not report; nothing is captured
 * - `no-email-mapped`, `no-email`: no e-mail registered; the mapping file does, or does not, make up for it
 * - `stale-email`, `stale-mapped`: the e-mail is of no mailbox; likewise
 * - `alias`: the e-mail is an alias of the mailbox
 * - `several`: items carry more than one e-mail for this person
 * - `employee-owned`: the phone is not the company's (O2 may not archive it)
 * - `leaver`: the mailbox is no longer active
 * - `duty`: one of two people between whom a number passes every ten days
 */
export type Role =
  | 'app-inactive'
  | 'no-email-mapped'
  | 'no-email'
  | 'stale-email'
  | 'stale-mapped'
  | 'alias'
  | 'several'
  | 'employee-owned'
  | 'leaver'
  | 'duty'

export type Person = {
  readonly index: number
  readonly userId: string
  readonly network: Network
  readonly role: Role | null
  readonly office: Office
  readonly department: string
  readonly number: string
  /** The address of the person's mailbox. */
  readonly mailbox: string
  readonly aliases: readonly string[]
  /** As registered at the site; '' for none. */
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly contact: Contact
  /** Whether messages to several registered people are archived once more for each of them. */
  readonly copies: boolean
}

export type Group = {
  readonly id: string
  readonly name: string
  readonly people: readonly Person[]
  readonly outsiders: readonly Contact[]
}

export type Population = {
  readonly people: readonly Person[]
  readonly byOffice: ReadonlyMap<Office, readonly Person[]>
  readonly outsiders: readonly Contact[]
  readonly groups: readonly Group[]
  /** Short codes and alphanumeric senders. */
  readonly alerts: readonly Contact[]
  readonly withheld: Contact
  /** People who make traffic, by network; of two who share a number only the first is here. */
  readonly active: Readonly<Record<Network, readonly Person[]>>
  /** Groups by network of at least one member who makes traffic there. */
  readonly activeGroups: Readonly<Record<Network, readonly Group[]>>
  /** The pair who share a number, or null. */
  readonly duty: readonly [Person, Person] | null
}

const DEPARTMENTS = [
  'Trading',
  'Chartering',
  'Operations',
  'Finance',
  'Customs',
  'Sales',
  'Compliance',
  'Reefer Logistics',
]

/** Which index within each sixty people has which role, on which network. */
const ROLES: ReadonlyMap<number, readonly [Role, Network]> = new Map([
  [3, ['app-inactive', 'ENTERPRISE_NUMBER']],
  [8, ['no-email-mapped', 'ENTERPRISE_NUMBER']],
  [11, ['several', 'O2']],
  [14, ['no-email-mapped', 'O2']],
  [17, ['no-email', 'ENTERPRISE_NUMBER']],
  [21, ['stale-email', 'ENTERPRISE_NUMBER']],
  [23, ['alias', 'ENTERPRISE_NUMBER']],
  [26, ['employee-owned', 'O2']],
  [31, ['leaver', 'ENTERPRISE_NUMBER']],
  [35, ['several', 'ENTERPRISE_NUMBER']],
  [44, ['stale-mapped', 'O2']],
  [49, ['no-email', 'O2']],
  [52, ['employee-owned', 'O2']],
] as const)

/** The two who share a number; there is one such pair, whatever the size. */
const DUTY = [18, 19] as const

/** Length of a spell of duty, in days counted from 1970. */
export const DUTY_DAYS = 10

/** Roles are given only to organisations that are large enough to bear them. */
const ROLES_FROM = 20

export function populate(seed: number, count: number, plain: boolean): Population {
  if (!Number.isInteger(count) || count < 2 || count > PEOPLE_MAX)
    throw new RangeError(`--people must be a whole number from 2 to ${PEOPLE_MAX}`)
  const odd = !plain && count >= ROLES_FROM
  const numbers = new NumberBook()
  const addresses = new Set<string>()
  const people: Person[] = []
  for (let index = 0; index < count; index++)
    people.push(makePerson(seed, index, odd, numbers, addresses, people))
  const outsiders: Contact[] = []
  for (let index = 0; index < Math.max(40, Math.floor(count * 0.75)); index++)
    outsiders.push(makeOutsider(seed, index, numbers))
  const dutyPair = odd ? ([people[DUTY[0]]!, people[DUTY[1]]!] as const) : null
  const traffic = people.filter(person => person.role !== 'app-inactive' && person !== dutyPair?.[1])
  const groups = makeGroups(
    seed,
    people.filter(person => person.role !== 'duty'),
    outsiders,
  )
  const on = (network: Network) => traffic.filter(person => person.network === network)
  const groupsOn = (network: Network) =>
    groups.filter(group =>
      group.people.some(person => person.network === network && person.role !== 'app-inactive'),
    )
  return {
    people,
    byOffice: Map.groupBy(people, person => person.office),
    outsiders,
    groups,
    alerts: ['62442', '80808', '71717', 'ParcelGo', 'HarbourBank', 'PortAlert', 'MetroTaxi', 'KestrelIT'].map(
      sender => makeContact({ number: sender, firstName: '', lastName: '', emails: [], language: 'en' }),
    ),
    withheld: makeContact({ number: '', firstName: '', lastName: '', emails: [], language: 'en' }),
    active: { ENTERPRISE_NUMBER: on('ENTERPRISE_NUMBER'), O2: on('O2') },
    activeGroups: { ENTERPRISE_NUMBER: groupsOn('ENTERPRISE_NUMBER'), O2: groupsOn('O2') },
    duty: dutyPair,
  }
}

function officeOf(seed: number, index: number): Office {
  let draw = mix(seed, index, 0x0ff1) % 100
  for (const office of OFFICES) {
    draw -= office.share
    if (draw < 0) return office
  }
  return OFFICES[0]!
}

function makePerson(
  seed: number,
  index: number,
  odd: boolean,
  numbers: NumberBook,
  addresses: Set<string>,
  before: readonly Person[],
): Person {
  // The first thirteen people open one office each, so that even a small organisation has every script.
  const office = OFFICES[index] ?? officeOf(seed, index)
  const name = nameOf(office.language, mix(seed, index, 0x4a3e) >>> 4)
  const base = `${name.firstLatin}.${name.lastLatin}`.toLowerCase()
  let local = base
  for (let turn = 2; addresses.has(local); turn++) local = `${base}${turn}`
  addresses.add(local)
  const mailbox = `${local}@${ORGANISATION.domain}`
  const duty = odd && (index === DUTY[0] || index === DUTY[1])
  const special = odd && !duty ? ROLES.get(index % 60) : undefined
  const role: Role | null = duty ? 'duty' : (special?.[0] ?? null)
  const network: Network = duty
    ? 'ENTERPRISE_NUMBER'
    : (special?.[1] ?? (index % 5 === 1 || index % 5 === 4 ? 'O2' : 'ENTERPRISE_NUMBER'))
  const first = duty && index === DUTY[1] ? before[DUTY[0]] : undefined
  const alias = `${name.firstLatin.charAt(0)}${name.lastLatin}${index}@${ORGANISATION.domain}`.toLowerCase()
  const email = first ? first.email : registeredEmail(role, mailbox, alias, local)
  const number = first ? first.number : numbers.employee(office.country)
  return {
    index,
    userId: String(400_000 + (mix(seed, 0x05e7) % 100_000) + index),
    network,
    role,
    office,
    department: DEPARTMENTS[mix(seed, index, 0xde97) % DEPARTMENTS.length] ?? 'Trading',
    number,
    mailbox,
    aliases: role === 'alias' || role === 'several' || index % 6 === 0 ? [alias] : [],
    email,
    firstName: name.first,
    lastName: name.last,
    contact: makeContact({
      number,
      firstName: name.first,
      lastName: name.last,
      emails: role === 'several' ? [mailbox, alias] : email === '' ? [] : [email],
      language: office.language,
    }),
    copies: odd && index % 4 === 0,
  }
}

function registeredEmail(role: Role | null, mailbox: string, alias: string, local: string): string {
  switch (role) {
    case 'no-email':
    case 'no-email-mapped':
      return ''
    case 'stale-email':
    case 'stale-mapped':
      return `${local}.old@${ORGANISATION.domain}`
    case 'alias':
      return alias
    default:
      return mailbox
  }
}

const COMPANIES = [
  'bluewater-shipping',
  'fjordlast',
  'hansekontor',
  'armement-du-nord',
  'levante-frutas',
  'dongfang-cargo',
  'minato-lines',
  'gulf-stevedores',
]

function makeOutsider(seed: number, index: number, numbers: NumberBook): Contact {
  const draw = mix(seed, index, 0x0075)
  const office = OFFICES[index % OFFICES.length]!
  const name = nameOf(office.language, draw >>> 5)
  const named = draw % 10 < 7
  const mailed = named && draw % 4 === 0
  const company = COMPANIES[index % COMPANIES.length] ?? 'client'
  return makeContact({
    number: numbers.outsider(office.country),
    firstName: named ? name.first : '',
    lastName: named ? name.last : '',
    emails: mailed ? [`${name.firstLatin}.${name.lastLatin}@${company}.example`.toLowerCase()] : [],
    language: office.language,
  })
}

function makeGroups(seed: number, people: readonly Person[], outsiders: readonly Contact[]): Group[] {
  const groups: Group[] = []
  for (let index = 0; index < Math.max(1, Math.floor(people.length / 4)); index++) {
    const random = new Random(mix(seed, index, 0x6709))
    const members = new Set<Person>()
    const size = Math.min(people.length, random.between(3, 9))
    while (members.size < size) members.add(random.pick(people))
    const guests = new Set<Contact>()
    for (let guest = random.below(3); guest > 0; guest--) guests.add(random.pick(outsiders))
    const language = [...members][0]!.office.language
    groups.push({
      id: `G${mix(seed, index, 0x601d).toString(16).padStart(8, '0')}`,
      name: groupName(language, Math.floor(index / 2)),
      people: [...members],
      outsiders: [...guests],
    })
  }
  return groups
}
