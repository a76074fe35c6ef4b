/** One item: its readable metadata, where it is filed, and its content, original or as the message made from it. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { parseItemId } from '../message/message.ts'
import { readPart, vaultObjectName } from '../vault/vault.ts'
import { recordReading } from './reading.ts'

export type ItemView = {
  readonly itemId: string
  readonly connectorId: number
  readonly runId: number
  readonly batchId: number
  readonly state: 'filed' | 'unmapped' | 'quarantined'
  readonly reason: string | null
  readonly kind: string
  readonly direction: string | null
  readonly sentAt: Date | null
  readonly arrivedAt: Date
  readonly filedAt: Date
  readonly participants: readonly {
    role: string
    form: string
    number?: string
    userId?: string
    emails?: string[]
  }[]
  readonly flags: readonly string[]
  readonly attachments: number
  readonly call: { readonly status: string; readonly seconds: number | null } | null
  readonly originalSize: number
  /** Null when the message is the original, byte for byte. */
  readonly messageSize: number | null
  /** The first item with the same source id, if this one is a further version of it. */
  readonly versionOf: string | null
  readonly filings: readonly { mailbox: string; folder: string; filedAt: Date; hiddenAt: Date | null }[]
  readonly vaultObject: string
}

type ItemRow = {
  item_id: string
  connector_id: number
  run_id: number
  batch_id: number
  version_of: string | null
  state: ItemView['state']
  reason: string | null
  kind: string
  direction: string | null
  sent_at: Date | null
  arrived_at: Date
  filed_at: Date
  participants: ItemView['participants']
  flags: string[]
  attachments: number
  call_status: string | null
  call_seconds: number | null
  vault_object: string
  vault_offset: number
  original_size: number
  message_size: number | null
  item_key: Buffer
}

/** The item's metadata and filings; recorded as a reading. ITEM_UNKNOWN if there is none. */
export async function showItem(ground: Ground, actor: Actor, itemId: string): Promise<ItemView> {
  const row = await findItem(ground, itemId)
  await recordReading(ground, actor, { act: 'item.show', subject: `item:${row.item_id}` })
  const filings = await ground.database.query<{
    address: string
    name: string
    filed_at: Date
    hidden_at: Date | null
  }>(
    `select m.address, f.name, g.filed_at, g.hidden_at
     from mailbox m join filing g using (mailbox_id) join folder f using (folder_id)
     where g.item_id = $1 order by m.address`,
    [row.item_id],
  )
  return {
    itemId: row.item_id,
    connectorId: row.connector_id,
    runId: row.run_id,
    batchId: row.batch_id,
    state: row.state,
    reason: row.reason,
    kind: row.kind,
    direction: row.direction,
    sentAt: row.sent_at,
    arrivedAt: row.arrived_at,
    filedAt: row.filed_at,
    participants: row.participants,
    flags: row.flags,
    attachments: row.attachments,
    call: row.call_status ? { status: row.call_status, seconds: row.call_seconds } : null,
    originalSize: row.original_size,
    messageSize: row.message_size,
    versionOf: row.version_of,
    filings: filings.map(each => ({
      mailbox: each.address,
      folder: each.name,
      filedAt: each.filed_at,
      hiddenAt: each.hidden_at,
    })),
    vaultObject: row.vault_object,
  }
}

export type MessageContent = { readonly size: number; readonly chunks: AsyncIterable<Buffer> }

/**
 * The bytes of an item: `message` is RFC 5322 (of an item set aside, what was received), `original` exactly as
 * received. Recorded as a reading before the first byte. Every byte given was verified (VAULT_DAMAGED otherwise).
 */
export async function openMessage(
  ground: Ground,
  actor: Actor,
  itemId: string,
  part: 'original' | 'message',
): Promise<MessageContent> {
  const row = await findItem(ground, itemId)
  await recordReading(ground, actor, {
    act: 'message.read',
    subject: `item:${row.item_id}`,
    detail: { part },
  })
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const location = {
    name: vaultObjectName(row.vault_object),
    offset: row.vault_offset,
    originalSize: row.original_size,
    messageSize: row.message_size,
  }
  return {
    size: part === 'message' ? (row.message_size ?? row.original_size) : row.original_size,
    chunks: readPart(ground.storage, location, parseItemId(row.item_id), key, part),
  }
}

/** Reads the item's row. An id that is no UUID is as unknown as one that is not there. */
export async function findItem(ground: Ground, itemId: string): Promise<ItemRow> {
  const rows = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(itemId)
    ? await ground.database.query<ItemRow>('select * from item where item_id = $1', [itemId])
    : []
  const [row] = rows
  if (!row) throw new HoldfastError('ITEM_UNKNOWN', `there is no item ${itemId.slice(0, 64)}`)
  return row
}
