/**
 * Searches on real PostgreSQL against a scan that knows nothing of hashes, tsvectors or parts: random items, random
 * queries, from a seed that is printed when they differ.
 */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { CopyRows, type Database } from '../database/database.ts'
import { testDatabase } from '../testing/database.ts'
import {
  count,
  createIndexer,
  ENTRY_COLUMNS,
  type EntryInput,
  mergePending,
  type Parties,
  parseQuery,
  search,
} from './search.ts'
import { wordsOf } from './tokenizer.ts'

const keyring = { purposeKey: () => createSecretKey(Buffer.alloc(32, 9)) }
const ALL = { mailboxIds: null }

/** mulberry32: small, seeded, even enough. */
function randomFrom(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const of = <T>(values: readonly T[]): T => values[below(values.length)]!
  return { below, of }
}

type Random = ReturnType<typeof randomFrom>

const VOCABULARY =
  'lunch meeting report zebra Crème straße STRASSE İstanbul ΟΔΟΣ οδός 北京 在北 東京 สวัสดี नमस्ते مُحَمَّد 안녕하세요 👍🏽 👩‍💻 🇬🇧 ok no yes 07700 900123 2026'.split(
    ' ',
  )
const NAMES = ['Susan Jones', 'Jones Adeyemi', '王伟', 'Erik Öberg', 'Report Jones', 'InfoSMS']
/** In international form, and as people write it. */
const NUMBERS: [digits: string, written: string[]][] = [
  ['447700900123', ['+44 7700 900123', '07700900123', '447700900123', '"07700 900 123"']],
  ['447700900124', ['+447700900124', '07700 900124', '00447700900124']],
  ['12025550123', ['"(202) 555-0123"', '+1 202 555 0123', '12025550123']],
  ['46701740605', ['070-174 06 05', '+46701740605']],
  ['60123', ['60123']],
]
const EMAILS = ['susan@contoso.example', 'erik@fabrikam.example']
const KINDS = ['sms', 'mms', 'chat', 'call-log']
const DAY = 86_400_000
const START = Date.UTC(2026, 8, 20)

/** An item in clear, and its place. */
type Known = { id: string; input: EntryInput; streams: Record<'subject' | 'body' | 'other', string[][]> }

function textOf(random: Random, length: number): string {
  return Array.from({ length }, () => random.of(VOCABULARY)).join(random.of([' ', ' ', ', ', ' — ']))
}

function partiesOf(random: Random): Parties {
  const some = <T>(values: readonly T[]) => values.filter(() => random.below(3) === 0)
  return { numbers: some(NUMBERS.map(([digits]) => digits)), emails: some(EMAILS), names: some(NAMES) }
}

function itemOf(random: Random, number: number): Known {
  const impossible = random.below(40) === 0
  const time = START + random.below(80) * DAY + random.below(DAY)
  const itemId = Buffer.alloc(16)
  itemId.writeUIntBE(impossible ? 0 : time, 0, 6)
  itemId.writeUInt32BE(number, 12)
  const long = random.below(12) === 0
  const rare = `only${number}`
  const body = long
    ? `${textOf(random, 200 + random.below(12_000))} ${rare} ${textOf(random, 3000)}`
    : textOf(random, random.below(12))
  const input: EntryInput = {
    itemId,
    text: {
      subject: textOf(random, random.below(4)),
      body,
      groupName: random.below(4) === 0 ? textOf(random, 2) : null,
      names: random.below(8) === 0 ? [random.of(NAMES)] : [],
      attachmentNames: random.below(6) === 0 ? ['report zebra.pdf', 'lunch.jpg'] : [],
      attachmentTexts: random.below(6) === 0 ? [textOf(random, 6), textOf(random, 3)] : [],
    },
    kind: random.of(KINDS),
    direction: random.of(['in', 'out', null]),
    sentAt: impossible ? null : new Date(time),
    from: partiesOf(random),
    to: partiesOf(random),
    mailboxIds: [3, 4, 5, 6].filter(() => random.below(2) === 0),
    connectorId: 1 + random.below(2),
  }
  const { text } = input
  const hex = itemId.toString('hex')
  return {
    id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    input,
    streams: {
      subject: [wordsOf(text.subject)],
      body: [wordsOf(text.body)],
      other: [text.groupName ?? '', ...text.names, ...text.attachmentNames, ...text.attachmentTexts].map(
        wordsOf,
      ),
    },
  }
}

/** A query as text, and what it means. */
type Meaning = { readonly text: string; readonly test: (item: Known) => boolean }

function contains(stream: readonly string[], phrase: readonly string[]): boolean {
  for (let at = 0; at + phrase.length <= stream.length; at++) {
    if (phrase.every((word, index) => stream[at + index] === word)) return true
  }
  return false
}

const anywhere = (item: Known, phrase: readonly string[]) =>
  Object.values(item.streams).some(streams => streams.some(stream => contains(stream, phrase))) ||
  [item.input.from, item.input.to].some(parties => named(parties, phrase))

