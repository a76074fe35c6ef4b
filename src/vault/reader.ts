/** Reading vault objects. Nothing is released that was not verified. */
import type { KeyObject } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { openStream, openWhole, sealedSize } from '../keyring/keyring.ts'
import type { Storage } from '../storage/storage.ts'
import {
  checkMagic,
  ENTRY_SIZE,
  type FooterItem,
  MAGIC,
  parseFooter,
  parseTrailer,
  type SealedItem,
  TRAILER_SIZE,
} from './layout.ts'
import { associatedData, type PartName, partSeal } from './parts.ts'

/** Where an item is: its object, and its place in it. */
export type VaultLocation = Pick<SealedItem, 'offset' | 'originalSize' | 'messageSize'> & {
  readonly name: string
}

/** The place of a part's sealed bytes; the message of an item that has none of its own is its original. */
function placed(location: VaultLocation, itemId: Buffer, key: KeyObject, part: PartName) {
  const { name, offset, originalSize, messageSize } = location
  const own = part === 'message' && messageSize !== null
  const size = own ? messageSize : originalSize
  const where = `the ${part} of item ${itemId.toString('hex')} in ${name}`
  return {
    size,
    start: own ? offset + sealedSize(originalSize) : offset,
    length: sealedSize(size),
    seal: partSeal(key, own ? 'message' : 'original', associatedData(itemId), where),
  }
}

/**
 * The content of a part, chunk by chunk, each verified before it is yielded.
 * @throws VAULT_DAMAGED at the first chunk that is not what was sealed for this item, STORAGE_MISSING, STORAGE_FAILED
 */
export async function* readPart(
  storage: Storage,
  location: VaultLocation,
  itemId: Buffer,
  key: KeyObject,
  part: PartName,
): AsyncIterable<Buffer> {
  const { size, start, length, seal } = placed(location, itemId, key, part)
  yield* openStream(storage.stream(location.name, start, length), size, seal)
}

/** The content of a part in memory. Throws as `readPart`. */
export async function readWhole(
  storage: Storage,
  location: VaultLocation,
  itemId: Buffer,
  key: KeyObject,
  part: PartName,
): Promise<Buffer> {
  const { size, start, length, seal } = placed(location, itemId, key, part)
  return openWhole(await storage.read(location.name, start, length), size, seal)
}

/**
 * The content of a part of which the object's bytes are in memory, those from `start` on. Throws VAULT_DAMAGED, also
 * where the part is not among them.
 */
export function openHeld(
  held: Buffer,
  start: number,
  location: VaultLocation,
  itemId: Buffer,
  key: KeyObject,
  part: PartName,
): Buffer {
  const place = placed(location, itemId, key, part)
  const at = place.start - start
  return openWhole(held.subarray(at, at + place.length), place.size, place.seal)
}

/**
 * What an object says it holds, its structure and footer checked; no key is needed. Content is verified by reading it.
 * @throws VAULT_DAMAGED, VAULT_VERSION, STORAGE_MISSING, STORAGE_FAILED
 */
export async function readFooter(storage: Storage, name: string): Promise<FooterItem[]> {
  const size = await storage.size(name)
  if (size === null) throw new HoldfastError('STORAGE_MISSING', `there is no object ${name}`)
  checkMagic(await storage.read(name, 0, MAGIC.length), name)
  const trailer = await storage.read(name, Math.max(0, size - TRAILER_SIZE), TRAILER_SIZE)
  const footerSize = parseTrailer(trailer, name) * ENTRY_SIZE + TRAILER_SIZE
  const footerOffset = size - footerSize
  if (footerOffset < MAGIC.length)
    throw new HoldfastError('VAULT_DAMAGED', `${name} is shorter than its footer says`)
  const footer = await storage.read(name, footerOffset, footerSize)
  if (footer.length !== footerSize) throw new HoldfastError('VAULT_DAMAGED', `${name} ends early`)
  return parseFooter(footer, footerOffset, name)
}

/** A batch of small items is a few megabytes; what is larger is streamed. */
const HELD_MAX = 32 * 1024 * 1024

/**
 * The storage for a reader that wants all items of one object: the object is fetched once and held in memory, not
 * opened for each of its thousand items. A large object is read piece by piece as ever; one that is not there, or
 * cannot be read, fails when it is asked for.
 */
export async function holdObject(storage: Storage, name: string): Promise<Storage> {
  const size = await storage.size(name)
  if (size === null || size > HELD_MAX) return storage
  const bytes = await storage.read(name)
  const cut = (offset: number, length: number) => bytes.subarray(offset, offset + length)
  return {
    ...storage,
    size: async asked => (asked === name ? bytes.length : storage.size(asked)),
    read: async (asked, offset = 0, length = bytes.length) =>
      asked === name ? cut(offset, length) : storage.read(asked, offset, length),
    async *stream(asked, offset = 0, length = bytes.length) {
      if (asked !== name) yield* storage.stream(asked, offset, length)
      else if (offset < bytes.length) yield cut(offset, length)
    },
  }
}
