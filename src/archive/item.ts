/** One item: its readable metadata, where it is filed, and its content, original or as the message made from it. */
import { createHash } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { unrestrictedSql } from '../mailbox/mailbox.ts'
import { isItemId, parseItemId } from '../message/message.ts'
import { readPart, type VaultLocation, vaultObjectName } from '../vault/vault.ts'
import { type Act, admit, recordReading, recordRestricted, refuseUnknown, restrictedSeen } from './reading.ts'

/** A party as stored: readable metadata; the name is sealed with the item. */
type StoredParty = {
  role: string
  form: string
  number?: string
  userId?: string
  emails?: string[]
}

export type FilingView = {
  readonly mailbox: string
  readonly folder: string
  readonly filedAt: Date
  readonly hiddenAt: Date | null
}

export type ItemView = {
  readonly itemId: string
  readonly connectorId: number
  readonly runId: number
  readonly batchId: number
  readonly state: 'filed' | 'unmapped' | 'quarantined'
  readonly reason: string | null
  readonly kind: string
  readonly direction: 'in' | 'out' | null
  readonly sentAt: Date | null
  readonly arrivedAt: Date
  readonly filedAt: Date
  readonly participants: readonly StoredParty[]
  readonly flags: readonly string[]
  readonly attachments: number
  readonly call: { readonly status: string; readonly seconds: number | null } | null
  readonly originalSize: number
  /** Null when the message is the original, byte for byte. */
  readonly messageSize: number | null
  /** The first item with the same source id that the reader may see, if this one is a further version of it. */
  readonly versionOf: string | null
  /** In the mailboxes that the reader may see; hidden ones only for who may see everything. */
  readonly filings: readonly FilingView[]
  readonly vaultObject: string
}

export type ItemRow = {
  item_id: string
  connector_id: number
  run_id: number
  batch_id: number
  source_key: Buffer
  version_of: string | null
  state: ItemView['state']
  reason: string | null
  kind: string
  direction: 'in' | 'out' | null
  sent_at: Date | null
  arrived_at: Date
  filed_at: Date
  conversation: Buffer
  participants: readonly StoredParty[]
  flags: string[]
  attachments: number
  call_status: string | null
  call_seconds: number | null
  vault_object: string
  vault_offset: number
  original_size: number
  message_size: number | null
  item_key: Buffer
  leaf: Buffer
}

/** The item's metadata and filings; recorded as a reading. ITEM_UNKNOWN if there is none. */
export async function showItem(ground: Ground, actor: Actor, itemId: string): Promise<ItemView> {
  const { row, scope } = await findItem(ground, actor, itemId, 'item.show', 'Preview')
  await recordReading(ground, actor, { act: 'item.show', subject: `item:${row.item_id}` })
  const [filings, [versionOf]] = await Promise.all([
    listItemFilings(ground, scope, row.item_id),
    visibleItems(ground, actor, scope, row.version_of === null ? [] : [row.version_of]),
  ])
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
    versionOf: versionOf ?? null,
    filings,
    vaultObject: row.vault_object,
  }
}

/** Where an item is filed, as far as the scope reaches. */
export async function listItemFilings(
  ground: Ground,
  scope: MailboxScope,
  itemId: string,
): Promise<FilingView[]> {
  const rows = await ground.database.query<{
    address: string
    name: string
    filed_at: Date
    hidden_at: Date | null
  }>(
    `select m.address, f.name, g.filed_at, g.hidden_at
     from mailbox m join filing g using (mailbox_id) join folder f using (folder_id)
     where g.item_id = $1 and ($2::integer[] is null or (g.mailbox_id = any($2) and g.hidden_at is null))
     order by m.address`,
    [itemId, scope],
  )
  return rows.map(each => ({
    mailbox: each.address,
    folder: each.name,
    filedAt: each.filed_at,
    hiddenAt: each.hidden_at,
  }))
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
  const { row } = await findItem(ground, actor, itemId, 'message.read', 'Preview')
  await recordReading(ground, actor, {
    act: 'message.read',
    subject: `item:${row.item_id}`,
    detail: { part },
  })
  return {
    size: part === 'message' ? (row.message_size ?? row.original_size) : row.original_size,
    chunks: contentOf(ground, row, part),
  }
}

