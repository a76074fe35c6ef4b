/** Requests for erasure as they are stored. They reach every mailbox: who has the role Retention Management sees them all. */
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { ErasureBasis, ErasureIdentity, ErasureWords } from './draft.ts'
import { KEPT } from './matching.ts'

/**
 * `working` is being looked at; `paused` goes on when disposal does; `waiting` has copies that are kept, and is tried again every day; `watching` has none
 * and erases what arrives; `complete` and `withdrawn` are over.
 */
export const ERASURE_STATES = ['working', 'paused', 'waiting', 'watching', 'complete', 'withdrawn'] as const
export type ErasureState = (typeof ERASURE_STATES)[number]

export type ErasureRequest = ErasureWords & {
  readonly requestId: number
  readonly basis: ErasureBasis
  readonly includeLater: boolean
  readonly state: ErasureState
  readonly requestedBy: string
  readonly requestedAt: Date
  /** When all that it is about was looked at last. */
  readonly lookedAt: Date | null
  /** Items that are yet to be looked at. */
  readonly due: number
  /** Copies: an item has one in each mailbox that it is filed in. */
  readonly erasedCopies: number
  readonly erasedItems: number
  /** Copies that went meanwhile by the rules of their mailboxes. */
  readonly goneCopies: number
  /** Copies that are kept, and their items, which are restricted. */
  readonly refusedCopies: number
  readonly restrictedItems: number
  readonly completedAt: Date | null
  readonly withdrawnBy: string | null
  readonly withdrawnAt: Date | null
  readonly revision: number
}

export type ErasureRow = {
  request_id: number
  sealed: Buffer
  basis: ErasureBasis
  include_later: boolean
  state: ErasureState
  requested_by: string
  requested_at: Date
  looked_at: Date | null
  erased_copies: number
  erased_items: number
  gone_copies: number
  completed_at: Date | null
  withdrawn_by: string | null
  withdrawn_at: Date | null
  revision: number
}

type CountedRow = ErasureRow & { due: number; refused_copies: number; restricted_items: number }

const COUNTED = `select e.*,
    (select count(*) from erasure_due d where d.request_id = e.request_id) as due,
    (select count(*) from erasure_refusal r where r.request_id = e.request_id) as refused_copies,
    (select count(distinct item_id) from erasure_refusal r where r.request_id = e.request_id) as restricted_items
  from erasure_request e`

/** Who may do anything about erasure, and see what is asked for. */
export function requireErasure(actor: Actor): void {
  requireRole(actor, 'Retention Management')
}

type StoredWords = {
  readonly identities: readonly {
    readonly type: ErasureIdentity['type']
    readonly value: string
    readonly from: number | null
    readonly to: number | null
  }[]
  readonly reason: string
  readonly reference: string
}

const place = (requestId: number) => `erasure-request ${requestId}`

export function sealWords({ keyring }: Ground, requestId: number, words: ErasureWords): Buffer {
  const stored: StoredWords = {
    ...words,
    identities: words.identities.map(each => ({
      ...each,
      from: each.from?.getTime() ?? null,
      to: each.to?.getTime() ?? null,
    })),
  }
  return keyring.seal('search', Buffer.from(JSON.stringify(stored)), place(requestId))
}

export function openWords({ keyring }: Ground, row: Pick<ErasureRow, 'request_id' | 'sealed'>): ErasureWords {
  const stored = JSON.parse(
    keyring.open('search', row.sealed, place(row.request_id)).toString(),
  ) as StoredWords
  const moment = (time: number | null) => (time === null ? null : new Date(time))
  return {
    ...stored,
    identities: stored.identities.map(each => ({ ...each, from: moment(each.from), to: moment(each.to) })),
  }
}

function requestOf(ground: Ground, row: CountedRow): ErasureRequest {
  return {
    ...openWords(ground, row),
    requestId: row.request_id,
    basis: row.basis,
    includeLater: row.include_later,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    lookedAt: row.looked_at,
    due: row.due,
    erasedCopies: row.erased_copies,
    erasedItems: row.erased_items,
    goneCopies: row.gone_copies,
    refusedCopies: row.refused_copies,
    restrictedItems: row.restricted_items,
    completedAt: row.completed_at,
    withdrawnBy: row.withdrawn_by,
    withdrawnAt: row.withdrawn_at,
    revision: row.revision,
  }
}

/** ERASURE_UNKNOWN if there is none. */
export async function findErasure(
  ground: Ground,
  requestId: number,
  sql: Sql = ground.database,
): Promise<ErasureRequest> {
  const [row] = await sql.query<CountedRow>(`${COUNTED} where e.request_id = $1::bigint`, [requestId])
  if (!row) throw new HoldfastError('ERASURE_UNKNOWN', `there is no erasure request ${requestId}`)
  return requestOf(ground, row)
}

/** The row, locked: ERASURE_UNKNOWN, ERASURE_OVER, REVISION_STALE if it was changed since `revision`. */
export async function lockErasure(
  tx: Transaction,
  requestId: number,
  revision: number | null,
): Promise<ErasureRow> {
  const [row] = await tx.query<ErasureRow>(
    'select * from erasure_request where request_id = $1::bigint for update',
    [requestId],
  )
  if (!row) throw new HoldfastError('ERASURE_UNKNOWN', `there is no erasure request ${requestId}`)
  if (revision !== null && row.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `erasure request ${requestId} was changed meanwhile`)
  if (row.state === 'complete' || row.state === 'withdrawn')
    throw new HoldfastError('ERASURE_OVER', `erasure request ${requestId} is ${row.state}`)
  return row
}

