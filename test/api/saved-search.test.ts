/** Saved searches and term reports over the wire: revisions, runs, other people's, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from '../e2e/tiny-site.ts'

const EVERYWHERE = { mailboxIds: null, connectorIds: null, folders: null }

test('a search is saved, changed by revision, run, compared and removed; others never see it', async t => {
  const site = await startTinySite([
    tinyRecord({ id: 'm1', from: ANNA.number, to: BO.number, text: 'a curlew' }),
    tinyRecord({ id: 'm2', from: ANNA.number, to: BO.number, text: 'a curlew and a dunlin' }),
    tinyRecord({ id: 'm3', from: ANNA.number, to: '447700900700', text: 'a dunlin for nobody else' }),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const api = await testApi(t, archive)
  const searcher = await api.personWith(['Compliance Search', 'Preview'])
  const other = await api.personWith(['Compliance Search', 'Preview'])
  const [boRow] = await archive.ground.database.query<{ mailbox_id: number }>(
    'select mailbox_id from mailbox where address = $1',
    [BO.mailbox],
  )
  const limited = await api.personWith(['Compliance Search', 'Preview'], {
    mailboxes: [boRow!.mailbox_id],
    conditions: [],
  })
  const ask = async (caller: TestCaller, method: string, path: string, body?: unknown, revision?: number) => {
    const headers = revision === undefined ? {} : { 'if-match': `"${revision}"` }
    const answer = await caller.call(method, path, { ...(body === undefined ? {} : { body }), headers })
    return { status: answer.status, headers: answer.headers, body: answer.text === '' ? null : answer.json() }
  }
  const until = async (path: string) => {
    for (let tries = 0; ; tries++) {
      const { body } = await ask(searcher, 'GET', path)
      if (body.status === 'complete' || body.status === 'failed') return body
      assert.ok(tries < 400, JSON.stringify(body))
      await wait(25)
    }
  }

  const made = await ask(searcher, 'POST', '/api/saved-searches', {
    name: ' Waders  of  November ',
    query: 'curlew',
    ...EVERYWHERE,
  })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.deepEqual([made.body.name, made.body.revision, made.body.runsMax], ['Waders of November', 1, 10])
  const path = `/api/saved-searches/${made.body.savedSearchId}`
  const shown = await ask(searcher, 'GET', path)
  assert.equal(shown.headers.get('etag'), '"1"')
  assert.equal((await ask(searcher, 'PATCH', path, { query: 'dunlin' })).status, 428)
  assert.equal((await ask(searcher, 'PATCH', path, { query: 'dunlin' }, 7)).status, 412)
  assert.equal((await ask(searcher, 'PATCH', path, { query: '(dunlin' }, 1)).body.code, 'QUERY_INVALID')
  assert.equal((await ask(searcher, 'PATCH', path, { colour: 'red' }, 1)).status, 400)

  const first = await ask(searcher, 'POST', `${path}/runs`)
  const run = await until(`/api/search-runs/${first.body.searchRunId}`)
  assert.deepEqual([run.items, run.query], [2, 'curlew'])
  const changed = await ask(
    searcher,
    'PATCH',
    path,
    { query: 'dunlin', folders: ['Enterprise Number Archiver'] },
    1,
  )
  assert.deepEqual([changed.body.revision, changed.body.folders], [2, ['Enterprise Number Archiver']])
  const second = await ask(searcher, 'POST', `${path}/runs`)
  await until(`/api/search-runs/${second.body.searchRunId}`)
  const items = await ask(searcher, 'GET', `/api/search-runs/${second.body.searchRunId}/items?limit=1`)
  assert.equal(items.body.rows[0].line.hit.marks.length, 1)
  assert.ok(items.body.next)
  const comparison = `/api/search-runs/${first.body.searchRunId}/comparison/${second.body.searchRunId}`
  const { body: compared } = await ask(searcher, 'GET', comparison)
  assert.deepEqual([compared.both, compared.added.items, compared.gone.items], [1, 1, 1])
  const gone = await ask(searcher, 'GET', `${comparison}/items?side=gone`)
  assert.equal(gone.body.rows[0].reason, 'no-match')
  assert.equal((await ask(searcher, 'GET', `${comparison}/items?side=both`)).status, 400)

  for (const [method, place, revision] of [
    ['GET', path],
    ['GET', `${path}/runs`],
    ['POST', `${path}/runs`],
    ['DELETE', path, 2],
    ['GET', `/api/search-runs/${first.body.searchRunId}`],
    ['GET', `/api/search-runs/${first.body.searchRunId}/items`],
    ['DELETE', `/api/search-runs/${first.body.searchRunId}`],
    ['GET', comparison],
  ] as const) {
    const answer = await ask(other, method, place, undefined, revision)
    assert.equal(answer.status, 404, `${method} ${place} ${JSON.stringify(answer.body)}`)
  }
  assert.deepEqual((await ask(other, 'GET', '/api/saved-searches')).body.rows, [])

  // Who is limited counts and reads within, and cannot even choose a mailbox beyond.
  const estimate = await ask(limited, 'POST', '/api/search/estimate', { query: 'dunlin' })
  assert.deepEqual(
    [estimate.body.items, estimate.body.byMailbox.map((each: { address: string }) => each.address)],
    [1, [BO.mailbox]],
  )
  const choices = await ask(limited, 'POST', '/api/search/mailboxes', {})
  assert.deepEqual(
    choices.body.rows.map((each: { address: string }) => each.address),
    [BO.mailbox],
  )
  const anna = (await ask(searcher, 'POST', '/api/search/mailboxes', { containing: ANNA.mailbox })).body
    .rows[0]
  const beyond = await ask(limited, 'POST', '/api/search', { query: '*', mailboxIds: [anna.mailboxId] })
  assert.equal(beyond.body.code, 'MAILBOX_UNKNOWN')

  const removed = await ask(searcher, 'DELETE', path, undefined, 2)
  assert.equal(removed.status, 204, JSON.stringify(removed.body))
  assert.equal((await ask(searcher, 'GET', `/api/search-runs/${first.body.searchRunId}`)).status, 404)

  const report = await ask(searcher, 'POST', '/api/term-reports', {
    name: 'Terms',
    text: 'curlew\ndunlin',
    ...EVERYWHERE,
  })
  await until(`/api/term-reports/${report.body.termReportId}/progress`)
  const csv = await searcher.call('GET', `/api/term-reports/${report.body.termReportId}/csv`)
  assert.match(csv.headers.get('content-disposition') ?? '', /^attachment/)
  assert.match(csv.text, /^line,query,items.*\r\n1,curlew,2,\d+,1,\d+,\r\n2,dunlin,2,\d+,1,\d+,\r\n/)
  assert.equal((await ask(other, 'GET', `/api/term-reports/${report.body.termReportId}`)).status, 404)
})
