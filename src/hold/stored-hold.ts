/** Holds as they are stored, and who sees which: whoever has the role Hold for every mailbox that one is on. */
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, holdsRole, type MailboxScope, mailboxScope } from '../identity/identity.ts'
import { type HoldWords, openJson, type TermQuery } from './sealed.ts'

export const HOLD_KINDS = ['litigation', 'query'] as const
export type HoldKind = (typeof HOLD_KINDS)[number]

/** `delayed` is released, and still holding what it held then. */
export const HOLD_STATES = ['active', 'delayed', 'released'] as const
type HoldState = (typeof HOLD_STATES)[number]

export type Hold = HoldWords & {
  readonly holdId: number
  readonly kind: HoldKind
  readonly state: HoldState
  /** null for a litigation hold. */
  readonly query: string | null
  /** Days from each item's date; null is for ever. */
  readonly days: number | null
  /** In how many mailboxes it is in force; once released, in how many it was. */
  readonly mailboxes: number
  readonly placedBy: string
  readonly placedAt: Date
  readonly releasedBy: string | null
  readonly releasedAt: Date | null
  /** The latest end of a delay that has not passed. */
  readonly delayUntil: Date | null
  /** Why its query cannot be evaluated at present: the code of an error; null where it can. */
  readonly problem: string | null
  /** True while filings are yet to be told of it, or its query to look at some; these are held meanwhile. */
  readonly evaluating: boolean
  readonly revision: number
}

type HoldRow = {
  hold_id: number
  kind: HoldKind
  sealed: Buffer
  placed_by: string
  placed_at: Date
  released_by: string | null
  released_at: Date | null
  revision: number
  term_id: number
  term_sealed: Buffer | null
  days: number | null
  problem: string | null
  mailboxes: number
  delay_until: Date | null
  evaluating: boolean
}

/** `$1` is now, `$2` the mailboxes that the actor reaches. */
const SELECT = `select h.*, t.term_id, t.sealed as term_sealed, t.days,
    (select min(problem) from hold_term p where p.hold_id = h.hold_id and exists (select from hold_mailbox m
       where m.term_id = p.term_id and (m.delay_until is null or m.delay_until > $1))) as problem,
    (select count(distinct mailbox_id) from hold_mailbox m where m.hold_id = h.hold_id
       and (h.released_at is not null or m.released_at is null)) as mailboxes,
    (select max(delay_until) from hold_mailbox m where m.hold_id = h.hold_id and m.delay_until > $1) as delay_until,
    exists (select from hold_mailbox m where m.hold_id = h.hold_id and (m.delay_until is null or m.delay_until > $1)
      and (exists (select from hold_sweep s where s.mailbox_id = m.mailbox_id)
        or h.kind = 'query' and exists (select from filing f where f.mailbox_id = m.mailbox_id and f.hold_pending))) as evaluating
  from hold h join lateral (select * from hold_term where hold_id = h.hold_id order by term_id desc limit 1) t on true
  where ($2::integer[] is null or not exists (select from hold_mailbox m
      where m.hold_id = h.hold_id and m.mailbox_id <> all($2)))`

function holdOf(ground: Ground, row: HoldRow): Hold {
  const words = openJson<HoldWords>(ground.keyring, `hold ${row.hold_id}`, row.sealed)
  const term =
    row.term_sealed && openJson<TermQuery>(ground.keyring, `hold-term ${row.term_id}`, row.term_sealed)
  return {
    holdId: row.hold_id,
    kind: row.kind,
    state: row.released_at === null ? 'active' : row.delay_until === null ? 'released' : 'delayed',
    name: words.name,
    reason: words.reason,
    note: words.note,
    link: words.link,
    query: term?.query ?? null,
    days: row.days,
    mailboxes: row.mailboxes,
    placedBy: row.placed_by,
    placedAt: row.placed_at,
    releasedBy: row.released_by,
    releasedAt: row.released_at,
    delayUntil: row.delay_until,
    problem: row.problem,
    evaluating: row.evaluating,
    revision: row.revision,
  }
}

