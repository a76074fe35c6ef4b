/**
 * Makes the search entries anew from what is sealed: after a change of tokenizer, or when index and archive differ.
 * Page by page, each in one transaction, so that it may be stopped and started again.
 */
import { appendEntry } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { evaluateAgain, requeueHolds } from '../hold/hold.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { formatItemId, indexText, parseItemId } from '../message/message.ts'
import { readSealed, requeueAttachmentText, type SealedRow } from '../pipeline/pipeline.ts'
import { openQueue, type Queue } from '../queue/queue.ts'
import { askAgain } from '../retention/retention.ts'
import {
  beginEpoch,
  createIndexer,
  dropEarlierEpochs,
  dropUnusedWords,
  type EntryInput,
  mergePending,
  partiesOf,
  recordVersion,
  replaceEntries,
} from '../search/search.ts'

const PAGE = 500

type Row = SealedRow & {
  connector_id: number
  kind: string
  direction: string | null
}

type ReindexReport = {
  readonly items: number
  /** Items whose sealed bytes are gone or damaged: they keep the entries they had, and `fsck` names them. */
  readonly unreadable: number
}

/** Indexes every item but those set aside. */
export async function reindex(
  ground: Ground,
  actor: Actor,
  onProgress: (items: number) => void = () => {},
): Promise<ReindexReport> {
  requireRole(actor, 'Organization Configuration')
  const queue = await openQueue(ground.database, { log: ground.log })
  try {
    return await reindexPages(ground, queue, actor, onProgress)
  } finally {
    await queue.stop({ graceful: false })
  }
}

async function reindexPages(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  onProgress: (items: number) => void,
): Promise<ReindexReport> {
  const indexer = createIndexer(ground.keyring)
  // Every word that is there is met again, and stored in this epoch; what earlier ones have besides goes at the end.
  const epoch = await beginEpoch(ground.database)
  let items = 0
  let unreadable = 0
  let after: string | null = null
  for (;;) {
    const page: Row[] = await ground.database.query<Row>(
      `select item_id, connector_id, kind, direction, arrived_at, vault_object, vault_offset, original_size, message_size,
         item_key
       from item i where state <> 'quarantined' and ($1::uuid is null or item_id > $1) order by item_id limit $2`,
      [after, PAGE],
    )
    const last = page.at(-1)
    if (!last) break
    after = last.item_id
    const read: Omit<EntryInput, 'mailboxIds'>[] = []
    for (const row of page) {
      const facts = await readSealed(ground, ground.storage, row).catch(unlessDamaged)
      if (!facts) continue
      read.push({
        itemId: parseItemId(row.item_id),
        text: indexText(facts, []),
        kind: row.kind,
        direction: row.direction,
        sentAt: facts.sentAt,
        ...partiesOf(facts.participants),
        connectorId: row.connector_id,
      })
    }
    await ground.database.transaction(async tx => {
      // The text inside attachments is kept nowhere but in the entries that go: it is read again. In this order, since
      // whoever reads it locks what waits before the entries, too.
      const itemIds = read.map(each => formatItemId(each.itemId))
      await requeueAttachmentText(tx, queue, itemIds)
      await replaceEntries(tx, indexer, read)
      await askAgain(tx, itemIds)
      await evaluateAgain(ground, tx, queue, itemIds)
    })
    items += read.length
    unreadable += page.length - read.length
    onProgress(items)
  }
  await ground.database.transaction(async tx => {
    // What is left belongs to no item that can be found.
    await tx.execute(
      `delete from search_entry e where not exists
         (select from item i where i.item_id = e.item_id and i.state <> 'quarantined')`,
    )
    // Items that could not be read keep their entries, and the words of these are in earlier pages alone.
    if (unreadable === 0) await dropEarlierEpochs(tx, epoch)
    await recordVersion(tx, ground.clock.now())
    // What waited for an index of this version to be looked at by the queries of holds.
    await requeueHolds(tx, queue)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'search.reindex',
      detail: { items, unreadable },
    })
  })
  if (unreadable > 0) await dropUnusedWords(ground.database, ground.keyring)
  await mergePending(ground.database, ground.keyring)
  return { items, unreadable }
}

/** One damaged item must not leave all others without an index. */
function unlessDamaged(error: unknown): null {
  if (hasCode(error, 'VAULT_DAMAGED') || hasCode(error, 'STORAGE_MISSING')) return null
  throw error
}
