/** What strangers send: foreign pages, forged hosts, malformed, enormous and slow requests, paths that climb. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { type TestApi, testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'

/** Sends bytes as they are and gives what comes back until the server closes. */
function raw(url: string, bytes: string, patience = 20_000): Promise<{ answer: string; took: number }> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(new Error('the server keeps the connection')), patience)
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ answer, took: performance.now() - begun })
    })
  })
}

const statusOf = ({ answer }: { answer: string }) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)

test('a page of another site gets nothing done in the name of somebody signed in', async t => {
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const { cookie, csrfToken } = await api.signIn(await api.personWith(['Role Management']))
  const attempt = (headers: Record<string, string>) =>
    api.call('POST', '/api/role-groups', {
      body: { name: `Group of ${Math.random()}`, roles: [] },
      headers: { cookie, ...headers },
    })
  for (const [why, headers] of Object.entries({
    'without the token': {},
    'with a wrong token': { 'x-csrf-token': 'A'.repeat(csrfToken.length) },
    'from another origin': { 'x-csrf-token': csrfToken, origin: 'https://elsewhere.example' },
    'from an origin without a name': { 'x-csrf-token': csrfToken, origin: 'null' },
    'from another site': { 'x-csrf-token': csrfToken, 'sec-fetch-site': 'cross-site' },
    'from a neighbour': { 'x-csrf-token': csrfToken, 'sec-fetch-site': 'same-site' },
  })) {
    const answer = await attempt(headers)
    assert.deepEqual([answer.status, answer.json().code], [403, 'CSRF_REFUSED'], why)
  }
  const good = await attempt({ 'x-csrf-token': csrfToken, origin: api.url, 'sec-fetch-site': 'same-origin' })
  assert.ok(good.status < 300, good.text)
  // Signing in itself cannot be forced from elsewhere either.
  const forced = await api.call('POST', '/api/session', {
    body: { username: 'x', password: 'y' },
    headers: { origin: 'https://elsewhere.example' },
  })
  assert.equal(forced.json().code, 'CSRF_REFUSED')
})

