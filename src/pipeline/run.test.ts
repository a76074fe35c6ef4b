import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { manualClock } from '../clock.ts'
import { getConnector, parseSchedule, removeConnector, setConnectorStatus } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import { type TestArchive, testArchive } from '../testing/archive.ts'
import {
  failRun,
  getRun,
  latestEnd,
  listRuns,
  nextWindow,
  noteTrouble,
  reconcileRun,
  requestRun,
} from './run.ts'
import { requestDueRuns } from './scheduler.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 20, 12)
/** Nothing listens there: these tests ask for runs, and none is collected. */
const NOWHERE = { url: 'http://127.0.0.1:9/', account: { username: 'archive', password: 'Sanderling-4410' } }

async function archiveAt(t: TestContext, schedule = 'hourly') {
  const clock = manualClock(NOW)
  const archive = await testArchive(t, { clock })
  const connector = await archive.addConnector(NOWHERE, 'o2', {
    accountId: 'A',
    schedule: parseSchedule(schedule),
  })
  return { clock, archive, connector, ground: archive.ground }
}

const at = (time: number) => new Date(time)
const window = { from: at(NOW - DAY), to: at(NOW - HOUR) }

/** Puts a run where collecting and filing would have left it. */
async function collected(
  { ground }: TestArchive,
  runId: number,
  counts: { source: number; read: number; filed: number; available?: number; imported?: number },
) {
  await ground.database.execute(
    `update run set status = 'filing', collected = true, source_count = $2, items_read = $3, items_filed = $4,
       filings_available = $5, filings_imported = $6 where run_id = $1`,
    [
      runId,
      counts.source,
      counts.read,
      counts.filed,
      counts.available ?? counts.filed,
      counts.imported ?? counts.filed,
    ],
  )
}

test('the next window overlaps the last one by an hour and leaves out the last five minutes', () => {
  const connector = { collectedUntil: at(NOW - DAY), createdAt: at(0) }
  assert.deepEqual(nextWindow(connector, at(NOW)), {
    from: at(NOW - DAY - HOUR),
    to: at(NOW - 5 * MINUTE),
  })
  assert.deepEqual(latestEnd(at(NOW)), at(NOW - 5 * MINUTE))
})

test('the first window is a day before the connector was added, and all the time since', () => {
  const first = (age: number) => nextWindow({ collectedUntil: null, createdAt: at(NOW - age) }, at(NOW)).from
  assert.deepEqual(first(0), at(NOW - 5 * MINUTE - DAY))
  assert.deepEqual(first(9 * DAY), at(NOW - 10 * DAY), 'days of refused sign-ins are caught up')
})

test('a site whose clock is far behind gives an empty window, not one that ends before it begins', () => {
  const { from, to } = nextWindow({ collectedUntil: at(NOW), createdAt: at(0) }, at(NOW - DAY))
  assert.deepEqual(from, to)
})

test('a complete run moves the progress; an incomplete one and a back-fill do not', async t => {
  const { archive, connector, ground } = await archiveAt(t)
  const queue = await archive.queue()
  const progress = async () => (await getConnector(ground.database, connector.connectorId)).collectedUntil
  const end = async (trigger: 'manual' | 'back-fill', to: Date, source: number) => {
    const run = await requestRun(ground, queue, archive.actor, connector, trigger, { from: window.from, to })
    await collected(archive, run.runId, { source, read: 3, filed: 3 })
    return reconcileRun(ground, run.runId)
  }
  assert.equal((await end('back-fill', window.to, 3)).status, 'complete')
  assert.equal(await progress(), null)
  const incomplete = await end('manual', window.to, 4)
  assert.equal(incomplete.status, 'incomplete')
  assert.equal(incomplete.errorCode, 'RUN_INCOMPLETE')
  assert.match(incomplete.errorMessage ?? '', /counts 4 items.* 3 are accounted for/)
  assert.equal(await progress(), null)
  assert.equal((await end('manual', window.to, 3)).status, 'complete')
  assert.deepEqual(await progress(), window.to)
  await end('back-fill', at(NOW + DAY), 3)
  assert.deepEqual(await progress(), window.to, 'a back-fill into the future would leave a gap')
})

test('each of the three sums can fail a run', async t => {
  const { archive, connector, ground } = await archiveAt(t)
  const queue = await archive.queue()
  for (const [counts, said] of [
    [{ source: 5, read: 4, filed: 4 }, /site counts 5/],
    [{ source: 4, read: 5, filed: 4 }, /5 items were read/],
    [{ source: 4, read: 4, filed: 4, available: 6, imported: 5 }, /6 filings were available/],
  ] as const) {
    const run = await requestRun(ground, queue, archive.actor, connector, 'manual', window)
    await collected(archive, run.runId, counts)
    const ended = await reconcileRun(ground, run.runId)
    assert.equal(ended.status, 'incomplete')
    assert.match(ended.errorMessage ?? '', said)
  }
})

