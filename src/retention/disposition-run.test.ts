/** The daily run: what leaves, what it waits for, and what it does when it is killed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import { person, testDisposition } from '../testing/disposition.ts'
import {
  changeDispositionSettings,
  confirmClocks,
  confirmVolume,
  dispositionStatus,
  pauseDisposition,
  performDisposition,
  requestDisposition,
  requestDueDisposition,
  resumeDisposition,
} from './retention.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const rosa = person('rosa', 'Disposition Management')
const coded = (code: Parameters<typeof hasCode>[1]) => (error: unknown) => hasCode(error, code)

test('what is due leaves, what is retained or due by nothing stays, and the audit log has the sums', async t => {
  const given = await testDisposition(t)
  const old = await given.add(7, 6, 101)
  await given.add(3, 2, 101)
  await given.add(2, 6, 102)
  await given.policy(5, [101])
  const run = await given.run()
  assert.deepEqual([run.state, run.due, run.filings, run.items, run.kept], ['complete', 7, 7, 7, 0])
  assert.equal((await given.filed(101)).length, 3)
  assert.equal((await given.filed(102)).length, 2)
  const gone = await given.database.query<{ item_id: string }>('select item_id from tombstone')
  assert.deepEqual(gone.map(row => row.item_id).sort(), [...old].sort())
  const [disposal] = await given.database.query('select disposal_id, filings, cause from disposal')
  assert.deepEqual(disposal, { disposal_id: run.disposal_ids[0], filings: 7, cause: 'rule' })
  const { entries } = await readEntries(given.database, { act: 'disposition.complete', limit: 5 })
  assert.deepEqual(entries[0]!.detail, {
    run: run.run_id,
    cause: 'person',
    due: 7,
    filings: 7,
    items: 7,
    reviewed: 0,
    kept: 0,
    lapsed: 0,
  })
})

test('a run goes through many mailboxes and pages, and one that was killed goes on where it was', async t => {
  const given = await testDisposition(t)
  for (const mailboxId of [101, 102, 103, 104])
    await given.add(mailboxId === 102 ? 6_000 : 1_500, 6, mailboxId)
  await given.add(10, 1, 102)
  await given.policy(5, [101, 102, 104])
  const [row] = await given.database.query<{ run_id: number }>(
    `insert into disposition_run (cause, day, requested_by, requested_at) values ('schedule', current_date, 'system', now())
     returning run_id`,
  )
  // Killed after the second transaction.
  let pages = 0
  const dying: Parameters<typeof performDisposition>[3] = async (sql, ids) => {
    if (++pages === 3) throw new Error('killed')
    const { mailboxRulesOf } = await import('./mailbox-rules.ts')
    return mailboxRulesOf(sql, ids)
  }
  const { signal } = new AbortController()
  await assert.rejects(performDisposition(given.ground, row!.run_id, signal, dying), /killed/)
  const [half] = await given.database.query<{ filings: number; state: string }>(
    'select filings, state from disposition_run',
  )
  assert.equal(half!.state, 'running')
  assert.ok(half!.filings > 0 && half!.filings < 9_000, `${half!.filings}`)
  await Promise.all([1, 2].map(() => performDisposition(given.ground, row!.run_id, signal)))
  const [done] = await given.database.query('select state, due, filings, items from disposition_run')
  assert.deepEqual(done, { state: 'complete', due: 9_000, filings: 9_000, items: 9_000 })
  assert.deepEqual(
    await Promise.all([101, 102, 103, 104].map(async id => (await given.filed(id)).length)),
    [0, 10, 1_500, 0],
  )
  const [sums] = await given.database.query('select sum(filings)::bigint as filings from disposal')
  assert.equal(sums!.filings, 9_000)
})

test('paused, nothing leaves until it is resumed; both say why, sealed', async t => {
  const given = await testDisposition(t)
  await given.add(2, 6, 101)
  await given.policy(5, [101])
  await pauseDisposition(given.ground, rosa, ' Claim 17 is being looked at ')
  assert.equal(
    (await given.database.query('select from disposition_setting where paused_at is not null')).length,
    1,
  )
  const stopped = await given.run()
  assert.deepEqual([stopped.state, stopped.code, stopped.filings], ['stopped', 'DISPOSITION_PAUSED', 0])
  await assert.rejects(pauseDisposition(given.ground, rosa, 'again'), coded('DISPOSITION_PAUSED'))
  await assert.rejects(requestDisposition(given.ground, given.queue, rosa), coded('DISPOSITION_PAUSED'))
  const { state, pause, due } = await dispositionStatus(given.ground, rosa)
  assert.deepEqual(
    [state, pause?.reason, pause?.by, due],
    ['paused', 'Claim 17 is being looked at', 'person:rosa', 2],
  )
  const [clear] = await given.database.query<{ found: boolean }>(
    `select exists (select from disposition_setting s where encode(pause_sealed, 'escape') like '%Claim%')
       or exists (select from audit_entry where detail::text like '%Claim%') as found`,
  )
  assert.equal(clear!.found, false)
  await resumeDisposition(given.ground, rosa, 'It is not about these')
  assert.equal((await given.run()).filings, 2)
  await assert.rejects(resumeDisposition(given.ground, rosa, 'again'), coded('DISPOSITION_RUNNING'))
})

test('no more leaves in a day than the limit allows, and the rest the next day', async t => {
  const given = await testDisposition(t)
  await given.add(10, 6, 101)
  await given.policy(5, [101])
  await changeDispositionSettings(given.ground, rosa, { dailyLimit: 4 })
  const first = await given.run()
  assert.deepEqual([first.state, first.code, first.filings], ['stopped', 'DISPOSITION_LIMIT', 4])
  assert.equal((await given.run()).filings, 0)
  await given.pass(DAY)
  assert.equal((await given.run()).filings, 4)
  await given.pass(1.9 * DAY)
  await changeDispositionSettings(given.ground, rosa, { dailyLimit: 100 })
  const last = await given.run()
  assert.deepEqual([last.state, last.filings], ['complete', 2])
})

test('an unusual volume waits until it is confirmed or a day has passed, and usual ones do not', async t => {
  const given = await testDisposition(t)
  await given.add(20, 6, 101)
  await given.policy(5, [101])
  await changeDispositionSettings(given.ground, rosa, { unusualVolume: 10 })
  const met = await given.run()
  assert.deepEqual([met.state, met.code, met.due, met.filings], ['stopped', 'DISPOSITION_VOLUME', 20, 0])
  assert.equal((await given.run()).code, 'DISPOSITION_VOLUME')
  const { state, volume } = await dispositionStatus(given.ground, rosa)
  assert.deepEqual([state, volume?.filings, volume?.confirmedBy], ['volume', 20, null])
  await confirmVolume(given.ground, rosa, 'The policy for leavers was turned on')
  await assert.rejects(confirmVolume(given.ground, rosa, 'again'), coded('DISPOSITION_RUNNING'))
  // Far more than was confirmed is unusual again.
  await given.add(30, 6, 101)
  await given.evaluate()
  assert.equal((await given.run()).code, 'DISPOSITION_VOLUME')
  await given.pass(23.5 * HOUR)
  assert.deepEqual((await given.run()).filings, 50)
  assert.equal((await dispositionStatus(given.ground, rosa)).volume, null)
  // Fifty left yesterday: a hundred would be usual now.
  await given.pass(46 * HOUR)
  await given.add(100, 6, 101)
  await given.evaluate()
  assert.equal((await given.run()).filings, 100)
})

test('process and database an hour apart, or time behind the last checkpoint: nothing leaves', async t => {
  const given = await testDisposition(t)
  await given.add(2, 6, 101)
  await given.policy(5, [101])
  for (const [process, database, trouble] of [
    [HOUR + 1000, 0, 'apart'],
    [-HOUR - 1000, 0, 'apart'],
    [0, 400 * DAY, 'apart'],
  ] as const) {
    await given.setClocks(process, database)
    const run = await given.run()
    assert.deepEqual([run.state, run.code, run.filings], ['stopped', 'DISPOSITION_CLOCKS', 0])
    const status = await dispositionStatus(given.ground, rosa)
    assert.deepEqual([status.state, status.clocks.trouble], ['clocks', trouble])
    await assert.rejects(requestDisposition(given.ground, given.queue, rosa), coded('DISPOSITION_CLOCKS'))
    // Nobody can confirm that away.
    assert.equal((await confirmClocks(given.ground, rosa, 'It is noon')).trouble, trouble)
  }
  await given.setClocks(0, 0)
  await given.archive.seal()
  await given.setClocks(-2 * HOUR, -2 * HOUR)
  assert.equal((await given.run()).code, 'DISPOSITION_CLOCKS')
  assert.equal((await dispositionStatus(given.ground, rosa)).clocks.trouble, 'ahead')
  // Half an hour is nothing.
  await given.setClocks(HOUR / 2, 0)
  await given.archive.seal()
  assert.equal((await given.run()).filings, 2)
})

test('entries that wait an hour for a checkpoint stop it: the log does not say what time it is', async t => {
  const given = await testDisposition(t)
  await given.archive.seal()
  await pauseDisposition(given.ground, rosa, 'an entry')
  await given.setClocks(2 * HOUR, 2 * HOUR)
  assert.equal((await dispositionStatus(given.ground, rosa)).clocks.trouble, 'late')
  await given.archive.seal()
  assert.equal((await dispositionStatus(given.ground, rosa)).clocks.trouble, null)
})

test('time that leaps two days stops it, even once checkpoints go on, until somebody says that it is right', async t => {
  const given = await testDisposition(t)
  await given.add(2, 6, 101)
  await given.add(3, 4.995, 101)
  await given.policy(5, [101])
  await given.archive.seal()
  assert.equal((await given.run()).filings, 2)
  await given.archive.seal()
  await given.setClocks(3 * DAY, 3 * DAY)
  const leapt = await given.run()
  assert.deepEqual([leapt.code, leapt.filings], ['DISPOSITION_CLOCKS', 0])
  // The sequencer signs on by the same clock: the leap is in the log now, and stays.
  await given.archive.seal()
  await given.setClocks(3 * DAY + HOUR, 3 * DAY + HOUR)
  await given.archive.seal()
  assert.equal((await given.run()).code, 'DISPOSITION_CLOCKS')
  const { clocks } = await dispositionStatus(given.ground, rosa)
  assert.equal(clocks.trouble, 'leap')
  assert.ok(clocks.leap!.to.getTime() - clocks.leap!.from.getTime() >= 2.9 * DAY)
  const after = await confirmClocks(given.ground, rosa, 'The server was off over the weekend')
  assert.equal(after.trouble, null)
  assert.deepEqual((await given.run()).filings, 3)
  await given.archive.seal()
  // And back: an hour less than a checkpoint before.
  await given.setClocks(3 * DAY - HOUR, 3 * DAY - HOUR)
  await pauseDisposition(given.ground, rosa, 'an entry')
  await given.archive.seal()
  assert.equal((await dispositionStatus(given.ground, rosa)).clocks.trouble, 'back')
})

test('each day has one scheduled run, at its time, however many ask for it', async t => {
  const given = await testDisposition(t)
  const times = async () =>
    (
      await given.database.query<{ at: Date }>(
        'select requested_at as at from disposition_run order by run_id',
      )
    ).map(row => row.at.getTime())
  await changeDispositionSettings(given.ground, rosa, { runAt: '03:30' })
  const now = given.ground.clock.now()
  const tomorrow = Math.floor(now / DAY) * DAY + DAY + 3.5 * HOUR
  const tick = async (at: number) => {
    await given.setClocks(at - now, at - now)
    await Promise.all([1, 2, 3].map(() => requestDueDisposition(given.ground, given.queue)))
  }
  await tick(now)
  assert.equal((await times()).length, 0)
  await tick(tomorrow - 60_000)
  assert.equal((await times()).length, 0)
  assert.equal((await dispositionStatus(given.ground, rosa)).nextRunAt.getTime(), tomorrow)
  await tick(tomorrow + 1000)
  await tick(tomorrow + 10 * HOUR)
  assert.equal((await times()).length, 1)
  await tick(tomorrow + DAY + 1000)
  assert.equal((await times()).length, 2)
})

test('only who disposes may steer it, and what is set makes sense', async t => {
  const given = await testDisposition(t)
  const keeper = person('keeper', 'Retention Management')
  for (const act of [
    () => dispositionStatus(given.ground, keeper),
    () => pauseDisposition(given.ground, keeper, 'x'),
    () => requestDisposition(given.ground, given.queue, keeper),
    () => confirmClocks(given.ground, keeper, 'x'),
    () => changeDispositionSettings(given.ground, keeper, {}),
  ])
    await assert.rejects(act, coded('ROLE_MISSING'))
  for (const change of [{ runAt: '24:00' }, { dailyLimit: 0 }, { unusualVolume: 1.5 }])
    await assert.rejects(changeDispositionSettings(given.ground, rosa, change), coded('DISPOSITION_INVALID'))
  await assert.rejects(pauseDisposition(given.ground, rosa, '  '), coded('DISPOSITION_INVALID'))
  const { revision } = await changeDispositionSettings(given.ground, rosa, { dailyLimit: null }, 1)
  await assert.rejects(
    changeDispositionSettings(given.ground, rosa, { twoPersons: true }, revision - 1),
    coded('REVISION_STALE'),
  )
})

test('a hidden filing that was kept when the last shown one left goes once nothing keeps it', async t => {
  const given = await testDisposition(t)
  const [item] = await given.add(1, 6, 101, 102)
  await given.database.execute('update filing set hidden_at = now() where mailbox_id = 102')
  await given.policy(5, [101])
  // It deletes nothing of its own.
  await given.policy(7, [102], { action: 'retain' })
  assert.equal((await given.run()).filings, 1)
  assert.deepEqual(await given.filed(102), [item])
  assert.equal((await given.run()).filings, 0)
  await given.pass(2 * 365 * DAY)
  await confirmClocks(given.ground, rosa, 'two years have passed')
  const done = await given.run()
  assert.deepEqual([done.state, done.filings, done.items], ['complete', 1, 1])
  assert.deepEqual(await given.database.query('select from item'), [])
})
