/** Whatever is written is read back, unspoiled and without defects, by readers that others wrote. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ItemFacts, type Participant, readEmail, writeMessage } from '../../src/message/message.ts'
import { requireProgram } from '../../src/testing/requires.ts'
import { type ReadBack, readByMailparser, readByPostalMime, readByPython, shownText } from './readers.ts'

const ID = Buffer.from('019f1d1f057b8388ae132889bfd7c228', 'hex')

// Texts people and attackers write. "=?" is left to the tests of src/message: readers decode it even where it is data.
const hostile = fc.constantFrom(
  '\r\n',
  '\n',
  '\r',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ud800',
  '\udc00',
  '"',
  '\\',
  '<',
  '>',
  ',',
  ';',
  ':',
  '(',
  ')',
  '@',
  '%',
  "'",
  '  ',
  '\t',
  'Bcc: x@contoso.example',
  '--holdfast-019f1d1f057b8388ae132889bfd7c228',
  'From ',
  '.',
  '=',
  '😀',
  '中文',
  'عربى',
  'हिन्दी',
  '👩‍👩‍👧‍👦',
  'e\u0301',
)
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc.array(hostile, { maxLength: 20 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 2000 }),
  )
  .filter(text => !text.includes('=?'))

const participant = (role: Participant['role']): fc.Arbitrary<Participant> =>
  fc.record({
    role: fc.constant(role),
    form: fc.constantFrom('number', 'short-code', 'alphanumeric', 'withheld', 'email'),
    number: fc.oneof(fc.constantFrom('447700900123', '62442', 'ParcelGo', ''), anyText),
    userId: fc.option(anyText),
    emails: fc.array(
      fc.oneof(
        fc.constantFrom(
          'anna@contoso.example',
          "o'neil+x@contoso.example",
          'å@contoso.example',
          'no address',
          '"q q"@contoso.example',
        ),
        anyText,
      ),
      { maxLength: 3 },
    ),
    name: fc.option(anyText),
  }) as fc.Arbitrary<Participant>

const anyDate = fc.date({ min: new Date('1990-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary)

const anyFacts: fc.Arbitrary<ItemFacts> = fc.record({
  form: fc.constant('record'),
  network: anyText,
  sourceItemId: option(anyText),
  kind: fc.constantFrom('sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'),
  direction: fc.constantFrom('in', 'out', null),
  sentAt: option(anyDate),
  sentAtAsReceived: anyText,
  arrivedAt: anyDate,
  participants: fc
    .tuple(participant('from'), fc.array(participant('to'), { maxLength: 4 }))
    .map(([from, to]) => [from, ...to]),
  subject: anyText,
  text: anyText,
  groupId: option(anyText),
  groupName: option(anyText),
  threadId: option(anyText),
  call: option(
    fc.record({
      status: fc.constantFrom('ok', 'missed', 'unknown'),
      startedAt: option(anyDate),
      endedAt: option(anyDate),
      seconds: option(fc.nat()),
      callId: option(anyText),
    }),
  ),
  attachments: fc.array(
    fc
      .tuple(
        anyText,
        fc.constantFrom(
          'image/png',
          'text/plain',
          'text/x-vcard',
          'message/rfc822',
          'audio/wav',
          'not a type',
          'text/html',
          'multipart/mixed',
        ),
        fc.uint8Array({ maxLength: 300 }),
      )
      .map(([name, contentType, bytes]) => ({
        name,
        contentType,
        size: bytes.length,
        digest: createHash('sha256').update(bytes).digest(),
        content: Buffer.from(bytes),
        contentId: null,
      })),
    { maxLength: 3 },
  ),
  amendment: option(
    fc.record({
      act: fc.constantFrom('edit', 'delete-for-all', 'delete-for-me', 'delete-all-messages'),
      originalItemId: option(anyText),
      previousText: option(anyText),
    }),
  ),
  flags: fc.subarray(['impossible-time', 'truncated-text']),
}) as fc.Arbitrary<ItemFacts>

/** What any text may have become in a line: no controls, no doubled spaces. Readers differ in how they show spaces. */
const line = (text: string) => text.replace(/[\s\u0000-\u0020\u007f-\u009f\u2028\u2029\ufeff]+/g, ' ').trim()

