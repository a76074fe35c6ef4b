/**
 * Files a batch: reads it back from staging, leaves out what is already kept, seals the rest, and in one transaction
 * inserts items, filings, failures and search entries, adds the counts to the run, and appends to the audit log.
 *
 * Promise: however often and wherever this is killed or run twice, a batch is filed once. The batch's row is locked
 * and looked at first; a primary key stands behind it. What a killed attempt leaves behind is a vault object that
 * nothing refers to, under a name no other attempt uses.
 */
import { appendEntry, leafHash, rootOf } from '../audit/audit.ts'
import { getConnector } from '../connector/connector.ts'
import { isConflict, isUniqueViolation, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes, sendEvaluation } from '../hold/hold.ts'
import { ensureFolders } from '../mailbox/mailbox.ts'
import { formatItemId } from '../message/message.ts'
import type { Queue } from '../queue/queue.ts'
import { splitPage } from '../source/source.ts'
import { readPage } from '../staging/staging.ts'
import { vaultObjectId } from '../vault/vault.ts'
import { addArrivals } from './arrival.ts'
import { awaitAttachmentText } from './attachment-waiting.ts'
import { type BatchRow, readBatch } from './batch.ts'
import type { Bearings, ConnectorBearings } from './bearings.ts'
import {
  addRows,
  countKnown,
  fanOutOf,
  giveBack,
  insertRows,
  isEmployeeOwned,
  noRows,
  rowsContext,
  targetOf,
} from './file-rows.ts'
import { addItemDays } from './item-day.ts'
import { COUNT_COLUMNS, type Counts } from './outcome.ts'
import { exclude, type ReadItem, readItems } from './read-batch.ts'
import { noteTrouble } from './run.ts'
import { type SealedBatch, sealItems } from './seal-batch.ts'
import { setAsideUnstorable } from './unstorable.ts'
import { findVersions, linkLateVersions, type Versions } from './versions.ts'

/** How often a batch may lose the race for an item's key to another worker before it waits in the queue again. */
const RACES_MAX = 8
/** From this attempt on, each item is tried alone first, so that one that cannot be stored costs only itself. */
const CAREFUL_FROM = 3

/** Files the batch, if it is not filed yet. */
export async function fileBatch(
  ground: Ground,
  queue: Queue,
  bearings: Bearings,
  batchId: number,
): Promise<void> {
  const batch = await readBatch(ground, batchId)
  if (batch.filedAt !== null || batch.stagingObject === null) return
  await ground.database.execute('update batch set attempts = attempts + 1 where batch_id = $1', [batchId])
  try {
    await fileStaged(ground, queue, bearings, batch, batch.stagingObject)
  } catch (error) {
    // Whoever looks at the run sees why it stands still; the job is tried again.
    await noteTrouble(ground, batch.runId, error).catch(() => {})
    throw error
  }
}

async function fileStaged(
  ground: Ground,
  queue: Queue,
  bearings: Bearings,
  batch: BatchRow,
  stagingObject: string,
): Promise<void> {
  const connector = await getConnector(ground.database, batch.connectorId)
  const known = await bearings.of(connector)
  const page = await readPage(ground.storage, ground.keyring, stagingObject)
  const identityKey = ground.keyring.purposeKey('identity')
  const read = await readItems(splitPage(connector.sourceKind, page), {
    storage: ground.storage,
    keyring: ground.keyring,
    accountId: connector.accountId,
    network: connector.product.network,
    contents: batch.contents,
  })
  let items = read.map(item =>
    item.failure === null && isEmployeeOwned(item.facts, known.employeeOwned)
      ? exclude(item, 'employee-owned-phone', identityKey, connector.accountId)
      : item,
  )
  if (batch.attempts + 1 >= CAREFUL_FROM)
    items = await setAsideUnstorable(ground, batch, known, items, connector.accountId)
  for (let race = 0; ; race++) {
    try {
      return await fileItems(ground, queue, batch, known, items)
    } catch (error) {
      // Another worker filed one of these items at the same moment: look again at what is new.
      if (!isLostRace(error) || race === RACES_MAX) throw error
    }
  }
}

/** Another worker was first with a key, or two waited for each other; the server has rolled this transaction back. */
function isLostRace(error: unknown): boolean {
  return isUniqueViolation(error) || isConflict(error) || error instanceof DisposedMeanwhile
}

