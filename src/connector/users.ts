/**
 * The users registered at the site, each with where their items go today and how long they have been silent. Somebody
 * whose app is off, or whose number leads to no mailbox, is found here before anything is missed.
 */
import type { Database, Sql } from '../database/database.ts'
import { type Directory, loadDirectory } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { loadMapping, type Mapping, type MappingFailure } from '../mapping/mapping.ts'

export type ConnectorUser = {
  readonly userId: string
  readonly name: string
  readonly number: string
  readonly email: string
  /** null where the site does not say. */
  readonly appActive: boolean | null
  readonly companyOwned: boolean | null
  /** The mailbox that their items go to now; null if there is none. */
  readonly mailbox: {
    readonly mailboxId: number
    readonly address: string
    readonly displayName: string
  } | null
  /** By what they are found, or why not. */
  readonly mappedBy: 'custom-mapping' | 'email-property' | null
  readonly failure: MappingFailure | null
  /** The mailbox that was named in vain; '' where none was. */
  readonly wanted: string
  readonly lastItemAt: Date | null
  /** Whole days since the last item; null for somebody of whom none has come yet. */
  readonly silentDays: number | null
}

export type UserOrder = 'name' | 'silence'
export type UserFilter = 'all' | 'by-csv' | 'by-email' | 'unmapped' | 'app-off' | 'silent'

export type ConnectorUsers = {
  readonly users: readonly ConnectorUser[]
  readonly next: string | null
  /** Of the users that the search finds, before the filter. */
  readonly totals: {
    readonly users: number
    readonly byCsv: number
    readonly byEmail: number
    readonly unmapped: number
    readonly appOff: number
    readonly silent: number
  }
}

const DAY = 86_400_000
/** So many days without an item are worth a look. */
const SILENT_DAYS = 7

