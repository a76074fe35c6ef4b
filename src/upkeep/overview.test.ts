import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ARRIVAL, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { manualClock } from '../clock.ts'
import { foldItemDays } from '../pipeline/pipeline.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import {
  archiveOverview,
  archivePlace,
  archiveStatus,
  changeMasterKey,
  confirmMasterKeyCopied,
  itemHistory,
  keyState,
} from './upkeep.ts'

const DAY = 86_400_000
const record = (id: string, sent: number) =>
  tinyRecord({
    id,
    arrival: ARRIVAL,
    text: `turnstone ${id}`,
    from: '447700900101',
    to: '447700900102',
    sent: new Date(sent).toISOString(),
  })

test('items are counted by day and kind as they are filed, before and after their rows are added up', async t => {
  const clock = manualClock(ARRIVAL + 3_600_000)
  const site = await startTinySite([
    record('m1', ARRIVAL - 10),
    record('m2', ARRIVAL - 20),
    record('m3', ARRIVAL - 3 * DAY),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t, { clock, pageItems: 2 })
  const { ground } = archive
  const connector = await archive.addConnector(site, 'o2')
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const expected = async () => {
    const history = await itemHistory(ground, 30)
    assert.equal(history.days.length, 30)
    assert.equal(history.days.at(-1), new Date(clock.now()).toISOString().slice(0, 10))
    assert.deepEqual(
      history.kinds.map(each => each.kind),
      ['sms'],
    )
    const counts = Object.fromEntries(history.days.map((day, index) => [day, history.kinds[0]?.items[index]]))
    assert.equal(counts[new Date(ARRIVAL).toISOString().slice(0, 10)], 2)
    assert.equal(counts[new Date(ARRIVAL - 3 * DAY).toISOString().slice(0, 10)], 1)
    assert.equal((await archiveOverview(ground)).items, 3)
  }
  await expected()
  assert.ok((await foldItemDays(ground.database)) >= 2)
  assert.equal(await foldItemDays(ground.database), 0)
  await expected()
  // The same window again brings duplicates alone.
  assertComplete(await archive.run(connector, WINDOW))
  await expected()
})

test('what needs attention is told with what it is about, and the command line says it in sentences', async t => {
  const site = await startTinySite([record('m1', ARRIVAL)])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  const connector = await archive.addConnector(site, 'o2', { name: 'Main office' })
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await ground.database.execute('delete from search_entry')
  const status = await archiveStatus(ground)
  assert.ok(status.attention.includes('the index differs from the archive by 1 items: holdfast reindex'))
  const { attention } = await archiveOverview(ground)
  const codes = attention.map(point => point.code)
  for (const code of [
    'index-differs',
    'unmapped-numbers',
    'master-key-not-copied',
    'import-role-missing',
  ] as const)
    assert.ok(codes.includes(code), code)
  const unmapped = attention.find(point => point.code === 'unmapped-numbers')
  assert.deepEqual(
    [unmapped?.count, unmapped?.name, unmapped?.connectorId],
    [1, 'Main office', connector.connectorId],
  )
})

test('a changed master key counts as not copied until somebody says that it is', async t => {
  const archive = await testArchive(t)
  const { ground, actor } = archive
  await confirmMasterKeyCopied(ground, actor)
  const before = await keyState(ground)
  assert.ok(before.copiedAt)
  assert.equal(before.keys.length, 7)
  const { from, to } = await changeMasterKey(ground, actor)
  const after = await keyState(ground)
  assert.deepEqual([before.masterKeyId, after.masterKeyId], [from, to])
  assert.equal(after.copiedAt, null)
  assert.deepEqual(after.keys, before.keys, 'the purpose keys stay')
  const nobody = { name: 'person:nobody', breakGlass: false, roles: new Map() }
  await assert.rejects(changeMasterKey(ground, nobody), { code: 'ROLE_MISSING' })
  await assert.rejects(confirmMasterKeyCopied(ground, nobody), { code: 'ROLE_MISSING' })
})

test('where an archive lies is told without what opens it', async t => {
  const archive = await testArchive(t)
  const place = await archivePlace(archive.ground)
  assert.equal(place.database.kind, 'own')
  assert.ok(place.database.size > 1_000_000)
  assert.ok(place.space && place.space.total > place.space.free)
  assert.ok(!JSON.stringify(place).includes('postgres://'))
})
