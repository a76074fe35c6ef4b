/**
 * Telling filings of a hold that was placed, changed or released: their columns are worked out anew from the holds on
 * their mailbox. A sweep goes through a mailbox in the order of items, a batch at a time, each in a short transaction
 * that share-locks the mailboxes, so that no hold changes meanwhile; killed, it goes on after its last batch.
 *
 * What can only be released by a sweep is held until it comes; what a new hold holds is guarded by hold/ until then.
 */
import type { Sql, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import { writeHeld } from './columns.ts'
import { lockMailboxes } from './lock.ts'

/** Filings of one transaction. */
const BATCH = 5_000
/** Filings that are told in the transaction of the act itself. */
const AT_ONCE = 20_000
/** Mailboxes of one batch. */
const MAILBOXES = 500

/** Has every filing of these mailboxes told; with `anew`, queries look at each of them again. */
export async function requestSweep(tx: Sql, mailboxIds: readonly number[], anew: boolean): Promise<void> {
  await tx.execute(
    `insert into hold_sweep (mailbox_id, after, anew) select n, null, $2 from unnest($1::integer[]) as n order by n
     on conflict (mailbox_id) do update set after = null, anew = hold_sweep.anew or $2`,
    [[...new Set(mailboxIds)], anew],
  )
}

/**
 * Has a worker do what there is to do, once this transaction has committed. Each has a job of its own: one that another
 * transaction sent before might be done before this one commits. Where nothing is left to do, a job is done at once.
 */
export async function sendEvaluation(tx: Sql, queue: Queue): Promise<void> {
  await queue.send(tx, 'hold-evaluation', {})
}

/** In the transaction of an act that holds these mailboxes' locks: what is few is told at once. */
export async function sweepAtOnce(
  ground: Ground,
  tx: Transaction,
  mailboxIds: readonly number[],
): Promise<void> {
  for (let told = 0; told < AT_ONCE; ) {
    const batch = await sweepLocked(ground, tx, mailboxIds)
    if (batch.mailboxes === 0) return
    told += batch.filings
  }
}

/** The next batch of whatever sweeps there are; false if there was nothing to do. */
export async function sweepNext(ground: Ground): Promise<boolean> {
  return ground.database.transaction(async tx => {
    const rows = await tx.query<{ mailbox_id: number }>(
      `select mailbox_id from hold_sweep order by mailbox_id limit ${MAILBOXES}`,
    )
    if (rows.length === 0) return false
    const mailboxIds = rows.map(row => row.mailbox_id)
    await lockMailboxes(tx, mailboxIds, 'share')
    return (await sweepLocked(ground, tx, mailboxIds)).mailboxes > 0
  })
}

/**
 * Tells these filings of the holds of this moment, in a transaction that has their mailboxes locked: a sweep may not
 * have come to them yet. What a new query hold has not looked at is held.
 */
export async function tellFilings(
  tx: Sql,
  now: number,
  filings: readonly { readonly mailboxId: number; readonly itemId: string }[],
): Promise<void> {
  const mailboxIds = [...new Set(filings.map(each => each.mailboxId))]
  const rows = await tx.query<{ mailbox_id: number; unswept: boolean; after: string | null }>(
    `select m.mailbox_id, coalesce(s.anew, false) as unswept, s.after
     from unnest($1::integer[]) as m (mailbox_id) left join hold_sweep s using (mailbox_id)
     where s.mailbox_id is not null or exists (select from hold_mailbox h where h.mailbox_id = m.mailbox_id)`,
    [mailboxIds],
  )
  // What no hold ever was on has nothing to be told of.
  const ruled = new Map(rows.map(row => [row.mailbox_id, row]))
  const isUnswept = ({ mailboxId, itemId }: { mailboxId: number; itemId: string }) => {
    const sweep = ruled.get(mailboxId)
    return sweep?.unswept === true && (sweep.after === null || itemId > sweep.after)
  }
  await writeHeld(
    tx,
    now,
    filings
      .filter(each => ruled.has(each.mailboxId))
      .map(each => ({ ...each, pending: isUnswept(each) ? true : null })),
  )
}

type Batch = { readonly mailboxes: number; readonly filings: number }
type Filing = { mailbox_id: number; item_id: string; anew: boolean }

async function sweepLocked(ground: Ground, tx: Transaction, mailboxIds: readonly number[]): Promise<Batch> {
  const sweeps = await tx.query<{ mailbox_id: number }>(
    `select mailbox_id from hold_sweep where mailbox_id = any($1::integer[]) order by mailbox_id
     limit ${MAILBOXES} for update skip locked`,
    [mailboxIds],
  )
  if (sweeps.length === 0) return { mailboxes: 0, filings: 0 }
  const own = sweeps.map(row => row.mailbox_id)
  const page = await tx.query<Filing>(
    `select f.mailbox_id, f.item_id, s.anew
     from hold_sweep s cross join lateral (
       select mailbox_id, item_id from filing f
       where f.mailbox_id = s.mailbox_id and (s.after is null or f.item_id > s.after)
       order by f.item_id limit ${BATCH}) f
     where s.mailbox_id = any($1::integer[]) order by f.mailbox_id, f.item_id limit ${BATCH}`,
    [own],
  )
  await writeHeld(
    tx,
    ground.clock.now(),
    page.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id, pending: row.anew ? true : null })),
  )
  // A full page ends somewhere in its last mailbox; every mailbox before that is done, as all are where it is not full.
  const last = page.length === BATCH ? page.at(-1)! : null
  const done = last ? own.filter(mailboxId => mailboxId < last.mailbox_id) : own
  await tx.execute('delete from hold_sweep where mailbox_id = any($1::integer[])', [done])
  if (last)
    await tx.execute('update hold_sweep set after = $2 where mailbox_id = $1', [
      last.mailbox_id,
      last.item_id,
    ])
  return { mailboxes: own.length, filings: page.length }
}
