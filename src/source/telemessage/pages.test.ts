import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type ErrorCode, HoldfastError } from '../../errors.ts'
import {
  type Answerer,
  type HostileSite,
  messagesPage,
  openHostile,
  record,
  SITE_TIME,
  sendJson,
  startHostileSite,
} from '../../testing/hostile-site.ts'
import { type Source, type SourcePage, splitPage } from '../source.ts'

const opened: { site: HostileSite; source: Source }[] = []
after(async () => {
  for (const { site, source } of opened) {
    await source.close()
    await site.stop()
  }
})

const never = new AbortController().signal
const window = { from: new Date(1000), to: new Date(SITE_TIME) }
const MESSAGES = '/rest/archive/messages'

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

const idsOf = (pages: SourcePage[]) =>
  pages.flatMap(page => splitPage('site', page.bytes).map(item => item.sourceItemId))

/** Three pages of two messages; `spoil` may answer in place of the nth request. */
function threePages(
  spoil: (nth: number, cursor: string) => Answerer | undefined = () => undefined,
): Answerer {
  return (response, request, nth) => {
    const query = new URL(request.url!, 'http://site.example').searchParams
    const spoiled = spoil(nth, query.get('lastId') ?? '')
    if (spoiled) return spoiled(response, request, nth)
    const page = Number(query.get('lastId') ?? 0) + 1
    sendJson(response, messagesPage([record(`m${page}a`), record(`m${page}b`)], String(page), page === 3))
  }
}
const SIX = ['m1a', 'm1b', 'm2a', 'm2b', 'm3a', 'm3b']

