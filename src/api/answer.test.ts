import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testArchive } from '../testing/archive.ts'
import { download, events, type Route, route } from './route.ts'
import { Time } from './schema.ts'
import { buildServer } from './server.ts'

const OPTIONS = { publicUrl: null, tls: null, trustedProxies: [] }
const rest = { tag: 'Test', summary: 'For a test', access: 'open' as const }

async function serverOf(t: { after(work: () => Promise<void>): void }, routes: readonly Route[]) {
  const archive = await testArchive(t)
  const server = await buildServer(archive.ground, await archive.queue(), routes, OPTIONS)
  t.after(() => server.close())
  return (path: string) => server.inject({ path, headers: { host: 'localhost' } })
}

test('an answer holds what its schema names and nothing else, and times as ISO 8601', async t => {
  const get = await serverOf(t, [
    route({
      ...rest,
      method: 'get',
      path: '/thing',
      id: 'getThing',
      revised: true,
      answer: z.object({ name: z.string(), at: Time, revision: z.number() }),
      work: async () => ({ name: 'x', at: new Date(0), revision: 7, secret: 'y' }),
    }),
    route({
      ...rest,
      method: 'get',
      path: '/wrong',
      id: 'getWrong',
      answer: z.object({ count: z.number() }),
      work: async () => ({ count: 'a whimbrel' }) as unknown as { count: number },
    }),
  ])
  const answer = await get('/api/thing')
  assert.deepEqual(answer.json(), { name: 'x', at: '1970-01-01T00:00:00.000Z', revision: 7 })
  assert.equal(answer.headers.etag, '"7"')
  assert.equal(answer.headers['cache-control'], 'no-store')
  const wrong = await get('/api/wrong')
  assert.equal(wrong.statusCode, 500)
  assert.doesNotMatch(wrong.body, /whimbrel/)
})

test("a file's name, whatever it is, adds no header and leads into no folder", async t => {
  const names = [
    'a\r\nset-cookie: x=1',
    '../../etc/passwd',
    'a"; filename="b.exe',
    'räksmörgås 🦐.eml',
    '\ud800.txt',
    '',
  ]
  const get = await serverOf(
    t,
    names.map((fileName, index) =>
      route({
        ...rest,
        method: 'get',
        path: `/file-${index}`,
        id: `getFile${index}`,
        answer: download('text/html'),
        work: async () => ({ fileName, chunks: '<script>alert(1)</script>' }),
      }),
    ),
  )
  for (const [index, name] of names.entries()) {
    const { headers, statusCode } = await get(`/api/file-${index}`)
    assert.equal(statusCode, 200, name)
    assert.equal(headers['set-cookie'], undefined)
    const disposition = String(headers['content-disposition'])
    assert.match(
      disposition,
      /^attachment; filename="[A-Za-z0-9 ._-]*"; filename\*=UTF-8''[A-Za-z0-9%!#$&+.^_`|~-]*$/,
    )
    const decoded = decodeURIComponent(disposition.split("UTF-8''")[1]!)
    assert.equal(decoded, name.toWellFormed())
    assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox")
    assert.equal(headers['x-content-type-options'], 'nosniff')
  }
})

test('events come one by one, and an error among them ends the stream with a problem that quotes nothing', async t => {
  const get = await serverOf(t, [
    route({
      ...rest,
      method: 'get',
      path: '/events',
      id: 'watch',
      answer: events(z.object({ done: z.number() })),
      work: async () =>
        (async function* () {
          yield { done: 1 }
          yield { done: 2, more: 'than is promised' }
          throw new Error('a turnstone')
        })(),
    }),
  ])
  const { headers, body } = await get('/api/events')
  assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.match(body, /^data: \{"done":1\}\n\ndata: \{"done":2\}\n\n/m)
  assert.match(body, /^event: problem\ndata: \{.*"code":"INTERNAL"/m)
  assert.doesNotMatch(body, /turnstone|promised/)
})
