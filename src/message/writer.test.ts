import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import { showParty } from './addresses.ts'
import { encodeText } from './body-encoding.ts'
import {
  type Attachment,
  type ItemFacts,
  indexText,
  type Participant,
  readEmail,
  readLargeEmail,
  streamMessage,
  writeMessage,
} from './message.ts'
import { encodeWords } from './rfc-text.ts'

const ID = Buffer.from('019f1d1f057b8388ae132889bfd7c228', 'hex')
const BOUNDARY = `holdfast-${ID.toString('hex')}`
const party = (role: Participant['role'], more: Partial<Participant> = {}): Participant => ({
  role,
  form: 'number',
  number: '447700900123',
  userId: null,
  emails: [],
  name: null,
  ...more,
})
const FACTS: ItemFacts = {
  form: 'record',
  network: 'O2',
  sourceItemId: 'O-1',
  kind: 'sms',
  direction: 'out',
  sentAt: new Date('2026-07-01T10:00:00Z'),
  sentAtAsReceived: '',
  arrivedAt: new Date('2026-07-02T02:00:00Z'),
  participants: [party('from', { name: 'Anna Berg' }), party('to', { number: '447700900124' })],
  subject: '',
  text: 'Hello',
  groupId: null,
  groupName: null,
  threadId: null,
  call: null,
  attachments: [],
  amendment: null,
  flags: [],
}
const header = (facts: ItemFacts) =>
  writeMessage(facts, ID).toString().split('\r\n\r\n', 1)[0]!.replace(/\r\n /g, ' ')
const attachment = (content: Buffer, more: Partial<Attachment> = {}): Attachment => ({
  name: 'a.bin',
  contentType: 'application/octet-stream',
  size: content.length,
  digest: createHash('sha256').update(content).digest(),
  content,
  contentId: null,
  ...more,
})

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

