import assert from 'node:assert/strict'
import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ARRIVAL, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { searchArchive } from '../archive/archive.ts'
import { systemClock } from '../clock.ts'
import { masterKeyPath, readConfig } from '../config.ts'
import { openStorage } from '../ground.ts'
import { collectRun } from '../pipeline/collect.ts'
import { getRun } from '../pipeline/pipeline.ts'
import {
  assertComplete,
  assertSound,
  openTestArchive,
  type TestArchive,
  testArchive,
  testFolder,
} from '../testing/archive.ts'
import { testDatabase } from '../testing/database.ts'
import { KEY_TABLE, TABLES } from './tables.ts'
import { backupArchive, requeueOpenRuns, restoreArchive } from './upkeep.ts'

type Context = { after(work: () => Promise<void>): void }

/** An archive with one message filed and one still staged: its run was collected, and nobody files. */
async function halfFiled(t: Context): Promise<{ archive: TestArchive; openRun: number }> {
  const record = (id: string, arrival: number, text: string) =>
    tinyRecord({ id, arrival, text, from: '447700900101', to: '447700900102' })
  const site = await startTinySite([record('m1', ARRIVAL, 'turnstone one')])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  // A name that a reader of lines might break in two.
  await archive.addPeople('Address,Display Name\r\nanna@example.com,"Anna\u2028Plover"\r\n')
  const connector = await archive.addConnector(site, 'o2')
  const worker = await archive.work()
  assertComplete(await archive.run(connector, { from: WINDOW.from, to: ARRIVAL + 1 }))
  await worker.stop()
  site.messages.push(record('m2', ARRIVAL + 1000, 'turnstone two'))
  const open = await archive.request(connector, { from: ARRIVAL + 1, to: WINDOW.to })
  await collectRun(archive.ground, await archive.queue(), open.runId, AbortSignal.timeout(20_000))
  assert.equal((await getRun(archive.ground.database, open.runId)).status, 'filing')
  return { archive, openRun: open.runId }
}

async function emptyPlace(t: Context, masterKey: string | null) {
  const urls = await testDatabase(t)
  const folder = await testFolder()
  const environment = {
    HOLDFAST_DATA: folder,
    DATABASE_URL: urls.programUrl,
    DATABASE_OWNER_URL: urls.ownerUrl,
    HOLDFAST_LOG_LEVEL: 'silent',
  }
  const config = readConfig({}, environment)
  if (masterKey) await copyFile(masterKey, masterKeyPath(config))
  const target = {
    ownerUrl: urls.ownerUrl,
    storage: openStorage(config),
    masterKeyPath: masterKeyPath(config),
    clock: systemClock,
  }
  return { environment, target, database: urls.database }
}

const tables = async (archive: Pick<TestArchive, 'ground'>, name: string) =>
  (
    await archive.ground.database.query<{ row: string }>(`select t::text as row from ${name} t order by 1`)
  ).map(each => each.row)

test('a restored archive is the same, and its run under way goes on to its end', async t => {
  const { archive, openRun } = await halfFiled(t)
  await archive.seal()
  const folder = join(await testFolder(), 'backup')
  const report = await backupArchive(archive.ground, archive.actor, folder)
  assert.equal(report.objects, 3, 'a vault object, a staged page, a checkpoint')
  const place = await emptyPlace(t, masterKeyPath(archive.config))
  await restoreArchive(place.target, archive.actor, folder)
  const restored = await openTestArchive(t, place.environment)
  for (const { name } of [KEY_TABLE, ...TABLES])
    if (!['archive', 'audit_entry', 'audit_unsequenced'].includes(name))
      assert.deepEqual(await tables(restored, name), await tables(archive, name), name)
  assert.equal(restored.ground.archive.logEpoch, archive.ground.archive.logEpoch + 1)

  assert.equal(await requeueOpenRuns(restored.ground), 1)
  await restored.work()
  assertComplete(await restored.ended(await getRun(restored.ground.database, openRun)))
  const found = await searchArchive(
    restored.ground,
    archive.actor,
    'turnstone',
    { mailboxIds: null },
    { limit: 9 },
  )
  assert.equal(found.itemIds.length, 2)
  await assertSound(restored)
})

test('a checkpoint that gives way to a newer one while the backup is made does not end it', async t => {
  const { archive } = await halfFiled(t)
  await archive.seal()
  const { storage } = archive.ground
  async function* stream(...place: Parameters<typeof storage.stream>) {
    if (place[0].startsWith('checkpoints/')) await storage.remove(place[0])
    yield* storage.stream(...place)
  }
  const folder = join(await testFolder(), 'backup')
  await backupArchive({ ...archive.ground, storage: { ...storage, stream } }, archive.actor, folder)
  const place = await emptyPlace(t, masterKeyPath(archive.config))
  await restoreArchive(place.target, archive.actor, folder)
  await assertSound(await openTestArchive(t, place.environment))
})

test('the master key is in no file of a backup', async t => {
  const archive = await testArchive(t)
  const folder = join(await testFolder(), 'backup')
  await backupArchive(archive.ground, archive.actor, folder)
  const key = (await readFile(masterKeyPath(archive.config), 'utf8')).split(':')[1]!
  assert.ok(key.length >= 32)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      assert.ok(!(await readFile(join(entry.parentPath, entry.name), 'latin1')).includes(key), entry.name)
})
