import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openFileStorage } from '../storage/storage.ts'
import { LOG_START, testLog } from '../testing/audit-log.ts'
import { archivePublicKey, formatCheckpointName, signCheckpoint } from './checkpoint.ts'
import { type EntryRow, entryBytes, fieldsOf } from './entry.ts'
import { declareEpoch } from './epoch.ts'
import { readNodes } from './node-store.ts'
import { edgeNodes, grow, leafHash, rootOf } from './tree.ts'
import type { LogReport } from './verify.ts'

type Context = Parameters<typeof testLog>[0]

/** A log of ten entries under checkpoints of 4 and 10, seen to be whole; and the note of the second. */
async function grownLog(t: Context) {
  const log = await testLog(t)
  const sequencer = log.start({ mirrorFolder: log.mirrorFolder })
  // The round with which it starts must be over, or it might take the first entry under a checkpoint of its own. It
  // begins at a timer, perhaps behind the first flush; the second one waits for it.
  await sequencer.flush()
  await wait(20)
  await sequencer.flush()
  const entryIds: string[] = []
  for (let number = 0; number < 10; number++) {
    // An hour apart, so that object storage keeps both checkpoints.
    log.clock.set(LOG_START + number * 1_000_000)
    entryIds.push(await log.append({ detail: { number }, sealed: { note: 'x' } }))
    if (number === 3) await sequencer.flush()
  }
  await sequencer.flush()
  const report = await log.verify()
  assert.deepEqual(report, {
    ok: true,
    origin: 'proven',
    entries: 10,
    treeSize: 10,
    checkpoints: 2,
    findings: [],
    findingsTotal: 0,
  })
  const [head] = await log.database.query<{ note: string }>(
    'select note from audit_checkpoint where tree_size = 10',
  )
  return { ...log, sequencer, entryIds, note: head!.note, mirror: openFileStorage(log.mirrorFolder) }
}

const codes = (report: LogReport) => report.findings.map(finding => finding.code)

test('a whole log is consistent, and its origin proven only under the key', async t => {
  const log = await grownLog(t)
  assert.deepEqual(await log.verify({ publicKey: null }), { ...(await log.verify()), origin: 'unproven' })
  assert((await log.verify({ earlierCheckpoint: log.note, mirror: log.mirror })).ok)
})

test('an empty log is consistent', async t => {
  const log = await testLog(t)
  await log.start().flush()
  const report = await log.verify()
  assert(report.ok)
  assert.deepEqual([report.entries, report.origin, report.findings], [0, 'unproven', []])
})

test('an edited entry is named, whichever field was edited', async t => {
  const log = await grownLog(t)
  const edits = {
    at: `at + interval '1 second'`,
    'at, below what is shown': `at + interval '1 microsecond'`,
    actor: `'person:somebody-else'`,
    act: `'test.other'`,
    subject: `'other'`,
    detail: `detail || '{"number": 77}'`,
    sealed: `set_byte(sealed, 20, get_byte(sealed, 20) # 1)`,
    'sealed, removed': 'null',
    leaf_hash: `sha256('x')`,
  }
  for (const [what, edit] of Object.entries(edits)) {
    const column = what.split(',')[0]
    const [before] = await log.owner.query<Record<string, unknown>>(
      `select ${column}::text as value from audit_entry where entry_id = $1`,
      [log.entryIds[6]],
    )
    await log.owner.execute(`update audit_entry set ${column} = ${edit} where entry_id = $1`, [
      log.entryIds[6],
    ])
    const report = await log.verify()
    assert.equal(report.ok, false, what)
    assert.deepEqual(
      report.findings.map(({ code, entryId, sequence }) => ({ code, entryId, sequence })),
      [{ code: 'ENTRY_CHANGED', entryId: log.entryIds[6], sequence: 6 }],
      what,
    )
    await log.owner.execute(
      `update audit_entry set ${column} = $2::text::${column === 'at' ? 'timestamptz' : column === 'detail' ? 'jsonb' : column === 'sealed' || column === 'leaf_hash' ? 'bytea' : 'text'} where entry_id = $1`,
      [log.entryIds[6], before!.value],
    )
    assert((await log.verify()).ok, `${what}, mended`)
  }
})