async function* cut(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('no field can add a line to the header', () => {
  const evil = 'x\r\nBcc: eve@contoso.example\r\n\r\nbody\n\rX-A: 1\u0085\u2028X-B: 2\u0000'
  const fields: Partial<ItemFacts>[] = [
    { network: evil },
    { sourceItemId: evil },
    { subject: evil },
    { groupId: evil },
    { groupName: evil },
    { threadId: evil },
    { sentAt: null, sentAtAsReceived: evil },
    {
      participants: [
        party('from', { name: evil }),
        party('to', { number: evil }),
        party('cc', { form: 'alphanumeric', number: evil }),
        party('bcc', { emails: [evil, `a@${evil}`], userId: evil }),
      ],
    },
    { call: { status: 'ok', startedAt: null, endedAt: null, seconds: 1, callId: evil } },
    { amendment: { act: 'edit', originalItemId: evil, previousText: evil } },
    { attachments: [attachment(Buffer.from('x'), { name: evil, contentType: evil })] },
  ]
  const names = (facts: ItemFacts) =>
    [
      ...writeMessage(facts, ID)
        .toString('latin1')
        .split('\r\n\r\n', 1)[0]!
        .matchAll(/^([^ \r\n:]+):/gm),
    ].map(match => match[1]!)
  for (const field of fields) {
    const facts = { ...FACTS, kind: 'mms' as const, ...field }
    const written = writeMessage(facts, ID).toString('latin1')
    assert.doesNotMatch(written, /[^\r]\n|\r[^\n]|[^\t\r\n\x20-\x7e]/)
    // Nor once it is decoded, for those who write it out again.
    for (const [, word] of written.matchAll(/=\?utf-8\?B\?([^?]*)\?=/g))
      assert.doesNotMatch(Buffer.from(word!, 'base64').toString(), /[\u0000-\u001f\u007f-\u009f\u2028]/)
    for (const name of names(facts))
      assert.match(
        name,
        /^(?:Date|From|To|Cc|Bcc|Subject|Message-ID|In-Reply-To|References|Message-Context|MIME-Version|Content-Type|Content-Transfer-Encoding|X-Mms-Message-Id|X-Holdfast-[A-Za-z-]+)$/,
      )
    assert.equal(
      names(facts).filter(name => name === 'Bcc').length,
      facts.participants.some(({ role }) => role === 'bcc') ? 1 : 0,
    )
  }
})

test('parties are shown with their number, and addressed by their e-mail property or in phone.invalid', () => {
  for (const [more, from] of [
    [
      { name: 'Anna Berg', emails: ['anna@contoso.example'] },
      '"Anna Berg 447700900123" <anna@contoso.example>',
    ],
    [{ name: 'Anna Berg' }, '"Anna Berg 447700900123" <447700900123@phone.invalid>'],
    [{ form: 'short-code', number: '62442' }, '"62442" <62442@phone.invalid>'],
    [{ form: 'alphanumeric', number: 'Parcel Go.' }, '"Parcel Go." <Parcel%20Go%2E@phone.invalid>'],
    [{ form: 'withheld', number: '' }, '"Withheld number" <withheld@phone.invalid>'],
    [{ form: 'email', number: '', emails: ['a@contoso.example'] }, '<a@contoso.example>'],
    [{ form: 'alphanumeric', number: 'x'.repeat(70) }, undefined],
  ] as [Partial<Participant>, string | undefined][]) {
    const written = header({ ...FACTS, participants: [party('from', more)] })
    if (from) assert.match(written, new RegExp(`^From: ${from.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')}$`, 'm'))
    else assert.match(written, /<long-[0-9a-f]{32}@phone\.invalid>/)
  }
  assert.equal(showParty(party('from', { name: '' })), '447700900123')
})

test('every address of a recipient stands in To, and of a sender in the header', async () => {
  const emails = ['bo@contoso.example', 'bo@old.example']
  const written = header({
    ...FACTS,
    participants: [
      party('from', { emails: ['a@contoso.example', 'a@old.example'] }),
      party('to', { number: '447700900124', name: 'Bo', emails }),
    ],
  })
  assert.match(written, /^To: "Bo 447700900124" <bo@contoso.example>, "Bo 447700900124" <bo@old.example>$/m)
  assert.match(written, /^From: "447700900123" <a@contoso.example>$/m)
  assert.match(written, /^X-Holdfast-Other-Address: a@old.example$/m)
})

test('subjects say what, from whom, to whom and how it went', () => {
  const subject = (more: Partial<ItemFacts>) => /^Subject: (.*)$/m.exec(header({ ...FACTS, ...more }))![1]
  const call = { status: 'missed' as const, startedAt: null, endedAt: null, seconds: 0, callId: null }
  const many = Array.from({ length: 5 }, (_, index) => party('to', { number: `44770090020${index}` }))
  assert.equal(subject({}), 'SMS from Anna Berg 447700900123 to 447700900124')
  assert.equal(
    subject({ kind: 'mms', subject: 'Plan' }),
    'MMS from Anna Berg 447700900123 to 447700900124: Plan',
  )
  assert.equal(
    subject({ kind: 'chat', groupId: 'G', groupName: 'Crew' }),
    'Chat message from Anna Berg 447700900123 to group Crew',
  )
  assert.equal(
    subject({ kind: 'call-log', call }),
    'Call from Anna Berg 447700900123 to 447700900124 (missed)',
  )
  assert.equal(
    subject({ kind: 'voice-call', call: { ...call, status: 'ok', seconds: 3725 } }),
    'Voice call from Anna Berg 447700900123 to 447700900124 (answered, 1 h 2 min 5 s)',
  )
  assert.equal(
    subject({ participants: [party('from'), ...many] }),
    'SMS from 447700900123 to 447700900200, 447700900201, 447700900202 and 2 others',
  )
  assert.equal(subject({ participants: [] }), 'SMS')
  assert.equal(
    subject({ kind: 'event', subject: 'Installed', participants: [party('from'), party('to')] }),
    'Event from 447700900123: Installed',
  )
  assert.equal(
    subject({
      subject: 'DELETED For All',
      amendment: { act: 'delete-for-all', originalItemId: 'x', previousText: null },
    }),
    'Deleted for all: SMS from Anna Berg 447700900123 to 447700900124',
  )
})

test('the date is when it was sent, or when it arrived if that is impossible', () => {
  assert.match(header(FACTS), /^Date: Wed, 01 Jul 2026 10:00:00 \+0000$/m)
  const impossible = header({ ...FACTS, sentAt: null, sentAtAsReceived: '57300-06-03T18:46:03Z' })
  assert.match(impossible, /^Date: Thu, 02 Jul 2026 02:00:00 \+0000$/m)
  assert.match(impossible, /^X-Holdfast-Sent-As-Received: 57300-06-03T18:46:03Z$/m)
  for (const arrivedAt of [new Date(Number.NaN), new Date(8.64e15), new Date(-1)])
    assert.match(header({ ...FACTS, sentAt: null, arrivedAt }), /^Date: Thu, 01 Jan 1970/m)
})

test('encodings are chosen by the text, and every text comes back', () => {
  const encoding = (text: string) => encodeText(text, BOUNDARY).encoding
  assert.equal(encoding('plain\ntext'), '7bit')
  assert.equal(encoding('x'.repeat(999)), 'quoted-printable')
  assert.equal(encoding('trailing '), 'quoted-printable')
  assert.equal(encoding('a\nFrom b'), 'quoted-printable')
  assert.equal(encoding('mostly plain with one å in it'), 'quoted-printable')
  assert.equal(encoding('中文'), 'base64')
  assert.equal(encoding(`x\n--${BOUNDARY}--`), 'base64')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      const { lines } = encodeText(text.toWellFormed(), BOUNDARY)
      assert.ok(!lines.includes(BOUNDARY))
      for (const line of lines.split('\r\n')) assert.ok(line.length <= 998 && !line.startsWith('From '))
    }),
  )
})

