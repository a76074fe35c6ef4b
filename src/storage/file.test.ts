import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { hasCode } from '../errors.ts'
import { storageConformance } from '../testing/storage-conformance.ts'
import { blocksOf, openFileStorage } from './storage.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-storage-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const folder = (name: string) => path.join(scratch, name)

storageConformance('the file system', async () => openFileStorage(folder('conformance')))

test('objects and folders are for their owner alone', async () => {
  await openFileStorage(folder('modes')).put('deep/er/object', Buffer.from('x'))
  assert.equal(statSync(folder('modes/deep/er/object')).mode & 0o777, 0o600)
  for (const name of ['modes', 'modes/deep', 'modes/deep/er', 'modes/.incoming'])
    assert.equal(statSync(folder(name)).mode & 0o777, 0o700)
})

test('neither a finished nor a failed put leaves a temporary file', async () => {
  const storage = openFileStorage(folder('debris'))
  await storage.put('a/one', Buffer.from('x'))
  await storage.put('a/one', Buffer.from('x'))
  await assert.rejects(storage.put('a/one', Buffer.from('y')))
  await assert.rejects(
    storage.put(
      'a/two',
      (async function* () {
        yield randomBytes(1000)
        throw new Error('cut')
      })(),
    ),
    /cut/,
  )
  assert.deepEqual(readdirSync(folder('debris/.incoming')), [])
})

test('half-written files of a crash are removed at opening once they are a day old, not before', () => {
  const incoming = folder('swept/.incoming')
  mkdirSync(incoming, { recursive: true })
  const now = Date.UTC(2026, 10, 20)
  const ages = { recent: 23 * 3600, old: 25 * 3600 }
  for (const [name, seconds] of Object.entries(ages)) {
    writeFileSync(path.join(incoming, name), 'half')
    utimesSync(path.join(incoming, name), now / 1000 - seconds, now / 1000 - seconds)
  }
  openFileStorage(folder('swept'), { now: () => now, sleep: async () => {} })
  assert.deepEqual(readdirSync(incoming), ['recent'])
})

test('what is half written shows in no listing', async () => {
  const storage = openFileStorage(folder('hidden'))
  await storage.put('seen/one', Buffer.from('x'))
  writeFileSync(folder('hidden/.incoming/half'), 'half')
  const names: string[] = []
  for await (const { name } of storage.list('')) names.push(name)
  assert.deepEqual(names, ['seen/one'])
})

test('a full disk is a failed storage that leaves nothing behind and works again when there is room', async t => {
  const mount = folder('full')
  mkdirSync(mount)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'ignore' })
  } catch {
    return t.skip('making a small disk needs root')
  }
  t.after(() => execFileSync('umount', [mount]))
  const storage = openFileStorage(mount)
  const large = blocksOf(
    (async function* () {
      yield Buffer.alloc(2 * 1024 * 1024)
    })(),
    65_536,
  )
  await assert.rejects(storage.put('too/large', large), error => {
    assert.ok(hasCode(error, 'STORAGE_FAILED'))
    assert.match(error.message, /ENOSPC/)
    return error.retryable
  })
  await assert.rejects(storage.put('too/large', Buffer.alloc(2 * 1024 * 1024)), error =>
    hasCode(error, 'STORAGE_FAILED'),
  )
  assert.deepEqual(readdirSync(path.join(mount, '.incoming')), [])
  assert.equal(await storage.size('too/large'), null)
  await storage.put('fits/well', Buffer.alloc(500_000))
  assert.equal(await storage.size('fits/well'), 500_000)
})

test('a root that cannot be written is a failed storage', async () => {
  writeFileSync(folder('no-folder'), 'a file stands here')
  await assert.rejects(openFileStorage(folder('no-folder')).put('a/b', Buffer.from('x')), error =>
    hasCode(error, 'STORAGE_FAILED'),
  )
  assert.equal(await openFileStorage(folder('no-folder')).size('a/b'), null)
})

test('a listing passes over what is no object: links out of the storage and strange files', async () => {
  const storage = openFileStorage(folder('strange'))
  await storage.put('real/one', Buffer.from('x'))
  symlinkSync('/etc/hosts', folder('strange/real/link'))
  const names: string[] = []
  for await (const { name } of storage.list('real/')) names.push(name)
  assert.deepEqual(names, ['real/one'])
})

test('blocks have one size but for the last, whatever the pieces', async () => {
  for (const sizes of [[], [0], [1], [10], [3, 3, 3], [25], [10, 10], [9, 1, 0, 11], [1, 1, 1, 1, 30]]) {
    const bytes = randomBytes(sizes.reduce((sum, size) => sum + size, 0))
    async function* cut() {
      let at = 0
      for (const size of sizes) {
        yield bytes.subarray(at, at + size)
        at += size
      }
    }
    const blocks: Buffer[] = []
    for await (const block of blocksOf(cut(), 10)) blocks.push(block)
    assert.ok(Buffer.concat(blocks).equals(bytes))
    assert.deepEqual(
      blocks.map(block => block.length),
      [
        ...Array.from({ length: Math.floor(bytes.length / 10) }, () => 10),
        ...(bytes.length % 10 ? [bytes.length % 10] : []),
      ],
    )
  }
})
