import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LOG_START, testLog } from '../testing/audit-log.ts'
import { canonicalJson, type Json, plainJson } from './canonical.ts'
import { appendEntry, entryBytes, openSealed, readEntries } from './entry.ts'
import { leafHash } from './tree.ts'

test('canonical JSON is that of RFC 8785: its own example of keys, strings and numbers', () => {
  // Section 3.2.2 and 3.2.3 of the RFC, whose sorted keys are told apart by UTF-16 units, not by code points.
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  }
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
  assert.equal(canonicalJson(keys), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
})

test('canonical JSON does not depend on the order in which keys were set, and reads back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const plain = plainJson(value)
      const text = canonicalJson(plain)
      assert.equal(canonicalJson(reversed(plain)), text)
      assert.equal(canonicalJson(JSON.parse(text) as Json), text)
    }),
  )
})

function reversed(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

test('any entry can be made again from its row, byte for byte, whatever its detail was', async t => {
  const { database, keyring, clock } = await testLog(t)
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { maxKeys: 5 }),
      fc.string({ unit: 'binary' }),
      async (detail, subject) => {
        const entryId = await appendEntry(database, keyring, clock, {
          actor: `person:${subject}`,
          act: 'message.read',
          subject,
          detail,
        })
        const [row] = await database.query<{ leaf_hash: Buffer }>(
          'select leaf_hash from audit_entry where entry_id = $1',
          [entryId],
        )
        const { entries } = await readEntries(database, { limit: 1000 })
        const entry = entries.find(each => each.entryId === entryId)!
        assert.deepEqual(leafHash(entryBytes(entry)), row!.leaf_hash)
      },
    ),
    { numRuns: 60 },
  )
})

test('numbers, times, big integers and what JSON cannot say come back as they were hashed', async t => {
  const { database, keyring, clock } = await testLog(t)
  const detail = {
    big: 2n ** 60n,
    far: 1e300,
    near: 5e-324,
    negativeZero: -0,
    nothing: undefined,
    notANumber: Number.NaN,
    at: new Date(LOG_START),
    half: '\ud800',
    nul: 'a\0b',
    nested: { b: [1, { z: 1, a: 2 }], __proto__: null },
  }
  const entryId = await appendEntry(database, keyring, clock, { actor: 'system', act: 'test.act', detail })
  const [row] = await database.query<{ leaf_hash: Buffer }>('select leaf_hash from audit_entry')
  const [entry] = (await readEntries(database, { limit: 1 })).entries
  assert.equal(entry!.entryId, entryId)
  assert.deepEqual(leafHash(entryBytes(entry!)), row!.leaf_hash)
  assert.deepEqual(entry!.detail, {
    big: '1152921504606846976',
    far: 1e300,
    near: 5e-324,
    negativeZero: 0,
    notANumber: null,
    at: '2026-11-02T09:00:00.123Z',
    half: '\ufffd',
    nul: 'a\ufffdb',
    nested: { b: [1, { z: 1, a: 2 }] },
  })
})

test('an entry is there if and only if its transaction committed', async t => {
  const { database, keyring, clock, append } = await testLog(t)
  const kept = await append()
  await assert.rejects(
    database.transaction(async tx => {
      await appendEntry(tx, keyring, clock, { actor: 'system', act: 'test.lost' })
      throw new Error('the act failed')
    }),
    /the act failed/,
  )
  const { entries } = await readEntries(database, { limit: 10 })
  assert.deepEqual(
    entries.map(entry => entry.entryId),
    [kept],
  )
})

test('the sealed part opens with the keys, is nowhere in the open, and belongs to its entry alone', async t => {
  const { database, keyring, append } = await testLog(t)
  const sealed = { query: 'heliotrope', name: 'Ada Example' }
  await append({ act: 'search.run', detail: { results: 3 }, sealed })
  await append({ act: 'search.run', sealed: { query: 'other' } })
  const { entries } = await readEntries(database, { limit: 2 })
  const first = entries.find(entry => entry.detail.results === 3)!
  const second = entries.find(entry => entry !== first)!
  assert.deepEqual(openSealed(keyring, first), sealed)
  const dump = await database.query('select * from audit_entry')
  assert(!JSON.stringify(dump).includes('heliotrope'))
  for (const { sealed: bytes } of entries) assert(!bytes!.includes('heliotrope'))
  assert.throws(() => openSealed(keyring, { entryId: second.entryId, sealed: first.sealed }), {
    code: 'VAULT_DAMAGED',
  })
})

test('an act without dotted words is refused', async t => {
  const { append } = await testLog(t)
  for (const act of ['', 'read', 'Message.read', 'message read', 'message.'])
    await assert.rejects(append({ act }), { code: 'INTERNAL' })
})

test('entries are read newest first, page by page without loss or repeat, also at one instant', async t => {
  const { database, clock, append } = await testLog(t)
  const written: string[] = []
  for (let number = 0; number < 25; number++) {
    clock.set(LOG_START + Math.floor(number / 7) * 1000)
    written.push(await append({ detail: { number } }))
  }
  const read: string[] = []
  let at = Number.POSITIVE_INFINITY
  for (let after: string | null | undefined; after !== null; ) {
    const page = await readEntries(database, { limit: 4, ...(after === undefined ? {} : { after }) })
    for (const entry of page.entries) {
      assert(entry.at.getTime() <= at)
      at = entry.at.getTime()
      read.push(entry.entryId)
    }
    after = page.next
  }
  assert.equal(read.length, 25)
  assert.deepEqual(new Set(read), new Set(written))
  await assert.rejects(readEntries(database, { limit: 4, after: "' or true" }), { code: 'USAGE' })
})

test('entries are found by act, family of acts, actor, subject and time', async t => {
  const { database, clock, append } = await testLog(t)
  await append({ act: 'message.read', actor: 'person:a', subject: 'item:1' })
  clock.set(LOG_START + 1000)
  await append({ act: 'message.export', actor: 'person:b', subject: 'item:1' })
  clock.set(LOG_START + 2000)
  await append({ act: 'messages.read', actor: 'person:a', subject: 'item:2' })
  const found = async (query: Omit<Parameters<typeof readEntries>[1], 'limit'>) =>
    (await readEntries(database, { limit: 10, ...query })).entries.map(entry => entry.act)
  assert.deepEqual(await found({ act: 'message.read' }), ['message.read'])
  assert.deepEqual(await found({ act: 'message.*' }), ['message.export', 'message.read'])
  assert.deepEqual(await found({ actor: 'person:a' }), ['messages.read', 'message.read'])
  assert.deepEqual(await found({ subject: 'item:1' }), ['message.export', 'message.read'])
  assert.deepEqual(await found({ from: new Date(LOG_START + 1000), to: new Date(LOG_START + 2000) }), [
    'message.export',
  ])
})
