/** Messages that are known to be readable before a file is begun with them. */
import { type ErrorCode, HoldfastError } from '../errors.ts'
import type { ExportedItem } from './package-file.ts'

/** What is no larger is read once and held; the rest is read to its end first, and again as it is written. */
const HELD_MAX = 1024 * 1024

type Message = Pick<ExportedItem, 'message' | 'messageSize' | 'openMessage'>

/**
 * The bytes of a message after all of them were read once. Throws as reading does: what is damaged is known before a
 * byte of it is in a file.
 */
export async function soundMessage(item: Message): Promise<Buffer | AsyncIterable<Buffer>> {
  if (item.message) return item.message
  if (item.messageSize <= HELD_MAX) return readAll(item.openMessage())
  await checkMessage(item)
  return item.openMessage()
}

/** Reads a message to its end, keeping nothing of it. */
export async function checkMessage(item: Message): Promise<void> {
  if (!item.message) for await (const _piece of item.openMessage());
}

async function readAll(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of content) pieces.push(piece)
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

/** Why one item cannot be written; anything that a later try may mend, or that is not the item's, is thrown on. */
export function reasonOf(error: unknown): ErrorCode {
  if (error instanceof HoldfastError && !error.retryable) return error.code
  throw error
}
