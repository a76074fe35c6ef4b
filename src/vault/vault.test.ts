import assert from 'node:assert/strict'
import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { leafHash } from '../audit/tree.ts'
import { type ErrorCode, HoldfastError, hasCode } from '../errors.ts'
import type { ItemKey } from '../keyring/keyring.ts'
import { openFileStorage } from '../storage/storage.ts'
import {
  blindOf,
  createVaultObject,
  holdObject,
  leafFrom,
  leafOf,
  type PartName,
  readFooter,
  readPart,
  readWhole,
  sealLarge,
} from './vault.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-vault-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const storage = openFileStorage(scratch)
const fileOf = (name: string) => path.join(scratch, name)

const withCode = (code: ErrorCode) => (error: unknown) => hasCode(error, code)
const damaged = withCode('VAULT_DAMAGED')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()
const keyOf = (raw: Buffer): ItemKey => ({ key: createSecretKey(raw), wrapped: Buffer.alloc(40) })
const newKey = () => keyOf(randomBytes(32))

async function* cut(bytes: Buffer, size = 50_000): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all)
}

type Item = { id: Buffer; key: ItemKey; original: Buffer; message: Buffer | null }
const newItem = (original: Buffer, message: Buffer | null): Item => ({
  id: randomBytes(16),
  key: newKey(),
  original,
  message,
})

async function filed(items: Item[]) {
  const object = createVaultObject()
  const sealed = items.map(item => object.add(item.id, item.key, item.original, item.message))
  const { name, bytes } = await object.finish(storage)
  return { name, bytes, sealed, locations: sealed.map(place => ({ name, ...place })) }
}

test('every item of a batch comes back, each part whole and streamed', async () => {
  const size = fc.oneof(fc.constantFrom(0, 1, 700, 65_535, 65_536, 65_537, 131_072), fc.nat(3000))
  const item = fc.record({ original: size, message: fc.option(size) })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 12 }), async sizes => {
      const items = sizes.map(({ original, message }) =>
        newItem(randomBytes(original), message === null ? null : randomBytes(message)),
      )
      const { name, bytes, sealed, locations } = await filed(items)
      assert.equal(await storage.size(name), bytes)
      const held = await holdObject(storage, name)
      for (const [n, { id, key, original, message }] of items.entries()) {
        const location = locations[n]!
        assert.equal(location.originalSize, original.length)
        assert.equal(location.messageSize, message?.length ?? null)
        const parts: [PartName, Buffer][] = [
          ['original', original],
          ['message', message ?? original],
        ]
        for (const [part, content] of parts) {
          for (const from of [storage, held]) {
            assert.ok((await readWhole(from, location, id, key.key, part)).equals(content))
            assert.ok((await collect(readPart(from, location, id, key.key, part))).equals(content))
          }
        }
        assert.deepEqual(sealed[n]!.leaf, leafOf(id, key.key, sha256(original), sha256(message ?? original)))
      }
      assert.deepEqual(await readFooter(held, name), await readFooter(storage, name))
      assert.deepEqual(
        await readFooter(storage, name),
        items.map(({ id }, n) => ({ itemId: id, ...sealed[n]! })),
      )
    }),
    { numRuns: 25 },
  )
})

test('names are fresh, random and spread over folders', async () => {
  const { name } = await filed([newItem(Buffer.from('a'), null)])
  const again = await filed([newItem(Buffer.from('a'), null)])
  assert.match(name, /^vault\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/)
  assert.notEqual(name, again.name)
})

test('a flipped byte anywhere in an object is found by reading it, and names what is damaged', async () => {
  const items = [newItem(randomBytes(40), randomBytes(50)), newItem(randomBytes(30), null)]
  const { name, bytes, locations } = await filed(items)
  const whole = readFileSync(fileOf(name))
  for (let at = 0; at < bytes; at++) {
    const changed = Buffer.from(whole)
    changed[at]! ^= 0x01
    writeFileSync(fileOf(name), changed)
    const findings: string[] = []
    const noteDamage = (what: string) => (error: unknown) => {
      assert.ok(hasCode(error, 'VAULT_DAMAGED') || hasCode(error, 'VAULT_VERSION'), String(error))
      assert.match(error.message, new RegExp(name))
      findings.push(what)
    }
    await readFooter(storage, name).catch(noteDamage('footer'))
    for (const [n, { id, key, original, message }] of items.entries()) {
      const parts: [PartName, Buffer | null][] = [
        ['original', original],
        ['message', message],
      ]
      for (const [part, content] of parts) {
        if (content === null) continue
        const released: Buffer[] = []
        try {
          for await (const piece of readPart(storage, locations[n]!, id, key.key, part)) released.push(piece)
          assert.ok(Buffer.concat(released).equals(content))
        } catch (error) {
          noteDamage(`${n} ${part}`)(error)
          assert.deepEqual(released, [])
        }
      }
    }
    const first = locations[0]!.offset
    const place = [
      [first, 'footer'],
      [first + 40 + 16, '0 original'],
      [first + 40 + 16 + 50 + 16, '0 message'],
      [first + 40 + 16 + 50 + 16 + 30 + 16, '1 original'],
      [bytes, 'footer'],
    ].find(([end]) => at < Number(end))![1]
    assert.deepEqual(findings, [place], `byte ${at}`)
  }
})

