/**
 * Other people's texts through the sealed index: every emoji of Unicode's own list, real messages in English, Hindi,
 * German and French, and the Big List of Naughty Strings as texts and as queries. The words that ICU finds, which is
 * somebody else's reading of UAX #29, must all be found.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { hasCode } from '../../src/errors.ts'
import { type EntryInput, parseQuery, search } from '../../src/search/search.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { testKeyring } from '../../src/testing/keyring.ts'
import { addEntries } from '../../src/testing/search-items.ts'

const corpus = process.env.HOLDFAST_CORPUS ?? '../shared/data'
const skip = existsSync(corpus) ? false : 'the corpus is not here (HOLDFAST_CORPUS)'
const none = { numbers: [], emails: [], names: [], userIds: [] }

function idOf(number: number): Buffer {
  const itemId = Buffer.alloc(16)
  itemId.writeUIntBE(Date.UTC(2026, 10, 1) + number, 0, 6)
  return itemId
}

/** Indexes each text as an item of its own; the finder gives the numbers of the texts that match, in order. */
async function index(t: Parameters<typeof testDatabase>[0], texts: readonly string[]) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  const inputs = texts.map(
    (body, number): EntryInput => ({
      itemId: idOf(number),
      text: { subject: '', body, groupName: null, names: [], attachmentNames: [], attachmentTexts: [] },
      kind: 'sms',
      direction: 'in',
      sentAt: new Date(Date.UTC(2026, 10, 1) + number),
      from: none,
      to: none,
      mailboxIds: [3],
      connectorId: 1,
    }),
  )
  await addEntries(database, keyring, inputs)
  return async (text: string): Promise<number[]> => {
    const page = await search(database, keyring, parseQuery(text), { mailboxIds: null }, { limit: 10_000 })
    return page.itemIds.map(
      id => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) - Date.UTC(2026, 10, 1),
    )
  }
}

/** Some of `values`, evenly. */
const every = <T>(values: readonly T[], step: number): T[] =>
  values.filter((_, number) => number % step === 0)

test('every emoji is found, in any of its styles', { skip }, async t => {
  const lines = readFileSync(join(corpus, 'emoji', 'emoji-test.txt'), 'utf8').split('\n')
  const emoji = lines.flatMap(line => {
    const match = /^([0-9A-F ]+?) *; (fully-qualified|minimally-qualified|unqualified)/.exec(line)
    return match ? [String.fromCodePoint(...match[1]!.split(' ').map(code => Number.parseInt(code, 16)))] : []
  })
  assert.ok(emoji.length > 4000)
  const found = await index(
    t,
    emoji.map(each => `ok${each}now`),
  )
  for (const [step, each] of every(emoji, 19).entries()) {
    assert.ok((await found(each)).includes(step * 19), `${each} alone`)
    assert.ok((await found(`"ok ${each} now"`)).includes(step * 19), `${each} in a phrase`)
  }
})

test('the words that ICU finds in real messages of four languages are found', { skip }, async t => {
  const file = join(corpus, 'sms-corpora', 'uci-sms-multilingual-hi-de-fr', 'data-en-hi-de-fr.csv')
  const rows = parse(readFileSync(file), { columns: true, bom: true, relax_quotes: true }) as Record<
    string,
    string
  >[]
  const languages = { text: 'en', text_hi: 'hi', text_de: 'de', text_fr: 'fr' }
  for (const [column, language] of Object.entries(languages)) {
    const texts = every(rows, 2).map(row => row[column]!)
    const found = await index(t, texts)
    const segmenter = new Intl.Segmenter(language, { granularity: 'word' })
    let words = 0
    for (const [step, text] of every(texts, 90).entries()) {
      for (const { segment, isWordLike } of segmenter.segment(text)) {
        // What joins letters for ICU splits them for us, and such a word is a phrase.
        if (!isWordLike || !/[\p{L}\p{N}]/u.test(segment)) continue
        words++
        assert.ok(
          (await found(`"${segment.toUpperCase()}"`)).includes(step * 90),
          `${language}, text ${step * 90}`,
        )
      }
    }
    assert.ok(words > 300, `${language}: ${words} words`)
  }
})

test('naughty strings are texts that can be found and queries that do no harm', { skip }, async t => {
  const strings = JSON.parse(readFileSync(join(corpus, 'bad-input', 'blns', 'blns.json'), 'utf8')) as string[]
  const found = await index(t, strings)
  let asked = 0
  for (const [number, text] of strings.entries()) {
    for (const query of [text, `"${text.replaceAll(/["\u201C-\u201F]/g, ' ')}"`]) {
      try {
        const hits = await found(query)
        if (query !== text) assert.ok(hits.includes(number), `string ${number}`)
        asked++
      } catch (error) {
        assert.ok(hasCode(error, 'QUERY_INVALID'), `string ${number}: ${error}`)
      }
    }
  }
  assert.ok(asked > strings.length)
})
