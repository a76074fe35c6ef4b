import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { mail, word } from '../testing/sample-mail.ts'
import { readEmail, readLargeEmail } from './message.ts'
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

test('a message of TeleMessage gives its facts', async () => {
  const content = Buffer.from([1, 2, 3])
  const facts = await readEmail(
    mail({
      headers: {
        From: `${word('Åsa Öberg +46701740606')} <asa@kestrel-harbour.example>`,
        To: '"Bo Ek 46701740605" <bo.ek@kestrel-harbour.example>, "Bo Ek 46701740605" <Bo@old.example>, "447700900999" <447700900999@telemessage.invalid>, "62442" <62442@telemessage.invalid>, "ParcelGo" <ParcelGo@telemessage.invalid>, "UNKNOWN" <unknown@telemessage.invalid>',
        'X-TELEMESSAGE-ArchiveInitiator': '46701740605',
        'X-TELEMESSAGE-MessageType': 'multimedia-message',
        'X-TELEMESSAGE-GroupID': 'G9',
        'X-TELEMESSAGE-GROUP_NAME': word('Hamnen 🚢'),
      },
      text: 'Första raden\nAndra raden 😀',
      files: [
        {
          head: 'Content-Type: image/png; name="a b.png"\r\nContent-Disposition: attachment; filename="a b.png"',
          content,
        },
      ],
    }),
    CONTEXT,
  )
  const party = (
    role: 'from' | 'to',
    form: string,
    number: string,
    emails: string[],
    name: string | null,
    userId: string | null = null,
  ) => ({ role, form, number, userId, emails, name })
  assert.deepEqual(facts, {
    form: 'email',
    network: 'ENTERPRISE_NUMBER',
    sourceItemId: 'M-1',
    kind: 'mms',
    direction: 'in',
    sentAt: new Date('2026-07-01T10:00:00Z'),
    sentAtAsReceived: 'Wed, 01 Jul 2026 10:00:00 +0000',
    arrivedAt: CONTEXT.arrivedAt,
    participants: [
      party('from', 'number', '46701740606', ['asa@kestrel-harbour.example'], 'Åsa Öberg'),
      party(
        'to',
        'number',
        '46701740605',
        ['bo.ek@kestrel-harbour.example', 'bo@old.example'],
        'Bo Ek',
        'U7',
      ),
      party('to', 'number', '447700900999', [], null),
      party('to', 'short-code', '62442', [], null),
      party('to', 'alphanumeric', 'ParcelGo', [], null),
      party('to', 'withheld', '', [], null),
    ],
    subject: 'SMS from Anna Berg',
    text: 'Första raden\nAndra raden 😀',
    groupId: 'G9',
    groupName: 'Hamnen 🚢',
    threadId: 'T1',
    call: null,
    attachments: [
      {
        name: 'a b.png',
        contentType: 'image/png',
        size: 3,
        digest: createHash('sha256').update(content).digest(),
        content,
        contentId: null,
      },
    ],
    amendment: null,
    flags: [],
  })
})

test('a call gives its status, times and duration, and an unanswered one no seconds', async () => {
  const call = (extra: Record<string, string>) =>
    readEmail(mail({ headers: { 'X-TELEMESSAGE-MessageType': 'call-log', ...extra } }), CONTEXT)
  const answered = await call({
    'X-TELEMESSAGE-CallStatus': '1',
    'X-TELEMESSAGE-CallStart': '1782900000000',
    'X-TELEMESSAGE-CallEnd': '1782900192500',
    'X-TELEMESSAGE-CallID': 'C-1',
  })
  assert.deepEqual(answered.call, {
    status: 'ok',
    startedAt: new Date(1782900000000),
    endedAt: new Date(1782900192500),
    seconds: 192,
    callId: 'C-1',
  })
  const missed = await call({
    'X-TELEMESSAGE-CallStatus': '2',
    'X-TELEMESSAGE-CallStart': '1782900000000',
    'X-TELEMESSAGE-CallEnd': '1782900000000',
  })
  assert.deepEqual([missed.call?.status, missed.call?.seconds], ['missed', 0])
  const bare = await call({})
  assert.deepEqual(bare.call, {
    status: 'unknown',
    startedAt: null,
    endedAt: null,
    seconds: null,
    callId: null,
  })
  const absurd = await call({
    'X-TELEMESSAGE-CallStatus': '9',
    'X-TELEMESSAGE-CallStart': '1e999',
    'X-TELEMESSAGE-CallEnd': '0',
  })
  assert.deepEqual(
    [absurd.call?.status, absurd.call?.startedAt, absurd.call?.endedAt],
    ['unknown', null, null],
  )
})

