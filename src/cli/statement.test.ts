import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '../pipeline/pipeline.ts'
import { printStatement } from './statement.ts'
import { count, printTable, time } from './terminal.ts'

/** What is written to stdout meanwhile. */
function written(work: () => void): string {
  const { write } = process.stdout
  let text = ''
  process.stdout.write = ((chunk: string) => {
    text += chunk
    return true
  }) as typeof write
  try {
    work()
  } finally {
    process.stdout.write = write
  }
  return text
}

const RUN: Run = {
  runId: 7,
  connectorId: 1,
  trigger: 'manual',
  window: { from: new Date('2026-11-19T08:00:00Z'), to: new Date('2026-11-20T08:00:00Z') },
  status: 'complete',
  cursor: null,
  collected: true,
  batches: 1,
  batchesFiled: 1,
  sourceCount: 1234,
  expectedCount: 1234,
  counts: {
    itemsRead: 1234,
    itemsFiled: 1200,
    itemsUnmapped: 20,
    itemsDuplicate: 10,
    itemsDisposed: 0,
    itemsFailed: 4,
    filingsAvailable: 2500,
    filingsImported: 2400,
    filingsPartial: 50,
    filingsSkipped: 20,
    filingsFailed: 30,
  },
  requestedBy: 'system',
  createdAt: new Date(0),
  startedAt: new Date(0),
  completedAt: new Date('2026-11-20T08:01:02Z'),
  errorCode: null,
  errorMessage: null,
}

test('a statement shows both sums in full, and says that they add up', () => {
  const text = written(() => printStatement('O2 Network', RUN, false))
  assert.match(text, /^O2 Network: run 7, complete\n/)
  assert.match(text, /Items available from source: 1,234 =\n/)
  assert.match(text, /available for import \(after fan-out\): 2,500 =\n/)
  for (const line of [
    '1,200  filed',
    '20  unmapped',
    '10  duplicates',
    '4  failed',
    '50  partially imported',
  ])
    assert.match(text, new RegExp(`^ +${line}`, 'm'))
  assert.match(text, /2026-11-20 08:01:02 UTC/)
  assert.match(text, /Both sums add up/)
  assert.doesNotMatch(text, /DEMONSTRATION|≠/)
})

test('a sum that does not add up is named, and nothing says that it does', () => {
  const text = written(() => printStatement('O2', { ...RUN, status: 'incomplete', sourceCount: 1300 }, true))
  assert.match(text, /DEMONSTRATION/)
  assert.match(text, /source: 1,300 ≠/)
  assert.match(text, /sum of items does not add up: 1,300 is not 1,234/)
  assert.doesNotMatch(text, /Both sums add up/)
})

test('a run that the site was not asked about, or that failed, says so', () => {
  const failed = { ...RUN, status: 'failed', sourceCount: null, errorCode: 'SITE_SIGN_IN_WRONG' } as const
  const text = written(() => printStatement('O2', { ...failed, errorMessage: 'refused' }, false))
  assert.match(text, /the site was not asked yet/)
  assert.match(text, /SITE_SIGN_IN_WRONG: refused/)
  assert.doesNotMatch(text, /add up/)
})

test('a quiet day says that there were no items', () => {
  const none = Object.fromEntries(Object.keys(RUN.counts).map(name => [name, 0])) as Run['counts']
  const text = written(() => printStatement('O2', { ...RUN, sourceCount: 0, counts: none }, false))
  assert.match(text, /No items in this window/)
  assert.match(text, /Both sums add up/)
})

test('a table is as wide as what is in it, in columns of the terminal, and takes no control characters', () => {
  const text = written(() =>
    printTable(
      [
        { title: 'Name', cell: (row: string[]) => row[0]! },
        { title: 'No.', right: true, cell: (row: string[]) => row[1]! },
      ],
      [
        ['漢字', '1'],
        ['plain', '12345'],
        ['a\u001b[2Jb\nc', ''],
      ],
    ),
  )
  const [title, wide, plain, hostile] = text.split('\n')
  assert.equal(title, 'Name        No.')
  assert.equal(wide, '漢字          1')
  assert.equal(plain, 'plain     12345')
  assert.equal(hostile, 'a [2Jb c')
})

test('numbers and times are written as people read them', () => {
  assert.equal(count(1_234_567), '1,234,567')
  assert.equal(time(null), '-')
  assert.equal(time(new Date(0)), '1970-01-01 00:00:00 UTC')
})
