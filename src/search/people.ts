/**
 * Looks up whom a query may mean: people of the directory by address, display name or number, with all that they are
 * known by, in a handful of statements however many are named. It does not depend on who asks: what a search finds is
 * limited where it looks, not in whom it knows.
 */
import type { Sql } from '../database/database.ts'
import { normaliseNumber } from '../mapping/mapping.ts'
import { type Looked, meet, type Person, type PersonMark, without } from './expansion.ts'
import { formsOfEntry, formsOfQuery } from './number.ts'
import type { Period } from './query-date.ts'

const ALWAYS: Period = { from: null, to: null }

/** The people and connectors that these names mean; names that mean nobody are not in the answer. */
export async function lookUp(
  sql: Sql,
  names: { readonly people: readonly string[]; readonly products: readonly string[] },
): Promise<Looked> {
  return {
    people: names.people.length === 0 ? new Map() : await findPeople(sql, names.people),
    connectorsOf: names.products.length === 0 ? new Map() : await findConnectors(sql, names.products),
  }
}

async function findConnectors(sql: Sql, products: readonly string[]): Promise<Map<string, number[]>> {
  const rows = await sql.query<{ product: string; connectors: number[] }>(
    `select product, array_agg(connector_id::integer) as connectors from connector where product = any($1::text[]) group by product`,
    [products],
  )
  return new Map(rows.map(row => [row.product, row.connectors]))
}

async function findPeople(sql: Sql, names: readonly string[]): Promise<Map<string, Person[]>> {
  const meant = await sql.query<{ name: string; mailbox_id: number }>(
    `select name, mailbox_id from unnest($1::text[]) as n (name) join mailbox_address on address = name
       join mailbox using (mailbox_id) where kind = 'person'
     union
     select name, mailbox_id from unnest($1::text[]) as n (name) join mailbox on lower(display_name) = name
     where kind = 'person'`,
    [names],
  )
  meant.push(...(await ownersOfNumbers(sql, names)))
  const people = await readPeople(sql, [...new Set(meant.map(row => row.mailbox_id))])
  const found = new Map<string, Person[]>()
  for (const { name, mailbox_id: mailboxId } of meant) {
    const person = people.get(mailboxId)
    const known = found.get(name) ?? []
    if (person && !known.includes(person)) found.set(name, [...known, person])
  }
  return found
}

/** Whose a number is or was, for those that were one person's only: of two, nobody could say who is meant. */
async function ownersOfNumbers(
  sql: Sql,
  names: readonly string[],
): Promise<{ name: string; mailbox_id: number }[]> {
  const wanted = names.flatMap(name => {
    const forms = formsOfQuery(name)
    return forms.length === 0
      ? []
      : [{ name, forms: new Set(forms.map(form => form.hashClass + form.digits)) }]
  })
  if (wanted.length === 0) return []
  // The last digits are the same in every way to write a number; which of these rows are meant is then seen.
  const endings = wanted.map(({ name }) => name.replace(/\D/g, '').slice(-7))
  const rows = await sql.query<{ text: string; region: string; mailbox_id: number }>(
    `select text, default_region as region, mailbox_id from
       (select connector_id, external_user_id as text, mailbox_address as address from mapping_entry
        union all select connector_id, number, lower(email) from registered_user where number <> '' and email <> '') as owner
       join connector using (connector_id) join mailbox_address using (address) join mailbox using (mailbox_id)
     where kind = 'person' and right(regexp_replace(text, '[^0-9]', '', 'g'), 7) = any($1::text[])`,
    [endings],
  )
  return wanted.flatMap(({ name, forms }) => {
    const owners = new Set<number>()
    for (const row of rows) {
      const number = digitsOf(row.text, row.region)
      if (number && formsOfEntry(number).some(form => forms.has(form.hashClass + form.digits)))
        owners.add(row.mailbox_id)
    }
    return owners.size === 1 ? [{ name, mailbox_id: [...owners][0]! }] : []
  })
}

type PersonRow = {
  mailbox_id: number
  display_name: string
  active_from: Date | null
  active_to: Date | null
  addresses: string[]
}

type EntryRow = {
  connector_id: number
  text: string
  region: string
  address: string
  valid_from: Date | null
  valid_to: Date | null
}

type UserRow = { connector_id: number; user_id: string; number: string; region: string; email: string }

async function readPeople(sql: Sql, mailboxIds: readonly number[]): Promise<Map<number, Person>> {
  if (mailboxIds.length === 0) return new Map()
  const people = await sql.query<PersonRow>(
    `select mailbox_id, display_name, active_from, active_to,
       array(select address from mailbox_address a where a.mailbox_id = m.mailbox_id) as addresses
     from mailbox m where mailbox_id = any($1::integer[])`,
    [mailboxIds],
  )
  const addresses = people.flatMap(person => person.addresses)
  const entries = await sql.query<EntryRow>(`select ${ENTRY} where mailbox_address = any($1::text[])`, [
    addresses,
  ])
  const users = await sql.query<UserRow>(
    `select connector_id, user_id, number, default_region as region, lower(email) as email
     from registered_user join connector using (connector_id) where lower(email) = any($1::text[])`,
    [addresses],
  )
  // Lines of the custom mapping come first, whomever they lead to: what they give away was not this person's then.
  const taken =
    users.length === 0
      ? []
      : await sql.query<EntryRow>(
          `select ${ENTRY} where connector_id = any($1::integer[]) and not mailbox_address = any($2::text[])
             and (external_user_id = any($3::text[]) or number = any($4::text[]))`,
          [
            users.map(user => user.connector_id),
            addresses,
            users.flatMap(user => [user.user_id, user.number]),
            users.flatMap(user => digitsOf(user.number, user.region) ?? []),
          ],
        )
  return new Map(people.map(person => [person.mailbox_id, personOf(person, entries, users, taken)]))
}

const ENTRY = `connector_id, external_user_id as text, default_region as region, mailbox_address as address, valid_from,
  valid_to from mapping_entry join connector using (connector_id)`

function personOf(
  row: PersonRow,
  entries: readonly EntryRow[],
  users: readonly UserRow[],
  taken: readonly EntryRow[],
): Person {
  // A mapping counts only while the mailbox was active.
  const active = { from: row.active_from?.getTime() ?? null, to: row.active_to?.getTime() ?? null }
  const marks: PersonMark[] = entries
    .filter(entry => row.addresses.includes(entry.address))
    .map(entry => ({
      connectorId: entry.connector_id,
      number: digitsOf(entry.text, entry.region),
      userId: entry.text.toLowerCase(),
      periods: [meet(validity(entry), active)],
    }))
  for (const user of users.filter(each => row.addresses.includes(each.email))) {
    const number = digitsOf(user.number, user.region)
    const others = taken.filter(
      entry =>
        entry.connector_id === user.connector_id &&
        (entry.text === user.user_id || (number !== null && digitsOf(entry.text, entry.region) === number)),
    )
    const periods = others.reduce<Period[]>(
      (left, entry) => without(left, validity(entry)),
      [meet(ALWAYS, active)],
    )
    marks.push({ connectorId: user.connector_id, number, userId: user.user_id.toLowerCase(), periods })
  }
  return { addresses: row.addresses, displayName: row.display_name, marks }
}

const validity = (entry: EntryRow): Period => ({
  from: entry.valid_from?.getTime() ?? null,
  to: entry.valid_to?.getTime() ?? null,
})

/** The digits of a number or short code as an item has them; null for anything else. */
function digitsOf(text: string, region: string): string | null {
  const { form, number } = normaliseNumber(text, region)
  return form === 'number' || form === 'short-code' ? number : null
}
