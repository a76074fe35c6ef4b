/**
 * Random bytes from a pool: one call of the generator for 32 KiB costs about as much as one for 32 bytes, and keys
 * and nonces are made by the ten thousand a second.
 */
import { randomFillSync } from 'node:crypto'

const pool = Buffer.allocUnsafeSlow(32 * 1024)
let used = pool.length

/**
 * `size` (at most 1,024) fresh random bytes. They are a window into the pool: copy what must stay, and wipe keys with
 * `fill(0)` once they are copied. No byte is given out twice.
 */
export function randomSlice(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += size
  return pool.subarray(used - size, used)
}
