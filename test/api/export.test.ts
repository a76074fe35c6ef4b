/** Exports over HTTP: who sees which, what a limited person's export holds, and downloads by range. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSealed, readEntries } from '../../src/audit/audit.ts'
import { performExport } from '../../src/export/export.ts'
import { testApi } from '../../src/testing/api.ts'
import { exportArchive, someMessages } from '../../src/testing/export.ts'

const ASKED = { source: { query: 'whimbrel' }, format: 'eml', name: 'Project Dotterel' }

test('a limited person exports their mailboxes alone, and sees their own exports alone', async t => {
  const archive = await exportArchive(t, someMessages(10))
  const { ground } = archive
  const api = await testApi(t, archive)
  const [bo] = await ground.database.query<{ mailbox_id: number }>(
    `select mailbox_id from mailbox where address = 'bo@example.com'`,
  )
  const limit = { mailboxes: [bo!.mailbox_id], conditions: [] }
  const limited = await api.personWith(['Export'], limit)
  const other = await api.personWith(['Export'], limit)
  const unlimited = await api.personWith(['Export'])
  const reader = await api.personWith(['Preview', 'Compliance Search'])
  const asked = await limited.call('POST', '/api/exports', { body: ASKED })
  assert.equal(asked.status, 200, asked.text)
  const { exportId } = asked.json()
  await performExport(ground, exportId, new AbortController().signal)
  const shown = (await limited.call('GET', `/api/exports/${exportId}`)).json()
  assert.equal(shown.state, 'ready', JSON.stringify(shown.error))
  assert.deepEqual(shown.counts.matched, { items: 5, copies: 5, exported: 5, failed: 0, suppressed: 0 })
  assert.equal(shown.name, 'Project Dotterel')
  assert.equal((await unlimited.call('GET', `/api/exports/${exportId}`)).status, 200)
  assert.equal((await unlimited.call('GET', '/api/exports')).json().total, 1)
  assert.equal((await unlimited.call('GET', '/api/exports?mine=true')).json().total, 0)
  for (const path of ['', '/package']) {
    const answer = await other.call('GET', `/api/exports/${exportId}${path}`)
    assert.deepEqual([answer.status, answer.json().code], [404, 'EXPORT_UNKNOWN'])
    const refused = await reader.call('GET', `/api/exports/${exportId}${path}`)
    assert.deepEqual([refused.status, refused.json().code], [403, 'ROLE_MISSING'])
  }
  assert.equal((await other.call('DELETE', `/api/exports/${exportId}`)).status, 404)
  assert.deepEqual((await other.call('GET', '/api/exports')).json().rows, [])
  const foreign = await limited.call('POST', '/api/exports', {
    body: { ...ASKED, source: { query: 'whimbrel', mailboxIds: [bo!.mailbox_id + 1] } },
  })
  assert.deepEqual([foreign.status, foreign.json().code], [404, 'MAILBOX_UNKNOWN'])
})

test('a package is downloaded whole and by ranges; query and name are nowhere in the clear', async t => {
  const archive = await exportArchive(t, someMessages(10))
  const { ground } = archive
  const api = await testApi(t, archive)
  const maker = await api.personWith(['Export'])
  const { exportId } = (await maker.call('POST', '/api/exports', { body: ASKED })).json()
  const early = await maker.call('GET', `/api/exports/${exportId}/package`)
  assert.deepEqual([early.status, early.json().code], [409, 'EXPORT_STATE'])
  await performExport(ground, exportId, new AbortController().signal)
  const headers = { authorization: `Bearer ${maker.token}` }
  const url = `${api.url}/api/exports/${exportId}/package`
  const whole = await fetch(url, { headers })
  const bytes = Buffer.from(await whole.arrayBuffer())
  assert.equal(Number(whole.headers.get('content-length')), bytes.length)
  assert.equal(whole.headers.get('content-type'), 'application/zip')
  assert.match(
    whole.headers.get('content-disposition') ?? '',
    /^attachment; filename="holdfast-export-[0-9a-f-]+\.zip"/,
  )
  const tag = whole.headers.get('etag') ?? ''
  const rest = await fetch(url, { headers: { ...headers, range: 'bytes=1000-', 'if-range': tag } })
  assert.equal(rest.status, 206)
  assert.equal(rest.headers.get('content-range'), `bytes 1000-${bytes.length - 1}/${bytes.length}`)
  assert.ok(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(1000)))
  const changed = await fetch(url, { headers: { ...headers, range: 'bytes=1000-', 'if-range': '"other"' } })
  assert.equal(changed.status, 200)
  await changed.arrayBuffer()
  const { entries } = await readEntries(ground.database, { subject: `export:${exportId}`, limit: 50 })
  assert.deepEqual(entries.map(entry => entry.act).toSorted(), [
    'export.complete',
    'export.download',
    'export.download',
    'export.request',
  ])
  const request = entries.find(entry => entry.act === 'export.request')!
  assert.deepEqual(
    [openSealed(ground.keyring, request)?.query, openSealed(ground.keyring, request)?.name],
    ['whimbrel', 'Project Dotterel'],
  )
  const rows = await ground.database.query('select row_to_json(e)::text as text from export e')
  const kept = JSON.stringify([rows, entries])
  for (const word of ['whimbrel', 'Dotterel']) assert.ok(!kept.includes(word), word)
  const removed = await maker.call('DELETE', `/api/exports/${exportId}`)
  assert.deepEqual([removed.status, removed.json().state], [200, 'removed'])
  const gone = await maker.call('GET', `/api/exports/${exportId}/package`)
  assert.deepEqual([gone.status, gone.json().code], [410, 'EXPORT_GONE'])
})
