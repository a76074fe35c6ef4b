import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNA, BO, exportedItem, party } from '../testing/exported.ts'
import { customOf, onlySlice } from '../testing/slices.ts'

const ANNA_ID = 'number:447700900123'
const BO_ID = 'number:46701740605'

const edit = (text: string, previousText: string | null, original = 'M-1') =>
  ({ text, amendment: { act: 'edit', originalItemId: original, previousText } }) as const

const WHATSAPP = { mailbox: 'anna.berg@kestrel-harbour.example', folder: 'WhatsApp Archiver' }

test('a call is an event with its particulars and its recording', async () => {
  const recording = Buffer.alloc(40_000, 'wav')
  const { manifest, files, headers } = await onlySlice([
    exportedItem(1, {
      kind: 'voice-call',
      text: '',
      files: [{ name: 'call.wav', bytes: recording, contentType: 'audio/wav' }],
      call: {
        status: 'ok',
        startedAt: new Date('2026-07-01T10:00:01.000Z'),
        endedAt: new Date('2026-07-01T10:01:21.000Z'),
        seconds: 80,
        callId: 'C-9',
      },
    }),
  ])
  const [event] = manifest.events
  assert.equal(event!.type, 'message')
  assert.match(event!.body, /^Voice call\n\nDirection: outgoing\n.*\nDuration: 1 min 20 s$/s)
  const custom = customOf(event!)
  assert.deepEqual(
    ['Call status', 'Call seconds', 'Call id', 'Call ended', 'Kind'].map(name => custom[name]),
    ['ok', '80', 'C-9', '2026-07-01T10:01:21.000Z', 'voice-call'],
  )
  assert.deepEqual(event!.attachments, [{ id: 'call.wav', display: 'call.wav', size: 40_000 }])
  assert.ok(files.get('call.wav')!.equals(recording))
  assert.equal(headers.get('x-rsmf-attachmentcount'), '1')
  assert.equal(headers.get('x-rsmf-application'), 'phone')
})

test('edits and deletions are on the event that they are about, with every text and item named', async () => {
  const second = exportedItem(2, { ...edit('See you at 2', null), sourceItemId: 'EDIT-M-1' })
  const third = exportedItem(3, {
    ...edit('See you at 3', 'See you at 2', 'EDIT-M-1'),
    copy: { grade: 'context' },
  })
  const fourth = exportedItem(4, {
    text: '',
    amendment: { act: 'delete-for-all', originalItemId: 'M-1', previousText: 'See you at 3' },
  })
  const { manifest } = await onlySlice([exportedItem(1, { text: 'See you at 1' }), second, third, fourth])
  assert.equal(manifest.events.length, 1)
  const [event] = manifest.events
  assert.equal(event!.body, 'See you at 3')
  assert.equal(event!.deleted, true)
  assert.deepEqual(event!.edits, [
    {
      participant: ANNA_ID,
      timestamp: '2026-07-01T10:00:02.000Z',
      previous: 'See you at 1',
      new: 'See you at 2',
    },
    {
      participant: ANNA_ID,
      timestamp: '2026-07-01T10:00:03.000Z',
      previous: 'See you at 2',
      new: 'See you at 3',
    },
  ])
  const custom = customOf(event!)
  assert.equal(
    custom['Edited (1)'],
    `Anna Berg 447700900123, 2026-07-01T10:00:02.000Z, item ${second.itemId}`,
  )
  assert.equal(
    custom['Edited (2)'],
    `Anna Berg 447700900123, 2026-07-01T10:00:03.000Z, item ${third.itemId}, context`,
  )
  assert.match(custom['Deleted for all (3)']!, new RegExp(`item ${fourth.itemId}$`))
})

test('what amends something elsewhere, or carries an attachment, is an event of its own that says what it amends', async () => {
  const { manifest } = await onlySlice([
    exportedItem(1, edit('New', 'Old', 'M-OTHER')),
    exportedItem(2, {
      text: '',
      amendment: { act: 'delete-for-me', originalItemId: 'M-OTHER', previousText: 'Gone' },
    }),
    exportedItem(3, {
      ...edit('With a file', null, 'M-4'),
      files: [{ name: 'a.txt', bytes: Buffer.from('a') }],
    }),
    exportedItem(4),
  ])
  assert.deepEqual(
    manifest.events.map(({ body, deleted, edits }) => [body, deleted, edits]),
    [
      [
        'Edited\nOriginal message ID: M-OTHER\n\nPrevious text:\nOld\n\nEdited text:\nNew',
        undefined,
        undefined,
      ],
      ['Deleted for me\nOriginal message ID: M-OTHER\n\nDeleted text:\nGone', true, undefined],
      ['Edited\nOriginal message ID: M-4\n\nWith a file', undefined, undefined],
      ['Message 4', undefined, undefined],
    ],
  )
  assert.deepEqual(
    manifest.events.slice(0, 3).map(event => customOf(event)['Amends source id']),
    ['M-OTHER', 'M-OTHER', 'M-4'],
  )
})

