/** A backup restored elsewhere is the same archive: the same items, filings, searches, log; and it goes on. */
import assert from 'node:assert/strict'
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { searchArchive } from '../../src/archive/archive.ts'
import { getRun } from '../../src/pipeline/pipeline.ts'
import {
  assertComplete,
  assertSound,
  openTestArchive,
  runCommand,
  type TestArchive,
  testArchive,
  testFolder,
} from '../../src/testing/archive.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { KEY_TABLE, TABLES } from '../../src/upkeep/tables.ts'
import { backupArchive } from '../../src/upkeep/upkeep.ts'
import { type Site, startSite } from '../../telemessage-site/telemessage-site.ts'
import { readKept, readServed } from './served.ts'

const END = Date.UTC(2026, 9, 30)

async function importedArchive(t: TestContext): Promise<{ archive: TestArchive; site: Site }> {
  const site = await startSite({ people: 24, days: 2, seed: 3, end: END - 1, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 60 })
  await archive.addPeople(site.directoryCsv())
  return { archive, site }
}

/** An empty place to restore into, with the master key in it unless `key` says otherwise. */
async function emptyPlace(t: TestContext, archive: TestArchive, key: 'copied' | 'none' | 'other' = 'copied') {
  const folder = await testFolder()
  const { programUrl, ownerUrl } = await testDatabase(t)
  if (key === 'copied') await copyFile(join(archive.folder, 'master.key'), join(folder, 'master.key'))
  if (key === 'other') {
    const other = await testArchive(t)
    await copyFile(join(other.folder, 'master.key'), join(folder, 'master.key'))
  }
  return {
    HOLDFAST_DATA: folder,
    DATABASE_URL: programUrl,
    DATABASE_OWNER_URL: ownerUrl,
    HOLDFAST_LOG_LEVEL: 'silent',
  }
}

const SEARCHES = ['the', '"call"', 'kind:sms', 'lunch OR meeting', 'kind:call-log', 'sent>=2026-10-29']

async function searchAll(archive: TestArchive): Promise<string[][]> {
  const found: string[][] = []
  for (const text of SEARCHES) {
    const page = await searchArchive(
      archive.ground,
      archive.actor,
      text,
      { mailboxIds: null },
      { limit: 500 },
    )
    found.push([...page.itemIds])
  }
  return found
}

test('what is restored is equal: items, filings, searches, fsck and verify; and it takes no duplicate', async t => {
  const { archive, site } = await importedArchive(t)
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(connector, site.mappingCsv())
  const worker = await archive.work()
  const window = { from: site.from, to: END }
  assertComplete(await archive.run(connector, window))
  await worker.stop()
  const kept = await readKept(archive.ground)
  const found = await searchAll(archive)
  assert.ok(found.filter(ids => ids.length > 0).length >= 4, 'the searches find something')
  await assertSound(archive)
  const publicKey = (
    JSON.parse((await archive.command(['status', '--json'])).stdout) as { publicKey: string }
  ).publicKey

  const folder = join(await testFolder(), 'backup')
  const made = await archive.command(['backup', folder, '--json'])
  assert.equal(made.code, 0, made.stderr)
  const masterKey = await readFile(join(archive.folder, 'master.key'))
  assert.ok(!(await readFile(join(folder, 'keys.jsonl'))).includes(masterKey.toString().trim()))

  const environment = await emptyPlace(t, archive)
  const restored = await runCommand(['restore', folder], environment)
  assert.equal(restored.code, 0, restored.stderr)
  const copy = await openTestArchive(t, environment)
  assert.deepEqual(await readKept(copy.ground), kept)
  assert.deepEqual(await searchAll(copy), found)
  assert.deepEqual((await copy.command(['fsck'])).code, 0)
  await copy.seal()
  const log = await copy.verify({ publicKey })
  assert.deepEqual([log.ok, log.origin, log.findings.filter(finding => finding.broken)], [true, 'proven', []])
  await copy.work()
  const again = await copy.run(connector, window)
  assertComplete(again)
  assert.equal(again.counts.itemsDuplicate, again.sourceCount)

  const twice = await runCommand(['restore', folder], environment)
  assert.equal(twice.code, 4)
  assert.match(twice.stderr, /^RESTORE_NOT_EMPTY: /)
})

