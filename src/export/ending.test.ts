import assert from 'node:assert/strict'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { showCustody } from '../archive/archive.ts'
import { readEntries } from '../audit/audit.ts'
import { openSequencer } from '../cli/sequencer.ts'
import { systemClock } from '../clock.ts'
import { masterKeyPath, readConfig } from '../config.ts'
import { HoldfastError } from '../errors.ts'
import { openStorage } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { removeOrphans } from '../pipeline/pipeline.ts'
import { openTestArchive, testFolder } from '../testing/archive.ts'
import { testDatabase } from '../testing/database.ts'
import { EVERYTHING, type ExportArchive, exportArchive, someMessages, unpacked } from '../testing/export.ts'
import { backupArchive, requeueOpenRuns, restoreArchive } from '../upkeep/upkeep.ts'
import { vaultObjectName } from '../vault/vault.ts'
import {
  cancelExport,
  expireExports,
  getExport,
  openDownload,
  performExport,
  removeExport,
  requestExport,
} from './export.ts'

const objectsOf = async ({ ground }: ExportArchive) =>
  (await Array.fromAsync(ground.storage.list('exports/'))).map(object => object.name)

async function actsOf({ ground }: ExportArchive, exportId: string): Promise<string[]> {
  const { entries } = await readEntries(ground.database, { subject: `export:${exportId}`, limit: 50 })
  return entries.map(entry => entry.act).reverse()
}

test('ranges of a package make the whole, and a download that goes on is recorded once', async t => {
  const archive = await exportArchive(t, someMessages(12))
  const made = await archive.export({ format: 'mbox' })
  const whole = await readFile(await archive.download(made))
  const pieces: Buffer[] = []
  for (let from = 0; from < whole.length; from += 7_001) {
    const opened = await openDownload(archive.ground, archive.actor, made.exportId, {
      from,
      to: from + 7_000,
    })
    assert.equal(opened.size, whole.length)
    assert.deepEqual(opened.range, { from, to: Math.min(from + 7_000, whole.length - 1) })
    pieces.push(...(await Array.fromAsync(opened.chunks)))
  }
  assert.ok(Buffer.concat(pieces).equals(whole))
  const last = await openDownload(archive.ground, archive.actor, made.exportId, { from: null, to: 30 })
  assert.ok(Buffer.concat(await Array.fromAsync(last.chunks)).equals(whole.subarray(-30)))
  const acts = await actsOf(archive, made.exportId)
  assert.deepEqual(acts, ['export.request', 'export.complete', 'export.download', 'export.download'])
  assert.equal((await getExport(archive.ground, archive.actor, made.exportId)).downloads, 2)
})

test('whoever was limited to fewer mailboxes since downloads what is within them, and no more', async t => {
  const archive = await exportArchive(t, someMessages(4))
  const [row] = await archive.ground.database.query<{ ids: number[] }>(
    'select array_agg(distinct mailbox_id) as ids from filing',
  )
  const ids = row?.ids ?? []
  assert.ok(ids.length > 1)
  const maker = (scope: number[] | null): Actor => ({
    name: 'person:pia',
    breakGlass: false,
    roles: new Map([['Export', scope]]),
  })
  const made = await archive.export({}, maker(null))
  await archive.download(made, maker(ids))
  await assert.rejects(archive.download(made, maker(ids.slice(1))), { code: 'ROLE_MISSING' })
  assert.equal((await getExport(archive.ground, maker(null), made.exportId)).downloads, 1)
})

test('the journal names no mailbox that whoever asked may not export', async t => {
  const archive = await exportArchive(t, someMessages(2))
  const journal = async (scope: number[] | null) => {
    const actor: Actor = { name: 'person:pia', breakGlass: false, roles: new Map([['Export', scope]]) }
    const read = await unpacked(await archive.download(await archive.export({}, actor), actor))
    const rows = parse(await read('journal.csv'), { bom: true, columns: true }) as Record<string, string>[]
    return [...new Set(rows.map(row => row.mailbox))].filter(address => address !== '').sort()
  }
  const known = await archive.ground.database.query<{ mailbox_id: number; address: string }>(
    'select distinct mailbox_id, address from mailbox join filing using (mailbox_id) order by address',
  )
  assert.ok(known.length > 1)
  assert.deepEqual(
    await journal(null),
    known.map(each => each.address),
  )
  assert.deepEqual(await journal([known[0]!.mailbox_id]), [known[0]!.address])
})

