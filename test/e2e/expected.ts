/**
 * Where each message of a site should be filed, worked out the naive way from the two CSV files and the registered
 * users, reading the e-mails with somebody else's parser. For comparison with what the flow did.
 */
import { parse } from 'csv-parse/sync'
import { type AddressObject, simpleParser } from 'mailparser'
import type { Served } from './served.ts'

type Party = { number: string; emails: string[] }

export type Organisation = {
  readonly directoryCsv: string
  readonly mappingCsv: string
  readonly domain: string
  /** Registered at the site, as TeleMessage writes them. */
  readonly registered: readonly { readonly mobile: string; readonly companyOwned: boolean | null }[]
}

/** The mailboxes of a message, sorted: one for each of our people; `unmapped` or `quarantine` where there is none. */
export function expectationOf(organisation: Organisation): (message: Served) => Promise<string[]> {
  const mailboxes = new Map<string, { address: string; from: number; to: number }>()
  for (const row of parse(organisation.directoryCsv, { columns: true }) as Record<string, string>[]) {
    const address = row.Address!.toLowerCase()
    const active = { address, from: timeOf(row['Active From']!, 0), to: timeOf(row['Active To']!, Infinity) }
    for (const name of [address, ...row.Aliases!.toLowerCase().split(';')]) mailboxes.set(name, active)
  }
  mailboxes.delete('')
  const custom = (parse(organisation.mappingCsv, { columns: true }) as Record<string, string>[]).map(row => ({
    number: digitsOf(row['External User ID']!),
    address: row['Microsoft 365 User Mailbox']!.toLowerCase(),
    from: timeOf(row['Valid From']!, 0),
    to: timeOf(row['Valid To']!, Infinity),
  }))
  const registered = new Set(organisation.registered.map(user => digitsOf(user.mobile)))
  const employeeOwned = new Set(
    organisation.registered.filter(user => user.companyOwned === false).map(user => digitsOf(user.mobile)),
  )

  const mailboxOf = (party: Party, at: number): string | null => {
    const named = custom.filter(row => row.number === party.number && row.from <= at && at < row.to)
    for (const address of [...named.map(row => row.address), ...party.emails]) {
      const mailbox = mailboxes.get(address)
      if (mailbox && mailbox.from <= at && at < mailbox.to) return mailbox.address
    }
    return null
  }
  const isOurs = (party: Party): boolean =>
    registered.has(party.number) ||
    custom.some(row => row.number === party.number) ||
    party.emails.some(email => email.endsWith(`@${organisation.domain}`))

  return async message => {
    if (message.body && employeeOwned.has(digitsOf(String(message.body.msisdn)))) return ['quarantine']
    const { parties, sent } = message.body ? ofRecord(message.body) : await ofMail(message.head)
    // A phone's clock may say 1970 or the year 57300; the time of arrival then stands in.
    const at = sent > Date.UTC(2000, 0) && sent < Date.UTC(2100, 0) ? sent : message.arrival
    const found = new Set<string>()
    for (const party of parties.filter(isOurs)) {
      const mailbox = mailboxOf(party, at)
      if (mailbox) found.add(mailbox)
    }
    return found.size > 0 ? [...found].sort() : ['unmapped']
  }
}

function ofRecord(body: Record<string, unknown>): { parties: Party[]; sent: number } {
  const enriched = [body.fromEnriched, ...(body.toEnriched as unknown[])] as {
    value: string
    email?: string | string[]
  }[]
  const parties = new Map<string, Party>()
  for (const { value, email = [] } of enriched) add(parties, digitsOf(value), [email].flat())
  return { parties: [...parties.values()], sent: Date.parse(String(body.messageTime)) }
}

async function ofMail(head: string): Promise<{ parties: Party[]; sent: number }> {
  const mail = await simpleParser(`${head}\r\n\r\n`)
  const lists = [mail.from, ...[mail.to ?? []].flat()].filter(
    (each): each is AddressObject => each !== undefined,
  )
  const parties = new Map<string, Party>()
  for (const { name, address = '' } of lists.flatMap(list => list.value))
    add(
      parties,
      digitsOf(/\S+$/.exec(name)?.[0] ?? '') || name,
      address.endsWith('@telemessage.invalid') ? [] : [address],
    )
  return { parties: [...parties.values()], sent: mail.date?.getTime() ?? 0 }
}

function add(parties: Map<string, Party>, number: string, emails: string[]): void {
  const party = parties.get(number) ?? { number, emails: [] }
  for (const email of emails) if (email !== '') party.emails.push(email.toLowerCase())
  parties.set(number, party)
}

function digitsOf(text: string): string {
  return /^\+?\d+$/.test(text) ? text.replace('+', '') : ''
}

function timeOf(text: string, otherwise: number): number {
  return text === '' ? otherwise : Date.parse(text)
}
