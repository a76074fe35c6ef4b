import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../errors.ts'
import { ANNA, BO, exportedItem, inPieces, mixedItems, party, SETTING, written } from '../testing/exported.ts'
import { customOf, onlySlice, slices } from '../testing/slices.ts'
import { writeRsmf } from './rsmf.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

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
