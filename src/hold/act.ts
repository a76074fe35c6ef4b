/** What the acts on holds have in common. */
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { sealJson } from './sealed.ts'
import { findHold, type Hold } from './stored-hold.ts'
import { requestSweep, sendEvaluation, sweepAtOnce } from './sweep.ts'
import { nextId } from './term.ts'

/** The hold, locked: HOLD_UNKNOWN, REVISION_STALE if it was changed since `revision`, HOLD_RELEASED. */
export async function lockHold(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  holdId: number,
  revision: number | null,
): Promise<Hold> {
  await tx.query('select from hold where hold_id = $1::bigint for update', [holdId])
  const hold = await findHold(ground, actor, holdId, tx)
  if (revision !== null && hold.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `hold ${holdId} was changed meanwhile`)
  if (hold.releasedAt !== null) throw new HoldfastError('HOLD_RELEASED', `hold ${holdId} was released`)
  return hold
}

/** What every act on a hold ends with: the filings are told, and history, audit log and queue have it. */
export async function finish(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  actor: Actor,
  holdId: number,
  mailboxIds: readonly number[],
  anew: boolean,
  act: 'hold.place' | 'hold.change' | 'hold.release' | 'hold.remove-delay',
  said: { readonly detail: Record<string, unknown>; readonly sealed: Record<string, unknown> },
): Promise<Hold> {
  await requestSweep(tx, mailboxIds, anew)
  await sweepAtOnce(ground, tx, mailboxIds)
  await sendEvaluation(tx, queue)
  const changeId = await nextId(tx, 'hold_change', 'change_id')
  await tx.execute(
    'insert into hold_change (change_id, hold_id, at, actor, act, sealed) values ($1, $2, $3, $4, $5, $6)',
    [
      changeId,
      holdId,
      new Date(ground.clock.now()),
      actor.name,
      act,
      sealJson(ground.keyring, `hold-change ${changeId}`, said.sealed),
    ],
  )
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject: `hold:${holdId}`,
    detail: { ...said.detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    sealed: said.sealed,
  })
  return findHold(ground, actor, holdId, tx)
}
