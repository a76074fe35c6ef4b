/**
 * A release that no act of the program made, found afterwards: each is compared with the entry of the act that made it.
 * The database lets nobody set what a hold that is on holds to less (migrations/0015-keeping.sql), so whoever would
 * remove it by statements of their own has to release the hold first.
 */
import type { Sql } from '../database/database.ts'

type ReleaseFinding = { readonly code: 'HOLD_RELEASE_UNLOGGED'; readonly message: string }

/** Releases, and delays that were cut short, of which the log says nothing. In the caller's snapshot. */
export async function checkReleases(sql: Sql): Promise<ReleaseFinding[]> {
  const rows = await sql.query<{ hold_id: number; what: string; mailboxes: number }>(
    // An act writes its entry at the end of the transaction whose beginning is the time of the release.
    `with released as (
       select hold_id, released_at as at, count(*) as mailboxes from hold_mailbox
       where released_at is not null group by hold_id, released_at
     ), shortened as (
       select hold_id, delay_until as at, count(*) as mailboxes from hold_mailbox
       where delay_until < released_at + interval '720 hours' group by hold_id, delay_until
     ), entry as (
       select split_part(subject, ':', 2)::bigint as hold_id, at, act, detail from audit_entry
       where act in ('hold.release', 'hold.change', 'hold.remove-delay')
         and subject in (select 'hold:' || hold_id from released)
     )
     select r.hold_id, 'released' as what, r.mailboxes from released r
     where not exists (select from entry e where e.hold_id = r.hold_id and e.at between r.at and r.at + interval '1 hour'
       and (e.act = 'hold.release' and (e.detail->>'mailboxes')::bigint >= r.mailboxes
         or e.act = 'hold.change' and ((e.detail->>'removed')::bigint >= r.mailboxes
           or exists (select from hold_term t where t.hold_id = r.hold_id and t.since = r.at))))
     union all
     select s.hold_id, 'released from its delay', s.mailboxes from shortened s
     where not exists (select from entry e where e.hold_id = s.hold_id and e.act = 'hold.remove-delay'
       and e.at between s.at and s.at + interval '1 hour')
     order by 1, 2`,
  )
  return rows.map(({ hold_id, what, mailboxes }) => ({
    code: 'HOLD_RELEASE_UNLOGGED',
    message: `hold ${hold_id} was ${what} on ${mailboxes} mailboxes, and the log does not say so`,
  }))
}