/** A page of them, newest first; recorded, since each says whom it is about. `after` is the last id of the page before. */
export async function listErasures(
  ground: Ground,
  actor: Actor,
  page: { readonly state?: ErasureState; readonly after?: number; readonly limit: number },
): Promise<{ requests: ErasureRequest[]; next: number | null; total: number }> {
  requireErasure(actor)
  const { state = null, after = null, limit } = page
  const rows = await ground.database.query<CountedRow>(
    `${COUNTED} where ($1::text is null or e.state = $1) and ($2::bigint is null or e.request_id < $2)
     order by e.request_id desc limit $3`,
    [state, after, limit + 1],
  )
  const [all] = await ground.database.query<{ total: number }>(
    'select count(*) as total from erasure_request where $1::text is null or state = $1',
    [state],
  )
  const shown = rows.slice(0, limit)
  await record(ground, actor, 'erasure.list', 'erasure-requests', { count: shown.length })
  return {
    requests: shown.map(row => requestOf(ground, row)),
    next: rows.length > limit ? shown.at(-1)!.request_id : null,
    total: all!.total,
  }
}

/** Why copies are kept: a hold, or retention, or both; `untold` where rules were changed and it is being worked out. */
type Refused = {
  readonly mailboxId: number
  readonly address: string
  readonly copies: number
  readonly held: number
  readonly retained: number
  readonly untold: number
  /** When the last of them is free by what is known now; null where that is not known. */
  readonly until: Date | null
}

type ErasureDetail = ErasureRequest & {
  readonly refused: readonly Refused[]
  readonly disposals: readonly {
    readonly disposalId: number
    readonly at: Date
    readonly copies: number
    readonly items: number
  }[]
  /** Exports that copies of erased or refused items had been put in before. */
  readonly exports: readonly string[]
}

/** A request with what keeps its copies, mailbox by mailbox; recorded. */
export async function showErasure(ground: Ground, actor: Actor, requestId: number): Promise<ErasureDetail> {
  requireErasure(actor)
  const request = await findErasure(ground, requestId)
  const [refused, disposals, exported] = await Promise.all([
    ground.database.query<{
      mailbox_id: number
      address: string
      copies: number
      held: number
      retained: number
      untold: number
      until: number | null
    }>(
      `select r.mailbox_id, m.address, count(*) as copies,
         count(*) filter (where f.hold_pending or f.held_until > keeping_now()) as held,
         count(*) filter (where f.retain_until > keeping_now()) as retained,
         count(*) filter (where f.item_id is not null and not ${KEPT}) as untold,
         extract(epoch from max(greatest(case when f.hold_pending then 'infinity' else f.held_until end,
           f.retain_until)))::float8 * 1000 as until
       from erasure_refusal r join mailbox m using (mailbox_id)
         left join filing f on f.item_id = r.item_id and f.mailbox_id = r.mailbox_id
       where r.request_id = $1::bigint group by r.mailbox_id, m.address order by m.address`,
      [requestId],
    ),
    ground.database.query<{ disposal_id: number; at: Date; copies: number; items: number }>(
      `select disposal_id, at, filings as copies, items from disposal where request_id = $1::bigint
       order by disposal_id desc limit 200`,
      [requestId],
    ),
    ground.database.query<{ export_id: string }>(
      'select export_id from erasure_export where request_id = $1::bigint order by export_id limit 200',
      [requestId],
    ),
  ])
  await record(ground, actor, 'erasure.show', `erasure-request:${requestId}`, {})
  return {
    ...request,
    refused: refused.map(row => ({
      mailboxId: row.mailbox_id,
      address: row.address,
      copies: row.copies,
      held: row.held,
      retained: row.retained,
      untold: row.untold,
      until: row.until === null || !Number.isFinite(row.until) ? null : new Date(row.until),
    })),
    disposals: disposals.map(row => ({
      disposalId: row.disposal_id,
      at: row.at,
      copies: row.copies,
      items: row.items,
    })),
    exports: exported.map(row => row.export_id),
  }
}

type ErasureAct =
  | 'erasure.request'
  | 'erasure.change'
  | 'erasure.withdraw'
  | 'erasure.preview'
  | 'erasure.list'
  | 'erasure.show'
  | 'erasure.report'
  | 'erasure.work'
  | 'erasure.complete'

/** Commits the entry of a reading. */
export async function record(
  ground: Ground,
  actor: Actor,
  act: ErasureAct,
  subject: string,
  detail: Record<string, unknown>,
  sealed?: Record<string, unknown>,
): Promise<void> {
  await ground.database.transaction(tx => append(ground, tx, actor, act, subject, detail, sealed))
}

/** The entry of an act, in its own transaction. */
export async function append(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  act: ErasureAct,
  subject: string,
  detail: Record<string, unknown>,
  sealed?: Record<string, unknown>,
): Promise<void> {
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject,
    detail: { ...detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    ...(sealed ? { sealed } : {}),
  })
}