/** The sealed content of an item, part of a reading that was recorded. */
export function contentOf(
  ground: Ground,
  row: Pick<
    ItemRow,
    'item_id' | 'item_key' | 'vault_object' | 'vault_offset' | 'original_size' | 'message_size'
  >,
  part: 'original' | 'message',
): AsyncIterable<Buffer> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  return readPart(ground.storage, locationOf(row), parseItemId(row.item_id), key, part)
}

/** SHA-256 of an item's original and of its message, read to their ends; part of a reading that was recorded. */
export async function digestsOf(
  ground: Ground,
  row: Parameters<typeof contentOf>[1],
): Promise<{ readonly original: Buffer; readonly message: Buffer }> {
  const original = await digestOf(contentOf(ground, row, 'original'))
  return {
    original,
    message: row.message_size === null ? original : await digestOf(contentOf(ground, row, 'message')),
  }
}

async function digestOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest()
}

export function locationOf(
  row: Pick<ItemRow, 'vault_object' | 'vault_offset' | 'original_size' | 'message_size'>,
): VaultLocation {
  return {
    name: vaultObjectName(row.vault_object),
    offset: row.vault_offset,
    originalSize: row.original_size,
    messageSize: row.message_size,
  }
}

/**
 * The row of an item that the actor may see by this role, and the mailboxes they may see by it. ITEM_UNKNOWN where
 * there is none, or none of its filings is in those mailboxes; an id that is no UUID is as unknown. ITEM_DISPOSED, for
 * whoever may see everything, where it is gone. ITEM_RESTRICTED where it was to be erased and is kept, and the actor may
 * not see such items.
 */
export async function findItem(
  ground: Ground,
  actor: Actor,
  itemId: string,
  act: Act,
  role: 'Preview' | 'Export',
): Promise<{ row: ItemRow; scope: MailboxScope }> {
  const isId = isItemId(itemId)
  const attempt = { act, subject: isId ? `item:${itemId.toLowerCase()}` : 'item' }
  const scope = await admit(ground, actor, attempt, role)
  const [row] = isId
    ? await ground.database.query<ItemRow & { unrestricted: boolean }>(
        `select *, ${unrestrictedSql('item.item_id', '$3')} as unrestricted
         from item where item_id = $1 and ($2::integer[] is null or ${IS_FILED_IN.replace('$', '$2')})`,
        [itemId, scope, restrictedSeen(actor)],
      )
    : []
  if (row?.unrestricted) return { row, scope }
  if (row) {
    await recordRestricted(ground, actor, attempt)
    throw new HoldfastError('ITEM_RESTRICTED', `item ${row.item_id} is restricted`)
  }
  // In which mailboxes it was is not known any more: whoever may see some only is not told that it ever was.
  if (isId && scope === null) await refuseDisposed(ground, itemId)
  const unknown = new HoldfastError('ITEM_UNKNOWN', `there is no item ${itemId.slice(0, 64)}`)
  return refuseUnknown(ground, actor, scope, attempt, unknown)
}

/** ITEM_DISPOSED where there is a tombstone. */
async function refuseDisposed(ground: Ground, itemId: string): Promise<void> {
  const [tombstone] = await ground.database.query<{ gone_at: Date; disposal_id: number }>(
    'select gone_at, disposal_ids[cardinality(disposal_ids)] as disposal_id from tombstone where item_id = $1',
    [itemId],
  )
  if (tombstone)
    throw new HoldfastError(
      'ITEM_DISPOSED',
      `item ${itemId} was disposed of at ${tombstone.gone_at.toISOString()}, in disposal ${tombstone.disposal_id}`,
    )
}

const IS_FILED_IN = `exists (select from filing g
  where g.item_id = item.item_id and g.hidden_at is null and g.mailbox_id = any($))`

/** Of these items those that the scope reaches and that are not kept from the actor as restricted, in no order. */
export async function visibleItems(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  itemIds: readonly string[],
): Promise<string[]> {
  if (itemIds.length === 0) return []
  const rows = await ground.database.query<{ item_id: string }>(
    `select item_id from item where item_id = any($1::uuid[])
       and ($2::integer[] is null or ${IS_FILED_IN.replace('$', '$2')})
       and ${unrestrictedSql('item.item_id', '$3')}`,
    [itemIds, scope, restrictedSeen(actor)],
  )
  return rows.map(row => row.item_id)
}
