import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  canonicalContent,
  conversationKey,
  formatItemId,
  type ItemFacts,
  itemId,
  type Participant,
  parseItemId,
  sourceKey,
} from './message.ts'

const KEY = createSecretKey(Buffer.alloc(32, 1))
const party = (role: Participant['role'], number: string, more: Partial<Participant> = {}): Participant => ({
  role,
  form: 'number',
  number,
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
  sentAt: new Date('2026-07-01T10:00:00.123Z'),
  sentAtAsReceived: '2026-07-01T10:00:00Z',
  arrivedAt: new Date('2026-07-02T02:00:00Z'),
  participants: [party('from', '447700900123'), party('to', '447700900124'), party('to', '447700900125')],
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
const id = (facts: ItemFacts, account = 'A') => itemId(KEY, account, facts).toString('hex')

test('an id is a UUIDv8 that begins with the time of sending', () => {
  const made = itemId(KEY, 'A', FACTS)
  assert.equal(made.readUIntBE(0, 6), FACTS.sentAt!.getTime())
  assert.match(formatItemId(made), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(itemId(KEY, 'A', { ...FACTS, sentAt: null }).readUIntBE(0, 6), 0)
})

test('the id of a fixed item never changes', () => {
  assert.equal(formatItemId(itemId(KEY, 'A', FACTS)), '019f1d1f-057b-8388-ae13-2889bfd7c228')
})

test('what differs between copies of one item does not change the id', () => {
  const [from, ...to] = FACTS.participants
  for (const [what, copy] of Object.entries({
    arrival: { ...FACTS, arrivedAt: new Date('2026-07-03T02:00:00Z') },
    order: { ...FACTS, participants: [from!, ...to.toReversed()] },
    names: { ...FACTS, participants: FACTS.participants.map(each => ({ ...each, name: 'N', userId: 'U' })) },
    group: { ...FACTS, groupName: 'renamed' },
    thread: { ...FACTS, threadId: 'T' },
    form: { ...FACTS, form: 'email' as const },
    writing: { ...FACTS, sentAtAsReceived: 'Wed, 01 Jul 2026 10:00:00 +0000' },
  }))
    assert.equal(id(copy), id(FACTS), what)
})

test('whatever is said, by and to whom, when and with what, changes the id', () => {
  const attachment = {
    name: 'a',
    contentType: 'image/png',
    size: 1,
    digest: Buffer.alloc(32),
    content: null,
    contentId: 'c',
  }
  const amendment = { act: 'edit' as const, originalItemId: 'O', previousText: null }
  const call = { status: 'ok' as const, startedAt: null, endedAt: null, seconds: 1, callId: null }
  const versions: ItemFacts[] = [
    FACTS,
    { ...FACTS, text: 'Hello ' },
    { ...FACTS, subject: 'Hello', text: '' },
    { ...FACTS, subject: 'Hell', text: 'o' },
    { ...FACTS, sentAt: new Date('2026-07-01T10:00:00.124Z') },
    { ...FACTS, sentAt: null, sentAtAsReceived: 'a' },
    { ...FACTS, sentAt: null, sentAtAsReceived: 'b' },
    { ...FACTS, kind: 'chat' },
    { ...FACTS, direction: null },
    { ...FACTS, network: 'ENTERPRISE_NUMBER' },
    { ...FACTS, sourceItemId: 'O-2' },
    { ...FACTS, sourceItemId: null },
    { ...FACTS, sourceItemId: '' },
    { ...FACTS, participants: FACTS.participants.slice(0, 2) },
    { ...FACTS, participants: FACTS.participants.map(each => ({ ...each, emails: ['a@contoso.example'] })) },
    { ...FACTS, groupId: 'G' },
    { ...FACTS, call },
    { ...FACTS, call: { ...call, seconds: 2 } },
    { ...FACTS, attachments: [attachment] },
    { ...FACTS, attachments: [{ ...attachment, digest: Buffer.alloc(32, 1) }] },
    { ...FACTS, attachments: [attachment, attachment] },
    { ...FACTS, amendment },
    { ...FACTS, amendment: { ...amendment, previousText: '' } },
  ]
  const ids = versions.map(facts => id(facts))
  assert.equal(new Set(ids).size, versions.length)
  assert.notEqual(id(FACTS, 'B'), id(FACTS))
  assert.notEqual(itemId(createSecretKey(Buffer.alloc(32, 2)), 'A', FACTS).toString('hex'), id(FACTS))
})

test('an attachment is the same held or streamed', () => {
  const attachment = {
    name: 'a',
    contentType: 'image/png',
    size: 1,
    digest: Buffer.alloc(32),
    content: Buffer.from('x'),
    contentId: null,
  }
  const held = { ...FACTS, attachments: [attachment] }
  const streamed = { ...FACTS, attachments: [{ ...attachment, content: null, contentId: 'c' }] }
  assert.equal(id(held), id(streamed))
})

test('different texts and subjects never share their canonical content', () => {
  const text = fc.string({ unit: 'binary', maxLength: 8 }).map(value => value.toWellFormed())
  fc.assert(
    fc.property(text, text, text, text, (subject, body, otherSubject, otherBody) => {
      const one = canonicalContent({ ...FACTS, subject, text: body })
      const other = canonicalContent({ ...FACTS, subject: otherSubject, text: otherBody })
      assert.equal(one.equals(other), subject === otherSubject && body === otherBody)
    }),
  )
})

test('a large item leaves the next one as it is', () => {
  const before = id(FACTS)
  assert.equal(canonicalContent({ ...FACTS, text: '中'.repeat(2_000_000) }).length > 6_000_000, true)
  assert.equal(id(FACTS), before)
})

test('keys tell sources and conversations apart', () => {
  const key = (...parts: [string, string, string | null]) => sourceKey(KEY, ...parts).toString('hex')
  assert.equal(
    new Set([
      key('A', 'O2', '1'),
      key('A', 'O2', '2'),
      key('A', 'O', '21'),
      key('B', 'O2', '1'),
      key('A', 'O2', null),
      key('A', 'O2', ''),
    ]).size,
    6,
  )
  assert.equal(sourceKey(KEY, 'A', 'O2', '1').length, 8)
  const conversation = (facts: ItemFacts) => conversationKey(KEY, facts).toString('hex')
  const [from, to] = FACTS.participants
  const there: ItemFacts = { ...FACTS, participants: [from!, to!] }
  const back: ItemFacts = {
    ...FACTS,
    participants: [
      { ...to!, role: 'from' },
      { ...from!, role: 'to' },
    ],
    text: 'other',
  }
  assert.equal(conversation(there), conversation(back))
  assert.notEqual(conversation(there), conversation(FACTS))
  assert.notEqual(conversation({ ...there, groupId: 'G' }), conversation(there))
  assert.equal(conversation({ ...there, groupId: 'G' }), conversation({ ...FACTS, groupId: 'G' }))
  assert.notEqual(conversation({ ...there, groupId: 'G' }), conversation({ ...there, threadId: 'G' }))
  assert.equal(conversationKey(KEY, FACTS).length, 8)
})

test('ids are written and read as UUIDs', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
      assert.deepEqual(parseItemId(formatItemId(Buffer.from(bytes))), Buffer.from(bytes))
    }),
  )
  for (const wrong of ['', 'x', '019f1d1f050081b09291d0b554e4bf96', '019f1d1f-0500-81b0-9291-d0b554e4bf9g'])
    assert.throws(() => parseItemId(wrong), RangeError)
})
