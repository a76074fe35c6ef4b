import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { type ErrorCode, HoldfastError } from '../../errors.ts'
import {
  type Answerer,
  type HostileSite,
  openHostile,
  sendJson,
  startHostileSite,
} from '../../testing/hostile-site.ts'
import type { Source } from '../source.ts'

const opened: { site: HostileSite; source: Source }[] = []
after(async () => {
  for (const { site, source } of opened) {
    await source.close()
    await site.stop()
  }
})

const never = new AbortController().signal
const CONTENT = '/rest/archive/content/'

async function open(paths: Record<string, Answerer>, options: Parameters<typeof openHostile>[1] = {}) {
  const site = await startHostileSite(paths)
  const source = openHostile(site, options)
  opened.push({ site, source })
  return { site, source, asked: (path: string) => site.asked.get(path) ?? 0 }
}

const failsWith = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof HoldfastError, `not one of ours: ${String(error)}`)
  assert.equal(error.code, code, error.message)
  return true
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = []
  for await (const page of pages) read.push(page)
  return read
}

describe('contents', () => {
  const bytes = randomBytes(900)
  const collect = async (source: Source, contentId: string) =>
    Buffer.concat(await all(source.content(contentId, never)))

  it('are streamed whole', async () => {
    const { source } = await open({
      [CONTENT]: response => void response.writeHead(200, { 'content-length': 900 }).end(bytes),
    })
    assert.ok((await collect(source, 'c1')).equals(bytes))
  })

  it('go on after a broken connection without repeating or missing a byte', async () => {
    const { source, asked } = await open({
      [CONTENT]: (response, _, nth) => {
        response.writeHead(200, { 'content-length': 900 })
        if (nth < 4)
          response.write(bytes.subarray(0, nth * 200), () => setTimeout(() => response.destroy(), 10))
        else response.end(bytes)
      },
    })
    assert.ok((await collect(source, 'c1')).equals(bytes))
    assert.equal(asked(CONTENT), 4)
  })

  it('are never spliced from two different readings', async () => {
    const { source } = await open({
      [CONTENT]: (response, _, nth) => {
        response.writeHead(200, { 'content-length': 900 })
        if (nth === 1) response.write(bytes.subarray(0, 400), () => setTimeout(() => response.destroy(), 10))
        else response.end(createHash('shake256', { outputLength: 900 }).digest())
      },
    })
    await assert.rejects(collect(source, 'c1'), failsWith('SITE_ANSWER_INVALID'))
  })

  it('over the item size are refused, announced or not', async () => {
    const announced = await open({
      [CONTENT]: response => void response.writeHead(200, { 'content-length': 1001 }).write('x'),
    })
    await assert.rejects(collect(announced.source, 'c1'), failsWith('ITEM_TOO_LARGE'))
    const hidden = await open({ [CONTENT]: response => void response.end(Buffer.alloc(5000)) })
    await assert.rejects(collect(hidden.source, 'c1'), failsWith('ITEM_TOO_LARGE'))
  })

  it('that the site no longer has, or whose id leads elsewhere, are missing', async () => {
    const { source, site } = await open({})
    for (const id of ['gone', '..', '.', 'a/b', '../login', 'a?b', '', 'é', 'x'.repeat(300)])
      await assert.rejects(collect(source, id), failsWith('SITE_CONTENT_MISSING'))
    assert.deepEqual([...site.asked.keys()], ['/rest/auth/login', CONTENT])
  })

  it('may be left in the middle', async () => {
    const { source } = await open({
      [CONTENT]: response => {
        response.writeHead(200, { 'content-length': 900 })
        response.write(bytes.subarray(0, 100))
      },
    })
    for await (const chunk of source.content('c1', never)) {
      assert.equal(chunk.length, 100)
      break
    }
  })
})

describe('users', () => {
  const USERS = '/rest/archive/users'
  it('are read page by page, tolerating what is missing', async () => {
    const { source } = await open({
      [USERS]: (response, _, nth) =>
        sendJson(
          response,
          nth === 1
            ? {
                users: [
                  {
                    userId: 'u1',
                    firstName: 'Ann',
                    lastName: 'Berg',
                    mobile: '447700900123',
                    email: 'a@b.example',
                    appActive: true,
                    companyOwned: null,
                  },
                ],
                lastId: 'u1',
                endOfUsers: false,
              }
            : {
                users: [
                  { mobile: '447700900124', userName: 'bo', networkType: 'O2', companyOwned: false },
                  null,
                  {},
                ],
                lastId: 'u3',
                endOfUsers: true,
              },
        ),
    })
    assert.deepEqual(await all(source.users(never)), [
      {
        userId: 'u1',
        name: 'Ann Berg',
        number: '447700900123',
        email: 'a@b.example',
        appActive: true,
        companyOwned: null,
        network: 'O2',
      },
      {
        userId: '447700900124',
        name: 'bo',
        number: '447700900124',
        email: '',
        appActive: null,
        companyOwned: false,
        network: 'O2',
      },
    ])
  })

  it('end even where the site would go on for ever', async () => {
    const { source } = await open({
      [USERS]: response => sendJson(response, { users: [{ userId: 'u' }], lastId: 'x', endOfUsers: false }),
    })
    await assert.rejects(all(source.users(never)), failsWith('SITE_ANSWER_INVALID'))
  })
})
