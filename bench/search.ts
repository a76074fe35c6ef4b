/** How quickly things are found: a rare word, the count of a common one, a phrase, and all kinds of things together. */
import type { Ground } from '../src/ground.ts'
import { count, parseQuery, search } from '../src/search/search.ts'
import { percentile } from './measure.ts'

export type SearchFigures = readonly {
  readonly name: string
  readonly matches: number
  /** Milliseconds. */
  readonly median: number
  readonly p95: number
}[]

const ROUNDS = 40

/** The words that the queries use, from what the site's traffic says. */
export const WORDS = { rare: 'customs', common: 'the', phrase: '"call my personal phone"' }

/** Measures each kind of query on what was imported. */
export async function measureSearch(ground: Ground): Promise<SearchFigures> {
  const number = await busyNumber(ground)
  const month = new Date(ground.clock.now()).toISOString().slice(0, 7)
  const everywhere = { mailboxIds: null }
  const page = (text: string) => async () =>
    (await search(ground.database, ground.keyring, parseQuery(text), everywhere, { limit: 50 })).itemIds
      .length
  const whole = (text: string) => () => count(ground.database, ground.keyring, parseQuery(text), everywhere)
  const kinds = [
    ['rare word, first page', page(WORDS.rare), whole(WORDS.rare)],
    ['count of a common word', whole(WORDS.common), whole(WORDS.common)],
    ['phrase, first page', page(WORDS.phrase), whole(WORDS.phrase)],
    [
      'word + dates + participant',
      page(`${WORDS.common} sent>=${month}-01 from:${number}`),
      whole(`${WORDS.common} sent>=${month}-01 from:${number}`),
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