class DisposedMeanwhile extends Error {}

/**
 * An item that was new when it was looked for may since have been filed by another worker and disposed of. Asked once
 * the rows are in, for which this transaction has waited for a disposal under way.
 */
async function refuseDisposed(tx: Transaction, fresh: readonly ReadItem[]): Promise<void> {
  const gone = await tx.query('select from tombstone where item_id = any($1::uuid[]) limit 1', [
    fresh.map(item => formatItemId(item.id)),
  ])
  if (gone.length > 0) throw new DisposedMeanwhile()
}

async function fileItems(
  ground: Ground,
  queue: Queue,
  batch: BatchRow,
  known: ConnectorBearings,
  items: readonly ReadItem[],
): Promise<void> {
  const rows = noRows()
  const targets = new Map(items.map(item => [item, targetOf(item, known.mapping, known.reserved)]))
  // Of everything that was read, before anything is known of its fate: the one side of the second sum.
  for (const target of targets.values()) rows.counts.filingsAvailable += fanOutOf(target)
  const fresh = await leaveOutKnown(ground, items, (item, known) =>
    countKnown(rows.counts, targets.get(item)!, known),
  )
  const versions = await findVersions(ground.database, batch.runId, fresh)
  const sealed = await sealItems(fresh, {
    storage: ground.storage,
    keyring: ground.keyring,
    contents: batch.contents,
  })
  try {
    const filed = await ground.database.transaction(async tx => {
      const [locked] = await tx.query<{ filed_at: Date | null }>(
        'select filed_at from batch where batch_id = $1 for update',
        [batch.batchId],
      )
      if (!locked || locked.filed_at !== null) return false
      const mailboxIds = [...new Set(fresh.flatMap(item => targets.get(item)!.mailboxIds))]
      // So that no hold or policy comes between what is read of them here and the commit of what follows from it.
      await lockMailboxes(tx, mailboxIds, 'share')
      const rules = await known.keeping.of(tx, mailboxIds, ground.clock.now())
      await known.indexer.begin(tx)
      const folders = await ensureFolders(tx, mailboxIds, known.folderName)
      const context = rowsContext(ground, batch, known, folders, rules)
      for (const [index, item] of fresh.entries())
        addRows(
          rows,
          item,
          targets.get(item)!,
          sealed.items[index]!,
          versions.firstOf[index] ?? null,
          context,
        )
      await insertRows(tx, known.indexer, rows)
      await refuseDisposed(tx, fresh)
      if (rows.pendingCount > 0) await sendEvaluation(tx, queue)
      await addItemDays(tx, batch.batchId, fresh)
      await awaitAttachmentText(tx, queue, batch.batchId, withAttachments(fresh))
      await finishBatch(ground, queue, tx, batch, items, versions, rows.counts, sealed, context.now)
      // After the run's row, for which every worker of the run waits in any case.
      const arrived = fresh.map(item => ({
        arrivedAt: item.facts.arrivedAt,
        state: targets.get(item)!.state,
      }))
      await addArrivals(tx, batch.connectorId, arrived)
      return true
    })
    if (!filed) await removeObjects(ground, sealed)
    giveBack(rows)
  } catch (error) {
    // Only here is it sure that nothing was committed. A connection lost at COMMIT may have lost the answer alone, so
    // otherwise the objects stay, and if no row comes to refer to them, they go as orphans after seven days.
    if (isLostRace(error)) await removeObjects(ground, sealed)
    throw error
  }
}

/** The items that have something attached in which text may be found. */
function withAttachments(items: readonly ReadItem[]): Buffer[] {
  return items.filter(item => item.failure === null && item.facts.attachments.length > 0).map(item => item.id)
}

/** Parts the new items from those that were here before: kept, or disposed of, and those do not come back. */
async function leaveOutKnown(
  ground: Ground,
  items: readonly ReadItem[],
  onKnown: (item: ReadItem, known: 'kept' | 'disposed') => void,
): Promise<ReadItem[]> {
  const rows = await ground.database.query<{ item_id: string; known: 'kept' | 'disposed' }>(
    `select item_id, 'kept' as known from item where item_id = any($1::uuid[])
     union all select item_id, 'disposed' from tombstone where item_id = any($1::uuid[])`,
    [items.map(item => formatItemId(item.id))],
  )
  const seen = new Map(rows.map(row => [row.item_id, row.known]))
  const fresh: ReadItem[] = []
  for (const item of items) {
    const id = formatItemId(item.id)
    const known = seen.get(id)
    if (known) onKnown(item, known)
    else {
      seen.set(id, 'kept')
      fresh.push(item)
    }
  }
  return fresh
}

