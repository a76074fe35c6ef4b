/** One item opened: what was sent, its attachments, its header, and what further versions of it there are. */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type ItemFacts, readAnatomy, readLargeEmail } from '../message/message.ts'
import { findAmended } from './conversation.ts'
import { type AttachmentView, entryOf, fileOf, type MessageEntry } from './entry.ts'
import { readFacts } from './facts.ts'
import { contentOf, type FilingView, findItem, type ItemRow, listItemFilings, visibleItems } from './item.ts'
import { NO_OWNER, ownerOf } from './party.ts'
import { readableMailbox, recordReading } from './reading.ts'

type OpenedMessage = MessageEntry & {
  readonly reason: string | null
  /** Every field of the message's header, names in lower case. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly hasHtml: boolean
  readonly originalSize: number
  readonly messageSize: number
  /** True where the message is the original, byte for byte. */
  readonly isOriginal: boolean
  readonly filings: readonly FilingView[]
  /** Items with the same source id and other content that the reader may see, oldest first; this one among them. */
  readonly versions: readonly { readonly itemId: string; readonly filedAt: Date }[]
}

/** Opens an item, seen from a mailbox where one is named; recorded as a reading. ITEM_UNKNOWN, MAILBOX_UNKNOWN. */
export async function readMessage(
  ground: Ground,
  actor: Actor,
  itemId: string,
  address: string | null = null,
): Promise<OpenedMessage> {
  const { row, scope } = await findItem(ground, actor, itemId, 'message.read', 'Preview')
  const mailbox =
    address === null ? null : await readableMailbox(ground, actor, scope, address, 'message.read')
  await recordReading(ground, actor, {
    act: 'message.read',
    subject: `item:${row.item_id}`,
    detail: { part: 'shown' },
  })
  const facts = await readFacts(ground, row, { whole: true })
  const opened = [{ row, read: facts }]
  const [owner, amended, anatomy, files, filings, versions] = await Promise.all([
    mailbox ? ownerOf(ground, mailbox) : NO_OWNER,
    findAmended(ground, actor, scope, opened),
    readAnatomy(contentOf(ground, row, 'message')),
    measuredFiles(ground, row, facts),
    listItemFilings(ground, scope, row.item_id),
    listVersions(ground, row),
  ])
  const visible = new Set(
    await visibleItems(
      ground,
      actor,
      scope,
      versions.map(each => each.itemId),
    ),
  )
  return {
    ...entryOf(row, facts, owner, amended.get(row.item_id) ?? null),
    files,
    reason: row.reason,
    headers: anatomy.headers.map(([name, value]) => ({ name, value })),
    hasHtml: anatomy.html !== null,
    originalSize: row.original_size,
    messageSize: row.message_size ?? row.original_size,
    isOriginal: row.message_size === null,
    filings,
    versions: versions.filter(each => visible.has(each.itemId)),
  }
}

/** The attachments with their true sizes: a record only says what was streamed apart, the message holds it. */
async function measuredFiles(ground: Ground, row: ItemRow, facts: ItemFacts): Promise<AttachmentView[]> {
  const files = facts.attachments.map((attachment, index) => fileOf(attachment, index + 1))
  if (row.message_size === null || facts.attachments.every(attachment => attachment.content !== null))
    return files
  const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
  const { attachments } = await readLargeEmail(contentOf(ground, row, 'message'), about)
  return files.map((file, index) => ({ ...file, size: attachments[index]?.size ?? file.size }))
}

async function listVersions(ground: Ground, row: ItemRow): Promise<{ itemId: string; filedAt: Date }[]> {
  if (row.flags.includes('no-source-id') || row.state === 'quarantined') return []
  const rows = await ground.database.query<{ item_id: string; filed_at: Date }>(
    `select item_id, filed_at from item where source_key = $1 and connector_id = $2
     order by filed_at, item_id limit 50`,
    [row.source_key, row.connector_id],
  )
  return rows.map(each => ({ itemId: each.item_id, filedAt: each.filed_at }))
}
