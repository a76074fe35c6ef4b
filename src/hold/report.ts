/**
 * What a hold holds, counted in copies: an item counts in each mailbox that it is filed in, hidden filings too. And the
 * history of a hold, and the holds on one item. Copies that nothing could be told of yet are held, and counted apart.
 */
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import type { UndecidedReason } from './matching.ts'
import { openJson } from './sealed.ts'
import { findHold, type HoldKind, recordSeen } from './stored-hold.ts'

type HoldReport = {
  readonly mailboxes: number
  /** Copies in these mailboxes. */
  readonly copies: number
  /** Held by this hold; of these, `undecided` are held because the query could not be asked, for these reasons. */
  readonly held: number
  readonly undecided: readonly { readonly reason: UndecidedReason; readonly copies: number }[]
  /** Held until the query has looked at them. */
  readonly pending: number
  /** Mailboxes whose filings are yet to be told. */
  readonly untold: number
}

type HoldMailbox = {
  readonly mailboxId: number
  readonly address: string
  readonly displayName: string
  /** Of a leaver, or of somebody who is yet to come. */
  readonly inactive: boolean
  readonly placedAt: Date
  readonly releasedAt: Date | null
  readonly delayUntil: Date | null
}

/** What it holds now. Counts alone; checks that the actor sees the hold. */
export async function reportHold(ground: Ground, actor: Actor, holdId: number): Promise<HoldReport> {
  const hold = await findHold(ground, actor, holdId)
  const now = new Date(ground.clock.now())
  const [row] = await ground.database.query<{
    mailboxes: number
    copies: number
    pending: number
    untold: number
  }>(
    `with own as (select distinct mailbox_id from hold_mailbox
       where hold_id = $1::bigint and (delay_until is null or delay_until > $2))
     select (select count(*) from own) as mailboxes,
       (select count(*) from filing f where f.mailbox_id in (select mailbox_id from own)) as copies,
       (select count(*) from filing f where f.hold_pending and f.mailbox_id in (select mailbox_id from own)
          -- What was decided before and is looked at again is held by what was decided.
          and not exists (select from held_item h join hold_term t using (term_id) where h.item_id = f.item_id
            and h.mailbox_id = f.mailbox_id and t.hold_id = $1::bigint)) as pending,
       (select count(*) from hold_sweep s where s.mailbox_id in (select mailbox_id from own)) as untold`,
    [holdId, now],
  )
  const counts = { ...row!, pending: hold.kind === 'query' ? row!.pending : 0 }
  const held = await countHeld(ground.database, holdId, now)
  return {
    ...counts,
    held: held.reduce((sum, each) => sum + each.copies, 0),
    undecided: held.flatMap(({ reason, copies }) => (reason === null ? [] : [{ reason, copies }])),
  }
}

/** Copies that its terms hold now, by the reason why a query could not be asked. */
async function countHeld(
  sql: Sql,
  holdId: number,
  now: Date,
): Promise<{ reason: UndecidedReason | null; copies: number }[]> {
  return sql.query(
    // Two terms of a hold may hold the same copy; one that matches says more than one that could not be asked.
    `select reason, count(*) as copies from (
       select (array_agg(reason order by reason nulls first))[1] as reason from hold_copies($1::bigint, $2)
       group by item_id, mailbox_id) as held
     group by reason order by copies desc, reason`,
    [holdId, now],
  )
}