test('an entry edited with its hash, its leaf and the tree above it alike still contradicts the checkpoints', async t => {
  const log = await grownLog(t)
  // Everything that somebody who owns the database could do, but for the signature.
  await log.owner.execute(`update audit_entry set actor = 'person:nobody' where entry_id = $1`, [
    log.entryIds[6],
  ])
  const rows = await log.owner.query<EntryRow & { sequence: number }>(
    'select e.*, l.sequence from audit_entry e join audit_leaf l using (entry_id) order by l.sequence',
  )
  const leaves = rows.map(row => leafHash(entryBytes(fieldsOf(row))))
  await log.owner.execute('update audit_entry set leaf_hash = $2 where entry_id = $1', [
    log.entryIds[6],
    leaves[6],
  ])
  await log.owner.execute('update audit_leaf set leaf_hash = $1 where sequence = 6', [leaves[6]])
  for (const { level, position, hash } of grow([], 0, leaves).nodes)
    await log.owner.execute('update audit_node set hash = $3 where level = $1 and position = $2', [
      level,
      position,
      hash,
    ])
  const report = await log.verify()
  assert.deepEqual(codes(report), ['CHECKPOINT_ROOT', 'CHECKPOINT_CONTRADICTED'])
  assert.match(report.findings[0]!.message, /leaves 4 to 9/)
  // Signed anew with a key of their own, it is not the archive's log any more.
  const keys = generateKeyPairSync('ed25519')
  const forger = { signingKey: keys.privateKey, publicKey: keys.publicKey }
  const forged = signCheckpoint(forger, { archiveId: log.archiveId, epoch: 1 }, 10, rootOf(leaves))
  await log.owner.execute('update audit_checkpoint set note = $1 where tree_size = 10', [forged])
  await log.storage.remove(formatCheckpointName(1, 10))
  await log.storage.put(formatCheckpointName(1, 10), Buffer.from(forged))
  const signed = await log.verify()
  assert.deepEqual(codes(signed).slice(0, 2), ['CHECKPOINT_SIGNATURE', 'CHECKPOINT_SIGNATURE'])
  assert.equal(signed.origin, 'unproven')
  // Without the key only the checkpoint kept elsewhere tells.
  assert((await log.verify({ publicKey: null })).ok)
  const kept = await log.verify({ publicKey: null, earlierCheckpoint: log.note })
  assert.deepEqual(codes(kept), ['CHECKPOINT_CONTRADICTED'])
  assert(!(await log.verify({ publicKey: archivePublicKey(forger, log.archiveId), mirror: log.mirror })).ok)
})

test('a deleted entry is named, by id and number', async t => {
  const log = await grownLog(t)
  await log.owner.execute('delete from audit_entry where entry_id = $1', [log.entryIds[2]])
  const report = await log.verify()
  assert.deepEqual(
    report.findings.map(({ code, entryId, sequence }) => ({ code, entryId, sequence })),
    [{ code: 'ENTRY_DELETED', entryId: log.entryIds[2], sequence: 2 }],
  )
})

test('an entry deleted together with its leaf leaves a gap that is named', async t => {
  for (const sequence of [0, 3, 4, 8]) {
    const log = await grownLog(t)
    await log.owner.execute('delete from audit_leaf where sequence = $1', [sequence])
    await log.owner.execute('delete from audit_entry where entry_id = $1', [log.entryIds[sequence]])
    const report = await log.verify()
    assert.deepEqual(codes(report), ['LEAF_MISSING'])
    assert.equal(report.findings[0]!.sequence, sequence)
  }
})

test('the newest rows, dropped with their leaves, are missed by the checkpoint', async t => {
  const log = await grownLog(t)
  await log.owner.execute('delete from audit_leaf where sequence >= 8')
  await log.owner.execute('delete from audit_entry where entry_id = any ($1)', [log.entryIds.slice(8)])
  const report = await log.verify()
  assert(codes(report).includes('LOG_TRUNCATED'))
  assert.match(
    report.findings.find(each => each.code === 'LOG_TRUNCATED')!.message,
    /10 leaves, and there are 8/,
  )
})

