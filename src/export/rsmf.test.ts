import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../errors.ts'
import { ANNA, BO, exportedItem, inPieces, mixedItems, party, SETTING, written } from '../testing/exported.ts'
import { findRsmfFaults, type OpenedRsmf, openRsmf } from '../testing/rsmf.ts'
import type { ExportedItem, WriterSetting } from './package-file.ts'
import { writeRsmf } from './rsmf.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

async function slices(items: readonly ExportedItem[], setting: Partial<WriterSetting> = {}) {
  const { files, failed } = await written(writeRsmf(items, { ...SETTING, natives: false, ...setting }))
  const opened: (OpenedRsmf & { path: string })[] = []
  for (const [path, bytes] of files)
    if (path.endsWith('.rsmf')) opened.push({ path, ...(await openRsmf(bytes)) })
  for (const each of opened) assert.deepEqual(findRsmfFaults(each), [])
  return { files, failed, opened, paths: opened.map(each => each.path) }
}

async function onlySlice(items: readonly ExportedItem[], setting: Partial<WriterSetting> = {}) {
  const { opened } = await slices(items, setting)
  assert.equal(opened.length, 1)
  return opened[0]!
}

const customOf = (event: OpenedRsmf['manifest']['events'][number]) =>
  Object.fromEntries(event.custom.map(({ name, value }) => [name, value]))

const ANNA_ID = 'number:447700900123'
const BO_ID = 'number:46701740605'

test('a day of a conversation is one slice whose header and text say what it is', async () => {
  const { path, headers, text, manifest } = await onlySlice([
    exportedItem(1, { text: 'Lunch?\nAt noon' }),
    exportedItem(2, {
      text: 'Ja, gärna 🍲',
      direction: 'in',
      participants: [
        { ...BO, role: 'from' },
        { ...ANNA, role: 'to' },
      ],
      copy: { grade: 'context' },
    }),
  ])
  const { conversations, events, participants } = manifest
  const id = conversations[0]!.id
  assert.equal(path, `rsmf/anna.berg@kestrel-harbour.example/conversation-${id}/2026-07-01-${id}.rsmf`)
  assert.equal(headers.get('from'), '"Anna Berg 447700900123" <anna.berg@kestrel-harbour.example>')
  assert.match(headers.get('to')!, /Anna Berg 447700900123.*Bo Ek 46701740605.*46701740605@phone\.invalid/)
  assert.equal(headers.get('subject'), 'Anna Berg 447700900123, Bo Ek 46701740605, 2026-07-01 (UTC)')
  assert.equal(headers.get('x-rsmf-custodian'), 'anna.berg@kestrel-harbour.example')
  assert.equal(headers.get('x-rsmf-participants'), 'Anna Berg 447700900123, Bo Ek 46701740605')
  assert.equal(headers.get('x-rsmf-application'), 'sms')
  assert.deepEqual([headers.get('x-rsmf-matches'), headers.get('x-rsmf-context')], ['1', '1'])
  assert.equal(
    text.trimEnd(),
    'Anna Berg 447700900123, 2026-07-01 10:00:01 +00:00\n\nLunch?\nAt noon\n\n' +
      'Bo Ek 46701740605, 2026-07-01 10:00:02 +00:00 (context)\n\nJa, gärna 🍲',
  )
  assert.deepEqual(participants, [
    {
      id: ANNA_ID,
      display: 'Anna Berg 447700900123',
      email: 'anna.berg@kestrel-harbour.example',
      account_id: '447700900123',
      custom: [{ name: 'Form', value: 'number' }],
    },
    {
      id: BO_ID,
      display: 'Bo Ek 46701740605',
      account_id: '46701740605',
      custom: [{ name: 'Form', value: 'number' }],
    },
  ])
  assert.equal(conversations[0]!.custodian, ANNA_ID)
  assert.equal(conversations[0]!.type, 'direct')
  assert.deepEqual(
    events.map(({ participant, timestamp, body, direction }) => [participant, timestamp, body, direction]),
    [
      [ANNA_ID, '2026-07-01T10:00:01.000Z', 'Lunch?\nAt noon', 'outgoing'],
      [BO_ID, '2026-07-01T10:00:02.000Z', 'Ja, gärna 🍲', 'incoming'],
    ],
  )
  assert.deepEqual(
    events.map(event => customOf(event).Grade),
    ['match', 'context'],
  )
  assert.deepEqual(
    events.map(event => customOf(event)['Source id']),
    ['M-1', 'M-2'],
  )
})

