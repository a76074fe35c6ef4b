/** Hits in context, as messages and as conversations: marked where the words are, complete, and stable while paging. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import type { Connector } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { parseQuery } from '../search/search.ts'
import { assertComplete, type TestArchive, testArchive } from '../testing/archive.ts'
import {
  estimateSearch,
  listHitConversations,
  readHitConversation,
  readSearch,
  SEARCH_SORTS,
  searchArchive,
} from './archive.ts'
import { hitOf } from './excerpt.ts'

const EVERYWHERE = { mailboxIds: null }
const FIRST = Date.UTC(2026, 9, 30, 9, 0)
const OUTSIDERS = ['447700900710', '447700900711', '447700900712', '447700900713', '447700900714'] as const

function person(name: string, scope: MailboxScope): Actor {
  const roles = ['Preview', 'Compliance Search'] as const
  return { name: `person:${name}`, breakGlass: false, roles: new Map(roles.map(role => [role, scope])) }
}

suite('hits', () => {
  let archive: TestArchive
  let ground: Ground
  let connector: Connector
  let site: Awaited<ReturnType<typeof startTinySite>>
  let anna: number
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  const say = (id: string, to: string, text: string, minute: number) => {
    const sent = new Date(FIRST + minute * 60_000).toISOString().replace('.000', '')
    return tinyRecord({ id, from: ANNA.number, to, text, sent })
  }

  before(async () => {
    const messages = OUTSIDERS.flatMap((number, talk) =>
      Array.from({ length: 4 }, (_, index) =>
        say(
          `m-${talk}-${index}`,
          number,
          index % 2 === 0 ? `the sandpiper of ${talk}, ${index}` : `nothing ${index}`,
          talk * 10 + index,
        ),
      ),
    )
    site = await startTinySite([...messages, say('to-bo', BO.number, 'a sandpiper for Bo', 60)])
    t.after(() => site.stop())
    archive = await testArchive(t)
    ground = archive.ground
    await archive.addPeople(PEOPLE_CSV)
    connector = await archive.addConnector(site, 'enterprise-number')
    await archive.addMapping(connector, MAPPING_CSV)
    await archive.work()
    assertComplete(await archive.run(connector, WINDOW))
    const rows = await ground.database.query<{ mailbox_id: number }>(
      'select mailbox_id from mailbox where address = $1',
      [ANNA.mailbox],
    )
    anna = rows[0]!.mailbox_id
  })

  const everyHit = async (actor: Actor, query: string) =>
    (await searchArchive(ground, actor, query, EVERYWHERE, { limit: 1000 })).itemIds

  test('a line shows the words around the hit, and marks them', async () => {
    const { lines } = await readSearch(ground, archive.actor, 'sandpiper "of 3"', EVERYWHERE, { limit: 50 })
    assert.equal(lines.length, 2)
    for (const { hit } of lines) {
      assert.ok(hit)
      assert.deepEqual(
        hit.marks.map(({ start, end }) => hit.excerpt.slice(start, end)),
        ['sandpiper', 'of 3'],
      )
      assert.deepEqual([hit.more, hit.within], [0, []])
    }
  })

  test('a long text is cut around the first mark, and the marks beyond are counted', () => {
    const query = parseQuery('sandpiper')
    const text = `${'word '.repeat(100)}sandpiper\n${'word '.repeat(100)}sandpiper`
    const facts = { text, subject: '', attachments: [], amendment: null, participants: [], groupName: null }
    const hit = hitOf(query, facts as unknown as Parameters<typeof hitOf>[1])
    assert.ok(hit && hit.excerpt.length <= 243)
    assert.match(hit.excerpt, /^…word .*sandpiper word .*…$/)
    assert.deepEqual(
      hit.marks.map(({ start, end }) => hit.excerpt.slice(start, end)),
      ['sandpiper'],
    )
    assert.equal(hit.more, 1)
    const emoji = hitOf(query, { ...facts, text: `${'😀'.repeat(300)} sandpiper` } as never)
    assert.ok(emoji?.excerpt.isWellFormed())
  })

  test('an estimate says how many, how large, where, and what kind', async () => {
    const estimate = await estimateSearch(ground, archive.actor, 'sandpiper', EVERYWHERE)
    const itemIds = await everyHit(archive.actor, 'sandpiper')
    assert.equal(estimate.items, itemIds.length)
    assert.deepEqual(
      estimate.byKind.map(each => each.items),
      [itemIds.length],
    )
    assert.deepEqual(estimate.byMailbox.map(each => [each.address, each.items]).sort(), [
      [ANNA.mailbox, 11],
      [BO.mailbox, 1],
    ])
    assert.deepEqual([estimate.partiallyIndexed, estimate.notYetIndexed], [0, 0])
    const limited = await estimateSearch(ground, person('limited', [anna]), 'sandpiper', EVERYWHERE)
    assert.deepEqual(
      limited.byMailbox.map(each => each.address),
      [ANNA.mailbox],
    )
    const nothing = await estimateSearch(ground, person('nothing', []), 'sandpiper', EVERYWHERE)
    assert.deepEqual([nothing.items, nothing.bytes, nothing.byMailbox, nothing.byKind], [0, 0, [], []])
  })

  test('every order gives every hit once, page by page', async () => {
    const expected = (await everyHit(archive.actor, '*')).toSorted()
    for (const sort of SEARCH_SORTS) {
      const seen: string[] = []
      let next: string | null = null
      do {
        const page = { limit: 4, sort, ...(next === null ? {} : { after: next }) }
        const found: Awaited<ReturnType<typeof readSearch>> = await readSearch(
          ground,
          archive.actor,
          '*',
          EVERYWHERE,
          page,
        )
        seen.push(...found.lines.map(line => line.itemId))
        next = found.next
        // It stands in an address of the portal.
        const cursor = Buffer.from(next ?? '', 'base64url').toString('latin1')
        assert.doesNotMatch(cursor, /4477009/, sort)
      } while (next !== null)
      assert.deepEqual(seen.toSorted(), expected, sort)
    }
  })

  test('a cursor that no page gave is refused, in each order', async () => {
    for (const sort of SEARCH_SORTS)
      for (const after of ['x', '', Buffer.from('["person"]').toString('base64url')])
        await assert.rejects(
          readSearch(ground, archive.actor, '*', EVERYWHERE, { after, limit: 2, sort }),
          { code: 'USAGE' },
          `${sort} ${after}`,
        )
  })

  test('conversations are grouped, counted and paged, and none is lost while messages arrive', async () => {
    const expected = new Map<string, number>()
    const { lines } = await readSearch(ground, archive.actor, 'sandpiper', EVERYWHERE, { limit: 200 })
    for (const { conversation } of lines) expected.set(conversation, (expected.get(conversation) ?? 0) + 1)
    assert.equal(expected.size, 6)
    const first = await listHitConversations(ground, archive.actor, 'sandpiper', EVERYWHERE, { limit: 2 })
    assert.deepEqual([first.total, first.moved], [6, 0])
    const seen = new Map(first.conversations.map(each => [each.conversation, each.hits]))
    // Something newer is said where one has not come to yet.
    const unseen = OUTSIDERS.find((_, talk) =>
      lines.some(line => line.text.includes(`of ${talk},`) && !seen.has(line.conversation)),
    )!
    site.messages.push(say('late', unseen, 'a late sandpiper', 600))
    assertComplete(await archive.run(connector, WINDOW))
    let { next } = first
    let moved = 0
    while (next !== null) {
      const page = await listHitConversations(ground, archive.actor, 'sandpiper', EVERYWHERE, {
        after: next,
        limit: 2,
      })
      for (const each of page.conversations) {
        assert.ok(!seen.has(each.conversation), 'it was shown before')
        seen.set(each.conversation, each.hits)
      }
      moved = page.moved
      next = page.next
    }
    // The one that came up is told of, and found by beginning again.
    assert.equal(moved, 1)
    assert.equal(seen.size, 5)
    const again = await listHitConversations(ground, archive.actor, 'sandpiper', EVERYWHERE, { limit: 10 })
    assert.deepEqual(new Set(again.conversations.map(each => each.conversation)), new Set(expected.keys()))
    assert.equal(again.conversations[0]!.newest.text, 'a late sandpiper')
    assert.equal(again.conversations[0]!.hits, 3)
    await assert.rejects(
      listHitConversations(ground, archive.actor, 'sandpiper', EVERYWHERE, { after: 'x.1', limit: 2 }),
      { code: 'USAGE' },
    )
  })

  test('a hit is opened in its conversation, with its neighbours and every hit marked', async () => {
    const [itemId] = await everyHit(archive.actor, '"sandpiper of 2" NOT "2, 0"')
    const found = await readHitConversation(ground, archive.actor, 'sandpiper', EVERYWHERE, itemId!, {
      limit: 3,
    })
    assert.equal(found.address, ANNA.mailbox)
    assert.equal(found.entries.length, 3)
    assert.ok(found.entries.some(entry => entry.itemId === itemId))
    const texts = new Map(found.entries.map(entry => [entry.itemId, entry.text]))
    for (const { itemId: marked, text } of found.marks)
      assert.deepEqual(
        text.map(({ start, end }) => texts.get(marked)!.slice(start, end)),
        ['sandpiper'],
      )
    // The other hit is the first of four messages, and this page has the last three.
    const other = await everyHit(archive.actor, '"sandpiper of 2, 0"')
    assert.deepEqual([found.hits, found.earlierHit, found.laterHit], [2, other[0], null])
  })

  test('words that only an attachment has are said to be in it; somebody’s name is not', async () => {
    const file = (text: string) => [
      {
        name: 'minutes.txt',
        contentType: 'text/plain',
        attachSize: text.length,
        content: Buffer.from(text).toString('base64'),
      },
    ]
    const attachment = file('minutes of the godwit committee')
    const sent = new Date(FIRST + 7 * 86_400_000).toISOString().replace('.000', '')
    site.messages.push(
      tinyRecord({ id: 'file', from: ANNA.number, to: OUTSIDERS[0], text: 'see this', attachment, sent }),
      tinyRecord({
        id: 'named',
        from: ANNA.number,
        to: OUTSIDERS[0],
        text: 'see that',
        attachment: file('nothing'),
        fromName: 'Godwit',
        sent,
      }),
    )
    assertComplete(await archive.run(connector, WINDOW))
    for (let tries = 0; (await everyHit(archive.actor, 'godwit')).length < 2; tries++) {
      assert.ok(tries < 400, 'the attachment was never read')
      await wait(25)
    }
    const { lines } = await readSearch(ground, archive.actor, 'godwit', EVERYWHERE, { limit: 5 })
    const within = new Map(lines.map(line => [line.text, line.hit?.within]))
    assert.deepEqual(within.get('see this'), [{ number: 1, name: 'minutes.txt' }])
    assert.deepEqual(within.get('see that'), [])
  })

  test('a hit beyond the boundary is unknown', async () => {
    const [ofBo] = await everyHit(archive.actor, '"sandpiper for Bo"')
    const stranger = person('stranger', [])
    await assert.rejects(
      readHitConversation(ground, stranger, 'sandpiper', EVERYWHERE, ofBo!, { limit: 3 }),
      { code: 'ITEM_UNKNOWN' },
    )
    const page = await listHitConversations(ground, stranger, 'sandpiper', EVERYWHERE, { limit: 10 })
    assert.deepEqual([page.conversations, page.total], [[], 0])
    await assert.rejects(
      readHitConversation(ground, person('for-anna', [anna]), 'sandpiper', EVERYWHERE, ofBo!, {
        address: BO.mailbox,
        limit: 3,
      }),
      { code: 'MAILBOX_UNKNOWN' },
    )
  })
})
