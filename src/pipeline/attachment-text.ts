/**
 * The text inside attachments, read after filing: a job for each batch that has any, taken when filing leaves room. A
 * few items at a time are read, and their entries made anew together with what is known of them, so that a worker that
 * is killed costs those few.
 *
 * An item is begun by counting the attempt: one that ends its worker again and again is tried alone, and is given up
 * after the fourth time. What a document does to its reader does not get this far (extraction/).
 */
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { type AttachmentReader, EXTRACTION_VERSION, openAttachmentReader } from '../extraction/extraction.ts'
import type { Ground } from '../ground.ts'
import { evaluateAgain } from '../hold/hold.ts'
import { indexText, parseItemId } from '../message/message.ts'
import type { Queue } from '../queue/queue.ts'
import { askAgain } from '../retention/retention.ts'
import { createIndexer, type Indexer, mergePending, partiesOf, replaceEntries } from '../search/search.ts'
import { type AttachmentTexts, readAttachments, unreadable } from './attachment-item.ts'
import { requeueOutdated } from './attachment-waiting.ts'
import type { SealedRow } from './sealed-facts.ts'

/** What is read before it is committed: items, UTF-16 units of text, milliseconds. */
const GROUP_ITEMS = 32
const GROUP_TEXT = 4_000_000
const GROUP_MS = 10_000
const ATTEMPTS_MAX = 4
/** So long a group waits for filing at most; then it takes its turn. */
const YIELD_MS = 1_000
const YIELDS_MAX = 20
/** Batches that were tried so often wait for something else than a turn. */
const FILING_ATTEMPTS_MAX = 3

type Row = SealedRow & {
  readonly connector_id: number
  readonly kind: string
  readonly direction: string | null
}

/** Takes the jobs from the queue, one at a time; `end` ends the process that reads. */
export async function workOnAttachmentText(
  ground: Ground,
  queue: Queue,
  stopping: AbortSignal,
): Promise<{ end(): Promise<void> }> {
  const reader = openAttachmentReader()
  const indexer = createIndexer(ground.keyring)
  // A reading under way could last longer than a worker that is stopped may take.
  stopping.addEventListener('abort', () => void reader.close(), { once: true })
  await requeueOutdated(ground, queue)
  await queue.work<{ batchId: number }>('attachment-text', { concurrency: 1 }, ({ batchId }, signal) =>
    readBatchTexts(ground, queue, reader, indexer, batchId, AbortSignal.any([signal, stopping])),
  )
  return { end: () => reader.close() }
}

/** Reads what waits of a batch. */
async function readBatchTexts(
  ground: Ground,
  queue: Queue,
  reader: AttachmentReader,
  indexer: Indexer,
  batchId: number,
  signal: AbortSignal,
): Promise<void> {
  let replaced = 0
  for (;;) {
    await yieldToFiling(ground, signal)
    const group = await beginGroup(ground, batchId)
    if (group.length === 0) break
    replaced += await readGroup(ground, queue, reader, indexer, group, signal)
  }
  if (replaced > 0 && !(await isFiling(ground))) await mergePending(ground.database, ground.keyring)
}

/** The next items that wait, with the attempt counted; one alone if it was tried before. */
async function beginGroup(ground: Ground, batchId: number): Promise<string[]> {
  const waiting = await ground.database.query<{ item_id: string; attempts: number }>(
    `select item_id, attempts from attachment_text where batch_id = $1 and state = 'waiting'
     order by attempts, item_id limit ${GROUP_ITEMS}`,
    [batchId],
  )
  const first = waiting[0]
  if (!first) return []
  const group = first.attempts > 0 ? [first] : waiting.filter(each => each.attempts === 0)
  const itemIds = group.map(each => each.item_id)
  await ground.database.execute(
    `update attachment_text set attempts = attempts + 1 where item_id = any($1::uuid[]) and state = 'waiting'`,
    [itemIds],
  )
  return itemIds
}

