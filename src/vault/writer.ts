/** Writing vault objects: a batch of small items in memory, or one large item from streams. */
import { createHash, randomBytes } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { type ItemKey, sealInto, sealStream } from '../keyring/keyring.ts'
import { sha256 } from '../sha256.ts'
import type { Storage } from '../storage/storage.ts'
import { type FooterItem, formatFooter, MAGIC, recordSize, type SealedItem } from './layout.ts'
import { leafOf } from './leaf.ts'
import { vaultObjectName } from './object-name.ts'
import { associatedData, type PartName, partSeal, useOnce } from './parts.ts'

const FIRST_CAPACITY = 1024 * 1024
/** Buffers of stored objects, for the next: megabytes made anew for every batch would be garbage to collect. */
const idleBuffers: Buffer[] = []
const IDLE_MAX = 4
const IDLE_CAPACITY_MAX = 16 * 1024 * 1024

export type VaultObject = {
  /**
   * Seals an item held in memory into the object. `message` null: the message is the original, byte for byte.
   * @param key a fresh key of this item alone; it seals once only
   */
  add(itemId: Buffer, key: ItemKey, original: Buffer, message: Buffer | null): SealedItem
  /** Stores the object under a fresh random name; durable when it resolves. The builder is then used up. */
  finish(storage: Storage): Promise<{ name: string; bytes: number }>
}

/** Content that streams by once. `size`, where the source states it, is held against what came. */
export type StreamedContent = { readonly size?: number; readonly chunks: AsyncIterable<Buffer> }

/** A name that nothing has yet. The 256 folders of its first two digits keep each of them small. */
const freshName = (): string => vaultObjectName(randomBytes(16).toString('hex'))

/** Begins an object for a batch of small items. It grows in memory until `finish`. */
export function createVaultObject(): VaultObject {
  let bytes = idleBuffers.pop() ?? Buffer.allocUnsafeSlow(FIRST_CAPACITY)
  let end = MAGIC.copy(bytes)
  const items: FooterItem[] = []
  let finished = false

  const reserve = (size: number): void => {
    if (end + size <= bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, end + size))
    bytes.copy(grown, 0, 0, end)
    bytes = grown
  }

  return Object.freeze({
    add(itemId: Buffer, key: ItemKey, original: Buffer, message: Buffer | null): SealedItem {
      if (finished) throw new HoldfastError('INTERNAL', 'the vault object is finished')
      useOnce(key)
      const associated = associatedData(itemId)
      const offset = end
      const messageSize = message === null ? null : message.length
      reserve(recordSize({ originalSize: original.length, messageSize }))
      end = sealInto(bytes, end, original, partSeal(key.key, 'original', associated, 'an item'))
      const originalDigest = sha256(original)
      let messageDigest = originalDigest
      if (message !== null) {
        end = sealInto(bytes, end, message, partSeal(key.key, 'message', associated, 'an item'))
        messageDigest = sha256(message)
      }
      const leaf = leafOf(itemId, key.key, originalDigest, messageDigest)
      const sealed = { offset, originalSize: original.length, messageSize, leaf }
      items.push({ itemId, ...sealed })
      return sealed
    },
    async finish(storage: Storage) {
      if (finished) throw new HoldfastError('INTERNAL', 'the vault object is finished')
      finished = true
      const footer = formatFooter(items)
      reserve(footer.length)
      end += footer.copy(bytes, end)
      const name = freshName()
      const stored = await storage.put(name, bytes.subarray(0, end))
      if (idleBuffers.length < IDLE_MAX && bytes.length <= IDLE_CAPACITY_MAX) idleBuffers.push(bytes)
      return { name, bytes: stored }
    },
  })
}

/**
 * Seals one item of any size into an object of its own; memory does not grow with it. The original is streamed first,
 * then the message.
 * @throws what the streams throw, STORAGE_FAILED; SITE_ANSWER_INVALID if a stream is not of its stated size
 */
export async function sealLarge(
  storage: Storage,
  itemId: Buffer,
  key: ItemKey,
  original: StreamedContent,
  message: StreamedContent | null,
): Promise<{ name: string; bytes: number; sealed: SealedItem }> {
  useOnce(key)
  const associated = associatedData(itemId)
  const id = Buffer.from(itemId)
  let sealed: SealedItem | null = null

  async function* part(name: PartName, content: StreamedContent, learnt: { size: number; digest: Buffer }) {
    const digest = createHash('sha256')
    async function* observed() {
      for await (const chunk of content.chunks) {
        digest.update(chunk)
        learnt.size += chunk.length
        yield chunk
      }
    }
    yield* sealStream(observed(), partSeal(key.key, name, associated, 'an item'))
    if (content.size !== undefined && content.size !== learnt.size)
      throw new HoldfastError(
        'SITE_ANSWER_INVALID',
        `content of ${learnt.size} bytes where ${content.size} were announced`,
      )
    learnt.digest = digest.digest()
  }

  async function* object() {
    yield MAGIC
    const first = { size: 0, digest: Buffer.alloc(0) }
    yield* part('original', original, first)
    const second = { size: 0, digest: first.digest }
    if (message) yield* part('message', message, second)
    const leaf = leafOf(id, key.key, first.digest, second.digest)
    const messageSize = message ? second.size : null
    sealed = { offset: MAGIC.length, originalSize: first.size, messageSize, leaf }
    yield formatFooter([{ itemId: id, ...sealed }])
  }

  const name = freshName()
  const bytes = await storage.put(name, object())
  if (sealed === null) throw new HoldfastError('INTERNAL', 'the storage did not read the content to its end')
  return { name, bytes, sealed }
}
