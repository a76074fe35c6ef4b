/**
 * What found no mailbox, by number: how many items, since when, why, and a few of them. A number is listed for each
 * connector that has items of it, since each has a mapping of its own.
 */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'

export type UnmappedUser = {
  readonly connectorId: number
  /** The number (or address, or user id) as the source names it; '' where an item names none of our people. */
  readonly sourceUser: string
  readonly reason: string
  readonly items: number
  readonly firstAt: Date
  readonly lastAt: Date
}

export type UnmappedNumber = UnmappedUser & {
  /** Every reason that its items failed for; `reason` is the first. */
  readonly reasons: readonly string[]
  /** Mailboxes that were named in vain. */
  readonly wanted: readonly string[]
  /** As the site registers this number; null if it does not. */
  readonly registeredName: string | null
  /** The latest items, newest first. */
  readonly samples: readonly {
    readonly itemId: string
    readonly at: Date
    readonly kind: string
    readonly direction: string | null
  }[]
}

export type UnmappedFilter = {
  readonly connectorId?: number | undefined
  readonly reason?: string | undefined
  readonly containing?: string | undefined
}

const SAMPLES = 3
/** Reasons and addresses are few; one unusual number must not make a page of them. */
const LISTED_MAX = 5

/** The open, replayable failures by person, most items first. */
export async function listUnmapped(
  sql: Sql,
  connectorId: number | null,
  limit: number,
): Promise<UnmappedUser[]> {
  const rows = await groups(sql, { connectorId: connectorId ?? undefined }, null, limit)
  return rows.map(userOf)
}

/** How many numbers and items are unmapped, of one connector or of all. */
export async function countUnmapped(
  sql: Sql,
  filter: UnmappedFilter = {},
): Promise<{ readonly numbers: number; readonly items: number }> {
  const [row] = await sql.query<{ numbers: number; items: number }>(
    `with open as not materialized (select connector_id, source_user, item_id from failure where ${CONDITIONS})
     select (select count(*) from (select distinct connector_id, source_user from open) as n) as numbers,
       (select count(distinct item_id) from open) as items`,
    conditionsOf(filter),
  )
  return row!
}

/** A page of unmapped numbers, most items first, each with its samples; `after` is the `next` of the page before. */
export async function pageUnmapped(
  sql: Sql,
  filter: UnmappedFilter,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly numbers: UnmappedNumber[]; readonly next: string | null }> {
  const after = page.after === undefined ? null : parseCursor(page.after)
  const rows = await groups(sql, filter, after, page.limit + 1)
  const shown = rows.slice(0, page.limit)
  const samples = await samplesOf(sql, shown)
  const names = await namesOf(sql, shown)
  const last = shown.at(-1)
  return {
    numbers: shown.map((row, index) => ({
      ...userOf(row),
      reasons: row.reasons.slice(0, LISTED_MAX),
      wanted: (row.wanted ?? []).slice(0, LISTED_MAX),
      registeredName: names.get(`${row.connector_id} ${row.source_user}`) ?? null,
      samples: samples.filter(sample => sample.place === index + 1).map(({ place: _, ...sample }) => sample),
    })),
    next:
      rows.length > page.limit && last
        ? formatCursor([last.items, last.connector_id, last.source_user])
        : null,
  }
}

export type UnmappedParty = {
  /** As the items name them: a number, or an address. */
  readonly party: string
  readonly items: number
}

/**
 * Who takes part in the items that name none of our people, most items first: whoever of them is one of ours after all
 * can be assigned a mailbox. Of the latest items only, since this is asked by a person who waits.
 */
export async function listUnmappedParties(
  sql: Sql,
  connectorId: number,
  limit: number,
): Promise<UnmappedParty[]> {
  return sql.query<UnmappedParty>(
    `select party, count(distinct item_id) as items from (
       select item_id, coalesce(nullif(p ->> 'number', ''), p -> 'emails' ->> 0) as party
       from (select f.item_id, i.participants from failure f join item i using (item_id)
         where f.connector_id = $1 and f.source_user = '' and f.resolved_at is null and f.replayable
         order by f.item_id desc limit 5000) as latest
       cross join lateral jsonb_array_elements(participants) as p
     ) as parties where party is not null group by party order by items desc, party limit $2`,
    [connectorId, limit],
  )
}

