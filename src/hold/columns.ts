/**
 * The hold columns of filings (migrations/0015-keeping.sql), worked out from the holds on their mailbox. They are what
 * the database's guard reads; only its own function writes them.
 */
import type { Sql } from '../database/database.ts'

type HeldFiling = {
  readonly mailboxId: number
  readonly itemId: string
  /** Whether a query is yet to look at it; null leaves that as it is. Where no query is on the mailbox, none is. */
  readonly pending: boolean | null
}

/**
 * Writes until when these filings are held at `now`. The caller holds the locks of their mailboxes, so that the holds
 * cannot change before it commits.
 */
export async function writeHeld(tx: Sql, now: number, filings: readonly HeldFiling[]): Promise<void> {
  if (filings.length === 0) return
  await tx.query(
    // Locked in the order that everybody keeps to (migrations/0015-keeping.sql).
    `with page as materialized (
       select f.mailbox_id, f.item_id, coalesce(i.sent_at, i.arrived_at) as item_date,
         coalesce(n.pending, f.hold_pending, false) as pending
       from unnest($1::integer[], $2::uuid[], $3::boolean[]) as n (mailbox_id, item_id, pending)
         join filing f using (mailbox_id, item_id) join item i using (item_id)
       order by f.mailbox_id, f.item_id for no key update of f
     ), rule as materialized (
       select m.mailbox_id, m.term_id, m.released_at, m.delay_until, t.days, t.sealed is not null as by_query
       from hold_mailbox m join hold_term t using (term_id)
       where m.mailbox_id = any($4::integer[]) and (m.delay_until is null or m.delay_until > $5)
     ), held as (
       select p.mailbox_id, p.item_id, p.pending and coalesce(bool_or(m.by_query), false) as pending,
         max(case when not m.by_query or h.term_id is not null then hold_until(m.days, m.released_at, m.delay_until, p.item_date) end) as held_until
       from page p left join rule m using (mailbox_id)
         left join held_item h on m.by_query and h.item_id = p.item_id and h.mailbox_id = p.mailbox_id and h.term_id = m.term_id
       group by p.mailbox_id, p.item_id, p.pending
     )
     select set_held(array_agg(mailbox_id), array_agg(item_id), array_agg(held_until), array_agg(pending)) from held`,
    [
      filings.map(each => each.mailboxId),
      filings.map(each => each.itemId),
      filings.map(each => each.pending),
      [...new Set(filings.map(each => each.mailboxId))],
      new Date(now),
    ],
  )
}