/** The mailboxes of a hold, by address; `after` is the last address of the page before. Recorded: it names people. */
export async function listHoldMailboxes(
  ground: Ground,
  actor: Actor,
  holdId: number,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<{ mailboxes: HoldMailbox[]; next: string | null; total: number }> {
  await findHold(ground, actor, holdId)
  const rows = await ground.database.query<{
    mailbox_id: number
    address: string
    display_name: string
    inactive: boolean
    placed_at: Date
    released_at: Date | null
    delay_until: Date | null
    total: number
  }>(
    `select * from (select b.mailbox_id, b.address, b.display_name,
         coalesce(b.active_from > $2, false) or coalesce(b.active_to <= $2, false) as inactive, m.placed_at, m.released_at, m.delay_until,
         count(*) over () as total
       from (select distinct on (mailbox_id) * from hold_mailbox where hold_id = $1::bigint
             order by mailbox_id, term_id desc) m join mailbox b using (mailbox_id)) as listed
     where ($3::text is null or address > $3) order by address limit $4`,
    [holdId, new Date(ground.clock.now()), after ?? null, limit + 1],
  )
  const mailboxes = rows.slice(0, limit).map(row => ({
    mailboxId: row.mailbox_id,
    address: row.address,
    displayName: row.display_name,
    inactive: row.inactive,
    placedAt: row.placed_at,
    releasedAt: row.released_at,
    delayUntil: row.delay_until,
  }))
  await recordSeen(ground, actor, 'hold.show', `hold:${holdId}`, { mailboxes: mailboxes.length })
  return {
    mailboxes,
    next: rows.length > limit ? mailboxes.at(-1)!.address : null,
    total: rows[0]?.total ?? 0,
  }
}

type HoldEvent = {
  readonly at: Date
  readonly actor: string
  readonly act: string
  /** What was changed, and why: words, query, days, mailboxes by id. */
  readonly said: Readonly<Record<string, unknown>>
}

/** Every act on a hold, newest first. Recorded. */
export async function readHoldHistory(ground: Ground, actor: Actor, holdId: number): Promise<HoldEvent[]> {
  await findHold(ground, actor, holdId)
  const rows = await ground.database.query<{
    change_id: number
    at: Date
    actor: string
    act: string
    sealed: Buffer
  }>('select * from hold_change where hold_id = $1::bigint order by change_id desc', [holdId])
  await recordSeen(ground, actor, 'hold.show', `hold:${holdId}`, { history: rows.length })
  return rows.map(row => ({
    at: row.at,
    actor: row.actor,
    act: row.act,
    said: openJson<Record<string, unknown>>(ground.keyring, `hold-change ${row.change_id}`, row.sealed),
  }))
}

export type HoldOnItem = {
  readonly mailboxId: number
  /** null for a hold that is also on mailboxes beyond the scope: it is told, and not which it is. */
  readonly holdId: number | null
  readonly kind: HoldKind
  /** null is for ever. */
  readonly until: Date | null
  /** True where the hold is released and in its delay. */
  readonly delayed: boolean
  /** Why the query could not be asked; null where it matches, or everything is held. 'pending': it has not looked yet. */
  readonly undecided: UndecidedReason | 'pending' | null
}

/**
 * The holds on the copies of an item in the mailboxes of the scope, as they are now: numbers, kinds and dates.
 * Holds that reach beyond the scope are told too, since what is kept is kept, but not by number.
 */
export async function holdsOfItem(
  sql: Sql,
  scope: MailboxScope,
  itemId: string,
  now: number,
): Promise<HoldOnItem[]> {
  const rows = await sql.query<{
    mailbox_id: number
    hold_id: number | null
    kind: HoldKind
    until: Date | number | null
    delayed: boolean
    undecided: HoldOnItem['undecided']
  }>(
    `select * from (
       select f.mailbox_id, m.hold_id as number, k.kind, m.released_at is not null as delayed,
         hold_until(t.days, m.released_at, m.delay_until, coalesce(i.sent_at, i.arrived_at)) as until,
         case when $2::integer[] is null or not exists (select from hold_mailbox o
           where o.hold_id = m.hold_id and o.mailbox_id <> all($2)) then m.hold_id end as hold_id,
         case when t.sealed is null then null when h.term_id is null then 'pending' else h.reason end as undecided
       from filing f join item i using (item_id) join hold_mailbox m using (mailbox_id)
         join hold_term t using (term_id) join hold k on k.hold_id = m.hold_id
         left join held_item h on h.item_id = f.item_id and h.mailbox_id = f.mailbox_id and h.term_id = m.term_id
       where f.item_id = $1 and ($2::integer[] is null or f.mailbox_id = any($2))
         and (m.delay_until is null or m.delay_until > $3) and (t.sealed is null or h.term_id is not null or f.hold_pending)
     ) as found where until > $3 order by mailbox_id, number`,
    [itemId, scope, new Date(now)],
  )
  return rows.map(row => ({
    mailboxId: row.mailbox_id,
    holdId: row.hold_id,
    kind: row.kind,
    until: row.until instanceof Date ? row.until : null,
    delayed: row.delayed,
    undecided: row.undecided,
  }))
}
