/** Signing in over HTTP, as the portal does: cookies, the session's token, states, lock-out, the organisation's sign-in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { addPerson, saveSignInSettings } from '../../src/identity/identity.ts'
import { type TestAnswer, type TestApi, testApi } from '../../src/testing/api.ts'
import { type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { OIDC_CLIENT, testOidcProvider } from '../../src/testing/oidc-provider.ts'

const FIRST = 'the first of all passwords'
const OWN = 'a heron stands still'

async function started(t: { after(work: () => Promise<void>): void }) {
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  await addPerson(archive.ground, archive.actor, { username: 'anna', displayName: 'Anna', password: FIRST })
  return { archive, api }
}

const cookieOf = (answer: TestAnswer) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const with_ = (answer: TestAnswer) => ({
  cookie: cookieOf(answer),
  'x-csrf-token': answer.json().csrfToken as string,
})

async function arrive(api: TestApi) {
  const first = await api.call('POST', '/api/session', { body: { username: 'anna', password: FIRST } })
  const changed = await api.call('POST', '/api/session/password', {
    body: { current: FIRST, next: OWN },
    headers: with_(first),
  })
  return { first, changed, headers: with_(changed) }
}

test('nobody is told how to sign in, and who has signed in with a first password may change it and nothing else', async t => {
  const { api } = await started(t)
  const nobody = await api.call('GET', '/api/session')
  assert.equal(nobody.status, 401)
  const { code, signInMethods, organisation } = nobody.json()
  assert.deepEqual(
    [code, signInMethods, organisation],
    ['NOT_SIGNED_IN', { password: true, oidc: null }, 'Test Trading'],
  )
  const { first, changed, headers } = await arrive(api)
  assert.equal(first.json().state, 'password-change-needed')
  const attributes = first.headers.getSetCookie()[0]!.split('; ').slice(1).sort()
  assert.deepEqual(attributes, ['HttpOnly', 'Path=/', 'SameSite=Strict'])
  assert.equal((await api.call('GET', '/api/account', { headers: with_(first) })).status, 401)
  assert.equal(changed.json().state, 'signed-in')
  assert.notEqual(cookieOf(changed), cookieOf(first), 'a fresh secret')
  const { person, secondFactor, archive } = (await api.call('GET', '/api/session', { headers })).json()
  assert.deepEqual(person, { personId: 1, username: 'anna', displayName: 'Anna', language: 'en' })
  assert.deepEqual([secondFactor, archive], [false, { organisation: 'Test Trading', demonstration: true }])
  assert.equal((await api.call('GET', '/api/account', { headers })).json().username, 'anna')
})

test('a session planted before the sign-in is worth nothing after it', async t => {
  const { api } = await started(t)
  const planted = `holdfast=${'A'.repeat(43)}`
  const answer = await api.call('POST', '/api/session', {
    body: { username: 'anna', password: FIRST },
    headers: { cookie: planted },
  })
  assert.equal(answer.status, 200)
  assert.notEqual(cookieOf(answer), planted)
  assert.equal((await api.call('GET', '/api/session', { headers: { cookie: planted } })).status, 401)
})

test('a change needs the token of the session, and no page of another site makes one', async t => {
  const { api } = await started(t)
  const { headers } = await arrive(api)
  const change = (more: Record<string, string>) =>
    api.call('PATCH', '/api/account', {
      body: { language: 'sv' },
      headers: { cookie: headers.cookie, ...more },
    })
  for (const more of [
    {},
    { 'x-csrf-token': 'made-up' },
    { 'x-csrf-token': headers['x-csrf-token'], origin: 'https://evil.example' },
    { 'x-csrf-token': headers['x-csrf-token'], 'sec-fetch-site': 'cross-site' },
  ]) {
    const answer = await change(more)
    assert.deepEqual([answer.status, answer.json().code], [403, 'CSRF_REFUSED'], JSON.stringify(more))
  }
  assert.equal((await change({ 'x-csrf-token': headers['x-csrf-token'] })).json().language, 'sv')
  const signIn = await api.call('POST', '/api/session', {
    body: { username: 'anna', password: OWN },
    headers: { origin: 'https://evil.example' },
  })
  assert.equal(signIn.json().code, 'CSRF_REFUSED', 'nor does one sign somebody in as somebody else')
})

test('wrong attempts lock the name, and the problem says until when', async t => {
  const { api } = await started(t)
  const wrong = () => api.call('POST', '/api/session', { body: { username: 'anna', password: 'wrong' } })
  const bodies = new Set<string>()
  for (let attempt = 0; attempt < 5; attempt++) {
    const { status, json } = await wrong()
    const { reference: _, ...rest } = json()
    assert.equal(status, 401)
    bodies.add(JSON.stringify(rest))
  }
  const unknown = await api.call('POST', '/api/session', { body: { username: 'nobody', password: 'wrong' } })
  const { reference: _, ...rest } = unknown.json()
  bodies.add(JSON.stringify(rest))
  assert.equal(bodies.size, 1, 'the same answer each time, and for nobody')
  const locked = await wrong()
  assert.deepEqual([locked.status, locked.json().code], [429, 'SIGN_IN_LOCKED'])
  assert.ok(Date.parse(locked.json().lockedUntil) > Date.now())
})

test('an address that tries many names is slowed down', async t => {
  const { api } = await started(t)
  const statuses: number[] = []
  for (let attempt = 0; attempt < 32; attempt++)
    statuses.push(
      (await api.call('POST', '/api/session', { body: { username: `name-${attempt}`, password: 'x' } }))
        .status,
    )
  assert.deepEqual(statuses.slice(-2), [429, 429])
  assert.equal(statuses.filter(status => status === 401).length, 30)
})

test('a second factor is set up, asked for, and taken off', async t => {
  const { api } = await started(t)
  const { headers } = await arrive(api)
  const { secret, uri } = (await api.call('POST', '/api/account/second-factor', { headers })).json()
  assert.match(uri, /^otpauth:/)
  const code = (step: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * 30_000 })
  const confirmed = await api.call('POST', '/api/account/second-factor/confirm', {
    headers,
    body: { code: code(-1) },
  })
  assert.equal(confirmed.json().recoveryCodes.length, 10)
  const again = await api.call('POST', '/api/session', { body: { username: 'anna', password: OWN } })
  assert.equal(again.json().state, 'second-factor-needed')
  assert.deepEqual(again.json().roles, [])
  assert.equal((await api.call('GET', '/api/account', { headers: with_(again) })).status, 401)
  const inside = await api.call('POST', '/api/session/second-factor', {
    headers: with_(again),
    body: { code: code(0) },
  })
  assert.equal(inside.json().state, 'signed-in')
  const off = (password: string) =>
    api.call('DELETE', '/api/account/second-factor', { headers: with_(inside), body: { password } })
  assert.equal((await off('wrong')).json().code, 'PASSWORD_WRONG')
  assert.equal((await off(OWN)).status, 204)
})

test('signing out ends the session, here and everywhere', async t => {
  const { api } = await started(t)
  const { headers } = await arrive(api)
  const other = await api.call('POST', '/api/session', { body: { username: 'anna', password: OWN } })
  const { rows } = (await api.call('GET', '/api/account/sessions', { headers })).json()
  assert.deepEqual(rows.map((row: { current: boolean }) => row.current).sort(), [false, true])
  const out = await api.call('DELETE', '/api/session', { headers })
  assert.equal(out.status, 204)
  assert.match(out.headers.getSetCookie()[0]!, /^holdfast=;.*Expires=Thu, 01 Jan 1970/)
  assert.equal((await api.call('GET', '/api/session', { headers })).status, 401)
  assert.equal((await api.call('DELETE', '/api/account/sessions', { headers: with_(other) })).status, 204)
  assert.equal((await api.call('GET', '/api/session', { headers: with_(other) })).status, 401)
})

test('a token calls in its owner’s name, and makes no token, session or factor', async t => {
  const { api } = await started(t)
  const owner = await api.personWith(['Audit Logs'])
  const session = (await owner.call('GET', '/api/session')).json()
  assert.deepEqual(
    [session.state, session.csrfToken, session.roles],
    ['signed-in', null, [{ role: 'Audit Logs', limited: false }]],
  )
  for (const [method, path, body] of [
    ['POST', '/api/account/tokens', { name: 'x', roles: ['Audit Logs'], days: 1 }],
    ['POST', '/api/session/password', { current: 'x', next: OWN }],
    ['POST', '/api/account/second-factor', undefined],
    ['DELETE', '/api/session', undefined],
  ] as const) {
    const answer = await owner.call(method, path, body ? { body } : {})
    assert.deepEqual([answer.status, answer.json().code], [403, 'SESSION_NEEDED'], path)
  }
})

async function withProvider(
  t: { after(work: () => Promise<void>): void },
  archive: TestArchive,
  api: TestApi,
) {
  const provider = await testOidcProvider(t, `${api.url}/api/session/oidc/callback`)
  await saveSignInSettings(archive.ground, archive.actor, {
    sessionMinutesMax: 480,
    sessionMinutesIdle: 60,
    oidc: {
      issuer: provider.issuer,
      ...OIDC_CLIENT,
      name: 'Northwind',
      scopes: ['openid', 'email'],
      usernameClaim: 'preferred_username',
      usernameTrusted: false,
      unknownPersons: 'add',
      groupsClaim: '',
      groups: [],
    },
  })
  return provider
}

test("the organisation's sign-in leads through the provider and back to the page one wanted", async t => {
  const { api, archive } = await started(t)
  const provider = await withProvider(t, archive, api)
  assert.deepEqual((await api.call('GET', '/api/session')).json().signInMethods.oidc, { name: 'Northwind' })
  provider.account = { sub: 'bo', preferred_username: 'bo@example.com' }
  const start = await api.call('GET', '/api/session/oidc/start?returnTo=%2Funmapped%3Fpage%3D2')
  assert.equal(start.status, 302)
  const [state] = start.headers.getSetCookie()
  assert.match(
    state!,
    /^holdfast-oidc=[\w-]{43}; Max-Age=600; Path=\/api\/session\/oidc; HttpOnly; SameSite=Lax$/,
  )
  const back = await provider.browse(start.headers.get('location')!)
  const end = await api.call('GET', back.pathname + back.search, { headers: { cookie: cookieOf(start) } })
  assert.deepEqual([end.status, end.headers.get('location')], [302, '/unmapped?page=2'])
  const session = end.headers.getSetCookie().find(each => each.startsWith('holdfast='))!
  const inside = await api.call('GET', '/api/session', { headers: { cookie: session.split(';')[0]! } })
  assert.equal(inside.json().person.username, 'bo@example.com')
  const twice = await api.call('GET', back.pathname + back.search, { headers: { cookie: cookieOf(start) } })
  assert.equal(twice.headers.get('location'), '/?signInProblem=OIDC_REFUSED')
})

test('a return address leads to our own pages alone', async t => {
  const { api, archive } = await started(t)
  const provider = await withProvider(t, archive, api)
  provider.account = { sub: 'bo', preferred_username: 'bo@example.com' }
  for (const returnTo of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/..//evil.example',
    '/api/session',
    '\r\nx: y',
    'javascript:alert(1)',
  ]) {
    const start = await api.call('GET', `/api/session/oidc/start?returnTo=${encodeURIComponent(returnTo)}`)
    const back = await provider.browse(start.headers.get('location')!)
    const end = await api.call('GET', back.pathname + back.search, { headers: { cookie: cookieOf(start) } })
    assert.equal(end.headers.get('location'), '/', returnTo)
  }
})