test('an object cut anywhere is found', async () => {
  const { name, bytes } = await filed([newItem(randomBytes(40), null)])
  const whole = readFileSync(fileOf(name))
  for (let length = 0; length < bytes; length++) {
    writeFileSync(fileOf(name), whole.subarray(0, length))
    await assert.rejects(readFooter(storage, name), damaged)
  }
  writeFileSync(fileOf(name), Buffer.concat([whole, Buffer.alloc(1)]))
  await assert.rejects(readFooter(storage, name), damaged)
  rmSync(fileOf(name))
  await assert.rejects(readFooter(storage, name), withCode('STORAGE_MISSING'))
})

test('the content of two items, exchanged, opens as neither', async () => {
  const items = [newItem(randomBytes(100), null), newItem(randomBytes(100), null)]
  const { locations } = await filed(items)
  const [a, b] = items as [Item, Item]
  const [atA, atB] = locations
  await assert.rejects(readWhole(storage, atB!, a.id, a.key.key, 'original'), damaged)
  await assert.rejects(readWhole(storage, atA!, b.id, b.key.key, 'original'), damaged)
  // Not even with the right key under another item's id: the id is authenticated.
  await assert.rejects(readWhole(storage, atA!, b.id, a.key.key, 'original'), damaged)
  await assert.rejects(readWhole(storage, atA!, a.id, b.key.key, 'original'), damaged)
})

test('original and message of one item cannot stand for each other', async () => {
  const item = newItem(randomBytes(100), randomBytes(100))
  const { locations } = await filed([item])
  const { name, offset } = locations[0]!
  const message = { name, offset: offset + 116, originalSize: 100, messageSize: null }
  await assert.rejects(readWhole(storage, message, item.id, item.key.key, 'original'), damaged)
})

test('sizes that were changed where they are kept are found', async () => {
  const item = newItem(randomBytes(70_000), randomBytes(500))
  const { locations } = await filed([item])
  const right = locations[0]!
  const wrong = [
    { ...right, originalSize: 69_999 },
    { ...right, originalSize: 65_536 },
    { ...right, originalSize: 0 },
    { ...right, offset: right.offset + 1 },
    { ...right, offset: 10_000_000 },
  ]
  for (const location of wrong) {
    await assert.rejects(readWhole(storage, location, item.id, item.key.key, 'original'), damaged)
    await assert.rejects(collect(readPart(storage, location, item.id, item.key.key, 'original')), damaged)
  }
})

test('a large item streams into an object of its own and out again, with the leaf of its content', async () => {
  const key = newKey()
  const id = randomBytes(16)
  const original = randomBytes(1_000_003)
  const message = randomBytes(1_400_000)
  const { name, bytes, sealed } = await sealLarge(
    storage,
    id,
    key,
    { size: original.length, chunks: cut(original) },
    { chunks: cut(message, 999) },
  )
  assert.equal(await storage.size(name), bytes)
  const location = { name, ...sealed }
  assert.ok((await collect(readPart(storage, location, id, key.key, 'original'))).equals(original))
  assert.ok((await collect(readPart(storage, location, id, key.key, 'message'))).equals(message))
  assert.deepEqual(sealed.leaf, leafOf(id, key.key, sha256(original), sha256(message)))
  assert.deepEqual(await readFooter(storage, name), [{ itemId: id, ...sealed }])
})

test('a large item without a message of its own is its original', async () => {
  const key = newKey()
  const id = randomBytes(16)
  const original = randomBytes(65_536)
  const { name, sealed } = await sealLarge(storage, id, key, { chunks: cut(original) }, null)
  assert.equal(sealed.messageSize, null)
  assert.ok((await readWhole(storage, { name, ...sealed }, id, key.key, 'message')).equals(original))
  assert.deepEqual(sealed.leaf, leafOf(id, key.key, sha256(original), sha256(original)))
})

