/** The connector wizard over the API: from the terms of service to an import that is watched to its end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'

const HEADER = 'External User ID,Microsoft 365 User Mailbox'

/** The events of a stream until one satisfies `enough`. */
async function readEvents<Event>(
  url: string,
  token: string,
  enough: (event: Event) => boolean,
): Promise<Event[]> {
  const controller = new AbortController()
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([controller.signal, AbortSignal.timeout(60_000)]),
  })
  const found: Event[] = []
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      if (!block.startsWith('data: ')) continue
      found.push(JSON.parse(block.slice(6)) as Event)
      if (enough(found.at(-1)!)) {
        controller.abort()
        return found
      }
    }
  }
  return found
}

type Progress = {
  runs: { connectorId: number; done: number; total: number | null; stage: string }[]
  ended: { connectorId: number }[]
}

test('a connector is set up by the API, step by step, and its first import is seen to its end', async t => {
  const site = await startSite({ people: 12, days: 2, plain: true, items: 300 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 50 })
  await archive.addPeople(site.directoryCsv())
  const api = await testApi(t, archive)
  const { call, token } = await api.personWith(['Mailbox Import Export'])
  const started = await call('POST', '/api/connectors', { body: { product: 'o2', acceptTerms: true } })
  assert.equal(started.status, 200, started.text)
  const { connectorId } = started.json()
  const path = `/api/connectors/${connectorId}`
  const ifMatch = (revision: number) => ({ headers: { 'if-match': `"${revision}"` } })

  const unseen = await call('GET', `${path}/prerequisites`)
  assert.deepEqual(
    unseen.json().rows.map((each: { id: string; state: string }) => `${each.id} ${each.state}`),
    [
      'role met',
      'account at-sign-in',
      'registered at-sign-in',
      'mailbox at-sign-in',
      'company-owned at-sign-in',
      'carrier cannot-be-checked',
    ],
  )
  const login = { location: site.url, ...site.account }
  const wrong = await call('PUT', `${path}/login`, { body: { ...login, password: 'no' }, ...ifMatch(1) })
  assert.deepEqual([wrong.status, wrong.json().code], [422, 'SITE_SIGN_IN_WRONG'])
  const unconditional = await call('PUT', `${path}/login`, { body: login })
  assert.equal(unconditional.json().code, 'REVISION_MISSING')
  const signedIn = await call('PUT', `${path}/login`, { body: login, ...ifMatch(1) })
  assert.equal(signedIn.status, 200, signedIn.text)
  assert.equal(signedIn.headers.get('etag'), '"2"')
  assert.deepEqual(
    [signedIn.json().setupStep, signedIn.json().hasPassword, signedIn.json().password],
    ['mapping', true, undefined],
  )
  assert.doesNotMatch(signedIn.text, new RegExp(site.account.password))

  const csv = { 'content-type': 'text/csv' }
  const bad = `${HEADER}\r\n447700900001,nobody@nowhere.example\r\n4.47E+11,\r\n`
  const checked = await call('POST', `${path}/custom-mapping/check`, { body: bad, headers: csv })
  assert.deepEqual(
    checked.json().problems.map((each: { line: number; column: string }) => `${each.line} ${each.column}`),
    ['2 Microsoft 365 User Mailbox', '3 External User ID', '3 Microsoft 365 User Mailbox'],
  )
  assert.equal(checked.json().preview, null)
  const refused = await call('PUT', `${path}/custom-mapping`, {
    body: bad,
    headers: { ...csv, ...ifMatch(2).headers },
  })
  assert.equal(refused.json().code, 'MAPPING_INVALID')
  // As it is copied out of a spreadsheet.
  const pasted = site.mappingCsv().replaceAll(',', '\t')
  const tried = await call('POST', `${path}/custom-mapping/check`, { body: pasted, headers: csv })
  assert.equal(tried.json().problemCount, 0, tried.text)
  const { preview } = tried.json()
  assert.equal(preview.after.byCsv + preview.after.byEmail + preview.after.byNeither, preview.usersTotal)
  const imported = await call('PUT', `${path}/custom-mapping`, {
    body: pasted,
    headers: { ...csv, ...ifMatch(2).headers },
  })
  assert.equal(imported.status, 200, imported.text)

  const chosen = await call('PATCH', `${path}/draft`, {
    body: { schedule: 'every 30 minutes', setupStep: 'review' },
    ...ifMatch(3),
  })
  assert.deepEqual([chosen.status, chosen.json().setupStep], [200, 'review'], chosen.text)
  const stale = await call('POST', `${path}/finish`, { body: {}, ...ifMatch(3) })
  assert.equal(stale.json().code, 'REVISION_STALE')

  const watching = readEvents<Progress>(
    `${api.url}/api/connectors/events`,
    token,
    event => event.ended.length > 0,
  )
  const finished = await call('POST', `${path}/finish`, {
    body: { importFrom: new Date(site.from).toISOString() },
    ...ifMatch(4),
  })
  assert.equal(finished.status, 200, finished.text)
  // The watcher's next look finds it waiting before a worker takes it up.
  const listed = await call('GET', '/api/connectors')
  assert.deepEqual([listed.json().rows[0].state, listed.json().rows[0].progress.done], ['importing', 0])
  await archive.work()
  const events = await watching
  const dones = events.flatMap(event => event.runs.map(each => each.done))
  assert.deepEqual(
    dones,
    dones.toSorted((a, b) => a - b),
    'progress only grows',
  )
  assert.deepEqual(events.at(-1)!.ended, [{ connectorId, runId: finished.json().runId }])
  const [row] = (await call('GET', '/api/connectors')).json().rows
  assert.deepEqual([row.state, row.lastRun.status], ['up-to-date', 'complete'])
  assert.ok(row.imported > 0)
  assert.equal((await call('GET', `${path}/draft`)).json().code, 'CONNECTOR_EXISTS')
})
