import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerFlag, timeFlag } from './flags.ts'

test('whole numbers of 0 or more are read, and nothing else', () => {
  assert.equal(integerFlag('--limit', '0'), 0)
  assert.equal(integerFlag('--limit', '1000000'), 1_000_000)
  for (const text of ['', ' 5', '-1', '1.5', '1e3', '0x10', 'ten', '9007199254740993'])
    assert.throws(() => integerFlag('--limit', text), { code: 'USAGE', message: /--limit/ }, text)
})

test('a date is midnight in UTC, a time has its zone', () => {
  assert.equal(timeFlag('--from', '2026-11-01').toISOString(), '2026-11-01T00:00:00.000Z')
  assert.equal(timeFlag('--from', '2026-11-01T08:00+01:00').toISOString(), '2026-11-01T07:00:00.000Z')
  assert.equal(timeFlag('--from', '2024-02-29T23:59:59.5Z').toISOString(), '2024-02-29T23:59:59.500Z')
})

test('a time without its zone, another form, and a day that is in no calendar are refused', () => {
  for (const text of [
    '',
    'yesterday',
    '2026-11-01T08:00',
    '2026-11-01 08:00Z',
    '01/11/2026',
    '1 November 2026',
    '2026-02-30',
    '2026-02-29T12:00Z',
    '2026-13-01',
    '2026-11-01T25:00Z',
    '20261101',
  ])
    assert.throws(() => timeFlag('--from', text), { code: 'WINDOW_INVALID' }, text)
})
