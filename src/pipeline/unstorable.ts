/**
 * The last resort for a batch that failed again and again: each item is tried alone, in a transaction that is rolled
 * back, and the ones that cannot be rendered or stored are set aside, so that a poison item costs only itself.
 */
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { ensureFolders } from '../mailbox/mailbox.ts'
import { writeMessage } from '../message/message.ts'
import type { BatchRow } from './batch.ts'
import type { ConnectorBearings } from './bearings.ts'
import { addRows, insertRows, noRows, rowsContext, targetOf } from './file-rows.ts'
import { type ReadItem, setAside } from './read-batch.ts'

const PLACEHOLDER = Object.freeze({
  objectName: '0'.repeat(32),
  sealed: { offset: 0, originalSize: 0, messageSize: null, leaf: Buffer.alloc(32) },
  wrappedKey: Buffer.alloc(40),
})

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
  try {
    if (
      item.failure === null &&
      item.facts.form === 'record' &&
      item.facts.attachments.every(each => each.content)
    )
      writeMessage(item.facts, item.id)
    await ground.database.transaction(async tx => {
      await tryInsert(ground, tx, batch, known, item)
      throw new RolledBack()
    })
  } catch (error) {
    if (error instanceof RolledBack) return true
    // A database that cannot be reached says nothing about the item.
    if (error instanceof HoldfastError && error.retryable) throw error
    const state = (error as { code?: unknown }).code
    // 23505: the item is kept already, so it can be stored.
    return state === '23505'
  }
  return true
}

async function tryInsert(
  ground: Ground,
  tx: Transaction,
  batch: BatchRow,
  known: ConnectorBearings,
  item: ReadItem,
): Promise<void> {
  const target = targetOf(item, known.mapping, known.reserved)
  const folders = await ensureFolders(tx, target.mailboxIds, known.folderName)
  const rows = noRows()
  addRows(rows, item, target, PLACEHOLDER, null, rowsContext(ground, batch, known, folders))
  await insertRows(tx, rows)
}

class RolledBack extends Error {}
