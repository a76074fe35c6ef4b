/** What the holds on a mailbox ask of an item in it, for those who decide on filings one by one. */
import type { Sql } from '../database/database.ts'

/** A hold as it applies to one mailbox. */
export type HoldOnMailbox = {
  readonly mailboxId: number
  readonly holdId: number
  readonly termId: number
  /** True where a query decides which items are held; until it has looked at one, it is held (`hold_pending`). */
  readonly byQuery: boolean
  /** Counted from the item's date; null is for ever. */
  readonly days: number | null
  /** Both null while it is in force. */
  readonly releasedAt: Date | null
  readonly delayUntil: Date | null
}

type Row = {
  mailbox_id: number
  hold_id: number
  term_id: number
  by_query: boolean
  days: number | null
  released_at: Date | null
  delay_until: Date | null
}

const DAY = 86_400_000

/** The holds on these mailboxes at `now` (milliseconds), those in their delay included. */
export async function holdsOf(
  sql: Sql,
  mailboxIds: readonly number[],
  now: number,
): Promise<readonly HoldOnMailbox[]> {
  const rows = await sql.query<Row>(
    `select m.mailbox_id, m.hold_id, m.term_id, t.sealed is not null as by_query, t.days, m.released_at, m.delay_until
     from hold_mailbox m join hold_term t using (term_id)
     where m.mailbox_id = any($1::integer[]) and (m.delay_until is null or m.delay_until > $2)
     order by m.mailbox_id, m.term_id`,
    [mailboxIds, new Date(now)],
    'holds-of-mailboxes',
  )
  return rows.map(row => ({
    mailboxId: row.mailbox_id,
    holdId: row.hold_id,
    termId: row.term_id,
    byQuery: row.by_query,
    days: row.days,
    releasedAt: row.released_at,
    delayUntil: row.delay_until,
  }))
}

/**
 * Until when a hold holds an item of this date that it applies to; null where it does not. A released hold goes on
 * holding, until its delay is over, whatever it held at its release.
 */
export function heldUntil(
  { days, releasedAt, delayUntil }: Pick<HoldOnMailbox, 'days' | 'releasedAt' | 'delayUntil'>,
  itemDate: Date,
): Date | 'infinity' | null {
  const until = days === null ? 'infinity' : new Date(itemDate.getTime() + days * DAY)
  if (releasedAt === null) return until
  return until === 'infinity' || until > releasedAt ? delayUntil : null
}
