/** Retention policies, adaptive scopes and what-if over HTTP, as the portal uses them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'

const PEOPLE = `Address,Display Name,Department
anna@contoso.example,Anna Berg,Sales
bo@contoso.example,Bo Ek,Legal
`

test('a policy is made from a preset, tried, turned on, locked and extended', async t => {
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE)
  const api = await testApi(t, archive)
  const rita = await api.personWith(['Retention Management'])
  const presets = (await rita.call('GET', '/api/retention/presets')).json().rows
  assert.deepEqual(
    presets.map((each: { presetId: string; period: string }) => [each.presetId, each.period]),
    [
      ['sec-17a-4', 'P6Y'],
      ['finra-4511', 'P6Y'],
      ['mifid-ii', 'P5Y'],
      ['fca-sysc-10a', 'P5Y'],
      ['cftc-1-31', 'P5Y'],
    ],
  )
  const settings = { appliesTo: 'all', action: 'retain', period: 'P6Y', startFrom: 'sent' }
  const tried = await rita.call('POST', '/api/retention/what-if', { body: { settings } })
  assert.equal(tried.status, 200, tried.text)
  assert.deepEqual([tried.json().mailboxes, tried.json().total.copies], [4, 0])

  const made = await rita.call('POST', '/api/retention/policies', {
    body: { ...settings, name: 'Books and records', presetId: 'sec-17a-4' },
  })
  assert.equal(made.status, 200, made.text)
  const { policyId, state, revision } = made.json()
  assert.equal(state, 'off')
  const path = `/api/retention/policies/${policyId}`
  const patch = (body: object, at: number) =>
    rita.call('PATCH', path, { body, headers: { 'if-match': `"${at}"` } })
  const on = await patch({ enabled: true }, revision)
  assert.deepEqual([on.status, on.json().state, on.json().mailboxes], [200, 'on', 4])
  assert.equal((await patch({ period: 'P7Y' }, revision)).json().code, 'REVISION_STALE')
  const lock = (name: string, at: number) =>
    rita.call('POST', `${path}/lock`, { body: { name }, headers: { 'if-match': `"${at}"` } })
  const wrong = await lock('books', on.json().revision)
  assert.deepEqual([wrong.status, wrong.json().code], [400, 'RETENTION_POLICY_INVALID'])
  const locked = await lock('Books and records', on.json().revision)
  assert.deepEqual([locked.status, locked.json().lockedBy], [200, `person:${rita.username}/token-1`])
  const at = locked.json().revision
  for (const body of [{ enabled: false }, { period: 'P5Y', belowPreset: 'x' }, { excludedIds: [3] }]) {
    const refused = await patch(body, at)
    assert.deepEqual([refused.status, refused.json().code], [409, 'RETENTION_POLICY_LOCKED'], refused.text)
  }
  const removed = await rita.call('DELETE', path, { headers: { 'if-match': `"${at}"` } })
  assert.deepEqual([removed.status, removed.json().code], [409, 'RETENTION_POLICY_LOCKED'])
  assert.equal((await patch({ period: 'P8Y' }, at)).json().period, 'P8Y')
  const history = (await rita.call('GET', `${path}/history`)).json().rows
  assert.equal(history.length, 4)
  assert.equal((await rita.call('GET', '/api/retention/policies?state=on')).json().total, 1)
})

test('a scope is previewed as text or as a tree, and used by a policy; who reviews reads policies alone', async t => {
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE)
  const api = await testApi(t, archive)
  const rita = await api.personWith(['Retention Management'])
  const reviewer = await api.personWith(['Disposition Management'])
  const attributes = (await rita.call('GET', '/api/retention/attributes')).json().rows
  assert.deepEqual(
    attributes.map((each: { attribute: string }) => each.attribute),
    ['Department'],
  )
  const preview = (body: object) => rita.call('POST', '/api/retention/scopes/preview', { body })
  const asText = (await preview({ query: 'NOT Department:legal' })).json()
  assert.deepEqual([asText.members, asText.total, asText.sample[0].address], [1, 4, 'anna@contoso.example'])
  const asTree = (await preview({ condition: asText.condition })).json()
  assert.deepEqual(asTree, asText)
  const wrong = await preview({ query: 'Department Legal' })
  assert.deepEqual([wrong.status, wrong.json().code], [400, 'ADAPTIVE_SCOPE_INVALID'])
  assert.equal((await preview({ condition: { type: 'or', of: [{ type: 'maybe' }] } })).status, 400)
  const scope = await rita.call('POST', '/api/retention/scopes', {
    body: { name: 'Sales', query: 'Department:Sales' },
  })
  assert.equal(scope.status, 200, scope.text)
  const { scopeId, revision } = scope.json()
  const members = await rita.call('GET', `/api/retention/scopes/${scopeId}/members`)
  assert.deepEqual(
    members.json().rows.map((each: { displayName: string }) => each.displayName),
    ['Anna Berg'],
  )
  const policy = await rita.call('POST', '/api/retention/policies', {
    body: {
      name: 'Sales',
      appliesTo: 'scopes',
      scopeIds: [scopeId],
      action: 'delete',
      period: 'P3Y',
      startFrom: 'sent',
    },
  })
  assert.equal(policy.json().mailboxes, 1)
  const used = await rita.call('DELETE', `/api/retention/scopes/${scopeId}`, {
    headers: { 'if-match': `"${revision}"` },
  })
  assert.deepEqual([used.status, used.json().code], [409, 'ADAPTIVE_SCOPE_USED'])
  const own = `/api/retention/policies/${policy.json().policyId}`
  assert.equal((await reviewer.call('GET', own)).status, 200)
  assert.equal((await reviewer.call('GET', '/api/retention/scopes')).status, 403)
  assert.equal(
    (await reviewer.call('PATCH', own, { body: { enabled: true }, headers: { 'if-match': '"1"' } })).status,
    403,
  )
  const found = await rita.call('POST', '/api/retention/mailboxes', { body: { containing: 'berg' } })
  assert.equal(found.json().total, 1)
})
