import assert from 'node:assert/strict'
import { test } from 'node:test'
import { archivePublicKey, readEntries } from '../audit/audit.ts'
import type { Actor } from '../identity/identity.ts'
import { testArchive } from '../testing/archive.ts'
import { listVerifications, logState, standingVerdict, startVerification } from './upkeep.ts'

const NOTHING = { publicKey: null, checkpoint: null }
const auditor: Actor = { name: 'person:auditor', breakGlass: false, roles: new Map([['Audit Logs', null]]) }

test('a verification runs in the background and leaves its verdict, with who asked', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.seal()
  const { size } = await logState(ground)
  const { verification, done } = await startVerification(ground, auditor, NOTHING)
  assert.equal(verification.status, 'running')
  const verdict = await done
  assert.deepEqual([verdict.status, verdict.requestedBy, verdict.leaves], ['sound', 'person:auditor', size])
  assert.equal(verdict.report?.origin, 'unproven', "the archive's own word proves no origin")
  const { entries } = await readEntries(ground.database, { act: 'audit.*', limit: 10 })
  assert.deepEqual(entries.map(entry => entry.act).sort(), ['audit.verify', 'audit.verify-sound'])
})

test('with the key and the checkpoint that an auditor kept, the origin is proven', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.seal()
  const { note } = await logState(ground)
  const publicKey = archivePublicKey(ground.keyring, ground.archive.archiveId)
  const { done } = await startVerification(ground, auditor, { publicKey, checkpoint: note })
  assert.equal((await done).report?.origin, 'proven')
  await assert.rejects(startVerification(ground, auditor, { publicKey, checkpoint: 'x' }), {
    code: 'CHECKPOINT_INVALID',
  })
  const foreign = await startVerification(ground, auditor, { publicKey: 'x+00000000+AAAA', checkpoint: null })
  assert.deepEqual(
    [(await foreign.done).status, (await foreign.done).errorCode],
    ['failed', 'CHECKPOINT_INVALID'],
  )
})

test('an entry that was edited is found, and the verdict says where', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.seal()
  const { openDatabase } = await import('../database/database.ts')
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  await owner.execute(
    `update holdfast.audit_entry set actor = 'person:innocent' where act = 'archive.create'`,
  )
  await owner.close()
  const { done } = await startVerification(ground, auditor, NOTHING)
  const verdict = await done
  assert.equal(verdict.status, 'broken')
  assert.equal(verdict.report?.findings[0]?.code, 'ENTRY_CHANGED')
})

test('there is one verification at a time; one whose process is gone makes room', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.seal()
  const at = new Date(ground.clock.now())
  await ground.database.execute(
    `insert into audit_verification (requested_by, started_at, seen_at, status, leaves_expected, key_given, checkpoint_given)
     values ('person:gone', $1, $1, 'running', 5, false, false)`,
    [at],
  )
  await assert.rejects(startVerification(ground, auditor, NOTHING), { code: 'VERIFICATION_RUNNING' })
  await ground.database.execute('update audit_verification set seen_at = $1', [
    new Date(ground.clock.now() - 61_000),
  ])
  const { done } = await startVerification(ground, auditor, NOTHING)
  await done
  const [last, before] = await listVerifications(ground.database, 5)
  assert.deepEqual([last?.status, before?.status, before?.errorCode], ['sound', 'failed', 'INTERRUPTED'])
  const nobody: Actor = { name: 'person:nobody', breakGlass: false, roles: new Map() }
  await assert.rejects(startVerification(ground, nobody, NOTHING), { code: 'ROLE_MISSING' })
})

test('that the log is broken is answered only by a verdict that was given as much', async t => {
  const { ground } = await testArchive(t)
  const verdict = (status: string, keyGiven: boolean, checkpointGiven: boolean) =>
    ground.database.execute(
      `insert into audit_verification (requested_by, started_at, seen_at, ended_at, status, leaves_expected, key_given, checkpoint_given)
       values ('person:auditor', now(), now(), now(), $1, 5, $2, $3)`,
      [status, keyGiven, checkpointGiven],
    )
  const stands = async () => (await standingVerdict(ground.database)) !== null
  assert.equal(await stands(), false)
  await verdict('broken', true, false)
  await verdict('sound', false, false)
  await verdict('sound', false, true)
  assert.ok(await stands(), 'by the own key a log that was rewritten whole is sound')
  await verdict('sound', true, false)
  assert.equal(await stands(), false)
  await verdict('broken', false, false)
  assert.ok(await stands())
  await verdict('sound', false, false)
  assert.equal(await stands(), false)
})