test('the day, the text and the name are those of the time zone, over a change of clocks', async () => {
  const { path, text, headers } = await onlySlice(
    [
      exportedItem(1, { at: '2026-10-24T23:30:00.000Z', text: 'before' }),
      exportedItem(2, { at: '2026-10-25T01:30:00.000Z', text: 'after' }),
    ],
    { timeZone: 'Europe/London' },
  )
  assert.match(path, /\/2026-10-25-/)
  assert.match(headers.get('subject')!, /2026-10-25 \(Europe\/London\)$/)
  assert.match(text, /2026-10-25 00:30:00 \+01:00\n\nbefore/)
  assert.match(text, /2026-10-25 01:30:00 \+00:00\n\nafter/)
})

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

test('attachments of one name lie apart, and each is shown by the name it came with', async () => {
  const files = [
    { name: 'IMG.jpg', bytes: Buffer.from('one') },
    { name: 'img.JPG', bytes: Buffer.from('two') },
    { name: '../../etc/passwd', bytes: Buffer.from('three') },
    { name: 'rsmf_manifest.json', bytes: Buffer.from('four') },
    { name: '', bytes: Buffer.from('five') },
    { name: '写真\u202egpj.exe', bytes: Buffer.alloc(0) },
  ]
  const { manifest, files: kept } = await onlySlice([
    exportedItem(1, { files }),
    exportedItem(2, { files: [{ name: 'IMG.jpg', bytes: Buffer.from('six') }] }),
  ])
  const attachments = manifest.events.flatMap(event => event.attachments ?? [])
  assert.deepEqual(
    attachments.map(({ id, display }) => [id, display]),
    [
      ['IMG.jpg', 'IMG.jpg'],
      ['img-2.JPG', 'img.JPG'],
      ['_.._etc_passwd', '../../etc/passwd'],
      ['rsmf_manifest-2.json', 'rsmf_manifest.json'],
      ['attachment-5', 'attachment-5'],
      ['写真_gpj.exe', '写真\u202egpj.exe'],
      ['IMG-3.jpg', 'IMG.jpg'],
    ],
  )
  const texts = attachments.map(({ id }) => kept.get(id)!.toString())
  assert.deepEqual(texts, ['one', 'two', 'three', 'four', 'five', '', 'six'])
})

const edit = (text: string, previousText: string | null, original = 'M-1') =>
  ({ text, amendment: { act: 'edit', originalItemId: original, previousText } }) as const

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

const WHATSAPP = { mailbox: 'anna.berg@kestrel-harbour.example', folder: 'WhatsApp Archiver' }

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

test('the same items give the same bytes: in any order, in any process, in any zone of the machine', async () => {
  const { files } = await slices(mixedItems())
  for (const order of [mixedItems().reverse(), [...mixedItems().slice(4), ...mixedItems().slice(0, 4)]])
    for (const [path, bytes] of (await slices(order)).files) assert.ok(bytes.equals(files.get(path)!), path)
  const program = `
    import { hash } from 'node:crypto'
    import { writeRsmf } from './src/export/rsmf.ts'
    import { mixedItems, SETTING, written } from './src/testing/exported.ts'
    const { files } = await written(writeRsmf(mixedItems(), { ...SETTING, natives: false }))
    console.log(hash('sha256', Buffer.concat([...files.values()])))`
  for (const zone of ['Pacific/Kiritimati', 'America/St_Johns']) {
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: ROOT,
      env: { ...process.env, TZ: zone, LANG: 'tr_TR.UTF-8' },
      encoding: 'utf8',
    })
    assert.equal(child.stdout.trim(), hash('sha256', Buffer.concat([...files.values()])), child.stderr)
  }
})

