import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import { mailboxesNamed, parseQuery, type Query } from './query.ts'

/** A tree in one line: words, "phrases", [and …], [or …], [not …], property:value. */
function show(query: Query): string {
  switch (query.type) {
    case 'all':
      return '*'
    case 'and':
    case 'or':
      return `[${query.type} ${query.of.map(show).join(' ')}]`
    case 'not':
      return `[not ${show(query.of)}]`
    case 'text':
      return `${query.field === 'any' ? '' : `${query.field}:`}${query.phrases.map(({ words }) => words.join('_')).join('|')}`
    case 'party':
      return `${query.role}:${query.party.words.join('_')}`
    case 'kind':
      return `kind:${query.kind}`
    case 'direction':
      return `direction:${query.direction}`
    case 'connector':
      return `connector:${query.connectorId}`
    case 'mailbox':
      return `mailbox:${query.mailbox}`
    case 'time': {
      const { from, to } = query.period
      const day = (time: number | null) =>
        time === null ? '' : new Date(time).toISOString().replace('.000Z', '')
      return `${query.property}:${day(from)}..${day(to)}`
    }
    default:
      return query.type
  }
}

const TREES: [text: string, tree: string][] = [
  ['lunch', 'lunch'],
  ['lunch today', '[and lunch today]'],
  ['a AND b c', '[and a b c]'],
  ['a b OR c d', '[or [and a b] [and c d]]'],
  ['a (b OR c) d', '[and a [or b c] d]'],
  ['a NOT b', '[and a [not b]]'],
  ['a -b', '[and a [not b]]'],
  ['-(a OR b)', '[not [or a b]]'],
  ['NOT NOT a', '[not [not a]]'],
  ['"a b" c', '[and a_b c]'],
  ['“curly quotes” c', '[and curly_quotes c]'],
  ["don't", 'don_t'],
  ['IMG_1234.jpg', 'img_1234_jpg'],
  ['fish & chips - now', '[and fish chips now]'],
  ['and or not', '[and and or not]'],
  ['ORDER ANDY NOTE', '[and order andy note]'],
  ['北京', '北_京'],
  ['from:Susan', 'from:susan'],
  ['FROM:"Susan Jones" x', '[and from:susan_jones x]'],
  ['from:+44 7700 900123 lunch', '[and from:44_7700_900123 lunch]'],
  ['from:+44 7700 900123 2026', '[and from:44_7700_900123 2026]'],
  ['from:07700 900 123', 'from:07700_900_123'],
  ['to:(020) 7946 0018 x', '[and to:020_7946_0018 x]'],
  ['(to:020 7946 0018) x', '[and to:020_7946_0018 x]'],
  ['from:60123 500', '[and from:60123 500]'],
  ['from:(susan OR erik)', '[or from:susan from:erik]'],
  ['participants:x recipients:y', '[and any:x to:y]'],
  ['kind:SMS', 'kind:sms'],
  ['kind:(sms OR mms) x', '[and [or kind:sms kind:mms] x]'],
  ['subject:"quarterly report" body:fine', '[and subject:quarterly_report body:fine]'],
  [
    'direction:in connector:3 mailbox:Susan@Contoso.example',
    '[and direction:in connector:3 mailbox:susan@contoso.example]',
  ],
  ['sent:2026-11-01', 'sent:2026-11-01T00:00:00..2026-11-02T00:00:00'],
  ['sent=2026-02', 'sent:2026-02-01T00:00:00..2026-03-01T00:00:00'],
  ['sent:2026', 'sent:2026-01-01T00:00:00..2027-01-01T00:00:00'],
  ['sent:2026-11-01..2026-11-07', 'sent:2026-11-01T00:00:00..2026-11-08T00:00:00'],
  ['sent>=2026-11-01', 'sent:2026-11-01T00:00:00..'],
  ['sent>2026-11-01', 'sent:2026-11-02T00:00:00..'],
  ['sent<2026-11', 'sent:..2026-11-01T00:00:00'],
  ['sent<=2026-11', 'sent:..2026-12-01T00:00:00'],
  ['sent>=2026-11-01T08:30', 'sent:2026-11-01T08:30:00..'],
  ['sent>=2026-11-01T08:30:15+02:00', 'sent:2026-11-01T06:30:15..'],
  ['sent:today', 'sent:2026-11-20T00:00:00..2026-11-21T00:00:00'],
  ['sent:yesterday', 'sent:2026-11-19T00:00:00..2026-11-20T00:00:00'],
  ['sent:"this week"', 'sent:2026-11-16T00:00:00..2026-11-23T00:00:00'],
  ['sent:"last month"', 'sent:2026-10-01T00:00:00..2026-11-01T00:00:00'],
  ['sent:"this year"', 'sent:2026-01-01T00:00:00..2027-01-01T00:00:00'],
  ['*', '*'],
  ['a=b x<y', '[and a_b x_y]'],
]

const NOW = Date.UTC(2026, 10, 20, 21, 5)

for (const [text, tree] of TREES) {
  test(`reads ${text}`, () => {
    assert.equal(show(parseQuery(text, NOW)), tree)
  })
}

test('a bare number is looked for in texts and among the parties', () => {
  const query = parseQuery('+44 7700 900123')
  assert.equal(show(query), '44_7700_900123|447700900123|07700900123')
  assert.ok(query.type === 'text' && query.party?.numbers.some(form => form.digits === '447700900123'))
})

test('an address and a domain are known as such', () => {
  const address = parseQuery('from:Susan@Contoso.example')
  assert.ok(address.type === 'party' && address.party.address === 'susan@contoso.example')
  const domain = parseQuery('from:@contoso.example')
  assert.ok(domain.type === 'party' && domain.party.domain === 'contoso.example')
})

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
  ['lunch*', 6, /whole word/],
  ['http://example.com', 1, /one of the properties from, to/],
  ['from:', 6, /a value right after from:/],
  ['from: susan', 6, /a value right after from:/],
  ['from>susan', 1, /a colon after from/],
  ['from:!!', 6, /a name, a number/],
  ['kind:letter', 6, /one of sms, mms/],
  ['sent:2026-02-30', 6, /a date/],
  ['sent:2026-11-07..2026-11-01', 6, /a date/],
  ['sent>2026-11-01..2026-11-07', 6, /a date/],
  ['sent:someday', 6, /a date/],
  ['direction:up', 11, /in or out/],
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
        return true
      },
    )
  })
}

test('today is refused where the time is not known', () => {
  assert.throws(() => parseQuery('sent:today'), /expected a date/)
})

test('names the mailboxes of a query', () => {
  const query = parseQuery('(mailbox:a@x.example OR mailbox:b@x.example) -mailbox:a@x.example')
  assert.deepEqual(mailboxesNamed(query), ['a@x.example', 'b@x.example'])
})

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
      'NOT',
      'from:',
      'sent:',
      'sent>=',
      'kind:',
      'subject:',
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
      }
    }),
    { seed: 44, numRuns: 5000 },
  )
})
