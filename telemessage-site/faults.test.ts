import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { NO_FAULTS } from './faults.ts'
import { type Site, startSite } from './telemessage-site.ts'
import { type Visitor, visit } from './visitor.ts'

const NOW = Date.parse('2026-03-18T15:20:00Z')
const NETWORK = 'ENTERPRISE_NUMBER'

describe('faults', () => {
  let site: Site
  let visitor: Visitor

  before(async () => {
    site = await startSite({ people: 12, days: 2, seed: 2, now: NOW, allowControl: true })
    visitor = await visit(site)
  })
  afterEach(() => {
    Object.assign(site.faults, NO_FAULTS)
  })
  after(() => site.stop())

  const path = `/rest/archive/messages?network=${NETWORK}&from=0&to=${NOW}&limit=20`

  test('a wrong password and an unknown user are answered alike', async () => {
    const login = (body: unknown) =>
      fetch(`${site.url}/rest/auth/login`, { method: 'POST', body: JSON.stringify(body) })
    for (const account of [{ ...site.account, password: 'x' }, { username: 'nobody', password: 'x' }, {}]) {
      const answer = await login(account)
      assert.equal(answer.status, 401)
      assert.deepEqual(await answer.json(), { responseCode: 301, message: 'INVALID_PASSWORD' })
    }
    assert.equal(
      (await fetch(`${site.url}/rest/auth/login`, { method: 'POST', body: 'x'.repeat(9000) })).status,
      400,
    )
    const unsigned = await fetch(site.url + path)
    assert.equal(unsigned.status, 401)
    assert.deepEqual(await unsigned.json(), { invalidToken: true })
  })

  test('every Nth request is refused with Retry-After, in seconds or as a date', async () => {
    Object.assign(site.faults, { tooManyEvery: 3, retryAfterSeconds: 7 })
    const statuses: number[] = []
    for (let turn = 0; turn < 6; turn++) {
      const answer = await visitor.get(path)
      statuses.push(answer.status)
      if (answer.status === 429) assert.equal(answer.headers.get('retry-after'), '7')
      await answer.arrayBuffer()
    }
    assert.deepEqual(statuses, [200, 200, 429, 200, 200, 429])
    Object.assign(site.faults, { tooManyEvery: 1, retryAfterDate: true })
    const dated = (await visitor.get(path)).headers.get('retry-after') ?? ''
    assert.ok(Date.parse(dated) > Date.now() && dated.endsWith('GMT'))
  })

  test('every Nth request fails with a server error', async () => {
    site.faults.serverErrorEvery = 2
    const statuses: number[] = []
    for (let turn = 0; turn < 4; turn++) statuses.push((await visitor.get(path)).status)
    assert.deepEqual(
      statuses.map(status => status >= 500),
      [false, true, false, true],
    )
  })

  test('a connection is cut in the middle of a page', async () => {
    site.faults.cutEvery = 1
    await assert.rejects(async () => (await visitor.get(path)).arrayBuffer())
  })

  test('JSON is truncated, or is none', async () => {
    site.faults.truncateEvery = 1
    await assert.rejects(async () => JSON.parse(await (await visitor.get(path)).text()), SyntaxError)
    Object.assign(site.faults, { truncateEvery: 0, invalidJsonEvery: 1 })
    await assert.rejects(async () => JSON.parse(await (await visitor.get(path)).text()), SyntaxError)
  })

  test('a page comes twice, and nothing is missing after it', async () => {
    const right = await visitor.all(NETWORK, 0, NOW, 20)
    site.faults.repeatPageEvery = 2
    const first = await visitor.page(NETWORK, 0, NOW, '', 20)
    const second = await visitor.page(NETWORK, 0, NOW, first.lastId, 20)
    const again = await visitor.page(NETWORK, 0, NOW, second.lastId, 20)
    assert.deepEqual(again.messages, second.messages)
    assert.deepEqual([again.lastId, again.endOfMessages], [second.lastId, false])
    const third = await visitor.page(NETWORK, 0, NOW, again.lastId, 20)
    assert.deepEqual(third.messages, right.slice(40, 60))
  })

  test('items of a page come in another order, none lost', async () => {
    const right = await visitor.page(NETWORK, 0, NOW, '', 30)
    site.faults.reorderEvery = 1
    const mixed = await visitor.page(NETWORK, 0, NOW, '', 30)
    assert.notDeepEqual(mixed.messages, right.messages)
    assert.equal(mixed.lastId, right.lastId)
    const sorted = (page: typeof right) => page.messages.map(message => JSON.stringify(message)).toSorted()
    assert.deepEqual(sorted(mixed), sorted(right))
  })

  test('a sign-in expires after so many requests, and after an hour', async () => {
    site.faults.tokenRequests = 2
    const worn = await visit(site)
    const statuses: number[] = []
    for (let turn = 0; turn < 3; turn++) statuses.push((await worn.get(path)).status)
    assert.deepEqual(statuses, [200, 200, 401])
    site.faults.tokenRequests = 0
    const timed = await visit(site)
    site.setNow(NOW + 3_600_001)
    assert.equal((await timed.get(path)).status, 401)
    site.setNow(NOW)
  })

  test('a suspended account is refused at sign-in and its tokens are void', async () => {
    const signedIn = await visit(site)
    site.faults.suspended = true
    assert.equal((await signedIn.get(path)).status, 401)
    const answer = await fetch(`${site.url}/rest/auth/login`, {
      method: 'POST',
      body: JSON.stringify(site.account),
    })
    assert.equal(answer.status, 403)
    assert.deepEqual(await answer.json(), { responseCode: 309, message: 'USER_SUSPENDED' })
  })

  test('a count is wrong by as much as it was told', async () => {
    const right = await visitor.count(NETWORK, 0, NOW)
    site.faults.countOffset = -3
    assert.equal(await visitor.count(NETWORK, 0, NOW), right - 3)
  })

  test('answers are late', async () => {
    site.faults.latencyMs = 60
    const started = performance.now()
    await (await visitor.get(path)).arrayBuffer()
    assert.ok(performance.now() - started >= 55)
  })

  test('faults and clock are changed over HTTP only where that was allowed', async () => {
    const post = (url: string, body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) })
    assert.equal((await post(`${site.url}/__faults`, { countOffset: 5 })).status, 200)
    assert.equal(site.faults.countOffset, 5)
    assert.equal((await post(`${site.url}/__faults`, { nonsense: 1 })).status, 400)
    assert.equal((await post(`${site.url}/__now`, { now: NOW - 1000 })).status, 200)
    assert.equal(site.now(), NOW - 1000)
    site.setNow(NOW)
    const closed = await startSite({ people: 2, days: 1 })
    const answer = await post(`${closed.url}/__faults`, { countOffset: 5 })
    await closed.stop()
    assert.equal(answer.status, 404)
  })
})
