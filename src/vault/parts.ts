/** How each part of an item is sealed: under the item's key, bound to the format's version, the part and the item. */
import type { KeyObject } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import type { ChunkSeal, ItemKey } from '../keyring/keyring.ts'
import { ITEM_ID_SIZE } from './layout.ts'

export type PartName = 'original' | 'message'

const PART_NUMBER = Object.freeze({ original: 1, message: 2 })
const FORMAT_VERSION = 1

/** Associated data of version 1: the version (1 byte), then the item id (16). */
export function associatedData(itemId: Buffer): Buffer {
  if (itemId.length !== ITEM_ID_SIZE) throw new HoldfastError('INTERNAL', 'an item id is 16 bytes')
  const associated = Buffer.allocUnsafe(1 + ITEM_ID_SIZE)
  associated[0] = FORMAT_VERSION
  associated.set(itemId, 1)
  return associated
}

/** The seal of one part. */
export function partSeal(key: KeyObject, part: PartName, associated: Buffer, where: string): ChunkSeal {
  return { key, part: PART_NUMBER[part], associated, where }
}

const used = Symbol('used')

/** Nonces are counted within a key, so a key that sealed twice would give both contents away: it never happens. */
export function useOnce(key: ItemKey & { [used]?: true }): void {
  if (key[used]) throw new HoldfastError('INTERNAL', 'an item key was about to seal a second time')
  key[used] = true
}
