import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { emptyDatabase } from '../testing/database.ts'
import { CopyRows, openDatabase, storableText } from './database.ts'

const COLUMNS = [
  'n',
  'small',
  'whole',
  'large',
  'said',
  'bytes',
  'id',
  'at',
  'yes',
  'json',
  'words',
  'vector',
]

const row = fc.record({
  small: fc.integer({ min: -32768, max: 32767 }),
  whole: fc.integer(),
  large: fc.maxSafeInteger(),
  said: fc.string({ unit: 'binary', maxLength: 40 }),
  bytes: fc.uint8Array({ maxLength: 300 }),
  // PostgreSQL's own range of times ends far beyond JavaScript's and begins in 4713 BC.
  at: fc.date({ min: new Date('-004700-01-01T00:00:00Z'), noInvalidDate: true }),
  yes: fc.boolean(),
  json: fc.dictionary(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
  ),
  words: fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 5 }),
})

test('every type that is copied reads back as it was', async t => {
  const { ownerUrl } = await emptyDatabase(t)
  const database = await openDatabase(ownerUrl)
  try {
    await database.execute('create schema holdfast')
    await database.execute(
      `create table sample (n integer, small smallint, whole integer, large bigint, said text, bytes bytea, id uuid,
        at timestamptz, yes boolean, json jsonb, words text[], vector tsvector)`,
    )
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async samples => {
        // A first buffer that is too small has to grow in the middle of a row.
        const rows = new CopyRows(1)
        const ids = samples.map(() => randomBytes(16))
        samples.forEach((sample, n) => {
          rows.begin(COLUMNS.length)
          rows.int4(n)
          rows.int2(sample.small)
          rows.int4(sample.whole)
          rows.int8(n % 2 ? sample.large : BigInt(sample.large))
          rows.text(sample.said)
          rows.bytea(sample.bytes)
          rows.uuid(ids[n]!)
          rows.timestamptz(sample.at.getTime())
          rows.boolean(sample.yes)
          rows.jsonb(JSON.stringify(sample.json))
          rows.textArray(sample.words)
          rows.null()
        })
        await database.execute('delete from sample')
        await database.transaction(tx => tx.copy('sample', COLUMNS, rows))
        const read = await database.query(
          `select *, (extract(epoch from at) * 1000)::bigint as milliseconds from sample order by n`,
        )
        assert.equal(read.length, samples.length)
        samples.forEach((sample, n) => {
          const { at: _, ...found } = read[n]!
          assert.deepEqual(found, {
            n,
            small: sample.small,
            whole: sample.whole,
            large: sample.large,
            said: storableText(sample.said),
            bytes: Buffer.from(sample.bytes),
            id: ids[n]!.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
            milliseconds: sample.at.getTime(),
            yes: sample.yes,
            json: Object.fromEntries(
              Object.entries(sample.json).map(([name, value]) => [storableText(name), storableText(value)]),
            ),
            words: sample.words.map(storableText),
            vector: null,
          })
        })
      }),
      { numRuns: 60 },
    )
  } finally {
    await database.close()
  }
})

test('a time without end is copied as infinity', async t => {
  const { ownerUrl } = await emptyDatabase(t)
  const database = await openDatabase(ownerUrl)
  try {
    await database.execute('create schema holdfast')
    await database.execute('create table sample (at timestamptz)')
    const rows = new CopyRows()
    rows.begin(1)
    rows.timestamptz(Number.POSITIVE_INFINITY)
    await database.transaction(tx => tx.copy('sample', ['at'], rows))
    assert.deepEqual(await database.query(`select at::text as at from sample`), [{ at: 'infinity' }])
  } finally {
    await database.close()
  }
})

test('a buffer is used again after reset, and larger copies go through in slices', async t => {
  const { ownerUrl } = await emptyDatabase(t)
  const database = await openDatabase(ownerUrl)
  try {
    await database.execute('create schema holdfast')
    await database.execute('create table sample (n integer primary key, bytes bytea)')
    const rows = new CopyRows()
    for (let round = 0; round < 3; round++) {
      rows.reset()
      for (let n = 0; n < 300; n++) {
        rows.begin(2)
        rows.int4(round * 300 + n)
        rows.bytea(Buffer.alloc(5000, n))
      }
      assert.ok(rows.bytes > 1_500_000)
      await database.transaction(tx => tx.copy('sample', ['n', 'bytes'], rows))
    }
    const [sum] = await database.query('select count(*) as rows, sum(length(bytes)) as bytes from sample')
    assert.deepEqual(sum, { rows: 900, bytes: 4_500_000 })

    await assert.rejects(
      database.transaction(tx => tx.copy('sample', ['n', 'bytes'], rows)),
      (error: { code?: string }) => error.code === '23505',
    )
    assert.equal(
      (await database.query('select count(*) from sample'))[0]?.count,
      900,
      'the connection still works',
    )
  } finally {
    await database.close()
  }
})

test('a row with too few or too many fields is refused before it is sent', () => {
  const rows = new CopyRows()
  rows.begin(2)
  rows.int4(1)
  assert.throws(() => rows.begin(2), /INTERNAL|fields left/)
  assert.throws(() => rows.finish(), /fields left/)
  rows.null()
  assert.throws(() => rows.int4(3), /fields left/)
})

test('values that PostgreSQL cannot hold are refused or made storable', () => {
  const rows = new CopyRows()
  rows.begin(4)
  assert.throws(() => rows.timestamptz(Number.NaN), RangeError)
  assert.throws(() => rows.timestamptz(-8.64e15), RangeError)
  assert.throws(() => rows.uuid(Buffer.alloc(15)), RangeError)
  assert.equal(storableText('a\0b\ud800c😀'), 'a\uFFFDb\uFFFDc😀')
})
