/**
 * Types of events and events as they are stored: recorded, listed and withdrawn. A period that starts with an event
 * waits until one of its type is recorded; what counts from it is then decided on anew.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { requestEvaluation } from './evaluation.ts'
import { checkNamed, lockRuled, record } from './label-act.ts'
import { type NamedWords, nextRowId, openWords, sealWords } from './label-sealed.ts'
import { lockDirectory } from './policy-act.ts'

export type EventType = NamedWords & {
  readonly eventTypeId: number
  /** Events of it that were not withdrawn. */
  readonly events: number
  /** Labels and policies whose period starts with it. */
  readonly rules: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly revision: number
}

export type EventDraft = NamedWords & {
  readonly eventTypeId: number
  readonly happenedAt: Date
  /** null is all mailboxes, those of the future too. */
  readonly mailboxIds: readonly number[] | null
}

export type RetentionEvent = EventDraft & {
  readonly eventId: number
  readonly recordedBy: string
  readonly recordedAt: Date
  readonly withdrawnBy: string | null
  readonly withdrawnAt: Date | null
  readonly revision: number
}

type TypeRow = {
  event_type_id: number
  sealed: Buffer
  events: number
  rules: number
  created_by: string
  created_at: Date
  revision: number
}

type EventRow = {
  event_id: number
  event_type_id: number
  sealed: Buffer
  happened_at: Date
  mailbox_ids: number[] | null
  recorded_by: string
  recorded_at: Date
  withdrawn_by: string | null
  withdrawn_at: Date | null
  revision: number
}

const MAILBOXES_MAX = 10_000

const TYPES = `select t.*, (select count(*) from retention_event e
      where e.event_type_id = t.event_type_id and e.withdrawn_at is null) as events,
    (select count(*) from retention_label l where l.event_type_id = t.event_type_id)
      + (select count(*) from retention_policy p where p.event_type_id = t.event_type_id and p.removed_at is null) as rules
  from event_type t`
const EVENTS = `select e.*, case when not everywhere then array(select m.mailbox_id from retention_event_mailbox m
    where m.event_id = e.event_id order by m.mailbox_id) end as mailbox_ids from retention_event e`

export async function listEventTypes(ground: Ground, actor: Actor): Promise<EventType[]> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const rows = await tx.query<TypeRow>(`${TYPES} order by event_type_id`)
    await record(tx, ground, actor, {
      act: 'event-type.list',
      subject: 'event-types',
      detail: { count: rows.length },
    })
    return rows.map(row => typeOf(ground, row))
  })
}

/** EVENT_TYPE_UNKNOWN if there is none. */
export async function showEventType(ground: Ground, actor: Actor, eventTypeId: number): Promise<EventType> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const type = await findType(ground, tx, eventTypeId)
    await record(tx, ground, actor, { act: 'event-type.show', subject: `event-type:${eventTypeId}` })
    return type
  })
}

export async function createEventType(ground: Ground, actor: Actor, given: NamedWords): Promise<EventType> {
  requireRole(actor, 'Retention Management')
  const words = checkNamed('EVENT_INVALID', given)
  return ground.database.transaction(async tx => {
    const eventTypeId = await nextRowId(tx, 'event_type', 'event_type_id')
    await tx.execute(
      'insert into event_type (event_type_id, sealed, created_by, created_at) values ($1, $2, $3, $4)',
      [
        eventTypeId,
        sealWords(ground.keyring, `event-type ${eventTypeId}`, words),
        actor.name,
        new Date(ground.clock.now()),
      ],
    )
    await record(tx, ground, actor, {
      act: 'event-type.create',
      subject: `event-type:${eventTypeId}`,
      sealed: { ...words },
    })
    return findType(ground, tx, eventTypeId)
  })
}

/** Changes what a type is called. REVISION_STALE if it was changed since `revision`. */
export async function changeEventType(
  ground: Ground,
  actor: Actor,
  eventTypeId: number,
  change: Partial<NamedWords>,
  revision: number | null = null,
): Promise<EventType> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const before = await lockType(ground, tx, eventTypeId, revision)
    const words = checkNamed('EVENT_INVALID', { ...before, ...change })
    await tx.execute('update event_type set sealed = $2, revision = revision + 1 where event_type_id = $1', [
      eventTypeId,
      sealWords(ground.keyring, `event-type ${eventTypeId}`, words),
    ])
    await record(tx, ground, actor, {
      act: 'event-type.change',
      subject: `event-type:${eventTypeId}`,
      sealed: { ...words },
    })
    return findType(ground, tx, eventTypeId)
  })
}

