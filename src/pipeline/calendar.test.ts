import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { manualClock } from '../clock.ts'
import { parseSchedule, removeConnector, setConnectorStatus } from '../connector/connector.ts'
import { testArchive } from '../testing/archive.ts'
import { completenessCalendar } from './calendar.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The connectors are added at noon of 10 November. */
const ADDED = Date.UTC(2026, 10, 10, 12)
const NOWHERE = { url: 'http://127.0.0.1:9/', account: { username: 'archive', password: 'Sanderling-4410' } }

async function calendarAt(t: TestContext) {
  const clock = manualClock(ADDED)
  const archive = await testArchive(t, { clock })
  const { ground, actor } = archive
  const connector = await archive.addConnector(NOWHERE, 'o2', { schedule: parseSchedule('daily 02:00 UTC') })
  const { connectorId } = connector
  const run = (from: number, to: number, status: string) =>
    ground.database.execute(
      `insert into run (connector_id, trigger, window_from, window_to, status, requested_by, created_at)
       values ($1, 'schedule', $2, $3, $4, 'system', $3)`,
      [connectorId, new Date(from), new Date(to), status],
    )
  const arrived = (day: string, items: number) =>
    ground.database.execute('insert into arrival_day values ($1, $2, $3, 1, 2)', [connectorId, day, items])
  const states = async (days: number) => {
    const [calendar] = await completenessCalendar(ground.database, clock, {
      connectorIds: [connectorId],
      days,
    })
    return calendar!.days.map(({ day, state }) => `${day.slice(8)} ${state}`)
  }
  return { clock, archive, ground, actor, connectorId, run, arrived, states }
}

const at = (day: number, hour = 0, minute = 0) => Date.UTC(2026, 10, day, hour, minute)

test('a day is complete when complete runs cover it whole, together', async t => {
  const { clock, run, arrived, states } = await calendarAt(t)
  clock.set(at(13, 14))
  await run(at(9, 12), at(11, 1, 55), 'complete')
  await run(at(11, 1), at(12, 1, 55), 'complete')
  await run(at(12, 1), at(13, 1, 55), 'complete')
  await arrived('2026-11-11', 40)
  assert.deepEqual(await states(6), [
    '08 outside',
    '09 nothing',
    '10 nothing',
    '11 complete',
    '12 nothing',
    '13 not-due',
  ])
})

test('a missed day is a gap, one that failed is incomplete, one that is read is under way', async t => {
  const { clock, run, states } = await calendarAt(t)
  await run(at(9, 12), at(11, 1, 55), 'complete')
  await run(at(11, 1), at(12, 1, 55), 'failed')
  clock.set(at(13, 14))
  assert.deepEqual(await states(4), ['10 nothing', '11 incomplete', '12 incomplete', '13 not-due'])
  clock.set(at(14, 14))
  assert.deepEqual((await states(3)).slice(0, 2), ['12 incomplete', '13 gap'])
  await run(at(11, 1), at(14, 13, 55), 'collecting')
  assert.deepEqual(await states(5), ['10 nothing', '11 running', '12 running', '13 running', '14 running'])
})

test('a day whose import is not due yet is no gap, and a paused connector is due at once', async t => {
  const { clock, ground, actor, connectorId, run, states } = await calendarAt(t)
  await run(at(9, 12), at(11, 1, 55), 'complete')
  clock.set(at(12, 2, 20))
  assert.deepEqual(await states(2), ['11 not-due', '12 not-due'])
  clock.set(at(12, 2, 31))
  assert.deepEqual(await states(2), ['11 gap', '12 not-due'])
  clock.set(at(12, 1))
  await setConnectorStatus(ground, actor, connectorId, 'paused')
  assert.deepEqual(await states(2), ['11 gap', '12 not-due'])
})

test('a back-fill of earlier days shows, and nothing is expected of a connector that is gone', async t => {
  const { clock, ground, actor, connectorId, run, arrived, states } = await calendarAt(t)
  await run(at(5), at(7), 'complete')
  await arrived('2026-11-06', 3)
  await run(at(9, 12), at(11, 1, 55), 'complete')
  clock.set(at(11, 1))
  await removeConnector(ground, actor, connectorId)
  clock.set(at(13, 12))
  assert.deepEqual(await states(10), [
    '04 outside',
    '05 nothing',
    '06 complete',
    '07 outside',
    '08 outside',
    '09 nothing',
    '10 nothing',
    '11 nothing',
    '12 outside',
    '13 outside',
  ])
})

test('all connectors come in one answer, with the counts of each day', async t => {
  const { clock, archive, ground, arrived, run } = await calendarAt(t)
  await archive.addConnector(NOWHERE, 'enterprise-number', { accountId: 'B' })
  clock.set(at(11, 12))
  await run(at(9, 12), at(11, 1), 'complete')
  await arrived('2026-11-10', 7)
  const calendars = await completenessCalendar(ground.database, clock, { days: 14 })
  assert.deepEqual(
    calendars.map(each => each.days.length),
    [14, 14],
  )
  assert.deepEqual(calendars[0]!.days[12], {
    day: '2026-11-10',
    state: 'complete',
    items: 7,
    unmapped: 1,
    failed: 2,
  })
  assert.equal(new Date(clock.now() - 13 * DAY).toISOString().slice(0, 10), calendars[1]!.days[0]!.day)
})
