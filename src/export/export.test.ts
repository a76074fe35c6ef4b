import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { openMessage } from '../archive/archive.ts'
import { archivePublicKey } from '../audit/audit.ts'
import { addSavedSearch, finishSearchRun, requestSearchRun } from '../ediscovery/ediscovery.ts'
import { EVERYTHING, type ExportArchive, exportArchive, someMessages, unpacked } from '../testing/export.ts'
import { getExport, requestExport } from './export.ts'
import { verifyPackage } from './verify-package.ts'

const run = promisify(execFile)

test('an export of everything holds each message once, byte for byte, and verifies without the archive', async t => {
  const archive = await exportArchive(t, someMessages(25))
  const made = await archive.export()
  const shown = await getExport(archive.ground, archive.actor, made.exportId)
  assert.equal(shown.state, 'ready', JSON.stringify(shown.error))
  assert.deepEqual(shown.counts.matched, { items: 25, copies: 38, exported: 25, failed: 0, suppressed: 13 })
  assert.deepEqual(shown.progress, { done: 25, total: 25 })
  const file = await archive.download(made)
  await run('unzip', ['-tqq', file])
  const read = await unpacked(file)
  const lines = (await read('items.jsonl'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.equal(lines.length, 25)
  assert.deepEqual(
    lines.map(line => line.ordinal),
    Array.from({ length: 25 }, (_, index) => index + 1),
  )
  for (const { itemId, path } of lines) {
    const { chunks } = await openMessage(archive.ground, archive.actor, itemId, 'message')
    assert.equal(await read(path), (await Array.fromAsync(chunks)).map(String).join(''))
    assert.match(path, /^messages\/anna@example\.com\/[^/]+\/\d{8}-\d{6}Z-sms-[0-9a-f-]{36}\.eml$/)
  }
  assert.deepEqual(lines[0].custodians.includes('anna@example.com'), true)
  const table = parse(await read('items.csv'), { bom: true, columns: true }) as Record<string, string>[]
  assert.deepEqual(
    table.map(row => row.itemId),
    lines.map(line => line.itemId),
  )
  const suppressed = parse(await read('suppressed.csv'), { bom: true, columns: true }) as Record<
    string,
    string
  >[]
  assert.equal(suppressed.length, 13)
  assert.ok(
    suppressed.every(row => row.mailbox === 'bo@example.com' && row.keptMailbox === 'anna@example.com'),
  )
  assert.deepEqual(parse(await read('exceptions.csv'), { bom: true, columns: true }), [])
  const journal = parse(await read('journal.csv'), { bom: true, columns: true }) as Record<string, string>[]
  assert.deepEqual(
    journal.map(row => [row.party, row.mailbox, row.person, row.items]),
    [
      ['447700900101', 'anna@example.com', 'Anna Lapwing', '25'],
      ['447700900102', 'bo@example.com', 'Bo Lapwing', '13'],
      ['447700900900', '', '', '12'],
    ],
  )
  const publicKey = archivePublicKey(archive.ground.keyring, archive.ground.archive.archiveId)
  const verdict = await verifyPackage(file, { publicKey, earlierCheckpoint: null })
  assert.deepEqual(verdict.findings, [])
  assert.equal(verdict.ok, true)
  assert.equal(verdict.origin, 'proven')
})

test('what a run of a saved search found is exported by a worker, whatever was filed since', async t => {
  const archive = await exportArchive(t, someMessages(7))
  const { ground, actor } = archive
  const queue = await archive.queue()
  const scope = { mailboxIds: null }
  const search = { name: 'Birds', description: '', query: 'whimbrel', scope, runsMax: 5 }
  const { savedSearchId } = await addSavedSearch(ground, actor, search)
  const { searchRunId } = await requestSearchRun(ground, queue, actor, savedSearchId)
  await finishSearchRun(ground, searchRunId)
  // As if it had been filed since: the run had not found it.
  await ground.database.execute(
    `update search_run_page set item_ids = item_ids[1:6] where search_run_id = $1::bigint`,
    [searchRunId],
  )
  const source = { query: null, runId: searchRunId, mailboxIds: null, connectorIds: null, folders: null }
  const asked = await requestExport(ground, queue, actor, { ...EVERYTHING, source })
  await archive.work()
  const made = await ended(archive, asked.exportId)
  assert.equal(made.state, 'ready', JSON.stringify(made.error))
  assert.equal(made.counts.matched.items, 6)
  const manifest = JSON.parse(await (await unpacked(await archive.download(made)))('manifest.json'))
  assert.deepEqual([manifest.search.query, manifest.search.savedSearchRun], ['whimbrel', searchRunId])
  await assert.rejects(archive.export({ source: { ...source, runId: searchRunId + 1 } }), {
    code: 'SEARCH_RUN_UNKNOWN',
  })
})

async function ended(archive: ExportArchive, exportId: string) {
  for (;;) {
    const seen = await getExport(archive.ground, archive.actor, exportId)
    if (!['waiting', 'selecting', 'writing', 'finishing'].includes(seen.state)) return seen
    await wait(50)
  }
}
