/** Whoever changes what is kept, behind Holdfast's back, is named by fsck or by verify, each with the place. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chown, cp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Database, openDatabase } from '../../src/database/database.ts'
import {
  assertComplete,
  assertSound,
  openTestArchive,
  type TestArchive,
  testArchive,
  testFolder,
} from '../../src/testing/archive.ts'
import { checkEverything } from '../../src/upkeep/upkeep.ts'
import { vaultObjectName } from '../../src/vault/vault.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'

const END = Date.UTC(2026, 9, 30)

/** A sound archive, and the owner's connection by which somebody meddles with it. */
async function soundArchive(t: {
  after(work: () => Promise<void>): void
}): Promise<{ archive: TestArchive; owner: Database }> {
  const site = await startSite({ people: 24, days: 1, seed: 3, end: END - 1, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 50 })
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number')
  const worker = await archive.work()
  assertComplete(await archive.run(connector, { from: site.from, to: END }))
  await worker.stop()
  await assertSound(archive)
  const owner = await openDatabase(archive.ground.ownerUrl!)
  t.after(() => owner.close())
  return { archive, owner }
}

const fsck = async (archive: TestArchive) =>
  (await checkEverything(archive.ground)).findings
    .filter(finding => finding.broken)
    .map(({ code, subject }) => `${code} ${subject}`)

const verify = async (archive: TestArchive) => (await archive.verify()).findings.map(finding => finding.code)

/** The command's exit code, and that it names the same. */
async function refuses(archive: TestArchive, command: 'fsck' | 'verify', says: RegExp): Promise<void> {
  const answer = await archive.command([command, '--json'])
  assert.equal(answer.code, 5, answer.stderr)
  assert.match(answer.stderr, /^VERIFY_FAILED: /)
  const found = JSON.parse(answer.stdout).findings as { code: string; subject?: string; message: string }[]
  assert.ok(
    found.some(({ code, subject = '', message }) => says.test(`${code} ${subject} ${message}`)),
    answer.stdout,
  )
}

test('objects of the vault: a flipped byte, one that is gone, one that nobody knows', async t => {
  const { archive, owner } = await soundArchive(t)
  const [object] = await owner.query<{ object_id: string; items: number }>(
    'select object_id, items from holdfast.vault_object order by items desc limit 1',
  )
  const name = vaultObjectName(object!.object_id)
  const path = join(archive.folder, 'objects', name)
  const bytes = await readFile(path)
  const [item] = await owner.query<{ item_id: string; vault_offset: number }>(
    'select item_id, vault_offset from holdfast.item where vault_object = $1 order by vault_offset limit 1',
    [object!.object_id],
  )

  await t.test('one byte of an item', async () => {
    const flipped = Buffer.from(bytes)
    flipped[item!.vault_offset + 30]! ^= 1
    await writeFile(path, flipped)
    assert.deepEqual(await fsck(archive), [`item-damaged ${item!.item_id}`])
    await refuses(archive, 'fsck', new RegExp(item!.item_id))
    const read = await archive.command(['message', 'export', item!.item_id])
    assert.equal(read.code, 5)
    assert.match(read.stderr, /^VAULT_DAMAGED: /)
    assert.equal(read.stdout, '', 'nothing unverified is given out')
  })
  await t.test('one byte anywhere in the object', async () => {
    for (const at of [0, 3, bytes.length - 1, bytes.length - 20, bytes.length >> 1]) {
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 0x40
      await writeFile(path, flipped)
      assert.notDeepEqual(await fsck(archive), [], `byte ${at}`)
    }
  })
  await t.test('an object cut short, and one that is gone', async () => {
    await writeFile(path, bytes.subarray(0, bytes.length - 1))
    assert.ok((await fsck(archive)).includes(`object-damaged ${name}`))
    await rm(path)
    assert.ok((await fsck(archive)).includes(`object-missing ${name}`))
    await refuses(archive, 'fsck', /object-missing/)
    await writeFile(path, bytes)
    assert.deepEqual(await fsck(archive), [])
  })
  await t.test(
    'an object that nobody knows: named at once, damage once it is too old to be of a killed attempt',
    async () => {
      const stray = vaultObjectName('0123456789abcdef0123456789abcdef')
      const strayPath = join(archive.folder, 'objects', stray)
      await cp(path, strayPath, { recursive: true })
      const young = await checkEverything(archive.ground)
      assert.deepEqual(
        young.findings.map(({ code, subject, broken }) => [code, subject, broken]),
        [['object-unknown', stray, false]],
      )
      assert.equal((await archive.command(['fsck'])).code, 0)
      const old = (archive.ground.clock.now() - 9 * 86_400_000) / 1000
      await utimes(strayPath, old, old)
      assert.deepEqual(await fsck(archive), [`object-unknown ${stray}`])
      await refuses(archive, 'fsck', /object-unknown/)
      await rm(strayPath)
    },
  )
})

