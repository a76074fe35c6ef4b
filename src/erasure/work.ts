/**
 * The job 'erasure': what a request is about is looked for, and erased, or refused where it is kept, batch by batch. Once
 * a day every request that waits is taken up again: what is free by then goes.
 *
 * While disposal is paused, or stopped because the clocks disagree, so is this: what is retained until a day would go by
 * a clock that leapt over it.
 *
 * What is to be looked at is a list in the database, which each batch shortens in its own transaction: killed, the work
 * goes on after its last batch. Two may be at it.
 */
import { againOnConflict, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import {
  DISPOSAL_MAX,
  disposeFilings,
  type FilingKey,
  finishDisposals,
  isDisposalStopped,
} from '../retention/retention.ts'
import { sendErasure } from './act.ts'
import { KEPT, selectItemsOf } from './matching.ts'
import { append, type ErasureRow, openWords } from './request.ts'

/** Items of one batch; their filings are limited besides. */
const ITEMS = 2_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

type Job = { readonly requestId: number }

/** Takes the jobs from a worker's queue, one at a time, until it stops. */
export async function workErasures(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<Job>('erasure', { concurrency: 1 }, ({ requestId }, signal) =>
    performErasure(ground, requestId, AbortSignal.any([signal, stopping])),
  )
}

/** Looks at all that a request is about, once. Nothing happens for one that is over. */
export async function performErasure(ground: Ground, requestId: number, signal?: AbortSignal): Promise<void> {
  await againOnConflict(() => fillList(ground, requestId))
  let done: 'some' | 'all' | 'paused' = 'some'
  while (done === 'some') {
    signal?.throwIfAborted()
    done = await againOnConflict(() => workNext(ground, requestId))
  }
  await finishDisposals(ground)
  if (done === 'all') await againOnConflict(() => closePass(ground, requestId))
}

async function lockOpen(tx: Transaction, requestId: number): Promise<ErasureRow | undefined> {
  const [row] = await tx.query<ErasureRow>(
    `select * from erasure_request where request_id = $1::bigint and state in ('working', 'paused', 'waiting', 'watching')
     for update`,
    [requestId],
  )
  return row
}

/**
 * What is to be looked at: what was found, the first time and wherever later items are included; and what was refused,
 * where nothing keeps it any more by its columns.
 */
async function fillList(ground: Ground, requestId: number): Promise<void> {
  await ground.database.transaction(async tx => {
    const row = await lockOpen(tx, requestId)
    if (!row) return
    await tx.execute(
      `insert into erasure_due (item_id, request_id)
       select distinct r.item_id, r.request_id from erasure_refusal r
         join filing f on f.item_id = r.item_id and f.mailbox_id = r.mailbox_id
       where r.request_id = $1::bigint and not ${KEPT}
       on conflict do nothing`,
      [requestId],
    )
    if (row.looked_at !== null && !row.include_later) return
    const { sql, values } = await selectItemsOf(ground, tx, openWords(ground, row).identities)
    const id = `$${values.length + 1}::bigint`
    const asked = `$${values.length + 2}::timestamptz`
    await tx.execute(
      `insert into erasure_due (item_id, request_id)
       select found.item_id, ${id} from (${sql}) as found
       where (${asked} is null or exists (select from item i where i.item_id = found.item_id and i.filed_at <= ${asked}))
         and exists (select from filing f where f.item_id = found.item_id and not exists (
           select from erasure_refusal r
           where r.item_id = f.item_id and r.mailbox_id = f.mailbox_id and r.request_id = ${id}))
       on conflict do nothing`,
      [...values, requestId, row.include_later ? null : row.requested_at],
    )
  })
}

/** The next batch: whether there was one, and may be another. */
async function workNext(ground: Ground, requestId: number): Promise<'some' | 'all' | 'paused'> {
  return ground.database.transaction(async tx => {
    const row = await lockOpen(tx, requestId)
    if (!row) return 'all'
    const filings = await tx.query<{ item_id: string; mailbox_id: number | null }>(
      `select d.item_id, f.mailbox_id from (
         select item_id from erasure_due where request_id = $1::bigint order by item_id limit ${ITEMS}
       ) as d left join filing f using (item_id) order by d.item_id, f.mailbox_id limit ${DISPOSAL_MAX + 1}`,
      [requestId],
    )
    if (filings.length === 0) return 'all'
    if (await isDisposalStopped(ground, tx)) {
      await tx.execute(`update erasure_request set state = 'paused' where request_id = $1::bigint`, [
        requestId,
      ])
      return 'paused'
    }
    // The last item of a full batch may have more filings than are in it: it is looked at with the next one.
    const last = filings.at(-1)!.item_id
    const whole = filings.length > DISPOSAL_MAX ? filings.filter(each => each.item_id !== last) : filings
    const batch = whole.length > 0 ? whole : filings.slice(0, DISPOSAL_MAX)
    const itemIds = [...new Set(batch.map(each => each.item_id))]
    await tx.execute(
      `insert into erasure_export (request_id, export_id)
       select distinct $1::bigint, export_id from export_item
       where item_id = any($2::uuid[]) and state = 'written' on conflict do nothing`,
      [requestId, itemIds],
    )
    const keys: FilingKey[] = batch.flatMap(({ item_id: itemId, mailbox_id: mailboxId }) =>
      mailboxId === null ? [] : [{ mailboxId, itemId }],
    )
    const disposed = await disposeFilings(ground, tx, keys, { type: 'erasure', requestId }, row.requested_by)
    const kept = disposed.kept.filter(each => each.why !== 'gone')
    await refuse(tx, requestId, itemIds, kept, new Date(ground.clock.now()))
    await tx.execute('delete from erasure_due where request_id = $1::bigint and item_id = any($2::uuid[])', [
      requestId,
      itemIds,
    ])
    await tx.execute(
      `update erasure_request set erased_copies = erased_copies + $2, erased_items = erased_items + $3
       where request_id = $1`,
      [requestId, disposed.filings, disposed.items],
    )
    return 'some'
  })
}

/** Of these items, exactly these copies are kept; since when, stays. */
async function refuse(
  tx: Transaction,
  requestId: number,
  itemIds: readonly string[],
  kept: readonly FilingKey[],
  now: Date,
): Promise<void> {
  const columns = [kept.map(each => each.mailboxId), kept.map(each => each.itemId)]
  await tx.execute(
    `delete from erasure_refusal r where r.request_id = $1::bigint and r.item_id = any($2::uuid[])
       and not exists (select from unnest($3::integer[], $4::uuid[]) as n (mailbox_id, item_id)
         where n.mailbox_id = r.mailbox_id and n.item_id = r.item_id)`,
    [requestId, itemIds, ...columns],
  )
  await tx.execute(
    `insert into erasure_refusal (item_id, mailbox_id, request_id, refused_at)
     select item_id, mailbox_id, $1, $2 from unnest($3::integer[], $4::uuid[]) as n (mailbox_id, item_id)
     on conflict do nothing`,
    [requestId, now, ...columns],
  )
}

/** How the request stands after all of it was looked at. */
async function closePass(ground: Ground, requestId: number): Promise<void> {
  await ground.database.transaction(async tx => {
    const row = await lockOpen(tx, requestId)
    if (!row) return
    // What left its mailbox by that mailbox's rules meanwhile.
    const gone = await tx.execute(
      `delete from erasure_refusal r where r.request_id = $1::bigint and not exists (
         select from filing f where f.item_id = r.item_id and f.mailbox_id = r.mailbox_id)`,
      [requestId],
    )
    const [counted] = await tx.query<{ refused: number; due: number }>(
      `select (select count(*) from erasure_refusal where request_id = $1::bigint) as refused,
         (select count(*) from erasure_due where request_id = $1::bigint) as due`,
      [requestId],
    )
    const { refused, due } = counted!
    // Another has begun anew, and closes it.
    if (due > 0) return
    const state = refused > 0 ? 'waiting' : row.include_later ? 'watching' : 'complete'
    const now = new Date(ground.clock.now())
    await tx.execute(
      `update erasure_request set state = $2, looked_at = $3, gone_copies = gone_copies + $4,
         completed_at = case when $2 = 'complete' then $3::timestamptz end, revision = revision + 1
       where request_id = $1`,
      [requestId, state, now, gone],
    )
    const act = state === 'complete' ? 'erasure.complete' : 'erasure.work'
    const system = { name: 'system', breakGlass: false, roles: null } as const
    await append(ground, tx, system, act, `erasure-request:${requestId}`, {
      state,
      erasedCopies: row.erased_copies,
      erasedItems: row.erased_items,
      refusedCopies: refused,
    })
  })
}

/**
 * Takes up every request again whose last pass is a day ago, and those that waited for disposal to go on; returns how
 * many. A pass in the future was made by a clock that was wrong.
 */
export async function requestDueErasures(ground: Ground, queue: Queue): Promise<number> {
  const now = ground.clock.now()
  return ground.database.transaction(async tx => {
    const rows = await tx.query<{ request_id: number }>(
      `update erasure_request set state = 'working'
       where (state in ('waiting', 'watching') and (looked_at <= $1 or looked_at > $2)) or (state = 'paused' and $3)
       returning request_id`,
      [new Date(now - DAY), new Date(now + HOUR), await mayGoOn(ground, tx)],
    )
    for (const { request_id: requestId } of rows) await sendErasure(tx, queue, requestId)
    return rows.length
  })
}

/** The clocks are only asked where something waits for them. */
async function mayGoOn(ground: Ground, tx: Transaction): Promise<boolean> {
  const paused = await tx.query(`select from erasure_request where state = 'paused' limit 1`)
  return paused.length > 0 && !(await isDisposalStopped(ground, tx))
}

/** Sends the jobs, for a queue that has none; returns how many. */
export async function requeueErasures(tx: Transaction, queue: Queue): Promise<number> {
  const rows = await tx.query<{ request_id: number }>(
    `select request_id from erasure_request where state = 'working' order by request_id`,
  )
  for (const { request_id: requestId } of rows) await sendErasure(tx, queue, requestId)
  return rows.length
}