test('an export that expires or is removed is gone, and that it was made stays known', async t => {
  let now = systemClock.now()
  const archive = await exportArchive(t, someMessages(4), { clock: { ...systemClock, now: () => now } })
  const [expiring, removed] = [await archive.export({ expiresInDays: 2 }), await archive.export()]
  assert.equal(await expireExports(archive.ground), 0)
  assert.equal((await removeExport(archive.ground, archive.actor, removed.exportId)).state, 'removed')
  await removeExport(archive.ground, archive.actor, removed.exportId)
  now += 2 * 86_400_000
  await assert.rejects(archive.download(expiring), { code: 'EXPORT_GONE' })
  assert.equal(await expireExports(archive.ground), 1)
  for (const [{ exportId }, state, act] of [
    [expiring, 'expired', 'export.expire'],
    [removed, 'removed', 'export.remove'],
  ] as const) {
    const shown = await getExport(archive.ground, archive.actor, exportId)
    assert.deepEqual([shown.state, shown.name, shown.counts.matched.exported], [state, 'Matter 7', 4])
    assert.ok((await actsOf(archive, exportId)).includes(act))
    await assert.rejects(archive.download({ exportId }), { code: 'EXPORT_GONE' })
  }
  assert.deepEqual(await objectsOf(archive), [])
  const [left] = await archive.ground.database.query(
    `select count(export_key) as keys, (select count(*) from export_segment) as segments from export`,
  )
  assert.deepEqual(left, { keys: 0, segments: 0 })
  const [item] = await archive.ground.database.query<{ item_id: string }>('select item_id from item limit 1')
  const { exports } = await showCustody(archive.ground, archive.actor, item!.item_id)
  assert.deepEqual(
    exports.map(each => each.exportId).toSorted(),
    [expiring.exportId, removed.exportId].toSorted(),
  )
})

test('an export is cancelled while it waits and while it is made; what was written of it is removed', async t => {
  const archive = await exportArchive(t, someMessages(6))
  const { ground, actor } = archive
  const asked = await requestExport(ground, await archive.queue(), actor, EVERYTHING)
  await assert.rejects(removeExport(ground, actor, asked.exportId), { code: 'EXPORT_STATE' })
  await assert.rejects(archive.download(asked), { code: 'EXPORT_STATE' })
  assert.equal((await cancelExport(ground, actor, asked.exportId)).state, 'cancelled')
  await performExport(ground, asked.exportId, new AbortController().signal)
  const under = await requestExport(ground, await archive.queue(), actor, EVERYTHING)
  const storage = {
    ...ground.storage,
    put: async (name: string, content: Buffer | AsyncIterable<Buffer>) => {
      const size = await ground.storage.put(name, content)
      await cancelExport(ground, actor, under.exportId)
      return size
    },
  }
  await performExport({ ...ground, storage }, under.exportId, new AbortController().signal)
  assert.equal((await getExport(ground, actor, under.exportId)).state, 'cancelled')
  await assert.rejects(cancelExport(ground, actor, (await archive.export()).exportId), {
    code: 'EXPORT_STATE',
  })
  const [left] = await ground.database.query<{ count: number }>(
    'select count(distinct export_id) as count from export_item',
  )
  assert.equal(left?.count, 1, 'only the copies of what was handed over are remembered')
  const names = await objectsOf(archive)
  assert.ok(names.every(name => !name.includes(under.exportId)))
})

