/** The lexicon: beginnings of words, whoever stores them and in whatever order, and words that are dropped. */
import assert from 'node:assert/strict'
import { createDecipheriv, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import type { Database, Transaction } from '../database/database.ts'
import { hasCode } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { formatItemId } from '../message/message.ts'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { KnownLexemes } from './known-lexemes.ts'
import { openPage, readLexicon, type SealedPage } from './lexicon.ts'
import {
  addBeginning,
  entriesOf,
  lexiconEntries,
  lexiconKey,
  readLexiconPage,
  sortEntries,
  writeLexiconPage,
} from './lexicon-page.ts'
import {
  createIndexer,
  dropUnusedWords,
  EntryRows,
  type Indexer,
  mergePending,
  parseQuery,
  search,
} from './search.ts'

const NOBODY = { numbers: [], emails: [], names: [], userIds: [] }

function idOf(number: number): Buffer {
  const itemId = Buffer.alloc(16)
  itemId.writeUInt32BE(number, 12)
  return itemId
}

async function add(tx: Transaction, indexer: Indexer, number: number, body: string, emails: string[] = []) {
  const rows = new EntryRows()
  await indexer.begin(tx)
  indexer.add(rows, {
    itemId: idOf(number),
    text: { subject: '', body, groupName: null, names: [], attachmentNames: [], attachmentTexts: [] },
    kind: 'sms',
    direction: null,
    sentAt: null,
    from: { ...NOBODY, emails },
    to: NOBODY,
    mailboxIds: [3],
    connectorId: 1,
  })
  await indexer.store(tx, rows)
  return rows.words.size
}

async function open(t: Parameters<typeof testDatabase>[0]) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  const found = async (text: string) => {
    const { itemIds } = await search(
      database,
      keyring,
      parseQuery(text),
      { mailboxIds: null },
      { limit: 100 },
    )
    return itemIds.map(id => Number(id.slice(-2))).sort((a, b) => a - b)
  }
  return { database, keyring, found }
}

const pagesOf = (database: Database) =>
  database.query<SealedPage & { epoch: number }>('select page_id, epoch, entries, sealed from lexicon_page')

/** Everything that the lexicon has, in clear. */
async function keysOf(database: Database, keyring: Keyring): Promise<string[]> {
  const pages = await pagesOf(database)
  return pages.flatMap(page => entriesOf(openPage(keyring, page)).map(entry => entry.slice(0, -11))).sort()
}

test('a worker stores a word once, another worker harmlessly again, and merged they are one', async t => {
  const { database, keyring, found } = await open(t)
  const [one, other] = [createIndexer(keyring), createIndexer(keyring)]
  const file = (indexer: Indexer, number: number, body: string) =>
    database.transaction(tx => add(tx, indexer, number, body))
  assert.equal(await file(one, 1, 'lunch today'), 2)
  assert.equal(await file(one, 2, 'Lunch tomorrow'), 1)
  assert.equal(await file(one, 3, 'lunch today'), 0, 'what was committed is known')
  // As one that was started before the first page was there.
  assert.equal(await file(other, 4, 'lunches'), 1)
  assert.deepEqual(await found('lun*'), [1, 2, 3, 4])
  assert.deepEqual(await found('tod*'), [1, 3])
  assert.deepEqual(await found('x*'), [])
  for (let number = 10; number < 25; number++) await file(createIndexer(keyring), number, `w${number} lunch`)
  await mergePending(database, keyring)
  const pages = await pagesOf(database)
  assert.equal(pages.length, 1)
  assert.equal(new Set(await keysOf(database, keyring)).size, pages[0]!.entries)
  assert.equal((await found('w*')).length, 15)
})

test('what was rolled back is stored by the next transaction', async t => {
  const { database, keyring, found } = await open(t)
  const indexer = createIndexer(keyring)
  await assert.rejects(
    database.transaction(async tx => {
      await add(tx, indexer, 1, 'lunch')
      throw new Error('rolled back')
    }),
  )
  assert.equal(await database.transaction(tx => add(tx, indexer, 1, 'lunch')), 1)
  assert.deepEqual(await found('lun*'), [1])
})

test('a page that commits late is read, though later ones were read before', async t => {
  const { database, keyring, found } = await open(t)
  await database.transaction(async tx => {
    await add(tx, createIndexer(keyring), 1, 'lunch')
    await database.transaction(other => add(other, createIndexer(keyring), 2, 'lunar'))
    assert.deepEqual(await found('lun*'), [2])
  })
  assert.deepEqual(await found('lun*'), [1, 2])
})

test('addresses are found by the beginning of any of their words', async t => {
  const { database, keyring, found } = await open(t)
  await database.transaction(tx =>
    add(tx, createIndexer(keyring), 1, 'hello', ['Susan.Jones@Contoso.example', 'erik@fabrikam.example']),
  )
  for (const query of [
    'from:sus*',
    'from:"susan.jones@cont*"',
    'participants:"jones@c*"',
    'fabri*',
    'from:"erik@f*"',
  ])
    assert.deepEqual(await found(query), [1], query)
  for (const query of ['to:sus*', 'from:"susan@cont*"', 'subject:fabri*', 'from:usan*'])
    assert.deepEqual(await found(query), [], query)
})

test('no word is in the clear, and a page opens in its own place alone', async t => {
  const { database, keyring } = await open(t)
  await database.transaction(tx => add(tx, createIndexer(keyring), 1, 'turnstone', ['susan@contoso.example']))
  const page = (await pagesOf(database))[0]!
  for (const word of ['turnstone', 'susan', 'contoso'])
    assert.ok(!page.sealed.includes(word) && !page.sealed.toString('utf16le').includes(word))
  assert.deepEqual(await keysOf(database, keyring), [
    'econtoso example',
    'eexample',
    'esusan contoso example',
    'wturnstone',
  ])
  await database.execute('update lexicon_page set page_id = gen_random_uuid()')
  await assert.rejects(readLexicon(database, keyring), error => hasCode(error, 'VAULT_DAMAGED'))
})

