/** One import from the site to the mailboxes, compared message by message with what the site serves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { expectationOf } from './expected.ts'
import { readKept, readRegistered, readServed } from './served.ts'

const END = Date.UTC(2026, 9, 30)

test('every message is kept once, byte for byte, and filed where the directory and the mapping say', async t => {
  const site = await startSite({ people: 60, days: 5, seed: 11, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const window = { from: site.from, to: END }
  const archive = await testArchive(t)
  await archive.addPeople(site.directoryCsv())
  await archive.work()
  const { ground } = archive
  for (const [product, network] of [
    ['enterprise-number', 'ENTERPRISE_NUMBER'],
    ['o2', 'O2'],
  ] as const) {
    const connector = await archive.addConnector(site, product)
    await archive.addMapping(connector, site.mappingCsv())
    const run = await archive.run(connector, window)
    assertComplete(run)
    const served = await readServed(site, network, window)
    const kept = (await readKept(ground)).filter(item => item.runId === run.runId)
    assert.equal(run.sourceCount, served.length)

    // Nothing lost, nothing doubled: N+1 copies are one item, everything else is an item of its own.
    const distinct = new Map(served.map(message => [message.sameness, message]))
    assert.deepEqual(kept.map(item => item.sameness).sort(), [...distinct.keys()].sort())
    assert.equal(run.counts.itemsDuplicate, served.length - distinct.size)
    const originals = new Set(served.map(message => message.digest))
    assert.deepEqual(
      kept.filter(item => !originals.has(item.digest)),
      [],
      'what is kept is byte for byte what was served',
    )

    const expect = expectationOf({
      directoryCsv: site.directoryCsv(),
      mappingCsv: site.mappingCsv(),
      domain: site.organisation.domain,
      registered: await readRegistered(site, network),
    })
    const wrong: string[] = []
    for (const item of kept) {
      const mailboxes = (await expect(distinct.get(item.sameness)!)).join(' ')
      if (item.mailboxes.join(' ') !== mailboxes)
        wrong.push(`${item.kind} is in ${item.mailboxes.join(' ')} and not in ${mailboxes}`)
    }
    assert.deepEqual(wrong, [])
    const { counts } = run
    assert.equal(counts.itemsFiled, kept.filter(item => item.state === 'filed').length)
    assert.equal(counts.itemsUnmapped, kept.filter(item => item.state === 'unmapped').length)
    assert.equal(counts.itemsFailed, kept.filter(item => item.state === 'quarantined').length)
    assert.equal(
      counts.filingsImported + counts.filingsPartial,
      kept.filter(item => item.state === 'filed').reduce((sum, item) => sum + item.mailboxes.length, 0),
    )
  }
  await assertSound(archive)
})
