import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cpuTime } from '../testing/cpu-time.ts'
import { highlight } from './highlight.ts'
import { parseQuery, type Query } from './query.ts'
import { wordsOf } from './tokenizer.ts'
import { placesOf } from './word-place.ts'

/** The text with [marks]. */
function marked(query: string, text: string, field?: Parameters<typeof highlight>[2]): string {
  let shown = ''
  let done = 0
  for (const { start, end } of highlight(parseQuery(query), text, field)) {
    shown += `${text.slice(done, start)}[${text.slice(start, end)}]`
    done = end
  }
  return shown + text.slice(done)
}

const CASES: [query: string, text: string][] = [
  ['lunch', '[Lunch] and [LUNCH], no lunches'],
  ['lun*', '[Lunch] and [lunches], no alun'],
  ['"lunch today"', 'lunch, [lunch: today] today'],
  ['"lunch to*"', '[lunch today], [lunch  tomorrow], lunch at two'],
  ['creme strasse', '[Crème] in der [STRAẞE] ([cre\u0300me])'],
  ["don't", 'I [don’t] know'],
  ['北京', '我在[北京]工作，北方'],
  ['👍 💻', 'ok [👍🏽] [👩🏽‍💻]!'],
  ['password', '[pass\u200Bword]'],
  ['ﬁne', '[fine] and [ﬁne]'],
  ['データ', '[ﾃﾞｰﾀ] [データ]'],
  ['서울', `[서울] ${'[서울]'.normalize('NFD')}`],
  ['a NOT b', '[a] b'],
  ['a NOT (b NOT c)', '[a] b [c]'],
  ['NOT NOT a', '[a]'],
  ['best NEAR(1) worst', '[best] of [worst], or the best of all worst'],
  ['worst NEAR(1) best', '[best] of [worst]'],
  ['worst ONEAR(1) best', 'best of [worst] [best]'],
  ['(a OR "b c") NEAR(0) d*', '[a] [dog] b [b c] [d] x a'],
  [
    '+44 7700 900123',
    'call +[44 7700 900123], [07700900123], [07700-900 123], +46 7700 900123, 44 7700 900124',
  ],
  ['07700900123', '+[44 (0)7700 900123] or [00447700900123]'],
  ['60123', 'send to [60123] or 601234'],
  ['from:susan kind:sms sent:2026 lunch', 'susan: [lunch] sms 2026'],
  ['WORDS(tv, television)', '[TV] or [television]'],
  ['*', 'nothing to mark'],
]

for (const [query, text] of CASES) {
  test(`marks ${query} in ${text.slice(0, 40)}`, () => {
    assert.equal(marked(query, text.replaceAll(/[[\]]/g, '')), text)
  })
}

test('a term of one field is marked in that field alone', () => {
  const query = 'subject:a attachmentnames:b body:c d'
  assert.equal(marked(query, 'a b c d', 'subject'), '[a] b c [d]')
  assert.equal(marked(query, 'a b c d', 'attachment-name'), 'a [b] c [d]')
  assert.equal(marked(query, 'a b c d', 'body'), 'a b [c] [d]')
  assert.equal(marked(query, 'a b c d'), '[a] [b] [c] [d]')
})

const pieces = fc.constantFrom(
  ...[
    'a',
    'B',
    'Crème',
    'cre\u0300me',
    'straße',
    'STRASSE',
    '北京',
    '京',
    '👍🏽',
    '👩‍💻',
    '1️⃣',
    '#⃣',
    'ﬁ',
    '½',
    'ﾃﾞ',
    'Ⓜ',
    '\u200B',
  ],
  ...[
    ' ',
    ', ',
    '-',
    '\u0301',
    '\u00A8',
    '한',
    '\u1112\u1161\u11ab',
    '\uD800',
    '🇬🇧',
    '٠٧',
    '07700',
    '900123',
    'ǅ',
    'İ',
    '™',
    '\u{1F3F4}\u{E0067}\u{E007F}',
  ],
)
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

test('the words that have a place are the words of the text, and each place holds its word', () => {
  fc.assert(
    fc.property(texts, text => {
      const places = placesOf(text)
      assert.deepEqual(
        places.map(place => place.word),
        wordsOf(text),
      )
      let before = 0
      for (const { word, start, end } of places) {
        assert.ok(start >= before && end > start && end <= text.length)
        assert.ok(
          wordsOf(text.slice(start, end)).includes(word),
          `${word} in ${JSON.stringify(text.slice(start, end))}`,
        )
        before = start
      }
    }),
    { seed: 46, numRuns: 10_000 },
  )
})

/** The words that may be marked. */
function wanted(query: Query, yes = true): string[] {
  if (query.type === 'not') return wanted(query.of, !yes)
  if (query.type === 'and' || query.type === 'or') return query.of.flatMap(part => wanted(part, yes))
  if (!yes) return []
  if (query.type === 'near') return [...query.left, ...query.right].flatMap(phrase => phrase.words)
  return query.type === 'text' ? query.phrases.flatMap(phrase => phrase.words) : []
}

test('each mark holds a word of the query, marks are in order, and every word of it is marked', () => {
  const word = fc.constantFrom('a', 'b', 'creme', 'strasse', '北', '👍', 'cr*', '"a b"')
  const queries = fc
    .array(fc.tuple(word, fc.constantFrom(' ', ' OR ', ' NOT ', ' NEAR(2) ')), { minLength: 1, maxLength: 6 })
    .map(parts =>
      parts.map(([each, joint], index) => (index + 1 < parts.length ? each + joint : each)).join(''),
    )
  fc.assert(
    fc.property(queries, texts, (text, body) => {
      const query = parseQuery(text)
      const words = wanted(query)
      let before = 0
      for (const { start, end } of highlight(query, body)) {
        assert.ok(start >= before && end > start && end <= body.length)
        before = end
        const held = wordsOf(body.slice(start, end))
        assert.ok(
          held.some(each => words.some(one => each.startsWith(one))),
          JSON.stringify(body.slice(start, end)),
        )
      }
      if (text !== 'a') return
      const marks = highlight(query, body)
      for (const place of placesOf(body).filter(each => each.word === 'a'))
        assert.ok(marks.some(mark => mark.start <= place.start && place.end <= mark.end))
    }),
    { seed: 47, numRuns: 5_000 },
  )
})

test('long texts and queries made to be slow are marked in bounded time', () => {
  const slow = Array.from({ length: 20 }, (_, at) => `"${'a '.repeat(90)}${at}"`).join(' OR ')
  for (const [query, text] of [
    [slow, 'a '.repeat(1_000_000)],
    ['a NEAR(98) a', 'a '.repeat(1_000_000)],
    ['0 1 07700900123', '0 1 '.repeat(500_000)],
    ['京 OR 👍', '京👍🏽'.repeat(300_000)],
  ] as const) {
    const began = cpuTime()
    const marks = highlight(parseQuery(query), text)
    assert.ok(cpuTime() - began < 10_000, `${cpuTime() - began} ms`)
    assert.ok(marks.length <= 10_000)
  }
})

test('a query and a text that were made to be slow together are marked as far as the work goes', () => {
  const query = parseQuery(
    `${Array.from({ length: 400 }, () => 'sand NEAR(98) piper').join(' OR ')} OR reeve`,
  )
  const text = 'sand '.repeat(180_000)
  const begun = cpuTime()
  highlight(query, `reeve ${text}`)
  assert.ok(cpuTime() - begun < 1_500)
  assert.deepEqual(highlight(query, 'reeve'), [{ start: 0, end: 5 }])
})
