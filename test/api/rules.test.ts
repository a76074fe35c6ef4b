/**
 * Every call of the API under every role and under none, read off the OpenAPI document: a route that is not in the
 * document, or that lets somebody in whom its rule does not name, fails here.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { document, ROUTES } from '../../src/api/api.ts'
import { ROLES, type Role } from '../../src/identity/identity.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'

type Operation = ReturnType<typeof document>['paths'][string][string]
type NamedCall = { readonly method: string; readonly path: string; readonly operation: Operation }

const ALL = Object.keys(ROLES) as Role[]
/** What may be called before anybody is signed in: signing in. */
const OPEN = ['startSession', 'getSession', 'startOidc', 'finishOidc']
const REFUSED = [401, 403]

const calls: NamedCall[] = Object.entries(document().paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
)

/** An address that leads nowhere: ids of nothing, so that whoever is let in finds nothing and changes nothing. */
function addressOf({ path, operation }: NamedCall): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = operation.parameters.find(each => each.in === 'path' && each.name === name)?.schema
    if (schema?.type === 'integer' || schema?.type === 'number') return '999999999'
    return schema?.format === 'uuid' ? '00000000-0000-8000-8000-000000000000' : 'nothing'
  })
  return `/api${filled}`
}

/** A request that would be taken for its form alone as far as it goes: the rule is checked before the body is read. */
const requestOf = ({ method, operation }: NamedCall) => ({
  headers: {
    ...(operation['x-revised'] && method !== 'get' ? { 'if-match': '"999999999"' } : {}),
    ...(operation.requestBody && !('application/json' in operation.requestBody.content)
      ? { 'content-type': Object.keys(operation.requestBody.content)[0]! }
      : {}),
  },
  ...(operation.requestBody ? { body: 'application/json' in operation.requestBody.content ? {} : '' } : {}),
})

const isStream = ({ operation }: NamedCall) =>
  'text/event-stream' in (operation.responses['200']?.content ?? {})

test('every call has a rule, and only signing in is open', () => {
  assert.ok(calls.length > 20, `${calls.length} calls`)
  for (const { operation } of calls) {
    const access = operation['x-access']
    if (access === 'open') assert.ok(OPEN.includes(operation.operationId), `${operation.operationId} is open`)
    else if (typeof access === 'string')
      assert.ok(['arriving', 'signed-in'].includes(access), operation.operationId)
    else {
      assert.ok(access.length > 0, operation.operationId)
      for (const role of access) assert.ok(ALL.includes(role as Role), `${operation.operationId}: ${role}`)
    }
  }
  const ids = calls.map(each => each.operation.operationId)
  assert.equal(new Set(ids).size, ids.length, 'two calls have one name')
  assert.equal(calls.length, ROUTES.length)
})

test('nobody gets anywhere without signing in, nor with a token that is made up', async t => {
  const api = await testApi(t, await testArchive(t))
  for (const each of calls) {
    if (each.operation['x-access'] === 'open') continue
    const what = `${each.method} ${each.path}`
    const bare = await api.call(each.method.toUpperCase(), addressOf(each), requestOf(each))
    assert.equal(bare.status, 401, what)
    assert.equal(bare.json().code, 'NOT_SIGNED_IN', what)
    const { headers, ...rest } = requestOf(each)
    const forged = await api.call(each.method.toUpperCase(), addressOf(each), {
      ...rest,
      headers: { ...headers, authorization: `Bearer hft_1_${'A'.repeat(43)}` },
    })
    assert.equal(forged.status, 401, what)
  }
})

test('each call lets in the roles that its rule names, and no other', async t => {
  const archive = await testArchive(t)
  const config = { ...archive.ground.config, trustedProxies: '127.0.0.1' }
  const api = await testApi(t, { ...archive, ground: { ...archive.ground, config } })
  for (const [index, role] of [null, ...ALL].entries()) {
    // Each from an address of their own: calls are limited by it.
    const from = { 'x-forwarded-for': `192.0.2.${index + 1}` }
    const caller = await api.personWith(role ? [role] : [])
    for (const each of calls) {
      const access = each.operation['x-access']
      if (access === 'open' || isStream(each)) continue
      // What ends the caller's own session or token would end this walk.
      if (each.method === 'delete' && each.path.startsWith('/session')) continue
      const allowed = typeof access === 'string' || (role !== null && access.includes(role))
      const { headers, ...rest } = requestOf(each)
      const answer = await caller.call(each.method.toUpperCase(), addressOf(each), {
        ...rest,
        headers: { ...headers, ...from },
      })
      const what = `${role ?? 'no role'}: ${each.method} ${each.path} answered ${answer.status} ${answer.text.slice(0, 300)}`
      if (!allowed) {
        assert.equal(answer.status, 403, what)
        assert.equal(answer.json().code, 'ROLE_MISSING', what)
      } else {
        assert.ok(!REFUSED.includes(answer.status) || answer.json().code !== 'ROLE_MISSING', what)
        assert.ok(answer.status < 500 && answer.status !== 429, what)
      }
    }
  }
})
