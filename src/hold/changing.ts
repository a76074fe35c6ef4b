/** Changing and releasing a hold, and ending its delay, under the lock of its mailboxes (lock.ts). */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { finish, lockHold } from './act.ts'
import {
  checkDays,
  checkHoldQuery,
  checkMailboxes,
  checkReason,
  checkWords,
  type HoldDraft,
} from './draft.ts'
import { lockMailboxes } from './lock.ts'
import { type HoldWords, sealJson, type TermQuery } from './sealed.ts'
import { findHold, type Hold, holdScope } from './stored-hold.ts'
import { addMailboxes, addTerm, currentQuery, mailboxesOn, releaseMailboxes } from './term.ts'

/** What is to be changed; what is left out stays. */
export type HoldChange = Partial<HoldDraft>

/**
 * Changes a hold; `revision` is what the caller has seen, null for whatever it is: else REVISION_STALE. HOLD_RELEASED
 * for one that is over. Mailboxes taken off it, and what another query or other days leave out, are released: with a
 * delay.
 */
export async function changeHold(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  holdId: number,
  change: HoldChange,
  revision: number | null = null,
): Promise<Hold> {
  const scope = holdScope(actor)
  const seen = await findHold(ground, actor, holdId)
  const query = await changedQuery(ground, scope, seen, change.query)
  return ground.database.transaction(async tx => {
    const before = await lockHold(ground, tx, actor, holdId, revision)
    const words = checkWords({ ...before, ...change })
    const days = change.days === undefined ? before.days : checkDays(change.days)
    const on = await mailboxesOn(tx, holdId)
    const wanted = change.mailboxIds === undefined ? on : checkMailboxes(scope, change.mailboxIds)
    const added = wanted.filter(mailboxId => !on.includes(mailboxId))
    const removed = on.filter(mailboxId => !wanted.includes(mailboxId))
    const otherTerm = query !== undefined || days !== before.days
    const touched = otherTerm ? [...on, ...added] : [...added, ...removed]
    await lockMailboxes(tx, touched, 'update')
    const now = new Date(ground.clock.now())
    await tx.execute('update hold set sealed = $2, revision = revision + 1 where hold_id = $1', [
      holdId,
      sealJson(ground.keyring, `hold ${holdId}`, words),
    ])
    if (otherTerm) {
      const termQuery = query ?? (await currentQuery(ground, tx, holdId))
      await releaseMailboxes(tx, holdId, on, now)
      await addTerm(tx, ground, holdId, wanted, termQuery, days, now)
    } else {
      await releaseMailboxes(tx, holdId, removed, now)
      await addMailboxes(tx, holdId, added, now)
    }
    return finish(ground, tx, queue, actor, holdId, touched, before.kind === 'query', 'hold.change', {
      detail: { added: added.length, removed: removed.length, query: query !== undefined, days },
      sealed: {
        ...changedWords(before, words),
        ...(query === undefined ? {} : { query: query.query, queryBefore: before.query }),
        ...(days === before.days ? {} : { days, daysBefore: before.days }),
        ...(added.length === 0 ? {} : { added }),
        ...(removed.length === 0 ? {} : { removed }),
      },
    })
  })
}

/** Releases a hold: its record stays, and what it held is held for another 30 days. HOLD_RELEASED if it is over. */
export async function releaseHold(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  holdId: number,
  given: string,
  revision: number | null = null,
): Promise<Hold> {
  holdScope(actor)
  const reason = checkReason(given)
  return ground.database.transaction(async tx => {
    await lockHold(ground, tx, actor, holdId, revision)
    const on = await mailboxesOn(tx, holdId)
    await lockMailboxes(tx, on, 'update')
    const now = new Date(ground.clock.now())
    await tx.execute(
      'update hold set released_by = $2, released_at = $3, revision = revision + 1 where hold_id = $1',
      [holdId, actor.name, now],
    )
    const delayUntil = await releaseMailboxes(tx, holdId, on, now)
    return finish(ground, tx, queue, actor, holdId, on, false, 'hold.release', {
      detail: { mailboxes: on.length, delayUntil: delayUntil.toISOString() },
      sealed: { reason },
    })
  })
}

/** Ends the delays of a hold before their time. HOLD_NOT_DELAYED where none is under way. */
export async function removeDelay(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  holdId: number,
  given: string,
): Promise<Hold> {
  holdScope(actor)
  const reason = checkReason(given)
  return ground.database.transaction(async tx => {
    await tx.query('select from hold where hold_id = $1::bigint for update', [holdId])
    await findHold(ground, actor, holdId, tx)
    const now = new Date(ground.clock.now())
    const delayed = await tx.query<{ mailbox_id: number }>(
      'select distinct mailbox_id from hold_mailbox where hold_id = $1::bigint and delay_until > $2',
      [holdId, now],
    )
    if (delayed.length === 0)
      throw new HoldfastError('HOLD_NOT_DELAYED', `no delay of hold ${holdId} is under way`)
    const mailboxIds = delayed.map(row => row.mailbox_id)
    await lockMailboxes(tx, mailboxIds, 'update')
    await tx.execute(
      'update hold_mailbox set delay_until = $2 where hold_id = $1::bigint and delay_until > $2',
      [holdId, now],
    )
    await tx.execute('update hold set revision = revision + 1 where hold_id = $1::bigint', [holdId])
    return finish(ground, tx, queue, actor, holdId, mailboxIds, false, 'hold.remove-delay', {
      detail: { mailboxes: mailboxIds.length },
      sealed: { reason },
    })
  })
}

/** The new query, read; undefined where it stays. What kind of hold it is does not change. */
async function changedQuery(
  ground: Ground,
  scope: MailboxScope,
  { kind, query: before }: Hold,
  query: string | null | undefined,
): Promise<TermQuery | undefined> {
  if (query === undefined || query === before) return undefined
  if (kind === 'litigation' || query === null)
    throw new HoldfastError('HOLD_INVALID', 'a litigation hold stays one, and a query hold keeps a query')
  return checkHoldQuery(ground, scope, query)
}

/** The words that are other than before. */
function changedWords(before: HoldWords, after: HoldWords): Partial<HoldWords> {
  const names = ['name', 'reason', 'note', 'link'] as const
  return Object.fromEntries(
    names.filter(name => before[name] !== after[name]).map(name => [name, after[name]]),
  )
}
