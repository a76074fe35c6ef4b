/** What an item says and what is attached to it, read from what is sealed as it was read at filing. */
import type { Ground } from '../ground.ts'
import {
  type ItemFacts,
  parseItemId,
  readLargeEmail,
  readRecord,
  streamAttachments,
} from '../message/message.ts'
import type { Storage } from '../storage/storage.ts'
import { readPart, readWhole, type VaultLocation, vaultObjectName } from '../vault/vault.ts'

export type SealedRow = {
  readonly item_id: string
  readonly arrived_at: Date
  readonly vault_object: string
  readonly vault_offset: number
  readonly original_size: number
  readonly message_size: number | null
  readonly item_key: Buffer
}

/** The facts of an item as they were at filing, from its sealed original. */
export async function readSealed(ground: Ground, storage: Storage, row: SealedRow): Promise<ItemFacts> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const id = parseItemId(row.item_id)
  const location = locationOf(row)
  const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
  // A message of its own means that the original is a record; else the original is the e-mail.
  if (row.message_size === null)
    return readLargeEmail(readPart(storage, location, id, key, 'original'), about)
  return readRecord(await readWhole(storage, location, id, key, 'original'), about, ANY_CONTENT)
}

/** The decoded bytes of an item's attachments, one after the other, each by its number from 0. */
export function readSealedAttachments(ground: Ground, row: SealedRow): ReturnType<typeof streamAttachments> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  return streamAttachments(
    readPart(ground.storage, locationOf(row), parseItemId(row.item_id), key, 'message'),
  )
}

function locationOf(row: SealedRow): VaultLocation {
  return {
    name: vaultObjectName(row.vault_object),
    offset: row.vault_offset,
    originalSize: row.original_size,
    messageSize: row.message_size,
  }
}

/** Search needs an attachment's name, not its digest: any streamed content will do. */
const ANY_CONTENT: ReadonlyMap<string, { size: number; sha256: Buffer }> = new (class extends Map<
  string,
  { size: number; sha256: Buffer }
> {
  override get() {
    return { size: 0, sha256: Buffer.alloc(32) }
  }
  override has() {
    return true
  }
})()
