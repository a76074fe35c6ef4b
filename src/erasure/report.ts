/**
 * What is told to the person who asked for erasure: what was found, what was erased, what is kept and why and until
 * when, and what they can do. It says when and of which kind their messages were; never what was in them, who else took
 * part, or in whose mailbox they are: that is of others.
 */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { ErasureBasis, ErasureIdentity } from './draft.ts'
import { selectItemsOf } from './matching.ts'
import { type ErasureState, findErasure, record, requireErasure } from './request.ts'

/** Articles 17(3)(e) and 17(3)(b). */
export type RefusalGround = 'legal-claims' | 'legal-obligation'

export type ErasureReport = {
  readonly organisation: string
  readonly requestId: number
  readonly reference: string
  readonly identities: readonly ErasureIdentity[]
  readonly basis: ErasureBasis
  readonly state: ErasureState
  readonly requestedAt: Date
  readonly reportedAt: Date
  /** Messages and calls that are gone with every copy, and copies that are gone of them and of others. */
  readonly erased: {
    readonly items: number
    readonly copies: number
    readonly byDay: readonly { readonly day: string; readonly items: number; readonly copies: number }[]
  }
  /** Messages and calls of which at least a copy is kept; they are restricted. */
  readonly kept: {
    readonly items: number
    readonly legalClaims: number
    readonly legalObligation: number
    /** The first of them, in the order of time. */
    readonly records: readonly KeptRecord[]
  }
  /** What arrived after the request. */
  readonly later: { readonly items: number; readonly included: boolean }
  /** Files handed out before that had some of it. */
  readonly exports: number
}

export type KeptRecord = {
  /** When it was sent, else arrived. */
  readonly at: Date
  readonly kind: string
  readonly direction: 'in' | 'out' | null
  readonly grounds: readonly RefusalGround[]
  /** Until when it is kept at least; null where that is not known yet. */
  readonly until: Date | null
}

/** Records that a report names one by one. */
const RECORDS_MAX = 50_000

/** Needs Retention Management; recorded. */
export async function reportErasure(ground: Ground, actor: Actor, requestId: number): Promise<ErasureReport> {
  requireErasure(actor)
  const request = await findErasure(ground, requestId)
  await record(ground, actor, 'erasure.report', `erasure-request:${requestId}`, {})
  const { database, archive, clock } = ground
  const [records, [sums], days, [exported], later] = await Promise.all([
    database.query<{
      at: Date
      kind: string
      direction: 'in' | 'out' | null
      held: boolean
      retained: boolean
      until: number | null
    }>(`${KEPT_ITEMS} select * from kept order by at, item_id limit ${RECORDS_MAX}`, [requestId]),
    database.query<{ items: number; held: number; retained: number }>(
      `${KEPT_ITEMS} select count(*) as items, count(*) filter (where held) as held,
         count(*) filter (where retained) as retained from kept`,
      [requestId],
    ),
    database.query<{ day: string; items: number; copies: number }>(
      `select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, sum(items)::bigint as items,
         sum(filings)::bigint as copies
       from disposal where request_id = $1::bigint group by 1 order by 1`,
      [requestId],
    ),
    database.query<{ exports: number }>(
      'select count(*) as exports from erasure_export where request_id = $1::bigint',
      [requestId],
    ),
    countLater(ground, request.identities, request.requestedAt),
  ])
  return {
    organisation: archive.organisation,
    requestId,
    reference: request.reference,
    identities: request.identities,
    basis: request.basis,
    state: request.state,
    requestedAt: request.requestedAt,
    reportedAt: new Date(clock.now()),
    erased: { items: request.erasedItems, copies: request.erasedCopies, byDay: days },
    kept: {
      items: sums!.items,
      legalClaims: sums!.held,
      legalObligation: sums!.retained,
      records: records.map(row => ({
        at: row.at,
        kind: row.kind,
        direction: row.direction,
        grounds: [
          ...(row.held ? (['legal-claims'] as const) : []),
          ...(row.retained ? (['legal-obligation'] as const) : []),
        ],
        until: row.until === null || !Number.isFinite(row.until) ? null : new Date(row.until),
      })),
    },
    later: { items: later, included: request.includeLater },
    exports: exported!.exports,
  }
}

/** Until when a hold lasts is nobody's to tell: where there is one, the end is not known. */
const KEPT_ITEMS = `with kept as (
    select i.item_id, coalesce(i.sent_at, i.arrived_at) as at, i.kind, i.direction,
      bool_or(coalesce(f.hold_pending, false) or coalesce(f.held_until > keeping_now(), false)) as held,
      bool_or(coalesce(f.retain_until > keeping_now(), false)) as retained,
      case when bool_or(coalesce(f.hold_pending, false) or coalesce(f.held_until > keeping_now(), false)) then null
        else extract(epoch from max(f.retain_until))::float8 * 1000 end as until
    from erasure_refusal r join item i using (item_id)
      join filing f on f.item_id = r.item_id and f.mailbox_id = r.mailbox_id
    where r.request_id = $1::bigint group by i.item_id)`

/** Items that name the person and were filed after the request, whether or not they go with it. */
async function countLater(
  ground: Ground,
  identities: readonly ErasureIdentity[],
  since: Date,
): Promise<number> {
  const { sql, values } = await selectItemsOf(ground, ground.database, identities)
  const [row] = await ground.database.query<{ items: number }>(
    `select count(*) as items from (${sql}) as found join item i using (item_id)
     where i.filed_at > $${values.length + 1}::timestamptz`,
    [...values, since],
  )
  return row!.items
}
