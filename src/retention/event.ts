/** When the events that periods count from happened, for each mailbox. */
import type { Sql } from '../database/database.ts'

/** When an event of this type happened to this mailbox; null while none has. */
type EventMoments = (eventTypeId: number, mailboxId: number) => Date | null

/**
 * The moments of these types for these mailboxes, of events that were not withdrawn. Of several that a mailbox has the
 * latest counts: in doubt it is kept for longer. Whoever acts by them has the mailboxes locked.
 */
export async function eventMoments(
  sql: Sql,
  eventTypeIds: readonly number[],
  mailboxIds: readonly number[],
): Promise<EventMoments> {
  if (eventTypeIds.length === 0) return () => null
  const rows = await sql.query<{ event_type_id: number; mailbox_id: number | null; at: Date }>(
    `select e.event_type_id, m.mailbox_id, max(e.happened_at) as at
     from retention_event e left join retention_event_mailbox m
       on not e.everywhere and m.event_id = e.event_id and m.mailbox_id = any($2::integer[])
     where e.event_type_id = any($1::integer[]) and e.withdrawn_at is null
       and (e.everywhere or m.mailbox_id is not null)
     group by e.event_type_id, m.mailbox_id`,
    [[...new Set(eventTypeIds)], mailboxIds],
  )
  const moments = new Map(rows.map(row => [keyOf(row.event_type_id, row.mailbox_id), row.at]))
  return (eventTypeId, mailboxId) =>
    latest(moments.get(keyOf(eventTypeId, null)), moments.get(keyOf(eventTypeId, mailboxId)))
}

const keyOf = (eventTypeId: number, mailboxId: number | null): string => `${eventTypeId} ${mailboxId}`

function latest(one: Date | undefined, other: Date | undefined): Date | null {
  if (one === undefined) return other ?? null
  return other === undefined || other < one ? one : other
}
