import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TestIdentity, testIdentity } from '../testing/identity.ts'
import { OIDC_CLIENT, type TestProvider, testOidcProvider } from '../testing/oidc-provider.ts'
import {
  type Actor,
  addPerson,
  beginOidc,
  editPerson,
  endOidc,
  findPerson,
  findRoleGroup,
  getSignInSettings,
  holdsRole,
  saveSignInSettings,
  testOidc,
} from './identity.ts'

const REDIRECT = 'http://127.0.0.1:9/api/session/oidc/callback'
const ANNA = { sub: 'subject-anna', preferred_username: 'anna@example.com', name: 'Anna Plover' }
const refused = { code: 'OIDC_REFUSED' }

type Change = Partial<NonNullable<Parameters<typeof saveSignInSettings>[2]['oidc']>>

async function configured(
  t: { after(work: () => Promise<void>): void },
  change: Change = {},
  options: { claimsInToken?: boolean } = {},
) {
  const identity = await testIdentity(t)
  const provider = await testOidcProvider(t, REDIRECT, options)
  const configure = (more: Change = {}) =>
    saveSignInSettings(identity, identity.console, {
      sessionMinutesMax: 480,
      sessionMinutesIdle: 60,
      oidc: {
        issuer: provider.issuer,
        clientId: OIDC_CLIENT.clientId,
        clientSecret: OIDC_CLIENT.clientSecret,
        name: 'Northwind',
        scopes: ['openid', 'email'],
        usernameClaim: 'preferred_username',
        usernameTrusted: false,
        unknownPersons: 'refuse',
        groupsClaim: '',
        groups: [],
        ...change,
        ...more,
      },
    })
  await configure()
  return { identity, provider, configure }
}

/** From the button to the session, as a browser goes. */
async function enter(identity: TestIdentity, provider: TestProvider, account: TestProvider['account']) {
  provider.account = account
  const { address, browser } = await beginOidc(identity, {
    redirectUri: REDIRECT,
    returnTo: '/unmapped?page=2',
  })
  const back = await provider.browse(address)
  return endOidc(identity, { query: back.searchParams, browser, address: '192.0.2.9' })
}

const whyRefused = async (identity: TestIdentity) =>
  (await identity.entries('session.refused')).map(({ detail }) => detail.why)

test('who is no person here is refused, and the log says so without the name', async t => {
  const { identity, provider } = await configured(t)
  await assert.rejects(enter(identity, provider, ANNA), refused)
  assert.deepEqual(await whyRefused(identity), ['unknown-person'])
  const rows = await identity.database.query('select detail, subject, actor from audit_entry')
  assert.ok(!JSON.stringify(rows).includes('anna@'), 'the name is sealed')
})

test('who is no person here is added without any role, if the settings say so, and is the same the next time', async t => {
  const { identity, provider } = await configured(t, { unknownPersons: 'add' })
  const { session, returnTo } = await enter(identity, provider, ANNA)
  assert.equal(returnTo, '/unmapped?page=2')
  const caller = await identity.caller(session.secret)
  assert.equal(caller?.state, 'signed-in')
  assert.equal(caller?.session?.method, 'oidc')
  assert.equal(caller?.person.displayName, 'Anna Plover')
  assert.equal(caller?.actor.roles?.size, 0)
  assert.equal(caller?.person.hasPassword, false)
  const again = await enter(identity, provider, { ...ANNA, preferred_username: 'renamed@example.com' })
  const later = await identity.caller(again.session.secret)
  assert.equal(later?.person.personId, caller?.person.personId, 'the subject is who it is, not the name')
  assert.equal(later?.person.username, 'anna@example.com')
})

test('a person made in advance is bound by a verified address, and only if that was allowed', async t => {
  const { identity, provider } = await configured(t)
  const { person } = await addPerson(identity, identity.console, {
    username: 'anna@example.com',
    displayName: 'Anna',
  })
  const verified = { ...ANNA, email: 'Anna@Example.com', email_verified: true }
  await assert.rejects(enter(identity, provider, verified), refused, 'nobody allowed it')
  await editPerson(identity, identity.console, person.personId, { oidcAllowed: true })
  await assert.rejects(enter(identity, provider, { ...verified, email_verified: false }), refused)
  await assert.rejects(enter(identity, provider, ANNA), refused, 'a name alone binds nobody')
  const { session } = await enter(identity, provider, verified)
  const caller = await identity.caller(session.secret)
  assert.equal(caller?.person.personId, person.personId)
  assert.equal(caller?.state, 'signed-in', 'the first password is of no concern here')
  await assert.rejects(
    enter(identity, provider, { ...verified, sub: 'somebody-else' }),
    refused,
    'the address of a bound person binds nobody else',
  )
  assert.equal((await identity.entries('person.bind-oidc')).length, 1)
})

