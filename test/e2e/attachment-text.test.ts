/** Words inside attachments, from the site to the hit: read after filing, whatever becomes of the worker. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { countMatches } from '../../src/archive/archive.ts'
import type { Ground } from '../../src/ground.ts'
import { requeueWaitingText } from '../../src/pipeline/pipeline.ts'
import {
  assertComplete,
  assertSound,
  endProgram,
  type TestArchive,
  testArchive,
} from '../../src/testing/archive.ts'
import { makePdf } from '../../src/testing/documents.ts'
import { reindex } from '../../src/upkeep/upkeep.ts'
import { vaultObjectName } from '../../src/vault/vault.ts'
import {
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  type TinySite,
  tinyRecord,
  WINDOW,
} from './tiny-site.ts'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

type File = readonly [name: string, contentType: string, content: Buffer]

function record(id: string, text: string, files: readonly File[]) {
  return tinyRecord({
    id,
    from: ANNA.number,
    to: BO.number,
    text,
    attachment: files.map(([name, contentType, content]) => ({
      name,
      contentType,
      attachSize: content.length,
      content: content.toString('base64'),
    })),
  })
}

async function archiveOf(
  t: Parameters<typeof testArchive>[0] & { after(work: () => Promise<void>): void },
  site: TinySite,
) {
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  return { archive, connector }
}

/** Waits until no attachment waits. */
async function settled(ground: Ground): Promise<Map<string, number>> {
  for (let looks = 0; looks < 1200; looks++) {
    const states = await ground.database.query<{ state: string; items: number }>(
      'select state, count(*) as items from attachment_text group by state',
    )
    const found = new Map(states.map(row => [row.state, row.items]))
    if (!found.has('waiting')) return found
    await wait(50)
  }
  assert.fail('attachments still wait')
}

const found = (archive: TestArchive, query: string) =>
  countMatches(archive.ground, archive.actor, query, { mailboxIds: null })

test('a message is found by a word of its PDF, and a picture is told as what search could not see', async t => {
  const site = await startTinySite([
    record('M-1', 'see the attached', [
      ['offer.pdf', 'application/pdf', makePdf(['The quarterly figures are confidential'])],
    ]),
    record('M-2', 'look', [['photo.png', 'image/png', PIXEL]]),
    record('M-3', 'nothing attached', []),
  ])
  const { archive, connector } = await archiveOf(t, site)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  assert.deepEqual(Object.fromEntries(await settled(archive.ground)), { read: 1, partial: 1 })
  assert.equal(await found(archive, 'confidential'), 1)
  assert.equal(await found(archive, '"quarterly figures"'), 1)
  assert.equal(await found(archive, 'look'), 1)
  assert.deepEqual(await archive.ground.database.query('select number, reason from unread_attachment'), [
    { number: 1, reason: 'media' },
  ])
  await assertSound(archive)
})

test('a worker killed in the midst of reading costs nothing: another reads what is left', async t => {
  const messages = Array.from({ length: 40 }, (_, index) =>
    record(`M-${index}`, `message ${index}`, [
      ['a.pdf', 'application/pdf', makePdf([`needle${index} in a haystack`])],
      ['b.txt', 'text/plain', Buffer.from(`pin${index} in a cushion`)],
    ]),
  )
  const site = await startTinySite(messages)
  const { archive, connector } = await archiveOf(t, site)
  const first = archive.spawnWorker()
  const run = await archive.request(connector, WINDOW)
  assertComplete(await archive.ended(run))
  first.kill('SIGKILL')
  await endProgram(first, 'SIGKILL')
  await archive.work()
  assert.deepEqual(Object.fromEntries(await settled(archive.ground)), { read: 40 })
  for (const index of [0, 17, 39]) {
    assert.equal(await found(archive, `needle${index}`), 1)
    assert.equal(await found(archive, `pin${index}`), 1)
  }
  await assertSound(archive)
})

