import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  ANNA,
  ARRIVAL,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  type TinyMessage,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import { systemClock } from '../clock.ts'
import { editConnector, removeConnector } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import { collectRun } from './collect.ts'
import { replayFailures } from './replay.ts'
import { getRun } from './run.ts'

const OUTSIDER = '447700900900'
const message = (id: number, from = ANNA.number): TinyMessage =>
  tinyRecord({ id: `m${id}`, text: `knot ${id}`, arrival: ARRIVAL + id, from, to: OUTSIDER })

/** Long waits are short ones: what is waited for is looked at more often. */
const hasty = (ground: Ground): Ground => ({
  ...ground,
  clock: { ...systemClock, sleep: (time, signal) => systemClock.sleep(Math.min(time, 50), signal) },
})

async function waitingRun(t: TestContext, messages: number, pageItems: number) {
  const site = await startTinySite(Array.from({ length: messages }, (_, index) => message(index)))
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems })
  const connector = await archive.addConnector(site, 'o2')
  const run = await archive.request(connector, WINDOW)
  const ground = hasty(archive.ground)
  const queue = await archive.queue()
  const collect = () => collectRun(ground, queue, run.runId, AbortSignal.timeout(20_000))
  const look = () => getRun(archive.ground.database, run.runId)
  return { site, archive, connector, collect, look, runId: run.runId }
}

test('several workers that collect the same run stage each page once, and none leaves before it is collected', async t => {
  const { archive, collect, look } = await waitingRun(t, 24, 2)
  const ended = await Promise.all(
    [collect(), collect(), collect()].map(each => each.then(async () => (await look()).collected)),
  )
  assert.deepEqual(ended, [true, true, true])
  const run = await look()
  assert.deepEqual([run.batches, run.counts.itemsRead, run.sourceCount], [12, 24, 24])
  await archive.work()
  assertComplete(await archive.ended(run))
})

test('a worker that stepped back takes the run up again when the other stands still', async t => {
  const { archive, collect, look, runId } = await waitingRun(t, 6, 2)
  const { database } = archive.ground
  // As another worker leaves it that recorded the first page as this one was reading it, and then died.
  const collecting = collect()
  for (;;) {
    const moved = await database.execute(
      `update run set cursor = '"2"', items_read = items_read + 2 where run_id = $1 and status = 'collecting' and cursor is null`,
      [runId],
    )
    if (moved === 1 || (await look()).cursor !== null) break
  }
  await collecting
  const run = await look()
  assert.equal(run.collected, true)
  assert.equal(run.counts.itemsRead, 6)
})

test('a run whose last page was staged is not read again; a site’s cursor is never taken for its end', async t => {
  const { archive, collect, look, runId } = await waitingRun(t, 3, 10)
  await archive.ground.database.execute(
    `update run set status = 'collecting', cursor = 'end', window_to = $2 where run_id = $1`,
    [runId, new Date(WINDOW.to - 300_000)],
  )
  await collect()
  const run = await look()
  assert.deepEqual([run.collected, run.batches, run.sourceCount], [true, 0, 3])
})

test('the window ends five minutes before the site’s present, for a back-fill into the future too', async t => {
  const { site, archive, connector } = await waitingRun(t, 1, 10)
  site.messages.push(
    tinyRecord({ id: 'late', text: 'late', arrival: WINDOW.to - 1000, from: ANNA.number, to: OUTSIDER }),
  )
  await archive.work()
  const [first] = await archive.ground.database.query<{ run_id: number }>('select run_id from run')
  assertComplete(await archive.ended(await getRun(archive.ground.database, first!.run_id)))
  const run = await archive.run(connector, { from: WINDOW.from, to: WINDOW.to + 365 * 86_400_000 })
  assertComplete(run)
  assert.equal(run.window.to.getTime(), WINDOW.to - 300_000)
  assert.equal(run.sourceCount, 1)
})

test('a run of a connector that was removed ends by name, without a sign-in', async t => {
  const { site, archive, connector, collect, look } = await waitingRun(t, 1, 10)
  await removeConnector(archive.ground, archive.actor, connector.connectorId)
  await collect()
  const run = await look()
  assert.deepEqual([run.status, run.errorCode], ['failed', 'CONNECTOR_UNKNOWN'])
  assert.equal(site.asked.size, 0)
})

test('a collection that is told to stop goes back to the queue and leaves no trouble on the run', async t => {
  const { archive, look, runId } = await waitingRun(t, 2, 1)
  const stop = new AbortController()
  stop.abort(new Error('stopping'))
  await assert.rejects(collectRun(archive.ground, await archive.queue(), runId, stop.signal), /stopping/)
  const run = await look()
  assert.deepEqual([run.status, run.errorCode], ['waiting', null])
})

test('a correction files what a removed connector brought, and itemises whom else it shows', async t => {
  const cara = '447700900103'
  const site = await startTinySite([
    tinyRecord({ id: 'm1', text: 'knot', from: cara, to: OUTSIDER, toEmail: 'dan@contoso.example' }),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground, actor } = archive
  const connector = await archive.addConnector(site, 'o2', { domains: [] })
  await archive.work()
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.equal(run.counts.itemsUnmapped, 1)
  await archive.addPeople(PEOPLE_CSV)
  await archive.addMapping(connector, `${MAPPING_CSV}${cara},${ANNA.mailbox}\r\n`)
  await editConnector(ground, actor, connector.connectorId, { domains: ['contoso.example'] })
  await removeConnector(ground, actor, connector.connectorId)
  assert.deepEqual(await replayFailures(ground, await archive.queue(), actor, null), {
    failures: 1,
    resolved: 1,
    filings: 1,
  })
  const failures = await ground.database.query(
    'select source_user, source_item_id, mailbox, reason, replayable, resolved_at is null as open from failure order by 1',
  )
  assert.deepEqual(failures, [
    {
      source_user: '',
      source_item_id: 'm1',
      mailbox: '',
      reason: 'no-participant',
      replayable: true,
      open: false,
    },
    {
      source_user: OUTSIDER,
      source_item_id: 'm1',
      mailbox: 'dan@contoso.example',
      reason: 'mailbox-unknown',
      replayable: true,
      open: true,
    },
  ])
  await assert.rejects(replayFailures(ground, await archive.queue(), actor, 4711), {
    code: 'CONNECTOR_UNKNOWN',
  })
})