const named = (parties: Parties, phrase: readonly string[]) =>
  parties.names.some(name => contains(wordsOf(name), phrase))

function phraseOf(random: Random, items: readonly Known[]): string[] {
  if (random.below(3) === 0) return [random.of(VOCABULARY)]
  if (random.below(6) === 0) return random.of(NAMES).split(' ')
  // Words in a row out of a real text, wherever a part of it may end.
  const words = random.of(items).input.text.body.split(/[ ,—]+/)
  const at = random.below(words.length)
  const phrase = words.slice(at, at + 1 + random.below(random.below(10) === 0 ? 60 : 4))
  // Digits alone would be a number, which is looked for among the parties too.
  return /[^0-9 ]/.test(phrase.join(' ')) ? phrase : ['lunch']
}

function leafOf(random: Random, items: readonly Known[]): Meaning {
  const role = random.of(['from', 'to', 'participants'] as const)
  const parties = (item: Known) =>
    role === 'participants' ? [item.input.from, item.input.to] : [item.input[role]]
  switch (random.below(10)) {
    case 0: {
      const [digits, written] = random.of(NUMBERS)
      return {
        text: `${role}:${random.of(written)}`,
        test: item => parties(item).some(each => each.numbers.includes(digits)),
      }
    }
    case 1: {
      const name = wordsOf(random.of(NAMES))
      const words = name.slice(random.below(name.length))
      return {
        text: `${role}:"${words.join(' ')}"`,
        test: item => parties(item).some(each => named(each, words)),
      }
    }
    case 2: {
      const email = random.of(EMAILS)
      const domain = email.slice(email.indexOf('@') + 1)
      return random.below(2) === 0
        ? {
            text: `${role}:${email.toUpperCase()}`,
            test: item => parties(item).some(each => each.emails.includes(email)),
          }
        : {
            text: `${role}:${domain}`,
            test: item => parties(item).some(each => each.emails.some(one => one.endsWith(`@${domain}`))),
          }
    }
    case 3: {
      const kind = random.of(KINDS)
      return { text: `kind:${kind}`, test: item => item.input.kind === kind }
    }
    case 4: {
      const first = START + random.below(80) * DAY
      const days = 1 + random.below(40)
      const day = (time: number) => new Date(time).toISOString().slice(0, 10)
      const form = random.below(3)
      if (form === 0) {
        return {
          text: `sent<${day(first)}`,
          test: ({ input: { sentAt } }) => sentAt !== null && +sentAt < first,
        }
      }
      if (form === 1) {
        return {
          text: `sent>${day(first)}`,
          test: ({ input: { sentAt } }) => sentAt !== null && +sentAt >= first + DAY,
        }
      }
      return {
        text: `sent:${day(first)}..${day(first + (days - 1) * DAY)}`,
        test: ({ input: { sentAt } }) => sentAt !== null && +sentAt >= first && +sentAt < first + days * DAY,
      }
    }
    case 5: {
      const field = random.of(['subject', 'body'] as const)
      const words = wordsOf(phraseOf(random, items).join(' '))
      return {
        text: `${field}:"${words.join(' ')}"`,
        test: item => item.streams[field].some(stream => contains(stream, words)),
      }
    }
    default: {
      const phrase = phraseOf(random, items)
      const words = wordsOf(phrase.join(' '))
      return {
        text: phrase.length === 1 ? phrase[0]! : `"${phrase.join(' ')}"`,
        test: item => anywhere(item, words),
      }
    }
  }
}

function meaningOf(random: Random, items: readonly Known[], depth: number): Meaning {
  const shape = depth === 0 ? 9 : random.below(10)
  if (shape <= 2) {
    const parts = Array.from({ length: 2 + random.below(2) }, () => meaningOf(random, items, depth - 1))
    return {
      text: parts.map(part => `(${part.text})`).join(random.of([' ', ' AND '])),
      test: item => parts.every(part => part.test(item)),
    }
  }
  if (shape <= 4) {
    const parts = Array.from({ length: 2 }, () => meaningOf(random, items, depth - 1))
    return {
      text: parts.map(part => `(${part.text})`).join(' OR '),
      test: item => parts.some(part => part.test(item)),
    }
  }
  if (shape === 5) {
    const part = meaningOf(random, items, depth - 1)
    return { text: `NOT (${part.text})`, test: item => !part.test(item) }
  }
  return leafOf(random, items)
}

async function fill(database: Database, items: readonly Known[]): Promise<void> {
  const rows = new CopyRows()
  const indexer = createIndexer(keyring)
  for (const item of items) assert.ok(indexer.add(rows, item.input))
  await database.transaction(tx => tx.copy('search_entry', ENTRY_COLUMNS, rows))
}

async function allPages(
  database: Database,
  text: string,
  scope: { mailboxIds: number[] | null },
  limit: number,
) {
  const itemIds: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof search>> = await search(
      database,
      keyring,
      parseQuery(text),
      scope,
      { after, limit },
    )
    itemIds.push(...page.itemIds)
    after = page.next
  } while (after !== null)
  return itemIds
}