async function finishBatch(
  ground: Ground,
  queue: Queue,
  tx: Transaction,
  batch: BatchRow,
  items: readonly ReadItem[],
  versions: Versions,
  counts: Counts,
  sealed: SealedBatch,
  now: number,
): Promise<void> {
  if (sealed.objects.length > 0)
    await tx.execute(
      `insert into vault_object (object_id, batch_id, ordinal, items, bytes)
       select * from unnest($1::uuid[], $2::bigint[], $3::integer[], $4::integer[], $5::bigint[])`,
      [
        sealed.objects.map(object => vaultObjectId(object.name).toString('hex')),
        sealed.objects.map(() => batch.batchId),
        sealed.objects.map((_, ordinal) => ordinal),
        sealed.objects.map(object => object.items),
        sealed.objects.map(object => object.bytes),
      ],
    )
  const merkleRoot = rootOf(sealed.leaves.map(leafHash))
  await noteUsers(tx, batch.connectorId, items)
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: 'system',
    act: 'batch.file',
    subject: `batch:${batch.batchId}`,
    detail: {
      run: batch.runId,
      items: sealed.leaves.length,
      merkleRoot: merkleRoot.toString('hex'),
      filed: counts.itemsFiled,
      unmapped: counts.itemsUnmapped,
      duplicates: counts.itemsDuplicate,
      disposed: counts.itemsDisposed,
      failed: counts.itemsFailed,
    },
  })
  await tx.execute('update batch set filed_at = $2, merkle_root = $3 where batch_id = $1', [
    batch.batchId,
    new Date(now),
    merkleRoot,
  ])
  // Last, since every worker of the run waits for this row.
  const names = Object.keys(COUNT_COLUMNS).filter(name => name !== 'itemsRead') as (keyof Counts)[]
  const sums = names.map((name, index) => `${COUNT_COLUMNS[name]} = ${COUNT_COLUMNS[name]} + $${index + 2}`)
  const [run] = await tx.query<{ collected: boolean; batches: number; batches_filed: number }>(
    `update run set ${sums.join(', ')}, batches_filed = batches_filed + 1,
       error_code = case status when 'filing' then null else error_code end,
       error_message = case status when 'filing' then null else error_message end where run_id = $1
     returning collected, batches, batches_filed`,
    [batch.runId, ...names.map(name => counts[name])],
  )
  if (run && run.batches_filed !== versions.batchesFiled + 1)
    await linkLateVersions(tx, batch.batchId, versions.unseen)
  if (run?.collected && run.batches === run.batches_filed)
    await queue.send(tx, 'reconcile', { runId: batch.runId })
}

/** Notes for each registered user of the batch when their last item was, for "days of silence". */
async function noteUsers(tx: Transaction, connectorId: number, items: readonly ReadItem[]): Promise<void> {
  const last = new Map<string, number>()
  for (const { facts } of items)
    for (const { userId } of facts.participants)
      if (userId !== null) {
        const at = (facts.sentAt ?? facts.arrivedAt).getTime()
        if (at > (last.get(userId) ?? 0)) last.set(userId, at)
      }
  if (last.size === 0) return
  const users = [...last.keys()].map(user => user.replaceAll('\0', ''))
  // Locked in the order of the key (an update has none), so that two workers never wait for each other crosswise.
  await tx.query(
    `select from registered_user where connector_id = $1 and user_id = any($2::text[]) order by user_id for update`,
    [connectorId, users],
  )
  await tx.execute(
    `update registered_user u set last_item_at = n.at
     from unnest($2::text[], $3::timestamptz[]) as n (user_id, at)
     where u.connector_id = $1 and u.user_id = n.user_id and (u.last_item_at is null or u.last_item_at < n.at)`,
    [connectorId, users, [...last.values()].map(at => new Date(at))],
  )
}

/** Nothing refers to these objects. If this process dies first, they go as orphans after seven days. */
async function removeObjects(ground: Ground, sealed: SealedBatch): Promise<void> {
  for (const object of sealed.objects) await ground.storage.remove(object.name)
}