test('a name binds where the organisation itself gives names out, as in Microsoft Entra ID', async t => {
  const { identity, provider } = await configured(t, { usernameTrusted: true }, { claimsInToken: true })
  await addPerson(identity, identity.console, {
    username: 'anna@example.com',
    displayName: 'Anna',
    password: null,
    oidcAllowed: true,
  })
  const { session } = await enter(identity, provider, ANNA)
  assert.equal((await identity.caller(session.secret))?.person.username, 'anna@example.com')
})

test('a name that somebody has here is not taken over by a stranger of that name', async t => {
  const { identity, provider } = await configured(t, { unknownPersons: 'add' })
  await identity.person('anna@example.com', 'Organization Management')
  await assert.rejects(enter(identity, provider, ANNA), refused)
  assert.deepEqual(await whyRefused(identity), ['name-taken'])
})

test('a disabled person stays out, and an unbound one too', async t => {
  const { identity, provider } = await configured(t, { unknownPersons: 'add' })
  await enter(identity, provider, ANNA)
  const { personId } = (await findPerson(identity.database, 'anna@example.com'))!
  await editPerson(identity, identity.console, personId, { status: 'disabled' })
  await assert.rejects(enter(identity, provider, ANNA), refused)
  await editPerson(identity, identity.console, personId, {
    status: 'active',
  })
  const { session } = await enter(identity, provider, ANNA)
  assert.ok(await identity.caller(session.secret))
  await editPerson(identity, identity.console, personId, { oidcUnbind: true, oidcAllowed: false })
  assert.equal(await identity.caller(session.secret), null)
  await assert.rejects(enter(identity, provider, ANNA), refused)
})

test("the provider's groups make members of role groups, and take away what they made", async t => {
  const { identity, provider, configure } = await configured(t, { unknownPersons: 'add' })
  const reading = await findRoleGroup(identity, identity.console, 'eDiscovery Manager')
  await configure({
    groupsClaim: 'groups',
    groups: [{ group: 'readers', roleGroupId: reading.roleGroupId }],
  })
  const actorNow = async (groups: unknown) => {
    const { session } = await enter(identity, provider, { ...ANNA, groups })
    return (await identity.caller(session.secret))!.actor
  }
  assert.ok(holdsRole(await actorNow(['readers', 'others']), 'Preview'))
  assert.ok(!holdsRole(await actorNow(['others']), 'Preview'))
  assert.ok(!holdsRole(await actorNow('readers'), 'Preview'), 'a claim that is no list names no group')
})

test('an answer is good once, in the browser that asked, for ten minutes, and never for another state', async t => {
  const { identity, provider } = await configured(t, { unknownPersons: 'add' })
  provider.account = ANNA
  const begin = () => beginOidc(identity, { redirectUri: REDIRECT, returnTo: '/' })
  const one = await begin()
  const back = await provider.browse(one.address)
  const two = await begin()
  const end = (query: URLSearchParams, browser: string | null) => endOidc(identity, { query, browser })
  await assert.rejects(end(back.searchParams, two.browser), refused, "another browser's")
  await assert.rejects(end(back.searchParams, one.browser), refused, 'used up by that')
  const later = await provider.browse(two.address)
  identity.pass(10 * 60_000)
  await assert.rejects(end(later.searchParams, two.browser), refused, 'too late')
  const three = await begin()
  const good = await provider.browse(three.address)
  const forged = new URLSearchParams(good.searchParams)
  forged.set('state', 'made-up')
  await assert.rejects(end(forged, three.browser), refused)
  const swapped = new URLSearchParams(good.searchParams)
  swapped.set('code', 'another-code')
  await assert.rejects(end(swapped, three.browser), refused)
})

test('whom the provider refuses is refused, with its reason in the log', async t => {
  const { identity, provider } = await configured(t)
  await assert.rejects(enter(identity, provider, null), refused)
  const [entry] = await identity.entries('session.refused')
  assert.deepEqual(entry?.detail, { method: 'oidc', why: 'provider-answer', error: 'access_denied' })
})

