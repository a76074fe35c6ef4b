/** The ZIP drop from the folder to the mailboxes: a second source through the same flow. */
import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { assertComplete, assertSound, testArchive, testFolder } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { readKept, readServed } from './served.ts'

const END = Date.UTC(2026, 9, 30)
/** Real time, but nobody waits for an upload to settle. */
const hasty: Clock = {
  now: systemClock.now,
  sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, 15), signal),
}
const ZIP = { sourceKind: 'zip', accountId: 'telemessage-zip-drop', username: '', password: '' } as const

test('archives in the watched folder are imported, moved to done, and a bad one is set aside whole', async t => {
  const site = await startSite({ people: 24, days: 3, seed: 9, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const folder = await testFolder()
  const window = { from: site.from, to: END }
  const written = await site.writeZips(folder, window, { messagesMax: 100 })
  assert.ok(written.length > 3)
  // One that was cut off on the way, and one whose manifest does not count its messages.
  const broken = join(folder, '202610290000-TeleMessage_88_20261029120000.zip')
  await copyFile(written[0]!, broken)
  const bytes = await readFile(broken)
  await writeFile(broken, bytes.subarray(0, bytes.length - 100))
  const long = systemClock.now() / 1000 - 600
  // For a drop, the arrival at the site is the arrival in the folder.
  const dropped = { from: systemClock.now() - 3_600_000, to: systemClock.now() + 3_600_000 }
  for (const name of await readdir(folder)) await utimes(join(folder, name), long, long)

  const archive = await testArchive(t, { clock: hasty })
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number', { ...ZIP, location: folder })
  await archive.addMapping(connector, site.mappingCsv())
  await archive.work()
  const run = await archive.run(connector, dropped)
  assertComplete(run)
  const served = await readServed(site, 'ENTERPRISE_NUMBER', window)
  assert.equal(run.sourceCount, served.length)
  const kept = await readKept(archive.ground)
  assert.deepEqual(
    kept.map(item => item.sameness).sort(),
    [...new Set(served.map(message => message.sameness))].sort(),
  )
  const originals = new Set(served.map(message => message.digest))
  assert.ok(kept.every(item => originals.has(item.digest)))
  assert.ok(kept.some(item => item.state === 'filed'))

  assert.deepEqual((await readdir(join(folder, 'done'))).sort(), written.map(path => basename(path)).sort())
  const refused = await readdir(join(folder, 'refused'))
  assert.ok(refused.includes(basename(broken)), refused.join(' '))
  const report = refused.find(name => name !== basename(broken))
  assert.ok(report && (await readFile(join(folder, 'refused', report), 'utf8')).length > 0)

  // The same archives delivered again bring nothing new.
  for (const path of written) {
    await copyFile(join(folder, 'done', basename(path)), path)
    await utimes(path, long, long)
  }
  const again = await archive.run(connector, dropped)
  assertComplete(again)
  assert.equal(again.counts.itemsDuplicate, served.length)
  await assertSound(archive)
})

test('a watched folder that is not there fails the run by name', async t => {
  const site = await startSite({ people: 2, days: 1, end: END, now: END })
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const location = join(await testFolder(), 'absent')
  const connector = await archive.addConnector(site, 'enterprise-number', { ...ZIP, location })
  await archive.work()
  const run = await archive.run(connector, { from: END - 86_400_000, to: END })
  assert.deepEqual([run.status, run.errorCode], ['failed', 'SOURCE_INVALID'])
})
