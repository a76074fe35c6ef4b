/** One attachment of an item as a stream, whole or a range of it, so that a recording can be listened to from anywhere. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type Attachment, readLargeEmail, streamAttachment } from '../message/message.ts'
import { type ByteRange, boundsOf, isContinued } from './byte-range.ts'
import { readFacts } from './facts.ts'
import { contentOf, findItem, type ItemRow } from './item.ts'
import { mayShow, shownType } from './media.ts'
import { recordReading } from './reading.ts'

type OpenedAttachment = {
  readonly name: string
  readonly contentType: string
  /** True if a browser may be given it to show in place. */
  readonly mayShow: boolean
  /** Of the whole attachment. */
  readonly size: number
  /** What of it is in `chunks`, the last byte included; null for all of it, also where the range lies beyond. */
  readonly range: { readonly from: number; readonly to: number } | null
  readonly chunks: AsyncIterable<Buffer>
}

/**
 * Opens the attachment with this number, from 1; recorded as a reading before the first byte. ATTACHMENT_UNKNOWN where
 * the item has no such.
 */
export async function openAttachment(
  ground: Ground,
  actor: Actor,
  itemId: string,
  number: number,
  range: ByteRange | null = null,
): Promise<OpenedAttachment> {
  const { row } = await findItem(ground, actor, itemId, 'attachment.read', 'Preview')
  const unknown = () => new HoldfastError('ATTACHMENT_UNKNOWN', 'the item has no attachment of this number')
  if (number < 1 || number > row.attachments) throw unknown()
  const reading = {
    act: 'attachment.read',
    subject: `item:${row.item_id}`,
    detail: { attachment: number },
  } as const
  if (!(range?.from && (await isContinued(ground, actor, reading))))
    await recordReading(ground, actor, reading)
  const found = await measure(ground, row, number)
  if (!found) throw unknown()
  const { name, contentType, size } = found
  const part = range === null ? null : boundsOf(range, size)
  const type = shownType(contentType, name)
  return {
    name,
    contentType: type,
    mayShow: mayShow(type),
    size,
    range: part,
    chunks: part
      ? cut(bytesOf(ground, row, number, found), part.from, part.to)
      : bytesOf(ground, row, number, found),
  }
}

/** The decoded bytes of an attachment; part of a reading that was recorded. */
export function attachmentBytes(ground: Ground, row: ItemRow, number: number): AsyncIterable<Buffer> {
  return streamAttachment(contentOf(ground, row, 'message'), number - 1)
}

/** Name, type and true size; what was streamed apart is measured in the message that holds it. */
async function measure(ground: Ground, row: ItemRow, number: number): Promise<Attachment | null> {
  const facts = await readFacts(ground, row, { whole: true })
  const attachment = facts.attachments[number - 1]
  if (!attachment) return null
  if (attachment.content !== null || row.message_size === null) return attachment
  const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
  const { attachments } = await readLargeEmail(contentOf(ground, row, 'message'), about)
  const streamed = attachments[number - 1]
  return streamed ? { ...attachment, size: streamed.size } : null
}

async function* bytesOf(
  ground: Ground,
  row: ItemRow,
  number: number,
  { content }: Attachment,
): AsyncIterable<Buffer> {
  if (content !== null) yield content
  else yield* attachmentBytes(ground, row, number)
}

async function* cut(chunks: AsyncIterable<Buffer>, from: number, to: number): AsyncIterable<Buffer> {
  let at = 0
  for await (const chunk of chunks) {
    const start = Math.max(from - at, 0)
    const end = Math.min(to + 1 - at, chunk.length)
    at += chunk.length
    if (start < end) yield chunk.subarray(start, end)
    if (at > to) return
  }
}
