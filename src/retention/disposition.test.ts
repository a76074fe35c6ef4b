/** Disposal: what goes, what stays, and what is left of it. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { canonicalJson, plainJson } from '../audit/audit.ts'
import { openDatabase, sqlState } from '../database/database.ts'
import { evaluateHolds } from '../hold/hold.ts'
import { testArchive } from '../testing/archive.ts'
import { person, testDisposition } from '../testing/disposition.ts'
import { isRefusedByGuard, testHolds, textItem } from '../testing/holds.ts'
import { drawFrom, randomFacts, seededRandom } from '../testing/keeping.ts'
import { addKeptItems } from '../testing/kept-items.ts'
import { filingLine } from './disposal-document.ts'
import { FIRST_ITEM, nextDue, splitDue } from './disposition-due.ts'
import {
  askLabelQueries,
  createLabel,
  createLabelRule,
  type DisposalCause,
  disposeFilings,
  type FilingKey,
  finishDisposals,
  putLabel,
} from './retention.ts'

type Ground = Awaited<ReturnType<typeof testArchive>>['ground']

const NONE = { policies: [], labels: [], labelRules: [], holds: [] }
const ERASURE = { type: 'erasure', requestId: 1 } as const
const RULE = { type: 'rule' } as const

const dispose = (ground: Ground, filings: readonly FilingKey[], cause: DisposalCause = ERASURE) =>
  ground.database.transaction(tx => disposeFilings(ground, tx, filings, cause, 'person:tester'))

const someFacts = () => ({ ...randomFacts(drawFrom(seededRandom(1)), NONE), extendedUntil: null })

async function addItem(ground: Ground, ...mailboxIds: number[]): Promise<string> {
  const filings = mailboxIds.map(mailboxId => ({ mailboxId, labelId: null }))
  const [itemId] = await addKeptItems(ground.database, [{ facts: someFacts(), filings }])
  return itemId!
}

test('an item goes with its last filing, and leaves a tombstone', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const itemId = await addItem(ground, 101, 102)
  const own = (mailboxId: number) => [{ mailboxId, itemId }]
  assert.deepEqual(await dispose(ground, own(101)), { disposalId: 1, filings: 1, items: 0, kept: [] })
  assert.deepEqual(await database.query('select mailbox_id, disposal_id from disposed_filing'), [
    { mailbox_id: 101, disposal_id: 1 },
  ])
  assert.deepEqual(await dispose(ground, own(101)), {
    disposalId: null,
    filings: 0,
    items: 0,
    kept: [{ mailboxId: 101, itemId, why: 'gone' }],
  })
  assert.deepEqual(await dispose(ground, own(102)), { disposalId: 2, filings: 1, items: 1, kept: [] })
  assert.deepEqual(await database.query('select item_id, batch_id, disposal_ids from tombstone'), [
    { item_id: itemId, batch_id: 1, disposal_ids: [1, 2] },
  ])
  for (const table of ['item', 'filing', 'disposed_filing'])
    assert.deepEqual(await database.query(`select * from ${table}`), [], table)
  for (const statement of ['delete from tombstone', `update tombstone set leaf = ''`, 'delete from disposal'])
    await assert.rejects(database.execute(statement), isRefusedByGuard, statement)
  await finishDisposals(ground)
  const left = await database.query('select * from disposal where document is not null or words_at is null')
  assert.deepEqual(left, [])
})

test('a hidden filing goes with the last that is shown, unless it is held', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const [plain, held] = [await addItem(ground, 101, 102), await addItem(ground, 101, 102)]
  await database.execute('update filing set hidden_at = now() where mailbox_id = 102')
  // A hold would be written anew from its tables; one that waits for its query stays so while there is one.
  const [hold] = await database.query<{ hold_id: number }>(
    `insert into hold (kind, sealed, placed_by, placed_at) values ('litigation', '', 'x', now()) returning hold_id`,
  )
  await database.execute(
    `with term as (insert into hold_term (hold_id, since) values (${hold!.hold_id}, now()) returning term_id)
     insert into hold_mailbox (mailbox_id, term_id, hold_id, placed_at)
     select 102, term_id, ${hold!.hold_id}, now() from term`,
  )
  assert.deepEqual(
    await dispose(
      ground,
      [plain, held].map(itemId => ({ mailboxId: 101, itemId })),
    ),
    { disposalId: 1, filings: 2, items: 0, kept: [] },
  )
  await database.execute('update hold_mailbox set released_at = placed_at, delay_until = placed_at')
  const third = await addItem(ground, 101, 102)
  await database.execute('update filing set hidden_at = now() where mailbox_id = 102 and hidden_at is null')
  assert.deepEqual(await dispose(ground, [{ mailboxId: 101, itemId: third }]), {
    disposalId: 2,
    filings: 2,
    items: 1,
    kept: [],
  })
})

test('a rule disposes only of what is due, at that moment and by both clocks', async t => {
  const d = await testDisposition(t)
  const [old, young] = [await d.add(3, 5, 101), await d.add(3, 1, 101)]
  await d.policy(4, [101], { action: 'retain-then-delete' })
  const filings = [...old, ...young].map(itemId => ({ mailboxId: 101, itemId }))
  // The database is behind: nothing is due there yet.
  await d.setClocks(0, -3 * 365 * 86_400_000)
  const early = await dispose(d.ground, filings, RULE)
  assert.deepEqual([early.filings, new Set(early.kept.map(each => each.why))], [0, new Set(['retained'])])
  await d.setClocks(0, 0)
  const due = await dispose(d.ground, filings, RULE)
  assert.deepEqual([due.filings, due.items], [3, 3])
  assert.deepEqual(
    due.kept.map(each => [each.itemId, each.why]).sort(),
    young.map(itemId => [itemId, 'retained']).sort(),
  )
  // An erasure asks for no date, and is refused by the same retention.
  const refused = await dispose(
    d.ground,
    young.map(itemId => ({ mailboxId: 101, itemId })),
  )
  assert.deepEqual([refused.filings, refused.kept.length], [0, 3])
  // No rule deletes here.
  const [other] = await d.add(1, 50, 102)
  const none = await dispose(d.ground, [{ mailboxId: 102, itemId: other! }], RULE)
  assert.deepEqual(none.kept, [{ mailboxId: 102, itemId: other, why: 'not-due' }])
  // What columns say is not enough: the rules of this moment are asked.
  await d.database.query(`select set_retained($1, $2, '{null}', array[now() - interval '1 day'])`, [
    [102],
    [other],
  ])
  assert.deepEqual(
    (await dispose(d.ground, [{ mailboxId: 102, itemId: other! }], RULE)).kept[0]!.why,
    'not-due',
  )
})

test('what a hold holds stays, also before it has been told, and before its query has looked', async t => {
  const holds = await testHolds(t)
  const { ground } = holds
  const [anna, bo] = [await holds.mailbox('anna'), await holds.mailbox('bo')]
  const [match, other] = [textItem([anna, bo], 'northwind is late'), textItem([anna, bo], 'lunch at noon')]
  await holds.add(match, other)
  const filings = (mailboxId: number) => [match, other].map(item => ({ mailboxId, itemId: item.id }))
  const hold = await holds.place([anna], { query: 'northwind' })
  const waiting = await dispose(ground, filings(anna))
  assert.deepEqual(
    waiting.kept.map(each => each.why),
    ['held', 'held'],
  )
  await evaluateHolds(ground)
  const decided = await dispose(ground, filings(anna))
  assert.deepEqual([decided.filings, decided.kept], [1, [{ mailboxId: anna, itemId: match.id, why: 'held' }]])
  // The columns were lost, as by a sweep that has not come: the hold itself is asked.
  const owner = await openDatabase(holds.archive.environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  await owner
    .execute('update holdfast.filing set held_until = null where item_id = $1', [match.id])
    .finally(() => owner.close())
  const untold = await dispose(ground, [{ mailboxId: anna, itemId: match.id }])
  assert.equal(untold.kept[0]!.why, 'held')
  assert.equal((await dispose(ground, filings(bo))).filings, 2)
  assert.ok(hold.holdId > 0)
  await assert.rejects(
    ground.database.execute('delete from item where item_id = $1', [match.id]),
    isRefusedByGuard,
  )
})

test('what the query of a rule is yet to be asked of stays: its label could keep it', async t => {
  const holds = await testHolds(t)
  const { ground, queue } = holds
  const rita = person('rita', 'Retention Management')
  const box = await holds.mailbox('box')
  const [match, other] = [textItem([box], 'northwind is late'), textItem([box], 'lunch at noon')]
  const { labelId } = await createLabel(ground, rita, {
    name: 'Record',
    description: '',
    action: 'retain',
    period: 'P50Y',
    start: 'sent',
    eventTypeId: null,
    review: false,
  })
  const everywhere = { mailboxIds: null, connectorIds: null, kinds: null, active: true }
  await createLabelRule(ground, queue, rita, { name: 'Claim', labelId, query: 'northwind', ...everywhere })
  await askLabelQueries(ground)
  await holds.add(match, other)
  const filings = [match, other].map(({ id }) => ({ mailboxId: box, itemId: id }))
  const why = async () => (await dispose(ground, filings)).kept.map(each => each.why)
  assert.deepEqual(await why(), ['retained', 'retained'])
  await askLabelQueries(ground)
  // Their attachments are yet to be read.
  const reading = `insert into attachment_text (item_id, batch_id, state, version) select item_id, batch_id, 'waiting', 1 from item`
  await ground.database.execute(`${reading} where item_id = $1`, [other.id])
  assert.deepEqual(await why(), ['retained', 'retained'])
  await ground.database.execute(`update attachment_text set state = 'read'`)
  const done = await dispose(ground, filings)
  assert.deepEqual([done.filings, done.kept.map(each => each.itemId)], [1, [match.id]])
})

test('an item of an export that is under way stays until that has ended', async t => {
  const { ground } = await testArchive(t)
  const itemId = await addItem(ground, 101)
  const exportId = randomUUID()
  await ground.database.execute(
    `insert into export (export_id, requested_by, created_at, state, request, format, time_zone, context, duplicates, natives,
       encryption, destination, expires_in_days)
     values ($1, 'x', now(), 'writing', '', 'eml', 'UTC', '{}', 'kept', false, 'none', 'download', 30)`,
    [exportId],
  )
  await ground.database.execute(
    `insert into export_item (item_id, export_id, mailbox_id, folder, grade, state, ordinal) values ($1, $2, 101, '', 'match', 'written', 1)`,
    [itemId, exportId],
  )
  const filing = [{ mailboxId: 101, itemId }]
  assert.equal((await dispose(ground, filing)).kept[0]!.why, 'exporting')
  await ground.database.execute(`update export set state = 'ready'`)
  assert.equal((await dispose(ground, filing)).items, 1)
})

test('disposals of the same items at the same time remove each once, and a killed one removes nothing', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const filings: FilingKey[] = []
  for (let n = 0; n < 30; n++) {
    const itemId = await addItem(ground, 101, 102, 103)
    filings.push(...[101, 102, 103].map(mailboxId => ({ mailboxId, itemId })))
  }
  await assert.rejects(
    database.transaction(async tx => {
      await disposeFilings(ground, tx, filings, ERASURE, 'person:tester')
      throw new Error('killed')
    }),
    /killed/,
  )
  assert.equal((await database.query('select from item')).length, 30)
  const retried = async (some: readonly FilingKey[]) => {
    for (;;)
      try {
        return await dispose(ground, some)
      } catch (error) {
        if (sqlState(error) !== '40P01') throw error
      }
  }
  const done = await Promise.all(
    [101, 102, 103].flatMap(mailboxId => {
      const own = filings.filter(each => each.mailboxId === mailboxId)
      return [retried(own), retried([...own].reverse())]
    }),
  )
  assert.equal(
    done.reduce((all, each) => all + each.filings, 0),
    filings.length,
  )
  assert.equal(
    done.reduce((all, each) => all + each.items, 0),
    30,
  )
  assert.equal((await database.query('select from tombstone')).length, 30)
  assert.deepEqual(await database.query('select from item'), [])
})

test('the line of a filing is canonical as it is written', () => {
  const line = filingLine({
    itemId: randomUUID(),
    mailboxId: 3,
    batchId: 7,
    runId: 2,
    filedAt: new Date(0),
    itemDate: new Date(1),
    labelId: null,
    retainUntil: Number.POSITIVE_INFINITY,
    deleteAt: 5,
    reasons: [
      {
        rule: { type: 'policy', id: 1 },
        effect: 'delete',
        from: 0,
        until: 5,
        waitsFor: null,
        setAside: null,
      },
    ],
    hidden: false,
    itemLeaf: Buffer.alloc(32, 7),
    exportIds: [randomUUID()],
  })
  assert.equal(line, canonicalJson(plainJson(JSON.parse(line))))
})

test('documents are copied to the folder for checkpoints, and wait in their rows while it cannot be reached', async t => {
  const { ground: plain, folder } = await testArchive(t)
  const mirror = join(folder, 'mirror')
  const ground = { ...plain, config: { ...plain.config, checkpointFolder: mirror } }
  await writeFile(mirror, 'not a folder')
  await dispose(ground, [{ mailboxId: 101, itemId: await addItem(ground, 101) }])
  const waiting = () => ground.database.query('select from disposal where document is not null')
  assert.equal((await finishDisposals(ground)).documents, 0)
  assert.equal((await waiting()).length, 1)
  await rm(mirror)
  assert.equal((await finishDisposals(ground)).documents, 1)
  assert.equal((await waiting()).length, 0)
  assert.equal((await readdir(join(mirror, 'disposals'))).length, 1)
})

test('a document that is damaged, and that no row knows, keeps nothing else from being disposed of', async t => {
  const { ground } = await testArchive(t)
  await ground.storage.put(`disposals/0000000009-${randomUUID()}`, Buffer.from('not sealed by this archive'))
  await dispose(ground, [{ mailboxId: 101, itemId: await addItem(ground, 101) }])
  assert.equal((await finishDisposals(ground)).documents, 1)
})

test('what was imported and disposed of after a backup goes again when its source gives it once more', async t => {
  const { ground, environment } = await testArchive(t)
  const owner = await openDatabase(environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  t.after(() => owner.close())
  const itemId = await addItem(ground, 101, 102)
  for (const table of ['item', 'filing'])
    await owner.execute(`create table holdfast.saved_${table} as select * from holdfast.${table}`)
  await dispose(
    ground,
    [101, 102].map(mailboxId => ({ mailboxId, itemId })),
  )
  await finishDisposals(ground)
  // A database that is older than the item.
  for (const table of ['tombstone', 'disposal', 'disposal_run'])
    await owner.execute(`delete from holdfast.${table}`)
  assert.deepEqual((await finishDisposals(ground)).again, { filings: 0, items: 0, kept: 0 })
  for (const table of ['item', 'filing'])
    await owner.execute(`insert into holdfast.${table} select * from holdfast.saved_${table}`)
  assert.deepEqual((await finishDisposals(ground)).again, { filings: 2, items: 1, kept: 0 })
  assert.deepEqual(await ground.database.query('select item_id from tombstone'), [{ item_id: itemId }])
  assert.equal((await ground.database.query('select from disposal_again')).length, 1)
})

test('a label that asks for a review has a copy reviewed that was found due before it was put on', async t => {
  const { ground, database, add, policy } = await testDisposition(t)
  const [itemId] = await add(1, 5, 101)
  await policy(1, [101], { action: 'delete' })
  const now = ground.clock.now()
  const due = await nextDue(database, new Date(now), [101], { mailboxId: 0, itemId: FIRST_ITEM }, 10)
  assert.deepEqual(
    due.map(each => each.itemId),
    [itemId],
  )
  const rita = person('rita', 'Retention Management')
  const { labelId } = await createLabel(ground, rita, {
    name: 'Look first',
    description: '',
    action: 'delete',
    period: 'P2Y',
    start: 'sent',
    eventTypeId: null,
    review: true,
  })
  await putLabel(ground, rita, labelId, { type: 'copies', copies: [{ mailboxId: 101, itemId: itemId! }] })
  const { free, forReview } = await database.transaction(tx => splitDue(tx, due, now))
  assert.deepEqual(free, [])
  assert.deepEqual(
    forReview.map(each => each.rule),
    [{ type: 'label', id: labelId }],
  )
})