/** Removes a type that nothing counts from and no event is of; EVENT_TYPE_IN_USE otherwise. */
export async function removeEventType(
  ground: Ground,
  actor: Actor,
  eventTypeId: number,
  revision: number | null = null,
): Promise<void> {
  requireRole(actor, 'Retention Management')
  await ground.database.transaction(async tx => {
    // So that no policy that counts from it is being made.
    await lockDirectory(tx)
    const { name, rules } = await lockType(ground, tx, eventTypeId, revision)
    const [row] = await tx.query<{ used: boolean }>(
      `select exists (select from retention_event where event_type_id = $1)
         or exists (select from retention_policy where event_type_id = $1) as used`,
      [eventTypeId],
    )
    if (rules > 0 || row!.used)
      throw new HoldfastError('EVENT_TYPE_IN_USE', `events or rules are of type ${eventTypeId}`)
    await tx.execute('delete from event_type where event_type_id = $1', [eventTypeId])
    await record(tx, ground, actor, {
      act: 'event-type.remove',
      subject: `event-type:${eventTypeId}`,
      sealed: { name },
    })
  })
}

/** Events, newest first; `after` is the last one of the page before. Recorded. */
export async function listEvents(
  ground: Ground,
  actor: Actor,
  options: { readonly eventTypeId?: number; readonly after?: number; readonly limit: number },
): Promise<{ events: RetentionEvent[]; next: number | null; total: number }> {
  requireRole(actor, 'Retention Management')
  const { eventTypeId = null, after = null, limit } = options
  return ground.database.transaction(async tx => {
    const rows = await tx.query<EventRow>(
      `${EVENTS} where ($1::integer is null or event_type_id = $1) and ($2::bigint is null or event_id < $2)
       order by event_id desc limit $3`,
      [eventTypeId, after, limit + 1],
    )
    const [count] = await tx.query<{ total: number }>(
      'select count(*) as total from retention_event where $1::integer is null or event_type_id = $1',
      [eventTypeId],
    )
    const events = rows.slice(0, limit).map(row => eventOf(ground, row))
    await record(tx, ground, actor, {
      act: 'event.list',
      subject: 'events',
      detail: { count: events.length, ...(eventTypeId === null ? {} : { eventTypeId }) },
    })
    return { events, next: rows.length > limit ? events.at(-1)!.eventId : null, total: count!.total }
  })
}

/** EVENT_UNKNOWN if there is none. */
export async function showEvent(ground: Ground, actor: Actor, eventId: number): Promise<RetentionEvent> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const event = await findEvent(ground, tx, eventId)
    await record(tx, ground, actor, { act: 'event.show', subject: `event:${eventId}` })
    return event
  })
}

/**
 * Records that something happened: periods that wait for it, in these mailboxes, start then. EVENT_LOCKED where a policy
 * under preservation lock counted from a later one that was withdrawn.
 */
