/**
 * Sealing of content in chunks: AES-256-GCM (NIST SP 800-38D) over 64 KiB at a time, in the STREAM construction of
 * Hoang, Reyhanitabar, Rogaway and Vizár ("Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance",
 * 2015), as age and Tink use it: position and end are in the nonce, so chunks that are cut off, exchanged, repeated or
 * moved do not open, content of any length streams in both directions, and nothing unverified is released.
 *
 *     sealed part := chunk*                                  at least one; all but the last hold 65,536 bytes
 *     chunk       := ciphertext (as long as its plaintext), tag (16 bytes)
 *     nonce (12)  := part (1), zero (6), number of the chunk from 0 (4, big-endian), 1 if it is the last, else 0 (1)
 *
 * Since nonces are counted, not random, a key MUST seal each part number once only: one key for one item or object.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { release } from '../memory.ts'
import { blocksOf } from '../storage/storage.ts'

/** Bytes of content in every chunk but the last. */
export const CHUNK_SIZE = 65_536
const TAG_SIZE = 16
const CHUNK_NUMBER_MAX = 0xffff_ffff
const ALGORITHM = 'aes-256-gcm'
const OPTIONS = Object.freeze({ authTagLength: TAG_SIZE })

/** What a part is sealed under. `associated` is authenticated with every chunk; it says whose content this is. */
export type ChunkSeal = {
  readonly key: KeyObject
  readonly part: number
  readonly associated: Buffer
  /** What the error of a chunk that does not open should name: ids and object names, never content. */
  readonly where: string
}

/** How many bytes `size` bytes of content are once sealed. */
export const sealedSize = (size: number): number =>
  size + TAG_SIZE * Math.max(1, Math.ceil(size / CHUNK_SIZE))

/** The inverse of `sealedSize`, or null if nothing seals to so many bytes. */
export function contentSize(sealed: number): number | null {
  const size = sealed - TAG_SIZE * Math.ceil(sealed / (CHUNK_SIZE + TAG_SIZE))
  return size >= 0 && sealedSize(size) === sealed ? size : null
}

// One scratch nonce: the ciphers copy it before anything else can run.
const nonce = Buffer.alloc(12)
function setNonce(part: number, number: number, last: boolean): Buffer {
  if (number > CHUNK_NUMBER_MAX)
    throw new HoldfastError('INTERNAL', 'content of more chunks than can be counted')
  nonce[0] = part
  nonce.writeUInt32BE(number, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

function sealChunk(
  seal: ChunkSeal,
  number: number,
  last: boolean,
  content: Buffer,
  target: Buffer,
  at: number,
): number {
  const cipher = createCipheriv(ALGORITHM, seal.key, setNonce(seal.part, number, last), OPTIONS)
  cipher.setAAD(seal.associated)
  if (content.length > 0) {
    const sealed = cipher.update(content)
    target.set(sealed, at)
    // What is small costs more to give back than it holds.
    if (content.length === CHUNK_SIZE) release(sealed)
  }
  cipher.final()
  target.set(cipher.getAuthTag(), at + content.length)
  return at + content.length + TAG_SIZE
}

function openChunk(seal: ChunkSeal, number: number, last: boolean, chunk: Buffer): Buffer {
  const end = chunk.length - TAG_SIZE
  try {
    const decipher = createDecipheriv(ALGORITHM, seal.key, setNonce(seal.part, number, last), OPTIONS)
    decipher.setAAD(seal.associated)
    decipher.setAuthTag(chunk.subarray(end))
    const content = decipher.update(chunk.subarray(0, end))
    decipher.final()
    return content
  } catch {
    throw new HoldfastError('VAULT_DAMAGED', `chunk ${number} of ${seal.where} is not what was sealed`)
  }
}

/**
 * Seals content that is in memory, writing `sealedSize(content.length)` bytes to `target` from `at`.
 * @returns where the next bytes go
 */
export function sealInto(target: Buffer, at: number, content: Buffer, seal: ChunkSeal): number {
  if (content.length <= CHUNK_SIZE) return sealChunk(seal, 0, true, content, target, at)
  let end = at
  for (let start = 0, number = 0; start < content.length; start += CHUNK_SIZE, number++) {
    const next = start + CHUNK_SIZE
    end = sealChunk(seal, number, next >= content.length, content.subarray(start, next), target, end)
  }
  return end
}

/** Seals content as it streams by; yields a sealed chunk at a time. */
export async function* sealStream(content: AsyncIterable<Buffer>, seal: ChunkSeal): AsyncIterable<Buffer> {
  // A chunk is sealed only when it is known whether another follows.
  let waiting: Buffer | null = null
  let number = 0
  const sealed = (block: Buffer, last: boolean): Buffer => {
    const chunk = Buffer.allocUnsafeSlow(block.length + TAG_SIZE)
    sealChunk(seal, number++, last, block, chunk, 0)
    return chunk
  }
  for await (const block of blocksOf(content, CHUNK_SIZE)) {
    if (waiting) yield sealed(waiting, false)
    waiting = block
  }
  yield sealed(waiting ?? Buffer.alloc(0), true)
}

/**
 * Opens a sealed part of `size` bytes of content, yielding each chunk's content once it is verified. `first`: the
 * bytes begin with the chunk of this number.
 * @throws VAULT_DAMAGED where the bytes are not those that were sealed, or end early, or go on
 */
export async function* openStream(
  sealed: AsyncIterable<Buffer>,
  size: number,
  seal: ChunkSeal,
  first = 0,
): AsyncIterable<Buffer> {
  const chunks = Math.max(1, Math.ceil(size / CHUNK_SIZE))
  const lastSize = size - (chunks - 1) * CHUNK_SIZE + TAG_SIZE
  let number = first
  for await (const chunk of blocksOf(sealed, CHUNK_SIZE + TAG_SIZE)) {
    const last = number === chunks - 1
    if (number >= chunks || chunk.length !== (last ? lastSize : CHUNK_SIZE + TAG_SIZE))
      throw new HoldfastError('VAULT_DAMAGED', `${seal.where} has another length than was sealed`)
    const content = openChunk(seal, number, last, chunk)
    number++
    release(chunk)
    if (content.length > 0) yield content
  }
  if (number !== chunks) throw new HoldfastError('VAULT_DAMAGED', `${seal.where} ends early`)
}

/** Opens a sealed part that is in memory. @throws VAULT_DAMAGED */
export function openWhole(sealed: Buffer, size: number, seal: ChunkSeal): Buffer {
  if (sealed.length !== sealedSize(size))
    throw new HoldfastError('VAULT_DAMAGED', `${seal.where} has another length than was sealed`)
  if (size <= CHUNK_SIZE) return openChunk(seal, 0, true, sealed)
  const content = Buffer.allocUnsafeSlow(size)
  for (let number = 0, start = 0; start < size; number++, start += CHUNK_SIZE) {
    const from = number * (CHUNK_SIZE + TAG_SIZE)
    const chunk = sealed.subarray(from, from + CHUNK_SIZE + TAG_SIZE)
    content.set(openChunk(seal, number, start + CHUNK_SIZE >= size, chunk), start)
  }
  return content
}