/** Puts the tables back to what they were at the first checkpoint. */
async function restoreOld(log: Awaited<ReturnType<typeof grownLog>>): Promise<void> {
  await log.owner.execute('delete from audit_checkpoint where tree_size > 4')
  await log.owner.execute('delete from audit_leaf where sequence >= 4')
  await log.owner.execute('delete from audit_entry where entry_id = any ($1)', [log.entryIds.slice(4)])
  await log.owner.execute('delete from audit_node where (position + 1) * (1 << level) > 4')
}

test('an old database put back is behind the checkpoint in object storage, in the mirror, and in the drawer', async t => {
  const log = await grownLog(t)
  await restoreOld(log)
  const behind = await log.verify()
  assert.deepEqual(codes(behind), ['DATABASE_BEHIND'])
  assert.match(behind.findings[0]!.message, /speaks of 10 leaves; the database has 4/)
  // Even if the objects were put back as well, the mirror tells, and so does a checkpoint kept elsewhere.
  await log.storage.remove(formatCheckpointName(1, 10))
  assert((await log.verify()).ok)
  assert.deepEqual(codes(await log.verify({ mirror: log.mirror })), ['DATABASE_BEHIND'])
  assert.deepEqual(codes(await log.verify({ earlierCheckpoint: log.note })), ['DATABASE_BEHIND'])
})

test('a restore that was declared is reported as such, except against the checkpoint that the auditor kept', async t => {
  const log = await grownLog(t)
  await restoreOld(log)
  await log.database.transaction(tx =>
    declareEpoch(tx, log.keyring, log.clock, { actor: 'console:test', epoch: 2 }),
  )
  for (let number = 0; number < 12; number++) await log.append()
  await log.start({ epoch: 2 }).flush()
  const report = await log.verify({ mirror: log.mirror })
  assert.equal(report.ok, true)
  assert.deepEqual(codes(report), ['EPOCH_DECLARED', 'EPOCH_DECLARED'])
  assert.match(report.findings[0]!.message, /10 leaves; a backup with 4 was restored/)
  const kept = await log.verify({ earlierCheckpoint: log.note })
  assert.equal(kept.ok, false)
  assert(codes(kept).includes('DATABASE_BEHIND'))
})

test('an entry slipped in without a leaf is named, and so is one whose leaf was taken out', async t => {
  const log = await grownLog(t)
  const slipped = await log.append({ act: 'test.slipped' })
  await log.owner.execute('delete from audit_unsequenced')
  const report = await log.verify()
  assert.deepEqual(
    report.findings.map(({ code, entryId }) => ({ code, entryId })),
    [{ code: 'ENTRY_UNSEQUENCED', entryId: slipped }],
  )
})

test('entries that wait are no damage; edited, deleted or passed over while they wait they are', async t => {
  const log = await grownLog(t)
  const [first, second, third] = [await log.append(), await log.append(), await log.append()]
  const report = await log.verify()
  assert.equal(report.ok, true)
  assert.deepEqual(codes(report), ['ENTRY_WAITING'])
  assert.equal(report.entries, 13)
  await log.owner.execute(`update audit_entry set actor = 'x' where entry_id = $1`, [first])
  await log.owner.execute(`delete from audit_entry where entry_id = $1`, [second])
  await log.owner.execute(`update audit_checkpoint set at = at + interval '2 hours'`)
  const found = (await log.verify()).findings
  assert.deepEqual(
    new Map(found.map(({ entryId, code }) => [entryId, code])),
    new Map([
      [first, 'ENTRY_CHANGED'],
      [second, 'ENTRY_DELETED'],
      [third, 'ENTRY_SKIPPED'],
      [undefined, 'ENTRY_WAITING'],
    ] as const),
  )
})

test('stored subtrees that are changed, missing or too many are found', async t => {
  const log = await grownLog(t)
  await log.owner.execute(`update audit_node set hash = sha256('x') where level = 1 and position = 3`)
  const changed = await log.verify()
  assert.deepEqual(codes(changed), ['NODE_CHANGED'])
  assert.equal(changed.findings[0]!.sequence, 6)
  await log.owner.execute('delete from audit_node where level = 1 and position = 3')
  assert.deepEqual(codes(await log.verify()), ['NODE_CHANGED'])
  const [leaf] = await readNodes(log.database, [{ level: 0, position: 6 }])
  await log.owner.execute(
    `insert into audit_node values (1, 3, sha256('\\x01'::bytea || $1::bytea || $2::bytea)), (9, 9, sha256('x'))`,
    [leaf, (await readNodes(log.database, [{ level: 0, position: 7 }]))[0]],
  )
  const more = await log.verify()
  assert.deepEqual(codes(more), ['NODE_CHANGED'])
  assert.match(more.findings[0]!.message, /9 subtrees where 10 leaves make 8/)
})

