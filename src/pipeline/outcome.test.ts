import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { brokenSums, COUNT_COLUMNS, type Counts, noCounts } from './outcome.ts'

const whole = fc.integer({ min: 0, max: 1e9 })
const parts = fc.record({
  itemsFiled: whole,
  itemsUnmapped: whole,
  itemsDuplicate: whole,
  itemsDisposed: whole,
  itemsFailed: whole,
  filingsImported: whole,
  filingsPartial: whole,
  filingsSkipped: whole,
  filingsFailed: whole,
})

function addedUp(counts: Omit<Counts, 'itemsRead' | 'filingsAvailable'>): { counts: Counts; source: number } {
  const { itemsFiled, itemsUnmapped, itemsDuplicate, itemsDisposed, itemsFailed } = counts
  const source = itemsFiled + itemsUnmapped + itemsDuplicate + itemsDisposed + itemsFailed
  const filingsAvailable =
    counts.filingsImported + counts.filingsPartial + counts.filingsSkipped + counts.filingsFailed
  return { counts: { ...counts, itemsRead: source, filingsAvailable }, source }
}

test('sums that add up are not broken, and any one count that is off breaks one', () => {
  fc.assert(
    fc.property(parts, fc.constantFrom(...(Object.keys(COUNT_COLUMNS) as (keyof Counts)[])), (given, off) => {
      const { counts, source } = addedUp(given)
      assert.deepEqual(brokenSums(counts, source), [])
      assert.notDeepEqual(brokenSums({ ...counts, [off]: counts[off] + 1 }, source), [])
      assert.deepEqual(
        brokenSums(counts, source + 1).map(sum => sum.name),
        ['items'],
      )
    }),
  )
})

test('nothing at all adds up', () => {
  assert.deepEqual(brokenSums(noCounts(), 0), [])
})
