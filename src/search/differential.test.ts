/**
 * Searches on real PostgreSQL against a scan of the words (testing/search-meaning.ts): random items, long ones among
 * them, and random queries of every kind, with the seed that fast-check prints when they differ.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Database } from '../database/database.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { addItems, addPlaces, drawItems } from '../testing/search-items.ts'
import { isWithin, meanings, scopes } from '../testing/search-meaning.ts'
import type { Query } from './query-tree.ts'
import { count, mergePending, search, selectHits } from './search.ts'

/** Thousands of ids in a message would hide the few that matter. */
function assertSame(found: readonly string[], expected: readonly string[], place: string): void {
  const [extra, missing] = [
    found.filter(id => !expected.includes(id)),
    expected.filter(id => !found.includes(id)),
  ]
  assert.deepEqual(
    { extra: extra.slice(0, 3), missing: missing.slice(0, 3) },
    { extra: [], missing: [] },
    place,
  )
  assert.ok(
    found.every((id, at) => id === expected[at]),
    `order: ${place}`,
  )
}

const SEED = Number(process.env.HOLDFAST_SEED ?? 20_261_120)
const RUNS = process.env.HOLDFAST_LONG ? 20_000 : 200

describe('searches equal a scan of the words', () => {
  const items = drawItems(300, SEED)
  const newestFirst = [...items].sort((a, b) => (a.id < b.id ? 1 : -1))
  const closers: (() => Promise<void>)[] = []
  let database: Database
  let keyring: Keyring

  before(async () => {
    database = (await testDatabase({ after: work => void closers.push(work) })).database
    keyring = await testKeyring(database)
    await addPlaces(database)
    for (let from = 0; from < items.length; from += 50)
      await addItems(database, keyring, items.slice(from, from + 50))
    await mergePending(database, keyring)
    await database.execute('analyze')
  })

  after(async () => {
    for (const close of closers) await close()
  })

  const found = async (query: Query, scope: Parameters<typeof search>[3], limit: number) => {
    const itemIds: string[] = []
    let next: string | null = null
    do {
      const page: Awaited<ReturnType<typeof search>> = await search(database, keyring, query, scope, {
        after: next,
        limit,
      })
      itemIds.push(...page.itemIds)
      next = page.next
    } while (next !== null)
    return itemIds
  }

  test('there are long items among them, in several parts', async () => {
    const [row] = await database.query<{ long: number; parts: number }>(
      'select count(distinct item_id) as long, count(*) as parts from search_entry where part > 0',
    )
    assert.ok(row!.long >= 3 && row!.parts > row!.long, JSON.stringify(row))
  })

  test(`${RUNS} queries of every kind`, async t => {
    let hits = 0
    let empty = 0
    t.diagnostic(`seed ${SEED}`)
    await fc.assert(
      fc.asyncProperty(
        meanings(items),
        scopes,
        fc.integer({ min: 20, max: 300 }),
        async (meaning, scope, limit) => {
          const expected = newestFirst
            .filter(item => isWithin(item, scope) && meaning.test(item, scope))
            .map(item => item.id)
          const place = JSON.stringify({ query: meaning.query, scope })
          assertSame(await found(meaning.query, scope, limit), expected, place)
          assert.equal(await count(database, keyring, meaning.query, scope), expected.length, place)
          hits += expected.length
          if (expected.length === 0) empty++
        },
      ),
      { seed: SEED, numRuns: RUNS },
    )
    t.diagnostic(`${hits} hits; ${empty} queries found nothing`)
    assert.ok(hits > RUNS * 5 && empty < RUNS / 2, 'the queries find too little to prove anything')
  })

  test('the hits of a statement are each there once', async () => {
    await fc.assert(
      fc.asyncProperty(meanings(items), scopes, async (meaning, scope) => {
        const hits = await selectHits(database, keyring, meaning.query, scope)
        const rows = await database.query<{ item_id: string }>(hits.sql, hits.values)
        assert.equal(new Set(rows.map(row => row.item_id)).size, rows.length, JSON.stringify(meaning.query))
      }),
      { seed: SEED + 1, numRuns: RUNS / 10 },
    )
  })
})
