/** The terms of a hold: what it holds, where, and from when to when. */
import type { Sql, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { openJson, sealJson, type TermQuery } from './sealed.ts'

/** A released hold goes on holding so long what it held, as Microsoft's delay hold does. */
const DELAY_DAYS = 30
const DAY = 86_400_000

/** Begins a term on these mailboxes. */
export async function addTerm(
  tx: Transaction,
  ground: Ground,
  holdId: number,
  mailboxIds: readonly number[],
  query: TermQuery | null,
  days: number | null,
  now: Date,
): Promise<void> {
  const termId = await nextId(tx, 'hold_term', 'term_id')
  await tx.execute(
    'insert into hold_term (term_id, hold_id, days, sealed, since) values ($1, $2, $3, $4, $5)',
    [termId, holdId, days, query && sealJson(ground.keyring, `hold-term ${termId}`, query), now],
  )
  await addMailboxes(tx, holdId, mailboxIds, now)
}

/** Puts mailboxes on the newest term. One that was on it before comes back. */
export async function addMailboxes(
  tx: Transaction,
  holdId: number,
  mailboxIds: readonly number[],
  now: Date,
): Promise<void> {
  await tx.execute(
    `insert into hold_mailbox (mailbox_id, term_id, hold_id, placed_at)
     select n, (select max(term_id) from hold_term where hold_id = $1), $1, $3 from unnest($2::integer[]) as n
     on conflict (mailbox_id, term_id) do update set placed_at = $3, released_at = null, delay_until = null`,
    [holdId, mailboxIds, now],
  )
}

/** Releases these mailboxes: what is held in them goes on being held until the time given back. */
export async function releaseMailboxes(
  tx: Transaction,
  holdId: number,
  mailboxIds: readonly number[],
  now: Date,
): Promise<Date> {
  const delayUntil = new Date(now.getTime() + DELAY_DAYS * DAY)
  await tx.execute(
    `update hold_mailbox set released_at = $3, delay_until = $4
     where hold_id = $1::bigint and mailbox_id = any($2::integer[]) and released_at is null`,
    [holdId, mailboxIds, now, delayUntil],
  )
  return delayUntil
}

/** The mailboxes on which the hold is in force, in order. */
export async function mailboxesOn(tx: Transaction, holdId: number): Promise<number[]> {
  const rows = await tx.query<{ mailbox_id: number }>(
    'select mailbox_id from hold_mailbox where hold_id = $1::bigint and released_at is null order by mailbox_id',
    [holdId],
  )
  return rows.map(row => row.mailbox_id)
}

/** The query of the newest term; null for a litigation hold. */
export async function currentQuery(ground: Ground, sql: Sql, holdId: number): Promise<TermQuery | null> {
  const [row] = await sql.query<{ term_id: number; sealed: Buffer | null }>(
    'select term_id, sealed from hold_term where hold_id = $1::bigint order by term_id desc limit 1',
    [holdId],
  )
  return row?.sealed ? openJson<TermQuery>(ground.keyring, `hold-term ${row.term_id}`, row.sealed) : null
}

/** The id of a row that is about to be inserted, for what is sealed under it. */
export async function nextId(
  sql: Sql,
  table: 'hold' | 'hold_term' | 'hold_change',
  column: 'hold_id' | 'term_id' | 'change_id',
): Promise<number> {
  const [row] = await sql.query<{ id: number }>('select nextval(pg_get_serial_sequence($1, $2)) as id', [
    table,
    column,
  ])
  return row!.id
}
