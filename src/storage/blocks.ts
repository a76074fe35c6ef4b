/** Cuts a stream of pieces of any size into blocks of one size; only the last may be shorter. */

/**
 * Blocks of exactly `size` bytes, then the rest if there is one; nothing for an empty stream. Each block is fresh
 * memory or a piece passed on as it came, so the consumer may keep it. At most one block is held at a time.
 */
export async function* blocksOf(pieces: AsyncIterable<Buffer>, size: number): AsyncIterable<Buffer> {
  let block: Buffer | null = null
  let filled = 0
  for await (const piece of pieces) {
    let taken = 0
    while (taken < piece.length) {
      if (filled === 0 && piece.length - taken >= size) {
        yield piece.subarray(taken, taken + size)
        taken += size
        continue
      }
      block ??= Buffer.allocUnsafeSlow(size)
      const copied = piece.copy(block, filled, taken)
      taken += copied
      filled += copied
      if (filled === size) {
        yield block
        block = null
        filled = 0
      }
    }
  }
  if (block !== null && filled > 0) yield block.subarray(0, filled)
}
