/** Placing a hold, under the lock of its mailboxes (lock.ts). */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { finish } from './act.ts'
import { checkDays, checkHoldQuery, checkMailboxes, checkWords, type HoldDraft } from './draft.ts'
import { lockMailboxes } from './lock.ts'
import { sealJson } from './sealed.ts'
import { type Hold, holdScope } from './stored-hold.ts'
import { addTerm, nextId } from './term.ts'

/**
 * Places a hold. From the commit on everything it is about is held: the filings' own columns say so at once for up to
 * 20,000 of them, and for the rest as soon as a worker has told them; meanwhile disposal, which asks hold/, leaves the
 * mailboxes alone. With a query, everything in the mailboxes is held until the query has looked at it.
 */
export async function placeHold(ground: Ground, queue: Queue, actor: Actor, draft: HoldDraft): Promise<Hold> {
  const scope = holdScope(actor)
  const words = checkWords(draft)
  const days = checkDays(draft.days)
  const mailboxIds = checkMailboxes(scope, draft.mailboxIds)
  const query = draft.query === null ? null : await checkHoldQuery(ground, scope, draft.query)
  return ground.database.transaction(async tx => {
    await lockMailboxes(tx, mailboxIds, 'update')
    const now = new Date(ground.clock.now())
    const holdId = await nextId(tx, 'hold', 'hold_id')
    await tx.execute(
      'insert into hold (hold_id, kind, sealed, placed_by, placed_at) values ($1, $2, $3, $4, $5)',
      [
        holdId,
        query === null ? 'litigation' : 'query',
        sealJson(ground.keyring, `hold ${holdId}`, words),
        actor.name,
        now,
      ],
    )
    await addTerm(tx, ground, holdId, mailboxIds, query, days, now)
    return finish(ground, tx, queue, actor, holdId, mailboxIds, query !== null, 'hold.place', {
      detail: { kind: query === null ? 'litigation' : 'query', days, mailboxes: mailboxIds.length },
      sealed: { ...words, query: query?.query ?? null, days, mailboxes: mailboxIds },
    })
  })
}
