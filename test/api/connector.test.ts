/** A connector over the API: its view, edits that collide, runs and failures, mapping by lines, Unmapped and back. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import {
  ACCOUNT,
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../e2e/tiny-site.ts'

const CARA = '447700900103'
const OUTSIDER = '447700900900'

async function served(t: TestContext) {
  const message = (id: string, from: string, to: string) =>
    tinyRecord({ id, from, to, text: `dunlin ${id}`, subscriberId: `u${from}` })
  const site = await startTinySite(
    [message('m1', ANNA.number, BO.number), message('m2', CARA, OUTSIDER), message('m3', CARA, ANNA.number)],
    [
      { userId: `u${ANNA.number}`, mobile: ANNA.number },
      { userId: `u${CARA}`, mobile: CARA },
    ],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(`${PEOPLE_CSV}cara@example.com,Cara Lapwing\r\n`)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  const api = await testApi(t, archive)
  const importer = await api.personWith(['Mailbox Import Export'])
  const viewer = await api.personWith(['View-Only Configuration'])
  const get = async (path: string) => {
    const answer = await viewer.call('GET', `/api${path}`)
    assert.equal(answer.status, 200, answer.text)
    return answer.json()
  }
  return {
    site,
    archive,
    api,
    importer,
    viewer,
    get,
    path: `/connectors/${connector.connectorId}`,
    connector,
  }
}

test('a run is started, and told with both its sums and its failures', async t => {
  const { archive, importer, viewer, get, path } = await served(t)
  await archive.work()
  const window = { from: new Date(WINDOW.from).toISOString(), to: new Date(WINDOW.to).toISOString() }
  const preview = await importer.call('GET', `/api${path}/back-fill?${new URLSearchParams(window)}`)
  assert.deepEqual([preview.json().atSource, preview.json().kept, preview.json().trouble], [3, 0, null])
  assert.equal((await viewer.call('POST', `/api${path}/runs`, { body: window })).status, 403)
  const started = await importer.call('POST', `/api${path}/runs`, { body: window })
  assert.equal(started.status, 200, started.text)
  assertComplete(await archive.ended({ runId: started.json().runId } as never))
  const run = await get(`/runs/${started.json().runId}`)
  assert.deepEqual(run.items, {
    fromSource: 3,
    read: 3,
    filed: 2,
    unmapped: 1,
    duplicate: 0,
    disposed: 0,
    failed: 0,
  })
  assert.deepEqual(run.filings, { available: 5, imported: 3, partial: 0, skipped: 0, failed: 2 })
  assert.deepEqual(run.failures, [{ reason: 'no-mapping', failures: 2, resolved: 0 }])
  const first = await get(`/runs/${run.runId}/failures?limit=1`)
  const second = await get(`/runs/${run.runId}/failures?limit=1&after=${encodeURIComponent(first.next)}`)
  assert.notEqual(first.rows[0].itemId, second.rows[0].itemId)
  assert.equal(second.next, null)
  const csv = await viewer.call('GET', `/api/runs/${run.runId}/failures.csv`)
  assert.match(csv.headers.get('content-disposition') ?? '', /run-\d+-failures\.csv/)
  assert.equal(csv.text.split('\r\n').length, 4)
  const runs = await viewer.call('GET', `/api${path}/runs.csv`)
  assert.match(runs.text, /^Import completion time \(UTC\),Items available from source,/)
  const listed = await get(`${path}/runs?status=complete`)
  assert.deepEqual(
    listed.rows.map((each: { runId: number }) => each.runId),
    [run.runId],
  )
  assert.equal((await get(`${path}/failures?open=true`)).rows.length, 2)
  assert.equal((await get(`${path}/calendar?days=7`)).days.length, 7)
  const users = await get(`${path}/users`)
  assert.deepEqual([users.totals.users, users.totals.byCsv, users.totals.unmapped], [2, 1, 1])
})

test('a number is assigned a mailbox, and its items arrive', async t => {
  const { archive, importer, viewer, get, connector } = await served(t)
  await archive.work()
  await archive.run(connector, WINDOW)
  const before = await get('/unmapped')
  assert.deepEqual([before.total, before.items, before.rows[0].sourceUser], [1, 2, CARA])
  const choices = await viewer.call('POST', '/api/mailbox-choices', { body: { containing: 'cara' } })
  const [choice] = choices.json().rows
  const body = {
    connectorId: connector.connectorId,
    sourceUser: CARA,
    line: { externalUserId: CARA, mailboxAddress: choice.address },
  }
  assert.equal((await viewer.call('POST', '/api/unmapped/assign', { body })).status, 403)
  const assigned = await importer.call('POST', '/api/unmapped/assign', { body })
  assert.equal(assigned.status, 200, assigned.text)
  const { mailbox, replay } = assigned.json()
  assert.deepEqual([mailbox.displayName, replay.filings, replay.resolved], ['Cara Lapwing', 2, 2])
  assert.ok(replay.completedAt)
  assert.deepEqual(await get('/unmapped/count'), { numbers: 0, items: 0 })
  assert.deepEqual((await get('/replays')).rows, [replay])
  const [change] = (await get(`/connectors/${connector.connectorId}/mapping/history`)).rows
  assert.deepEqual([change.cause, change.externalUserId], ['assign', CARA])
})

test('a line of the mapping is edited by one who has seen it as it is', async t => {
  const { importer, get, path } = await served(t)
  const { rows } = await get(`${path}/mapping?search=${encodeURIComponent('+44 7700 900101')}`)
  assert.equal(rows.length, 1)
  const line = `/api${path}/mapping/${rows[0].entryId}`
  const body = { mailboxAddress: 'bo@example.com' }
  assert.equal((await importer.call('PATCH', line, { body })).status, 428)
  const changed = await importer.call('PATCH', line, { body, headers: { 'if-match': '"1"' } })
  assert.equal(changed.json().revision, 2)
  const stale = await importer.call('DELETE', line, { headers: { 'if-match': '"1"' } })
  assert.deepEqual([stale.status, stale.json().code], [412, 'REVISION_STALE'])
  const removed = await importer.call('DELETE', line, { headers: { 'if-match': '"2"' } })
  assert.equal(removed.status, 204)
  assert.equal((await get(`${path}/mapping`)).total, 1)
})

test('settings are edited by revision, credentials are tried and never told, and a connector is paused and removed', async t => {
  const { site, archive, importer, get, path } = await served(t)
  const seen = await importer.call('GET', `/api${path}`)
  assert.equal(seen.headers.get('etag'), `"${seen.json().revision}"`)
  assert.equal(seen.text.includes(ACCOUNT.password), false)
  const ifMatch = async () => ({
    'if-match': (await importer.call('GET', `/api${path}`)).headers.get('etag')!,
  })
  const edit = (body: object, headers: Record<string, string>) =>
    importer.call('PATCH', `/api${path}`, { body, headers })
  const stale = await ifMatch()
  const edited = await edit({ schedule: 'hourly', domains: ['Example.com'] }, stale)
  assert.deepEqual([edited.json().schedule, edited.json().domains], ['hourly', ['example.com']])
  assert.equal((await edit({ name: 'Other' }, stale)).status, 412)
  const put = async (password: string) =>
    importer.call('PUT', `/api${path}/credentials`, {
      body: { location: site.url, username: ACCOUNT.username, password },
      headers: await ifMatch(),
    })
  const good = await put('Wigeon-estuary-3301')
  assert.equal(good.status, 200, good.text)
  assert.equal((await importer.call('POST', `/api${path}/pause`)).json().status, 'paused')
  assert.equal((await get(path)).condition.state, 'paused')
  const refused = await importer.call('POST', `/api${path}/runs`, { body: {} })
  assert.equal(refused.json().code, 'CONNECTOR_PAUSED')
  assert.equal((await importer.call('POST', `/api${path}/resume`)).json().status, 'active')
  assert.equal((await importer.call('DELETE', `/api${path}`, { headers: await ifMatch() })).status, 204)
  assert.equal((await get(path)).status, 'removed')
  await archive.seal()
})

test('a watched folder is not led elsewhere over the API', async t => {
  const { archive, importer, site } = await served(t)
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-drop-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const place = { sourceKind: 'zip', location: folder, accountId: 'telemessage-zip-drop' } as const
  const { connectorId } = await archive.addConnector(site, 'whatsapp', place)
  const path = `/api/connectors/${connectorId}`
  const { etag } = Object.fromEntries((await importer.call('GET', path)).headers)
  const answer = await importer.call('PUT', `${path}/credentials`, {
    headers: { 'if-match': etag! },
    body: { location: archive.folder, username: 'x', password: 'x' },
  })
  assert.deepEqual([answer.status, answer.json().code], [400, 'CONNECTOR_INVALID'], answer.text)
  assert.equal((await importer.call('GET', path)).json().location, folder)
})

test('a cursor that no page gave is refused, however much it looks like one', async t => {
  const { archive, viewer, path, connector } = await served(t)
  await archive.work()
  const run = await archive.run(connector, WINDOW)
  const coded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const id = '00000000-0000-8000-8000-000000000000'
  const dashes = '-'.repeat(36)
  const time = '2026-11-01T00:00:00.000Z'
  const wrong: Record<string, readonly string[]> = {
    [`/runs/${run.runId}/failures`]: [`${dashes}_x`, `${id}_a\0b`, 'x'],
    [`${path}/runs`]: ['-1', '1e3', '9'.repeat(16)],
    [`${path}/mapping`]: [
      ['x', time, dashes],
      ['x', '2026', id],
      ['a\0b', time, id],
      [1, time, id],
    ].map(coded),
    [`${path}/failures`]: [
      [time, dashes, 'x'],
      ['2026', id, 'x'],
      [time, id, '\0'],
    ].map(coded),
  }
  for (const [list, cursors] of Object.entries(wrong))
    for (const cursor of cursors) {
      const answer = await viewer.call('GET', `/api${list}?after=${encodeURIComponent(cursor)}`)
      assert.equal(answer.status, 400, `${list} ${cursor}: ${answer.text}`)
    }
})
