/** The in-place archive over the wire: policies by revision, what moves, and that reading and searching stay the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { ANNA, MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'

test('policies are made, changed by revision and removed; what moves is read and found as before', async t => {
  const site = await startTinySite(someMessages(12))
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const api = await testApi(t, archive)
  const records = await api.personWith(['Retention Management'])
  const reader = await api.personWith(['Preview', 'Compliance Search'])
  const ask = async (caller: TestCaller, method: string, path: string, body?: unknown, revision?: number) => {
    const headers = revision === undefined ? {} : { 'if-match': `"${revision}"` }
    const answer = await caller.call(method, `/api${path}`, {
      ...(body === undefined ? {} : { body }),
      headers,
    })
    return { status: answer.status, body: answer.text === '' ? null : answer.json() }
  }
  /** Until no run is under way. */
  const settled = async () => {
    for (let tries = 0; ; tries++) {
      const { body } = await ask(records, 'GET', '/in-place-archive/runs')
      if (body.rows.every((run: { completedAt: string | null }) => run.completedAt !== null)) return body.rows
      assert.ok(tries < 400, JSON.stringify(body))
      await wait(25)
    }
  }
  const mailbox = `/mailboxes/${encodeURIComponent(ANNA.mailbox)}`
  const folderOf = async () => (await ask(reader, 'GET', mailbox)).body.folders[0]
  const list = async (query: string) =>
    (await ask(reader, 'GET', `${mailbox}/messages?limit=50${query}`)).body.rows.map(
      (row: { itemId: string }) => row.itemId,
    )
  const before = await list('')
  assert.equal(before.length, 12)
  assert.deepEqual([(await folderOf()).filings, (await folderOf()).archived], [12, 0])

  const found = await ask(records, 'POST', '/archive-policies/mailboxes', { containing: ANNA.mailbox })
  const [{ mailboxId, policyId: none }] = found.body.rows
  assert.equal(none, null)
  const draft = { name: 'Soon', period: 'P1D', mailboxIds: [mailboxId] }
  const made = await ask(records, 'POST', '/archive-policies', draft)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.deepEqual([made.body.mailboxes, made.body.everywhere, made.body.revision], [1, false, 1])
  assert.equal((await ask(records, 'POST', '/archive-policies', draft)).body.code, 'ARCHIVE_POLICY_TAKEN')
  const wrong = await ask(records, 'POST', '/archive-policies', { ...draft, period: 'soon' })
  assert.equal(wrong.body.code, 'ARCHIVE_POLICY_INVALID')
  const path = `/archive-policies/${made.body.policyId}`
  const [run] = await settled()
  assert.deepEqual([run.archived, run.returned, run.mailboxes], [12, 0, 1])

  assert.deepEqual([(await folderOf()).filings, (await folderOf()).archived], [12, 12])
  assert.deepEqual(await list(''), before)
  assert.deepEqual(await list('&archive=true'), before)
  assert.deepEqual(await list('&archive=false'), [])
  const searchFolder = (archive?: boolean) =>
    ask(reader, 'POST', `${mailbox}/messages/search`, {
      words: 'whimbrel',
      ...(archive === undefined ? {} : { archive }),
    })
  assert.equal((await searchFolder()).body.rows.length, 12)
  assert.equal((await searchFolder(true)).body.rows.length, 12)
  assert.equal((await searchFolder(false)).body.rows.length, 0)
  const count = async (query: string) => {
    const answer = await ask(reader, 'POST', '/search', { query, limit: 50 })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body.rows.length
  }
  assert.equal(await count('whimbrel'), 12)
  assert.equal(await count('whimbrel archived:yes'), 12)
  assert.equal(await count('whimbrel archived:no'), 0)
  const opened = await reader.call('GET', `/api/items/${before[0]}/message`)
  assert.match(opened.text, /whimbrel number 11/)

  assert.equal((await ask(records, 'PATCH', path, { period: 'P50Y' })).status, 428)
  assert.equal((await ask(records, 'PATCH', path, { period: 'P50Y' }, 9)).status, 412)
  const changed = await ask(records, 'PATCH', path, { period: 'P50Y' }, 1)
  assert.deepEqual([changed.body.period, changed.body.revision], ['P50Y', 2])
  assert.equal((await settled())[0].returned, 12)
  const everywhere = await ask(records, 'POST', '/archive-policies', {
    ...draft,
    name: 'All',
    mailboxIds: null,
  })
  assert.equal(everywhere.status, 200)
  await settled()
  assert.equal((await folderOf()).archived, 0)
  const status = await ask(records, 'GET', '/in-place-archive')
  assert.deepEqual([status.body.mailboxes, status.body.tier], [1, null], JSON.stringify(status.body))
  const named = await ask(records, 'GET', `${path}/mailboxes`)
  assert.deepEqual(
    named.body.rows.map((row: { address: string }) => row.address),
    [ANNA.mailbox],
  )
  assert.equal((await ask(records, 'DELETE', path, undefined, 2)).status, 204)
  await settled()
  assert.equal((await folderOf()).archived, 12)
  assert.equal((await ask(records, 'GET', path)).body.code, 'ARCHIVE_POLICY_UNKNOWN')
  assert.equal((await ask(records, 'POST', '/in-place-archive/runs')).status, 200)
  const runs = await settled()
  assert.deepEqual([runs[0].mailboxes, runs[0].archived, runs[0].returned], [null, 0, 0])
  assert.equal((await ask(reader, 'GET', '/archive-policies')).status, 403)
  await assertSound(archive)
})
