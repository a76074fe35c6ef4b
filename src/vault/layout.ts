/**
 * The bytes of a vault object, version 1. docs/formats/vault.md says the same for readers who do not have the code.
 *
 *     object  := magic, record*, entry*, trailer
 *     magic   := "HFVAULT" and the version, 1                                       8 bytes
 *     record  := the sealed original, then the sealed message unless it is the original itself
 *     entry   := item id (16), offset of its record (8), size of the original (8),
 *                size of the message (8, all ones: there is none), leaf (32)        72 bytes
 *     trailer := number of entries (4), SHA-256 over magic, entries and number (32),
 *                "HFVAULTE" (8)                                                     44 bytes
 *
 * Integers are unsigned and big-endian. Sizes are of content, before sealing. Records follow each other without a gap
 * in the order of the entries, which `parseFooter` checks.
 */
import { hash } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { sealedSize } from '../keyring/keyring.ts'

export const MAGIC = Buffer.from('HFVAULT\x01', 'latin1')
const MAGIC_NAME_SIZE = 7
const END_MAGIC = Buffer.from('HFVAULTE', 'latin1')
export const ITEM_ID_SIZE = 16
const LEAF_SIZE = 32
export const ENTRY_SIZE = ITEM_ID_SIZE + 3 * 8 + LEAF_SIZE
export const TRAILER_SIZE = 4 + 32 + END_MAGIC.length
const NO_MESSAGE = 0xffff_ffff_ffff_ffffn

/** Where an item's content is inside its object, and its leaf. `messageSize` null: the message is the original. */
export type SealedItem = {
  readonly offset: number
  readonly originalSize: number
  readonly messageSize: number | null
  readonly leaf: Buffer
}

export type FooterItem = SealedItem & { readonly itemId: Buffer }

/** Bytes of an item's record. */
export const recordSize = (item: Pick<SealedItem, 'originalSize' | 'messageSize'>): number =>
  sealedSize(item.originalSize) + (item.messageSize === null ? 0 : sealedSize(item.messageSize))

/** Entries and trailer, as they end an object. */
export function formatFooter(items: readonly FooterItem[]): Buffer {
  const footer = Buffer.alloc(items.length * ENTRY_SIZE + TRAILER_SIZE)
  let at = 0
  for (const item of items) {
    at += item.itemId.copy(footer, at)
    at = footer.writeBigUInt64BE(BigInt(item.offset), at)
    at = footer.writeBigUInt64BE(BigInt(item.originalSize), at)
    at = footer.writeBigUInt64BE(item.messageSize === null ? NO_MESSAGE : BigInt(item.messageSize), at)
    at += item.leaf.copy(footer, at)
  }
  at = footer.writeUInt32BE(items.length, at)
  at += hash('sha256', Buffer.concat([MAGIC, footer.subarray(0, at)]), 'buffer').copy(footer, at)
  END_MAGIC.copy(footer, at)
  return footer
}

const damaged = (name: string, what: string) =>
  new HoldfastError('VAULT_DAMAGED', `${what} of ${name} is not what was written`)

/** Checks the first bytes of an object. @throws VAULT_VERSION, VAULT_DAMAGED */
export function checkMagic(magic: Buffer, name: string): void {
  if (magic.equals(MAGIC)) return
  if (
    magic.length === MAGIC.length &&
    magic.subarray(0, MAGIC_NAME_SIZE).equals(MAGIC.subarray(0, MAGIC_NAME_SIZE))
  )
    throw new HoldfastError(
      'VAULT_VERSION',
      `${name} is in version ${magic[MAGIC_NAME_SIZE]} of the vault's format`,
    )
  throw damaged(name, 'the beginning')
}

/** How many entries an object has, from its trailer. @throws VAULT_DAMAGED */
export function parseTrailer(trailer: Buffer, name: string): number {
  if (trailer.length !== TRAILER_SIZE || !trailer.subarray(-END_MAGIC.length).equals(END_MAGIC))
    throw damaged(name, 'the end')
  return trailer.readUInt32BE(0)
}

/**
 * Reads the entries out of a footer (entries and trailer) that starts at `footerOffset` of its object, checking the
 * digest and that the records fill the object from the magic to the footer.
 * @throws VAULT_DAMAGED
 */
export function parseFooter(footer: Buffer, footerOffset: number, name: string): FooterItem[] {
  const trailer = footer.length - TRAILER_SIZE
  const digest = hash('sha256', Buffer.concat([MAGIC, footer.subarray(0, trailer + 4)]), 'buffer')
  if (!digest.equals(footer.subarray(trailer + 4, trailer + 36))) throw damaged(name, 'the footer')
  const items: FooterItem[] = []
  let expected = MAGIC.length
  for (let at = 0; at < trailer; at += ENTRY_SIZE) {
    const messageSize = footer.readBigUInt64BE(at + 32)
    const item = {
      itemId: footer.subarray(at, at + ITEM_ID_SIZE),
      offset: Number(footer.readBigUInt64BE(at + 16)),
      originalSize: Number(footer.readBigUInt64BE(at + 24)),
      messageSize: messageSize === NO_MESSAGE ? null : Number(messageSize),
      leaf: footer.subarray(at + 40, at + 40 + LEAF_SIZE),
    }
    if (item.offset !== expected) throw damaged(name, 'the footer')
    expected += recordSize(item)
    items.push(item)
  }
  if (expected !== footerOffset) throw damaged(name, 'the length')
  return items
}
