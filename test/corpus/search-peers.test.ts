/**
 * The same messages and the same questions for Holdfast, notmuch and mu: their hits are equal, in every language of the
 * corpora, wherever the three mean the same. Where they do not, a rule below leaves the question out, and
 * docs/guide/search.md, "Compared with notmuch and mu", says why:
 *
 *   1. Punctuation and emoji are spaces here: the three divide words at different signs.
 *   2. Scripts without spaces are left out: we divide them by letters, Xapian not at all.
 *   3. A word is asked for if all words that we hold for the same are spelled alike but for capitals: Xapian tells
 *      accents apart (mu less so), ß from ss, and digits of different scripts.
 *   4. Nothing is stemmed: words are put in quotation marks, which switches it off in notmuch.
 *   5. Words of more than 64 bytes are left out, and the texts that have them: Xapian does not index them.
 *   6. Words and beginnings are asked for that only texts have: notmuch and mu index ids, names of files and
 *      folders (`cur`) and types of media (`text/plain`) among the words; mu finds no addresses by their beginning.
 *   7. mu is asked in Latin script only, which it writes without marks; it is not asked for nearness.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EntryInput, mergePending, parseQuery, search } from '../../src/search/search.ts'
import { wordsOf } from '../../src/search/tokenizer.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { testKeyring } from '../../src/testing/keyring.ts'
import { addEntries } from '../../src/testing/search-items.ts'
import { installed, type Mail, openPeers, type Peer } from './peer-mail.ts'
import { readMultilingual, readNus } from './sms-corpus.ts'

const corpus = process.env.HOLDFAST_CORPUS ?? '../shared/data'
const SEED = Number(process.env.HOLDFAST_SEED ?? 20_261_126)
const QUERIES = process.env.HOLDFAST_LONG ? 3_000 : 500
const TEXTS = 900
const AT_ONCE = 4
const START = Date.UTC(2026, 0, 1)
const DAY = 86_400_000

/** Words that a peer has of a message besides those of its text (rule 6). */
const BESIDES = ['text', 'plain', 'invalid', 'mail', 'cur']

/** For notmuch an operator whatever its case, and a word only in quotation marks. */
const OPERATOR = /^(and|or|not|xor|near|adj)$/i

const skip = !existsSync(corpus)
  ? 'the corpus is not here (HOLDFAST_CORPUS)'
  : installed.length === 0
    ? 'neither notmuch nor mu is installed'
    : false

/** Rule 1. */
const plain = (text: string) =>
  text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, ' ')
    .trim()

/** Rules 2 and 5: each word is one for us, and short enough for Xapian. */
const isComparable = (text: string) =>
  text !== '' &&
  text.split(' ').every(word => {
    const [own, ...more] = wordsOf(word)
    return (
      own !== undefined && more.length === 0 && Buffer.byteLength(word) <= 60 && /^[\p{L}\p{Nd}]/u.test(word)
    )
  })

async function textsOf(language: string): Promise<string[]> {
  const texts: string[] = []
  if (language === 'nus') {
    const folder = join(corpus, 'sms-corpora', 'nus-sms-en')
    const { globSync } = await import('node:fs')
    for (const file of globSync(join(folder, '*.xml*')).sort())
      for await (const { text } of readNus(file)) {
        texts.push(text)
        if (texts.length > TEXTS * 5) break
      }
  } else {
    const file = join(corpus, 'sms-corpora', 'uci-sms-multilingual-hi-de-fr', 'data-en-hi-de-fr.csv')
    texts.push(
      ...readMultilingual(file)
        .filter(each => each.language === language)
        .map(each => each.text),
    )
  }
  const clean = texts.map(plain).filter(isComparable)
  const step = Math.max(1, Math.floor(clean.length / TEXTS))
  return clean.filter((_, index) => index % step === 0).slice(0, TEXTS)
}

/** Names that no text has, so that a word without a property is looked for in texts alone. */
const personOf = (number: number) => ({
  name: `Zq${number % 23} Zqvist${number % 7}`,
  address: `zq${number % 31}@zq${number % 3}.invalid`,
})

