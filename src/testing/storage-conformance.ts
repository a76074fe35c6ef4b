/** What every storage must do. Each implementation's test file calls this with a way to open an empty storage. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { type ErrorCode, HoldfastError, hasCode } from '../errors.ts'
import type { Storage, StoredObject } from '../storage/storage.ts'

const withCode = (code: ErrorCode) => (error: unknown) => hasCode(error, code)

async function* pieces(...buffers: Buffer[]): AsyncIterable<Buffer> {
  yield* buffers
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all)
}

async function listed(storage: Storage, prefix: string): Promise<StoredObject[]> {
  const all: StoredObject[] = []
  for await (const object of storage.list(prefix)) all.push(object)
  return all
}

/** Registers the tests. `open` is called once; every test uses names of its own. */
export function storageConformance(kind: string, open: () => Promise<Storage>): void {
  describe(`${kind} keeps the promises of a storage`, () => {
    let opened: Promise<Storage> | undefined
    const storage = () => {
      opened ??= open()
      return opened
    }

    test('what was put is read back, whole, in ranges and as a stream', async () => {
      const store = await storage()
      const bytes = randomBytes(700_001)
      assert.equal(await store.put('round/whole', bytes), bytes.length)
      assert.deepEqual(await store.read('round/whole'), bytes)
      assert.deepEqual(await store.read('round/whole', 0, 8), bytes.subarray(0, 8))
      assert.deepEqual(await store.read('round/whole', 699_000), bytes.subarray(699_000))
      assert.deepEqual(await store.read('round/whole', 300_000, 1), bytes.subarray(300_000, 300_001))
      assert.deepEqual(await store.read('round/whole', 5, 0), Buffer.alloc(0))
      assert.deepEqual(await collect(store.stream('round/whole')), bytes)
      assert.deepEqual(
        await collect(store.stream('round/whole', 65_535, 400_000)),
        bytes.subarray(65_535, 465_535),
      )
    })

    test('a range past the end is cut short, and one beyond it is empty', async () => {
      const store = await storage()
      await store.put('past/end', Buffer.from('0123456789'))
      assert.equal((await store.read('past/end', 8, 100)).toString(), '89')
      assert.equal((await collect(store.stream('past/end', 8, 100))).toString(), '89')
      assert.equal((await store.read('past/end', 10)).length, 0)
      assert.equal((await store.read('past/end', 1000, 5)).length, 0)
      assert.equal((await collect(store.stream('past/end', 1000))).length, 0)
    })

    test('an empty object is an object', async () => {
      const store = await storage()
      assert.equal(await store.put('empty/buffer', Buffer.alloc(0)), 0)
      assert.equal(await store.put('empty/stream', pieces()), 0)
      for (const name of ['empty/buffer', 'empty/stream']) {
        assert.equal(await store.size(name), 0)
        assert.equal((await store.read(name)).length, 0)
        assert.equal((await collect(store.stream(name))).length, 0)
      }
    })

    test('a stream of pieces of any size arrives whole, also over several blocks', async () => {
      const store = await storage()
      const parts = [1, 0, 65_536, 3_000_000, 4_194_304, 5_000_000, 7].map(size => randomBytes(size))
      const whole = Buffer.concat(parts)
      assert.equal(await store.put('streamed/in', pieces(...parts)), whole.length)
      assert.equal(await store.size('streamed/in'), whole.length)
      assert.ok((await collect(store.stream('streamed/in'))).equals(whole))
    })

    test('a missing object has no size, is missing to readers, and may be removed', async () => {
      const store = await storage()
      assert.equal(await store.size('absent/one'), null)
      await assert.rejects(store.read('absent/one'), withCode('STORAGE_MISSING'))
      await assert.rejects(store.read('absent/one', 0, 0), withCode('STORAGE_MISSING'))
      await assert.rejects(collect(store.stream('absent/one')), withCode('STORAGE_MISSING'))
      await store.remove('absent/one')
    })

    test('nothing is overwritten: other bytes are refused, the same bytes are fine', async () => {
      const store = await storage()
      const first = randomBytes(70_000)
      await store.put('once/only', first)
      const changed = Buffer.from(first)
      changed[69_999]! ^= 1
      for (const other of [changed, first.subarray(1), Buffer.alloc(0)]) {
        await assert.rejects(store.put('once/only', other), withCode('STORAGE_EXISTS'))
        await assert.rejects(store.put('once/only', pieces(other)), withCode('STORAGE_EXISTS'))
      }
      assert.equal(await store.put('once/only', first), first.length)
      assert.equal(
        await store.put('once/only', pieces(first.subarray(0, 9), first.subarray(9))),
        first.length,
      )
      assert.ok((await store.read('once/only')).equals(first))
    })

    test('of many writers of one name exactly one prevails, and readers see all of it or nothing', async () => {
      const store = await storage()
      const candidates = Array.from({ length: 6 }, (_, n) => Buffer.alloc(200_000, n))
      const results = await Promise.allSettled(candidates.map(bytes => store.put('race/one', pieces(bytes))))
      assert.equal(results.filter(result => result.status === 'fulfilled').length, 1)
      for (const result of results)
        if (result.status === 'rejected') assert.ok(hasCode(result.reason, 'STORAGE_EXISTS'))
      const winner = results.findIndex(result => result.status === 'fulfilled')
      assert.ok((await store.read('race/one')).equals(candidates[winner]!))
    })

    test('an error of the content passes through and leaves nothing behind', async () => {
      const store = await storage()
      async function* broken() {
        yield randomBytes(5_000_000)
        yield randomBytes(100)
        throw new HoldfastError('SITE_UNREACHABLE', 'cut in the middle')
      }
      await assert.rejects(store.put('broken/content', broken()), withCode('SITE_UNREACHABLE'))
      assert.equal(await store.size('broken/content'), null)
      assert.deepEqual(await listed(store, 'broken/'), [])
      await store.put('broken/content', Buffer.from('second try'))
      assert.equal((await store.read('broken/content')).toString(), 'second try')
    })

    test('nothing is visible before the content has ended', async () => {
      const store = await storage()
      async function* slow() {
        yield randomBytes(4_500_000)
        assert.equal(await store.size('unfinished/one'), null)
        assert.deepEqual(await listed(store, 'unfinished/'), [])
        yield randomBytes(10)
      }
      await store.put('unfinished/one', slow())
      assert.equal(await store.size('unfinished/one'), 4_500_010)
    })

    test('what was removed is gone, and its name is free', async () => {
      const store = await storage()
      await store.put('gone/soon', Buffer.from('one'))
      await store.remove('gone/soon')
      assert.equal(await store.size('gone/soon'), null)
      await store.put('gone/soon', Buffer.from('two'))
      assert.equal((await store.read('gone/soon')).toString(), 'two')
    })

    test('a listing holds every object under a prefix once, in order of name, with its size', async () => {
      const store = await storage()
      const names = ['list/b', 'list/a/2', 'list/a/1', 'list/a-1', 'list/a.1', 'list/ab/x/y', 'lister/z']
      for (const name of names) await store.put(name, Buffer.alloc(name.length))
      const under = (await listed(store, 'list/')).map(object => object.name)
      assert.deepEqual(under, names.filter(name => name.startsWith('list/')).sort())
      assert.deepEqual(
        (await listed(store, 'list/a')).map(object => object.name),
        names.filter(name => name.startsWith('list/a')).sort(),
      )
      assert.deepEqual(
        (await listed(store, 'list/a/')).map(object => object.name),
        ['list/a/1', 'list/a/2'],
      )
      assert.ok((await listed(store, '')).length >= names.length)
      for (const object of await listed(store, 'list/')) {
        assert.equal(object.size, object.name.length)
        assert.ok(object.changedAt instanceof Date && object.changedAt.getTime() > 1_600_000_000_000)
      }
      assert.deepEqual(await listed(store, 'no-such-prefix/'), [])
    })

    test('a name that could leave the storage, or that some storage cannot hold, is refused', async () => {
      const store = await storage()
      const bad = [
        '',
        '.',
        '..',
        '../x',
        'a/../b',
        'a//b',
        '/a',
        'a/',
        'a/..',
        '.incoming/x',
        'A',
        'a b',
        'a\\b',
      ]
      for (const name of [...bad, 'a\0b', 'å', 'a..b', 'x'.repeat(201)]) {
        await assert.rejects(store.put(name, Buffer.from('x')), withCode('STORAGE_NAME_INVALID'))
        await assert.rejects(store.read(name), withCode('STORAGE_NAME_INVALID'))
        await assert.rejects(collect(store.stream(name)), withCode('STORAGE_NAME_INVALID'))
        await assert.rejects(store.size(name), withCode('STORAGE_NAME_INVALID'))
        await assert.rejects(store.remove(name), withCode('STORAGE_NAME_INVALID'))
        await assert.rejects(store.setTier(name, 'cool'), withCode('STORAGE_NAME_INVALID'))
        await assert.rejects(store.tierOf(name), withCode('STORAGE_NAME_INVALID'))
      }
      assert.throws(() => store.list('../'), withCode('STORAGE_NAME_INVALID'))
    })

    test('an object is read, listed and guarded alike in every tier, and reading leaves it where it is', async () => {
      const store = await storage()
      const bytes = randomBytes(300_000)
      await store.put('tiered/one', bytes)
      for (const tier of ['cool', 'cold', 'cold', 'hot', 'cool'] as const) {
        await store.setTier('tiered/one', tier)
        assert.deepEqual(await store.read('tiered/one'), bytes)
        assert.deepEqual(
          await collect(store.stream('tiered/one', 1000, 100_000)),
          bytes.subarray(1000, 101_000),
        )
        assert.equal(await store.tierOf('tiered/one'), store.hasTiers ? tier : null)
      }
      assert.equal(await store.put('tiered/one', bytes), bytes.length)
      await assert.rejects(store.put('tiered/one', randomBytes(300_000)), withCode('STORAGE_EXISTS'))
      assert.deepEqual(
        (await listed(store, 'tiered/')).map(({ name, size }) => [name, size]),
        [['tiered/one', bytes.length]],
      )
      await store.remove('tiered/one')
      assert.equal(await store.size('tiered/one'), null)
      await assert.rejects(store.setTier('tiered/one', 'cool'), withCode('STORAGE_MISSING'))
      await assert.rejects(store.tierOf('tiered/one'), withCode('STORAGE_MISSING'))
    })

    test('a reader may stop in the middle of a stream', async () => {
      const store = await storage()
      const bytes = randomBytes(3_000_000)
      await store.put('stopped/early', bytes)
      for await (const piece of store.stream('stopped/early')) {
        assert.ok(piece.equals(bytes.subarray(0, piece.length)))
        break
      }
      assert.equal((await store.read('stopped/early', 0, 4)).length, 4)
    })
  })
}
