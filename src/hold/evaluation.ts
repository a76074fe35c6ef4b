/** The job 'hold-evaluation': filings are told of their holds, queries look at what waits, and what is over is tidied. */
import { againOnConflict, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import { isIndexCurrent } from '../search/search.ts'
import { writeHeld } from './columns.ts'
import { lockMailboxes } from './lock.ts'
import { matchNext } from './matching.ts'
import { sendEvaluation, sweepNext } from './sweep.ts'

/** Rows of ended terms that are removed in one transaction. */
const PAGE = 10_000

/** Takes the jobs from a worker's queue, one at a time, until it stops. */
export async function workHolds(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<object>('hold-evaluation', { concurrency: 1 }, (_job, signal) =>
    evaluateHolds(ground, AbortSignal.any([signal, stopping])),
  )
}

/**
 * Does all there is to do, batch by batch. Two may be at it. What a killed one leaves goes on from its last batch, and
 * is held meanwhile.
 */
export async function evaluateHolds(ground: Ground, signal?: AbortSignal): Promise<void> {
  for (let more = true; more; ) more = await againOnConflict(() => sweepNext(ground), signal)
  // An index of another version would give wrong answers: everything stays held until `reindex` has it looked at.
  if (await isIndexCurrent(ground.database))
    for (let more = true; more; ) more = await againOnConflict(() => matchNext(ground), signal)
  while (await tidy(ground)) signal?.throwIfAborted()
}

/** What the queries of terms held that are over everywhere; true if there is more. */
async function tidy(ground: Ground): Promise<boolean> {
  const removed = await ground.database.execute(
    `delete from held_item where ctid = any(array(
       select h.ctid from held_item h join (
         select m.term_id from hold_mailbox m join hold_term t using (term_id) where t.sealed is not null
         group by m.term_id having bool_and(m.delay_until is not null and m.delay_until <= $1)
       ) as over using (term_id) limit ${PAGE}))`,
    [new Date(ground.clock.now())],
  )
  return removed === PAGE
}

/**
 * Has queries look at these items again, wherever they are filed: their entries in the index were made anew, or they
 * were filed in a further mailbox. In the transaction that did it, and after it has.
 */
export async function evaluateAgain(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  itemIds: readonly string[],
): Promise<void> {
  const now = ground.clock.now()
  const filings = await tx.query<{ mailbox_id: number; item_id: string }>(
    `select f.mailbox_id, f.item_id from filing f
     where f.item_id = any($1::uuid[]) and exists (select from hold_mailbox m join hold_term t using (term_id)
       where m.mailbox_id = f.mailbox_id and t.sealed is not null and (m.delay_until is null or m.delay_until > $2))
     order by f.mailbox_id, f.item_id`,
    [itemIds, new Date(now)],
  )
  if (filings.length === 0) return
  await lockMailboxes(
    tx,
    filings.map(row => row.mailbox_id),
    'share',
  )
  await writeHeld(
    tx,
    now,
    filings.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id, pending: true })),
  )
  await sendEvaluation(tx, queue)
}

/** Sends the job, for a queue that has none, if there is something to do; returns how many. */
export async function requeueHolds(tx: Transaction, queue: Queue): Promise<number> {
  const [row] = await tx.query<{ work: boolean }>(
    `select exists (select from hold_sweep) or exists (select from filing where hold_pending) as work`,
  )
  if (!row!.work) return 0
  await sendEvaluation(tx, queue)
  return 1
}