test('a run that was under way when the backup was made goes on where it is restored', async t => {
  const { archive, site } = await importedArchive(t)
  site.faults.latencyMs = 60
  const connector = await archive.addConnector(site, 'enterprise-number')
  const worker = await archive.work()
  const window = { from: site.from, to: END }
  const run = await archive.request(connector, window)
  for (;;) {
    const { batches, status } = await getRun(archive.ground.database, run.runId)
    assert.ok(['waiting', 'collecting'].includes(status), status)
    if (batches >= 2) break
    await wait(5)
  }
  const folder = join(await testFolder(), 'backup')
  await backupArchive(archive.ground, archive.actor, folder)
  await worker.stop()
  // As the backup has it: the run itself may have ended since.
  const { status } = JSON.parse(
    (await readFile(join(folder, 'tables', 'run.jsonl'), 'utf8')).split('\n')[0]!,
  ) as {
    status: string
  }
  assert.ok(['collecting', 'filing'].includes(status), `the run was under way: ${status}`)

  const environment = await emptyPlace(t, archive)
  const restored = await runCommand(['restore', folder], environment)
  assert.equal(restored.code, 0, restored.stderr)
  assert.match(restored.stdout, /jobs of runs that were under way/)
  const copy = await openTestArchive(t, environment)
  await copy.work()
  assertComplete(await copy.ended(run))
  const served = await readServed(site, 'ENTERPRISE_NUMBER', window)
  assert.deepEqual(
    (await readKept(copy.ground)).map(item => item.sameness).sort(),
    [...new Set(served.map(message => message.sameness))].sort(),
  )
  await copy.seal()
  assert.equal((await copy.verify()).ok, true)
})

test('without the master key, or with another, nothing is read and the refusal says why', async t => {
  const { archive, site } = await importedArchive(t)
  const connector = await archive.addConnector(site, 'o2')
  const worker = await archive.work()
  assertComplete(await archive.run(connector, { from: site.from, to: END }))
  await worker.stop()
  const [item] = await archive.ground.database.query<{ item_id: string }>('select item_id from item limit 1')
  const folder = join(await testFolder(), 'backup')
  await backupArchive(archive.ground, archive.actor, folder)
  const refused = async (
    words: string[],
    code: string,
    environment: Readonly<Record<string, string>> = archive.environment,
  ) => {
    const answer = await runCommand(words, environment)
    assert.equal(answer.code, 4, `${words[0]}: ${answer.stderr}`)
    assert.match(answer.stderr, new RegExp(`^${code}: `, 'm'))
    assert.equal(answer.stdout, '')
  }
  await refused(['restore', folder], 'MASTER_KEY_MISSING', await emptyPlace(t, archive, 'none'))
  const other = await emptyPlace(t, archive, 'other')
  await refused(['restore', folder], 'MASTER_KEY_WRONG', other)
  // A refused restore leaves the place empty: with the right key it can be done.
  await copyFile(join(archive.folder, 'master.key'), join(other.HOLDFAST_DATA, 'master.key'))
  assert.equal((await runCommand(['restore', folder], other)).code, 0)

  const key = join(archive.folder, 'master.key')
  const right = await readFile(key)
  await rm(key)
  for (const words of [
    ['message', 'export', item!.item_id],
    ['search', 'the'],
    ['status'],
    ['worker'],
    ['fsck'],
  ])
    await refused(words, 'MASTER_KEY_MISSING')
  const wrong = await emptyPlace(t, archive, 'other')
  await copyFile(join(wrong.HOLDFAST_DATA, 'master.key'), key)
  for (const words of [
    ['message', 'export', item!.item_id],
    ['search', 'the'],
  ])
    await refused(words, 'MASTER_KEY_WRONG')
  await writeFile(key, right, { mode: 0o600 })
  await chmod(key, 0o644)
  await refused(['status'], 'MASTER_KEY_EXPOSED')
  await chmod(key, 0o600)
  assert.equal((await archive.command(['message', 'export', item!.item_id])).code, 0)
})

