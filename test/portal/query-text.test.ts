/** The query box's own reading of a query: what can be completed, what is painted, conditions as text and back. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { comparisonsOf, conditionOf, rowOf } from '../../portal/src/search/condition-form.ts'
import { type Condition, divided, joined } from '../../portal/src/search/condition-text.ts'
import { complete, completionAt } from '../../portal/src/search/query-completion.ts'
import { painted } from '../../portal/src/search/query-paint.ts'
import {
  checkQuery,
  INTERVALS,
  MISTAKES,
  NOTES,
  parseQuery,
  QUERY_PROPERTIES,
} from '../../src/search/search.ts'

const NAMES: ReadonlySet<string> = new Set(QUERY_PROPERTIES.map(each => each.name))
const NOW = Date.UTC(2026, 10, 20)

/** `|` is the caret; the answer is property, what is written of it, and what a suggestion would replace. */
const PLACES: [
  text: string,
  completion: [property: string | null, beginning: string, replaced: string] | null,
][] = [
  ['|', [null, '', '']],
  ['lun|', [null, 'lun', 'lun']],
  ['lunch fr|', [null, 'fr', 'fr']],
  ['lunch -fr|', [null, 'fr', 'fr']],
  ['(su|bject', [null, 'su', 'subject']],
  ['kind:|', ['kind', '', '']],
  ['kind:s|ms x', ['kind', 's', 'sms']],
  ['KIND<>vo|', ['kind', 'vo', 'vo']],
  ['size>=1|0', ['size', '1', '10']],
  ['from:"Susan J|', ['from', 'Susan J', '"Susan J']],
  ['from:"Susan J|ones" x', ['from', 'Susan J', '"Susan Jones"']],
  ['from:"Susan" |', [null, '', '']],
  ['from:(a OR b|', ['from', 'b', 'b']],
  ['from:(a OR b) k|', [null, 'k', 'k']],
  ['"from:s|', null],
  ['"a" OR (kind:ch|', ['kind', 'ch', 'ch']],
  ["don't|", null],
  ['sent:"last |', ['sent', 'last ', '"last ']],
]

for (const [marked, expected] of PLACES) {
  test(`completes at ${marked}`, () => {
    const caret = marked.indexOf('|')
    const text = marked.replace('|', '')
    const found = completionAt(text, caret)
    assert.deepEqual(found && [found.property, found.beginning, text.slice(found.start, found.end)], expected)
  })
}

test('a completion is put in its place, in quotation marks where it needs them', () => {
  const put = (marked: string, value: string) => {
    const text = marked.replace('|', '')
    const done = complete(text, completionAt(text, marked.indexOf('|'))!, value)
    return `${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`
  }
  assert.equal(put('lunch fr|', 'from'), 'lunch from:|')
  assert.equal(put('kind:s| x', 'sms'), 'kind:sms| x')
  assert.equal(put('(kind:s|)', 'sms'), '(kind:sms|)')
  assert.equal(put('sent:la|', 'last month'), 'sent:"last month" |')
  assert.equal(put('sent:"la|', 'last month'), 'sent:"last month" |')
  assert.equal(put('folder:"O2 |SMS" x', 'O2 SMS and Voice'), 'folder:"O2 SMS and Voice"| x')
})

test('the pieces that are painted are the text, and the wrong stretch is marked once', () => {
  const known = (name: string) => NAMES.has(name)
  const kinds = painted('from:a AND "b OR c" or zebra:x', null, known).map(
    ({ text, paint }) => `${paint}=${text}`,
  )
  assert.deepEqual(kinds, [
    'property=from:',
    'plain=a ',
    'operator=AND',
    'plain= ',
    'phrase="b OR c"',
    'plain= or zebra:x',
  ])
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.nat(60),
      fc.integer({ min: 1, max: 9 }),
      (text, at, length) => {
        const pieces = painted(text, { at, length }, known)
        assert.equal(pieces.map(piece => (piece.start < text.length ? piece.text : '')).join(''), text)
        const marked = pieces
          .filter(piece => piece.wrong)
          .map(piece => piece.text)
          .join('')
        assert.equal(marked, at >= text.length ? ' ' : text.slice(at, at + length))
      },
    ),
    { seed: 48, numRuns: 2000 },
  )
})

const DIVIDED: [text: string, keywords: string, conditions: string[]][] = [
  ['lunch', 'lunch', []],
  ['(kind:sms)', '', ['kind : sms']],
  ['lunch AND (kind:sms OR kind:mms)', 'lunch', ['kind : sms,mms']],
  [
    '(a OR b) AND NOT (from:"Susan Jones") AND (sent:2026-11-01..2026-11-07)',
    'a OR b',
    ['from <> Susan Jones', 'sent .. 2026-11-01,2026-11-07'],
  ],
  ['(size>=5MB)', '', ['size >= 5MB']],
  ['a AND b AND (kind:sms)', 'a AND b', ['kind : sms']],
  // What means something else if it were taken apart stays as it is.
  ['a OR b AND (kind:sms)', 'a OR b AND (kind:sms)', []],
  ['a(c:c)(kind:sms) AND (kind:mms)', 'a(c:c)(kind:sms) AND (kind:mms)', []],
  ['(kind:sms) AND b', '(kind:sms) AND b', []],
  ['a AND (kind:sms OR from:x)', 'a AND (kind:sms OR from:x)', []],
  ['a AND (kind:sms', 'a AND (kind:sms', []],
  ['"a AND (kind:sms)"', '"a AND (kind:sms)"', []],
  ['a AND (zebra:sms)', 'a AND (zebra:sms)', []],
  ['(subject:"this OR that")', '', ['subject : this OR that']],
]

