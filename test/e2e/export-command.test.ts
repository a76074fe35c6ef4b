/** `holdfast export` as people type it, right and wrong. */
import assert from 'node:assert/strict'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { testFolder } from '../../src/testing/archive.ts'
import { exportArchive, someMessages } from '../../src/testing/export.ts'

test('an export is made, fetched, verified and removed from the command line', async t => {
  const archive = await exportArchive(t, someMessages(6))
  const file = join(await testFolder(), 'matter-7.zip')
  const made = await archive.command(['export', 'create', 'whimbrel', '--name', 'Matter 7', '--output', file])
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stdout, /^Matter 7: ready\n/)
  assert.match(made.stdout, /6 items in 9 copies = 6 exported \+ 0 failed \+ 3 suppressed/)
  assert.match(made.stderr, /bytes are in .*matter-7\.zip/)
  const verified = await archive.command(['verify', file])
  assert.equal(verified.code, 0, verified.stderr + verified.stdout)
  const listed = JSON.parse((await archive.command(['export', 'list', '--json'])).stdout)
  const { exportId } = listed.exports[0]
  assert.equal(listed.total, 1)
  const again = await archive.command(['export', 'download', exportId, '--output', file])
  assert.deepEqual([again.code, again.stderr.split(':')[0]], [3, 'FILE_UNREADABLE'])
  // A download that broke off goes on.
  const other = join(await testFolder(), 'other.zip')
  const whole = await readFile(file)
  await writeFile(`${other}.${exportId}.part`, whole)
  await truncate(`${other}.${exportId}.part`, 1_000)
  assert.equal((await archive.command(['export', 'download', exportId, '--output', other])).code, 0)
  assert.ok((await readFile(other)).equals(whole))
  await assert.rejects(stat(`${other}.${exportId}.part`))
  const removed = await archive.command(['export', 'remove', exportId])
  assert.match(removed.stdout, /^Removed/)
  const shown = await archive.command(['export', 'show', exportId])
  assert.match(shown.stdout, /^Matter 7: removed\n/)
  const gone = await archive.command([
    'export',
    'download',
    exportId,
    '--output',
    join(await testFolder(), 'x'),
  ])
  assert.deepEqual([gone.code, gone.stderr.split(':')[0]], [4, 'EXPORT_GONE'])
})

test('an export that nobody waits for is cancelled; a pass phrase comes by standard input', async t => {
  const archive = await exportArchive(t, someMessages(2))
  const words = ['export', 'create', 'whimbrel', '--no-wait', '--json', '--pass-phrase-stdin']
  const asked = await archive.command(words, 'a long pass phrase\n')
  assert.equal(asked.code, 0, asked.stderr)
  const { exportId, state, encryption } = JSON.parse(asked.stdout)
  assert.deepEqual([state, encryption], ['waiting', 'pass-phrase'])
  assert.ok(!asked.stdout.includes('long pass phrase'))
  assert.equal((await archive.command(['export', 'cancel', exportId])).code, 0)
  const waited = await archive.command(['export', 'wait', exportId])
  assert.deepEqual([waited.code, waited.stderr.includes('EXPORT_STATE')], [4, true])
})

test('what is typed wrong is told by the flag', async t => {
  const archive = await exportArchive(t, [])
  for (const [words, code, say] of [
    [['create'], 2, 'give a query, or --run'],
    [['create', 'whimbrel', '--run', '1'], 2, 'give a query, or --run'],
    [['create', 'whimbrel', '--format', 'pst'], 2, '--format: "pst" is none of eml'],
    [['create', 'whimbrel', '--context', 'around:lots'], 2, '--context: "around:lots" is none of'],
    [['create', 'whimbrel', '--time-zone', 'Londno'], 2, 'IANA'],
    [['create', 'whimbrel', '--expires', '0'], 2, '1 to 365 days'],
    [['create', 'whimbrel', '--expires', 'soon'], 2, '--expires: "soon" is not a whole number'],
    [['create', 'whimbrel', '--recipient', 'age1nobody'], 2, 'no public key of age'],
    [['create', 'whimbrel', '--to-storage'], 2, 'HOLDFAST_EXPORT_STORAGE'],
    [['create', 'whimbrel', '--mailbox', 'nobody@example.com'], 3, 'MAILBOX_UNKNOWN'],
    [['create', '"whimbrel'], 2, 'QUERY_INVALID'],
    [['create', '--run', '7'], 3, 'SEARCH_RUN_UNKNOWN'],
    [['show', 'nothing'], 3, 'EXPORT_UNKNOWN'],
    [['download', '00000000-0000-4000-8000-000000000000'], 3, 'EXPORT_UNKNOWN'],
  ] as const) {
    const answer = await archive.command(['export', ...words])
    assert.equal(answer.code, code, `${words.join(' ')}: ${answer.stderr}`)
    assert.ok(answer.stderr.includes(say), `${words.join(' ')}: ${answer.stderr}`)
  }
})
