import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../clock.ts'
import { type ErrorCode, HoldfastError, hasCode } from '../errors.ts'
import { createKeyring, type Keyring } from '../keyring/keyring.ts'
import { openFileStorage } from '../storage/storage.ts'
import { testDatabase } from '../testing/database.ts'
import { readContent, readPage, stageContent, stagePage } from './staging.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-staging-'))
const storage = openFileStorage(path.join(scratch, 'objects'))
const fileOf = (name: string) => path.join(scratch, 'objects', name)
const withCode = (code: ErrorCode) => (error: unknown) => hasCode(error, code)
const damaged = withCode('VAULT_DAMAGED')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()

async function* cut(bytes: Buffer, size = 10_000): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all)
}
async function staged(): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of storage.list('staging/')) names.push(name)
  return names
}

describe('staging', () => {
  let keyring: Keyring
  let other: Keyring
  const cleanups: (() => Promise<void>)[] = []
  before(async () => {
    const context = { after: (work: () => Promise<void>) => void cleanups.push(work) }
    const make = async (name: string) => {
      const { database } = await testDatabase(context)
      return database.transaction(tx => createKeyring(tx, path.join(scratch, name), systemClock))
    }
    keyring = await make('one.key')
    other = await make('other.key')
  })
  after(async () => {
    for (const cleanup of cleanups) await cleanup()
    rmSync(scratch, { recursive: true, force: true })
  })

  test('a page comes back exactly, whatever its size', async () => {
    const size = fc.oneof(fc.constantFrom(0, 1, 65_535, 65_536, 65_537), fc.nat(300_000))
    await fc.assert(
      fc.asyncProperty(size, async length => {
        const page = randomBytes(length)
        const name = await stagePage(storage, keyring, page)
        assert.match(name, /^staging\/[0-9a-f]{32}$/)
        assert.ok((await readPage(storage, keyring, name)).equals(page))
        assert.ok((await collect(readContent(storage, keyring, name))).equals(page))
      }),
      { numRuns: 25 },
    )
  })

  test('streamed content comes back exactly, with its size and digest', async () => {
    for (const length of [0, 1, 65_536, 65_537, 1_000_000]) {
      const content = randomBytes(length)
      const { name, size, sha256: digest } = await stageContent(storage, keyring, cut(content), length)
      assert.equal(size, length)
      assert.deepEqual(digest, sha256(content))
      assert.ok((await collect(readContent(storage, keyring, name))).equals(content))
      assert.ok((await readPage(storage, keyring, name)).equals(content))
    }
  })

  test('content over the limit is refused as soon as it is, and leaves nothing', async () => {
    const before = await staged()
    let given = 0
    async function* endless() {
      for (;;) {
        given += 10_000
        yield Buffer.alloc(10_000)
      }
    }
    await assert.rejects(stageContent(storage, keyring, endless(), 100_000), withCode('ITEM_TOO_LARGE'))
    assert.ok(given <= 110_000)
    assert.deepEqual(await staged(), before)
  })

  test('a source that fails in the middle leaves nothing, and its error comes through', async () => {
    const before = await staged()
    async function* broken() {
      yield Buffer.alloc(100_000)
      throw new HoldfastError('SITE_UNREACHABLE', 'cut')
    }
    await assert.rejects(stageContent(storage, keyring, broken(), 1e9), withCode('SITE_UNREACHABLE'))
    assert.deepEqual(await staged(), before)
  })

  test('a flipped byte anywhere, a cut, or an added byte is found', async () => {
    const name = await stagePage(storage, keyring, randomBytes(40))
    const whole = readFileSync(fileOf(name))
    const isRefused = (error: unknown) => damaged(error) || withCode('VAULT_VERSION')(error)
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 0x10
      for (const bytes of [changed, whole.subarray(0, at)]) {
        writeFileSync(fileOf(name), bytes)
        await assert.rejects(readPage(storage, keyring, name), isRefused)
        await assert.rejects(collect(readContent(storage, keyring, name)), isRefused)
      }
    }
    writeFileSync(fileOf(name), Buffer.concat([whole, Buffer.alloc(16)]))
    await assert.rejects(readPage(storage, keyring, name), damaged)
  })

  test('a staged object under the name of another, or of another archive, does not open', async () => {
    const [a, b] = [
      await stagePage(storage, keyring, Buffer.from('a page')),
      await stagePage(storage, keyring, Buffer.from('b page')),
    ]
    await assert.rejects(readPage(storage, other, a), damaged)
    renameSync(fileOf(a), fileOf(b))
    await assert.rejects(readPage(storage, keyring, b), damaged)
    await assert.rejects(readPage(storage, keyring, a), withCode('STORAGE_MISSING'))
    await assert.rejects(collect(readContent(storage, keyring, a)), withCode('STORAGE_MISSING'))
  })

  test('stored bytes hold no content and no digest of it', async () => {
    const text = Buffer.from('the quick brown fox jumps over the lazy dog')
    const page = await stagePage(storage, keyring, text)
    const { name } = await stageContent(storage, keyring, cut(text, 7), 1000)
    for (const object of [page, name]) {
      const bytes = readFileSync(fileOf(object))
      assert.ok(!bytes.includes('quick') && !bytes.includes(sha256(text)))
    }
  })
})