/** The mailboxes that the actor's role Hold reaches; ROLE_MISSING without it. */
export const holdScope = (actor: Actor): MailboxScope => mailboxScope(actor, 'Hold')

/** HOLD_UNKNOWN unless each of these holds is on mailboxes of the scope alone, as if there were none. */
export async function requireHolds(sql: Sql, scope: MailboxScope, holdIds: readonly number[]): Promise<void> {
  if (holdIds.length === 0) return
  const rows = await sql.query<{ hold_id: number }>(
    `select hold_id from hold h where hold_id = any($1::bigint[]) and ($2::integer[] is null
       or not exists (select from hold_mailbox m where m.hold_id = h.hold_id and m.mailbox_id <> all($2)))`,
    [holdIds, scope],
  )
  const unknown = holdIds.find(holdId => rows.every(row => row.hold_id !== holdId))
  if (unknown !== undefined) throw new HoldfastError('HOLD_UNKNOWN', `there is no hold ${unknown}`)
}

/** The names of those of these holds that the actor may see. Part of an act that is recorded. */
export async function holdNames(
  ground: Ground,
  actor: Actor,
  holdIds: readonly number[],
  sql: Sql,
): Promise<Map<number, string>> {
  if (holdIds.length === 0 || !holdsRole(actor, 'Hold')) return new Map()
  const rows = await sql.query<{ hold_id: number; sealed: Buffer }>(
    `select hold_id, sealed from hold h where hold_id = any($1::bigint[]) and ($2::integer[] is null
       or not exists (select from hold_mailbox m where m.hold_id = h.hold_id and m.mailbox_id <> all($2)))`,
    [holdIds, holdScope(actor)],
  )
  return new Map(
    rows.map(row => [
      row.hold_id,
      openJson<HoldWords>(ground.keyring, `hold ${row.hold_id}`, row.sealed).name,
    ]),
  )
}

/** The hold, if the actor may see it; HOLD_UNKNOWN otherwise, as if there were none. Part of an act that is recorded. */
export async function findHold(
  ground: Ground,
  actor: Actor,
  holdId: number,
  sql: Sql = ground.database,
): Promise<Hold> {
  const [row] = await sql.query<HoldRow>(`${SELECT} and h.hold_id = $3::bigint`, [
    new Date(ground.clock.now()),
    holdScope(actor),
    holdId,
  ])
  if (!row) throw new HoldfastError('HOLD_UNKNOWN', `there is no hold ${holdId}`)
  return holdOf(ground, row)
}

/** The hold, for who wants to read it; recorded, since its words can quote content and name persons. */
export async function showHold(ground: Ground, actor: Actor, holdId: number): Promise<Hold> {
  const hold = await findHold(ground, actor, holdId)
  await recordSeen(ground, actor, 'hold.show', `hold:${holdId}`, {})
  return hold
}

/** Holds, newest first; `after` is the last one of the page before. Recorded. */
export async function listHolds(
  ground: Ground,
  actor: Actor,
  options: { readonly state?: HoldState; readonly after?: number; readonly limit: number },
): Promise<{ holds: Hold[]; next: number | null; total: number }> {
  const { state, after, limit } = options
  const values = [new Date(ground.clock.now()), holdScope(actor), state ?? null]
  const inState = `($3::text is null or $3 = case when released_at is null then 'active'
      when delay_until is null then 'released' else 'delayed' end)`
  const rows = await ground.database.query<HoldRow>(
    `select * from (${SELECT} and ($4::bigint is null or h.hold_id < $4)) as found where ${inState}
     order by hold_id desc limit $5`,
    [...values, after ?? null, limit + 1],
  )
  const [count] = await ground.database.query<{ total: number }>(
    `select count(*) as total from (${SELECT}) as found where ${inState}`,
    values,
  )
  const holds = rows.slice(0, limit).map(row => holdOf(ground, row))
  await recordSeen(ground, actor, 'hold.list', 'holds', { count: holds.length })
  return { holds, next: rows.length > limit ? holds.at(-1)!.holdId : null, total: count!.total }
}

export async function recordSeen(
  ground: Ground,
  actor: Actor,
  act: string,
  subject: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act,
      subject,
      detail: { ...detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    }),
  )
}
