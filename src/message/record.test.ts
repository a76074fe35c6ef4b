import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import { readRecord, type StreamedContents } from './message.ts'

const CONTEXT = { network: 'O2', arrivedAt: new Date('2026-07-02T02:00:00Z'), sourceItemId: null }
const NONE: StreamedContents = new Map()

const BODY = {
  subscriberId: 'U1',
  msisdn: '447700900123',
  ban: 'B1',
  messageId: 'O-1',
  nativeId: 'N-1',
  messageContext: 'pager-message',
  messageTime: '2026-07-01T10:00:00Z',
  from: '+447700900123',
  to: ['447700900124', '62442'],
  direction: 'Out',
  groupMessage: false,
  subject: '',
  contentType: 'text/plain',
  textContent: 'Hello\r\nthere',
  textSize: 12,
  fromEnriched: {
    fullName: { firstName: 'Anna', lastName: 'Berg' },
    value: '447700900123',
    email: 'Anna@Contoso.example',
  },
  toEnriched: [
    { value: '447700900124', email: ['bo@contoso.example', 'BO@contoso.example', 'bo@old.example'] },
    { value: '62442' },
  ],
  attachment: [] as unknown[],
}

const read = (body: unknown, contents = NONE) =>
  readRecord(
    Buffer.from(JSON.stringify({ messageId: 'O-1', networkType: 'O2', gatewayReceivedDate: 1, body })),
    CONTEXT,
    contents,
  )

test('an SMS record gives its facts', () => {
  assert.deepEqual(read(BODY), {
    form: 'record',
    network: 'O2',
    sourceItemId: 'O-1',
    kind: 'sms',
    direction: 'out',
    sentAt: new Date('2026-07-01T10:00:00Z'),
    sentAtAsReceived: '2026-07-01T10:00:00Z',
    arrivedAt: CONTEXT.arrivedAt,
    participants: [
      {
        role: 'from',
        form: 'number',
        number: '447700900123',
        userId: 'U1',
        emails: ['anna@contoso.example'],
        name: 'Anna Berg',
      },
      {
        role: 'to',
        form: 'number',
        number: '447700900124',
        userId: null,
        emails: ['bo@contoso.example', 'bo@old.example'],
        name: null,
      },
      { role: 'to', form: 'short-code', number: '62442', userId: null, emails: [], name: null },
    ],
    subject: '',
    text: 'Hello\nthere',
    groupId: null,
    groupName: null,
    threadId: null,
    call: null,
    attachments: [],
    amendment: null,
    flags: [],
  })
})

test('the body alone is a record too', () => {
  assert.equal(readRecord(Buffer.from(JSON.stringify(BODY)), CONTEXT, NONE).text, 'Hello\nthere')
})

test('senders are numbers, short codes, letters or withheld', () => {
  const sender = (from: unknown, value = 'UNKNOWN') => {
    const [party] = read({
      ...BODY,
      direction: 'In',
      from,
      to: ['447700900123'],
      fromEnriched: { value },
      toEnriched: [],
    }).participants
    return [party!.role, party!.form, party!.number]
  }
  for (const withheld of ['', 'withheld', 'UNKNOWN', 'anonymous', 'Private', undefined, null])
    assert.deepEqual(sender(withheld), ['from', 'withheld', ''], String(withheld))
  assert.deepEqual(sender('ParcelGo'), ['from', 'alphanumeric', 'ParcelGo'])
  assert.deepEqual(sender('62442'), ['from', 'short-code', '62442'])
  assert.deepEqual(sender('+44 7700 900-125'), ['from', 'number', '447700900125'])
  assert.deepEqual(sender('', '447700900126'), ['from', 'number', '447700900126'])
  assert.deepEqual(sender(447700900127), ['from', 'number', '447700900127'])
})

test('the captured user takes part where the record leaves their side out', () => {
  const incoming = read({
    ...BODY,
    direction: 'In',
    from: 'ParcelGo',
    to: [],
    fromEnriched: undefined,
    toEnriched: [],
  })
  assert.deepEqual(
    incoming.participants.map(({ role, number, userId }) => [role, number, userId]),
    [
      ['from', 'ParcelGo', null],
      ['to', '447700900123', 'U1'],
    ],
  )
  const outgoing = read({ ...BODY, from: '', fromEnriched: { value: 'UNKNOWN' } })
  assert.deepEqual(outgoing.participants[0], {
    role: 'from',
    form: 'number',
    number: '447700900123',
    userId: 'U1',
    emails: [],
    name: null,
  })
  assert.equal(outgoing.participants.length, 3)
})

