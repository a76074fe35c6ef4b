/**
 * HMAC-SHA-256 (RFC 2104) by two one-shot hashes. Node's own Hmac object costs 6 µs to set up, which for the three
 * tags of an item is more than writing its message; `crypto.hash` has no set-up. A test compares the two.
 */
import type { KeyObject } from 'node:crypto'
import { sha256, sha256Into } from '../sha256.ts'

const BLOCK = 64
const DIGEST = 32
/** Larger messages are rare, and their cost is the hashing itself. */
const SCRATCH = 64 * 1024

type Pads = { readonly inner: Buffer; readonly outer: Buffer }

/** By key object, so that the raw key is exported once; they go when the key goes. */
const padsOf = new WeakMap<KeyObject, Pads>()
const innerInput = Buffer.allocUnsafeSlow(BLOCK + SCRATCH)
const outerInput = Buffer.allocUnsafeSlow(BLOCK + DIGEST)

/** The 32-byte tag of `message` under a key of at most 64 bytes. */
export function keyedHash(key: KeyObject, message: Buffer): Buffer {
  const { inner, outer } = padsOf.get(key) ?? makePads(key)
  const input = message.length <= SCRATCH ? innerInput : Buffer.allocUnsafeSlow(BLOCK + message.length)
  inner.copy(input)
  message.copy(input, BLOCK)
  outer.copy(outerInput)
  sha256Into(input.subarray(0, BLOCK + message.length), outerInput, BLOCK)
  return sha256(outerInput)
}

function makePads(key: KeyObject): Pads {
  const raw = key.export()
  if (raw.length > BLOCK) throw new RangeError('a key of at most 64 bytes is expected')
  const inner = Buffer.alloc(BLOCK, 0x36)
  const outer = Buffer.alloc(BLOCK, 0x5c)
  for (const [index, byte] of raw.entries()) {
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  raw.fill(0)
  const pads = { inner, outer }
  padsOf.set(key, pads)
  return pads
}