test('rows of items, filings, entries and batches: edited or deleted', async t => {
  const { archive, owner } = await soundArchive(t)
  const [row] = await owner.query<{ item_id: string; batch_id: number; run_id: number }>(
    `select item_id, batch_id, run_id from holdfast.item where state = 'filed' order by item_id limit 1`,
  )
  const { item_id: itemId, batch_id: batchId, run_id: runId } = row!
  /** Does it, looks, and undoes it. */
  const meddle = async (statements: string[], undo: string[], expected: string[]) => {
    for (const statement of statements) await owner.execute(statement)
    const found = await fsck(archive)
    for (const each of expected) assert.ok(found.includes(each), `${each} is not among ${found.join(', ')}`)
    for (const statement of undo) await owner.execute(statement)
    assert.deepEqual(await fsck(archive), [])
  }
  const keep = (table: string, where: string) =>
    `create table kept as select * from holdfast.${table} where ${where}`
  const putBack = (table: string) => [`insert into holdfast.${table} select * from kept`, 'drop table kept']
  const one = `item_id = '${itemId}'`

  await t.test('an edited item', async () => {
    for (const change of [
      'vault_offset = vault_offset + 1',
      'original_size = original_size + 1',
      `leaf = set_byte(leaf, 5, (get_byte(leaf, 5) + 1) % 256)`,
      `sent_at = sent_at - interval '1 day'`,
      `kind = 'mms'`,
      `direction = case direction when 'in' then 'out' else 'in' end`,
      `participants = participants || '[{"role":"to","form":"number","number":"447700900999"}]'`,
      `attachments = attachments + 1`,
    ])
      await meddle(
        [keep('item', one), `update holdfast.item set ${change} where ${one}`],
        [`delete from holdfast.item where ${one}`, ...putBack('item')],
        [`item-differs ${itemId}`],
      )
    await meddle(
      [
        keep('item', one),
        `update holdfast.item set item_key = set_byte(item_key, 5, (get_byte(item_key, 5) + 1) % 256) where ${one}`,
      ],
      [`delete from holdfast.item where ${one}`, ...putBack('item')],
      [`item-unsealed ${itemId}`],
    )
  })
  await t.test('a deleted item', () =>
    meddle([keep('item', one), `delete from holdfast.item where ${one}`], putBack('item'), [
      `item-missing ${itemId}`,
      `run-counts run:${runId}`,
    ]),
  )
  await t.test('deleted filings', () =>
    meddle([keep('filing', one), `delete from holdfast.filing where ${one}`], putBack('filing'), [
      `not-filed ${itemId}`,
    ]),
  )
  await t.test('a deleted search entry', () =>
    meddle(
      [keep('search_entry', one), `delete from holdfast.search_entry where ${one}`],
      putBack('search_entry'),
      [`not-indexed ${itemId}`],
    ),
  )
  await t.test('a filing of one mailbox among several', async () => {
    const [several] = await owner.query<{ item_id: string; mailbox_id: number }>(
      `select item_id, min(mailbox_id) as mailbox_id from holdfast.filing group by item_id having count(*) > 1 limit 1`,
    )
    const where = `item_id = '${several!.item_id}' and mailbox_id = ${several!.mailbox_id}`
    await meddle([keep('filing', where), `delete from holdfast.filing where ${where}`], putBack('filing'), [
      'filing-counts connector:1',
    ])
  })
  await t.test('a batch with all that hangs on it', async () => {
    const of = `batch_id = ${batchId}`
    const items = `item_id in (select item_id from holdfast.item where ${of})`
    await owner.execute(`create table gone as select item_id from holdfast.item where ${of}`)
    for (const [table, where] of [
      ['filing', items],
      ['search_entry', items],
      ['failure', items],
      ['item', of],
      ['vault_object', of],
      ['batch', of],
    ])
      await owner.execute(`delete from holdfast.${table} where ${where}`)
    const found = await fsck(archive)
    assert.ok(found.includes(`batch-missing batch:${batchId}`), found.join(', '))
  })
})

