/** Disposals on the command line: listed, shown, proved, and checked without the archive. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { disposeFilings, finishDisposals } from '../../src/retention/retention.ts'
import { runCommand, testArchive, testFolder } from '../../src/testing/archive.ts'
import { drawFrom, randomFacts, seededRandom } from '../../src/testing/keeping.ts'
import { addKeptItems } from '../../src/testing/kept-items.ts'

const NONE = { policies: [], labels: [], labelRules: [], holds: [] }

test('disposals are listed, shown, proved, and checked on a machine that has no archive', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  const none = await archive.command(['disposal', 'list'])
  assert.equal(none.stdout, 'Nothing has been disposed of.\n')
  const [itemId] = await addKeptItems(ground.database, [
    { facts: randomFacts(drawFrom(seededRandom(1)), NONE), filings: [{ mailboxId: 101, labelId: null }] },
  ])
  await ground.database.transaction(tx =>
    disposeFilings(
      ground,
      tx,
      [{ mailboxId: 101, itemId: itemId! }],
      { type: 'erasure', requestId: 4 },
      'person:tester',
      ['person:second'],
    ),
  )
  await finishDisposals(ground)
  const list = await archive.command(['disposal', 'list'])
  assert.match(list.stdout, /Disposal .*\n.*1 .* 1 .* 1 .*erasure request 4/)
  const show = await archive.command(['disposal', 'show', '1'])
  assert.match(show.stdout, /1 copies, 1 items wholly[\s\S]*Approved by {2}person:second/)
  const unknown = await archive.command(['disposal', 'show', '2'])
  assert.deepEqual([unknown.code, /^DISPOSAL_UNKNOWN/.test(unknown.stderr)], [3, true])

  const folder = await testFolder()
  const file = join(folder, 'item.proof.json')
  await archive.seal()
  const proved = await archive.command(['disposal', 'prove', '--item', itemId!, '--output', file])
  assert.equal(proved.code, 0, proved.stderr)
  const { publicKey } = JSON.parse((await archive.command(['status', '--json'])).stdout) as {
    publicKey: string
  }
  const nowhere = { HOLDFAST_DATA: folder }
  const checked = await runCommand(['verify', '--disposal', file, '--key', publicKey], nowhere)
  assert.equal(checked.code, 0, checked.stderr)
  assert.match(checked.stdout, /DEMONSTRATION/)
  assert.match(checked.stdout, new RegExp(`Item ${itemId} of archive .*: disposed of at`))
  assert.match(checked.stdout, /erasure request 4, approved by person:second/)
  assert.match(checked.stdout, /signed by the key given/)
  const whole = await archive.command(['disposal', 'prove', '1'])
  await writeFile(file, whole.stdout.replace('person:second', 'person:nobody'))
  const changed = await runCommand(['verify', '--disposal', file], nowhere)
  assert.equal(changed.code, 5)
  await writeFile(file, whole.stdout)
  assert.equal((await runCommand(['verify', '--disposal', file], nowhere)).code, 0)
})
