/** Role groups, persons, limits and tokens over HTTP: what the Permissions page does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'

const PEOPLE = 'Address,Display Name,Department\nanna@example.com,Anna,Trading\nbo@example.com,Bo,Legal\n'

async function started(t: { after(work: () => Promise<void>): void }) {
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE)
  const api = await testApi(t, archive)
  return { archive, api, manager: await api.personWith(['Role Management', 'Preview']) }
}

test('a group is made, limited with a preview, given a member, changed and removed', async t => {
  const { manager, api } = await started(t)
  const limit = { mailboxes: [], conditions: [{ attribute: 'Department', values: ['Trading'] }] }
  const preview = (await manager.call('POST', '/api/mailbox-limits/preview', { body: limit })).json()
  assert.deepEqual([preview.reached, preview.sample[0].displayName], [1, 'Anna'])
  const made = await manager.call('POST', '/api/role-groups', {
    body: { name: 'Traders’ readers', roles: ['Preview'], limit },
  })
  assert.equal(made.status, 200, made.text)
  const { roleGroupId, reached } = made.json()
  assert.equal(reached, 1)
  const reader = await api.personWith([])
  const { rows } = (await manager.call('GET', `/api/persons?containing=${reader.username}`)).json()
  const path = `/api/role-groups/${roleGroupId}`
  assert.equal((await manager.call('PUT', `${path}/members/${rows[0].personId}`)).status, 204)
  assert.deepEqual(
    (await manager.call('GET', `${path}/members`))
      .json()
      .rows.map((row: { username: string }) => row.username),
    [reader.username],
  )
  const seen = await reader.call('GET', '/api/session')
  assert.deepEqual(seen.json().roles, [{ role: 'Preview', limited: true }])
  const etag = (await manager.call('GET', path)).headers.get('etag')!
  const edit = (tag: string | null) =>
    manager.call('PATCH', path, { body: { description: 'x' }, headers: tag ? { 'if-match': tag } : {} })
  assert.equal((await edit(null)).status, 428)
  const edited = await edit(etag)
  assert.equal(edited.status, 200)
  assert.equal((await edit(etag)).status, 412)
  const gone = await manager.call('DELETE', path, { headers: { 'if-match': edited.headers.get('etag')! } })
  assert.equal(gone.status, 204)
  assert.deepEqual((await reader.call('GET', '/api/session')).json().roles, [])
})

test('every role is listed with its groups, so that one sees that Mailbox Import Export has none', async t => {
  const { manager } = await started(t)
  const { rows } = (await manager.call('GET', '/api/roles')).json()
  const byRole = new Map(rows.map((row: { role: string }) => [row.role, row]))
  assert.deepEqual(byRole.get('Mailbox Import Export'), {
    role: 'Mailbox Import Export',
    limitable: false,
    roleGroups: [],
  })
  assert.deepEqual(
    (byRole.get('Preview') as { roleGroups: { name: string }[] }).roleGroups.map(({ name }) => name),
    ['eDiscovery Manager', 'Group 1'],
  )
})

test('a person is added with a password shown once, edited, reset and disabled', async t => {
  const { manager, api } = await started(t)
  const added = (
    await manager.call('POST', '/api/persons', { body: { username: 'Cia', displayName: 'Cia Tern' } })
  ).json()
  assert.match(added.password, /^(\w{5}-){4}\w{5}$/)
  const enter = (password: string) =>
    api.call('POST', '/api/session', { body: { username: 'cia', password } })
  assert.equal((await enter(added.password)).json().state, 'password-change-needed')
  const path = `/api/persons/${added.person.personId}`
  const { password } = (await manager.call('POST', `${path}/password`, { body: {} })).json()
  assert.equal((await enter(added.password)).status, 401)
  assert.equal((await enter(password)).status, 200)
  const etag = (await manager.call('GET', path)).headers.get('etag')!
  const disabled = await manager.call('PATCH', path, {
    body: { status: 'disabled' },
    headers: { 'if-match': etag },
  })
  assert.equal(disabled.json().status, 'disabled')
  assert.equal((await enter(password)).status, 401)
  const twice = await manager.call('POST', '/api/persons', { body: { username: 'cia', displayName: 'C' } })
  assert.deepEqual([twice.status, twice.json().code], [409, 'PERSON_EXISTS'])
})

test('persons come in pages, and the last who can give roles stays', async t => {
  const { manager, api } = await started(t)
  for (let count = 0; count < 3; count++) await api.personWith([])
  const first = (await manager.call('GET', '/api/persons?limit=2')).json()
  assert.equal(first.rows.length, 2)
  const second = (await manager.call('GET', `/api/persons?limit=2&after=${first.next}`)).json()
  assert.deepEqual([second.rows.length, second.next], [2, null])
  const self = first.rows.find((row: { username: string }) => row.username === manager.username)
  const out = await manager.call(
    'DELETE',
    `/api/role-groups/${self.roleGroups[0].roleGroupId}/members/${self.personId}`,
  )
  assert.deepEqual([out.status, out.json().code], [409, 'ROLE_MANAGER_LAST'])
})

test('a token is made in a session, shown once, used, seen by who manages roles, and revoked', async t => {
  const { manager, api } = await started(t)
  const owner = await api.personWith(['Preview', 'Export'])
  const { cookie, csrfToken } = await api.signIn(owner)
  const headers = { cookie, 'x-csrf-token': csrfToken }
  const make = (roles: string[]) =>
    api.call('POST', '/api/account/tokens', { headers, body: { name: 'Nightly', roles, days: 30 } })
  assert.equal((await make(['Audit Logs'])).json().code, 'TOKEN_INVALID')
  const { token, text } = (await make(['Preview'])).json()
  const use = () => api.call('GET', '/api/session', { headers: { authorization: `Bearer ${text}` } })
  assert.deepEqual((await use()).json().roles, [{ role: 'Preview', limited: false }])
  const own = await api.call('GET', '/api/account/tokens', { headers })
  assert.ok(own.json().rows.some((row: { tokenId: number }) => row.tokenId === token.tokenId))
  assert.ok(!own.text.includes(text.slice(-43)))
  const everybody = (await manager.call('GET', '/api/tokens')).json().rows
  assert.ok(everybody.some((row: { username: string }) => row.username === owner.username))
  assert.equal((await manager.call('DELETE', `/api/tokens/${token.tokenId}`)).status, 204)
  assert.equal((await use()).status, 401)
})