const SEED = 20_261_120

describe('searches equal a scan of the words', () => {
  const random = randomFrom(SEED)
  const items = Array.from({ length: 400 }, (_, number) => itemOf(random, number))
  const newestFirst = [...items].sort((a, b) => (a.id < b.id ? 1 : -1))
  let database: Database

  const closers: (() => Promise<void>)[] = []

  before(async () => {
    database = (await testDatabase({ after: work => void closers.push(work) })).database
    await fill(database, items)
    await mergePending(database)
  })

  after(async () => {
    for (const close of closers) await close()
  })

  test('there are long items among them, in several parts', async () => {
    const [row] = await database.query<{ long: number; parts: number }>(
      'select count(distinct item_id) as long, count(*) as parts from search_entry where part > 0',
    )
    assert.ok(row!.long > 15 && row!.parts > row!.long * 2, JSON.stringify(row))
  })

  for (let group = 0; group < 8; group++) {
    test(`queries, group ${group + 1}`, async () => {
      let hits = 0
      for (let run = 0; run < 60; run++) {
        const meaning = meaningOf(random, items, random.below(4))
        const mailboxIds = random.below(3) === 0 ? [3, 5].slice(random.below(2)) : null
        const seen = newestFirst.filter(
          item => mailboxIds === null || item.input.mailboxIds.some(id => mailboxIds.includes(id)),
        )
        const expected = seen.filter(meaning.test).map(item => item.id)
        const place = `seed ${SEED}, group ${group}, run ${run}: ${meaning.text}`
        const found = await allPages(database, meaning.text, { mailboxIds }, 1 + random.below(300))
        assert.deepEqual(found, expected, place)
        assert.equal(
          await count(database, keyring, parseQuery(meaning.text), { mailboxIds }),
          expected.length,
          place,
        )
        hits += expected.length
      }
      assert.ok(hits > 200, 'the queries find too little to prove anything')
    })
  }

  test('an empty scope finds nothing, not even *', async () => {
    assert.equal(await count(database, keyring, parseQuery('*'), { mailboxIds: [] }), 0)
    assert.equal(await count(database, keyring, parseQuery('NOT lunch'), { mailboxIds: [] }), 0)
    assert.equal(await count(database, keyring, parseQuery('*'), ALL), items.length)
  })

  test('words of a long text that lie in different parts are found together, and NOT sees all parts', async () => {
    const long = items.find(item => item.streams.body[0]!.length > 9000)!
    const last = `only${items.indexOf(long)}`
    const first = long.input.text.body.split(' ').slice(0, 8).join(' ')
    for (const text of [`${last} AND body:"${first}"`, `${last}`, `NOT (NOT ${last})`]) {
      assert.deepEqual(await allPages(database, text, ALL, 10), [long.id], text)
    }
    assert.deepEqual(await allPages(database, `body:"${first}" NOT ${last}`, ALL, 10), [])
  })

  test('a phrase of a hundred words is found wherever the parts of a long text end', async t => {
    const { database } = await testDatabase(t)
    const many = Array.from({ length: 20_000 }, (_, index) => `w${index % 97}x${index % 101}`)
    const often = Array.from({ length: 3000 }, (_, index) => (index % 3 === 0 ? 'buy' : `v${index}`))
    const texts = [many, often]
    const known = texts.map((words, number) => {
      const item = itemOf(randomFrom(9), number)
      const none = { numbers: [], emails: [], names: [] }
      const text = {
        subject: '',
        body: words.join(' '),
        groupName: null,
        names: [],
        attachmentNames: [],
        attachmentTexts: [],
      }
      return { ...item, input: { ...item.input, text, from: none, to: none } }
    })
    await fill(database, known)
    // The first part ends after 16,000 positions, or before the 257th `buy`.
    for (const [number, end] of [
      [0, 16_000],
      [1, 768],
    ] as const) {
      for (let start = end - 120; start <= end + 5; start++) {
        const phrase = texts[number]!.slice(start, start + 100).join(' ')
        assert.deepEqual(
          await allPages(database, `"${phrase}"`, ALL, 10),
          [known[number]!.id],
          `word ${start}`,
        )
      }
    }
  })

  test('a query of many mailboxes, terms and levels is answered', async () => {
    const terms = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' OR ')
    const mailboxIds = Array.from({ length: 5000 }, (_, index) => index + 3)
    const nested = `${'('.repeat(40)}lunch${')'.repeat(40)}`
    assert.ok((await count(database, keyring, parseQuery(`${terms} OR ${nested}`), { mailboxIds })) > 10)
    const both = Array.from({ length: 150 }, (_, index) => `(lunch NOT nothing${index})`).join(' ')
    assert.ok((await count(database, keyring, parseQuery(both), ALL)) > 10)
  })
})
