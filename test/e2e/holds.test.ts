/** Holds against what goes on: items that arrive, replays, attachments read late, reindexing, races, and killed workers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '../../src/database/database.ts'
import type { Ground } from '../../src/ground.ts'
import { type HoldDraft, placeHold, reportHold, showHold } from '../../src/hold/hold.ts'
import { replayFailures } from '../../src/pipeline/pipeline.ts'
import { assertComplete, endProgram, type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { makePdf } from '../../src/testing/documents.ts'
import { testHolds, textItem } from '../../src/testing/holds.ts'
import { reindex } from '../../src/upkeep/upkeep.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from './tiny-site.ts'

type Context = Parameters<typeof testArchive>[0]

async function stage(t: Context, mapping = MAPPING_CSV) {
  const site = await startTinySite([message('first', 'whimbrel one'), message('second', 'plover two')])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, mapping)
  const collect = async () => assertComplete(await archive.run(connector, WINDOW))
  return { site, archive, connector, collect, ground: archive.ground }
}

const message = (id: string, text: string, files: readonly (readonly [string, string, Buffer])[] = []) =>
  tinyRecord({
    id,
    text,
    from: ANNA.number,
    to: BO.number,
    attachment: files.map(([name, contentType, content]) => ({
      name,
      contentType,
      attachSize: content.length,
      content: content.toString('base64'),
    })),
  })

const mailboxOf = async ({ database }: Ground, address: string): Promise<number> => {
  const [row] = await database.query<{ mailbox_id: number }>(
    'select mailbox_id from mailbox where address = $1',
    [address],
  )
  return row!.mailbox_id
}

async function place(archive: TestArchive, mailboxIds: readonly number[], more: Partial<HoldDraft> = {}) {
  const draft = { name: 'Claim', reason: 'A claim', note: '', link: '', mailboxIds, query: null, days: null }
  return placeHold(archive.ground, await archive.queue(), archive.actor, { ...draft, ...more })
}

/** Until when the copies in a mailbox are held, oldest first: 'ever', 'pending', 'no', or a date. */
async function heldIn({ database }: Ground, mailboxId: number): Promise<string[]> {
  const rows = await database.query<{ held: string }>(
    `select case when hold_pending then 'pending' when held_until = 'infinity' then 'ever'
       when held_until is null then 'no' else held_until::text end as held
     from filing where mailbox_id = $1 order by filed_at, item_id`,
    [mailboxId],
  )
  return rows.map(row => row.held)
}

async function until<T>(look: () => Promise<T>, good: (found: T) => boolean, patience = 60_000): Promise<T> {
  for (let left = patience; ; left -= 25) {
    const found = await look()
    if (good(found)) return found
    assert.ok(left > 0, `it never came: ${JSON.stringify(found)}`)
    await wait(25)
  }
}

const counted = (held: readonly string[], which: string) => held.filter(each => each === which).length
const isDecided = (held: readonly string[]) => held.length > 0 && !held.includes('pending')

test('what arrives after a hold is held: all of it, or what the query matches once it has looked', async t => {
  const { site, archive, collect, ground } = await stage(t)
  await archive.work()
  await collect()
  const [anna, bo] = [await mailboxOf(ground, ANNA.mailbox), await mailboxOf(ground, BO.mailbox)]
  await place(archive, [anna])
  const byQuery = await place(archive, [bo], { query: 'whimb*' })
  await until(() => heldIn(ground, bo), isDecided)
  assert.deepEqual(counted(await heldIn(ground, bo), 'ever'), 1)
  site.messages.push(message('third', 'a whimbrel again'), message('fourth', 'a godwit'))
  await collect()
  assert.deepEqual(await heldIn(ground, anna), ['ever', 'ever', 'ever', 'ever'])
  const held = await until(() => heldIn(ground, bo), isDecided)
  assert.equal(counted(held, 'ever'), 2)
  assert.equal(counted(held, 'no'), 2)
  const report = await reportHold(ground, archive.actor, byQuery.holdId)
  assert.deepEqual([report.copies, report.held, report.pending], [4, 2, 0])
})

test('an attachment is held until it was read, and after a reindex until it was read again', async t => {
  const { site, archive, collect, ground } = await stage(t)
  const bo = await mailboxOf(ground, BO.mailbox)
  const hold = await place(archive, [bo], { query: 'curlew' })
  const pdf = (text: string) => ['a.pdf', 'application/pdf', makePdf([text])] as const
  site.messages.push(
    message('match', 'see there', [pdf('the curlew is inside')]),
    message('other', 'see there too', [pdf('nothing of it')]),
    message('broken', 'and this', [['b.pdf', 'application/pdf', Buffer.from('%PDF-1.7 no more of it')]]),
  )
  await archive.work()
  await collect()
  const settled = () =>
    until(
      () => reportHold(ground, archive.actor, hold.holdId),
      ({ pending, undecided }) => pending === 0 && undecided.every(each => each.reason !== 'waiting'),
    )
  const first = await settled()
  assert.deepEqual([first.copies, first.held], [5, 2])
  assert.deepEqual(first.undecided, [{ reason: 'partial', copies: 1 }])
  await reindex(ground, archive.actor)
  const second = await settled()
  assert.deepEqual([second.held, second.undecided], [2, [{ reason: 'partial', copies: 1 }]])
})

