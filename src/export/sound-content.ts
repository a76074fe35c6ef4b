/** Contents that are known to be readable before a file is begun with them. */
import { type ErrorCode, HoldfastError } from '../errors.ts'

/** What is no larger is read once and held; the rest is read to its end first, and again as it is written. */
export const HELD_MAX = 1024 * 1024

/**
 * The content, after all of it was read once. Throws as reading does: what is damaged is known before a byte of it
 * is in a file.
 */
export async function soundContent(
  size: number,
  open: () => AsyncIterable<Buffer>,
): Promise<Buffer | AsyncIterable<Buffer>> {
  if (size <= HELD_MAX) return readAll(open())
  for await (const _piece of open());
  return open()
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