test('a provider that does not answer, or is somebody else, is told', async t => {
  const { identity, provider, configure } = await configured(t)
  assert.equal(
    (await testOidc(identity.console, { issuer: provider.issuer, clientId: 'x' })).issuer,
    provider.issuer,
  )
  const unreachable = { code: 'OIDC_UNREACHABLE' }
  await assert.rejects(
    testOidc(identity.console, { issuer: `${provider.issuer}/other`, clientId: 'x' }),
    unreachable,
  )
  await configure({ issuer: 'http://127.0.0.1:1' })
  await assert.rejects(beginOidc(identity, { redirectUri: REDIRECT, returnTo: '/' }), unreachable)
})

test('who may configure but not give roles changes how long sessions last, and no provider', async t => {
  const { identity } = await configured(t)
  const { oidc } = await getSignInSettings(identity, identity.console)
  const { hasSecret: _, ...kept } = oidc!
  const operator: Actor = {
    name: 'person:operator',
    breakGlass: false,
    roles: new Map([['Organization Configuration', null]]),
  }
  const save = (change: Partial<typeof kept> & { clientSecret?: string }) =>
    saveSignInSettings(identity, operator, {
      sessionMinutesMax: 240,
      sessionMinutesIdle: 30,
      oidc: { ...kept, ...change },
    })
  assert.equal((await save({ name: 'Another name' })).sessionMinutesMax, 240)
  const missing = { code: 'ROLE_MISSING' }
  for (const change of [
    { issuer: 'https://login.example.com' },
    { usernameTrusted: true },
    { groupsClaim: 'groups', groups: [{ group: 'mine', roleGroupId: 1 }] },
    { clientSecret: 'another' },
  ])
    await assert.rejects(save(change), missing, JSON.stringify(change))
  // Nor does a token that has both roles: whoever names the provider can come in as anybody.
  const token: Actor = {
    name: 'person:operator/token-1',
    breakGlass: false,
    roles: new Map([...operator.roles!, ['Role Management', null]]),
  }
  const change = { ...kept, usernameTrusted: true }
  const given = { sessionMinutesMax: 240, sessionMinutesIdle: 30, oidc: change }
  await assert.rejects(saveSignInSettings(identity, token, given), { code: 'SESSION_NEEDED' })
  await saveSignInSettings(identity, { ...token, name: 'person:operator' }, given)
})

test('settings are checked, and the secret is kept and never shown', async t => {
  const { identity, configure } = await configured(t)
  const invalid = { code: 'SIGN_IN_SETTINGS_INVALID' }
  for (const bad of [
    { issuer: 'http://login.example.com' },
    { issuer: 'nothing' },
    { issuer: 'https://user:secret@login.example.com' },
    { issuer: 'https://login.microsoftonline.com/common/v2.0' },
    { issuer: 'https://login.microsoftonline.com/organizations/v2.0' },
    { scopes: ['email'] },
    { groups: [{ group: 'x', roleGroupId: 1 }] },
    { groupsClaim: 'groups', groups: [{ group: 'x', roleGroupId: 4711 }] },
  ])
    await assert.rejects(configure(bad), invalid, JSON.stringify(bad))
  const entra = { issuer: 'https://login.microsoftonline.com/8c3dad1d-b6bc-4f8b-939b-8263372eced6/v2.0' }
  await assert.rejects(configure({ ...entra, clientSecret: undefined }), invalid, 'not for another provider')
  await configure(entra)
  await configure({ ...entra, clientSecret: undefined })
  const settings = await getSignInSettings(identity, identity.console)
  assert.equal(settings.oidc?.hasSecret, true)
  assert.ok(!JSON.stringify(settings).includes(OIDC_CLIENT.clientSecret))
  const [row] = await identity.database.query<{ text: string }>(
    'select s::text as text from sign_in_setting s',
  )
  assert.ok(!row!.text.includes(OIDC_CLIENT.clientSecret))
  await assert.rejects(
    saveSignInSettings(
      identity,
      { name: 'person:x', breakGlass: false, roles: new Map() },
      {
        sessionMinutesMax: 480,
        sessionMinutesIdle: 60,
        oidc: null,
      },
    ),
    { code: 'ROLE_MISSING' },
  )
})
