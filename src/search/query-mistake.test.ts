/** What is no query: refused at the place, in the words of the catalogue, at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import { cpuTime } from '../testing/cpu-time.ts'
import { checkQuery, parseQuery } from './query.ts'

const NOW = Date.UTC(2026, 10, 20, 21, 5)

const MISTAKES: [text: string, at: number, expected: RegExp][] = [
  ['', 1, /expected a word/],
  ['   ', 4, /expected a word/],
  ['a OR', 5, /expected a word/],
  ['OR a', 1, /expected a word/],
  ['AND a', 1, /not AND/],
  ['a AND OR b', 7, /expected a word/],
  ['a AND AND b', 7, /not AND/],
  ['NOT', 4, /left out/],
  ['NOT OR a', 5, /expected a word/],
  ['(a', 3, /closing parenthesis for the one at character 1/],
  ['a)', 2, /no closing parenthesis/],
  ['()', 2, /expected a word/],
  ['a "b', 3, /closing quotation mark/],
  ['a ""', 3, /between the quotation marks/],
  ['*cat', 1, /beginnings of words can be searched/],
  ['c*t', 2, /end of a word or phrase/],
  ['*cat*', 1, /end of a word/],
  ['lunch**', 6, /end of a word/],
  ['"Advan* Search"', 7, /end of a word/],
  ['"Advanced *"', 11, /end of a word/],
  ['subject:cat.*', 13, /end of a word/],
  ['subject:*', 9, /end of a word/],
  ['kind:voice*', 11, /kind takes no \*/],
  ['folder:"Whats*"', 14, /folder takes no \*/],
  ['from:+4477*', 6, /whole phone number/],
  ['number:0770*', 12, /number takes no \*/],
  ['number:susan', 8, /whole phone number/],
  ['NEAR b', 1, /beside NEAR/],
  ['a NEAR', 3, /beside NEAR/],
  ['a NEAR OR b', 3, /beside NEAR/],
  ['a NEAR NEAR b', 8, /beside NEAR/],
  ['a OR ONEAR(3) b', 6, /beside ONEAR/],
  ['(a b) NEAR c', 1, /beside NEAR/],
  ['x from:y NEAR c', 3, /beside NEAR/],
  ['a NEAR kind:sms', 3, /beside NEAR/],
  ['subject:(a NEAR b)', 12, /no NEAR in a property/],
  ['a NEAR(b) c', 7, /from 0 to 98/],
  ['a NEAR(99) b', 7, /from 0 to 98/],
  [`"${'a '.repeat(60)}" NEAR(40) b`, 1, /at most 100 words/],
  ['WORDS()', 7, /WORDS\(tv/],
  ['WORDS(a b)', 9, /WORDS\(tv/],
  ['WORDS(a,', 9, /WORDS\(tv/],
  ['a XRANK(cb=100) b', 3, /XRANK is not offered/],
  ['ANY(a b)', 1, /ANY is not offered/],
  ['a(c:c)', 7, /expected a word/],
  ['a(c:s)', 7, /expected a word/],
  ['a(c:x)', 3, /one of the properties/],
  ['category:red', 1, /one of the properties/],
  ['itemclass:ipm.externaldata.facebook*', 11, /ipm\.externaldata\.whatsapparchiver\*/],
  ['itemclass:letter', 11, /ipm\.externaldata/],
  ['status:odd', 8, /one of answered, missed/],
  ['hasattachment:maybe', 15, /one of true, false/],
  ['size:big', 6, /a size in bytes/],
  ['size:5..1', 6, /a size in bytes/],
  ['size>1..5', 6, /a size in bytes/],
  ['size:0.5', 6, /a size in bytes/],
  ['duration:5:30', 10, /a duration/],
  ['duration:""', 10, /a duration/],
  ['sent:06/01/2016', 6, /a date/],
  ['sent:2026-11-01T08:30+25:00', 6, /a date/],
  ['connector:O2', 11, /number of a connector/],
  ['conversation:abc', 14, /id of a conversation/],
  ['folder:""', 8, /letters, digits/],
  ['from:(a', 8, /closing parenthesis for the one at character 6/],
  ['http://example.com', 1, /one of the properties participants, from/],
  ['from:', 6, /a value right after from:/],
  ['from: susan', 6, /a value right after from:/],
  ['from>susan', 5, /expected : = <> after from/],
  ['from:!!', 6, /a name, a number/],
  ['kind:letter', 6, /one of sms, mms/],
  ['sent:2026-02-30', 6, /a date/],
  ['sent:2026-11-07..2026-11-01', 6, /a date/],
  ['sent>2026-11-01..2026-11-07', 6, /a date/],
  ['sent:someday', 6, /a date/],
  ['direction:up', 11, /one of in, out/],
  ['mailbox:susan', 9, /address or number/],
  ['&', 2, /expected a word/],
  [`"${'a '.repeat(101)}"`, 1, /at most 100 words/],
  ['('.repeat(51), 51, /nesting/],
  ['a '.repeat(1001), 2001, /at most 1000/],
  ['a'.repeat(10_001), 10_001, /at most 10000 characters/],
]

for (const [text, at, expected] of MISTAKES) {
  test(`refuses ${text.length > 40 ? `${text.slice(0, 20)}… (${text.length})` : text || 'nothing'}`, () => {
    assert.throws(
      () => parseQuery(text, NOW),
      (error: unknown) => {
        assert.ok(hasCode(error, 'QUERY_INVALID'))
        assert.match(error.message, expected)
        assert.ok(error.message.startsWith(`at character ${at}: `), error.message)
        assert.doesNotMatch(error.message, /\{|undefined/)
        return true
      },
    )
  })
}

test('whatever comes, there is a tree or QUERY_INVALID within the query, and no word of it in the message', () => {
  const pieces = fc.constantFrom(
    ...[
      '(',
      ')',
      '"',
      '-',
      '+',
      ':',
      '..',
      ' ',
      'AND',
      'OR',
      'NEAR',
      'ONEAR(3)',
      'WORDS(',
      ',',
      '(c:c)',
      '(c:s)',
      'NOT',
      'from:',
      'sent:',
      'sent>=',
      'kind:',
      'subject:',
      'size<>',
      'number:',
      'duration>',
      'itemclass:ipm.',
    ],
    ...[
      '2026-11',
      '+44 7700',
      '(020) 7946',
      '0',
      'zebra',
      'straße',
      '北京',
      '👩🏽‍💻',
      '*',
      '\u0000',
      '\uD800',
      '\u202E',
    ],
  )
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 80 }),
  )
  fc.assert(
    fc.property(texts, text => {
      try {
        parseQuery(text, NOW)
      } catch (error) {
        assert.ok(hasCode(error, 'QUERY_INVALID'), String(error))
        const at = Number(/^at character (\d+): /.exec(error.message)?.[1])
        assert.ok(at >= 1 && at <= text.length + 1, error.message)
        assert.ok(!error.message.includes('zebra'))
        const check = checkQuery(text, NOW)
        assert.ok(!check.ok && check.mistake.length >= 1 && check.mistake.at === at - 1)
      }
    }),
    { seed: 44, numRuns: 5000 },
  )
})

