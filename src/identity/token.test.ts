import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testIdentity } from '../testing/identity.ts'
import {
  addMember,
  addPerson,
  addRoleGroup,
  addToken,
  authenticate,
  editPerson,
  editRoleGroup,
  findRoleGroup,
  holdsRole,
  listTokens,
  mailboxScope,
  removeMember,
  resetPassword,
  revokeToken,
} from './identity.ts'

const DAY = 24 * 3_600_000

async function owner(t: { after(work: () => Promise<void>): void }) {
  const identity = await testIdentity(t)
  const person = await identity.person('anna', 'Compliance Administrator')
  const actor = await identity.actor('anna')
  const make = (roles: Parameters<typeof addToken>[3]['roles'], days = 30) =>
    addToken(identity, actor, person.personId, { name: 'Nightly report', roles, days })
  const use = (text: string) => authenticate(identity, { session: null, token: text })
  return { identity, person, actor, make, use }
}

test('a token stands for its owner with the roles it was given, and only its hash is kept', async t => {
  const { identity, make, use } = await owner(t)
  const { token, text } = await make(['View-Only Configuration'])
  assert.match(text, /^hft_1_[A-Za-z0-9_-]{43}$/)
  const caller = await use(text)
  assert.equal(caller?.actor.name, 'person:anna/token-1')
  assert.equal(caller?.csrfToken, null)
  assert.deepEqual([...caller!.actor.roles!.keys()], ['View-Only Configuration'])
  const rows = JSON.stringify(await identity.database.query('select t::text from api_token t'))
  assert.ok(!rows.includes(text.slice(-43)))
  const [listed] = await listTokens(identity, caller!.actor, token.personId)
  assert.equal(listed?.lastUsedAt?.getTime(), identity.clock.now())
})

test('another secret, id or form opens nothing', async t => {
  const { make, use } = await owner(t)
  const { text } = await make(['View-Only Configuration'])
  const secret = text.slice(-43)
  for (const other of [
    '',
    'hft_1',
    `hft_2_${secret}`,
    text.slice(0, -1),
    `${text}A`,
    text.replace('hft', 'HFT'),
    `hft_1_${'A'.repeat(43)}`,
  ])
    assert.equal(await use(other), null, other)
})

test('a token never has a role that its owner lacks, now or at the time of use', async t => {
  const { identity, person, make, use } = await owner(t)
  await assert.rejects(make(['Preview']), { code: 'TOKEN_INVALID' })
  await assert.rejects(make([]), { code: 'TOKEN_INVALID' })
  const { text } = await make(['Audit Logs', 'Compliance Search'])
  const groups = await identity.database.query<{ role_group_id: number }>(
    'select role_group_id from role_group_member',
  )
  await removeMember(identity, identity.console, groups[0]!.role_group_id, person.personId)
  assert.equal((await use(text))?.actor.roles?.size, 0)
  const narrow = await addRoleGroup(identity, identity.console, {
    name: 'Narrow',
    roles: ['Compliance Search', 'Preview'],
    limit: { mailboxes: [], conditions: [] },
  })
  await addMember(identity, identity.console, narrow.roleGroupId, person.personId)
  const caller = (await use(text))!
  assert.deepEqual(
    mailboxScope(caller.actor, 'Compliance Search'),
    [],
    "the owner's limit holds for the token",
  )
  assert.ok(!holdsRole(caller.actor, 'Preview'), 'what the owner gained, the token did not')
})

test('a token ends with its time, by being revoked, and while its owner is disabled', async t => {
  const { identity, person, actor, make, use } = await owner(t)
  await assert.rejects(make(['Audit Logs'], 367), { code: 'TOKEN_INVALID' })
  await assert.rejects(make(['Audit Logs'], 0), { code: 'TOKEN_INVALID' })
  const short = await make(['Audit Logs'], 1)
  const long = await make(['Audit Logs'], 366)
  await editPerson(identity, identity.console, person.personId, { status: 'disabled' })
  assert.equal(await use(long.text), null)
  await editPerson(identity, identity.console, person.personId, { status: 'active' })
  assert.ok(await use(long.text))
  identity.pass(DAY)
  assert.equal(await use(short.text), null)
  await revokeToken(identity, actor, long.token.tokenId, person.personId)
  assert.equal(await use(long.text), null)
})

test("somebody else's token is revoked with Role Management alone", async t => {
  const { identity, make, use } = await owner(t)
  const { token, text } = await make(['Audit Logs'])
  const bo = await identity.person('bo')
  const stranger = await identity.actor('bo')
  await assert.rejects(revokeToken(identity, stranger, token.tokenId, bo.personId), { code: 'TOKEN_UNKNOWN' })
  await assert.rejects(revokeToken(identity, stranger, token.tokenId, null), { code: 'ROLE_MISSING' })
  await assert.rejects(listTokens(identity, stranger, null), { code: 'ROLE_MISSING' })
  assert.ok(await use(text))
  assert.equal((await listTokens(identity, identity.console, null)).length, 1)
  await revokeToken(identity, identity.console, token.tokenId, null)
  assert.equal(await use(text), null)
  assert.deepEqual(
    (await identity.entries('token.revoke')).map(({ actor, subject }) => [actor, subject]),
    [['console:tester', 'token:1']],
  )
})

test('a token with Role Management gives no role that it does not have, and opens no way to one', async t => {
  const identity = await testIdentity(t)
  const anna = await identity.person('anna', 'Organization Management', 'eDiscovery Manager')
  const actor = await identity.actor('anna')
  const { text } = await addToken(identity, actor, anna.personId, {
    name: 'Onboarding',
    roles: ['Role Management', 'View-Only Configuration'],
    days: 30,
  })
  const token = (await authenticate(identity, { session: null, token: text }))!.actor
  const refused = { code: 'SESSION_NEEDED' }
  const { person } = await addPerson(identity, token, { username: 'bo', displayName: 'Bo' })
  const readers = await findRoleGroup(identity, token, 'eDiscovery Manager')
  await assert.rejects(addMember(identity, token, readers.roleGroupId, person.personId), refused)
  const viewers = await addRoleGroup(identity, token, { name: 'Viewers', roles: ['View-Only Configuration'] })
  await addMember(identity, token, viewers.roleGroupId, person.personId)
  await assert.rejects(
    editRoleGroup(identity, token, viewers.roleGroupId, { roles: ['View-Only Configuration', 'Preview'] }),
    refused,
  )
  await assert.rejects(
    editRoleGroup(identity, token, readers.roleGroupId, { limit: { mailboxes: [], conditions: [] } }),
    refused,
  )
  await resetPassword(identity, token, person.personId)
  await assert.rejects(resetPassword(identity, token, anna.personId), refused, 'not even of its owner')
  await assert.rejects(editPerson(identity, token, anna.personId, { oidcUnbind: true }), refused)
  await addMember(identity, actor, readers.roleGroupId, person.personId)
})
