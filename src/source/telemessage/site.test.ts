import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Faults, type Site, startSite } from '../../../telemessage-site/telemessage-site.ts'
import type { Clock } from '../../clock.ts'
import { hasCode } from '../../errors.ts'
import { silentLogger } from '../../log.ts'
import { openSource, type Source, splitPage } from '../source.ts'

const never = new AbortController().signal
/** Waits much shorter than it is told to, so that a site that asks for seconds costs a test milliseconds. */
const hasty: Clock = {
  now: () => Date.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, Math.min(5, milliseconds / 1000))),
}

let site: Site
before(async () => {
  site = await startSite({ people: 24, days: 7, seed: 11, recordingSize: 2_000_000 })
})
after(() => site.stop())

const windowOf = () => ({ from: new Date(site.from), to: new Date(site.now()) })

const requests = () => site.requests.login + site.requests.messages + site.requests.refused

async function withSource<T>(
  network: string,
  work: (source: Source) => Promise<T>,
  pageItems = 100,
): Promise<T> {
  const source = openSource({
    kind: 'site',
    url: site.url,
    network,
    ...site.account,
    demonstration: true,
    pageItems,
    contentSizeMax: 150_000_000,
    clock: hasty,
    log: silentLogger,
  })
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}

/** What a reading of the window gives: a digest of each item, in order, and what of it was repeated or broken. */
async function readAll(source: Source, window: { from: Date; to: Date }): Promise<string[]> {
  const items: string[] = []
  for await (const page of source.pages(window, null, never)) {
    const raws = splitPage('site', page.bytes)
    assert.equal(raws.length, page.items)
    for (const raw of raws) {
      assert.equal(raw.error, undefined)
      items.push(
        createHash('sha256')
          .update(`${raw.sourceItemId} ${raw.contentId} `)
          .update(raw.bytes)
          .digest('base64url'),
      )
    }
  }
  return items
}

describe('the stand-in site', () => {
  it('gives as many items as it counts, on both networks, and every content whole', async () => {
    const window = windowOf()
    for (const network of ['ENTERPRISE_NUMBER', 'O2'])
      await withSource(network, async source => {
        const account = await source.probe(never)
        assert.equal(account.accountId, site.accountId)
        assert.equal(account.demonstration, true)
        let items = 0
        for await (const page of source.pages(window, null, never)) {
          const raws = splitPage('site', page.bytes)
          items += raws.length
          for (const raw of raws) {
            assert.equal(raw.form, network === 'O2' ? 'record' : 'email')
            assert.equal(raw.network, network)
            assert.ok(raw.arrivedAt >= window.from && raw.arrivedAt < window.to)
          }
          for (const content of page.contents) {
            let size = 0
            for await (const chunk of source.content(content.contentId, never)) size += chunk.length
            assert.equal(size, content.size)
          }
        }
        assert.ok(items > 0)
        assert.equal(items, await source.count(window, never))
      })
  })

  it('names its registered users', async () => {
    const users = await withSource('O2', async source => {
      const read = []
      for await (const user of source.users(never)) read.push(user)
      return read
    })
    assert.ok(users.length > 0)
    for (const user of users)
      assert.deepEqual([user.network, user.appActive, user.userId === ''], ['O2', null, false])
  })

  it('refuses a wrong password and a suspended account', async () => {
    const source = openSource({
      kind: 'site',
      url: site.url,
      network: 'O2',
      username: site.account.username,
      password: 'wrong',
      demonstration: true,
      contentSizeMax: 1,
      clock: hasty,
      log: silentLogger,
    })
    await assert.rejects(source.probe(never), error => hasCode(error, 'SITE_SIGN_IN_WRONG'))
    await source.close()
    site.faults.suspended = true
    try {
      await withSource('O2', good =>
        assert.rejects(good.probe(never), error => hasCode(error, 'SITE_SIGN_IN_SUSPENDED')),
      )
    } finally {
      site.faults.suspended = false
    }
  })

  for (const [what, faults] of Object.entries<Partial<Faults>>({
    'asks to slow down': { tooManyEvery: 3 },
    'asks to slow down until a date': { tooManyEvery: 3, retryAfterDate: true },
    'answers with errors': { serverErrorEvery: 3 },
    'cuts connections': { cutEvery: 2 },
    'truncates pages': { truncateEvery: 2 },
    'sends pages that are no JSON': { invalidJsonEvery: 2 },
    'serves pages twice': { repeatPageEvery: 3 },
    'lets sign-ins expire': { tokenRequests: 3 },
    'does all of it': {
      tooManyEvery: 11,
      serverErrorEvery: 7,
      cutEvery: 6,
      truncateEvery: 5,
      invalidJsonEvery: 7,
      repeatPageEvery: 5,
      tokenRequests: 4,
    },
  }))
    it(`that ${what} is read in full, in order, and nothing twice`, async () => {
      const window = windowOf()
      const expected = await withSource('O2', source => readAll(source, window), 1000)
      assert.ok(expected.length > 150)
      const before = { ...site.faults }
      Object.assign(site.faults, faults)
      try {
        const asked = requests()
        const read = await withSource('O2', source => readAll(source, window), 20)
        assert.deepEqual(read, expected)
        // One sign-in and one request for each page is all that a faultless reading takes.
        assert.ok(requests() - asked > 1 + Math.ceil(expected.length / 20), 'the fault never struck')
      } finally {
        Object.assign(site.faults, before)
      }
    })

  it('that reorders its pages is read in full', async () => {
    const window = windowOf()
    const expected = await withSource('O2', source => readAll(source, window), 1000)
    site.faults.reorderEvery = 2
    try {
      const read = await withSource('O2', source => readAll(source, window), 50)
      assert.deepEqual(read.sort(), expected.sort())
    } finally {
      site.faults.reorderEvery = 0
    }
  })

  it('that cuts contents gives them whole all the same', async () => {
    site.faults.cutEvery = 2
    try {
      await withSource('ENTERPRISE_NUMBER', async source => {
        let contents = 0
        for await (const page of source.pages(windowOf(), null, never))
          for (const content of page.contents.slice(0, 2)) {
            contents += 1
            let size = 0
            for await (const chunk of source.content(content.contentId, never)) size += chunk.length
            assert.equal(size, content.size)
          }
        assert.ok(contents > 0)
      })
    } finally {
      site.faults.cutEvery = 0
    }
  })
})
