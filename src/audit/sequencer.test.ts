import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { HoldfastError } from '../errors.ts'
import { openFileStorage, type Storage } from '../storage/storage.ts'
import { LOG_START, testLog } from '../testing/audit-log.ts'
import { appendEntry } from './entry.ts'
import { openNote, parseCheckpoint, parseVerifierKey } from './note.ts'
import { rootOf } from './tree.ts'

type Log = Awaited<ReturnType<typeof testLog>>

const namesIn = async (storage: Storage) =>
  (await Array.fromAsync(storage.list('checkpoints/'))).map(object => object.name)

async function leavesOf({ database }: Log) {
  return database.query<{ sequence: number; entry_id: string; leaf_hash: Buffer }>(
    'select * from audit_leaf order by sequence',
  )
}

async function waitingIn({ database }: Log): Promise<number> {
  const [row] = await database.query<{ count: number }>('select count(*) as count from audit_unsequenced')
  return row!.count
}

test('every entry gets a leaf, and a checkpoint over it that the archive key signed, here and in storage', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  assert.equal(await sequencer.flush(), null)
  const written: string[] = []
  for (let round = 1; round <= 3; round++) {
    for (let number = 0; number < round * 2; number++) written.push(await log.append())
    const head = await sequencer.flush()
    const leaves = await leavesOf(log)
    assert.deepEqual(new Set(leaves.map(leaf => leaf.entry_id)), new Set(written))
    assert.deepEqual(
      leaves.map(leaf => leaf.sequence),
      leaves.map((_, index) => index),
    )
    assert.equal(head!.size, written.length)
    assert.equal(head!.origin, `holdfast/${log.archiveId}/1`)
    assert.deepEqual(head!.root, rootOf(leaves.map(leaf => leaf.leaf_hash)))
    const [row] = await log.database.query<{ note: string }>(
      'select note from audit_checkpoint order by tree_size desc limit 1',
    )
    assert.deepEqual(parseCheckpoint(openNote(row!.note, [parseVerifierKey(log.publicKey)]).text), head)
    const name = `checkpoints/1-${String(written.length).padStart(20, '0')}`
    assert.equal((await log.storage.read(name)).toString(), row!.note)
  }
  assert.equal(await waitingIn(log), 0)
})

test('a log that did not grow makes no further checkpoint', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  await log.append()
  const first = await sequencer.flush()
  assert.deepEqual(await sequencer.flush(), first)
  const rows = await log.database.query('select * from audit_checkpoint')
  assert.equal(rows.length, 1)
})

test('an entry whose transaction commits late is not skipped, and nobody waits for anybody', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  let late = ''
  await log.database.transaction(async tx => {
    late = await appendEntry(tx, log.keyring, log.clock, { actor: 'system', act: 'test.late' })
    log.clock.set(LOG_START + 60_000)
    // While that transaction is open, others append, commit and are sequenced.
    await log.append()
    assert.equal((await sequencer.flush())!.size, 1)
  })
  assert.equal((await sequencer.flush())!.size, 2)
  assert.equal((await leavesOf(log))[1]!.entry_id, late)
})

