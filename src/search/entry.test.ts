import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { createIndexer, type EntryInput, EntryRows } from './entry.ts'

function inputOf(body: string, number = 1): EntryInput {
  const itemId = Buffer.alloc(16)
  itemId.writeUIntBE(Date.UTC(2026, 10, 5), 0, 6)
  itemId.writeUInt32BE(number, 12)
  return {
    itemId,
    text: {
      subject: 'Quarterly zebra',
      body,
      groupName: 'Night shift',
      names: ['Susan Jones', 'Third Person'],
      attachmentNames: ['invoice.pdf', 'photo.jpg'],
      attachmentTexts: ['amount due'],
    },
    kind: 'mms',
    direction: 'in',
    sentAt: new Date(Date.UTC(2026, 10, 5)),
    from: {
      numbers: ['447700900123'],
      emails: ['susan@contoso.example'],
      names: ['Susan Jones'],
      userIds: ['u-17'],
    },
    to: { numbers: ['InfoSMS', '60123'], emails: [], names: [], userIds: [] },
    mailboxIds: [7, 12, 7],
    connectorId: 3,
  }
}

/** Lexeme, and where it stands: `12A`, as PostgreSQL writes it. */
type Vector = Map<string, string[]>

function readVector(text: string): Vector {
  const entries = [...text.matchAll(/'([^']+)'(?::([0-9A-D,]+))?/g)]
  return new Map(entries.map(match => [match[1]!, match[2]?.split(',') ?? []]))
}

async function load(t: Parameters<typeof testDatabase>[0], inputs: readonly EntryInput[]) {
  const { database } = await testDatabase(t)
  const rows = new EntryRows()
  const indexer = createIndexer(await testKeyring(database))
  const complete = await database.transaction(async tx => {
    await indexer.begin(tx)
    const added = inputs.map(input => indexer.add(rows, input))
    await indexer.store(tx, rows)
    return added
  })
  const entries = await database.query<{ part: number; text: string; same: boolean; resent: boolean }>(
    `select part, vector::text as text, vector::text::tsvector::text = vector::text as same,
            (select count(*) = length(vector) from unnest(vector)) as resent
       from search_entry order by item_id, part`,
  )
  return { database, complete, entries }
}

test('a vector in binary is the one that PostgreSQL reads from its text', async t => {
  const { entries } = await load(t, [
    inputOf('hello hello world'),
    inputOf('', 2),
    inputOf('x '.repeat(9000), 3),
  ])
  assert.ok(entries.length > 3)
  for (const entry of entries) assert.ok(entry.same && entry.resent)
})

test('an entry has hashes with the right positions and weights, metadata without, and no word', async t => {
  const { entries } = await load(t, [inputOf('hello hello world')])
  assert.deepEqual(
    entries.map(entry => entry.part),
    [0],
  )
  const { text } = entries[0]!
  const vector = readVector(text)
  const metadata = [...vector.keys()].filter(lexeme => lexeme.includes(':')).sort()
  assert.deepEqual(metadata, ['c:3', 'k:mms:in', 'm:12', 'm:7', 'y:682'])
  for (const lexeme of metadata) assert.deepEqual(vector.get(lexeme), [])
  const hashes = [...vector.keys()].filter(lexeme => !lexeme.includes(':'))
  for (const lexeme of hashes) assert.match(lexeme, /^[ft]?[A-Za-z0-9_-]{10}$/)
  // quarterly zebra | invoice pdf photo jpg | third person night shift amount due | hello world
  const weights = [...vector.values()].flat().map(position => position.replace(/[0-9]+/, '') || 'D')
  const counted = (weight: string) => weights.filter(each => each === weight).length
  assert.deepEqual(['A', 'B', 'C', 'D'].map(counted), [2, 4, 6, 3 + 2 + 1])
  // susan, jones, number, its national part, address, domain, user id; infosms, short code
  assert.equal(hashes.filter(lexeme => lexeme.length === 11 && lexeme.startsWith('f')).length, 7)
  assert.equal(hashes.filter(lexeme => lexeme.length === 11 && lexeme.startsWith('t')).length, 2)
  for (const word of ['hello', 'susan', 'zebra', 'invoice', '447700900123', 'contoso']) {
    assert.ok(!text.toLowerCase().includes(word))
  }
})

test('a long text becomes parts within the limits, which overlap by a hundred words', async t => {
  const words = Array.from({ length: 40_000 }, (_, index) => `w${index % 39_000}`)
  const { entries, complete } = await load(t, [inputOf(words.join(' '))])
  assert.deepEqual(complete, [true])
  assert.ok(entries.length >= 3)
  let covered = 0
  for (const [index, entry] of entries.entries()) {
    assert.equal(entry.part, index + 1)
    const vector = readVector(entry.text)
    assert.ok(vector.has('x:') && vector.has('m:7') && vector.has('k:mms:in'))
    covered += [...vector.values()].flat().length
  }
  const plain = 2 + 4 + 6 + 3 + words.length
  assert.equal(covered, plain + (entries.length - 1) * 100)
})

test('no lexeme has more than 256 positions, however often a word is repeated', async t => {
  const { entries } = await load(t, [inputOf('buy '.repeat(5000))])
  for (const entry of entries) {
    for (const positions of readVector(entry.text).values()) assert.ok(positions.length <= 256)
  }
})

test('what an indexer remembers changes nothing', async t => {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  const indexer = createIndexer(keyring)
  const [first, again, fresh] = [new EntryRows(), new EntryRows(), new EntryRows()]
  indexer.add(first, inputOf('Hello HELLO hello Straße STRASSE 北京'))
  indexer.add(again, inputOf('Hello HELLO hello Straße STRASSE 北京'))
  createIndexer(keyring).add(fresh, inputOf('Hello HELLO hello Straße STRASSE 北京'))
  assert.deepEqual(again.copy.finish(), first.copy.finish())
  assert.deepEqual(fresh.copy.finish(), first.copy.finish())
  assert.equal(again.words.size, first.words.size)
})

test('another key makes other hashes', async t => {
  const keyrings = [await testDatabase(t), await testDatabase(t)].map(({ database }) => testKeyring(database))
  const [mine, theirs] = await Promise.all(
    keyrings.map(async keyring => {
      const rows = new EntryRows()
      createIndexer(await keyring).add(rows, inputOf('hello'))
      return rows.copy.finish()
    }),
  )
  assert.notDeepEqual(mine, theirs)
})
