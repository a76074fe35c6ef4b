/**
 * AES-KW (RFC 3394) of 256-bit keys, many at once.
 *
 * Wrapping one key takes 24 AES blocks, each depending on the one before, and OpenSSL's own `id-aes256-wrap` spends
 * 6 µs on it in Node, nearly all of it on making the cipher object. Here each of the 24 steps runs over all keys in
 * one ECB call (section 2.2.1, the index-based form), which takes 0.4 µs a key. Unwrapping is left to OpenSSL, so
 * every key that is read back checks this code, and a test compares the two.
 */
import { createCipheriv, type KeyObject } from 'node:crypto'

const KEY_SIZE = 32
/** Bytes of a wrapped 256-bit key. */
export const WRAPPED_SIZE = 40
/** Section 2.2.3.1. */
export const INITIAL_VALUE = Buffer.from('a6a6a6a6a6a6a6a6', 'hex')

const HALF_BLOCKS = KEY_SIZE / 8
const ROUNDS = 6

/**
 * Wraps the keys that stand one after the other in `raw`, 32 bytes each.
 * @returns their wrapped forms one after the other, 40 bytes each
 */
export function wrapKeys(wrapping: KeyObject, raw: Buffer): Buffer {
  const count = raw.length / KEY_SIZE
  const cipher = createCipheriv('aes-256-ecb', wrapping, null)
  cipher.setAutoPadding(false)
  const wrapped = Buffer.allocUnsafeSlow(count * WRAPPED_SIZE)
  for (let n = 0; n < count; n++) {
    wrapped.set(INITIAL_VALUE, n * WRAPPED_SIZE)
    wrapped.set(raw.subarray(n * KEY_SIZE, (n + 1) * KEY_SIZE), n * WRAPPED_SIZE + 8)
  }
  // In 32-bit words: `registers` holds A and R[1] to R[4] of each key, as they are stored in the end.
  const registers = new Uint32Array(wrapped.buffer, wrapped.byteOffset, wrapped.length / 4)
  const blocks = new Uint32Array(count * 4)
  const blockBytes = Buffer.from(blocks.buffer)
  for (let step = 1; step <= ROUNDS * HALF_BLOCKS; step++) {
    const half = 2 * (((step - 1) % HALF_BLOCKS) + 1)
    for (let n = 0, at = 0, block = 0; n < count; n++, at += 10, block += 4) {
      blocks[block] = registers[at]!
      blocks[block + 1] = registers[at + 1]!
      blocks[block + 2] = registers[at + half]!
      blocks[block + 3] = registers[at + half + 1]!
    }
    blockBytes.set(cipher.update(blockBytes))
    for (let n = 0, at = 0, block = 0; n < count; n++, at += 10, block += 4) {
      // A is XORed with the step's number, which at 24 steps fits the last of its bytes.
      blockBytes[block * 4 + 7]! ^= step
      registers[at] = blocks[block]!
      registers[at + 1] = blocks[block + 1]!
      registers[at + half] = blocks[block + 2]!
      registers[at + half + 1] = blocks[block + 3]!
    }
  }
  blocks.fill(0)
  return wrapped
}
