import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAnyTime, parseIsoTime, parseMailDate, possibleTime } from './times.ts'

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

test('mail dates of every known form are read', () => {
  for (const [text, expected] of [
    ['Wed, 01 Jul 2026 10:00:00 +0000', '2026-07-01T10:00:00.000Z'],
    ['1 Jul 2026 12:00:00 +0200', '2026-07-01T10:00:00.000Z'],
    ['Wed, 1 Jul 2026 06:00 EDT', '2026-07-01T10:00:00.000Z'],
    ['Wed, 01 Jul 26 10:00:00 GMT (GMT)', '2026-07-01T10:00:00.000Z'],
    ['Wed Jul  1 10:00:00 2026', '2026-07-01T10:00:00.000Z'],
    ['Wednesday, 01-Jul-96 10:00:00 Z', '1996-07-01T10:00:00.000Z'],
    ['1 Jul 2026 10:00:00', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01T10:00:00+02:00', '2026-07-01T08:00:00.000Z'],
    ['Wed, 32 Jul 2026 10:00:00 +0000', null],
    ['Wed, 01 Foo 2026 10:00:00 +0000', null],
    ['', null],
  ] as const)
    assert.equal(iso(parseMailDate(text)), expected, text)
})

test('ISO times beyond four-digit years are read, so that they can be judged', () => {
  assert.equal(parseIsoTime('57300-06-03T18:46:03Z'), Date.UTC(57300, 5, 3, 18, 46, 3))
  assert.equal(iso(parseIsoTime('2026-07-01')), '2026-07-01T00:00:00.000Z')
  assert.equal(iso(parseIsoTime('2026-07-01T10:00:00.1234Z')), '2026-07-01T10:00:00.123Z')
  assert.equal(parseIsoTime('2026-13-01T10:00:00Z'), null)
  assert.equal(parseAnyTime(Number.NaN), null)
  assert.equal(parseAnyTime(1e300), null)
})

test('a time is possible from 1990 until a day after arrival', () => {
  const arrivedAt = new Date('2026-07-01T00:00:00Z')
  assert.equal(possibleTime(Date.UTC(1990, 0, 1) - 1, arrivedAt), null)
  assert.ok(possibleTime(Date.UTC(1990, 0, 1), arrivedAt))
  assert.ok(possibleTime(Date.UTC(2026, 6, 2), arrivedAt))
  assert.equal(possibleTime(Date.UTC(2026, 6, 2) + 1, arrivedAt), null)
})

test('dates written by JavaScript are read back, and any text is read quickly', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      date => {
        assert.equal(parseMailDate(date.toUTCString()), Math.floor(date.getTime() / 1000) * 1000)
        assert.equal(parseIsoTime(date.toISOString()), date.getTime())
      },
    ),
  )
  fc.assert(fc.property(fc.string({ maxLength: 300 }), text => void parseAnyTime(text)))
  for (const hard of [' '.repeat(100_000), '1 '.repeat(50_000), '('.repeat(100_000), '1 Jul '.repeat(20_000)])
    parseMailDate(hard)
})
