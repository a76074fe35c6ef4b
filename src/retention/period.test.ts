/** Periods of the calendar, as PostgreSQL counts them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../testing/database.ts'
import { drawFrom, randomMoment, randomPeriod, seededRandom } from '../testing/keeping.ts'
import { addPeriod, formatPeriod, parsePeriod } from './retention.ts'

const later = (from: string, period: string) =>
  new Date(addPeriod(Date.parse(from), parsePeriod(period)!)).toISOString()

test('a day that a month does not have becomes its last, and the time of day stays', () => {
  assert.equal(later('2024-02-29T13:05:00Z', 'P1Y'), '2025-02-28T13:05:00.000Z')
  assert.equal(later('2024-02-29T13:05:00Z', 'P4Y'), '2028-02-29T13:05:00.000Z')
  assert.equal(later('2025-01-31T00:00:00Z', 'P1M'), '2025-02-28T00:00:00.000Z')
  assert.equal(later('2025-01-31T23:59:59.999Z', 'P1M1D'), '2025-03-01T23:59:59.999Z')
  assert.equal(later('2099-12-31T12:00:00Z', 'P2M'), '2100-02-28T12:00:00.000Z')
  assert.equal(later('2025-03-29T12:00:00Z', 'P2D'), '2025-03-31T12:00:00.000Z')
  assert.equal(addPeriod(Number.POSITIVE_INFINITY, parsePeriod('P1Y')!), Number.POSITIVE_INFINITY)
})

test('periods are written as ISO 8601 has them, and nothing else is one', () => {
  for (const text of ['P6Y', 'P18M', 'P90D', 'P1Y2M3D', 'P0D', 'P100Y'])
    assert.equal(formatPeriod(parsePeriod(text)!), text)
  assert.deepEqual(parsePeriod('P5Y'), { years: 5, months: 0, days: 0 })
  for (const text of ['', 'P', 'P1W', 'PT5M', '-P1Y', 'P1.5Y', 'P1M1Y', 'p1y', 'P101Y', 'P99Y13M', 'P99999D'])
    assert.equal(parsePeriod(text), null, text)
})

test('PostgreSQL counts the same periods from the same moments', async t => {
  const { database } = await testDatabase(t)
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed} (HOLDFAST_SEED)`)
  const draw = drawFrom(seededRandom(seed))
  const cases = Array.from({ length: 20_000 }, () => ({
    from: randomMoment(draw),
    period: randomPeriod(draw),
  }))
  const rows = await database.query<{ until: Date }>(
    `select (n.start at time zone 'UTC' + n.period) at time zone 'UTC' as until
     from unnest($1::timestamptz[], $2::interval[]) with ordinality as n (start, period, number) order by number`,
    [cases.map(each => each.from), cases.map(each => formatPeriod(each.period))],
  )
  for (const [index, { from, period }] of cases.entries())
    assert.equal(
      rows[index]!.until.getTime(),
      addPeriod(from.getTime(), period),
      `${from.toISOString()} ${formatPeriod(period)}`,
    )
  const [endless] = await database.query(
    `select ('infinity'::timestamptz at time zone 'UTC' + interval 'P1Y2M3D') at time zone 'UTC' = 'infinity' as same`,
  )
  assert.equal(endless!.same, true)
})