test('encoded words are at most 75 characters, their lines 76, and no character is cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 70 }),
      (text, column) => {
        const lines = encodeWords(text.toWellFormed(), column).split('\r\n')
        assert.ok(column + lines[0]!.length <= 76 || lines[0] === '')
        for (const line of lines) assert.ok(line.length <= 76)
        const words = lines.flatMap(line => line.match(/=\?utf-8\?B\?([^?]*)\?=/g) ?? [])
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
        assert.equal(
          words.map(word => decoder.decode(Buffer.from(word.slice(10, -2), 'base64'))).join(''),
          text.toWellFormed(),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('a streamed message has the bytes of one written at once, and the size that was told before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 200 }),
      async (contents, size) => {
        const held = contents.map(bytes => attachment(Buffer.from(bytes)))
        const streamed = held.map((each, index) => ({ ...each, content: null, contentId: String(index) }))
        const message = streamMessage({ ...FACTS, attachments: streamed }, ID, id =>
          cut(held[Number(id)]!.content!, size),
        )
        const bytes = await collect(message.chunks)
        assert.equal(bytes.length, message.size)
        assert.ok(bytes.equals(writeMessage({ ...FACTS, attachments: held }, ID)))
      },
    ),
    { numRuns: 200 },
  )
})

test('a content that is not of its stated size is refused, and a streamed one cannot be written at once', async () => {
  const facts = {
    ...FACTS,
    attachments: [attachment(Buffer.from('four'), { content: null, contentId: 'c' })],
  }
  for (const content of ['thr', 'five!'])
    await assert.rejects(
      collect(streamMessage(facts, ID, () => cut(Buffer.from(content), 2)).chunks),
      error => hasCode(error, 'STORAGE_FAILED'),
    )
  assert.throws(
    () => writeMessage(facts, ID),
    error => hasCode(error, 'INTERNAL'),
  )
})

test('a large mail is written, and read again, in flat memory', async () => {
  const size = 60 * 1024 * 1024
  const block = randomBytes(64 * 1024)
  const digest = createHash('sha256')
  for (let done = 0; done < size; done += block.length) digest.update(block)
  async function* content(): AsyncIterable<Buffer> {
    for (let done = 0; done < size; done += block.length) yield block
  }
  const big = attachment(Buffer.alloc(0), {
    name: 'call.wav',
    contentType: 'audio/wav',
    size,
    digest: digest.digest(),
    content: null,
    contentId: 'c',
  })
  const message = streamMessage({ ...FACTS, attachments: [big] }, ID, content)
  const before = process.memoryUsage().arrayBuffers
  let peak = 0
  async function* watched(): AsyncIterable<Buffer> {
    for await (const chunk of message.chunks) {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
      yield chunk
    }
  }
  const facts = await readLargeEmail(watched(), {
    network: 'O2',
    arrivedAt: FACTS.arrivedAt,
    sourceItemId: 'O-1',
  })
  assert.deepEqual(facts.attachments, [{ ...big, contentId: null }])
  assert.equal(facts.text, 'Hello')
  assert.ok(peak < size / 2, `${Math.round(peak / 1e6)} MB were held`)
})

test('our own messages are read back as the item they were made from', async () => {
  const facts = {
    ...FACTS,
    participants: [
      party('from', { name: 'Åsa Öberg' }),
      party('to', { form: 'alphanumeric', number: 'Parcel Go' }),
      party('to', { form: 'withheld', number: '' }),
      party('to', { number: '447700900124', emails: ['b@contoso.example', 'c@contoso.example'] }),
    ],
  }
  const read = await readEmail(writeMessage(facts, ID), {
    network: 'O2',
    arrivedAt: FACTS.arrivedAt,
    sourceItemId: 'O-1',
  })
  assert.deepEqual(read.participants, facts.participants)
  assert.deepEqual([read.text, read.sentAt], [facts.text, facts.sentAt])
})

test('search is told what was written and named, and what was there before an edit', () => {
  const facts = {
    ...FACTS,
    subject: 'S',
    groupName: 'G',
    attachments: [
      attachment(Buffer.from('x'), { name: 'plan.pdf' }),
      attachment(Buffer.from('y'), { name: '' }),
    ],
  }
  assert.deepEqual(indexText(facts, ['Agenda']), {
    subject: 'S',
    body: 'Hello',
    groupName: 'G',
    names: [],
    attachmentNames: ['plan.pdf'],
    attachmentTexts: ['Agenda'],
  })
  assert.equal(
    indexText({ ...FACTS, amendment: { act: 'edit', originalItemId: null, previousText: 'Hullo' } }, []).body,
    'Hello\nHullo',
  )
})
