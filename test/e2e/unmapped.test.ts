/** What finds no mailbox is sealed and listed; after a correction it is filed, found, and resolved, once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchArchive, showItem } from '../../src/archive/archive.ts'
import { getMailbox } from '../../src/directory/directory.ts'
import { listFailures, listUnmapped, replayFailures } from '../../src/pipeline/pipeline.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from './tiny-site.ts'

const CARA = { number: '447700900103', mailbox: 'cara@example.com' }

test('unmapped items are listed, and filed again once the mapping or the directory is corrected', async t => {
  const outsider = '447700900900'
  const site = await startTinySite(
    [
      tinyRecord({ id: 'm1', from: ANNA.number, to: outsider, text: 'sandpiper one', subscriberId: 'ua' }),
      tinyRecord({ id: 'm2', from: CARA.number, to: outsider, text: 'sandpiper two', subscriberId: 'uc' }),
      tinyRecord({ id: 'm3', from: CARA.number, to: BO.number, text: 'sandpiper three', subscriberId: 'uc' }),
      tinyRecord({
        id: 'm4',
        from: '447700900555',
        to: outsider,
        text: 'sandpiper four',
        subscriberId: 'ux',
      }),
    ],
    [
      { userId: 'ua', mobile: ANNA.number },
      { userId: 'ub', mobile: BO.number },
      { userId: 'uc', mobile: CARA.number },
    ],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground, actor } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.deepEqual(
    [run.counts.itemsFiled, run.counts.itemsUnmapped, run.counts.filingsFailed, run.counts.filingsImported],
    [2, 2, 3, 2],
  )

  const listed = await listUnmapped(ground.database, null, 10)
  assert.deepEqual(
    listed.map(({ sourceUser, items, reason }) => [sourceUser, items, reason]),
    [
      [CARA.number, 2, 'no-mapping'],
      ['', 1, 'no-participant'],
    ],
  )
  const inMailbox = async (address: string, words: string) => {
    const { mailboxId } = await getMailbox(ground.database, address)
    const { itemIds } = await searchArchive(ground, actor, words, { mailboxIds: [mailboxId] }, { limit: 10 })
    return itemIds
  }
  const waiting = await inMailbox('unmapped', 'sandpiper')
  assert.equal(waiting.length, 2)
  assert.deepEqual(await replayFailures(ground, await archive.queue(), actor, null), {
    failures: 3,
    resolved: 0,
    filings: 0,
  })

  // The mapping names a mailbox that is not there yet: it is refused whole; then the directory gets it.
  const corrected = `${MAPPING_CSV}${CARA.number},${CARA.mailbox}\r\n`
  await assert.rejects(archive.addMapping(connector, corrected), { code: 'MAPPING_INVALID' })
  await archive.addPeople(`${PEOPLE_CSV}${CARA.mailbox},Cara Lapwing\r\n`)
  await archive.addMapping(connector, corrected)
  assert.deepEqual(await replayFailures(ground, await archive.queue(), actor, null), {
    failures: 3,
    resolved: 2,
    filings: 2,
  })

  const [two] = await inMailbox(CARA.mailbox, '"sandpiper two"')
  assert.equal((await inMailbox(CARA.mailbox, 'sandpiper')).length, 2)
  assert.deepEqual(await inMailbox('unmapped', '"sandpiper two"'), [])
  const view = await showItem(ground, actor, two!)
  assert.equal(view.state, 'filed')
  assert.deepEqual(
    view.filings.map(({ mailbox, folder, hiddenAt }) => [mailbox, folder, hiddenAt !== null]),
    [
      [CARA.mailbox, 'O2 SMS and Voice Network Archiver', false],
      ['unmapped', 'O2 SMS and Voice Network Archiver', true],
    ],
  )
  const failures = await listFailures(ground.database, run.runId, { limit: 10 })
  assert.deepEqual(failures.map(({ sourceUser, resolvedAt }) => [sourceUser, resolvedAt !== null]).sort(), [
    ['', false],
    [CARA.number, true],
    [CARA.number, true],
  ])

  // A second replay finds nothing to do, and a second import doubles nothing.
  assert.deepEqual(await replayFailures(ground, await archive.queue(), actor, null), {
    failures: 1,
    resolved: 0,
    filings: 0,
  })
  const again = await archive.run(connector, WINDOW)
  assertComplete(again)
  assert.equal(again.counts.itemsDuplicate, 4)
  assert.deepEqual(
    (await listUnmapped(ground.database, null, 10)).map(each => each.sourceUser),
    [''],
  )
  await assertSound(archive)
})

test('a mailbox that comes later takes what its people were sent, by e-mail property', async t => {
  const site = await startTinySite(
    [
      tinyRecord({
        id: 'm1',
        from: '447700900900',
        to: CARA.number,
        toEmail: CARA.mailbox,
        text: 'ringed plover',
        direction: 'In',
      }),
    ],
    [{ userId: 'u1', mobile: CARA.number }],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground, actor } = archive
  await archive.work()
  const connector = await archive.addConnector(site, 'o2')
  assertComplete(await archive.run(connector, WINDOW))
  assert.deepEqual(
    (await listUnmapped(ground.database, null, 10)).map(each => [each.sourceUser, each.reason]),
    [[CARA.number, 'mailbox-unknown']],
  )
  await archive.addPeople(`${PEOPLE_CSV}${CARA.mailbox},Cara Lapwing\r\n`)
  assert.deepEqual(await replayFailures(ground, await archive.queue(), actor, connector.connectorId), {
    failures: 1,
    resolved: 1,
    filings: 1,
  })
  assert.deepEqual(await listUnmapped(ground.database, null, 10), [])
  await assertSound(archive)
})
