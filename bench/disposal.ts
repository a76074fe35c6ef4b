/**
 * How quickly what is due is disposed of, from real items with their entries in the index: the transactions by
 * themselves, and what follows them (documents, objects, lexicon).
 */
import type { Ground } from '../src/ground.ts'
import { SYSTEM } from '../src/identity/identity.ts'
import { openQueue } from '../src/queue/queue.ts'
import {
  createPolicy,
  DISPOSAL_MAX,
  disposeFilings,
  evaluateMailboxes,
  type FilingKey,
  finishDisposals,
} from '../src/retention/retention.ts'

export type DisposalFigures = {
  readonly filings: number
  readonly items: number
  readonly seconds: number
  readonly itemsPerSecond: number
  /** Of what follows the commits, in seconds. */
  readonly ending: number
  readonly words: number
}

/** Puts a policy on everything that deletes what was sent before today, and disposes of all that is due. */
export async function measureDisposal(ground: Ground): Promise<DisposalFigures> {
  const queue = await openQueue(ground.database, { log: ground.log })
  await createPolicy(ground, queue, SYSTEM, {
    name: 'Benchmark',
    description: '',
    belowPreset: '',
    presetId: null,
    enabled: true,
    appliesTo: 'all',
    mailboxIds: [],
    excludedIds: [],
    scopeIds: [],
    connectorIds: null,
    kinds: null,
    action: 'delete',
    period: 'P1D',
    startFrom: 'sent',
    eventTypeId: null,
    review: false,
  }).finally(() => queue.stop({ graceful: false }))
  await evaluateMailboxes(ground, null, new AbortController().signal)
  const due = await ground.database.query<FilingKey & Record<string, unknown>>(
    `select mailbox_id as "mailboxId", item_id as "itemId" from filing where delete_at <= now() order by 2, 1`,
  )
  const total = { filings: 0, items: 0 }
  const startedAt = performance.now()
  for (let from = 0; from < due.length; from += DISPOSAL_MAX) {
    const done = await ground.database.transaction(tx =>
      disposeFilings(ground, tx, due.slice(from, from + DISPOSAL_MAX), { type: 'rule' }, SYSTEM.name),
    )
    total.filings += done.filings
    total.items += done.items
  }
  const seconds = (performance.now() - startedAt) / 1000
  const endingAt = performance.now()
  const { words } = await finishDisposals(ground)
  return {
    ...total,
    seconds,
    itemsPerSecond: total.items / seconds,
    ending: (performance.now() - endingAt) / 1000,
    words,
  }
}
