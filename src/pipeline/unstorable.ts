/**
 * The last resort for a batch that failed again and again: each item is sealed and inserted alone, in a transaction
 * that is rolled back, and the ones that cannot be rendered or stored are set aside, so that a poison item costs only
 * itself.
 */
import { isUniqueViolation, sqlState, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { ensureFolders } from '../mailbox/mailbox.ts'
import type { BatchRow } from './batch.ts'
import type { ConnectorBearings } from './bearings.ts'
import { addRows, insertRows, noRows, rowsContext, targetOf } from './file-rows.ts'
import { type ReadItem, setAside } from './read-batch.ts'
import { type Sealed, sealItems } from './seal-batch.ts'

/** The items, with those that cannot be stored set aside as `not-storable`. */
export async function setAsideUnstorable(
  ground: Ground,
  batch: BatchRow,
  known: ConnectorBearings,
  items: readonly ReadItem[],
  accountId: string,
): Promise<ReadItem[]> {
  const identityKey = ground.keyring.purposeKey('identity')
  const tried: ReadItem[] = []
  for (const item of items)
    tried.push(
      (await isStorable(ground, batch, known, item))
        ? item
        : setAside(item.raw, 'not-storable', identityKey, accountId),
    )
  return tried
}

async function isStorable(
  ground: Ground,
  batch: BatchRow,
  known: ConnectorBearings,
  item: ReadItem,
): Promise<boolean> {
  const objects: string[] = []
  try {
    const sealed = await sealItems([item], {
      storage: ground.storage,
      keyring: ground.keyring,
      contents: batch.contents,
    })
    objects.push(...sealed.objects.map(object => object.name))
    await ground.database.transaction(async tx => {
      await tryInsert(ground, tx, batch, known, item, sealed.items[0]!)
      throw new RolledBack()
    })
    return true
  } catch (error) {
    if (error instanceof RolledBack) return true
    // 23505: the item is kept already, so it can be stored.
    if (isUniqueViolation(error)) return true
    if (saysNothing(error)) throw error
    return false
  } finally {
    // Whatever the database answered, this transaction was never to be committed.
    for (const name of objects) await ground.storage.remove(name)
  }
}

/**
 * A database or storage that cannot be reached, is full, or chose this transaction to end says nothing about the item.
 * What does: wrong values (class 22), constraints (23), limits of a row (54), and what our own code throws at it.
 */
function saysNothing(error: unknown): boolean {
  if (error instanceof HoldfastError) return error.retryable || error.code === 'STORAGE_MISSING'
  const state = sqlState(error)
  if (state !== undefined) return !/^(22|23|54)/.test(state)
  return error instanceof Error && 'syscall' in error
}

async function tryInsert(
  ground: Ground,
  tx: Transaction,
  batch: BatchRow,
  known: ConnectorBearings,
  item: ReadItem,
  sealed: Sealed,
): Promise<void> {
  const target = targetOf(item, known.mapping, known.reserved)
  const folders = await ensureFolders(tx, target.mailboxIds, known.folderName)
  await known.indexer.begin(tx)
  const rows = noRows()
  const rules = await known.keeping.of(tx, target.mailboxIds, ground.clock.now())
  addRows(rows, item, target, sealed, null, rowsContext(ground, batch, known, folders, rules))
  await insertRows(tx, known.indexer, rows)
}

class RolledBack extends Error {}