test('a run is reconciled once, and only when every batch is filed', async t => {
  const { archive, connector, ground } = await archiveAt(t)
  const run = await requestRun(ground, await archive.queue(), archive.actor, connector, 'manual', window)
  await collected(archive, run.runId, { source: 1, read: 1, filed: 1 })
  await ground.database.execute('update run set batches = 2, batches_filed = 1')
  assert.equal((await reconcileRun(ground, run.runId)).status, 'filing')
  await ground.database.execute('update run set batches_filed = 2')
  await reconcileRun(ground, run.runId)
  await reconcileRun(ground, run.runId)
  const [row] = await ground.database.query<{ entries: number }>(
    `select count(*) as entries from audit_entry where act = 'run.complete'`,
  )
  assert.equal(row!.entries, 1)
})

test('trouble and failure of a worker that was overtaken leave a collected or ended run as it is', async t => {
  const { archive, connector, ground } = await archiveAt(t)
  const run = await requestRun(ground, await archive.queue(), archive.actor, connector, 'manual', window)
  const refused = new HoldfastError('SITE_SIGN_IN_WRONG', 'refused')
  await collected(archive, run.runId, { source: 1, read: 1, filed: 1 })
  await failRun(ground, run.runId, refused)
  assert.equal((await getRun(ground.database, run.runId)).status, 'filing')
  await reconcileRun(ground, run.runId)
  await noteTrouble(ground, run.runId, refused)
  const ended = await getRun(ground.database, run.runId)
  assert.deepEqual([ended.status, ended.errorCode], ['complete', null])
})

test('a foreign error is noted on the run by its kind, without what it quotes', async t => {
  const { archive, connector, ground } = await archiveAt(t)
  const run = await requestRun(ground, await archive.queue(), archive.actor, connector, 'manual', window)
  await noteTrouble(
    ground,
    run.runId,
    Object.assign(new Error('bad text "lunch at noon"'), { code: '22021' }),
  )
  const noted = await getRun(ground.database, run.runId)
  assert.equal(noted.errorCode, 'INTERNAL')
  assert.match(noted.errorMessage ?? '', /22021/)
  assert.doesNotMatch(noted.errorMessage ?? '', /lunch/)
})

test('a moment of the schedule that falls into an open run stays due', async t => {
  const { clock, archive, connector, ground } = await archiveAt(t)
  const queue = await archive.queue()
  const open = await requestRun(ground, queue, archive.actor, connector, 'back-fill', window)
  clock.set(NOW + HOUR)
  assert.deepEqual(await requestDueRuns(ground, queue), [])
  await failRun(ground, open.runId, new HoldfastError('SITE_SIGN_IN_WRONG', 'refused'))
  const [due, ...others] = await requestDueRuns(ground, queue)
  assert.equal(others.length, 0)
  assert.equal(due!.trigger, 'schedule')
  assert.deepEqual(await requestDueRuns(ground, queue), [], 'it is not asked for twice')
  const { nextRunAt } = await getConnector(ground.database, connector.connectorId)
  assert.deepEqual(nextRunAt, at(NOW + 2 * HOUR))
})

test('a run and its next moment are set together: one that cannot be asked for stays due', async t => {
  const { clock, archive, ground } = await archiveAt(t)
  const queue = await archive.queue()
  clock.set(NOW + HOUR)
  const broken = { ...queue, send: () => Promise.reject(new Error('no queue')) }
  assert.deepEqual(await requestDueRuns(ground, broken), [])
  assert.deepEqual(await listRuns(ground.database, { limit: 10 }), [])
  assert.equal((await requestDueRuns(ground, queue)).length, 1)
})

test('paused and removed connectors are not run by the schedule, removed ones by nobody', async t => {
  const { clock, archive, connector, ground } = await archiveAt(t)
  const queue = await archive.queue()
  const { connectorId } = connector
  await setConnectorStatus(ground, archive.actor, connectorId, 'paused')
  clock.set(NOW + DAY)
  assert.deepEqual(await requestDueRuns(ground, queue), [])
  await removeConnector(ground, archive.actor, connectorId)
  assert.deepEqual(await requestDueRuns(ground, queue), [])
  const removed = await getConnector(ground.database, connectorId)
  await assert.rejects(requestRun(ground, queue, archive.actor, removed, 'back-fill', window), {
    code: 'CONNECTOR_UNKNOWN',
  })
})

test('runs and connectors of impossible ids are unknown, not defects', async t => {
  const { ground } = await archiveAt(t)
  await assert.rejects(getRun(ground.database, 9_007_199_254_740_991), { code: 'RUN_UNKNOWN' })
  await assert.rejects(getConnector(ground.database, 9_999_999_999), { code: 'CONNECTOR_UNKNOWN' })
  assert.deepEqual(await listRuns(ground.database, { connectorId: 9_999_999_999, limit: 5 }), [])
})
