import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Site, startSite } from './telemessage-site.ts'
import { type Message, NETWORKS, type Visitor, visit } from './visitor.ts'

const NOW = Date.parse('2026-03-18T15:20:00Z')
const DAY = 86_400_000

/** Everything a site holds, as text. */
async function everything(options: Parameters<typeof startSite>[0], from = 0, to = NOW + 1): Promise<string> {
  const site = await startSite(options)
  try {
    const visitor = await visit(site)
    const lists = await Promise.all(NETWORKS.map(network => visitor.all(network, from, to)))
    return JSON.stringify(lists)
  } finally {
    await site.stop()
  }
}

describe('determinism', () => {
  const flags = { people: 24, days: 3, seed: 7, now: NOW }

  test('the same flags give the same bytes, another seed gives others', async () => {
    const [first, second, other] = await Promise.all([
      everything(flags),
      everything(flags),
      everything({ ...flags, seed: 8 }),
    ])
    assert.ok(first.length > 100_000)
    assert.equal(first, second)
    assert.notEqual(first, other)
  })

  test('a site started on another day gives the same bytes for the days both have', async () => {
    const window = [NOW - DAY, NOW - 5 * 3_600_000] as const
    const today = await everything(flags, ...window)
    const tomorrow = await everything({ ...flags, now: NOW + DAY }, ...window)
    assert.ok(today.length > 10_000)
    assert.equal(today, tomorrow)
  })

  test('an item does not depend on the page size', async t => {
    const site = await startSite(flags)
    t.after(() => site.stop())
    const visitor = await visit(site)
    for (const network of NETWORKS) {
      const large = await visitor.all(network)
      assert.deepEqual(await visitor.all(network, 0, NOW + 1, 37), large)
    }
  })
})

describe('windows and cursors', () => {
  let site: Site
  let visitor: Visitor
  let held: Map<string, Message[]>

  before(async () => {
    site = await startSite({ people: 40, days: 4, seed: 3, now: NOW })
    visitor = await visit(site)
    held = new Map()
    for (const network of NETWORKS) held.set(network, await visitor.all(network))
  })
  after(() => site.stop())

  test('items come in order of arrival and none is of the future', () => {
    for (const messages of held.values()) {
      const arrivals = messages.map(message => message.gatewayReceivedDate)
      assert.deepEqual(
        arrivals,
        arrivals.toSorted((a, b) => a - b),
      )
      assert.ok(arrivals.at(-1)! <= NOW)
      assert.ok(arrivals[0]! >= site.from)
    }
  })

  test('a window is half-open, and its count is what its pages give', async () => {
    const time = fc.integer({ min: site.from - 1000, max: NOW + 3_600_000 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NETWORKS), time, time, async (network, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const expected = held
          .get(network)!
          .filter(message => message.gatewayReceivedDate >= from && message.gatewayReceivedDate < to)
        assert.deepEqual(await visitor.all(network, from, to, 200), expected)
        assert.equal(await visitor.count(network, from, to), expected.length)
      }),
      { numRuns: 25, seed: 1 },
    )
  })

  test('a window that begins and ends on arrivals includes the first and excludes the last', async () => {
    const arrivals = held.get('O2')!.map(message => message.gatewayReceivedDate)
    const from = arrivals[40]!
    const to = arrivals[arrivals.length - 40]!
    const expected = arrivals.filter(arrival => arrival >= from && arrival < to)
    assert.equal(await visitor.count('O2', from, to), expected.length)
    assert.equal(await visitor.count('O2', from, from), 0)
    assert.ok(arrivals.filter(arrival => arrival === from).length > 1, 'equal arrivals are there')
  })

  test('a cursor continues from any place, any number of times, after signing in again', async () => {
    for (const network of NETWORKS) {
      const all = held.get(network)!
      for (const limit of [1, 13, 250]) {
        const first = await visitor.page(network, 0, NOW + 1, '', limit)
        const again = await visit(site)
        for (const reader of [visitor, again, again]) {
          const rest = await reader.page(network, 0, NOW + 1, first.lastId, 500)
          assert.deepEqual(rest.messages, all.slice(limit, limit + 500))
        }
      }
    }
  })

  test('a cursor at the end gives an empty last page, and what arrives later after it', async () => {
    const network = 'ENTERPRISE_NUMBER'
    const count = held.get(network)!.length
    let lastId = ''
    for (let read = 0; read < count; ) {
      const page = await visitor.page(network, 0, NOW + DAY, lastId)
      read += page.messages.length
      lastId = page.lastId
    }
    const empty = await visitor.page(network, 0, NOW + DAY, lastId)
    assert.deepEqual([empty.messages.length, empty.endOfMessages], [0, true])
    site.setNow(NOW + 3_000_000)
    const later = await visitor.page(network, 0, NOW + DAY, lastId)
    site.setNow(NOW)
    assert.ok(later.messages.length > 0)
    assert.ok(later.messages.every(message => message.gatewayReceivedDate > NOW))
  })

  test('a made-up cursor, content id or parameter is refused', async () => {
    const base = '/rest/archive/messages?network=O2&from=0&to=9999999999999'
    for (const path of [
      `${base}&lastId=1.2.3.4`,
      `${base}&limit=0`,
      `${base}&limit=1001`,
      '/rest/archive/messages?network=NONE&from=0&to=1',
      '/rest/archive/messages?network=O2&from=x&to=1',
      '/rest/archive/messages/count?network=O2',
    ])
      assert.equal((await visitor.get(path)).status, 400, path)
    assert.equal((await visitor.get('/rest/archive/content/o.1.2.3.4')).status, 404)
    assert.equal((await visitor.get('/actuator/heapdump')).status, 404)
  })
})

