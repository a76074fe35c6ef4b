/** Disposal: what goes, what stays, and what is left of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testArchive } from '../testing/archive.ts'
import { drawFrom, randomFacts, seededRandom } from '../testing/keeping.ts'
import { addKeptItems } from '../testing/kept-items.ts'
import { disposeFilings, finishDisposals } from './retention.ts'

const NONE = { policies: [], labels: [], labelRules: [], holds: [] }
const ERASURE = { type: 'erasure', requestId: 1 } as const

test('an item goes with its last filing, and leaves a tombstone', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const facts = randomFacts(drawFrom(seededRandom(1)), NONE)
  const [itemId] = await addKeptItems(database, [
    { facts, filings: [101, 102].map(mailboxId => ({ mailboxId, labelId: null })) },
  ])
  const dispose = (mailboxId: number) =>
    database.transaction(tx =>
      disposeFilings(ground, tx, [{ mailboxId, itemId: itemId! }], ERASURE, 'person:tester', [
        'person:second',
      ]),
    )
  assert.deepEqual(await dispose(101), { disposalId: 1, filings: 1, items: 0, kept: [] })
  assert.deepEqual(await database.query('select mailbox_id, disposal_id from disposed_filing'), [
    { mailbox_id: 101, disposal_id: 1 },
  ])
  assert.deepEqual(await dispose(101), {
    disposalId: null,
    filings: 0,
    items: 0,
    kept: [{ mailboxId: 101, itemId, why: 'gone' }],
  })
  assert.deepEqual(await dispose(102), { disposalId: 2, filings: 1, items: 1, kept: [] })
  assert.deepEqual(await database.query('select item_id, batch_id, disposal_ids from tombstone'), [
    { item_id: itemId, batch_id: 1, disposal_ids: [1, 2] },
  ])
  for (const table of ['item', 'filing', 'disposed_filing'])
    assert.deepEqual(await database.query(`select * from ${table}`), [], table)
  await finishDisposals(ground)
  assert.deepEqual(
    await database.query('select * from disposal where document is not null or words_at is null'),
    [],
  )
})