test('a stream that fails or is not of its stated size leaves no object', async () => {
  const count = async () => {
    let objects = 0
    for await (const _ of storage.list('vault/')) objects++
    return objects
  }
  const before = await count()
  async function* broken() {
    yield randomBytes(200_000)
    throw new HoldfastError('SITE_UNREACHABLE', 'cut')
  }
  const id = randomBytes(16)
  await assert.rejects(
    sealLarge(storage, id, newKey(), { chunks: broken() }, null),
    withCode('SITE_UNREACHABLE'),
  )
  await assert.rejects(
    sealLarge(storage, id, newKey(), { size: 11, chunks: cut(randomBytes(10)) }, null),
    withCode('SITE_ANSWER_INVALID'),
  )
  assert.equal(await count(), before)
})

test('a key seals once only, and a finished object takes nothing more', async () => {
  const object = createVaultObject()
  const key = newKey()
  object.add(randomBytes(16), key, Buffer.from('one'), null)
  assert.throws(() => object.add(randomBytes(16), key, Buffer.from('two'), null), withCode('INTERNAL'))
  await assert.rejects(
    sealLarge(storage, randomBytes(16), key, { chunks: cut(Buffer.from('three')) }, null),
    withCode('INTERNAL'),
  )
  await object.finish(storage)
  assert.throws(() => object.add(randomBytes(16), newKey(), Buffer.from('four'), null), withCode('INTERNAL'))
  await assert.rejects(object.finish(storage), withCode('INTERNAL'))
})

test('stored bytes hold no content and no digest of it', async () => {
  const text = Buffer.from('the quick brown fox jumps over the lazy dog')
  const small = await filed([newItem(text, Buffer.concat([text, text]))])
  const large = await sealLarge(storage, randomBytes(16), newKey(), { chunks: cut(text, 5) }, null)
  for (const name of [small.name, large.name]) {
    const bytes = readFileSync(fileOf(name))
    for (const secret of [text.subarray(0, 9), sha256(text), sha256(Buffer.concat([text, text]))])
      assert.ok(!bytes.includes(secret))
  }
})

test('a newer version of the format is refused as such', async () => {
  const { name } = await filed([newItem(Buffer.from('x'), null)])
  const bytes = readFileSync(fileOf(name))
  bytes[7] = 2
  writeFileSync(fileOf(name), bytes)
  await assert.rejects(readFooter(storage, name), withCode('VAULT_VERSION'))
})

// The bytes of version 1 never change. These were written down once; docs/formats/vault.md carries the same example.
test('a known key and content give the known bytes, leaf and tree leaf', async () => {
  const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const raw = Buffer.from(Array.from({ length: 32 }, (_, n) => n))
  const item = { id, key: keyOf(raw), original: Buffer.from('original'), message: Buffer.from('a message') }
  const { name, sealed } = await filed([item])
  assert.equal(readFileSync(fileOf(name)).toString('hex'), KNOWN.object)
  assert.equal(sealed[0]!.leaf.toString('hex'), KNOWN.leaf)
  const blind = sha256(Buffer.concat([Buffer.from('holdfast blind'), raw]))
  assert.deepEqual(blindOf(item.key.key), blind)
  const digests = [sha256(item.original), sha256(item.message)] as const
  const byHand = sha256(Buffer.concat([Buffer.from('holdfast leaf 1'), id, blind, ...digests]))
  assert.deepEqual(sealed[0]!.leaf, byHand)
  assert.deepEqual(leafFrom(id, blind, ...digests), byHand)
  assert.deepEqual(leafHash(byHand), sha256(Buffer.concat([Buffer.from([0]), byHand])))
})

const KNOWN = {
  object: [
    '48465641554c540168a707536314d5fdfd45d82fe1d98983fbfb46e585bd354ab0c4ec891c4b56f4',
    'ef32cf968b3ec5cefbbf8989c0bbfda7d100112233445566778899aabbccddeeff00000000000000',
    '0800000000000000080000000000000009e26a34f428adc49d72d0e922887551346b427f199f9d15',
    'dd185fc753d98310b300000001728eafe916f225dd9dfe2772e46e79b83bd6801bf1954d74557c8c',
    'c3d2e75fcc48465641554c5445',
  ].join(''),
  leaf: 'e26a34f428adc49d72d0e922887551346b427f199f9d15dd185fc753d98310b3',
}