type GroupRow = {
  connector_id: number
  source_user: string
  reasons: string[]
  wanted: string[] | null
  items: number
  first_at: Date
  last_at: Date
}

const CONDITIONS = `resolved_at is null and replayable and ($1::bigint is null or connector_id = $1)
  and ($2::text is null or reason = $2) and ($3 = '' or strpos(source_user, $3) > 0)`

function conditionsOf({ connectorId, reason, containing = '' }: UnmappedFilter): unknown[] {
  const text = containing.trim().toLowerCase()
  const digits = text.replace(/\D/g, '').replace(/^0+/, '')
  return [connectorId ?? null, reason ?? null, /^\+?[\d\s().-]{3,}$/.test(text) ? digits : text]
}

async function groups(
  sql: Sql,
  filter: UnmappedFilter,
  after: Cursor | null,
  limit: number,
): Promise<GroupRow[]> {
  return sql.query<GroupRow>(
    `select connector_id, source_user, array_agg(distinct reason) as reasons, count(distinct item_id) as items,
       array_agg(distinct mailbox) filter (where mailbox <> '') as wanted,
       coalesce(min(sent_at), min(failed_at)) as first_at, coalesce(max(sent_at), max(failed_at)) as last_at
     from failure where ${CONDITIONS} group by connector_id, source_user
     having $4::bigint is null or (-count(distinct item_id), source_user, connector_id) > (-$4, $5, $6)
     order by items desc, source_user, connector_id limit $7`,
    [...conditionsOf(filter), after?.[0] ?? null, after?.[2] ?? '', after?.[1] ?? 0, limit],
  )
}

function userOf(row: GroupRow): UnmappedUser {
  return {
    connectorId: row.connector_id,
    sourceUser: row.source_user,
    reason: row.reasons[0]!,
    items: row.items,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }
}

/** Ids begin with the item's own time, so the last ids are the latest items. */
async function samplesOf(sql: Sql, rows: readonly GroupRow[]) {
  const found = await sql.query<{
    place: number
    item_id: string
    at: Date
    kind: string
    direction: string | null
  }>(
    `select n.place, s.* from unnest($1::integer[], $2::text[]) with ordinality as n (connector_id, source_user, place)
     cross join lateral (
       select f.item_id, coalesce(i.sent_at, i.arrived_at) as at, i.kind, i.direction
       from failure f join item i using (item_id)
       where f.connector_id = n.connector_id and f.source_user = n.source_user and f.resolved_at is null and f.replayable
       order by f.item_id desc limit ${SAMPLES}
     ) as s order by n.place, s.at desc`,
    [rows.map(row => row.connector_id), rows.map(row => row.source_user)],
  )
  return found.map(({ item_id, ...sample }) => ({ itemId: item_id, ...sample }))
}

/** What the site calls these numbers: its registered users, however it writes their numbers. */
async function namesOf(sql: Sql, rows: readonly GroupRow[]): Promise<Map<string, string>> {
  const found = await sql.query<{ connector_id: number; source_user: string; name: string }>(
    `select distinct on (n.connector_id, n.source_user) n.connector_id, n.source_user, u.name
     from unnest($1::integer[], $2::text[]) as n (connector_id, source_user)
     join registered_user u on u.connector_id = n.connector_id and u.name <> ''
       and n.source_user in (u.user_id, regexp_replace(u.number, '\\D', '', 'g'), lower(u.email))
     where n.source_user <> '' order by n.connector_id, n.source_user, u.user_id`,
    [rows.map(row => row.connector_id), rows.map(row => row.source_user)],
  )
  return new Map(found.map(row => [`${row.connector_id} ${row.source_user}`, row.name]))
}

type Cursor = [items: number, connectorId: number, sourceUser: string]

const formatCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

function parseCursor(text: string): Cursor {
  try {
    const [items, connectorId, sourceUser]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Number.isSafeInteger(items) && Number.isSafeInteger(connectorId) && typeof sourceUser === 'string')
      return [items as number, connectorId as number, sourceUser]
  } catch {
    // Said below, with every other way in which a cursor can be none.
  }
  throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
}
