/** Where the portal listens, by which transport, and what its cookies are there. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'
import { listenApi } from '../../src/api/api.ts'
import { systemClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import { testApi } from '../../src/testing/api.ts'
import { type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { makeCertificate } from '../../src/testing/certificate.ts'

/** The archive as another configuration would have it. */
const configured = (archive: TestArchive, change: Partial<Config>): TestArchive => ({
  ...archive,
  ground: { ...archive.ground, config: { ...archive.config, ...change } },
})

async function certificateIn(archive: TestArchive) {
  const now = systemClock.now()
  const { certificate, key } = makeCertificate('localhost', '127.0.0.1', now, now + 3_600_000)
  const tlsCertificateFile = join(archive.folder, 'portal.crt')
  const tlsKeyFile = join(archive.folder, 'portal.key')
  await writeFile(tlsCertificateFile, certificate)
  await writeFile(tlsKeyFile, key, { mode: 0o600 })
  return { certificate, tlsCertificateFile, tlsKeyFile }
}

test('beyond this machine nothing is served without TLS', async t => {
  const archive = await testArchive(t)
  const queue = await archive.queue()
  for (const listen of ['0.0.0.0:0', '[::]:0'])
    await assert.rejects(listenApi(configured(archive, { listen }).ground, queue), { code: 'LISTEN_REFUSED' })
  // An address outside that claims to be https needs the proxy that makes it so.
  await assert.rejects(
    listenApi(
      configured(archive, { listen: '0.0.0.0:0', publicUrl: 'https://archive.example' }).ground,
      queue,
    ),
    { code: 'LISTEN_REFUSED' },
  )
  const files = await certificateIn(archive)
  const api = await listenApi(configured(archive, { listen: '0.0.0.0:0', ...files }).ground, queue)
  await api.stop()
})

test('an address in use, a certificate without its key and files that are none are refused by name', async t => {
  const archive = await testArchive(t)
  const queue = await archive.queue()
  const api = await testApi(t, archive)
  await assert.rejects(listenApi(configured(archive, { listen: new URL(api.url).host }).ground, queue), {
    code: 'LISTEN_TAKEN',
  })
  const { tlsCertificateFile } = await certificateIn(archive)
  await assert.rejects(listenApi(configured(archive, { tlsCertificateFile }).ground, queue), {
    code: 'CONFIG_INVALID',
  })
  await assert.rejects(
    listenApi(
      configured(archive, { tlsCertificateFile, tlsKeyFile: join(archive.folder, 'none') }).ground,
      queue,
    ),
    { code: 'CONFIG_INVALID' },
  )
  await assert.rejects(
    listenApi(configured(archive, { tlsCertificateFile, tlsKeyFile: tlsCertificateFile }).ground, queue),
    { code: 'CONFIG_INVALID' },
  )
})

test('by TLS the cookie is Secure, of this host alone, out of the reach of scripts and of other sites', async t => {
  const archive = await testArchive(t)
  const { certificate, ...files } = await certificateIn(archive)
  const api = await testApi(t, configured(archive, files))
  assert.match(api.url, /^https:/)
  const person = await api.personWith([])
  const { headers, body } = await new Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const call = request(
        `${api.url}/api/session`,
        { method: 'POST', ca: certificate, headers: { 'content-type': 'application/json' } },
        response => {
          let body = ''
          response.on('data', chunk => (body += chunk))
          response.on('end', () => resolve({ headers: response.headers, body }))
        },
      )
      call.on('error', reject)
      call.end(JSON.stringify({ username: person.username, password: person.password }))
    },
  )
  assert.match(body, /password-change-needed/)
  const cookies = ([] as string[]).concat(headers['set-cookie'] ?? [])
  const session = cookies.find(each => each.startsWith('__Host-holdfast='))
  assert.ok(session, cookies.join())
  for (const attribute of [/; Path=\/(;|$)/i, /; HttpOnly/i, /; Secure/i, /; SameSite=Strict/i])
    assert.match(session, attribute)
  assert.doesNotMatch(session, /Domain=/i)
  assert.match(String(headers['strict-transport-security']), /max-age=31536000/)
})

test('behind a proxy that makes TLS the cookie is Secure too, and only a trusted proxy says who calls', async t => {
  const archive = await testArchive(t)
  const proxied = configured(archive, { publicUrl: 'https://archive.example', trustedProxies: '127.0.0.1' })
  const api = await listenApi(proxied.ground, await archive.queue())
  t.after(() => api.stop())
  assert.equal(api.url, 'https://archive.example')
})

test('readiness and metrics need a sign-in, or a loopback address of their own', async t => {
  const archive = await testArchive(t)
  const api = await testApi(t, configured(archive, { metricsListen: '127.0.0.1:0' }))
  for (const path of ['/api/readyz', '/api/metrics']) {
    assert.equal((await api.call('GET', path)).status, 401)
    const caller = await api.personWith(['View-Only Configuration'])
    assert.equal((await caller.call('GET', path)).status, 200)
  }
  assert.deepEqual(JSON.parse((await api.call('GET', '/livez')).text), { status: 'alive' })
  const caller = await api.personWith(['Organization Configuration'])
  const { text } = await caller.call('GET', '/api/metrics')
  assert.match(text, /^holdfast_audit_tree_size \d+$/m)
  assert.match(text, /^holdfast_process_cpu_seconds_total/m)
  const own = await fetch(`${api.metricsUrl}/metrics`)
  assert.equal(own.status, 200)
  assert.deepEqual(await (await fetch(`${api.metricsUrl}/readyz`)).json(), {
    status: 'ready',
    database: true,
    storage: true,
  })
  assert.equal((await fetch(`${api.metricsUrl}/api/session`)).status, 404)
})
