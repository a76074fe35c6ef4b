/**
 * What a real archive exports is verified from the package alone: by the command, and by the verifier in Python, in
 * every format; with a checkpoint that was kept; and what the log does not bear out is not exported at all.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { appendEntry, archivePublicKey } from '../../src/audit/audit.ts'
import { manualClock } from '../../src/clock.ts'
import { openDatabase } from '../../src/database/database.ts'
import { hasCode } from '../../src/errors.ts'
import { EXPORT_FORMATS, getExport, verifyPackage } from '../../src/export/export.ts'
import { proofFiles } from '../../src/export/proof-files.ts'
import { runCommand, testArchive, testFolder } from '../../src/testing/archive.ts'
import { exportArchive, someMessages } from '../../src/testing/export.ts'
import { findProgram } from '../../src/testing/requires.ts'
import { writeZip } from '../../src/testing/zip-writer.ts'
import { ARRIVAL, tinyRecord } from './tiny-site.ts'

const SCRIPT = fileURLToPath(new URL('./verify_export.py', import.meta.url))
const NOWHERE = { HOLDFAST_DATA: '/nonexistent', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }

/** Lines that an mbox file has to quote, in a message of each of two batches. */
const awkward = (id: string) =>
  tinyRecord({
    id,
    text: 'whimbrel\nFrom the quay\n>From further out\n>>From beyond\n',
    from: '447700900101',
    to: '447700900102',
    sent: new Date(ARRIVAL - 80_000_000).toISOString().replace('.000', ''),
  })

test('a package of each format is verified by the command and by the verifier in Python', async t => {
  const messages = [awkward('q1'), ...someMessages(20), awkward('q2')]
  const archive = await exportArchive(t, messages, { pageItems: 5 })
  const python = findProgram('python3')
  const publicKey = archivePublicKey(archive.ground.keyring, archive.ground.archive.archiveId)
  for (const format of EXPORT_FORMATS)
    for (const duplicates of ['suppressed', 'kept'] as const) {
      const made = await archive.export({ format, duplicates, context: { type: 'conversation' } })
      const { counts } = await getExport(archive.ground, archive.actor, made.exportId)
      const file = await archive.download(made)
      const answer = await runCommand(['verify', file, '--key', publicKey, '--json'], NOWHERE)
      assert.equal(answer.code, 0, `${format}: ${answer.stdout}${answer.stderr}`)
      const verdict = JSON.parse(answer.stdout)
      assert.equal(verdict.origin, 'proven')
      assert.equal(verdict.format, format)
      assert.equal(verdict.demonstration, true)
      const copies = counts.matched.exported + counts.context.exported
      assert.equal(verdict.copies[format === 'table' ? 'archived' : 'unchanged'], copies)
      assert.equal(verdict.counts.matched.copies, counts.matched.copies)
      if (python === null) continue
      const theirs = spawnSync(python, [SCRIPT, file], { encoding: 'utf8' })
      assert.equal(theirs.status, 0, `${format}: ${theirs.stdout}${theirs.stderr}`)
    }
  const without = await archive.export({ format: 'rsmf', natives: false })
  const bare = await verifyPackage(await archive.download(without), { publicKey, earlierCheckpoint: null })
  assert.deepEqual(bare.findings, [])
  assert.equal(bare.copies.archived, 22)
})

test('a package leads on from checkpoints kept before, and contradicts those of a log that was written anew', async t => {
  const archive = await exportArchive(t, someMessages(8), { pageItems: 3 })
  const { ground } = archive
  await archive.seal()
  const [kept] = await ground.database.query<{ note: string; size: number }>(
    'select note, tree_size as size from audit_checkpoint order by tree_size limit 1',
  )
  // As if it had been signed on a day before, of which it is then the last. The program itself could not say so.
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  await owner.execute(
    `update holdfast.audit_checkpoint set at = at - interval '3 days' where tree_size = $1`,
    [kept!.size],
  )
  await owner.close()
  const file = await archive.download(await archive.export())
  const verdict = await verifyPackage(file, { publicKey: null, earlierCheckpoint: kept!.note })
  assert.deepEqual(verdict.findings, [])
  assert.equal(verdict.earlier, 'consistent')
  const lines = kept!.note.split('\n')
  lines[2] = Buffer.alloc(32, 7).toString('base64')
  const anew = await verifyPackage(file, { publicKey: null, earlierCheckpoint: lines.join('\n') })
  assert.deepEqual(
    anew.findings.map(finding => finding.code),
    ['EARLIER_CONTRADICTED'],
  )
})