/** A reader of pages written from docs/formats/search.md, "Lexicon", alone. */
function readByThePage(searchKey: Buffer, pageId: string, sealed: Buffer): [lexeme: string, key: string][] {
  assert.equal(sealed[0], 1)
  const key = createHmac('sha256', searchKey).update('holdfast seal 1').digest()
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13))
  decipher.setAAD(Buffer.from(`holdfast lexicon page ${pageId}`))
  decipher.setAuthTag(sealed.subarray(-16))
  const page = Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()])
  const entries: [string, string][] = []
  for (let at = 0; at < page.length; at += 11 + page[at]!)
    entries.push([
      page.toString('latin1', at + 1, at + 11),
      page.toString('utf8', at + 11, at + 11 + page[at]!),
    ])
  return entries
}

test('a page is as the document of formats says', async t => {
  const { database, keyring } = await open(t)
  await database.transaction(tx =>
    add(tx, createIndexer(keyring), 1, `zebra Crème ${'語'}x ${'я'.repeat(200)}`, ['A.B@c.d']),
  )
  const [page] = await pagesOf(database)
  const searchKey = keyring.purposeKey('search').export()
  const entries = readByThePage(searchKey, page!.page_id, page!.sealed)
  assert.equal(entries.length, page!.entries)
  const lexemeOf = (text: string) =>
    createHmac('sha256', searchKey).update(text).digest('base64url').slice(0, 10)
  const keys = ['ea b c d', 'eb c d', 'ec d', 'ed', 'wcreme', 'wx', 'wzebra', `w${'я'.repeat(120)}`, 'w語']
  assert.deepEqual(
    entries,
    keys.map(key => [
      lexemeOf(key.startsWith('e') ? 'ea.b@c.d' : key.includes('я') ? `w${'я'.repeat(200)}` : key),
      key,
    ]),
  )
})

test('words that no item has any more are dropped, and stored again where a worker remembers them', async t => {
  const { database, keyring, found } = await open(t)
  const indexer = createIndexer(keyring)
  await database.transaction(tx => add(tx, indexer, 1, 'turnstone lunch', ['susan@contoso.example']))
  await database.transaction(tx => add(tx, indexer, 2, 'lunch dinner'))
  await database.execute('delete from search_entry where item_id = $1', [formatItemId(idOf(1))])
  assert.equal(await dropUnusedWords(database, keyring), 4)
  assert.deepEqual(await keysOf(database, keyring), ['wdinner', 'wlunch'])
  assert.deepEqual(await found('lun*'), [2])
  await database.transaction(tx => add(tx, indexer, 3, 'turnstone'))
  assert.deepEqual(await found('turn*'), [3])
  assert.equal(await dropUnusedWords(database, keyring), 0)
  assert.deepEqual(await found('turn*'), [3])
})

test('a filing under way keeps its words, though it is not to be seen when they are looked for', async t => {
  const { database, keyring, found } = await open(t)
  const indexer = createIndexer(keyring)
  await database.transaction(tx => add(tx, indexer, 1, 'turnstone'))
  await database.transaction(tx => add(tx, indexer, 2, 'lunch'))
  await database.execute('delete from search_entry where item_id = $1', [formatItemId(idOf(1))])
  let dropped = Promise.resolve(0)
  let later = Promise.resolve(0)
  await database.transaction(async tx => {
    // The worker knows the word to be stored, so this adds nothing to the lexicon.
    assert.equal(await add(tx, indexer, 3, 'turnstone'), 0)
    dropped = dropUnusedWords(database, keyring)
    await wait(100)
    later = database.transaction(other => add(other, indexer, 4, 'turnstone'))
    await wait(100)
  })
  assert.equal(await dropped, 0)
  assert.equal(await later, 1, 'stored again, in the epoch that has begun')
  assert.deepEqual(await found('turn*'), [3, 4])
})

test('a page gives the words that begin so', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter(text => !text.includes(' '))
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 80 }), word, (words, other) => {
      const lexemes = new Map(words.map((each, index) => [each, `${index}`.padStart(10, 'A')]))
      const entries = sortEntries(
        [...words, ...words].flatMap(each => lexiconEntries('w', each, lexemes.get(each)!)),
      )
      const page = readLexiconPage(writeLexiconPage(entries), entries.length)
      assert.deepEqual(entriesOf(page), entries)
      for (const beginning of [other, ...words.map(each => Array.from(each).slice(0, 2).join(''))]) {
        const found = new Set<string>()
        addBeginning(page, lexiconKey('w', beginning), found, 1000)
        const expected = words.filter(each => each.startsWith(beginning)).map(each => lexemes.get(each)!)
        assert.deepEqual([...found].sort(), expected.sort())
      }
    }),
    { seed: 48, numRuns: 300 },
  )
})

test('a set of lexemes is a set', () => {
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
  const lexeme = fc.string({ unit: letter, minLength: 10, maxLength: 10 })
  const some = fc.oneof(lexeme, fc.constantFrom('AAAAAAAAAA', '__________', 'AAAAA_____', '_____AAAAA'))
  const known = new KnownLexemes()
  const expected = new Set<string>()
  for (const each of fc.sample(some, { seed: 49, numRuns: 20_000 })) {
    assert.equal(known.has(Buffer.from(each)), expected.has(each))
    known.add(Buffer.from(`..${each}`), 2)
    expected.add(each)
  }
  for (const each of expected) assert.ok(known.has(Buffer.from(each)))
})
