/** Searches whose answer is known without a scan: limits, long texts, many terms, orders and pages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../database/database.ts'
import { hasCode } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { addEntries, addItems, addPlaces, drawItems } from '../testing/search-items.ts'
import { count, type EntryInput, parseQuery, type SearchSort, search, searchSnapshot } from './search.ts'

const ALL = { mailboxIds: null }
const NOBODY = { numbers: [], emails: [], names: [], userIds: [] }

function inputOf(number: number, body: string): EntryInput {
  const itemId = Buffer.alloc(16)
  itemId.writeUIntBE(Date.UTC(2026, 10, 1) + number, 0, 6)
  return {
    itemId,
    text: { subject: '', body, groupName: null, names: [], attachmentNames: [], attachmentTexts: [] },
    kind: 'sms',
    direction: null,
    sentAt: new Date(Date.UTC(2026, 10, 1) + number),
    from: NOBODY,
    to: NOBODY,
    mailboxIds: [3],
    connectorId: 1,
  }
}

async function open(t: Parameters<typeof testDatabase>[0], texts: readonly string[]) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  await addEntries(
    database,
    keyring,
    texts.map((text, number) => inputOf(number, text)),
  )
  const found = async (query: string, scope: Parameters<typeof search>[3] = ALL) => {
    const page = await search(database, keyring, parseQuery(query), scope, { limit: 10_000 })
    return page.itemIds.map(
      id => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) - Date.UTC(2026, 10, 1),
    )
  }
  return { database, keyring, found }
}

test('an empty scope finds nothing, not even *', async t => {
  const { found } = await open(t, ['lunch', 'dinner'])
  assert.deepEqual(await found('*'), [1, 0])
  for (const scope of [
    { mailboxIds: [] },
    { mailboxIds: null, connectorIds: [] },
    { mailboxIds: null, folders: [] },
  ]) {
    assert.deepEqual(await found('*', scope), [])
    assert.deepEqual(await found('NOT lunch', scope), [])
  }
})

test('words of a long text that lie in different parts are found together, and NOT sees all parts', async t => {
  const long = `first ${'word '.repeat(700)} middle ${'other '.repeat(700)} last`
  const { found, database } = await open(t, ['lunch', long])
  const [row] = await database.query<{ parts: number }>(
    'select count(*) as parts from search_entry where part > 0',
  )
  assert.ok(row!.parts > 4)
  for (const query of ['first last', 'middle AND "word word"', 'NOT (NOT last)', 'fir* las*', '-lunch'])
    assert.deepEqual(await found(query), [1], query)
  for (const query of ['first -last', 'first AND lunch', '"first last"', 'first NEAR last', 'fir* -las*'])
    assert.deepEqual(await found(query), [], query)
})

test('a phrase of a hundred words is found wherever the parts of a long text end', async t => {
  const many = Array.from({ length: 20_000 }, (_, index) => `w${index % 97}x${index % 101}`)
  const often = Array.from({ length: 3000 }, (_, index) => (index % 3 === 0 ? 'buy' : `v${index}`))
  const { found } = await open(t, [many.join(' '), often.join(' ')])
  // The first part ends after 16,000 positions, or before the 257th `buy`.
  for (const [words, number, end] of [
    [many, 0, 16_000],
    [often, 1, 768],
  ] as const) {
    for (let start = end - 120; start <= end + 5; start++) {
      const phrase = words.slice(start, start + 100)
      assert.deepEqual(await found(`"${phrase.join(' ')}"`), [number], `word ${start}`)
      if (start % 7 !== 0) continue
      const near = `"${phrase.slice(0, 10).join(' ')}" NEAR(80) "${phrase.slice(90).join(' ')}"`
      assert.deepEqual(await found(near), [number], `nearness at word ${start}`)
    }
  }
})

test('a query of many mailboxes, terms and levels is answered', async t => {
  const { found } = await open(t, ['lunch', 'word17'])
  const terms = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' OR ')
  const mailboxIds = Array.from({ length: 5000 }, (_, index) => index + 3)
  const nested = `${'('.repeat(40)}lunch${')'.repeat(40)}`
  assert.deepEqual(await found(`${terms} OR ${nested}`, { mailboxIds }), [1, 0])
  const both = Array.from({ length: 150 }, (_, index) => `(lunch NOT nothing${index})`).join(' ')
  assert.deepEqual(await found(both), [0])
})

test('a beginning that ten thousand words have is looked for, one more is refused at its place', async t => {
  const words = Array.from({ length: 10_000 }, (_, index) => `many${index}`)
  const texts = Array.from({ length: 10 }, (_, index) =>
    words.slice(index * 1000, (index + 1) * 1000).join(' '),
  )
  const { found, database, keyring } = await open(t, ['lunch', ...texts])
  assert.equal((await found('many*')).length, 10)
  assert.deepEqual(await found('NOT many*'), [0])
  assert.deepEqual(await found('"many9998 many*"'), [10])
  await addEntries(database, keyring, [inputOf(20, 'manyone')])
  await assert.rejects(
    found('lunch OR many*'),
    error =>
      hasCode(error, 'QUERY_INVALID') && /^at character 10: .*10000/.test(String((error as Error).message)),
  )
  assert.deepEqual(await found('manyo*'), [20])
  await assert.rejects(found(`${'x'.repeat(61)}*`), error => hasCode(error, 'QUERY_INVALID'))
  assert.deepEqual(await found(`${'x'.repeat(60)}*`), [])
})

test('a search that takes too long is given up', async t => {
  const { database, keyring } = await open(t, ['lunch'])
  await database.transaction(async tx => {
    await tx.execute('lock table search_entry in access exclusive mode')
    const waiting = search(database, keyring, parseQuery('lunch'), ALL, { limit: 1, secondsMax: 1 })
    await assert.rejects(waiting, error => hasCode(error, 'SEARCH_TOO_LONG'))
  })
  const { itemIds } = await search(database, keyring, parseQuery('lunch'), ALL, { limit: 1 })
  assert.equal(itemIds.length, 1)
})

const sorts: Record<SearchSort, (items: ReturnType<typeof drawItems>) => string[]> = {
  newest: items => items.map(item => item.id),
  oldest: items => items.map(item => item.id).reverse(),
  largest: items => [...items].sort((a, b) => b.size - a.size).map(item => item.id),
  smallest: items => [...items].sort((a, b) => a.size - b.size).map(item => item.id),
  person: items => {
    const key = ({ input: { from } }: (typeof items)[number]) => from.numbers[0] ?? from.emails[0] ?? ''
    return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)).map(item => item.id)
  },
}

async function pages(
  database: Database,
  keyring: Keyring,
  sort: SearchSort,
  limit: number,
  between: (page: number) => Promise<void> = async () => {},
): Promise<string[]> {
  const itemIds: string[] = []
  let after: string | null = null
  for (let number = 1; ; number++) {
    const page: Awaited<ReturnType<typeof search>> = await search(database, keyring, parseQuery('*'), ALL, {
      after,
      limit,
      sort,
    })
    itemIds.push(...page.itemIds)
    after = page.next
    if (after === null) return itemIds
    await between(number)
  }
}

test('every order is one, and pages go through it while items arrive', async t => {
  const all = drawItems(160, 7)
  const early = all.slice(0, 120)
  const newestFirst = [...early].sort((a, b) => (a.id < b.id ? 1 : -1))
  for (const sort of Object.keys(sorts) as SearchSort[]) {
    const { database } = await testDatabase(t)
    const keyring = await testKeyring(database)
    await addPlaces(database)
    await addItems(database, keyring, early)
    const expected = sorts[sort](newestFirst)
    assert.deepEqual(await pages(database, keyring, sort, 7), expected, sort)
    const seen = await pages(database, keyring, sort, 30, page =>
      addItems(database, keyring, all.slice(110 + page * 10, 120 + page * 10)),
    )
    assert.equal(new Set(seen).size, seen.length, `${sort}: none twice`)
    const known = new Set(expected)
    assert.deepEqual(
      seen.filter(id => known.has(id)),
      expected,
      `${sort}: none missing`,
    )
  }
})

test('what stands on a search is given up too, and what is too complex is not tried again', async t => {
  const { database } = await open(t, ['lunch'])
  const given = (text: string) => searchSnapshot(database, tx => tx.query(text), 1)
  for (const text of ['select pg_sleep(3)', `select (repeat('(', 1000000) || 'a')::tsquery`])
    await assert.rejects(given(text), error => hasCode(error, 'SEARCH_TOO_LONG'), text.slice(0, 30))
  await assert.rejects(given('select 1 / 0'), error => !hasCode(error, 'SEARCH_TOO_LONG'))
})

test('a page begins at a cursor of its own order and at nothing else', async t => {
  const { database, keyring } = await open(t, ['lunch', 'dinner', 'tea'])
  const { next } = await search(database, keyring, parseQuery('*'), ALL, { limit: 1, sort: 'oldest' })
  assert.ok(next)
  for (const after of ["x' or true", '', 'bnVsbA', next, '00000000-0000-0000-0000-000000000001'])
    await assert.rejects(
      search(database, keyring, parseQuery('*'), ALL, { after, limit: 5 }),
      error => hasCode(error, 'USAGE'),
      after,
    )
  assert.equal(await count(database, keyring, parseQuery('*'), ALL), 3)
})

test('a query of hundreds of conditions and words is answered, also for long items', async t => {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  await addPlaces(database)
  await addItems(database, keyring, drawItems(60, 11))
  const lunch = await count(database, keyring, parseQuery('lunch'), ALL)
  const without = await count(database, keyring, parseQuery('NOT lunch'), ALL)
  assert.ok(lunch > 0 && without > 0)
  const times = (part: string) => Array.from({ length: 320 }, () => part).join(' AND ')
  for (const [query, expected] of [
    [times('size>=0 AND lunch'), lunch],
    [times('imported>=1990 AND -lunch'), without],
  ] as const)
    assert.equal(await count(database, keyring, parseQuery(query), ALL), expected, query.slice(0, 30))
})

test('beginnings that come to very many words together are refused', async t => {
  const family = Array.from({ length: 9_500 }, (_, number) => `ruff${number.toString(36)}`).join(' ')
  const { found } = await open(t, [family, 'gannet'])
  assert.deepEqual(await found('ruff* AND NOT gann*'), [0])
  await assert.rejects(
    found(Array.from({ length: 11 }, () => 'ruff*').join(' OR ')),
    /QUERY_INVALID|more than 100000 words in all/,
  )
})

test('NUL is a space in a query, and no cursor has one', async t => {
  const { database, keyring, found } = await open(t, ['lunch today', 'dinner'])
  assert.deepEqual(await found('"lunch\0today"'), [0])
  for (const query of ['folder:"a\0b"', 'from:"x" from:su\0san', 'conversation:\0', 'NOT to:\0x'])
    await found(query).catch(error => assert.ok(hasCode(error, 'QUERY_INVALID'), query))
  const after = Buffer.from(JSON.stringify(['person', '00000000-0000-0000-0000-000000000001', 'a\0']))
  await assert.rejects(
    search(database, keyring, parseQuery('*'), ALL, {
      after: after.toString('base64url'),
      limit: 5,
      sort: 'person',
    }),
    error => hasCode(error, 'USAGE'),
  )
})