test('an encrypted package is verified with its pass phrase', async t => {
  const archive = await exportArchive(t, someMessages(3))
  const file = await archive.download(
    await archive.export({ encryption: { passPhrase: 'an overcast tidemark' } }),
  )
  const answer = await runCommand(['verify', file], { ...NOWHERE, HOLDFAST_PASSWORD: 'an overcast tidemark' })
  assert.equal(answer.code, 0, answer.stderr)
  assert.match(answer.stdout, /3 archived unchanged/)
})

test('a message taken from a real package, and put back into another place, is found', async t => {
  const archive = await exportArchive(t, someMessages(4))
  const file = await archive.download(await archive.export())
  const folder = await testFolder()
  assert.equal(spawnSync('python3', ['-m', 'zipfile', '-e', file, folder]).status, 0)
  const list = (await readFile(join(folder, 'files.jsonl'), 'utf8')).trimEnd().split('\n')
  const listed = list.map(line => (JSON.parse(line) as { path: string }).path)
  const proofs = [
    'batches.jsonl',
    'items.jsonl',
    'manifest-entry.json',
    'consistency.jsonl',
    'checkpoint.txt',
    'public-key.txt',
  ]
  const paths = [
    ...listed,
    'files.jsonl',
    'manifest.json',
    'VERIFY.txt',
    ...proofs.map(name => `proofs/${name}`),
  ]
  const parts = await Promise.all(
    paths.map(async name => ({ name, content: await readFile(join(folder, name)) })),
  )
  const changed = join(folder, 'changed.zip')
  // Packed anew by another program a sound package is sound: its order and its compression are nobody's.
  await writeFile(changed, writeZip(parts.toReversed()))
  assert.deepEqual((await verifyPackage(changed, { publicKey: null, earlierCheckpoint: null })).findings, [])
  const [one, two] = parts.filter(part => part.name.endsWith('.eml'))
  const exchanged = parts.map(part =>
    part === one
      ? { ...part, content: two!.content }
      : part === two
        ? { ...part, content: one!.content }
        : part,
  )
  await writeFile(changed, writeZip(exchanged))
  const verdict = await verifyPackage(changed, { publicKey: null, earlierCheckpoint: null })
  assert.equal(verdict.copies.changed, 2)
})

test('what the log does not bear out is not exported: a leaf that was changed, an entry that is gone', async t => {
  const archive = await exportArchive(t, someMessages(3))
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  await owner.execute(
    `update holdfast.item set leaf = sha256(leaf)
     where item_id = (select min(item_id::text)::uuid from holdfast.item)`,
  )
  await owner.close()
  await assert.rejects(archive.export(), error => hasCode(error, 'AUDIT_DAMAGED'))
})

test('an export whose entries get no checkpoint is not waited for without end', async t => {
  const archive = await testArchive(t, { clock: manualClock(ARRIVAL) })
  const { ground } = archive
  const exportId = '3f0c6a4e-7d59-4d2b-9a55-0f6d1c2b3a49'
  // Nobody sequences: the clock moves by what is slept.
  const entryId = await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'system',
      act: 'export.complete',
      subject: `export:${exportId}`,
    }),
  )
  const before = ground.clock.now()
  await assert.rejects(Array.fromAsync(proofFiles(ground, exportId, entryId)), error =>
    hasCode(error, 'PROOF_NOT_READY'),
  )
  assert(ground.clock.now() - before < 120_000)
})