function mailsOf(texts: readonly string[]): Mail[] {
  return texts.map((text, number) => {
    const words = text.split(' ')
    return {
      number,
      subject: texts[(number * 7) % texts.length]!.split(' ').slice(0, 4).join(' '),
      body: words.join(' '),
      from: personOf(number),
      to: personOf(number * 5 + 3),
      sentAt: new Date(START + ((number * 37) % 300) * DAY + number * 1000),
    }
  })
}

/** One question in the three languages; null where a program is not asked. */
type Question = { readonly ours: string; readonly notmuch: string; readonly mu: string | null }

function questions(mails: readonly Mail[]): fc.Arbitrary<Question> {
  const spellings = new Map<string, Set<string>>()
  const words = mails.flatMap(({ subject, body }) => `${subject} ${body}`.split(' '))
  for (const word of words) {
    const own = wordsOf(word)[0]!
    spellings.set(own, (spellings.get(own) ?? new Set()).add(word.toLowerCase()))
  }
  /** Rule 3. */
  const isOneSpelling = (word: string) =>
    spellings.get(wordsOf(word)[0]!)!.size === 1 && !BESIDES.includes(word.toLowerCase())
  const vocabulary = [...spellings.values()].flatMap(each => [...each])
  const isLatin = (text: string) => /^[\p{Script=Latin}\d ]*$/u.test(text)
  const same = (text: string, isForMu: boolean): Question => ({
    ours: text,
    notmuch: text,
    mu: isForMu && isLatin(text.replace(/[^\p{L}\p{M}]/gu, '')) ? text : null,
  })
  const inBody = fc
    .tuple(fc.constantFrom(...mails), fc.nat(), fc.integer({ min: 1, max: 4 }))
    .map(([mail, place, length]) => {
      const all = mail.body.split(' ')
      const at = place % all.length
      return all.slice(at, at + length).filter(isOneSpelling)
    })
    .filter(phrase => phrase.length > 0)
  const phrase = inBody.map(found => same(`"${found.join(' ')}"`, true))
  const subject = fc
    .constantFrom(...mails)
    .map(mail => mail.subject.split(' ').slice(0, 2))
    .filter(found => found.every(isOneSpelling))
    .map(found => same(`subject:"${found.join(' ')}"`, true))
  const beginning = inBody
    .chain(found => fc.tuple(fc.constant(found[0]!.toLowerCase()), fc.integer({ min: 2, max: 5 })))
    .map(([word, length]) => Array.from(word).slice(0, length).join(''))
    .filter(start => {
      const own = wordsOf(start)
      if (own.length !== 1 || OPERATOR.test(start) || !/^\p{L}/u.test(start)) return false
      // Rule 6.
      if (BESIDES.some(word => word.startsWith(start))) return false
      return vocabulary.every(word => word.startsWith(start) === wordsOf(word)[0]!.startsWith(own[0]!))
    })
    .map(start => same(`${start}*`, true))
  const near = fc
    .tuple(inBody, inBody, fc.integer({ min: 0, max: 8 }), fc.boolean())
    .filter(([one, other]) => one[0]!.toLowerCase() !== other[0]!.toLowerCase())
    .filter(([one, other]) => ![one[0]!, other[0]!].some(word => OPERATOR.test(word)))
    .map(([one, other, distance, ordered]): Question => {
      const [left, right] = [one[0]!.toLowerCase(), other[0]!.toLowerCase()]
      return {
        ours: `"${left}" ${ordered ? 'ONEAR' : 'NEAR'}(${distance}) "${right}"`,
        notmuch: `${left} ${ordered ? 'ADJ' : 'NEAR'}/${distance + 1} ${right}`,
        mu: null,
      }
    })
  const person = fc
    .tuple(fc.constantFrom('from', 'to'), fc.constantFrom(...mails), fc.boolean())
    .map(([role, mail, byAddress]) => {
      const { name, address } = mail[role as 'from' | 'to']
      return same(`${role}:"${byAddress ? address : name}"`, false)
    })
  const dates = fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 60 }))
    .map(([from, length]): Question => {
      const [first, last] = [from, from + length].map(day =>
        new Date(START + day * DAY).toISOString().slice(0, 10),
      )
      return {
        ours: `sent:${first}..${last}`,
        notmuch: `date:${first}..${last}`,
        mu: `date:${first}..${last}`,
      }
    })
  const leaf = fc.oneof(
    { weight: 6, arbitrary: phrase },
    { weight: 2, arbitrary: subject },
    { weight: 3, arbitrary: beginning },
    { weight: 2, arbitrary: near },
    { weight: 2, arbitrary: person },
    { weight: 2, arbitrary: dates },
  )
  const joined = (of: readonly Question[], operator: string): Question => {
    const text = (name: keyof Question) => of.map(each => `(${each[name]})`).join(` ${operator} `)
    return {
      ours: text('ours'),
      notmuch: text('notmuch'),
      mu: of.some(each => each.mu === null) ? null : text('mu'),
    }
  }
  return fc.letrec<{ question: Question; all: Question; any: Question; without: Question }>(tie => ({
    question: fc.oneof({ maxDepth: 3 }, leaf, tie('all'), tie('any'), tie('without')),
    all: fc.array(tie('question'), { minLength: 2, maxLength: 3 }).map(of => joined(of, 'AND')),
    any: fc.array(tie('question'), { minLength: 2, maxLength: 3 }).map(of => joined(of, 'OR')),
    without: fc
      .tuple(tie('question'), tie('question'))
      .map(([one, other]) => joined([one, other], 'AND NOT')),
  })).question
}

