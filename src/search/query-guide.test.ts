/** docs/guide/search.md says what the code does: the table of properties, and every query that it shows. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkQuery, parseQuery } from './query.ts'
import { ITEM_CLASSES } from './query-class.ts'
import { CALL_STATUSES, INTERVALS, KINDS, QUERY_PROPERTIES } from './query-properties.ts'

const GUIDE = readFileSync(new URL('../../docs/guide/search.md', import.meta.url), 'utf8')
const NOW = Date.UTC(2026, 10, 20)

/** The rows of the tables whose first heading is this, cell by cell. */
function rows(heading: string): string[][] {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
  return [...GUIDE.matchAll(/^\|.*\n\|-.*\n((?:\|.*\n)+)/gm)].flatMap(table => {
    const [head, , ...body] = table[0].trim().split('\n')
    return cells(head!)[0] === heading ? body.map(cells) : []
  })
}

const code = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]!)

test('the table of properties is the catalogue', () => {
  assert.deepEqual(
    rows('property').map(([name, synonyms, example, meaning]) => [
      code(name!)[0],
      code(synonyms!),
      code(example!)[0],
      meaning,
    ]),
    QUERY_PROPERTIES.map(({ name, synonyms, example, meaning }) => [name, [...synonyms], example, meaning]),
  )
})

test('every query that the guide shows is one', () => {
  const queries = [
    ...rows('query').map(row => code(row[0]!)[0]!),
    ...rows('property').map(row => code(row[2]!)[0]!),
  ]
  assert.ok(queries.length > 70, `${queries.length}`)
  for (const query of queries) assert.ok(checkQuery(query, NOW).ok, query)
  for (const [, query] of GUIDE.matchAll(/holdfast search (?:'([^']+)')/g))
    assert.ok(checkQuery(query!, NOW).ok, query)
})

test('what the guide says that Microsoft disagrees about is what is read', () => {
  const bare = (text: string) =>
    JSON.stringify(parseQuery(text, NOW), (key, value) => (key === 'at' ? undefined : value))
  const same: [string, string][] = [
    ['a + b + c', 'a AND (b OR c)'],
    ['a + b', 'a AND b'],
    ['+a +b', 'a b'],
    ['from:a from:b', 'from:a OR from:b'],
    ['subject:(budget report)', 'subject:budget OR subject:report'],
    ['size>1KB size<5KB', 'size>1KB AND size<5KB'],
    ['-kind:sms -kind:mms', 'NOT kind:sms AND NOT kind:mms'],
    ['a NEAR b', 'a NEAR(8) b'],
    ['a OR b(c:c)(kind:sms)', '(a OR b) AND kind:sms'],
    ['a b(c:s)c', '(a b) OR c'],
    [
      'report(c:c)(date<2021-04-01)(subjecttitle:"northwind")(kind="im")(kind="externaldata")',
      'report AND (sent<2021-04-01 subject:"northwind" (kind:im OR kind:externaldata))',
    ],
  ]
  for (const [one, other] of same) assert.equal(bare(one), bare(other), one)
})

test('kinds, statuses, intervals and item classes are all named', () => {
  const words = new Set(
    code(GUIDE).flatMap(each => each.replaceAll('"', '').split(':').concat(each.replaceAll('"', ''))),
  )
  for (const name of [...KINDS, ...CALL_STATUSES, ...INTERVALS]) assert.ok(words.has(name), name)
  for (const name of Object.values(ITEM_CLASSES).flat()) assert.ok(words.has(name.toLowerCase()), name)
})

test('the mistake that the guide shows is the one that is made', () => {
  const shown = /QUERY_INVALID: (at character 6: .*)/.exec(GUIDE)![1]
  const check = checkQuery('kind:letter', NOW)
  assert.ok(!check.ok)
  assert.equal(check.mistake.message, shown)
})
