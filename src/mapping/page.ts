/** A custom mapping line by line, as it is or as it was at a past moment: searched, in pages, and in words. */
import type { Clock } from '../clock.ts'
import { type Sql, storableText } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'

export type MappingLine = {
  readonly entryId: string
  readonly externalUserId: string
  readonly mailboxAddress: string
  /** The mailbox that the address is of; null where the directory has none (any more). */
  readonly mailboxName: string | null
  readonly validFrom: Date | null
  readonly validTo: Date | null
  /** Whether it counts for what is sent at the moment shown. */
  readonly state: 'valid' | 'future' | 'ended'
  readonly revision: number
  readonly changedAt: Date | null
  readonly changedBy: string | null
}

export type MappingPage = {
  readonly lines: MappingLine[]
  readonly next: string | null
  readonly total: number
}

type MappingPageQuery = {
  /** The mapping as it was then; left out, as it is. */
  readonly at?: Date
  readonly containing?: string
  readonly after?: string
  readonly limit: number
}

const CURRENT = `select e.entry_id, e.external_user_id, e.number, e.mailbox_address, e.valid_from, e.valid_to, e.revision,
    c.changed_at, c.changed_by
  from mapping_entry e left join lateral (
    select changed_at, changed_by from mapping_change c where c.entry_id = e.entry_id order by change_id desc limit 1
  ) c on true
  where e.connector_id = $1 and $2::timestamptz is not null`

/** The last change of each line up to then, but of those that were removed. */
const PAST = `select entry_id, external_user_id, number, mailbox_address, valid_from, valid_to, 0 as revision, changed_at,
    changed_by
  from (select distinct on (entry_id) * from mapping_change where connector_id = $1 and changed_at <= $2
    order by entry_id, change_id desc) as last
  where operation <> 'remove'`

/** A page of a connector's mapping, in the order of ids, each with its times of validity in order. */
export async function pageMapping(
  sql: Sql,
  clock: Clock,
  connectorId: number,
  query: MappingPageQuery,
): Promise<MappingPage> {
  const at = query.at ?? new Date(clock.now())
  const after = query.after === undefined ? null : parseCursor(query.after)
  const rows = await sql.query<LineRow>(
    `with line as (${query.at ? PAST : CURRENT}),
     wanted as (select * from line where $3 = '' or strpos(lower(external_user_id), $3) > 0 or strpos(number, $3) > 0
       or strpos(mailbox_address, $3) > 0)
     select w.*, m.display_name, (select count(*) from wanted) as total
     from wanted w left join mailbox_address a on a.address = w.mailbox_address left join mailbox m using (mailbox_id)
     where $4::text is null or (w.external_user_id, coalesce(w.valid_from, '-infinity'), w.entry_id) > ($4, $5, $6::uuid)
     order by w.external_user_id, coalesce(w.valid_from, '-infinity'), w.entry_id limit $7`,
    [
      connectorId,
      at,
      searched(query.containing ?? ''),
      after?.[0] ?? null,
      after?.[1] ?? '-infinity',
      after?.[2] ?? null,
      query.limit + 1,
    ],
  )
  const lines = rows.slice(0, query.limit).map(row => lineOf(row, at.getTime()))
  const last = lines.at(-1)
  return {
    lines,
    next: rows.length > query.limit && last ? formatCursor(last) : null,
    total: rows[0]?.total ?? 0,
  }
}

/** A number is looked for by its digits, however it was typed; anything else as it stands. */
function searched(text: string): string {
  const plain = text.trim().toLowerCase()
  return /^\+?[\d\s().-]{3,}$/.test(plain) ? plain.replace(/\D/g, '').replace(/^0+/, '') : plain
}

function lineOf(row: LineRow, at: number): MappingLine {
  const future = row.valid_from !== null && row.valid_from.getTime() > at
  const ended = row.valid_to !== null && row.valid_to.getTime() <= at
  return {
    entryId: row.entry_id,
    externalUserId: row.external_user_id,
    mailboxAddress: row.mailbox_address,
    mailboxName: row.display_name,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    state: ended ? 'ended' : future ? 'future' : 'valid',
    revision: row.revision,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function formatCursor({ externalUserId, validFrom, entryId }: MappingLine): string {
  const parts = [externalUserId, validFrom?.toISOString() ?? '-infinity', entryId]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function parseCursor(text: string): [string, string, string] {
  try {
    const [id, from, entryId]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString())
    const goodFrom = from === '-infinity' || new Date(String(from)).toISOString() === from
    const goodId = typeof id === 'string' && storableText(id) === id
    if (goodId && goodFrom && UUID.test(String(entryId))) return [id, String(from), String(entryId)]
  } catch {
    // Said below, with every other way in which a cursor can be none.
  }
  throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
}

type LineRow = {
  entry_id: string
  external_user_id: string
  mailbox_address: string
  valid_from: Date | null
  valid_to: Date | null
  revision: number
  changed_at: Date | null
  changed_by: string | null
  display_name: string | null
  total: number
}