describe('volume', () => {
  test('--items is exact, spread over whole past days, and plain traffic has no copies', async t => {
    const site = await startSite({ people: 50, days: 10, seed: 7, items: 5000, plain: true, now: NOW })
    t.after(() => site.stop())
    const visitor = await visit(site)
    const ids = new Set<string>()
    let total = 0
    for (const network of NETWORKS)
      for (const message of await visitor.all(network)) {
        total++
        ids.add(message.messageId ?? '')
        assert.ok(message.gatewayReceivedDate < Math.floor(NOW / DAY) * DAY)
        assert.equal(message.emlContentId, undefined)
      }
    assert.equal(total, 5000)
    assert.equal(ids.size, 5000)
    assert.equal(site.count(), 5000)
  })

  test('a demonstration of sixty people and fourteen days has six to ten thousand items', async t => {
    const site = await startSite({ now: NOW })
    t.after(() => site.stop())
    const count = site.count()
    assert.ok(count > 6000 && count < 10_000, String(count))
  })

  test('large recordings are streamed from both networks at the size that was asked for', async t => {
    const site = await startSite({
      people: 20,
      days: 2,
      items: 40,
      plain: true,
      recordingsLarge: 2,
      recordingSize: 3_000_000,
      now: NOW,
    })
    t.after(() => site.stop())
    const visitor = await visit(site)
    assert.equal(site.count(), 42)
    const email = (await visitor.all('ENTERPRISE_NUMBER')).find(message => message.emlContentId)
    const content = Buffer.from(
      await (await visitor.get(`/rest/archive/content/${email?.emlContentId}`)).arrayBuffer(),
    )
    assert.equal(content.length, email?.emlSize)
    const record = (await visitor.all('O2')).find(
      message => message.body?.callInfo && message.body.messageContext === 'voice-call',
    )
    const [attachment] = (record?.body?.attachment ?? []) as {
      contentId: string
      attachSize: number
      digest: string
    }[]
    assert.equal(attachment?.attachSize, 3_000_000)
    const answer = await visitor.get(`/rest/archive/content/${attachment?.contentId}`)
    assert.equal(answer.headers.get('content-length'), '3000000')
    const bytes = await answer.arrayBuffer()
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('base64')
    assert.equal(digest, attachment?.digest)
  })
})