test('checkpoints taken out, garbled, of another archive or of another tree are found', async t => {
  const log = await grownLog(t)
  await log.owner.execute('delete from audit_checkpoint where tree_size = 10')
  assert.deepEqual(codes(await log.verify()), ['CHECKPOINT_MISSING'])
  const put = (note: string) =>
    log.owner.execute(
      `insert into audit_checkpoint values (10, now(), $1) on conflict (tree_size) do update set note = excluded.note`,
      [note],
    )
  await put('nonsense')
  assert.deepEqual(codes(await log.verify()), ['CHECKPOINT_UNREADABLE'])
  const root = rootOf(await readNodes(log.database, edgeNodes(8)))
  await put(signCheckpoint(log.keyring, { archiveId: log.archiveId, epoch: 1 }, 8, root))
  assert.deepEqual(codes(await log.verify()), ['CHECKPOINT_ROOT'])
  const other = '00000000-0000-4000-8000-000000000000'
  await put(signCheckpoint(log.keyring, { archiveId: other, epoch: 1 }, 10, root))
  assert(codes(await log.verify()).includes('CHECKPOINT_UNREADABLE'))
  await put(log.note)
  await log.storage.put('checkpoints/stray', Buffer.from('?'))
  await log.storage.put(formatCheckpointName(1, 7), Buffer.from(log.note))
  await log.storage.put(formatCheckpointName(1, 5), Buffer.from('garbled'))
  assert.deepEqual(codes(await log.verify()), [
    'CHECKPOINT_UNREADABLE',
    'CHECKPOINT_UNREADABLE',
    'CHECKPOINT_UNREADABLE',
  ])
})

test('a checkpoint that is not in object storage yet is told but is no damage', async t => {
  const log = await grownLog(t)
  await log.storage.remove(formatCheckpointName(1, 10))
  const report = await log.verify()
  assert.equal(report.ok, true)
  assert.deepEqual(codes(report), ['CHECKPOINT_UNPUBLISHED'])
})

test('a key or checkpoint that is not of this archive is refused, not taken for damage', async t => {
  const log = await grownLog(t)
  const other = archivePublicKey(log.keyring, '00000000-0000-4000-8000-000000000000')
  await assert.rejects(log.verify({ publicKey: other }), { code: 'CHECKPOINT_INVALID' })
  await assert.rejects(log.verify({ publicKey: 'nonsense' }), { code: 'CHECKPOINT_INVALID' })
  await assert.rejects(log.verify({ earlierCheckpoint: 'nonsense' }), { code: 'CHECKPOINT_INVALID' })
  const keys = generateKeyPairSync('ed25519')
  const stranger = archivePublicKey(keys, log.archiveId)
  await assert.rejects(log.verify({ publicKey: stranger, earlierCheckpoint: log.note }), {
    code: 'CHECKPOINT_INVALID',
  })
  const report = await log.verify({ publicKey: stranger })
  assert.deepEqual(new Set(codes(report)), new Set(['CHECKPOINT_SIGNATURE', 'CHECKPOINT_UNPUBLISHED']))
  assert.equal(report.origin, 'unproven')
})

test('the program itself can change, remove or empty nothing of the log', async t => {
  const log = await grownLog(t)
  for (const statement of [
    `update audit_entry set actor = 'x'`,
    'delete from audit_entry',
    'truncate audit_entry cascade',
    `update audit_leaf set leaf_hash = sha256('x')`,
    'delete from audit_leaf',
    'delete from audit_node',
    `update audit_checkpoint set note = ''`,
    'delete from audit_checkpoint',
    'alter table audit_entry rename to other',
  ])
    await assert.rejects(log.database.execute(statement), { code: '42501' }, statement)
})