test('a reaction that came as a text is on what it quotes, and is taken back again', async () => {
  const fromBo = [
    { ...BO, role: 'from' },
    { ...ANNA, role: 'to' },
  ] as const
  const { manifest } = await onlySlice([
    exportedItem(1, { text: 'See you  at noon' }),
    exportedItem(2, { text: 'Liked “See you at noon”', participants: fromBo }),
    exportedItem(3, { text: 'Loved “See you at noon”' }),
    exportedItem(4, { text: 'Removed a heart from “See you at noon”' }),
    exportedItem(5, { text: 'Liked “something of yesterday”' }),
  ])
  assert.deepEqual(
    manifest.events.map(({ body, reactions }) => [body, reactions]),
    [
      ['See you  at noon', [{ value: '👍', count: 1, participants: [BO_ID] }]],
      ['Liked “something of yesterday”', undefined],
    ],
  )
  const custom = customOf(manifest.events[0]!)
  assert.deepEqual(
    Object.keys(custom).filter(name => /\(\d\)$/.test(name)),
    ['Reacted 👍 (1)', 'Reacted ❤️ (2)', 'Took back ❤️ (3)'],
  )
  assert.equal(customOf(manifest.events[1]!)['Reaction in words'], '👍')
})

test('who joins and leaves a group is told where the items tell it, once', async () => {
  const cara = party('to', '447700900555', 'Cara')
  const dan = party('to', '447700900666', 'Dan')
  const group = { groupId: 'G-1', groupName: 'Wharf', kind: 'chat', copy: { custodian: WHATSAPP } } as const
  const { manifest } = await onlySlice([
    exportedItem(1, { ...group, participants: [ANNA, BO, cara] }),
    // A record that names the captured user alone does not say who is there.
    exportedItem(2, {
      ...group,
      participants: [
        { ...BO, role: 'from' },
        { ...ANNA, role: 'to' },
      ],
    }),
    exportedItem(3, { ...group, groupName: 'Quay', participants: [ANNA, BO, cara, dan] }),
    exportedItem(4, { ...group, participants: [ANNA, BO, dan] }),
  ])
  const [conversation] = manifest.conversations
  assert.deepEqual(
    [conversation!.type, conversation!.platform, conversation!.display],
    ['channel', 'whatsapp', 'Quay'],
  )
  assert.deepEqual(conversation!.participants, [ANNA_ID, BO_ID, 'number:447700900555'])
  assert.deepEqual(
    manifest.events.map(({ type, participant, body }) => [type, participant, body]),
    [
      ['message', ANNA_ID, 'Message 1'],
      ['message', BO_ID, 'Message 2'],
      ['join', 'number:447700900666', 'Dan 447700900666 joined'],
      ['message', ANNA_ID, 'Message 3'],
      ['leave', 'number:447700900555', 'Cara 447700900555 left'],
      ['message', ANNA_ID, 'Message 4'],
    ],
  )
  assert.equal(customOf(manifest.events[1]!).Recipients, 'Anna Berg 447700900123')
})

test('times that cannot be are shown by arrival, and say so; senders that are not there have a place', async () => {
  const { manifest, headers } = await onlySlice([
    exportedItem(1, { at: null, participants: [{ ...BO, form: 'alphanumeric', number: 'ParcelGo' }] }),
    exportedItem(2, {
      at: '2026-07-02T00:01:01.000Z',
      participants: [{ ...ANNA, form: 'withheld', number: '', emails: [], name: null }],
    }),
  ])
  assert.deepEqual(
    manifest.events.map(event => [event.participant, event.timestamp]),
    [
      ['unknown', '2026-07-02T00:01:00.000Z'],
      ['withheld', '2026-07-02T00:01:01.000Z'],
    ],
  )
  const custom = customOf(manifest.events[0]!)
  assert.deepEqual([custom['Time as received'], custom['Time shown']], ['yesterday', 'of arrival'])
  assert.deepEqual(
    manifest.participants.map(each => each.display),
    ['Unknown', 'Bo Ek ParcelGo', 'Withheld number'],
  )
  assert.equal(headers.get('from'), 'anna.berg@kestrel-harbour.example')
})

test('a demonstration says so first', async () => {
  const { manifest } = await onlySlice([exportedItem(1)], { demonstration: true })
  assert.deepEqual(
    manifest.events.map(({ type, timestamp }) => [type, timestamp]),
    [
      ['disclaimer', '2026-07-01T10:00:01.000Z'],
      ['message', '2026-07-01T10:00:01.000Z'],
    ],
  )
})
