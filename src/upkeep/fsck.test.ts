import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNA, ARRIVAL, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { collectRun } from '../pipeline/collect.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import { checkEverything } from './upkeep.ts'

test('a staged page that is gone before it was filed is named: there is no other copy', async t => {
  const site = await startTinySite([
    tinyRecord({ id: 'm1', text: 'ruff', from: ANNA.number, to: '447700900900' }),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  const connector = await archive.addConnector(site, 'o2')
  const run = await archive.request(connector, WINDOW)
  await collectRun(ground, await archive.queue(), run.runId, AbortSignal.timeout(20_000))
  assert.deepEqual((await checkEverything(ground)).findings, [])
  const [batch] = await ground.database.query<{ name: string }>('select staging_object as name from batch')
  await ground.storage.remove(batch!.name)
  const { findings } = await checkEverything(ground)
  assert.deepEqual(
    findings.map(({ code, subject, broken }) => [code, subject, broken]),
    [['object-missing', batch!.name, true]],
  )
})

test('an archive that imports meanwhile is checked without a false alarm', async t => {
  const messages = Array.from({ length: 400 }, (_, index) =>
    tinyRecord({
      id: `m${index}`,
      text: `ruff ${index}`,
      arrival: ARRIVAL + index,
      from: ANNA.number,
      to: '447700900900',
    }),
  )
  const site = await startTinySite(messages)
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 4 })
  const connector = await archive.addConnector(site, 'o2')
  const run = await archive.request(connector, WINDOW)
  await archive.work()
  const ended = archive.ended(run)
  let over = false
  void ended.then(() => {
    over = true
  })
  for (let checks = 0; !over || checks === 0; checks++) {
    const { findings } = await checkEverything(archive.ground)
    assert.deepEqual(
      findings.filter(finding => finding.broken),
      [],
    )
  }
  assertComplete(await ended)
})
