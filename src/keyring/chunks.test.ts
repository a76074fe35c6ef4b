import assert from 'node:assert/strict'
import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import {
  CHUNK_SIZE,
  type ChunkSeal,
  contentSize,
  openStream,
  openWhole,
  sealedSize,
  sealInto,
  sealStream,
} from './chunks.ts'

const seal = (): ChunkSeal => ({
  key: createSecretKey(randomBytes(32)),
  part: 1,
  associated: Buffer.from('associated'),
  where: 'a test',
})
const damaged = (error: unknown) => hasCode(error, 'VAULT_DAMAGED')
const SEALED_CHUNK = CHUNK_SIZE + 16
/** Around the borders of chunks. */
const sizes = fc.oneof(
  fc.constantFrom(
    0,
    1,
    15,
    16,
    17,
    65_519,
    65_520,
    65_535,
    65_536,
    65_537,
    131_071,
    131_072,
    131_073,
    196_608,
  ),
  fc.nat(200_000),
)

async function* cut(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all)
}
function sealed(content: Buffer, by: ChunkSeal): Buffer {
  const target = Buffer.alloc(sealedSize(content.length))
  assert.equal(sealInto(target, 0, content, by), target.length)
  return target
}

test('content of any size comes back, sealed in memory or as a stream, opened in memory or as a stream', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 100, max: 150_000 }), async (size, piece) => {
      const content = randomBytes(size)
      const by = seal()
      const whole = sealed(content, by)
      assert.ok((await collect(sealStream(cut(content, piece), by))).equals(whole))
      assert.ok(openWhole(whole, size, by).equals(content))
      assert.ok((await collect(openStream(cut(whole, piece), size, by))).equals(content))
    }),
    { numRuns: 60 },
  )
})

test('the sealed size tells the content size, and no other sealed size does', () => {
  fc.assert(fc.property(fc.nat(10_000_000), size => assert.equal(contentSize(sealedSize(size)), size)))
  for (const impossible of [0, 1, 15, SEALED_CHUNK + 1, SEALED_CHUNK + 16])
    assert.equal(contentSize(impossible), null, String(impossible))
})

test('the bytes are plain AES-256-GCM with the documented nonces', () => {
  const by = seal()
  const content = randomBytes(CHUNK_SIZE + 5)
  const bytes = sealed(content, by)
  const open = (chunk: Buffer, nonce: string) => {
    const decipher = createDecipheriv('aes-256-gcm', by.key, Buffer.from(nonce, 'hex'), { authTagLength: 16 })
    decipher.setAAD(by.associated)
    decipher.setAuthTag(chunk.subarray(-16))
    return Buffer.concat([decipher.update(chunk.subarray(0, -16)), decipher.final()])
  }
  const first = open(bytes.subarray(0, SEALED_CHUNK), '010000000000000000000000')
  const second = open(bytes.subarray(SEALED_CHUNK), '010000000000000000000101')
  assert.ok(Buffer.concat([first, second]).equals(content))
})

test('a changed byte anywhere is found, and nothing of its chunk or after it is released', async () => {
  const by = seal()
  const content = randomBytes(2 * CHUNK_SIZE + 100)
  const bytes = sealed(content, by)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(bytes)
      changed[at]! ^= change
      assert.throws(() => openWhole(changed, content.length, by), damaged)
      const released: Buffer[] = []
      await assert.rejects(async () => {
        for await (const piece of openStream(cut(changed, 50_000), content.length, by)) released.push(piece)
      }, damaged)
      const before = Math.floor(at / SEALED_CHUNK) * CHUNK_SIZE
      assert.ok(Buffer.concat(released).equals(content.subarray(0, before)))
    }),
    { numRuns: 60 },
  )
})

test('chunks that are cut off, added, exchanged, repeated or dropped are found', async () => {
  const by = seal()
  const content = randomBytes(3 * CHUNK_SIZE)
  const bytes = sealed(content, by)
  const chunk = (n: number) => bytes.subarray(n * SEALED_CHUNK, (n + 1) * SEALED_CHUNK)
  const [a, b, c] = [chunk(0), chunk(1), chunk(2)]
  const forgeries: [Buffer[], number][] = [
    [[b, a, c], 3],
    [[a, a, c], 3],
    [[a, c, c], 3],
    [[a, b], 2],
    [[a, c], 2],
    [[a], 1],
    [[c], 1],
    [[a, b, c, c], 4],
    [[], 0],
    [[bytes.subarray(0, -1)], 3],
    [[bytes, Buffer.alloc(1)], 3],
    [[bytes, Buffer.alloc(16)], 3],
  ]
  for (const [chunks, count] of forgeries) {
    const forged = Buffer.concat(chunks)
    for (const size of new Set([count * CHUNK_SIZE, content.length])) {
      await assert.rejects(collect(openStream(cut(forged, 65_536), size, by)), damaged)
      assert.throws(() => openWhole(forged, size, by), damaged)
    }
  }
})

test('another key, part, or associated text opens nothing', () => {
  const by = seal()
  const bytes = sealed(Buffer.from('content'), by)
  const others = [
    { ...by, key: createSecretKey(randomBytes(32)) },
    { ...by, part: 2 },
    { ...by, associated: Buffer.from('associates') },
    { ...by, associated: Buffer.alloc(0) },
  ]
  for (const other of others) assert.throws(() => openWhole(bytes, 7, other), damaged)
  assert.equal(openWhole(bytes, 7, by).toString(), 'content')
})
