/**
 * How quickly things are found: a rare word, the count of a common one, a phrase, a beginning, words near each other, a
 * person by all that they are known by, and several of these together.
 */
import PostalMime from 'postal-mime'
import type { Ground } from '../src/ground.ts'
import { count, parseQuery, search } from '../src/search/search.ts'
import { percentile } from './measure.ts'
import { sealedMessages } from './sealed-messages.ts'

export type SearchFigures = readonly {
  readonly name: string
  readonly matches: number
  /** Milliseconds. */
  readonly median: number
  readonly p95: number
}[]

const ROUNDS = 40

/** The words that the queries use, from what the site's traffic says; the rare one is found in what was imported. */
export const WORDS = {
  common: 'the',
  phrase: '"call my personal phone"',
  beginning: 'pers*',
  near: ['call', 'phone'],
} as const

/** The rarest of some hundred words of what was imported, all of them plain Latin letters. */
export async function findRareWord(ground: Ground): Promise<string> {
  const words = new Set<string>()
  for await (const { bytes } of sealedMessages(ground, 40)) {
    const text = (await PostalMime.parse(bytes)).text ?? ''
    for (const word of text.match(/\b[a-z]{5,}\b/gi) ?? []) words.add(word.toLowerCase())
  }
  let rarest: { word: string; matches: number } = { word: WORDS.common, matches: Number.POSITIVE_INFINITY }
  for (const word of words) {
    const matches = await count(ground.database, ground.keyring, parseQuery(word), { mailboxIds: null })
    if (matches > 0 && matches < rarest.matches) rarest = { word, matches }
  }
  return rarest.word
}

/** Measures each kind of query on what was imported. */
export async function measureSearch(ground: Ground, rareWord: string): Promise<SearchFigures> {
  const number = await busyNumber(ground)
  const month = new Date(ground.clock.now()).toISOString().slice(0, 7)
  const person = await busyPerson(ground)
  const near = WORDS.near.join(' NEAR(5) ')
  const everywhere = { mailboxIds: null }
  const page = (text: string) => async () =>
    (await search(ground.database, ground.keyring, parseQuery(text), everywhere, { limit: 50 })).itemIds
      .length
  const whole = (text: string) => () => count(ground.database, ground.keyring, parseQuery(text), everywhere)
  const kinds = [
    ['rare word, first page', page(rareWord), whole(rareWord)],
    ['count of a common word', whole(WORDS.common), whole(WORDS.common)],
    ['phrase, first page', page(WORDS.phrase), whole(WORDS.phrase)],
    [
      'word + dates + participant',
      page(`${WORDS.common} sent>=${month}-01 from:${number}`),
      whole(`${WORDS.common} sent>=${month}-01 from:${number}`),
    ],
    ['beginning, first page', page(WORDS.beginning), whole(WORDS.beginning)],
    ['count of a beginning', whole(WORDS.beginning), whole(WORDS.beginning)],
    ['words near each other, first page', page(near), whole(near)],
    ['from a person by address, first page', page(`from:${person}`), whole(`from:${person}`)],
    [
      'from a person + word + dates',
      page(`${WORDS.common} sent>=${month}-01 from:${person}`),
      whole(`${WORDS.common} sent>=${month}-01 from:${person}`),
    ],
  ] as const
  const figures = []
  for (const [name, measured, matches] of kinds) {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now()
      await measured()
      times.push(performance.now() - startedAt)
    }
    figures.push({
      name,
      matches: await matches(),
      median: percentile(times, 50),
      p95: percentile(times, 95),
    })
  }
  return figures
}

async function busyNumber(ground: Ground): Promise<string> {
  const [row] = await ground.database.query<{ number: string }>(
    `select p ->> 'number' as number from (select participants from item limit 2000) i, jsonb_array_elements(participants) p
     where p ->> 'role' = 'from' and p ->> 'number' is not null group by 1 order by count(*) desc limit 1`,
  )
  return row?.number ?? '447700900001'
}

/** The address of a person whose phone sent many of the messages, so that it stands for more than itself. */
async function busyPerson(ground: Ground): Promise<string> {
  const [row] = await ground.database.query<{ address: string }>(
    `select m.address from (select item_id from item limit 5000) i join filing f using (item_id)
       join mailbox m using (mailbox_id) where m.kind = 'person' group by 1 order by count(*) desc, 1 limit 1`,
  )
  return row?.address ?? 'nobody@example.com'
}