/** A page of a connector's registered users. CONNECTOR_UNKNOWN; `after` is the `next` of the page before. */
export async function pageUsers(
  ground: Ground,
  connectorId: number,
  query: {
    readonly containing?: string | undefined
    readonly filter: UserFilter
    readonly order: UserOrder
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<ConnectorUsers> {
  const { mapping } = await mappingOf(ground.database, connectorId)
  const rows = await findUsers(ground.database, connectorId, query.containing ?? '')
  const now = ground.clock.now()
  // Some thousands at most, and resolving one takes a microsecond: so the totals are of all of them, not of a page.
  const found = rows.map(row => ({ row, person: mapping.resolveUser(row, now), silent: silence(row, now) }))
  const wanted = found.filter(each => matches(each, query.filter))
  wanted.sort(query.order === 'silence' ? bySilence : byName)
  const start = query.after === undefined ? 0 : 1 + placeOf(wanted, query.after)
  const page = wanted.slice(start, start + query.limit)
  const names = await mailboxesOf(ground.database, page)
  return {
    users: page.map(({ row, person, silent }) => ({
      userId: row.userId,
      name: row.name,
      number: row.number,
      email: row.email,
      appActive: row.appActive,
      companyOwned: row.companyOwned,
      mailbox: person.mailboxId === null ? null : (names.get(person.mailboxId) ?? null),
      mappedBy: person.reason,
      failure: person.failure,
      wanted: person.wanted,
      lastItemAt: row.lastItemAt,
      silentDays: silent,
    })),
    next: start + query.limit < wanted.length ? (page.at(-1)?.row.userId ?? null) : null,
    totals: {
      users: found.length,
      byCsv: count(found, 'by-csv'),
      byEmail: count(found, 'by-email'),
      unmapped: count(found, 'unmapped'),
      appOff: count(found, 'app-off'),
      silent: count(found, 'silent'),
    },
  }
}

type UserRow = Pick<
  ConnectorUser,
  'userId' | 'name' | 'number' | 'email' | 'appActive' | 'companyOwned' | 'lastItemAt'
>
type Found = {
  readonly row: UserRow
  readonly person: ReturnType<Mapping['resolveUser']>
  readonly silent: number | null
}

const count = (found: readonly Found[], filter: UserFilter): number =>
  found.filter(each => matches(each, filter)).length

function matches({ row, person, silent }: Found, filter: UserFilter): boolean {
  if (filter === 'by-csv') return person.reason === 'custom-mapping'
  if (filter === 'by-email') return person.reason === 'email-property'
  if (filter === 'unmapped') return person.mailboxId === null
  if (filter === 'app-off') return row.appActive === false
  if (filter === 'silent') return silent === null || silent >= SILENT_DAYS
  return true
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byName = (a: Found, b: Found): number =>
  byText(a.row.name.toLowerCase(), b.row.name.toLowerCase()) || byText(a.row.userId, b.row.userId)
/** Who was never heard of first, then the longest silence. */
const bySilence = (a: Found, b: Found): number =>
  (a.row.lastItemAt?.getTime() ?? 0) - (b.row.lastItemAt?.getTime() ?? 0) || byName(a, b)

function silence({ lastItemAt }: UserRow, now: number): number | null {
  return lastItemAt === null ? null : Math.max(0, Math.floor((now - lastItemAt.getTime()) / DAY))
}

function placeOf(found: readonly Found[], userId: string): number {
  const place = found.findIndex(each => each.row.userId === userId)
  if (place === -1) throw new HoldfastError('USAGE', 'the users have changed; begin with the first page')
  return place
}

async function findUsers(sql: Sql, connectorId: number, containing: string): Promise<UserRow[]> {
  const text = containing.trim().toLowerCase()
  const digits = /^\+?[\d\s().-]{3,}$/.test(text) ? text.replace(/\D/g, '').replace(/^0+/, '') : ''
  const rows = await sql.query<{
    user_id: string
    name: string
    number: string
    email: string
    app_active: boolean | null
    company_owned: boolean | null
    last_item_at: Date | null
  }>(
    `select user_id, name, number, email, app_active, company_owned, last_item_at from registered_user
     where connector_id = $1 and ($2 = '' or strpos(lower(name), $2) > 0 or strpos(lower(email), $2) > 0
       or strpos(lower(user_id), $2) > 0
       or ($3 <> '' and strpos(regexp_replace(number, '\\D', '', 'g'), $3) > 0))`,
    [connectorId, text, digits],
  )
  return rows.map(row => ({
    userId: row.user_id,
    name: row.name,
    number: row.number,
    email: row.email,
    appActive: row.app_active,
    companyOwned: row.company_owned,
    lastItemAt: row.last_item_at,
  }))
}

async function mailboxesOf(sql: Sql, page: readonly Found[]) {
  const ids = page.flatMap(({ person }) => (person.mailboxId === null ? [] : [person.mailboxId]))
  const rows = await sql.query<{ mailbox_id: number; address: string; display_name: string }>(
    'select mailbox_id, address, display_name from mailbox where mailbox_id = any($1::integer[])',
    [ids],
  )
  return new Map(
    rows.map(row => [
      row.mailbox_id,
      { mailboxId: row.mailbox_id, address: row.address, displayName: row.display_name },
    ]),
  )
}

type Held = { directory?: Directory; readonly mappings: Map<number, Mapping> }

/** What was read for an earlier page, kept while nothing has changed: a directory can have a hundred thousand people. */
const held = new WeakMap<Database, Held>()

async function mappingOf(database: Database, connectorId: number): Promise<{ mapping: Mapping }> {
  const kept: Held = held.get(database) ?? { mappings: new Map() }
  held.set(database, kept)
  const directory = await loadDirectory(database, kept.directory)
  const mapping = await loadMapping(database, connectorId, directory, kept.mappings.get(connectorId))
  kept.directory = directory
  kept.mappings.set(connectorId, mapping)
  return { mapping }
}
