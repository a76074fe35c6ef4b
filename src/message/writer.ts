/**
 * Writes an item as an RFC 5322 message (DESIGN.md section 7, docs/formats/message.md). Pure: the same facts and id give
 * the same bytes for ever, whether attachments are in memory or stream by; test/golden pins them.
 */
import { HoldfastError } from '../errors.ts'
import { base64Body, base64BodySize, encodeText, writeBase64Body } from './body-encoding.ts'
import { mediaType } from './general-reader.ts'
import { writeHeaders } from './headers.ts'
import type { Attachment, ItemFacts } from './item.ts'
import { writeFileName } from './rfc-text.ts'
import { oneLine } from './text.ts'
import { bodyOf } from './wording.ts'

type Plan = {
  /** Headers, and the body or its text part. ASCII. */
  readonly lead: string
  readonly files: readonly { readonly head: string; readonly attachment: Attachment }[]
  readonly tail: string
  /** Of the whole message, in bytes. */
  readonly size: number
}

/** The message of an item whose attachments are all in memory. */
export function writeMessage(facts: ItemFacts, itemId: Buffer): Buffer {
  const plan = planMessage(facts, itemId)
  if (plan.files.length === 0) return Buffer.from(plan.lead, 'latin1')
  const message = Buffer.allocUnsafeSlow(plan.size)
  let at = message.write(plan.lead, 'latin1')
  for (const { head, attachment } of plan.files) {
    if (!attachment.content || attachment.content.length !== attachment.size)
      throw new HoldfastError('INTERNAL', 'an attachment of a message written at once is not in memory')
    at += message.write(head, at, 'latin1')
    at = writeBase64Body(attachment.content, message, at)
  }
  message.write(plan.tail, at, 'latin1')
  return message
}

/**
 * The same bytes as they come, with attachments opened by their content id one after the other. `size` is exact and
 * known before anything is read. STORAGE_FAILED while reading if a content is not of the size its facts state.
 */
export function streamMessage(
  facts: ItemFacts,
  itemId: Buffer,
  open: (contentId: string) => AsyncIterable<Buffer>,
): { size: number; chunks: AsyncIterable<Buffer> } {
  const plan = planMessage(facts, itemId)
  return { size: plan.size, chunks: streamPlan(plan, open) }
}

async function* streamPlan(
  plan: Plan,
  open: (contentId: string) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  yield Buffer.from(plan.lead, 'latin1')
  for (const { head, attachment } of plan.files) {
    yield Buffer.from(head, 'latin1')
    const content = attachment.content ? once(attachment.content) : open(attachment.contentId ?? '')
    const size = yield* base64Body(content)
    if (size !== attachment.size)
      throw new HoldfastError('STORAGE_FAILED', 'a streamed attachment has not the size that was counted')
  }
  if (plan.tail !== '') yield Buffer.from(plan.tail, 'latin1')
}

async function* once(content: Buffer): AsyncIterable<Buffer> {
  yield content
}

function planMessage(facts: ItemFacts, itemId: Buffer): Plan {
  const boundary = `holdfast-${itemId.toString('hex')}`
  const body = bodyOf(facts)
  const text = encodeText(body, boundary)
  const headers = writeHeaders(facts, itemId)
  const typeOfText = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${text.encoding}\r\n\r\n`
  if (facts.attachments.length === 0) {
    const lead = `${headers}${typeOfText}${text.lines}\r\n`
    return { lead, files: [], tail: '', size: lead.length }
  }
  let lead = `${headers}Content-Type: multipart/mixed;\r\n boundary="${boundary}"\r\n\r\n`
  if (body !== '') lead += `--${boundary}\r\n${typeOfText}${text.lines}\r\n`
  const files = facts.attachments.map(attachment => ({
    head: writeFileHead(attachment, boundary),
    attachment,
  }))
  const tail = `--${boundary}--\r\n`
  let size = lead.length + tail.length
  for (const { head, attachment } of files) size += head.length + base64BodySize(attachment.size)
  return { lead, files, tail, size }
}

/** RFC 2046 section 5.2.1 forbids base64 for messages, and a file is no part of ours: those keep their type in a field. */
function writeFileHead(attachment: Attachment, boundary: string): string {
  const type = mediaType(attachment.contentType)
  const isComposite = type.startsWith('message/') || type.startsWith('multipart/')
  const typeFields = isComposite
    ? `Content-Type: application/octet-stream\r\nX-Holdfast-Content-Type: ${type}\r\n`
    : `Content-Type: ${type}\r\n`
  const name = writeFileName(oneLine(attachment.name))
  return `--${boundary}\r\n${typeFields}Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment${name}\r\n\r\n`
}
