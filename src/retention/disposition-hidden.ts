/**
 * Hidden filings whose item has left every mailbox that showed it. Such a filing goes with the last that is shown,
 * unless it is kept; then it goes once nothing keeps it, whether or not a rule of its own mailbox deletes anything.
 */
import type { Sql } from '../database/database.ts'
import type { FilingKey } from './disposal-candidate.ts'

/** The next of them that nothing keeps by its columns, and that are in no review. */
export async function nextLeftHidden(sql: Sql, now: Date, limit: number): Promise<FilingKey[]> {
  return sql.query<FilingKey>(
    `select f.mailbox_id as "mailboxId", f.item_id as "itemId" from filing f
     where f.hidden_at is not null and not coalesce(f.hold_pending, false)
       and coalesce(f.held_until <= least(keeping_now(), $1::timestamptz), true)
       and coalesce(f.retain_until <= least(keeping_now(), $1::timestamptz), true)
       and exists (select from disposed_filing d where d.item_id = f.item_id)
       and not exists (select from filing v where v.item_id = f.item_id and v.hidden_at is null)
       and not exists (select from disposition_review r
         where r.item_id = f.item_id and r.mailbox_id = f.mailbox_id and r.ended_at is null)
     order by f.item_id limit $2`,
    [now, limit],
  )
}