/** Python 3.11 puts a space between the encoded words of a display name, which RFC 2047 section 6.2 forbids. */
const name = (text: string) => line(text).replaceAll(' ', '')

function compare(read: ReadBack, expected: ReadBack, who: string): void {
  assert.deepEqual(
    read.from.map(box => box.address),
    expected.from.map(box => box.address),
    who,
  )
  assert.deepEqual(
    read.to.map(box => box.address),
    expected.to.map(box => box.address),
    who,
  )
  assert.deepEqual(
    read.from.map(box => name(box.name)),
    expected.from.map(box => name(box.name)),
    who,
  )
  assert.deepEqual(
    read.to.map(box => name(box.name)),
    expected.to.map(box => name(box.name)),
    who,
  )
  assert.equal(line(read.subject), line(expected.subject), who)
  assert.equal(read.date, expected.date, who)
  assert.equal(read.messageId, expected.messageId, who)
  assert.equal(read.text, expected.text, who)
  assert.deepEqual(
    read.attachments.map(({ sha256 }) => sha256),
    expected.attachments.map(({ sha256 }) => sha256),
    who,
  )
  // mailparser guesses a type from the name where the message states only octets.
  const octets = 'application/octet-stream'
  for (const [index, { type }] of expected.attachments.entries())
    if (type !== octets || who !== 'mailparser') assert.equal(read.attachments[index]!.type, type, who)
  assert.deepEqual(
    read.attachments.map(({ name }) => line(name)),
    expected.attachments.map(({ name }) => line(name)),
    who,
  )
  assert.equal(line(read.sourceItemId), line(expected.sourceItemId), who)
  assert.deepEqual(read.headerNames.toSorted(), expected.headerNames.toSorted(), who)
}

const KNOWN_HEADERS =
  /^(date|from|sender|to|subject|message-id|in-reply-to|references|message-context|mime-version|content-type|content-transfer-encoding|x-mms-message-id|x-holdfast-[a-z-]+)$/

function checkWire(message: Buffer): void {
  const text = message.toString('latin1')
  assert.match(text, /^[\t\r\n\x20-\x7e]*$/, 'all is printable ASCII')
  assert.doesNotMatch(text, /[^\r]\n|\r[^\n]/, 'every line ends in CRLF')
  for (const each of text.split('\r\n')) assert.ok(each.length <= 998, 'no line is over 998 characters')
  const header = text.slice(0, text.indexOf('\r\n\r\n'))
  for (const each of header.split('\r\n')) {
    if (each.includes('=?'))
      assert.ok(each.length <= 76, `encoded words make a line of ${each.length}: ${each}`)
    assert.match(each, /^(?: \S|[A-Za-z-]+:)/, each)
  }
  for (const word of header.match(/=\?utf-8\?B\?[^?]*\?=/g) ?? []) {
    assert.ok(word.length <= 75)
    // Each word decodes alone: no character is split between two.
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word.slice(10, -2), 'base64'))
  }
}

test('any item is written so that every reader reads the same and nothing can be smuggled in', async context => {
  const python = requireProgram(context, 'python3')
  if (python === null) return
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  context.diagnostic(`seed ${seed} (HOLDFAST_SEED)`)
  const samples = fc.sample(anyFacts, { numRuns: 300, seed })
  const messages = samples.map(facts => writeMessage(facts, ID))
  const read = await readByPython(python, messages)
  for (const [index, message] of messages.entries()) {
    const facts = samples[index]!
    checkWire(message)
    const expected = read[index]!
    for (const name of expected.headerNames) assert.match(name, KNOWN_HEADERS)
    assert.equal(expected.messageId, '<019f1d1f-057b-8388-ae13-2889bfd7c228@holdfast.invalid>')
    assert.equal(
      expected.date,
      new Date(Math.floor((facts.sentAt ?? facts.arrivedAt).getTime() / 1000) * 1000).toISOString(),
    )
    assert.deepEqual(
      expected.attachments.map(({ sha256 }) => sha256),
      facts.attachments.map(({ digest }) => digest.toString('hex')),
    )
    if (!facts.call && !facts.amendment && !facts.kind.includes('call'))
      assert.equal(expected.text, shownText(facts.text))
    compare(await readByPostalMime(message), expected, 'postal-mime')
    compare(await readByMailparser(message), expected, 'mailparser')
    // And by ourselves.
    const own = await readEmail(message, { network: 'x', arrivedAt: facts.arrivedAt, sourceItemId: 'x' })
    assert.ok(!own.flags.includes('defective-mime'))
    assert.equal(own.text, expected.text.replace(/\n+$/, ''))
  }
})

