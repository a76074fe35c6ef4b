/** A site that stumbles: each fault of the stand-in site ends in a complete run, or in a visible and named failure. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { checkConnector, editConnector } from '../../src/connector/connector.ts'
import { getRun } from '../../src/pipeline/pipeline.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import type { Faults } from '../../telemessage-site/telemessage-site.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { readKept, readServed } from './served.ts'

const END = Date.UTC(2026, 9, 30)
const DAY = 86_400_000
const OPTIONS = { people: 24, days: 2, seed: 3, end: END, now: END + DAY }
/** Real time, but nobody waits for long. */
const hasty: Clock = {
  now: systemClock.now,
  sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, 15), signal),
}

let expected: string[] = []

before(async () => {
  // What an untroubled site serves, kept to compare with: the sealed originals of an import without faults.
  const site = await startSite(OPTIONS)
  const served = await readServed(site, 'ENTERPRISE_NUMBER', { from: site.from, to: END })
  expected = [...new Set(served.map(message => message.sameness))].sort()
  await site.stop()
})

const FAULTS: Record<string, Partial<Faults>> = {
  'slow answers': { latencyMs: 40 },
  '429 with Retry-After in seconds': { tooManyEvery: 3, retryAfterSeconds: 1 },
  '429 with Retry-After as a date': { tooManyEvery: 4, retryAfterDate: true },
  '5xx with HTML': { serverErrorEvery: 3 },
  'connections cut in mid-page': { cutEvery: 2 },
  'JSON that ends half-way': { truncateEvery: 3 },
  'pages that are not JSON': { invalidJsonEvery: 3 },
  'items in another order': { reorderEvery: 1 },
  'a sign-in that expires': { tokenRequests: 3 },
  'all of it at once': {
    tooManyEvery: 11,
    serverErrorEvery: 7,
    cutEvery: 5,
    truncateEvery: 6,
    invalidJsonEvery: 9,
    reorderEvery: 2,
    tokenRequests: 9,
  },
}

for (const [name, faults] of Object.entries(FAULTS))
  test(`the run is complete in spite of ${name}`, async t => {
    const site = await startSite({ ...OPTIONS, faults })
    t.after(() => site.stop())
    const archive = await testArchive(t, { clock: hasty, pageItems: 40 })
    await archive.addPeople(site.directoryCsv())
    const connector = await archive.addConnector(site, 'enterprise-number')
    await archive.work()
    assertComplete(await archive.run(connector, { from: site.from, to: END }))
    assert.deepEqual((await readKept(archive.ground)).map(item => item.sameness).sort(), expected)
  })

test('a page served twice doubles nothing, and is not counted twice', async t => {
  const site = await startSite({ ...OPTIONS, faults: { repeatPageEvery: 2 } })
  t.after(() => site.stop())
  const archive = await testArchive(t, { clock: hasty, pageItems: 40 })
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.work()
  const run = await archive.run(connector, { from: site.from, to: END })
  assert.deepEqual((await readKept(archive.ground)).map(item => item.sameness).sort(), expected)
  // The client knows a page by its cursor, and does not take it again.
  assertComplete(run)
  assert.equal(run.counts.itemsRead, run.sourceCount)
  assert.ok(site.requests.itemsServed > run.sourceCount!, 'pages did come twice')
})

test('a site that counts wrongly makes the run visibly incomplete', async t => {
  const site = await startSite({ ...OPTIONS, faults: { countOffset: -1 } })
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.work()
  const run = await archive.run(connector, { from: site.from, to: END })
  assert.deepEqual([run.status, run.errorCode], ['incomplete', 'RUN_INCOMPLETE'])
  const status = await archive.command(['status'])
  assert.match(status.stdout, /is incomplete: holdfast run show 1/)
})

test('a wrong password and a suspended account end the run with their names, and are mended by an edit', async t => {
  const site = await startSite(OPTIONS)
  t.after(() => site.stop())
  const archive = await testArchive(t, { clock: hasty })
  const { ground, actor } = archive
  const connector = await archive.addConnector(site, 'enterprise-number', { password: 'not the password' })
  await archive.work()
  const window = { from: site.from, to: END }
  const refused = await archive.run(connector, window)
  assert.deepEqual([refused.status, refused.errorCode], ['failed', 'SITE_SIGN_IN_WRONG'])
  const [account] = await checkConnector(ground, connector, AbortSignal.timeout(10_000))
  assert.equal(account!.state, 'not-met')

  const { password } = site.account
  const mended = await editConnector(ground, actor, connector.connectorId, { password })
  site.faults.suspended = true
  const suspended = await archive.run(mended, window)
  assert.deepEqual([suspended.status, suspended.errorCode], ['failed', 'SITE_SIGN_IN_SUSPENDED'])
  site.faults.suspended = false
  assertComplete(await archive.run(mended, window))
  await assertSound(archive)
})

test('a site that is away for a while is waited for, and says so meanwhile', async t => {
  const site = await startSite(OPTIONS)
  const port = Number(new URL(site.url).port)
  const archive = await testArchive(t, { clock: hasty, pageItems: 40 })
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.work()
  const window = { from: site.from, to: END }
  await site.stop()
  const asked = await archive.request(connector, window)
  for (;;) {
    const run = await getRun(archive.ground.database, asked.runId)
    assert.ok(['waiting', 'collecting'].includes(run.status), run.status)
    if (run.errorCode !== null) {
      assert.equal(run.errorCode, 'SITE_UNREACHABLE')
      break
    }
    await systemClock.sleep(50)
  }
  const back = await startSite({ ...OPTIONS, port })
  t.after(() => back.stop())
  const run = await archive.ended(asked)
  assertComplete(run)
  assert.equal(run.errorCode, null)
})