for (const [text, keywords, conditions] of DIVIDED) {
  test(`conditions of ${text}`, () => {
    const found = divided(text, NAMES)
    assert.equal(found.keywords, keywords)
    assert.deepEqual(
      found.conditions.map(each => `${each.property} ${each.operator} ${each.values.join(',')}`),
      conditions,
    )
  })
}

const word = fc.stringMatching(/^[a-z0-9]{1,6}( [a-z0-9]{1,6}| OR x| \(y\))?$/)
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record(
    {
      property: fc.constantFrom('from', 'subject', 'folder'),
      operator: fc.constantFrom(':' as const, '<>' as const),
      values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    },
    { noNullPrototype: true },
  ),
  fc.constantFrom<Condition>(
    { property: 'kind', operator: ':', values: ['sms', 'voice-call'] },
    { property: 'sent', operator: '..', values: ['2026-11-01', '2026-11-07'] },
    { property: 'sent', operator: '<=', values: ['2026-11-07'] },
    { property: 'sent', operator: ':', values: ['last month'] },
    { property: 'size', operator: '>=', values: ['25 MB'] },
    { property: 'number', operator: '<>', values: ['+447700900123'] },
  ),
)

test('conditions that are written are read again, whatever the words, and make a query', () => {
  const keywords = fc.constantFrom(
    '',
    'lunch',
    'a OR b',
    '(a) (b)',
    '"x AND (kind:sms)"',
    'a AND b',
    'a(c:s)b',
    'NOT a',
  )
  fc.assert(
    fc.property(keywords, fc.array(condition, { minLength: 1, maxLength: 4 }), (words, conditions) => {
      const text = joined({ keywords: words, conditions })
      assert.deepEqual(divided(text, NAMES), { keywords: words, conditions }, text)
      parseQuery(text, NOW)
    }),
    { seed: 49, numRuns: 3000 },
  )
})

test('whatever text is divided and joined again is the same query', () => {
  const pieces = fc.constantFrom(
    'a',
    ' AND ',
    ' OR ',
    '(',
    ')',
    '"',
    'kind:sms',
    'NOT ',
    'from:x',
    ' ',
    '(kind:mms)',
    'sent:2026',
    '(c:c)',
    ' NEAR ',
    ' + ',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), parts => {
      const text = parts.join('')
      if (!checkQuery(text, NOW).ok) return
      const read = divided(text, NAMES)
      if (read.conditions.length === 0) return
      const shape = (query: unknown) =>
        JSON.stringify(query, (key, value) => (key === 'at' ? undefined : value))
      const flat = (query: ReturnType<typeof parseQuery>): string[] =>
        query.type === 'and' ? query.of.flatMap(flat) : [shape(query)]
      assert.deepEqual(flat(parseQuery(joined(read), NOW)), flat(parseQuery(text, NOW)), text)
    }),
    { seed: 50, numRuns: 20_000 },
  )
})

test('every comparison of every property makes a condition, and is the row of it again', () => {
  for (const property of QUERY_PROPERTIES)
    for (const comparison of comparisonsOf(property)) {
      const value =
        comparison === 'within'
          ? 'last month'
          : property.form === 'date'
            ? '2026-11-01'
            : property.form === 'size'
              ? '25MB'
              : property.form === 'duration'
                ? '10m'
                : (property.choices?.[0] ??
                  property.example
                    .replace(/^\w+[:<>=]+/, '')
                    .replaceAll('"', '')
                    .replaceAll(' ', ''))
      const values = comparison === 'between' ? [value, value] : [value]
      const row = { key: 1, property: property.name, comparison, values }
      const written = conditionOf(row)!
      const text = joined({ keywords: '', conditions: [written] })
      parseQuery(text, NOW)
      const [read] = divided(text, NAMES).conditions
      assert.deepEqual(read && rowOf(read, property.form, INTERVALS, 1), row, text)
    }
})

test('the portal has words for every mistake, note, property and choice, in both languages', () => {
  const source = (file: string) =>
    readFileSync(new URL(`../../portal/src/search/${file}`, import.meta.url), 'utf8')
  const count = (text: string, key: string) =>
    [...text.matchAll(/^ {4}'?([\w -]+?)'?:/gm)].filter(match => match[1] === key).length
  const queryWords = source('query-texts.ts')
  for (const reason of Object.keys(MISTAKES)) assert.equal(count(queryWords, `mistake_${reason}`), 2, reason)
  for (const reason of Object.keys(NOTES)) assert.equal(count(queryWords, `note_${reason}`), 2, reason)
  const words = source('condition-texts.ts')
  for (const { name, choices } of QUERY_PROPERTIES) {
    assert.equal(count(words, `property_${name}`), 2, name)
    for (const choice of choices ?? []) assert.equal(count(words, `choice_${choice}`), 2, choice)
  }
  for (const interval of INTERVALS) assert.equal(count(words, `choice_${interval}`), 2, interval)
})