test('calls, groups and attachments are read', () => {
  const content = Buffer.from('RIFF')
  const digest = createHash('sha256').update('big').digest()
  const facts = read(
    {
      ...BODY,
      messageContext: 'voice-call',
      groupMessage: true,
      dialogGroupName: 'Crew',
      dialogGroupId: 'G1',
      callInfo: {
        callID: 'C1',
        recipientNum: '1',
        callStatus: '1',
        startTime: 1782900000000,
        endTime: '1782900061000',
      },
      attachment: [
        { name: 'a.wav', contentType: 'audio/wav; x=1', attachSize: 4, content: content.toString('base64') },
        {
          name: 'big.wav',
          contentType: 'audio/wav',
          attachSize: 99,
          contentId: 'c-9',
          digest: digest.toString('base64'),
        },
        {
          name: 'gone.wav',
          contentType: 'nonsense',
          attachSize: 7,
          contentId: 'c-10',
          digest: digest.toString('base64'),
        },
        'no object',
      ],
    },
    new Map([['c-9', { size: 40_000_000, sha256: digest }]]),
  )
  assert.deepEqual([facts.kind, facts.groupId, facts.groupName], ['voice-call', 'G1', 'Crew'])
  assert.deepEqual([facts.call?.status, facts.call?.seconds, facts.call?.callId], ['ok', 61, 'C1'])
  assert.deepEqual(facts.attachments, [
    {
      name: 'a.wav',
      contentType: 'audio/wav',
      size: 4,
      digest: createHash('sha256').update(content).digest(),
      content,
      contentId: null,
    },
    { name: 'big.wav', contentType: 'audio/wav', size: 40_000_000, digest, content: null, contentId: 'c-9' },
    {
      name: 'gone.wav',
      contentType: 'application/octet-stream',
      size: 7,
      digest,
      content: null,
      contentId: 'c-10',
    },
  ])
})

test('absurd times are flagged and kept as they came', () => {
  for (const messageTime of [
    '57300-06-03T18:46:03Z',
    '1970-01-01T00:00:00Z',
    'NaN',
    '',
    null,
    {},
    '2026-07-03T02:00:01Z',
    0,
  ]) {
    const facts = read({ ...BODY, messageTime })
    assert.equal(facts.sentAt, null, String(messageTime))
    assert.deepEqual(facts.flags, ['impossible-time'])
    assert.equal(facts.sentAtAsReceived, typeof messageTime === 'object' ? '' : String(messageTime))
  }
  assert.deepEqual(read({ ...BODY, messageTime: 1782900000000 }).sentAt, new Date(1782900000000))
})

test('edits give both texts', () => {
  const facts = read({
    ...BODY,
    messageId: 'EDIT-O-1',
    textContent: 'Original Message ID: O-1\nEdit ID - EDIT-O-1\nPrevious Text:\nat 5\nEdited Text:\nat 6',
  })
  assert.deepEqual(
    [facts.text, facts.amendment],
    ['at 6', { act: 'edit', originalItemId: 'O-1', previousText: 'at 5' }],
  )
})

test('only what is no JSON object is refused', () => {
  for (const raw of ['', 'null', '[]', '"x"', '{"a":', '12', '\u0000'])
    assert.throws(
      () => readRecord(Buffer.from(raw), CONTEXT, NONE),
      error => hasCode(error, 'ITEM_UNREADABLE'),
      raw,
    )
  assert.deepEqual(readRecord(Buffer.from('{}'), CONTEXT, NONE).flags, [
    'impossible-time',
    'no-source-id',
    'no-participants',
  ])
})

test('fields of any type are read as far as they go', () => {
  const names = [...Object.keys(BODY), 'callInfo', 'dialogGroupId', 'dialogGroupName']
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 }),
      changes => {
        const facts = read({ ...BODY, ...changes })
        for (const party of facts.participants)
          for (const text of [party.number, party.name ?? '', party.userId ?? '', ...party.emails])
            assert.ok(text.isWellFormed() && !text.includes('\u0000'), 'PostgreSQL can store it')
      },
    ),
    { numRuns: 1000 },
  )
})