test('a name that is not ours is not answered, so that no page can point its own name at this machine', async t => {
  const api = await testApi(t, await testArchive(t))
  for (const host of ['archive.elsewhere.example', '127.0.0.1.elsewhere.example', ''])
    assert.equal(
      statusOf(await raw(api.url, `GET /api/session HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)),
      421,
      host,
    )
  assert.equal(
    statusOf(await raw(api.url, 'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')),
    200,
  )
})

test('a path that climbs out of the portal finds nothing', async t => {
  const api = await testApi(t, await testArchive(t))
  for (const path of [
    '/../package.json',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '/assets/%00/../package.json',
    '//etc/passwd',
    '/api/../../package.json',
  ]) {
    const { answer } = await raw(
      api.url,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    assert.doesNotMatch(answer, /"dependencies"|root:x:/, path)
  }
})

test('malformed and enormous requests are refused in a line', async t => {
  const api = await testApi(t, await testArchive(t))
  const caller = await api.personWith(['Role Management'])
  for (const [bytes, status] of [
    ['NONSENSE\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const)
    assert.equal(statusOf(await raw(api.url, bytes)), status, bytes.slice(0, 40))
  const large = await caller.call('POST', '/api/role-groups', { body: { name: 'a'.repeat(2_000_000) } })
  assert.deepEqual([large.status, large.json().code], [413, 'REQUEST_TOO_LARGE'])
  const broken = await caller.call('POST', '/api/role-groups', {
    body: '{"name": "unclosed',
    headers: { 'content-type': 'application/json' },
  })
  assert.deepEqual([broken.status, broken.json().code], [400, 'REQUEST_INVALID'])
  assert.doesNotMatch(broken.text, /unclosed/, 'what was sent is not quoted')
  const other = await caller.call('POST', '/api/role-groups', {
    body: '<a/>',
    headers: { 'content-type': 'text/xml' },
  })
  assert.deepEqual([other.status, other.json().code], [415, 'REQUEST_TYPE'])
  const unknown = await caller.call('POST', '/api/role-groups', {
    body: { name: 'x', roles: [], colour: 'blue' },
  })
  assert.equal(unknown.json().code, 'REQUEST_INVALID')
  assert.ok(unknown.json().problems.length > 0)
  // A proto key of JSON is nothing but a name.
  const proto = await caller.call('POST', '/api/role-groups', {
    body: '{"__proto__": {"roles": []}, "name": "x"}',
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(proto.status, 400)
})

test('who sends a request drop by drop is cut off', async t => {
  const api = await testApi(t, await testArchive(t))
  const slow = await raw(api.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n')
  assert.ok(slow.took < 16_000, `${slow.took} ms`)
  assert.equal(statusOf(slow), 408)
})

test('a refused request is logged by its reference and quotes nothing; what is unknown under /api is a problem', async t => {
  const api = await testApi(t, await testArchive(t))
  const answer = await api.call('GET', '/api/nothing/of-the-kind')
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const { type, title, status, detail, code, hint, reference } = answer.json()
  assert.deepEqual(
    [type, title, status, code],
    ['urn:holdfast:error:ROUTE_UNKNOWN', 'Not Found', 404, 'ROUTE_UNKNOWN'],
  )
  assert.ok(detail && hint && /^[0-9a-f]{12}$/.test(reference))
})

test('pages run no script but our own, and stand in nobody’s frame', async t => {
  const api: TestApi = await testApi(t, await testArchive(t))
  for (const path of ['/', '/data-connectors', '/api/session', '/livez']) {
    const { headers } = await api.call('GET', path)
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split(';').map(part => {
        const [name, ...values] = part.trim().split(' ')
        return [name, values]
      }),
    )
    assert.deepEqual(policy['default-src'], ["'self'"], path)
    assert.equal(policy['script-src'], undefined, 'scripts are as the default has it')
    assert.deepEqual(policy['frame-ancestors'], ["'none'"], path)
    assert.deepEqual(policy['object-src'], ["'none'"], path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
  }
})

test('calls that are refused are counted as well, and refused for their number at last', async t => {
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const { call } = await api.personWith(['View-Only Configuration'])
  for (const caller of [call, api.call]) {
    const statuses = []
    for (let time = 0; time < 11; time++)
      statuses.push((await caller('POST', '/api/alert-channels/1/test')).status)
    if (caller === call) assert.deepEqual(statuses, [...new Array(10).fill(403), 429])
    else assert.deepEqual(new Set(statuses), new Set([429]), 'of the same address')
  }
})

test('characters, numbers and times that no row can have are refused, and fail nothing', async t => {
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const { call } = await api.personWith(['Role Management', 'Audit Logs', 'Preview'])
  const limit = (mailbox: number, value: string) => ({
    mailboxes: [mailbox],
    conditions: [{ attribute: 'Department', values: [value] }],
  })
  for (const answer of [
    await api.call('POST', '/api/session', { body: { username: 'a\0b', password: 'x' } }),
    await call('GET', '/api/persons?containing=%00'),
    await call('GET', '/api/mailboxes/%00'),
    await call('GET', '/api/audit/entries?from=0000-01-01T00:00:00Z'),
    await call('GET', '/api/audit/verifications/99999999999'),
    await call('POST', '/api/mailbox-limits/preview', { body: limit(1, '\0') }),
    await call('POST', '/api/mailbox-limits/preview', { body: limit(99_999_999_999, 'x') }),
  ])
    assert.deepEqual([answer.status, answer.json().code], [400, 'REQUEST_INVALID'], answer.text)
})

test('a person has so many streams of events open, and no more', async t => {
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const { token } = await api.personWith(['View-Only Configuration'])
  const open = async () => {
    const leaving = new AbortController()
    const { status } = await fetch(`${api.url}/api/connectors/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: leaving.signal,
    })
    return { status, leave: () => leaving.abort() }
  }
  const opened = await Promise.all(Array.from({ length: 20 }, open))
  assert.ok(opened.every(({ status }) => status === 200))
  assert.equal((await open()).status, 429)
  for (const { leave } of opened) leave()
  for (let status = 0; status !== 200; ) {
    const again = await open()
    status = again.status
    again.leave()
  }
})

test('what is nowhere is asked for no oftener than what is', async t => {
  const api = await testApi(t, await testArchive(t))
  const statuses = new Map<number, number>()
  for (let time = 0; time < 1300; time++) {
    const { status } = await api.call('POST', '/api/nothing')
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  assert.deepEqual(Object.fromEntries(statuses), { 404: 1200, 429: 100 })
})
