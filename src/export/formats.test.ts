/** Every format, as a whole package: unpacked by other programs, and verified without the archive. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { ANNA, BO, tinyRecord } from '../../test/e2e/tiny-site.ts'
import { archivePublicKey } from '../audit/audit.ts'
import { exportArchive, someMessages, unpacked } from '../testing/export.ts'
import { EXPORT_FORMATS, getExport } from './export.ts'
import { verifyPackage } from './verify-package.ts'

const run = promisify(execFile)

test('a package of each format is whole, adds up, and verifies', async t => {
  const archive = await exportArchive(t, someMessages(40))
  const publicKey = archivePublicKey(archive.ground.keyring, archive.ground.archive.archiveId)
  for (const format of EXPORT_FORMATS)
    for (const duplicates of ['suppressed', 'kept'] as const) {
      const made = await archive.export({ format, duplicates })
      const shown = await getExport(archive.ground, archive.actor, made.exportId)
      const what = `${format}, ${duplicates}`
      assert.equal(shown.state, 'ready', `${what}: ${JSON.stringify(shown.error)}`)
      const exported = duplicates === 'kept' ? 60 : 40
      assert.deepEqual(
        shown.counts.matched,
        { items: 40, copies: 60, exported, failed: 0, suppressed: 60 - exported },
        what,
      )
      const file = await archive.download(made)
      await run('unzip', ['-tqq', file])
      const verdict = await verifyPackage(file, { publicKey, earlierCheckpoint: null })
      assert.deepEqual(verdict.findings, [], what)
      assert.equal(verdict.copies[format === 'table' ? 'archived' : 'unchanged'], exported, what)
      assert.equal(verdict.files.bytes > 0, true)
    }
})

test('tables say what messages say; what a spreadsheet would run is disarmed in a way that can be undone', async t => {
  const formula = '=HYPERLINK("http://evil.example","whimbrel")'
  const archive = await exportArchive(t, [
    tinyRecord({ id: 'a', text: formula, from: ANNA.number, to: BO.number }),
    tinyRecord({
      id: 'b',
      text: "'whimbrel, quoted\r\nand on a second line",
      from: ANNA.number,
      to: BO.number,
    }),
  ])
  const made = await archive.export({ format: 'table', duplicates: 'suppressed' })
  const read = await unpacked(await archive.download(made))
  const rows = parse(await read('table/messages.csv'), { bom: true, columns: true }) as Record<
    string,
    string
  >[]
  const lines = (await read('table/messages.jsonl'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.equal(rows.length, 2)
  for (const [index, row] of rows.entries()) {
    assert.match(row.text!, /^'/)
    assert.equal(row.text!.slice(1), lines[index].text)
    assert.equal(lines[index].from[0].number, ANNA.number)
  }
  assert.ok(lines.some(line => line.text === formula))
})

test('context is marked and counted apart', async t => {
  const archive = await exportArchive(t, [
    ...someMessages(10),
    tinyRecord({ id: 'rare', text: 'a dotterel', from: ANNA.number, to: BO.number }),
  ])
  const source = { query: 'dotterel', runId: null, mailboxIds: null, connectorIds: null, folders: null }
  const made = await archive.export({ source, context: { type: 'conversation' } })
  const { counts, state } = await getExport(archive.ground, archive.actor, made.exportId)
  assert.equal(state, 'ready')
  assert.deepEqual(counts.matched, { items: 1, copies: 2, exported: 1, failed: 0, suppressed: 1 })
  assert.deepEqual(counts.context, { items: 5, copies: 10, exported: 5, failed: 0, suppressed: 5 })
  const read = await unpacked(await archive.download(made))
  const grades = (await read('items.jsonl'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).grade)
  assert.deepEqual(grades.toSorted(), ['context', 'context', 'context', 'context', 'context', 'match'])
  assert.match(await read('report.html'), /Context, not matched/)
})

test('an export of nothing is a package that says so', async t => {
  const archive = await exportArchive(t, someMessages(2))
  const source = { query: 'dotterel', runId: null, mailboxIds: null, connectorIds: null, folders: null }
  const made = await archive.export({ source })
  const file = await archive.download(made)
  const verdict = await verifyPackage(file, { publicKey: null, earlierCheckpoint: null })
  assert.deepEqual([verdict.ok, verdict.origin, verdict.counts.matched.copies], [true, 'unproven', 0])
})
