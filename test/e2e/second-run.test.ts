/** Two workers at once, a second import of the same window, and a connector removed and added again double nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeConnector } from '../../src/connector/connector.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { readKept, readServed } from './served.ts'

const END = Date.UTC(2026, 9, 30)

test('two worker processes at once, then everything again, and again by a connector added anew', async t => {
  const site = await startSite({ people: 40, days: 4, seed: 17, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 50 })
  const { ground, actor } = archive
  await archive.addPeople(site.directoryCsv())
  archive.spawnWorker()
  archive.spawnWorker()
  const window = { from: site.from, to: END }
  const connector = await archive.addConnector(site, 'enterprise-number')
  const o2 = await archive.addConnector(site, 'o2')
  for (const each of [connector, o2]) await archive.addMapping(each, site.mappingCsv())
  const asked = await Promise.all([archive.request(connector, window), archive.request(o2, window)])
  const [first, firstO2] = await Promise.all(asked.map(run => archive.ended(run)))
  assertComplete(first!)
  assertComplete(firstO2!)
  assert.ok(first!.batches > 5, 'there was something to share')
  const served = [
    ...(await readServed(site, 'ENTERPRISE_NUMBER', window)),
    ...(await readServed(site, 'O2', window)),
  ]
  const kept = await readKept(ground)
  assert.deepEqual(
    kept.map(item => item.sameness).sort(),
    [...new Set(served.map(message => message.sameness))].sort(),
  )

  const second = await archive.run(connector, window)
  assertComplete(second)
  assert.equal(second.counts.itemsDuplicate, second.sourceCount)
  assert.equal(second.counts.itemsFiled + second.counts.itemsUnmapped + second.counts.itemsFailed, 0)
  assert.equal(second.counts.filingsSkipped, second.counts.filingsAvailable)
  assert.equal(second.counts.filingsImported + second.counts.filingsFailed, 0)
  const said = await archive.command(['run', 'show', String(second.runId)])
  assert.match(said.stdout, /Nothing new: /)

  await removeConnector(ground, actor, connector.connectorId)
  const anew = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(anew, site.mappingCsv())
  assert.notEqual(anew.connectorId, connector.connectorId)
  const third = await archive.run(anew, window)
  assertComplete(third)
  assert.equal(third.counts.itemsDuplicate, third.sourceCount)
  assert.deepEqual(await readKept(ground), kept, 'nothing changed')
  await assertSound(archive)
})

test('many workers of one process that meet at the same items file each of them once', async t => {
  const site = await startSite({ people: 24, days: 2, seed: 4, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 25 })
  await archive.addPeople(site.directoryCsv())
  // Two connectors of one account and product have the same items. No second one can be added, so it becomes one here.
  const one = await archive.addConnector(site, 'enterprise-number')
  const two = await archive.addConnector(site, 'enterprise-number', { accountId: 'ACCOUNT-2' })
  await archive.ground.database.execute('update connector set account_id = $1 where connector_id = $2', [
    one.accountId,
    two.connectorId,
  ])
  const window = { from: site.from, to: END }
  const asked = [await archive.request(one, window), await archive.request(two, window)]
  await archive.work()
  await archive.work()
  const runs = await Promise.all(asked.map(run => archive.ended(run)))
  for (const run of runs) assertComplete(run)
  const served = await readServed(site, 'ENTERPRISE_NUMBER', window)
  const distinct = new Set(served.map(message => message.sameness))
  assert.deepEqual((await readKept(archive.ground)).map(item => item.sameness).sort(), [...distinct].sort())
  const fresh = runs.map(({ counts }) => counts.itemsFiled + counts.itemsUnmapped)
  assert.equal(fresh[0]! + fresh[1]!, distinct.size)
  await assertSound(archive)
})
