/** The three readers of mail, quick, general and streamed, against each other and against what was sent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type MadeMail, mail, word } from '../testing/sample-mail.ts'
import { readAnyEmail } from './email.ts'
import { type ItemFacts, readEmail, readEmailSource, readLargeEmail } from './message.ts'
import { generalMailboxes, parseMailboxes } from './participant.ts'
import { readPlainMail } from './quick-reader.ts'

const CONTEXT = {
  network: 'ENTERPRISE_NUMBER',
  arrivedAt: new Date('2026-07-02T02:00:00Z'),
  sourceItemId: null,
}

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncIterable<Buffer> {
  let index = 0
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, sizes[index++ % sizes.length] ?? bytes.length)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const withoutContent = (facts: ItemFacts): ItemFacts => ({
  ...facts,
  attachments: facts.attachments.map(attachment => ({ ...attachment, content: null })),
})

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        ' ',
        '\n',
        '\r',
        '\r\n',
        '=',
        '--',
        '--=_t1',
        '--=_t1--',
        'å',
        '😀',
        '\ufeff',
        '\u0000',
      ),
      { maxLength: 30 },
    )
    .map(parts => parts.join('')),
)

const made: fc.Arbitrary<MadeMail> = fc.record({
  headers: fc.dictionary(
    fc.constantFrom(
      'From',
      'To',
      'Cc',
      'Subject',
      'Date',
      'X-TELEMESSAGE-MessageType',
      'X-TELEMESSAGE-SID',
      'X-TELEMESSAGE-GROUP_NAME',
      'X-Other',
      'Content-Disposition',
    ),
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }).map(text => text.replace(/[\r\n]/g, ' ')),
      fc
        .string({ unit: 'grapheme-ascii', maxLength: 30 })
        .map(text => `"${text} 447700900123" <a@contoso.example>`),
      fc
        .string({ unit: 'grapheme', maxLength: 30 })
        .map(text => `${word(text)}\r\n ${word('447700900123')} <a@contoso.example>`),
    ),
    { maxKeys: 5 },
  ),
  text: texts,
  encoding: fc.constantFrom('base64', 'quoted-printable', '8bit'),
  boundary: fc.constantFrom('=_t1', 'a', 'b b', 'x'.repeat(70), "a'()+_,-./:=?"),
  files: fc.array(
    fc.record({
      head: fc.constantFrom(
        'Content-Type: image/png; name="a b.png"\r\nContent-Disposition: attachment; filename="a b.png"',
        `Content-Type: text/x-vcard\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A5%20%28x%29.vcf`,
        'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename="note.txt"',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Type: text/html; charset=utf-8',
        'Content-Type: text/plain; charset=utf-8; format=flowed',
        'Content-Type: text/calendar; method=request\r\nContent-Disposition: attachment; filename=a.ics',
        'Content-Type: message/rfc822',
        'Content-Type: multipart/mixed; boundary=q',
        'Content-Type: IMAGE/GIF ; name = "x"\r\nContent-Disposition: inline',
        'Content-Type: audio/wav; name="=?utf-8?B?w6U=?="\r\nContent-Disposition: attachment; filename="=?utf-8?B?w6U=?="',
        'X-Nothing: 1',
        'no field at all',
      ),
      content: fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
    }),
    { maxLength: 3 },
  ),
})

test('all three readers agree on made-up mail, however it is cut', async () => {
  let quick = 0
  await fc.assert(
    fc.asyncProperty(
      made,
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      async (input, sizes) => {
        const raw = mail(input)
        if (readPlainMail(raw)) quick++
        const facts = await readEmail(raw, CONTEXT)
        assert.deepEqual(facts, await readAnyEmail(raw, CONTEXT))
        assert.equal((await readEmailSource(raw)).sourceItemId, facts.sourceItemId)
        assert.deepEqual(withoutContent(facts), await readLargeEmail(cut(raw, sizes), CONTEXT))
      },
    ),
    { numRuns: 1500 },
  )
  assert.ok(quick > 100, `the quick reader took only ${quick}`)
})

test('what TeleMessage would send comes back as it was', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom('base64', 'quoted-printable') as fc.Arbitrary<'base64'>,
      async (sent, encoding) => {
        const facts = await readEmail(mail({ text: sent, encoding }), CONTEXT)
        assert.equal(
          facts.text,
          sent
            .replace(/\r+\n|\r/g, '\n')
            .replace(/\n+$/, '')
            .replace(/^\ufeff/, ''),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('the short cut for addresses agrees with the general parser', () => {
  const piece = fc.constantFrom(
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
    ' ',
    '\t',
    'Anna',
    '447700900123',
    'a@b.example',
    '<a@b.example>',
    '"Anna 447"',
    ', ',
    word('Åsa'),
    '=?utf-8?Q?a=20b?=',
    '=?x',
    '?=',
    'å',
    '\u00a0',
    '.',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const value = pieces.join('')
      assert.deepEqual(parseMailboxes(value), generalMailboxes(value))
    }),
    { numRuns: 5000 },
  )
  const party = fc.tuple(
    fc.constantFrom('"Anna Berg 447700900123"', '""', '"a@b.example"', `${word('Åsa')}\t${word('46')}`),
    fc.constantFrom('a@b.example', 'A.B@c.example'),
  )
  fc.assert(
    fc.property(fc.array(party, { minLength: 1, maxLength: 5 }), parties => {
      const value = parties.map(([name, address]) => `${name} <${address}>`).join(', ')
      assert.deepEqual(parseMailboxes(value), generalMailboxes(value))
    }),
  )
})

test('all three readers agree on mail that is nearly as it should be', async () => {
  const start =
    'From: "A 447700900123" <a@contoso.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'
  const part = (body: string, head = 'Content-Type: text/plain; charset=utf-8') =>
    `--b\r\n${head}\r\n\r\n${body}\r\n`
  const quoted = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable'
  for (const raw of [
    `${start}${part('one\n--b\r\nContent-Type: text/plain\r\n\r\ntwo')}--b--\r\n`,
    `${start}${part('one\n--b--')}`,
    `${start}${part('one')}--b-- \t\r\n`,
    `${start}${part('one')}--b--\r\nafter\r\n--b\r\n\r\nthe end`,
    `${start}${part('one')}--b \r\n\r\ntwo\r\n--b--`,
    `${start}${part('one\r\n--bb\r\n--b-\r\n--b--x')}--b--\r\n`,
    `${start}${part('one\r\n-\r\n--\r\n\r\n-')}--b--\r\n`,
    `${start}${part('a= \t\r\nb=\r\nc=3D=3d=XY=\r\n', quoted)}--b--\r\n`,
    `${start}${part(`a=${' '.repeat(997)}\r\nb`, quoted)}--b--\r\n`,
    `${start}${part(`a=${' '.repeat(998)}\r\nb`, quoted)}--b--\r\n`,
    `${start}${part('a=', quoted)}--b--\r\n`,
    `${start}${part('a=  ', quoted)}--b--\r\n`,
    `${start}${part('', quoted)}--b--\r\n`,
    `${start}--b\r\n\r\n--b--\r\n`,
    `${start}--b\r\n--b--\r\n`,
    `${start}preamble\r\n${part('one')}--b--\r\n`,
    `${start}${part('one\r\r\ntwo\r')}--b--\r\n`,
    start.replaceAll('\r\n', '\n') + part('one').replaceAll('\r\n', '\n'),
  ]) {
    const bytes = Buffer.from(raw)
    const facts = await readEmail(bytes, CONTEXT)
    assert.deepEqual(facts, await readAnyEmail(bytes, CONTEXT), raw)
    assert.equal((await readEmailSource(bytes)).sourceItemId, facts.sourceItemId, raw)
    for (const size of [1, 2, 3, 7, 64])
      assert.deepEqual(await readLargeEmail(cut(bytes, [size]), CONTEXT), withoutContent(facts), raw)
  }
})