test('an item that is damaged costs only itself: it is itemised, and the sums add up', async t => {
  const archive = await exportArchive(t, someMessages(9), { pageItems: 3 })
  const [row] = await archive.ground.database.query<{
    item_id: string
    vault_object: string
    vault_offset: number
  }>('select item_id, vault_object, vault_offset from item order by item_id offset 4 limit 1')
  const file = join(archive.folder, 'objects', ...vaultObjectName(row!.vault_object).split('/'))
  const bytes = await readFile(file)
  bytes[row!.vault_offset + 3]! ^= 1
  await writeFile(file, bytes)
  const made = await archive.export()
  const shown = await getExport(archive.ground, archive.actor, made.exportId)
  assert.deepEqual(shown.counts.matched, { items: 9, copies: 14, exported: 8, failed: 1, suppressed: 5 })
  const read = await unpacked(await archive.download(made))
  const [exception, ...others] = parse(await read('exceptions.csv'), { bom: true, columns: true }) as Record<
    string,
    string
  >[]
  assert.deepEqual(others, [])
  assert.deepEqual([exception?.itemId, exception?.reason], [row!.item_id, 'VAULT_DAMAGED'])
  assert.ok((exception?.meaning ?? '').length > 20)
  const lines = (await read('items.jsonl'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    lines.filter(line => line.state === 'failed').map(line => [line.itemId, line.reason]),
    [[row!.item_id, 'VAULT_DAMAGED']],
  )
})

test('counts that do not add up end the export: nothing is handed over', async t => {
  const archive = await exportArchive(t, someMessages(4))
  const { ground, actor } = archive
  const { exportId } = await requestExport(ground, await archive.queue(), actor, EVERYTHING)
  let puts = 0
  const storage = {
    ...ground.storage,
    put: async (name: string, content: Buffer | AsyncIterable<Buffer>) => {
      const size = await ground.storage.put(name, content)
      if (++puts === 1)
        await ground.database.execute(`delete from export_item where export_id = $1 and ordinal = 2`, [
          exportId,
        ])
      return size
    },
  }
  await assert.rejects(performExport({ ...ground, storage }, exportId, new AbortController().signal), {
    code: 'EXPORT_INCOMPLETE',
  })
  const shown = await getExport(ground, actor, exportId)
  assert.deepEqual([shown.state, shown.error?.code], ['failed', 'EXPORT_INCOMPLETE'])
  assert.deepEqual(await actsOf(archive, exportId), ['export.request', 'export.fail'])
  assert.deepEqual(await objectsOf(archive), [])
})

test('a segment that is damaged is never given out', async t => {
  const archive = await exportArchive(t, someMessages(4))
  const made = await archive.export()
  const [name] = await objectsOf(archive)
  const file = join(archive.folder, 'objects', ...name!.split('/'))
  await truncate(file, (await stat(file)).size - 1)
  const bytes = await readFile(file)
  bytes[40]! ^= 1
  await writeFile(file, bytes)
  await assert.rejects(archive.download(made), { code: 'VAULT_DAMAGED' })
})

test('storage that is away for a while holds an export up and does not end it', async t => {
  const archive = await exportArchive(t, someMessages(4))
  const { ground, actor } = archive
  const { exportId } = await requestExport(ground, await archive.queue(), actor, EVERYTHING)
  const put = () => Promise.reject(new HoldfastError('STORAGE_FAILED', 'the disk is full'))
  const away = { ...ground, storage: { ...ground.storage, put } }
  for (let attempt = 0; attempt < 7; attempt++)
    await assert.rejects(performExport(away, exportId, new AbortController().signal), {
      code: 'STORAGE_FAILED',
    })
  const waiting = await getExport(ground, actor, exportId)
  assert.deepEqual([waiting.state, waiting.error?.code], ['writing', 'STORAGE_FAILED'])
  await performExport(ground, exportId, new AbortController().signal)
  const ready = await getExport(ground, actor, exportId)
  assert.deepEqual([ready.state, ready.error], ['ready', null])
})

test('orphans of exports go after seven days; segments of living exports stay', async t => {
  let now = systemClock.now()
  const archive = await exportArchive(t, someMessages(4), { clock: { ...systemClock, now: () => now } })
  const made = await archive.export()
  const orphan = `exports/${made.exportId}/${'ab'.repeat(16)}`
  await archive.ground.storage.put(orphan, Buffer.from('left behind'))
  assert.deepEqual(await removeOrphans(archive.ground), [])
  now += 8 * 86_400_000
  assert.deepEqual(await removeOrphans(archive.ground), [orphan])
  await archive.download(made)
})

test('after a restore, packages are gone, what was under way begins anew, and storage keeps what it got', async t => {
  const archive = await exportArchive(t, someMessages(5))
  const { ground, actor } = archive
  const made = await archive.export()
  const under = await requestExport(ground, await archive.queue(), actor, EVERYTHING)
  const stopping = new AbortController()
  const storage = {
    ...ground.storage,
    put: async (name: string, content: Buffer | AsyncIterable<Buffer>) => {
      const size = await ground.storage.put(name, content)
      stopping.abort()
      return size
    },
  }
  await assert.rejects(performExport({ ...ground, storage }, under.exportId, stopping.signal))
  assert.equal((await getExport(ground, actor, under.exportId)).state, 'writing')
  const folder = join(await testFolder(), 'backup')
  await backupArchive(ground, actor, folder)
  const urls = await testDatabase(t)
  const environment = {
    ...archive.environment,
    HOLDFAST_DATA: await testFolder(),
    HOLDFAST_MASTER_KEY_FILE: masterKeyPath(archive.config),
    DATABASE_URL: urls.programUrl,
    DATABASE_OWNER_URL: urls.ownerUrl,
  }
  const config = readConfig({}, environment)
  await restoreArchive(
    {
      ownerUrl: urls.ownerUrl,
      storage: openStorage(config),
      masterKeyPath: masterKeyPath(config),
      clock: systemClock,
    },
    actor,
    folder,
  )
  const restored = await openTestArchive(t, environment)
  const gone = await getExport(restored.ground, actor, made.exportId)
  assert.deepEqual(
    [gone.state, gone.error?.code, gone.counts.matched.exported],
    ['removed', 'EXPORT_GONE', 5],
  )
  assert.equal(await requeueOpenRuns(restored.ground), 1)
  const sequencer = openSequencer(restored.ground)
  t.after(() => sequencer.stop())
  await performExport(restored.ground, under.exportId, new AbortController().signal)
  const again = await getExport(restored.ground, actor, under.exportId)
  assert.deepEqual([again.state, again.counts.matched.exported], ['ready', 5])
})
