/** Which window a run covers: schedules, missed days, overlap, back-fill, pausing; by the site's time of arrival. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '../../src/clock.ts'
import {
  editConnector,
  getConnector,
  parseSchedule,
  setConnectorStatus,
} from '../../src/connector/connector.ts'
import { listRuns, type Run, requestDueRuns, requestRun } from '../../src/pipeline/pipeline.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { readKept, readServed } from './served.ts'
import { startTinySite } from './tiny-site.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const END = Date.UTC(2026, 9, 30)
const FIRST = Date.UTC(2026, 9, 25)

/** An archive and a site whose clocks are moved together. */
async function timedArchive(t: { after(work: () => Promise<void>): void }, start: number) {
  const site = await startSite({ people: 24, days: 6, seed: 3, end: END, now: start })
  t.after(() => site.stop())
  const clock = manualClock(start)
  const archive = await testArchive(t, { clock })
  await archive.addPeople(site.directoryCsv())
  await archive.work()
  const connector = await archive.addConnector(site, 'enterprise-number', {
    schedule: parseSchedule('daily 02:00 Europe/London'),
  })
  const moveTo = (now: number) => {
    clock.set(now)
    site.setNow(now)
  }
  const due = async (): Promise<Run[]> => {
    const requested = await requestDueRuns(archive.ground, await archive.queue())
    return Promise.all(requested.map(run => archive.ended(run)))
  }
  return { site, archive, connector, moveTo, due }
}

test('a daily schedule runs once a day, and a missed day is caught up without a gap', async t => {
  const { site, archive, connector, moveTo, due } = await timedArchive(t, FIRST + 12 * HOUR)
  assert.deepEqual(await due(), [], 'nothing is due before two in the night')

  moveTo(FIRST + DAY + 2 * HOUR + MINUTE)
  const [first, ...others] = await due()
  assert.equal(others.length, 0)
  assertComplete(first!)
  assert.equal(first!.trigger, 'schedule')
  assert.equal(first!.window.to.getTime(), FIRST + DAY + 2 * HOUR + MINUTE - 5 * MINUTE)
  // From a day before the connector was made, however long that is ago.
  assert.equal(first!.window.from.getTime(), FIRST + 12 * HOUR - DAY)
  assert.deepEqual(await due(), [], 'it ran already')

  // Three days off: the run that is due on the return covers them all, from an hour before where the last one ended.
  moveTo(FIRST + 4 * DAY + 11 * HOUR)
  const [caughtUp, ...more] = await due()
  assert.equal(more.length, 0)
  assertComplete(caughtUp!)
  assert.equal(caughtUp!.window.from.getTime(), first!.window.to.getTime() - HOUR)
  assert.equal(caughtUp!.window.to.getTime(), FIRST + 4 * DAY + 11 * HOUR - 5 * MINUTE)

  // Everything that arrived from the first window's beginning on is here, once.
  const window = { from: first!.window.from.getTime(), to: caughtUp!.window.to.getTime() }
  const served = await readServed(site, 'ENTERPRISE_NUMBER', window)
  assert.deepEqual(
    (await readKept(archive.ground)).map(item => item.sameness).sort(),
    [...new Set(served.map(message => message.sameness))].sort(),
  )
  const now = await getConnector(archive.ground.database, connector.connectorId)
  assert.deepEqual(now.collectedUntil, caughtUp!.window.to)
  await assertSound(archive)
})

test('many that look at the clock at once make one run of a moment', async t => {
  const { archive, moveTo } = await timedArchive(t, FIRST)
  moveTo(FIRST + DAY)
  const queue = await archive.queue()
  const asked = await Promise.all(Array.from({ length: 5 }, () => requestDueRuns(archive.ground, queue)))
  assert.equal(asked.flat().length, 1)
  assertComplete(await archive.ended(asked.flat()[0]!))
})

test('a paused connector is not run by its schedule, and catches up when it is resumed', async t => {
  const { archive, connector, moveTo, due } = await timedArchive(t, FIRST + 12 * HOUR)
  const { ground, actor } = archive
  await setConnectorStatus(ground, actor, connector.connectorId, 'paused')
  moveTo(FIRST + 2 * DAY)
  assert.deepEqual(await due(), [])
  const paused = await getConnector(ground.database, connector.connectorId)
  const window = { from: new Date(FIRST), to: new Date(FIRST + HOUR) }
  await assert.rejects(requestRun(ground, await archive.queue(), actor, paused, 'manual', window), {
    code: 'CONNECTOR_PAUSED',
  })
  await setConnectorStatus(ground, actor, connector.connectorId, 'active')
  moveTo(FIRST + 3 * DAY)
  const [run] = await due()
  assertComplete(run!)
})

test('a back-fill covers the window it names and leaves the progress where it is', async t => {
  const { site, archive, connector, moveTo, due } = await timedArchive(t, FIRST + 2 * DAY)
  moveTo(FIRST + 3 * DAY + 3 * HOUR)
  const [scheduled] = await due()
  assertComplete(scheduled!)
  const before = await getConnector(archive.ground.database, connector.connectorId)
  const window = { from: FIRST, to: FIRST + DAY }
  const filled = await archive.run(connector, window)
  assertComplete(filled)
  assert.equal(filled.trigger, 'back-fill')
  assert.equal(filled.sourceCount, (await readServed(site, 'ENTERPRISE_NUMBER', window)).length)
  assert.ok(filled.counts.itemsFiled > 0)
  const after = await getConnector(archive.ground.database, connector.connectorId)
  assert.deepEqual(after.collectedUntil, before.collectedUntil)
})

test('one window of a connector is imported at a time, and a wrong window is refused', async t => {
  const site = await startTinySite()
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const connector = await archive.addConnector(site, 'o2')
  await archive.request(connector, { from: FIRST, to: FIRST + DAY })
  await assert.rejects(archive.request(connector, { from: FIRST, to: FIRST + DAY }), { code: 'RUN_OPEN' })
  const other = await archive.addConnector(site, 'enterprise-number')
  await assert.rejects(archive.request(other, { from: FIRST, to: FIRST }), { code: 'WINDOW_INVALID' })
  await assert.rejects(archive.request(other, { from: FIRST + 1, to: FIRST }), { code: 'WINDOW_INVALID' })
})

test('hourly and every so many minutes are due when they say', async t => {
  const { archive, connector, moveTo, due } = await timedArchive(t, FIRST + 10 * MINUTE)
  await editConnector(archive.ground, archive.actor, connector.connectorId, {
    schedule: parseSchedule('every 15 minutes'),
  })
  moveTo(FIRST + 14 * MINUTE)
  assert.equal((await due()).length, 0)
  for (const minutes of [15, 30, 45]) {
    moveTo(FIRST + minutes * MINUTE)
    assert.equal((await due()).length, 1)
  }
  assert.equal((await listRuns(archive.ground.database, { limit: 10 })).length, 3)
})