const ENDLESS: [name: string, text: string][] = [
  ['parentheses', '('.repeat(10_000)],
  ['parentheses, closed', `${'('.repeat(5_000)}${')'.repeat(5_000)}`],
  ['quotation marks', '"'.repeat(10_000)],
  ['quotation marks and spaces', '" '.repeat(5_000)],
  ['NOT', 'NOT '.repeat(2_500)],
  ['minus signs', '-'.repeat(10_000)],
  ['plus signs', '+'.repeat(10_000)],
  ['plus signs before a number', `${'+'.repeat(9_999)}4`],
  ['plus signs apart', 'a + '.repeat(2_500)],
  ['digits', '0 '.repeat(5_000)],
  ['numbers left open', '(0 '.repeat(3_333)],
  ['NEAR', 'a NEAR '.repeat(1_400)],
  ['properties', 'kind:'.repeat(2_000)],
  ['properties in parentheses', 'from:('.repeat(1_600)],
  ['one property', 'from:a '.repeat(1_000)],
  ['letters', 'a'.repeat(10_000)],
  ['ideographs', '北'.repeat(10_000)],
  ['asterisks', '*'.repeat(10_000)],
  ['asterisks apart', '* '.repeat(5_000)],
  ['marks', `a${'\u0301'.repeat(9_999)}`],
  ['connectors', '(c:c)'.repeat(2_000)],
  ['rows', 'a(c:s)'.repeat(1_600)],
  ['dots', `sent:${'2026-11-01..'.repeat(800)}`],
  ['commas', `WORDS(${'a,'.repeat(4_900)}`],
  ['a class', `itemclass:ipm${'.a'.repeat(4_900)}`],
  ['a domain', `from:${'a.'.repeat(4_900)}`],
  ['an address', `from:${'@'.repeat(9_900)}`],
  ['a million characters', 'lunch '.repeat(170_000)],
]

for (const [name, text] of ENDLESS) {
  test(`answers endless ${name} at once`, () => {
    const began = cpuTime()
    const check = checkQuery(text, NOW)
    // Milliseconds; the limit is wide since a machine may be busy with other things.
    assert.ok(cpuTime() - began < 500, `${cpuTime() - began} ms`)
    if (!check.ok) assert.ok(check.mistake.at <= text.length)
  })
}

test('what is composed of right parts in any way is a query', () => {
  const { query } = fc.letrec<{ query: string; term: string }>(tie => ({
    term: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        'lunch',
        '"a b"',
        'lun*',
        'from:susan',
        'kind:sms',
        'size>5KB',
        'sent:2026',
        '北京',
        '+44 7700 900123',
      ),
      tie('query').map(inner => `(${inner})`),
      tie('term').map(inner => `NOT ${inner}`),
      fc.constantFrom('a NEAR b', '(a OR b) ONEAR(3) "c d"', 'x + y + z', 'from:(a OR b)', 'WORDS(a, b)'),
    ),
    query: fc
      .array(fc.tuple(tie('term'), fc.constantFrom(' ', ' AND ', ' OR ', ' + ', '(c:c)', '(c:s)')), {
        minLength: 1,
        maxLength: 4,
      })
      .map(parts =>
        parts.map(([term, joint], index) => (index + 1 < parts.length ? term + joint : term)).join(''),
      ),
  }))
  fc.assert(
    fc.property(query, text => {
      parseQuery(text, NOW)
    }),
    { seed: 45, numRuns: 2000 },
  )
})
