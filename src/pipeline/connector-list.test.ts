import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord } from '../../test/e2e/tiny-site.ts'
import { manualClock } from '../clock.ts'
import { setConnectorStatus, signInDraft, startDraft } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import { testArchive } from '../testing/archive.ts'
import { countConnectors, listConnectorStates } from './connector-list.ts'
import { finishSetup } from './first-run.ts'
import { readProgress } from './progress.ts'
import { failRun, noteTrouble } from './run.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 20, 12)
const NOWHERE = { url: 'http://127.0.0.1:9/', account: { username: 'archive', password: 'Sanderling-4410' } }

async function archiveAt(t: TestContext) {
  const clock = manualClock(NOW)
  const archive = await testArchive(t, { clock })
  const connector = await archive.addConnector(NOWHERE, 'o2')
  const { ground } = archive
  const state = async () => {
    const [listed] = await listConnectorStates(ground.database, new Date(clock.now()), { limit: 10 })
    return [listed?.state, listed?.reason, listed?.code]
  }
  const run = () => archive.request(connector, { from: NOW - HOUR, to: NOW })
  return { clock, archive, connector, ground, state, run }
}

test('each state of a connector is said with its reason', async t => {
  const { clock, archive, connector, ground, state, run } = await archiveAt(t)
  assert.deepEqual(await state(), ['up-to-date', 'first-import-ahead', null])

  const first = await run()
  assert.deepEqual(await state(), ['importing', 'import-under-way', null])
  await noteTrouble(ground, first.runId, new HoldfastError('SITE_UNREACHABLE', 'no answer'))
  assert.deepEqual(await state(), ['behind', 'import-waits', 'SITE_UNREACHABLE'])
  await failRun(ground, first.runId, new HoldfastError('SITE_SIGN_IN_WRONG', 'refused'))
  assert.deepEqual(await state(), ['cannot-sign-in', 'sign-in-refused', 'SITE_SIGN_IN_WRONG'])

  const second = await run()
  await failRun(ground, second.runId, new HoldfastError('SITE_REDIRECTED', 'elsewhere'))
  assert.deepEqual(await state(), ['needs-attention', 'import-failed', 'SITE_REDIRECTED'])
  const third = await run()
  await ground.database.execute(
    `update run set status = 'incomplete', error_code = 'RUN_INCOMPLETE', completed_at = now() where run_id = $1`,
    [third.runId],
  )
  assert.deepEqual(await state(), ['needs-attention', 'sums-differ', 'RUN_INCOMPLETE'])
  const fourth = await run()
  await ground.database.execute(
    `update run set status = 'complete', completed_at = now() where run_id = $1`,
    [fourth.runId],
  )
  assert.deepEqual(await state(), ['up-to-date', 'last-import-complete', null])

  // Nothing serves this archive, so the moment of the schedule goes by.
  clock.set(NOW + 15 * HOUR)
  assert.deepEqual(await state(), ['behind', 'import-overdue', null])
  await setConnectorStatus(ground, archive.actor, connector.connectorId, 'paused')
  assert.deepEqual(await state(), ['paused', 'paused', null])

  await startDraft(ground, archive.actor, 'o2')
  const all = await listConnectorStates(ground.database, new Date(NOW), { limit: 10 })
  assert.deepEqual(
    all.map(each => [each.state, each.setupStep]),
    [
      ['paused', null],
      ['setup-not-finished', 'login'],
    ],
  )
  assert.equal(await countConnectors(ground.database), 2)
  assert.deepEqual(
    (
      await listConnectorStates(ground.database, new Date(NOW), { limit: 1, after: connector.connectorId })
    ).map(each => each.connectorId),
    [all[1]!.connectorId],
  )
})

test('finishing a setup makes the connector and its first import in one act, and the list shows what came', async t => {
  const site = await startTinySite(
    [
      tinyRecord({ id: 'm1', from: ANNA.number, to: BO.number, text: 'one' }),
      tinyRecord({ id: 'm2', from: ANNA.number, to: '447700900999', text: 'two' }),
      tinyRecord({
        id: 'm3',
        from: '447700900150',
        to: '447700900999',
        text: 'three',
        subscriberId: 'lost',
        msisdn: '447700900150',
      }),
    ],
    [
      { userId: 'u1', mobile: ANNA.number, email: ANNA.mailbox },
      { userId: 'lost', mobile: '447700900150' },
    ],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const { ground, actor } = archive
  const { connectorId } = await startDraft(ground, actor, 'o2')
  const place = { location: site.url, ...site.account }
  await signInDraft(ground, actor, connectorId, place, 1, AbortSignal.timeout(20_000))
  const queue = await archive.queue()
  await assert.rejects(
    finishSetup(ground, queue, actor, connectorId, {
      revision: 2,
      from: new Date(ground.clock.now() + HOUR),
    }),
    { code: 'WINDOW_INVALID' },
  )
  assert.deepEqual(await ground.database.query('select from run'), [], 'all of it or nothing')
  const from = new Date(ground.clock.now() - 365 * 24 * HOUR)
  const { connector, run } = await finishSetup(ground, queue, actor, connectorId, { revision: 2, from })
  assert.equal(connector.status, 'active')
  assert.deepEqual([run.trigger, run.window.from], ['manual', from])
  await archive.addMapping(connector, MAPPING_CSV)
  const [waiting] = await readProgress(ground.database)
  assert.deepEqual([waiting?.stage, waiting?.done, waiting?.total], ['waiting', 0, null])

  await archive.work()
  await archive.ended(run)
  const [listed] = await listConnectorStates(ground.database, new Date(ground.clock.now()), { limit: 10 })
  assert.deepEqual(
    [
      listed?.state,
      listed?.imported,
      listed?.failed,
      listed?.unmapped,
      listed?.progress,
      listed?.lastRun?.status,
    ],
    ['up-to-date', 2, 0, 1, null, 'complete'],
  )
  const [row] = await ground.database.query<{ expected_count: number }>('select expected_count from run')
  assert.equal(row?.expected_count, 3, 'the site was asked how many to expect')
})