test('names, subjects, identifiers and file names come back as they were', async context => {
  const python = requireProgram(context, 'python3')
  if (python === null) return
  const names = [
    'Åsa Öberg',
    '王小明',
    'محمد علي',
    'राम कुमार',
    '😀👩‍👩‍👧‍👦',
    'O\'Neil "Jo" \\ (x), <y>',
    'a'.repeat(500),
    'ö'.repeat(500),
    'x=?utf-8?Q?y?=z',
    'back\\slash',
    "it's 100%.txt",
    'a;b="c".txt',
    ' ',
  ]
  const facts = (name: string): ItemFacts => ({
    form: 'record',
    network: 'O2',
    sourceItemId: `${name} ${'i'.repeat(10_000)}`,
    kind: 'mms',
    direction: 'in',
    sentAt: new Date('2026-07-01T10:00:00Z'),
    sentAtAsReceived: '',
    arrivedAt: new Date('2026-07-01T10:00:00Z'),
    participants: [
      { role: 'from', form: 'number', number: '447700900123', userId: null, emails: [], name },
      {
        role: 'to',
        form: 'number',
        number: '447700900124',
        userId: null,
        emails: ['bo@contoso.example', 'bo@old.example'],
        name,
      },
    ],
    subject: name,
    text: name,
    groupId: null,
    groupName: name,
    threadId: null,
    call: null,
    amendment: null,
    flags: [],
    attachments: [
      {
        name,
        contentType: 'image/png',
        size: 1,
        digest: createHash('sha256').update('x').digest(),
        content: Buffer.from('x'),
        contentId: null,
      },
    ],
  })
  const messages = names.map(name => writeMessage(facts(name), ID))
  const byPython = await readByPython(python, messages)
  for (const [index, name] of names.entries()) {
    const trimmed = name.trim()
    const shown = trimmed === '' ? '447700900123' : `${trimmed} 447700900123`
    const reads: [string, ReadBack][] = [
      ['python', byPython[index]!],
      ['postal-mime', await readByPostalMime(messages[index]!)],
      ['mailparser', await readByMailparser(messages[index]!)],
    ]
    for (const [who, read] of reads) {
      const [from] = read.from
      assert.equal(from!.address, '447700900123@phone.invalid', who)
      if (who === 'python') assert.equal(from!.name.replaceAll(' ', ''), shown.replaceAll(' ', ''), who)
      else assert.equal(from!.name, shown, who)
      assert.deepEqual(
        read.to.map(({ address }) => address),
        ['bo@contoso.example', 'bo@old.example'],
        who,
      )
      assert.ok(read.subject.endsWith(trimmed), who)
      assert.equal(read.sourceItemId.trimStart(), `${name} ${'i'.repeat(10_000)}`.trimStart(), who)
      if (!trimmed.includes('=?')) assert.equal(read.attachments[0]!.name, trimmed, who)
    }
  }
})

test('a message to ten thousand people is read whole', async () => {
  const people = Array.from(
    { length: 10_000 },
    (_, index): Participant => ({
      role: 'to',
      form: 'number',
      number: `4477009${String(index).padStart(5, '0')}`,
      userId: null,
      emails: [],
      name: 'Å',
    }),
  )
  const facts: ItemFacts = {
    form: 'record',
    network: 'O2',
    sourceItemId: null,
    kind: 'sms',
    direction: null,
    sentAt: null,
    sentAtAsReceived: '',
    arrivedAt: new Date(0),
    participants: people,
    subject: '',
    text: '',
    groupId: null,
    groupName: null,
    threadId: null,
    call: null,
    attachments: [],
    amendment: null,
    flags: [],
  }
  const message = writeMessage(facts, ID)
  checkWire(message)
  const own = await readEmail(message, { network: 'x', arrivedAt: new Date(0), sourceItemId: null })
  assert.equal(own.participants.filter(({ role }) => role === 'to').length, 10_000)
})
