/** Entering, changing and withdrawing a request for erasure. */
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import {
  checkIdentities,
  checkReason,
  checkReference,
  type ErasureBasis,
  type ErasureWords,
  type GivenIdentity,
} from './draft.ts'
import { valuesOf } from './preview.ts'
import {
  append,
  type ErasureRequest,
  findErasure,
  lockErasure,
  openWords,
  requireErasure,
  sealWords,
} from './request.ts'

export type ErasureDraft = {
  readonly identities: readonly GivenIdentity[]
  readonly basis: ErasureBasis
  readonly reason: string
  readonly reference: string
  /** True to erase what arrives later as well, until the request is withdrawn or changed. */
  readonly includeLater: boolean
}

/** What is to be changed; what is left out stays. Whom a request is about does not change. */
export type ErasureChange = Partial<Pick<ErasureDraft, 'reason' | 'reference' | 'includeLater'>>

/**
 * Enters a request: a worker erases what it is about, and restricts what is kept. Needs Retention Management.
 * ERASURE_INVALID for what is missing or too long.
 */
export async function requestErasure(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  draft: ErasureDraft,
): Promise<ErasureRequest> {
  requireErasure(actor)
  const words: ErasureWords = {
    identities: checkIdentities(draft.identities),
    reason: checkReason(draft.reason),
    reference: checkReference(draft.reference),
  }
  return ground.database.transaction(async tx => {
    const [next] = await tx.query<{ id: number }>(
      `select nextval(pg_get_serial_sequence('erasure_request', 'request_id')) as id`,
    )
    const requestId = next!.id
    await tx.execute(
      `insert into erasure_request (request_id, sealed, basis, include_later, state, requested_by, requested_at)
       values ($1, $2, $3, $4, 'working', $5, $6)`,
      [
        requestId,
        sealWords(ground, requestId, words),
        draft.basis,
        draft.includeLater,
        actor.name,
        new Date(ground.clock.now()),
      ],
    )
    await sendErasure(tx, queue, requestId)
    await append(
      ground,
      tx,
      actor,
      'erasure.request',
      subjectOf(requestId),
      { basis: draft.basis, identities: words.identities.length, includeLater: draft.includeLater },
      { identities: words.identities, reason: words.reason, reference: words.reference },
    )
    return findErasure(ground, requestId, tx)
  })
}

/** Changes what may be changed; `revision` is what the caller has seen, null for whatever it is. ERASURE_OVER once it is. */
export async function changeErasure(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  requestId: number,
  change: ErasureChange,
  revision: number | null = null,
): Promise<ErasureRequest> {
  requireErasure(actor)
  return ground.database.transaction(async tx => {
    const row = await lockErasure(tx, requestId, revision)
    const before = openWords(ground, row)
    const reason = change.reason === undefined ? before.reason : checkReason(change.reason)
    const reference = change.reference === undefined ? before.reference : checkReference(change.reference)
    const includeLater = change.includeLater ?? row.include_later
    await tx.execute(
      `update erasure_request set sealed = $2, include_later = $3, state = 'working', revision = revision + 1
       where request_id = $1`,
      [requestId, sealWords(ground, requestId, { ...before, reason, reference }), includeLater],
    )
    await sendErasure(tx, queue, requestId)
    await append(
      ground,
      tx,
      actor,
      'erasure.change',
      subjectOf(requestId),
      { includeLater },
      {
        ...(reason === before.reason ? {} : { reason, reasonBefore: before.reason }),
        ...(reference === before.reference ? {} : { reference, referenceBefore: before.reference }),
      },
    )
    return findErasure(ground, requestId, tx)
  })
}

/**
 * Withdraws a request: nothing more is erased for it, and what it restricted can be read again, unless another request
 * restricts it too. What was erased stays so.
 */
export async function withdrawErasure(
  ground: Ground,
  actor: Actor,
  requestId: number,
  given: string,
  revision: number | null = null,
): Promise<ErasureRequest> {
  requireErasure(actor)
  const reason = checkReason(given)
  return ground.database.transaction(async tx => {
    const row = await lockErasure(tx, requestId, revision)
    await tx.execute('delete from erasure_due where request_id = $1::bigint', [requestId])
    const released = await tx.execute('delete from erasure_refusal where request_id = $1::bigint', [
      requestId,
    ])
    await tx.execute(
      `update erasure_request set state = 'withdrawn', withdrawn_by = $2, withdrawn_at = $3, revision = revision + 1
       where request_id = $1`,
      [requestId, actor.name, new Date(ground.clock.now())],
    )
    await append(
      ground,
      tx,
      actor,
      'erasure.withdraw',
      subjectOf(requestId),
      { copiesReleased: released },
      { reason, identities: valuesOf(openWords(ground, row).identities) },
    )
    return findErasure(ground, requestId, tx)
  })
}

const subjectOf = (requestId: number) => `erasure-request:${requestId}`

/** Has a worker look at what the request is about, once this transaction has committed. */
export async function sendErasure(tx: Transaction, queue: Queue, requestId: number): Promise<void> {
  await queue.send(tx, 'erasure', { requestId })
}