export async function recordEvent(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  draft: EventDraft,
): Promise<RetentionEvent> {
  requireRole(actor, 'Retention Management')
  const words = checkNamed('EVENT_INVALID', draft)
  const mailboxIds = draft.mailboxIds && [...new Set(draft.mailboxIds)].sort((a, b) => a - b)
  if (mailboxIds?.length === 0)
    throw new HoldfastError('EVENT_INVALID', 'an event happens to a mailbox, or to all')
  if (mailboxIds && mailboxIds.length > MAILBOXES_MAX)
    throw new HoldfastError('EVENT_INVALID', `an event names at most ${MAILBOXES_MAX} mailboxes`)
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    await lockType(ground, tx, draft.eventTypeId, null)
    await lockRuled(tx, mailboxIds)
    const [row] = await tx.query<{ early: boolean }>(
      'select event_is_early($1, $2, $3::integer[]) as early',
      [draft.eventTypeId, draft.happenedAt, mailboxIds],
    )
    if (row!.early)
      throw new HoldfastError(
        'EVENT_LOCKED',
        'a locked policy counted from a later event, which was withdrawn',
      )
    const eventId = await nextRowId(tx, 'retention_event', 'event_id')
    await tx.execute(
      `insert into retention_event (event_id, event_type_id, sealed, happened_at, everywhere, recorded_by, recorded_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        eventId,
        draft.eventTypeId,
        sealWords(ground.keyring, `retention-event ${eventId}`, words),
        draft.happenedAt,
        mailboxIds === null,
        actor.name,
        new Date(ground.clock.now()),
      ],
    )
    await tx.execute(
      'insert into retention_event_mailbox (mailbox_id, event_id) select n, $2 from unnest($1::integer[]) as n',
      [mailboxIds ?? [], eventId],
    )
    await requestEvaluation(tx, ground, queue, actor.name, mailboxIds)
    await record(tx, ground, actor, {
      act: 'event.record',
      subject: `event:${eventId}`,
      detail: {
        eventTypeId: draft.eventTypeId,
        happenedAt: draft.happenedAt.toISOString(),
        mailboxes: mailboxIds?.length ?? 'all',
      },
      sealed: { ...words, mailboxIds },
    })
    return findEvent(ground, tx, eventId)
  })
}

/**
 * Withdraws an event that was recorded wrongly: what counted from it counts from the one before, or waits again.
 * EVENT_WITHDRAWN if it was; EVENT_LOCKED where a policy under preservation lock would count from an earlier one.
 */
export async function withdrawEvent(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  eventId: number,
  revision: number | null = null,
): Promise<RetentionEvent> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    await tx.query('select from retention_event where event_id = $1::bigint for update', [eventId])
    const event = await findEvent(ground, tx, eventId)
    if (revision !== null && event.revision !== revision)
      throw new HoldfastError('REVISION_STALE', `event ${eventId} was changed meanwhile`)
    if (event.withdrawnAt !== null)
      throw new HoldfastError('EVENT_WITHDRAWN', `event ${eventId} was withdrawn`)
    await lockRuled(tx, event.mailboxIds)
    const [row] = await tx.query<{ locked: boolean }>('select event_is_locked($1::bigint) as locked', [
      eventId,
    ])
    if (row!.locked)
      throw new HoldfastError(
        'EVENT_LOCKED',
        `a locked policy counts from event ${eventId}, and would from an earlier one`,
      )
    await tx.execute(
      `update retention_event set withdrawn_by = $2, withdrawn_at = $3, revision = revision + 1
       where event_id = $1::bigint`,
      [eventId, actor.name, new Date(ground.clock.now())],
    )
    await requestEvaluation(tx, ground, queue, actor.name, event.mailboxIds)
    await record(tx, ground, actor, {
      act: 'event.withdraw',
      subject: `event:${eventId}`,
      detail: { eventTypeId: event.eventTypeId, happenedAt: event.happenedAt.toISOString() },
      sealed: { name: event.name },
    })
    return findEvent(ground, tx, eventId)
  })
}

async function lockType(
  ground: Ground,
  tx: Transaction,
  eventTypeId: number,
  revision: number | null,
): Promise<EventType> {
  await tx.query('select from event_type where event_type_id = $1 for update', [eventTypeId])
  const type = await findType(ground, tx, eventTypeId)
  if (revision !== null && type.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `type of events ${eventTypeId} was changed meanwhile`)
  return type
}

async function findType(ground: Ground, sql: Sql, eventTypeId: number): Promise<EventType> {
  const [row] = await sql.query<TypeRow>(`${TYPES} where event_type_id = $1`, [eventTypeId])
  if (!row) throw new HoldfastError('EVENT_TYPE_UNKNOWN', `there is no type of events ${eventTypeId}`)
  return typeOf(ground, row)
}

async function findEvent(ground: Ground, sql: Sql, eventId: number): Promise<RetentionEvent> {
  const [row] = await sql.query<EventRow>(`${EVENTS} where event_id = $1::bigint`, [eventId])
  if (!row) throw new HoldfastError('EVENT_UNKNOWN', `there is no event ${eventId}`)
  return eventOf(ground, row)
}

function typeOf(ground: Ground, row: TypeRow): EventType {
  return {
    ...openWords<NamedWords>(ground.keyring, `event-type ${row.event_type_id}`, row.sealed),
    eventTypeId: row.event_type_id,
    events: row.events,
    rules: row.rules,
    createdBy: row.created_by,
    createdAt: row.created_at,
    revision: row.revision,
  }
}

function eventOf(ground: Ground, row: EventRow): RetentionEvent {
  return {
    ...openWords<NamedWords>(ground.keyring, `retention-event ${row.event_id}`, row.sealed),
    eventId: row.event_id,
    eventTypeId: row.event_type_id,
    happenedAt: row.happened_at,
    mailboxIds: row.mailbox_ids,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at,
    withdrawnBy: row.withdrawn_by,
    withdrawnAt: row.withdrawn_at,
    revision: row.revision,
  }
}