/** Reads a group as far as it goes within its limits, and commits what was read. How many items that were. */
async function readGroup(
  ground: Ground,
  queue: Queue,
  reader: AttachmentReader,
  indexer: Indexer,
  itemIds: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const rows = await ground.database.query<Row & { attempts: number }>(
    `select item_id, connector_id, kind, direction, arrived_at, vault_object, vault_offset, original_size,
       message_size, item_key, attempts
     from item join attachment_text using (item_id) where item_id = any($1::uuid[])
     order by vault_object, vault_offset`,
    [itemIds],
  )
  const read: AttachmentTexts[] = []
  let begun: string | null = null
  try {
    const until = ground.clock.now() + GROUP_MS
    let length = 0
    for (const row of rows) {
      signal.throwIfAborted()
      begun = row.item_id
      const texts =
        row.attempts > ATTEMPTS_MAX
          ? unreadable(row.item_id)
          : await readAttachments(ground, reader, row, signal)
      begun = null
      read.push(texts)
      for (const text of texts.texts) length += text.length
      if (length > GROUP_TEXT || ground.clock.now() > until) break
    }
    const byId = new Map(rows.map(row => [row.item_id, row]))
    await ground.database.transaction(tx => commit(ground, tx, queue, indexer, byId, read))
  } catch (error) {
    // An attempt counts against the item that was under way, unless what failed says nothing about it.
    const blamed = signal.aborted || (error instanceof HoldfastError && error.retryable) ? null : begun
    await giveBack(
      ground,
      itemIds.filter(itemId => itemId !== blamed),
    ).catch(() => {})
    throw error
  }
  const done = new Set(read.map(each => each.itemId))
  await giveBack(
    ground,
    itemIds.filter(itemId => !done.has(itemId)),
  )
  return read.length
}

/** Takes an attempt back that was not made, or not the item's fault. */
async function giveBack(ground: Ground, itemIds: readonly string[]): Promise<void> {
  if (itemIds.length === 0) return
  await ground.database.execute(
    `update attachment_text set attempts = greatest(attempts - 1, 0) where item_id = any($1::uuid[]) and state = 'waiting'`,
    [itemIds],
  )
}

/** The entries anew, and what is known of each item; of those that still wait, since two may have read the same. */
async function commit(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  indexer: Indexer,
  rows: ReadonlyMap<string, Row>,
  read: readonly AttachmentTexts[],
): Promise<void> {
  const locked = await tx.query<{ item_id: string; read_at: Date | null }>(
    `select item_id, read_at from attachment_text where item_id = any($1::uuid[]) and state = 'waiting'
     order by item_id for update`,
    [read.map(each => each.itemId)],
  )
  const waiting = new Map(locked.map(row => [row.item_id, row]))
  const done = read.filter(each => waiting.has(each.itemId))
  const cut = await replaceEntries(
    tx,
    indexer,
    done.flatMap(({ itemId, facts, texts }) => {
      const row = rows.get(itemId)!
      // Where nothing was ever read, the entry says already all that it would say.
      if (facts === null || (texts.length === 0 && waiting.get(itemId)?.read_at === null)) return []
      return [
        {
          itemId: parseItemId(itemId),
          text: indexText(facts, texts),
          kind: row.kind,
          direction: row.direction,
          sentAt: facts.sentAt,
          ...partiesOf(facts.participants),
          connectorId: row.connector_id,
        },
      ]
    }),
  )
  const tooLong = new Set(cut)
  const unread = done.flatMap(({ itemId, unread }) => [
    ...unread.map(each => ({ itemId, ...each })),
    ...(tooLong.has(itemId) ? [{ itemId, number: 0, reason: 'too-long' as const }] : []),
  ])
  const itemIds = done.map(each => each.itemId)
  const partial = new Set(unread.map(each => each.itemId))
  await tx.execute('delete from unread_attachment where item_id = any($1::uuid[])', [itemIds])
  await tx.execute(
    'insert into unread_attachment (item_id, number, reason) select * from unnest($1::uuid[], $2::integer[], $3::text[])',
    [unread.map(each => each.itemId), unread.map(each => each.number), unread.map(each => each.reason)],
  )
  await tx.execute(
    `update attachment_text set state = case when item_id = any($2::uuid[]) then 'partial' else 'read' end,
       version = $3, read_at = $4, attempts = 0 where item_id = any($1::uuid[])`,
    [itemIds, [...partial], EXTRACTION_VERSION, new Date(ground.clock.now())],
  )
  await askAgain(tx, itemIds)
  await evaluateAgain(ground, tx, queue, itemIds)
}

/** Filing comes first, but not for ever. */
async function yieldToFiling(ground: Ground, signal: AbortSignal): Promise<void> {
  for (let yields = 0; yields < YIELDS_MAX; yields++) {
    signal.throwIfAborted()
    if (!(await isFiling(ground))) return
    await ground.clock.sleep(YIELD_MS, signal)
  }
}

async function isFiling(ground: Ground): Promise<boolean> {
  const [row] = await ground.database.query<{ filing: boolean }>(
    `select exists (select from batch where filed_at is null and staging_object is not null
       and attempts < ${FILING_ATTEMPTS_MAX}) as filing`,
  )
  return row?.filing ?? false
}
