import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formsOfEntry, formsOfQuery } from './number.ts'

function meets(entry: string, query: string): boolean {
  const held = new Set(formsOfEntry(entry).map(form => form.hashClass + form.digits))
  return formsOfQuery(query).some(form => held.has(form.hashClass + form.digits))
}

const WRITTEN: [entry: string, queries: string[]][] = [
  [
    '447700900123',
    [
      '+44 7700 900123',
      '07700900123',
      '447700900123',
      '07700 900 123',
      '+44 (0)7700 900123',
      '0044 7700 900123',
      '011 44 7700 900123',
      '7700900123',
      '(07700) 900-123',
      '+447700900123',
      '＋４４ 7700 900123',
    ],
  ],
  ['442079460018', ['020 7946 0018', '(020) 7946 0018', '+44 20 7946.0018']],
  ['12025550123', ['+1 (202) 555-0123', '202-555-0123', '1 202 555 0123', '12025550123']],
  ['46701740605', ['+46 70 174 06 05', '070-174 06 05', '0701740605']],
  ['390612345678', ['+39 06 12345678', '06 12345678']],
  ['3612345678', ['06 1 234 5678', '+36 1 234 5678']],
  ['79161234567', ['8 916 123-45-67', '+7 916 123-45-67']],
  ['07700900123', ['+44 7700 900123', '07700900123']],
  ['60123', ['60123']],
]

for (const [entry, queries] of WRITTEN) {
  for (const query of queries) {
    test(`${entry} is found as ${query}`, () => {
      assert.ok(meets(entry, query), JSON.stringify([formsOfEntry(entry), formsOfQuery(query)]))
    })
  }
}

test('a number with its country code is not found in another country', () => {
  assert.equal(meets('17700900123', '+44 7700 900123'), false)
  assert.equal(meets('447700900123', '+1 770 090 0123'), false)
  assert.equal(meets('447700900124', '07700900123'), false)
  assert.equal(meets('60123', '+44 60123'), false)
})

test('what is no number has no forms', () => {
  for (const text of ['', 'susan', '+', '12 apples', 'a1', '++', '()'])
    assert.deepEqual(formsOfQuery(text), [])
})
