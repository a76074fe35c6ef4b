/** The organisation's side and the registrations: mailboxes, the custom mapping, and who is registered at the site. */

import { holderOn } from './acquaintance.ts'
import { DUTY_DAYS, ORGANISATION, type Person, type Population } from './population.ts'
import { DAY } from './schedule.ts'
import type { SiteUser } from './server.ts'

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map(row => `${row.map(field).join(',')}\r\n`).join('')

const date = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

/** The mailboxes: one for each person, and a few that are nobody's. */
export function directoryCsv(population: Population, firstDay: number): string {
  const rows = [['Address', 'Display Name', 'Aliases', 'Active From', 'Active To', 'Department', 'Country']]
  for (const person of population.people)
    rows.push([
      person.mailbox,
      `${person.firstName} ${person.lastName}`,
      person.aliases.join(';'),
      '',
      person.role === 'leaver' ? `${date(firstDay - 20).slice(0, 7)}-01` : '',
      person.department,
      person.office.country,
    ])
  for (const [local, name] of [
    ['compliance', 'Compliance Desk'],
    ['operations', 'Operations'],
    ['boardroom', 'Boardroom'],
  ] as const)
    rows.push([
      `${local}@${ORGANISATION.domain}`,
      name,
      '',
      '',
      '',
      name === 'Boardroom' ? '' : 'Compliance',
      'GB',
    ])
  return table(rows)
}

/** TeleMessage's custom mapping for those whom the registered e-mail does not bring to a mailbox. */
export function mappingCsv(population: Population, firstDay: number, lastDay: number): string {
  const rows = [['External User ID', 'Microsoft 365 User Mailbox', 'Valid From', 'Valid To']]
  let plus = true
  for (const person of population.people) {
    if (person.role !== 'no-email-mapped' && person.role !== 'stale-mapped') continue
    rows.push([plus ? `+${person.number}` : person.number, person.mailbox, '', ''])
    plus = !plus
  }
  const { duty } = population
  if (duty) {
    // From before the first day's late items to the spell after the last day.
    const first = Math.floor((firstDay - 8) / DUTY_DAYS)
    const last = Math.floor(lastDay / DUTY_DAYS) + 1
    for (let spell = first; spell <= last; spell++) {
      const holder = holderOn(duty, spell * DUTY_DAYS)
      rows.push([
        holder.number,
        holder.mailbox,
        spell === first ? '' : date(spell * DUTY_DAYS),
        spell === last ? '' : date((spell + 1) * DUTY_DAYS),
      ])
    }
  }
  return table(rows)
}

/** The registered users at a time: of two who share a number, the one who holds it. */
export function siteUsers(population: Population, now: number): SiteUser[] {
  const { duty, people } = population
  const holder = duty ? holderOn(duty, Math.floor(now / DAY)) : null
  return people.filter(person => person.role !== 'duty' || person === holder).map(siteUser)
}

function siteUser(person: Person): SiteUser {
  const o2 = person.network === 'O2'
  return {
    userId: person.userId,
    // TeleMessage wants login name = mobile number where the custom mapping is in use.
    userName: person.email === '' ? person.number : (person.mailbox.split('@')[0] ?? person.number),
    firstName: person.firstName,
    lastName: person.lastName,
    mobile: person.index % 3 === 0 ? `+${person.number}` : person.number,
    email: person.email,
    networkType: person.network,
    appActive: o2 ? null : person.role !== 'app-inactive',
    companyOwned: o2 ? person.role !== 'employee-owned' : null,
  }
}