test('what is replayed into a held mailbox is held there, and stays held in Unmapped, hidden', async t => {
  const mapping = MAPPING_CSV.split('\r\n').slice(0, 1).join('\r\n')
  const { archive, connector, collect, ground } = await stage(t, `${mapping}\r\n`)
  await archive.work()
  await collect()
  const unmapped = await mailboxOf(ground, 'unmapped')
  const [anna, bo] = [await mailboxOf(ground, ANNA.mailbox), await mailboxOf(ground, BO.mailbox)]
  await place(archive, [unmapped], { query: 'whimbrel' })
  await place(archive, [anna])
  await place(archive, [bo], { query: 'plover' })
  const before = await until(() => heldIn(ground, unmapped), isDecided)
  assert.deepEqual(before.sort(), ['ever', 'no'])
  await archive.addMapping(connector, MAPPING_CSV)
  await replayFailures(ground, await archive.queue(), archive.actor, null)
  assert.deepEqual(await heldIn(ground, anna), ['ever', 'ever'])
  const held = await until(() => heldIn(ground, bo), isDecided)
  assert.deepEqual(held.sort(), ['ever', 'no'])
  assert.deepEqual((await heldIn(ground, unmapped)).sort(), ['ever', 'no'])
  const [hidden] = await ground.database.query<{ copies: number }>(
    `select count(*) as copies from filing where mailbox_id = $1 and hidden_at is not null and held_until = 'infinity'`,
    [unmapped],
  )
  assert.equal(hidden!.copies, 1)
})

/** Waits until so many transactions of this database wait for a lock. */
const waiters = (ground: Ground, count: number) =>
  until(
    async () =>
      ground.database.query(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    rows => rows.length >= count,
  )

/** Runs `work` while a table takes no further rows, and lets go when `until` is over. */
async function whileLocked(
  { environment }: TestArchive,
  table: 'hold_term' | 'vault_object',
  begin: () => Promise<void>,
): Promise<void> {
  const owner = await openDatabase(environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  await owner
    .transaction(async tx => {
      await tx.execute(`lock table holdfast.${table} in exclusive mode`)
      await begin()
    })
    .finally(() => owner.close())
}

for (const query of [null, 'whimbrel'])
  test(`an item filed while a hold is placed ends up held, whoever comes first (${query ?? 'everything'})`, async t => {
    const { site, archive, collect, ground } = await stage(t)
    await archive.work()
    const [anna, bo] = [await mailboxOf(ground, ANNA.mailbox), await mailboxOf(ground, BO.mailbox)]
    const going: Promise<unknown>[] = []
    // The hold has locked the mailbox and waits to commit: filing waits for it.
    await whileLocked(archive, 'hold_term', async () => {
      going.push(place(archive, [anna], { query }))
      await waiters(ground, 1)
      going.push(collect())
      await waiters(ground, 2)
    })
    await Promise.all(going)
    const held = await until(() => heldIn(ground, anna), isDecided)
    assert.equal(held.length, 2)
    assert.equal(counted(held, 'ever'), query === null ? 2 : 1)
    // Filing has locked the mailbox and waits to commit: the hold waits for it.
    site.messages.push(message('third', 'the last whimbrel'))
    await whileLocked(archive, 'vault_object', async () => {
      going.push(collect())
      await waiters(ground, 1)
      going.push(place(archive, [bo], { query }))
      await waiters(ground, 2)
    })
    await Promise.all(going)
    const later = await until(() => heldIn(ground, bo), isDecided)
    assert.equal(later.length, 3)
    assert.equal(counted(later, 'ever'), query === null ? 3 : 2)
  })

test('a worker killed while a query looks leaves the rest held, and another goes on', async t => {
  const holds = await testHolds(t)
  const { ground, archive } = holds
  const [first, second] = [await holds.mailbox('kill-1'), await holds.mailbox('kill-2')]
  const items = [first, second].flatMap(mailboxId =>
    Array.from({ length: 2_500 }, (_, index) => textItem([mailboxId], index % 5 === 0 ? 'zebra' : 'horse')),
  )
  await holds.add(...items)
  const { holdId } = await holds.place([first, second], { query: 'zebra' })
  const pending = async () => {
    const [row] = await ground.database.query<{ copies: number }>(
      'select count(*) as copies from filing where hold_pending',
    )
    return row!.copies
  }
  assert.equal(await pending(), 5_000)
  // The second mailbox cannot be locked meanwhile, so the worker gets through one batch and is in the second.
  await ground.database.transaction(async tx => {
    await tx.query('select from mailbox where mailbox_id = $1 for update', [second])
    const worker = archive.spawnWorker()
    await until(pending, left => left === 3_000)
    await waiters(ground, 1)
    worker.kill('SIGKILL')
    await endProgram(worker)
  })
  assert.equal(await pending(), 3_000)
  const [unheld] = await ground.database.query<{ copies: number }>(
    `select count(*) as copies from filing where mailbox_id = $1 and not hold_pending and held_until is distinct from 'infinity'`,
    [second],
  )
  assert.equal(unheld!.copies, 0)
  await archive.work()
  await until(pending, left => left === 0, 90_000)
  const report = await reportHold(ground, holds.everyone, holdId)
  assert.deepEqual([report.held, report.copies, report.undecided], [1_000, 5_000, []])
  assert.equal((await showHold(ground, holds.everyone, holdId)).evaluating, false)
})