test('edits and deletions speak of the item before', async () => {
  const amended = async (id: string, text: string, subject = 'SMS') => {
    const facts = await readEmail(
      mail({ headers: { 'X-TELEMESSAGE-ArchiveMessageID': id, Subject: subject }, text }),
      CONTEXT,
    )
    return { ...facts.amendment, text: facts.text }
  }
  assert.deepEqual(
    await amended(
      'EDIT-M-2',
      'Original Message ID: M-1\nEdit ID - EDIT-M-2\nPrevious Text:\nBuy\ntwo\nEdited Text:\nBuy three',
    ),
    { act: 'edit', originalItemId: 'M-1', previousText: 'Buy\ntwo', text: 'Buy three' },
  )
  assert.deepEqual(await amended('DELETE_FOR_ALL-M-1', 'Original Message ID: M-1\nthe text\nof it'), {
    act: 'delete-for-all',
    originalItemId: 'M-1',
    previousText: 'the text\nof it',
    text: '',
  })
  assert.deepEqual(await amended('DELETE_ALL_MESSAGES-M-1', 'Original Message ID: M-1'), {
    act: 'delete-all-messages',
    originalItemId: 'M-1',
    previousText: null,
    text: '',
  })
  assert.deepEqual(await amended('M-3', 'just a text', 'DELETED For Me SMS from Anna'), {
    act: 'delete-for-me',
    originalItemId: null,
    previousText: null,
    text: 'just a text',
  })
  assert.deepEqual(await amended('M-4', 'no amendment', 'EDITORIAL meeting'), { text: 'no amendment' })
})

test('impossible times are null and flagged, and kept as they came', async () => {
  for (const date of [
    'Mon, 03 Jun 57300 18:46:03 +0000',
    'Thu, 01 Jan 1970 00:00:00 +0000',
    'yesterday',
    '',
    'Fri, 03 Jul 2026 02:00:01 +0000',
  ]) {
    const facts = await readEmail(mail({ headers: { Date: date } }), CONTEXT)
    assert.deepEqual(
      [facts.sentAt, facts.sentAtAsReceived, facts.flags],
      [null, date, ['impossible-time']],
      date,
    )
  }
  const late = await readEmail(mail({ headers: { Date: 'Fri, 03 Jul 2026 02:00:00 +0000' } }), CONTEXT)
  assert.deepEqual(late.sentAt, new Date('2026-07-03T02:00:00Z'))
})

test('what was stripped at capture is flagged', async () => {
  const text =
    'Look\nTotal attachments size 31MB exceeds the 25MB maximum attachment size limit. \nFiles: a.mp4 \nwere removed.'
  assert.deepEqual((await readEmail(mail({ text }), CONTEXT)).flags, ['stripped-at-capture'])
})

test('the quick reader takes the shapes TeleMessage makes', () => {
  const file = (head: string) => ({ head, content: Buffer.from('file') })
  for (const made of [
    mail({}),
    mail({ text: 'Zażółć 😀', encoding: '8bit' }),
    mail({ text: 'Zażółć 😀\nline', encoding: 'quoted-printable' }),
    mail({
      files: [
        file('Content-Type: image/jpeg; name="p.jpg"\r\nContent-Disposition: attachment; filename="p.jpg"'),
      ],
    }),
    mail({
      files: [
        file(`Content-Type: audio/wav\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A5.wav`),
      ],
    }),
  ])
    assert.ok(readPlainMail(made), made.toString())
})

test('mail without structure still gives its text', async () => {
  const cases: [string, string][] = [
    ['no header at all', 'no header at all'],
    ['From: a@contoso.example\r\nContent-Type: multipart/mixed\r\n\r\nlost?', 'lost?'],
    ['Content-Type: multipart/mixed; boundary=b\r\n\r\nnever any delimiter', 'never any delimiter'],
    [
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\ncut off',
      'cut off',
    ],
    [
      'Content-Type: text/plain; charset=base64\r\nContent-Transfer-Encoding: base64\r\n\r\n!!aGVsbG8!',
      'hello',
    ],
    [
      'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nthe inner preamble\r\n--a--',
      'the inner preamble',
    ],
  ]
  cases.push([
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\nafter the end\r\n--b--',
    'one\nafter the end',
  ])
  for (const [raw, text] of cases) {
    const facts = await readEmail(Buffer.from(raw), CONTEXT)
    assert.equal(facts.text, text, raw)
    assert.ok(facts.flags.includes('defective-mime'), raw)
  }
  const empty = await readEmail(Buffer.alloc(0), CONTEXT)
  assert.deepEqual(
    [empty.text, empty.participants, empty.flags],
    ['', [], ['impossible-time', 'no-source-id', 'no-participants']],
  )
})

test('of alternatives the plain one is read, and HTML alone becomes text', async () => {
  const alternative = (plain: string) =>
    `Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>there</b></p>\r\n--b--\r\n`
  assert.equal((await readEmail(Buffer.from(alternative('Hi')), CONTEXT)).text, 'Hi')
  assert.equal((await readEmail(Buffer.from(alternative('')), CONTEXT)).text, 'Hello there')
  assert.equal(
    (await readEmail(Buffer.from('Content-Type: text/html\r\n\r\n<p>A &amp; B</p>'), CONTEXT)).text,
    'A & B',
  )
})

test('a text beyond the limit is cut and flagged, the same at once and streamed', async () => {
  const raw = mail({ text: 'å'.repeat(2_500_000), encoding: '8bit' })
  const facts = await readEmail(raw, CONTEXT)
  assert.deepEqual(facts.flags, ['truncated-text'])
  assert.ok(facts.text.length > 2_000_000)
  assert.deepEqual(await readLargeEmail(cut(raw, [65536]), CONTEXT), facts)
})