test('a backup that is incomplete or was changed is refused before any of it is used', async t => {
  const archive = await testArchive(t)
  await archive.addPeople('Address,Display Name\r\na@example.com,A\r\n')
  const folder = join(await testFolder(), 'backup')
  await backupArchive(archive.ground, archive.actor, folder)
  const environment = await emptyPlace(t, archive)
  const refuses = async (file: string, change: (bytes: Buffer) => Buffer | null) => {
    const bytes = await readFile(join(folder, file))
    const changed = change(bytes)
    if (changed) await writeFile(join(folder, file), changed)
    else await rm(join(folder, file))
    const answer = await runCommand(['restore', folder], environment)
    assert.deepEqual(
      [answer.code, answer.stderr.includes('BACKUP_INVALID: ')],
      [5, true],
      `${file}: ${answer.stderr}`,
    )
    await writeFile(join(folder, file), bytes)
  }
  await refuses('manifest.json', () => null)
  await refuses('manifest.json', bytes => Buffer.from(bytes.toString().replace('holdfast-backup-', 'other-')))
  await refuses('keys.jsonl', bytes => bytes.subarray(1))
  await refuses('tables/mailbox.jsonl', bytes =>
    Buffer.from(bytes.toString().replace('a@example.com', 'b@example.com')),
  )
  await refuses('tables/audit_entry.jsonl', () => null)
  assert.equal((await runCommand(['restore', folder], environment)).code, 0)

  await assert.rejects(backupArchive(archive.ground, archive.actor, folder), { code: 'BACKUP_INVALID' })
  const occupied = await testFolder()
  await mkdir(join(occupied, 'something'))
  await assert.rejects(backupArchive(archive.ground, archive.actor, occupied), { code: 'BACKUP_INVALID' })
})

test('no table is forgotten by the backup', async t => {
  const { database } = await testDatabase(t)
  const tables = await database.query<{ name: string; key: string[] }>(
    `select c.relname as name, coalesce((select array_agg(a.attname::text order by array_position(i.indkey::int[], a.attnum::int))
       from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
       where i.indrelid = c.oid and i.indisprimary), '{}') as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'holdfast' and c.relkind in ('r', 'p') order by 1`,
  )
  // The migrations are the program's own, versions follow from changes, nobody stays signed in over a restore, and
  // what a report counts is there only while it counts.
  const own = new Set([
    'migration',
    'directory_version',
    'keeping_version',
    'identity_version',
    'session',
    'sign_in_attempt',
    'oidc_sign_in',
    'term_report_hit',
    // A package can be made again.
    'export_segment',
  ])
  assert.deepEqual(
    tables.map(each => each.name).filter(name => !own.has(name)),
    [KEY_TABLE, ...TABLES].map(each => each.name).sort(),
  )
  for (const { name, key } of [KEY_TABLE, ...TABLES]) {
    const primary = tables.find(each => each.name === name)!.key
    if (primary.length > 0) assert.deepEqual(key, primary, name)
  }
  const identities = await database.query<{ name: string; column: string }>(
    `select table_name as name, column_name as column from information_schema.columns
     where table_schema = 'holdfast' and is_identity = 'YES' order by 1`,
  )
  assert.deepEqual(
    identities.map(each => `${each.name}.${each.column}`),
    TABLES.filter(each => each.identity)
      .map(each => `${each.name}.${each.identity}`)
      .sort(),
  )
})