test('the audit log: an entry edited, deleted, the newest dropped', async t => {
  const { archive, owner } = await soundArchive(t)
  const [entry] = await owner.query<{ entry_id: string; sequence: number }>(
    'select entry_id, sequence from holdfast.audit_leaf order by sequence offset 2 limit 1',
  )
  const where = `entry_id = '${entry!.entry_id}'`
  await owner.execute(`create table kept as select * from holdfast.audit_entry where ${where}`)
  const putBack = async () => {
    await owner.execute(`delete from holdfast.audit_entry where ${where}`)
    await owner.execute('insert into holdfast.audit_entry select * from kept')
    assert.deepEqual(await verify(archive), [])
  }
  for (const change of [
    `actor = 'somebody'`,
    `at = at + interval '1 second'`,
    `detail = detail || '{"x":1}'`,
    `subject = 'run:99'`,
  ]) {
    await owner.execute(`update holdfast.audit_entry set ${change} where ${where}`)
    assert.deepEqual(await verify(archive), ['ENTRY_CHANGED'], change)
    await putBack()
  }
  await owner.execute(`update holdfast.audit_entry set actor = 'somebody' where ${where}`)
  await refuses(archive, 'verify', new RegExp(`ENTRY_CHANGED .*${entry!.entry_id}`))
  await putBack()
  await owner.execute(`delete from holdfast.audit_entry where ${where}`)
  assert.deepEqual(await verify(archive), ['ENTRY_DELETED'])
  await refuses(archive, 'verify', new RegExp(`ENTRY_DELETED .*${entry!.entry_id}`))
  await putBack()

  // Dropped so thoroughly that the database agrees with itself: the checkpoints in object storage know better.
  await archive.addPeople('Address,Display Name\r\nlast@example.com,Last Act\r\n')
  await archive.seal()
  const [size] = await owner.query<{ size: number }>('select count(*) as size from holdfast.audit_leaf')
  const [checkpoint] = await owner.query<{ size: number }>(
    `select tree_size as size from holdfast.audit_checkpoint where tree_size < ${size!.size} order by tree_size desc limit 1`,
  )
  const from = checkpoint!.size
  await owner.execute(
    `delete from holdfast.audit_entry where entry_id in (select entry_id from holdfast.audit_leaf where sequence >= ${from})`,
  )
  await owner.execute(`delete from holdfast.audit_leaf where sequence >= ${from}`)
  await owner.execute(`delete from holdfast.audit_checkpoint where tree_size > ${from}`)
  await owner.execute(
    `delete from holdfast.audit_node where (position + 1) * (1::bigint << level::int) > ${from}`,
  )
  assert.ok((await verify(archive)).includes('DATABASE_BEHIND'))
  const answer = await archive.command(['verify'])
  assert.equal(answer.code, 5)
})

test('an old copy of the database put back under newer objects is named', async t => {
  const site = await startSite({ people: 24, days: 2, seed: 3, end: END - 1, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { embedded: true })
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number')
  const worker = await archive.work()
  const half = site.from + 30 * 3_600_000
  assertComplete(await archive.run(connector, { from: site.from, to: half }))
  await worker.stop()
  await archive.seal()
  await archive.close()
  const cluster = join(archive.folder, 'database', 'postgresql')
  const copy = join(await testFolder(), 'copy')
  await cp(cluster, copy, { recursive: true, preserveTimestamps: true })

  const environment = archive.environment
  const later = await openTestArchive(t, environment)
  const worker2 = await later.work()
  assertComplete(await later.run(connector, { from: half, to: END }))
  await worker2.stop()
  await assertSound(later)
  await later.close()

  const { uid, gid } = await stat(cluster)
  await rm(cluster, { recursive: true })
  await cp(copy, cluster, { recursive: true, preserveTimestamps: true })
  await ownAll(cluster, uid, gid)
  assert.ok(existsSync(join(cluster, 'PG_VERSION')))
  const old = await openTestArchive(t, environment)
  assert.ok((await verify(old)).includes('DATABASE_BEHIND'))
  const answer = await old.command(['verify'])
  assert.equal(answer.code, 5)
  assert.match(answer.stdout, /DATABASE_BEHIND/)
  const strays = (await checkEverything(old.ground)).findings.map(finding => finding.code)
  assert.deepEqual([...new Set(strays)], ['object-unknown'], 'the newer objects are named')
  await old.close()
})

async function ownAll(folder: string, uid: number, gid: number): Promise<void> {
  await chown(folder, uid, gid)
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, gid)
}