describe('pages', () => {
  it('come in order, each with the bytes the site sent and the cursor after it', async () => {
    const sent: string[] = []
    const asked: string[] = []
    const { source } = await open({
      [MESSAGES]: (response, request, nth) => {
        asked.push(request.url!)
        const body = ` {"timeStamp" : ${SITE_TIME}, "messages": [ ${JSON.stringify(record(`é${nth}`))} ] , "lastId":"c.${nth}","endOfMessages":${nth === 3}}\n`
        sent.push(body)
        response.end(body)
      },
    })
    const pages = await all(source.pages(window, null, never))
    assert.deepEqual(
      pages.map(page => page.bytes.toString('utf8')),
      sent,
    )
    assert.deepEqual(
      pages.map(page => page.cursor),
      ['c.1', 'c.2', null],
    )
    assert.deepEqual(idsOf(pages), ['é1', 'é2', 'é3'])
    const common = `/rest/archive/messages?network=O2&from=1000&to=${SITE_TIME}&limit=1000`
    assert.deepEqual(asked, [common, `${common}&lastId=c.1`, `${common}&lastId=c.2`])
  })

  it('go on from a cursor', async () => {
    const { source } = await open({ [MESSAGES]: threePages() })
    assert.deepEqual(idsOf(await all(source.pages(window, '1', never))), SIX.slice(2))
  })

  it('of a quiet window are none', async () => {
    const { source } = await open({ [MESSAGES]: response => sendJson(response, messagesPage([], '', true)) })
    assert.deepEqual(await all(source.pages(window, null, never)), [])
  })

  it('are read one ahead of the consumer and no further', async () => {
    const { source, asked } = await open({ [MESSAGES]: threePages() })
    for await (const page of source.pages(window, null, never)) {
      await new Promise(resolve => setTimeout(resolve, 50))
      assert.equal(asked(MESSAGES), Math.min(3, Number(page.cursor ?? 3) + 1))
    }
  })

  it('end at once, with the reading ahead, when the consumer stops or the signal says so', async () => {
    const { source, asked } = await open({ [MESSAGES]: threePages(nth => (nth > 1 ? () => {} : undefined)) })
    for await (const _ of source.pages(window, null, never)) break
    assert.ok(asked(MESSAGES) <= 2)
    const stop = new AbortController()
    const reading = all(source.pages(window, '1', stop.signal))
    setTimeout(() => stop.abort(new Error('stopped')), 30)
    await assert.rejects(reading, /stopped/)
  })

  for (const [what, spoil] of Object.entries<Answerer>({
    'cut off in the middle': response => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{"messages":[', () => response.destroy())
    },
    'cut off while chunked': response => {
      response.write('{"messages":[', () => response.destroy())
    },
    'of truncated JSON': response =>
      void response.end(`{"timeStamp":${SITE_TIME},"messages":[{"messageId":"m`),
    'of invalid JSON': response => void response.end('<html>busy</html>'),
    'with damage inside one record': response =>
      void response.end(
        `{"timeStamp":${SITE_TIME},"messages":[{"messageId":"x",,}],"lastId":"1","endOfMessages":false}`,
      ),
    'in damaged UTF-8': response =>
      void response.end(
        Buffer.from(
          `{"timeStamp":${SITE_TIME},"messages":["\xff"],"lastId":"1","endOfMessages":false}`,
          'latin1',
        ),
      ),
    'answered 502': response => void response.writeHead(502).end(),
    'with a refused token': response => sendJson(response, { invalidToken: true }),
    'without a time': response => sendJson(response, { messages: [], lastId: '1', endOfMessages: false }),
    'that does not say whether it is the last': response =>
      sendJson(response, { timeStamp: SITE_TIME, messages: [], lastId: '1' }),
  }))
    it(`${what} are read again from the same cursor`, async () => {
      const { source } = await open({ [MESSAGES]: threePages(nth => (nth === 2 ? spoil : undefined)) })
      assert.deepEqual(idsOf(await all(source.pages(window, null, never))), SIX)
    })

  it('that come encoded, which was not asked for, are refused', async () => {
    const { source } = await open({
      [MESSAGES]: response => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('zzz'),
    })
    await assert.rejects(all(source.pages(window, null, never)), failsWith('SITE_ANSWER_INVALID'))
  })

  it('that stay damaged are taken as they are, so that a bad record costs only itself', async () => {
    const body = `{"timeStamp":${SITE_TIME},"messages":[${JSON.stringify(record('a'))},{"messageId":tru},${JSON.stringify(record('b'))}],"lastId":"1","endOfMessages":true}`
    const { source, asked } = await open({ [MESSAGES]: response => void response.end(body) })
    const [page, ...more] = await all(source.pages(window, null, never))
    assert.deepEqual([page?.items, more.length, asked(MESSAGES)], [3, 0, 6])
    assert.equal(page?.bytes.toString(), body)
  })

  it('that stay unreadable leave the rest to a later job', async () => {
    const { source } = await open({
      [MESSAGES]: threePages((_, cursor) => (cursor === '1' ? r => void r.end('{') : undefined)),
    })
    const read: SourcePage[] = []
    await assert.rejects(
      (async () => {
        for await (const page of source.pages(window, null, never)) read.push(page)
      })(),
      failsWith('SITE_ANSWER_INVALID'),
    )
    assert.deepEqual(idsOf(read), SIX.slice(0, 2))
  })

  it('served twice are passed on once', async () => {
    const again: Answerer = response =>
      sendJson(response, messagesPage([record('m1a'), record('m1b')], '1', false))
    const { source } = await open({
      [MESSAGES]: threePages(nth => (nth === 2 || nth === 3 ? again : undefined)),
    })
    assert.deepEqual(idsOf(await all(source.pages(window, null, never))), SIX)
    // Also after a resumption, when the page before is not known any more.
    const resumed = await open({ [MESSAGES]: threePages(nth => (nth === 1 ? again : undefined)) })
    assert.deepEqual(idsOf(await all(resumed.source.pages(window, '1', never))), SIX.slice(2))
  })

  for (const [what, answer] of Object.entries<Answerer>({
    'gives the same cursor for ever': response => sendJson(response, messagesPage([record('a')], 'x', false)),
    'goes round in circles': (response, _, nth) =>
      sendJson(response, messagesPage([record(`a${nth}`)], nth % 2 ? 'x' : 'y', false)),
    'gives empty pages for ever': (response, _, nth) =>
      sendJson(response, messagesPage([], `c${nth}`, false)),
  }))
    it(`from a site that ${what} come to an end`, async () => {
      const { source, asked } = await open({ [MESSAGES]: answer })
      await assert.rejects(all(source.pages(window, null, never)), failsWith('SITE_ANSWER_INVALID'))
      assert.ok(asked(MESSAGES) < 10)
    })

  it('over the limit are refused by their announced length, or while they stream', async () => {
    const limits = { pageBytesMax: 10_000 }
    const announced = await open(
      { [MESSAGES]: response => void response.writeHead(200, { 'content-length': 10_001 }).write('{') },
      { limits },
    )
    await assert.rejects(all(announced.source.pages(window, null, never)), failsWith('SITE_ANSWER_TOO_LARGE'))
    let written = 0
    const streamed = await open(
      {
        [MESSAGES]: response => {
          const flood = setInterval(() => {
            written += 5000
            response.write(' '.repeat(5000))
          }, 5)
          response.on('close', () => clearInterval(flood))
        },
      },
      { limits },
    )
    await assert.rejects(all(streamed.source.pages(window, null, never)), failsWith('SITE_ANSWER_TOO_LARGE'))
    assert.ok(written < 100_000)
  })

  it('of a million tiny elements are refused before they become items', async () => {
    const body = `{"timeStamp":${SITE_TIME},"messages":[${'0,'.repeat(1_000_000)}0],"lastId":"1","endOfMessages":true}`
    const { source } = await open({ [MESSAGES]: response => void response.end(body) })
    await assert.rejects(all(source.pages(window, null, never)), failsWith('SITE_ANSWER_INVALID'))
  })

  it('name the contents to stream, each once', async () => {
    const attachment = (contentId: string, attachSize: number) => ({ name: 'a', contentId, attachSize })
    const { source } = await open({
      [MESSAGES]: response =>
        sendJson(
          response,
          messagesPage(
            [
              record('plain'),
              {
                ...record('a'),
                body: { attachment: [attachment('c1', 5), { name: 'in', content: '' }, attachment('c2', 6)] },
              },
              {
                ...record('b'),
                body: { textContent: '"contentId":"not one"', attachment: [attachment('c1', 5)] },
              },
              {
                messageId: 'c',
                networkType: 'ENTERPRISE_NUMBER',
                gatewayReceivedDate: 1,
                emlContentId: 'e1',
                emlSize: 9,
              },
            ],
            '',
            true,
          ),
        ),
    })
    const [page] = await all(source.pages(window, null, never))
    assert.deepEqual(page?.contents, [
      { contentId: 'c1', size: 5 },
      { contentId: 'c2', size: 6 },
      { contentId: 'e1', size: 9 },
    ])
  })
})