test('a damaged attachment or message costs its item alone, and no file has any of it', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half')
    throw new HoldfastError('VAULT_DAMAGED', 'a chunk does not open')
  }
  const bad = exportedItem(2, {
    files: [{ name: 'b.bin', bytes: Buffer.from('b') }],
    copy: { openAttachment: broken },
  })
  const worse = exportedItem(3, { copy: { openMessage: broken } })
  const { files, failed, ordinals } = await written(
    writeRsmf([exportedItem(1), bad, worse, exportedItem(4)], SETTING),
  )
  assert.deepEqual(
    [...failed],
    [
      [2, 'VAULT_DAMAGED'],
      [3, 'VAULT_DAMAGED'],
    ],
  )
  assert.equal(files.size, 3)
  assert.deepEqual([...ordinals.values()], [[1, 4], [1], [4]])
  const unreachable = exportedItem(5, {
    files: [{ name: 'b.bin', bytes: Buffer.from('b') }],
    copy: {
      openAttachment: async function* () {
        yield* inPieces(Buffer.from('b'))
        throw new HoldfastError('STORAGE_FAILED', 'the storage is away')
      },
    },
  })
  await assert.rejects(written(writeRsmf([unreachable], SETTING)), { code: 'STORAGE_FAILED' })
})

test('the messages lie beside the slice byte for byte, if that is wanted', async () => {
  const items = [exportedItem(1), exportedItem(2)]
  const { files, ordinals } = await written(writeRsmf(items, SETTING))
  for (const item of items) {
    const path = `natives/anna.berg@kestrel-harbour.example/O2 SMS and Voice Network Archiver/${item.itemId}.eml`
    assert.ok(files.get(path)!.equals(Buffer.concat(await Array.fromAsync(item.openMessage()))))
    assert.deepEqual(ordinals.get(path), [item.ordinal])
  }
  assert.equal(files.size, 3)
})

test('what is too much for one slice is several, which say so and lose nothing', async () => {
  const large = Buffer.alloc(900_000, 1)
  let size = 0
  const items = [1, 2, 3].map(ordinal =>
    exportedItem(ordinal, {
      files: [{ name: 'film.mp4', bytes: large }],
      copy: {
        // 900 MB, of which nothing is held.
        openAttachment: async function* () {
          for (let piece = 0; piece < 1000; piece++) yield large
        },
      },
    }),
  )
  const paths: string[] = []
  for await (const each of writeRsmf(items, { ...SETTING, natives: false, part: 2, parts: 3 })) {
    assert.ok('path' in each)
    paths.push(each.path.replace(/^.*\//, '').replace(/-[A-Za-z0-9_-]{11}-part/, '-part'))
    assert.ok(!Buffer.isBuffer(each.content))
    if (paths.length > 1) continue
    for await (const piece of each.content) size += piece.length
  }
  assert.deepEqual(
    paths,
    [1, 2, 3].map(piece => `2026-07-01-part-2-piece-${piece}.rsmf`),
  )
  assert.ok(size > 1_200_000_000 && size < 2 ** 31, `${size} bytes`)
})

test('a slice has no more than ten thousand events, whoever comes and goes', async () => {
  const members = Array.from({ length: 3000 }, (_, index) =>
    party('to', `4477009${String(index).padStart(5, '0')}`),
  )
  const group = { groupId: 'G-1', kind: 'chat' } as const
  const items = Array.from({ length: 6 }, (_, index) =>
    exportedItem(index + 1, {
      ...group,
      participants: [ANNA, BO, ...members.slice(index % 2 === 0 ? 0 : 1500, index % 2 === 0 ? 1500 : 3000)],
    }),
  )
  const { opened } = await slices(items)
  assert.ok(opened.length > 1)
  for (const { manifest } of opened) assert.ok(manifest.events.length <= 10_000)
  const messages = opened.flatMap(each => each.manifest.events.filter(event => event.type === 'message'))
  assert.equal(messages.length, 6)
  assert.match(opened[0]!.headers.get('x-rsmf-part')!, /^piece 1 of \d$/)
})

test('an item that is larger than a slice may be is itemised', async () => {
  const piece = Buffer.alloc(1_000_000)
  const item = exportedItem(1, {
    files: [{ name: 'film.mp4', bytes: piece }],
    copy: {
      openAttachment: async function* () {
        for (let count = 0; count < 1401; count++) yield piece
      },
    },
  })
  const { files, failed } = await written(writeRsmf([item], SETTING))
  assert.deepEqual([...failed], [[1, 'ITEM_BEYOND_FORMAT']])
  assert.equal(files.size, 0)
})