test('after a reindex the text inside attachments is read again', async t => {
  const site = await startTinySite([
    record('M-1', 'see the attached', [['offer.pdf', 'application/pdf', makePdf(['confidential figures'])]]),
    record('M-2', 'look', [['photo.png', 'image/png', PIXEL]]),
  ])
  const { archive, connector } = await archiveOf(t, site)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const before = await settled(archive.ground)
  await reindex(archive.ground, archive.actor)
  assert.deepEqual(await settled(archive.ground), before)
  assert.equal(await found(archive, 'confidential'), 1)
  await assertSound(archive)
})

test('what an older version read is read again by the next worker', async t => {
  const site = await startTinySite([
    record('M-1', 'see the attached', [['offer.pdf', 'application/pdf', makePdf(['confidential figures'])]]),
  ])
  const { archive, connector } = await archiveOf(t, site)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await settled(archive.ground)
  await worker.stop()
  // As of an archive that was filled before attachments were read.
  await archive.ground.database.execute(`update attachment_text set state = 'read', version = 0`)
  await archive.work()
  await settled(archive.ground)
  const [row] = await archive.ground.database.query<{ version: number }>(
    'select version from attachment_text',
  )
  assert.ok(row!.version > 0)
  assert.equal(await found(archive, 'confidential'), 1)
})

test('an item that ends its worker again and again is given up, and told', async t => {
  const site = await startTinySite([
    record('M-1', 'poison', [['a.txt', 'text/plain', Buffer.from('never read')]]),
    record('M-2', 'sound', [['b.txt', 'text/plain', Buffer.from('read all the same')]]),
  ])
  const { archive, connector } = await archiveOf(t, site)
  const first = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await settled(archive.ground)
  await first.stop()
  // Four workers began with it, and none of them ended.
  await archive.ground.database.execute(
    `update attachment_text set state = 'waiting', version = 0,
       attempts = case when item_id = (select min(item_id::text)::uuid from attachment_text) then 4 else 0 end`,
  )
  await archive.ground.database.execute('update attachment_text set version = 1')
  const queue = await archive.queue()
  await archive.ground.database.transaction(tx => requeueWaitingText(tx, queue))
  await archive.work()
  assert.deepEqual(Object.fromEntries(await settled(archive.ground)), { read: 1, partial: 1 })
  assert.deepEqual(await archive.ground.database.query('select number, reason from unread_attachment'), [
    { number: 0, reason: 'failed' },
  ])
})

test('an item whose sealed bytes are damaged is told, and keeps its entry', async t => {
  const site = await startTinySite([
    record('M-1', 'still found by its text', [['a.txt', 'text/plain', Buffer.from('never read')]]),
  ])
  const { archive, connector } = await archiveOf(t, site)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await settled(archive.ground)
  await worker.stop()
  const [object] = await archive.ground.database.query<{ object_id: string }>(
    'select object_id from vault_object',
  )
  await archive.ground.storage.remove(vaultObjectName(object!.object_id))
  await archive.ground.database.execute('update attachment_text set version = 0')
  await archive.work()
  assert.deepEqual(Object.fromEntries(await settled(archive.ground)), { partial: 1 })
  assert.equal(await found(archive, 'still'), 1)
})

test('attachments that are streamed beside their record are read as well', async t => {
  const large = Buffer.from(`${'filler words '.repeat(150_000)}needle at the end`)
  const message = tinyRecord({
    id: 'M-1',
    from: ANNA.number,
    to: BO.number,
    text: 'large',
    attachment: [{ name: 'large.txt', contentType: 'text/plain', attachSize: large.length, contentId: 'c1' }],
  })
  const site = await startTinySite([message])
  site.contents.set('c1', large)
  const { archive, connector } = await archiveOf(t, site)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  assert.deepEqual(Object.fromEntries(await settled(archive.ground)), { read: 1 })
  assert.equal(await found(archive, 'needle'), 1)
})
