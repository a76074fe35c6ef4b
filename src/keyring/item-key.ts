/**
 * Item keys: a random 256-bit key for each item, stored wrapped by AES-KW (RFC 3394) under the archive's item-wrapping
 * key. Whoever removes the wrapped key makes the item unreadable wherever its sealed bytes are.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { randomSlice } from './random.ts'

/** The key of one item. `wrapped` is what is stored: 40 bytes, AES-KW. */
export type ItemKey = { readonly key: KeyObject; readonly wrapped: Buffer }

const ALGORITHM = 'id-aes256-wrap'
const KEY_SIZE = 32
const WRAPPED_SIZE = 40
/** RFC 3394 section 2.2.3.1. */
const INITIAL_VALUE = Buffer.from('a6a6a6a6a6a6a6a6', 'hex')

/** AES-KW of a 256-bit key under a 256-bit key. */
export function wrapKey(wrapping: KeyObject, raw: Buffer): Buffer {
  const cipher = createCipheriv(ALGORITHM, wrapping, INITIAL_VALUE)
  const wrapped = cipher.update(raw)
  cipher.final()
  return wrapped
}

/** Makes a fresh item key. */
export function makeItemKey(wrapping: KeyObject): ItemKey {
  const raw = randomSlice(KEY_SIZE)
  const key = createSecretKey(raw)
  const wrapped = wrapKey(wrapping, raw)
  raw.fill(0)
  return { key, wrapped }
}

/** The key inside `wrapped`. @throws MASTER_KEY_WRONG if it was wrapped under another key, or changed */
export function unwrapKey(wrapping: KeyObject, wrapped: Buffer): KeyObject {
  try {
    if (wrapped.length !== WRAPPED_SIZE) throw new RangeError('wrapped key size')
    const decipher = createDecipheriv(ALGORITHM, wrapping, INITIAL_VALUE)
    const raw = decipher.update(wrapped)
    decipher.final()
    const key = createSecretKey(raw)
    raw.fill(0)
    return key
  } catch {
    throw new HoldfastError('MASTER_KEY_WRONG', 'an item key does not open under the keys of this archive')
  }
}