test('writers do not wait for a sequencer that is in the middle of a round', async t => {
  const log = await testLog(t)
  await log.append()
  await log.owner
    .transaction(async tx => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('holdfast audit sequencer', 0))`)
      await tx.execute('delete from audit_unsequenced')
      await log.append()
      throw new Error('rolled back')
    })
    .catch(() => {})
  assert.equal(await waitingIn(log), 2)
})

test('more entries than a round takes are all sequenced, by sets and not one by one', async t => {
  const log = await testLog(t)
  await log.database.transaction(async tx => {
    for (let number = 0; number < 5300; number++)
      await appendEntry(tx, log.keyring, log.clock, { actor: 'system', act: 'test.many' })
  })
  const head = await log.start().flush()
  assert.equal(head!.size, 5300)
  assert.deepEqual(
    (
      await log.database.query<{ tree_size: number }>('select tree_size from audit_checkpoint order by 1')
    ).map(row => row.tree_size),
    [5000, 5300],
  )
  const report = await log.verify()
  assert.deepEqual(report.findings, [])
  assert.equal(report.entries, 5300)
})

test('two sequencers at once lose nothing, double nothing, and agree', async t => {
  const log = await testLog(t)
  const [one, other] = [log.start(), log.start()]
  for (let round = 0; round < 8; round++) {
    await Promise.all([log.append(), log.append(), one.flush(), log.append(), other.flush()])
  }
  const heads = await Promise.all([one.flush(), other.flush()])
  assert.equal(heads[0]!.size, 24)
  assert.deepEqual(heads[0], heads[1])
  const report = await log.verify()
  assert.deepEqual(report.findings, [])
  assert.equal(report.treeSize, 24)
})

test('killed connections in mid-round leave a log that is whole', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  for (let round = 0; round < 15; round++) {
    for (let number = 0; number < 4; number++) await log.append()
    const flushed = sequencer.flush().catch(error => error)
    await wait(round % 6)
    // A role may end its own connections.
    await log.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    )
    await flushed
  }
  await wait(50)
  assert.equal((await sequencer.flush())!.size, 60)
  const report = await log.verify()
  assert.deepEqual(report.findings, [])
})

test('a checkpoint that was stored but not yet published is published at the next start', async t => {
  const log = await testLog(t)
  const broken: Storage = {
    ...log.storage,
    put: async () => {
      throw new HoldfastError('STORAGE_FAILED', 'no space')
    },
  }
  await log.append()
  const failing = log.start({ storage: broken })
  await assert.rejects(failing.flush(), { code: 'STORAGE_FAILED' })
  assert.equal(await waitingIn(log), 0)
  assert.deepEqual(await namesIn(log.storage), [])
  await log.start().flush()
  assert.deepEqual(await namesIn(log.storage), ['checkpoints/1-00000000000000000001'])
})

test('checkpoints go to the mirror too; one that cannot be written stops nothing', async t => {
  const log = await testLog(t)
  await log.append()
  await log.start({ mirrorFolder: log.mirrorFolder }).flush()
  assert.deepEqual(await namesIn(openFileStorage(log.mirrorFolder)), await namesIn(log.storage))
  await log.append()
  const head = await log.start({ mirrorFolder: '/dev/null/mirror' }).flush()
  assert.equal(head!.size, 2)
  assert((await namesIn(log.storage)).includes('checkpoints/1-00000000000000000002'))
})

test('storage keeps the last checkpoint of each hour and the newest; the database keeps them all', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  for (let minute = 0; minute <= 180; minute += 20) {
    log.clock.set(LOG_START + minute * 60_000)
    await log.append()
    await sequencer.flush()
  }
  const sizes = (await namesIn(log.storage)).map(name => Number(name.split('-')[1]))
  assert.deepEqual(sizes, [3, 6, 9, 10])
  assert.equal((await log.database.query('select * from audit_checkpoint')).length, 10)
  assert.deepEqual((await log.verify()).findings, [])
})

test('rounds run by themselves', async t => {
  const log = await testLog(t)
  log.start({ intervalMs: 10 })
  await log.append()
  for (let turn = 0; turn < 500 && (await waitingIn(log)) > 0; turn++) await wait(10)
  assert.equal(await waitingIn(log), 0)
})

test('stopping sequences what still waits', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  await sequencer.flush()
  await log.append()
  await sequencer.stop()
  assert.equal((await leavesOf(log)).length, 1)
  await sequencer.stop()
})

test('a log whose newest leaves were dropped is not signed again', async t => {
  const log = await testLog(t)
  for (let number = 0; number < 5; number++) await log.append()
  await log.start().flush()
  await log.owner.execute('delete from audit_leaf where sequence >= 3')
  await log.append()
  await assert.rejects(log.start().flush(), { code: 'AUDIT_DAMAGED' })
  assert.equal(await waitingIn(log), 1)
})

test('a log whose tree was rewritten is not signed again', async t => {
  const log = await testLog(t)
  for (let number = 0; number < 5; number++) await log.append()
  await log.start().flush()
  await log.owner.execute(`update audit_node set hash = sha256('x') where level = 2`)
  await log.append()
  await assert.rejects(log.start().flush(), { code: 'AUDIT_DAMAGED' })
})

test('an old database put back is not signed on, by a running sequencer or a new one', async t => {
  const log = await testLog(t)
  const running = log.start()
  for (let number = 0; number < 3; number++) await log.append()
  await running.flush()
  for (let number = 0; number < 3; number++) await log.append()
  await running.flush()
  // As if a copy taken at the first checkpoint had been restored: all tables agree with each other.
  await log.owner.execute('delete from audit_checkpoint where tree_size = 6')
  await log.owner.execute('delete from audit_node where (position + 1) * (1 << level) > 3')
  await log.owner.execute(
    'with gone as (delete from audit_leaf where sequence >= 3 returning entry_id) delete from audit_entry using gone where audit_entry.entry_id = gone.entry_id',
  )
  await log.append()
  await assert.rejects(running.flush(), { code: 'AUDIT_DAMAGED' })
  await assert.rejects(log.start().flush(), { code: 'AUDIT_DAMAGED' })
  // Declared as a new epoch, it goes on.
  assert.equal((await log.start({ epoch: 2 }).flush())!.size, 4)
})