async function index(t: Parameters<typeof testDatabase>[0], mails: readonly Mail[]) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  const party = ({ name, address }: Mail['from']) => ({
    numbers: [],
    emails: [address],
    names: [name],
    userIds: [],
  })
  await addEntries(
    database,
    keyring,
    mails.map(({ number, subject, body, from, to, sentAt }): EntryInput => {
      const itemId = Buffer.alloc(16)
      itemId.writeUIntBE(sentAt.getTime(), 0, 6)
      itemId.writeUInt32BE(number, 12)
      return {
        itemId,
        text: { subject, body, groupName: null, names: [], attachmentNames: [], attachmentTexts: [] },
        kind: 'sms',
        direction: 'in',
        sentAt,
        from: party(from),
        to: party(to),
        mailboxIds: [3],
        connectorId: 1,
      }
    }),
  )
  await mergePending(database, keyring)
  return async (query: string) => {
    const page = await search(database, keyring, parseQuery(query), { mailboxIds: null }, { limit: 10_000 })
    return page.itemIds.map(id => Number.parseInt(id.slice(-8), 16)).sort((a, b) => a - b)
  }
}

for (const language of ['en', 'de', 'fr', 'hi', 'nus'])
  test(`${QUERIES} questions have the answers of notmuch and mu: ${language}`, { skip }, async t => {
    const mails = mailsOf(await textsOf(language))
    assert.ok(mails.length > 300, `${mails.length} texts`)
    const own = await index(t, mails)
    const peers = await openPeers(t, mails)
    const asked = fc.sample(questions(mails), { seed: SEED, numRuns: QUERIES })
    const counts = { notmuch: 0, mu: 0, hits: 0 }
    const compare = async (question: Question, peer: Peer) => {
      const theirs = question[peer.name]
      if (theirs === null) return
      const [found, expected] = await Promise.all([own(question.ours), peer.find(theirs)])
      assert.deepEqual(found, expected, `seed ${SEED}, ${peer.name}: ${question.ours}`)
      counts[peer.name]++
      counts.hits += found.length
    }
    for (let from = 0; from < asked.length; from += AT_ONCE)
      await Promise.all(
        asked.slice(from, from + AT_ONCE).flatMap(each => peers.map(peer => compare(each, peer))),
      )
    t.diagnostic(`${mails.length} texts; ${JSON.stringify(counts)}; seed ${SEED}`)
    assert.ok(counts.hits > QUERIES, 'the questions find too little to prove anything')
  })
