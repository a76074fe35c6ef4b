/**
 * Staging: what the source gave, exactly as received, between collecting and filing. Each page or large content is an
 * object of its own under a fresh random name, sealed in chunks under a random key that stands at its head, itself
 * sealed under the archive's staging key. Whoever filed it removes it (`storage.remove`).
 *
 *     object     := "HFSTAGE" and the version, 1 (8), sealed key (61), sealed content (keyring/chunks.ts)
 *     sealed key := the envelope of keyring/envelope.ts, its context the object's name
 *     associated data of each chunk := version 1 (1), the 16 bytes that the name spells
 *
 * What it promises: durable when it resolves; nothing half-written is visible; what is changed, cut, or exchanged for
 * another staged object is VAULT_DAMAGED when read; memory does not grow with the content when it is streamed.
 */
import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import {
  type ChunkSeal,
  contentSize,
  type Keyring,
  openStream,
  openWhole,
  sealedSize,
  sealInto,
  sealStream,
} from '../keyring/keyring.ts'
import type { Storage } from '../storage/storage.ts'

const FORMAT_VERSION = 1
const MAGIC = Buffer.from([...Buffer.from('HFSTAGE', 'latin1'), FORMAT_VERSION])
const SEALED_KEY_SIZE = 61
const HEAD_SIZE = MAGIC.length + SEALED_KEY_SIZE
const PART = 3
const NAME = /^staging\/([0-9a-f]{32})$/

function sealOf(name: string, rawKey: Buffer): ChunkSeal {
  const digits = NAME.exec(name)?.[1]
  if (!digits) throw new HoldfastError('STORAGE_NAME_INVALID', 'this is not the name of a staged object')
  const associated = Buffer.from([FORMAT_VERSION, ...Buffer.from(digits, 'hex')])
  const seal = { key: createSecretKey(rawKey), part: PART, associated, where: name }
  rawKey.fill(0)
  return seal
}

/** A fresh name, the head of its object, and the seal of its content. */
function begin(keyring: Keyring): { name: string; head: Buffer; seal: ChunkSeal } {
  const name = `staging/${randomBytes(16).toString('hex')}`
  const rawKey = randomBytes(32)
  const head = Buffer.concat([MAGIC, keyring.seal('staging', rawKey, name)])
  return { name, head, seal: sealOf(name, rawKey) }
}

function openHead(keyring: Keyring, name: string, head: Buffer): ChunkSeal {
  if (head.length < HEAD_SIZE || !head.subarray(0, MAGIC.length - 1).equals(MAGIC.subarray(0, -1)))
    throw new HoldfastError('VAULT_DAMAGED', `${name} is not a staged object`)
  if (head[MAGIC.length - 1] !== FORMAT_VERSION)
    throw new HoldfastError(
      'VAULT_VERSION',
      `${name} is in version ${head[MAGIC.length - 1]} of the staging format`,
    )
  return sealOf(name, keyring.open('staging', head.subarray(MAGIC.length, HEAD_SIZE), name))
}

function sizeOf(name: string, bytes: number): number {
  const size = contentSize(bytes - HEAD_SIZE)
  if (size === null)
    throw new HoldfastError('VAULT_DAMAGED', `${name} has a length that no staged object has`)
  return size
}

/** Stages a page; resolves to its name once it is durable. */
export async function stagePage(storage: Storage, keyring: Keyring, bytes: Buffer): Promise<string> {
  const { name, head, seal } = begin(keyring)
  const object = Buffer.allocUnsafeSlow(HEAD_SIZE + sealedSize(bytes.length))
  sealInto(object, head.copy(object), bytes, seal)
  await storage.put(name, object)
  return name
}

/** A staged page, verified. @throws VAULT_DAMAGED, VAULT_VERSION, STORAGE_MISSING, STORAGE_FAILED */
export async function readPage(storage: Storage, keyring: Keyring, name: string): Promise<Buffer> {
  const object = await storage.read(name)
  const seal = openHead(keyring, name, object.subarray(0, HEAD_SIZE))
  return openWhole(object.subarray(HEAD_SIZE), sizeOf(name, object.length), seal)
}

/**
 * Stages content from a stream of unknown length.
 * @param limit the most bytes it may have
 * @returns its name, size, and SHA-256, which is for comparing with what the source announced: stored nowhere unsealed
 * @throws ITEM_TOO_LARGE past the limit, with nothing left behind; what the stream throws; STORAGE_FAILED
 */
export async function stageContent(
  storage: Storage,
  keyring: Keyring,
  chunks: AsyncIterable<Buffer>,
  limit: number,
): Promise<{ name: string; size: number; sha256: Buffer }> {
  const { name, head, seal } = begin(keyring)
  const digest = createHash('sha256')
  let size = 0
  async function* limited() {
    for await (const chunk of chunks) {
      size += chunk.length
      if (size > limit) throw new HoldfastError('ITEM_TOO_LARGE', `content of more than ${limit} bytes`)
      digest.update(chunk)
      yield chunk
    }
  }
  async function* object() {
    yield head
    yield* sealStream(limited(), seal)
  }
  await storage.put(name, object())
  return { name, size, sha256: digest.digest() }
}

/** Staged content as a stream, each chunk verified before it is yielded. Throws as `readPage`. */
export async function* readContent(storage: Storage, keyring: Keyring, name: string): AsyncIterable<Buffer> {
  const bytes = await storage.size(name)
  if (bytes === null) throw new HoldfastError('STORAGE_MISSING', `there is no object ${name}`)
  const seal = openHead(keyring, name, await storage.read(name, 0, HEAD_SIZE))
  yield* openStream(storage.stream(name, HEAD_SIZE), sizeOf(name, bytes), seal)
}
