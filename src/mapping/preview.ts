/**
 * A dry run of a custom mapping: how the users registered at the site would be mapped today, before and after, and
 * which of the last 30 days' open failures would have been mapped. Nothing is changed.
 */
import type { Clock } from '../clock.ts'
import type { Sql } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import { inRegion, readResolverInput } from './entries.ts'
import { createResolver, type MappingEntry, type OurPerson, type Resolver } from './resolve.ts'

type RegisteredUsersMapped = {
  readonly byCsv: number
  readonly byEmail: number
  readonly byNeither: number
}

/** Where a registered user's items go: by what, and to which mailbox. */
type Found = {
  readonly by: 'csv' | 'email' | 'neither'
  /** The mailbox's address; null where there is none. */
  readonly mailbox: string | null
}

type PreviewedUser = {
  readonly userId: string
  readonly name: string
  readonly number: string
  readonly email: string
  readonly before: Found
  readonly after: Found
}

export type MappingPreview = {
  readonly registered: { readonly before: RegisteredUsersMapped; readonly after: RegisteredUsersMapped }
  /** Registered users whose mailbox would be another one, or who would gain or lose one. */
  readonly moved: number
  /** Every registered user, those without a mailbox first, then those who move. */
  readonly users: readonly PreviewedUser[]
  /** Open failures of the last 30 days that a correction can mend, and how many of them this mapping would. */
  readonly failures: { readonly open: number; readonly mapped: number }
}

const DAY = 86_400_000
const FAILURE_DAYS = 30
const PAGE = 5000

/** What `entries` would change if they were imported for the connector; CONNECTOR_UNKNOWN. */
export async function previewMapping(
  sql: Sql,
  clock: Clock,
  connectorId: number,
  directory: Directory,
  entries: readonly MappingEntry[],
): Promise<MappingPreview> {
  const input = await readResolverInput(sql, connectorId, directory)
  const before = createResolver(input)
  const after = createResolver({
    ...input,
    entries: entries.map(entry => inRegion(entry, input.defaultRegion)),
  })
  const now = clock.now()
  const outcomes = input.registered.map(user => {
    const { userId, number, email } = user
    const party = { form: 'number' as const, number, userId, emails: email === '' ? [] : [email] }
    return { user, before: before.resolveParty(party, now), after: after.resolveParty(party, now) }
  })
  return {
    registered: {
      before: tally(outcomes.map(outcome => outcome.before)),
      after: tally(outcomes.map(outcome => outcome.after)),
    },
    moved: outcomes.filter(outcome => outcome.before.mailboxId !== outcome.after.mailboxId).length,
    users: await nameUsers(sql, connectorId, outcomes),
    failures: await countFailures(sql, connectorId, after, now - FAILURE_DAYS * DAY),
  }
}

type Outcome = {
  readonly user: { readonly userId: string; readonly number: string; readonly email: string }
  readonly before: OurPerson
  readonly after: OurPerson
}

async function nameUsers(
  sql: Sql,
  connectorId: number,
  outcomes: readonly Outcome[],
): Promise<PreviewedUser[]> {
  const ids = outcomes.flatMap(({ before, after }) => [before.mailboxId, after.mailboxId])
  const mailboxes = await sql.query<{ mailbox_id: number; address: string }>(
    'select mailbox_id, address from mailbox where mailbox_id = any($1::integer[])',
    [[...new Set(ids)].filter(id => id !== null)],
  )
  const names = await sql.query<{ user_id: string; name: string }>(
    'select user_id, name from registered_user where connector_id = $1',
    [connectorId],
  )
  const addressOf = new Map(mailboxes.map(row => [row.mailbox_id, row.address]))
  const nameOf = new Map(names.map(row => [row.user_id, row.name]))
  const found = (person: OurPerson): Found => ({
    by: person.reason === 'custom-mapping' ? 'csv' : person.reason === 'email-property' ? 'email' : 'neither',
    mailbox: person.mailboxId === null ? null : (addressOf.get(person.mailboxId) ?? null),
  })
  const rank = ({ before, after }: PreviewedUser) =>
    after.mailbox === null ? 0 : before.mailbox === after.mailbox ? 2 : 1
  return outcomes
    .map(({ user, before, after }) => ({
      ...user,
      name: nameOf.get(user.userId) ?? '',
      before: found(before),
      after: found(after),
    }))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || (a.userId < b.userId ? -1 : 1))
}

function tally(people: readonly OurPerson[]): RegisteredUsersMapped {
  const byCsv = people.filter(person => person.reason === 'custom-mapping').length
  const byEmail = people.filter(person => person.reason === 'email-property').length
  return { byCsv, byEmail, byNeither: people.length - byCsv - byEmail }
}

async function countFailures(sql: Sql, connectorId: number, resolver: Resolver, since: number) {
  let open = 0
  let mapped = 0
  let after: { user: string; item: string } | null = null
  for (;;) {
    const rows: FailureRow[] = await sql.query<FailureRow>(
      `select f.source_user, f.item_id, i.participants, i.sent_at, i.arrived_at
       from failure f join item i using (item_id)
       where f.connector_id = $1 and f.resolved_at is null and f.replayable and f.failed_at >= $2
         and ($3::text is null or (f.source_user, f.item_id) > ($3, $4::uuid))
       order by f.source_user, f.item_id limit $5`,
      [connectorId, new Date(since), after?.user ?? null, after?.item ?? null, PAGE],
    )
    for (const row of rows) {
      open++
      if (wouldBeMapped(row, resolver)) mapped++
    }
    const last = rows.at(-1)
    if (rows.length < PAGE || !last) return { open, mapped }
    after = { user: last.source_user, item: last.item_id }
  }
}

type FailureRow = {
  source_user: string
  item_id: string
  participants: StoredParticipant[]
  sent_at: Date | null
  arrived_at: Date
}

/** A participant as table item keeps it: fields that are empty are left out. */
type StoredParticipant = {
  readonly role: 'from' | 'to' | 'cc' | 'bcc'
  readonly form: 'number' | 'short-code' | 'alphanumeric' | 'withheld' | 'email'
  readonly number?: string
  readonly userId?: string
  readonly emails?: string[]
}

function wouldBeMapped(row: FailureRow, resolver: Resolver): boolean {
  const { people } = resolver.resolve({
    participants: row.participants.map(({ role, form, number, userId, emails }) => ({
      role,
      form,
      number: number ?? '',
      userId: userId ?? null,
      emails: emails ?? [],
      name: null,
    })),
    sentAt: row.sent_at,
    arrivedAt: row.arrived_at,
  })
  // An item that had none of our people failed for nobody in particular: it is mended when it reaches anyone.
  return people.some(
    person => person.mailboxId !== null && (row.source_user === '' || person.sourceUser === row.source_user),
  )
}
