/** Home, audit, alerts and settings by the API, as the portal calls them. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { evaluateAlerts } from '../../src/alert/alert.ts'
import { appendEntry } from '../../src/audit/audit.ts'
import type { Role } from '../../src/identity/identity.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'

type Context = { after(work: () => Promise<void>): void }

async function opened(t: Context, ...roles: Role[]) {
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const { ground } = archive
  const entry = (actor: string, act: string, more: object = {}) =>
    ground.database.transaction(tx => appendEntry(tx, ground.keyring, ground.clock, { actor, act, ...more }))
  return { archive, api, ground, entry, caller: await api.personWith(roles) }
}

test('home tells numbers, open alerts and what needs attention', async t => {
  const { ground, caller, entry } = await opened(t, 'View-Only Configuration')
  await entry('console:root', 'message.read')
  await evaluateAlerts(ground)
  const home = (await caller.call('GET', '/api/home')).json()
  assert.equal(home.items, 0)
  assert.equal(home.alerts.notice, 1)
  const codes = home.attention.map((point: { code: string }) => point.code)
  assert.ok(codes.includes('break-glass') && codes.includes('master-key-not-copied'), codes.join())
  const history = (await caller.call('GET', '/api/home/items?days=7')).json()
  assert.deepEqual([history.days.length, history.kinds], [7, []])
})

test('the audit log is searched by person with their tokens, by family, by console, and page by page', async t => {
  const { caller, entry } = await opened(t, 'Audit Logs')
  await entry('person:anna', 'message.read', { subject: 'item-1' })
  await entry('person:anna/token-4', 'message.export', { subject: 'item-2' })
  await entry('person:annabel', 'message.read', { subject: 'item-3' })
  await entry('console:root', 'mapping.import', { subject: 'connector:1' })
  const subjects = async (query: string) =>
    (await caller.call('GET', `/api/audit/entries?${query}`))
      .json()
      .rows.map((row: { subject: string }) => row.subject)
      .sort()
  assert.deepEqual(await subjects('actor=person:anna'), ['item-1', 'item-2'])
  assert.deepEqual(await subjects('act=message.*'), ['item-1', 'item-2', 'item-3'])
  assert.deepEqual(await subjects('act=message.read&actor=person:anna'), ['item-1'])
  assert.deepEqual(await subjects('breakGlass=true'), ['connector:1'])
  assert.deepEqual(await subjects('subject=item-3'), ['item-3'])
  assert.deepEqual(await subjects('to=2020-01-01T00:00:00Z'), [])
  const seen: string[] = []
  let after = ''
  for (;;) {
    const page = (await caller.call('GET', `/api/audit/entries?act=message.*&limit=1${after}`)).json()
    seen.push(...page.rows.map((row: { subject: string }) => row.subject))
    if (page.next === null) break
    after = `&after=${encodeURIComponent(page.next)}`
  }
  assert.deepEqual(seen.sort(), ['item-1', 'item-2', 'item-3'])
  const names = (await caller.call('GET', '/api/audit/names')).json()
  assert.ok(names.acts.includes('mapping.import') && names.actors.includes('console:root'))
})

test('what was sealed in an entry is opened one by one, and that is recorded', async t => {
  const { caller, entry } = await opened(t, 'Audit Logs')
  const id = await entry('person:anna', 'search.run', { sealed: { query: 'turnstone' } })
  const list = await caller.call('GET', '/api/audit/entries?act=search.run')
  assert.deepEqual([list.json().rows[0].hasSealed, list.text.includes('turnstone')], [true, false])
  const closed = (await caller.call('GET', `/api/audit/entries/${id}`)).json()
  assert.deepEqual([closed.hasSealed, closed.sealed], [true, null])
  const one = (await caller.call('GET', `/api/audit/entries/${id}?sealed=true`)).json()
  assert.deepEqual(one.sealed, { query: 'turnstone' })
  const reads = (await caller.call('GET', '/api/audit/entries?act=audit.read')).json().rows
  assert.equal(reads.length, 1)
  const none = await caller.call('GET', '/api/audit/entries/00000000-0000-7000-8000-000000000000')
  assert.equal(none.json().code, 'AUDIT_ENTRY_UNKNOWN')
})

test('the log is taken out as CSV and as JSON lines, whole, without formulas, and that is recorded', async t => {
  const { caller, entry } = await opened(t, 'Audit Logs')
  for (let count = 0; count < 1200; count++)
    await entry('person:anna', 'message.read', { subject: `=item-${count}` })
  await entry('person:bo', 'search.run', { sealed: { query: 'turnstone' } })
  const csv = await caller.call('GET', '/api/audit/export?act=message.*')
  assert.match(csv.headers.get('content-disposition') ?? '', /audit-\d{4}-\d\d-\d\d\.csv/)
  const lines = csv.text.trimEnd().split('\r\n')
  assert.equal(lines.length, 1201)
  assert.equal(lines.filter(line => line.includes(",'=item-")).length, 1200)
  const jsonl = await caller.call('GET', '/api/audit/export?format=jsonl&act=search.run')
  const [line] = jsonl.text
    .trimEnd()
    .split('\n')
    .map(each => JSON.parse(each))
  assert.deepEqual([line.act, 'sealed' in line], ['search.run', false])
  const sealed = await caller.call('GET', '/api/audit/export?format=jsonl&act=search.run&sealed=true')
  assert.deepEqual(JSON.parse(sealed.text).sealed, { query: 'turnstone' })
  const exports = (await caller.call('GET', '/api/audit/entries?act=audit.export')).json().rows
  assert.deepEqual(
    exports.map((row: { detail: { format: string; sealed: boolean } }) => [
      row.detail.format,
      row.detail.sealed,
    ]),
    [
      ['jsonl', true],
      ['jsonl', false],
      ['csv', false],
    ],
  )
})

test("the tree's state, its checkpoint and key are there to take, and verify now leaves a verdict", async t => {
  const { archive, caller, entry } = await opened(t, 'Audit Logs')
  await entry('person:anna', 'message.read')
  await archive.seal()
  const state = (await caller.call('GET', '/api/audit/log')).json()
  assert.ok(state.size > 0)
  const note = (await caller.call('GET', '/api/audit/checkpoint')).text
  assert.equal(note, state.note)
  assert.ok(note.includes(`\n${state.size}\n${state.root}\n`))
  const publicKey = (await caller.call('GET', '/api/audit/public-key')).text.trim()
  assert.equal(publicKey, state.publicKey)
  const started = (
    await caller.call('POST', '/api/audit/verifications', { body: { publicKey, checkpoint: note } })
  ).json()
  assert.equal(started.status, 'running')
  let verdict = started
  for (let tries = 0; verdict.status === 'running' && tries < 100; tries++) {
    await wait(50)
    verdict = (await caller.call('GET', `/api/audit/verifications/${started.verificationId}`)).json()
  }
  assert.deepEqual([verdict.status, verdict.report.origin], ['sound', 'proven'])
  const list = (await caller.call('GET', '/api/audit/verifications')).json().rows
  assert.equal(list[0].verificationId, started.verificationId)
})

test('a rule is changed by its revision alone, and alerts are acknowledged', async t => {
  const { ground, caller, entry } = await opened(t, 'Organization Configuration')
  const body = { enabled: true, threshold: 25, reminderDays: 7 }
  const blind = await caller.call('PUT', '/api/alert-rules/low-disk', { body })
  assert.equal(blind.status, 428)
  const put = await caller.call('PUT', '/api/alert-rules/low-disk', { body, headers: { 'if-match': '"1"' } })
  assert.deepEqual([put.status, put.json().threshold, put.json().revision], [200, 25, 2])
  const stale = await caller.call('PUT', '/api/alert-rules/low-disk', {
    body,
    headers: { 'if-match': '"1"' },
  })
  assert.deepEqual([stale.status, stale.json().code], [412, 'REVISION_STALE'])
  await entry('console:root', 'message.read')
  await evaluateAlerts(ground)
  const { rows, total } = (await caller.call('GET', '/api/alerts?state=open&rule=break-glass')).json()
  assert.equal(total, 1)
  const told = await caller.call('POST', `/api/alerts/${rows[0].alertId}/acknowledge`, {
    body: { note: 'Drill' },
  })
  assert.deepEqual(
    [told.json().note, told.json().acknowledgedBy],
    ['Drill', `person:${caller.username}/token-1`],
  )
})

test("a webhook's secret is answered once, a password never, and a test message is sent for real", async t => {
  const { caller } = await opened(t, 'Organization Configuration')
  const bodies: string[] = []
  const server = createServer((request, response) => {
    request.on('data', chunk => bodies.push(String(chunk)))
    request.on('end', () => response.end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise<void>(resolve => server.close(() => resolve())))
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`
  const settings = { kind: 'webhook', url, allowPrivate: true, authority: null }
  const added = (
    await caller.call('POST', '/api/alert-channels', { body: { name: 'Hook', enabled: true, settings } })
  ).json()
  assert.match(added.secret, /^hfwh_/)
  const { channelId } = added.channel
  const list = await caller.call('GET', '/api/alert-channels')
  assert.ok(!list.text.includes('hfwh_'))
  const tested = await caller.call('POST', `/api/alert-channels/${channelId}/test`)
  assert.equal(tested.status, 204)
  assert.equal(JSON.parse(bodies.join('')).type, 'test')
  const mail = {
    kind: 'email',
    host: 'localhost',
    port: 9,
    security: 'tls',
    user: 'x',
    from: 'a@example.com',
    to: ['b@example.com'],
    language: 'sv',
    authority: null,
  }
  const second = await caller.call('POST', '/api/alert-channels', {
    body: { name: 'Mail', enabled: false, settings: mail, password: 'Turnstone-8841' },
  })
  assert.equal(second.status, 200)
  assert.ok(!(await caller.call('GET', '/api/alert-channels')).text.includes('Turnstone'))
  const refused = await caller.call('POST', `/api/alert-channels/${second.json().channel.channelId}/test`)
  assert.deepEqual([refused.status, refused.json().code], [502, 'CHANNEL_FAILED'])
  const gone = await caller.call('DELETE', `/api/alert-channels/${channelId}`, {
    headers: { 'if-match': '"1"' },
  })
  assert.equal(gone.status, 204)
})

test('the master key is changed by who has seen it, and then counts as not copied', async t => {
  const { caller } = await opened(t, 'Organization Configuration')
  const before = (await caller.call('GET', '/api/settings/keys')).json()
  const copied = await caller.call('POST', '/api/settings/keys/copied', {
    body: { masterKeyId: before.masterKeyId },
  })
  assert.equal(copied.status, 204)
  const changed = await caller.call('POST', '/api/settings/keys/rotate', {
    body: { masterKeyId: before.masterKeyId },
  })
  assert.equal(changed.json().from, before.masterKeyId)
  const after = (await caller.call('GET', '/api/settings/keys')).json()
  assert.deepEqual([after.masterKeyId, after.copiedAt], [changed.json().to, null])
  const late = await caller.call('POST', '/api/settings/keys/copied', {
    body: { masterKeyId: before.masterKeyId },
  })
  assert.equal(late.json().code, 'REVISION_STALE')
  const place = (await caller.call('GET', '/api/settings/storage')).json()
  assert.equal(place.objects.kind, 'files')
  const about = (await caller.call('GET', '/api/settings/about')).json()
  assert.deepEqual([about.licence, about.organisation], ['Apache-2.0', 'Test Trading'])
})
