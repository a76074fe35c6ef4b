/**
 * Item keys: a random 256-bit key for each item, stored wrapped by AES-KW (RFC 3394) under the archive's item-wrapping
 * key. Whoever removes the wrapped key makes the item unreadable wherever its sealed bytes are.
 */
import { createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { INITIAL_VALUE, WRAPPED_SIZE, wrapKeys } from './key-wrap.ts'

/** The key of one item. `wrapped` is what is stored: 40 bytes, AES-KW. */
export type ItemKey = { readonly key: KeyObject; readonly wrapped: Buffer }

const KEY_SIZE = 32
/** Keys are made this many at a time; those not yet given out are forgotten when the process ends. */
const POOL_KEYS = 256

/** A source of fresh item keys. */
export function itemKeyMaker(wrapping: KeyObject): () => ItemKey {
  const raw = Buffer.alloc(POOL_KEYS * KEY_SIZE)
  let wrapped: Buffer = Buffer.alloc(0)
  let next = POOL_KEYS
  return () => {
    if (next === POOL_KEYS) {
      randomFillSync(raw)
      wrapped = wrapKeys(wrapping, raw)
      next = 0
    }
    const own = raw.subarray(next * KEY_SIZE, (next + 1) * KEY_SIZE)
    const key = createSecretKey(own)
    own.fill(0)
    const at = next++ * WRAPPED_SIZE
    return { key, wrapped: wrapped.subarray(at, at + WRAPPED_SIZE) }
  }
}

/** The key inside `wrapped`. @throws MASTER_KEY_WRONG if it was wrapped under another key, or changed */
export function unwrapKey(wrapping: KeyObject, wrapped: Buffer): KeyObject {
  try {
    if (wrapped.length !== WRAPPED_SIZE) throw new RangeError('wrapped key size')
    const decipher = createDecipheriv('id-aes256-wrap', wrapping, INITIAL_VALUE)
    const raw = decipher.update(wrapped)
    decipher.final()
    const key = createSecretKey(raw)
    raw.fill(0)
    return key
  } catch {
    throw new HoldfastError('MASTER_KEY_WRONG', 'an item key does not open under the keys of this archive')
  }
}
