import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { HoldfastError } from '../errors.ts'
import { ANNA, BO, exportedItem, mixedItems, SETTING, written } from '../testing/exported.ts'
import { writeDat } from './dat.ts'

type Row = Readonly<Record<string, string>>

/** A reader of load files that was written from docs/formats/load-file.md alone, one character at a time. */
function readDat(bytes: Buffer): Row[] {
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const rows: string[][] = [[]]
  let at = 0
  const expect = (character: string) => assert.equal(text[at++], character, `at ${at}`)
  while (at < text.length) {
    expect('þ')
    let value = ''
    for (;;) {
      assert.ok(at < text.length, 'a value ends')
      const character = text[at++]!
      if (character !== 'þ') value += character
      else if (text[at] === 'þ') value += text[at++]
      else break
    }
    rows.at(-1)!.push(value.replaceAll('®', '\n'))
    if (text[at] === '\x14') {
      at++
      continue
    }
    expect('\r')
    expect('\n')
    if (at < text.length) rows.push([])
  }
  const [names, ...values] = rows
  for (const row of values) assert.equal(row.length, names!.length)
  return values.map(row => Object.fromEntries(row.map((value, index) => [names![index]!, value])))
}

const pathOf = (path: string) => `load/${path.replaceAll('\\', '/')}`

test('a row for each message and each attachment, with families, hashes and files that are there', async () => {
  const photo = Buffer.from('a photo')
  const items = [
    exportedItem(1, {
      at: '2026-10-25T00:30:00.000Z',
      copy: { custodians: ['anna.berg@kestrel-harbour.example', 'bo.ek@kestrel-harbour.example'] },
    }),
    exportedItem(2, {
      files: [
        { name: 'Quay at noon.JPG', bytes: photo },
        { name: '', bytes: Buffer.alloc(0) },
      ],
      copy: { grade: 'context' },
    }),
  ]
  const { files, ordinals } = await written(writeDat(items, { ...SETTING, timeZone: 'Europe/London' }))
  const rows = readDat(files.get('load/export.dat')!)
  assert.deepEqual(
    rows.map(row => [
      row.BEGDOC,
      row.ENDDOC,
      row.BEGATTACH,
      row.ENDATTACH,
      row.PARENTDOC,
      row.ATTACHCOUNT,
      row.DOCTYPE,
    ]),
    [
      ['HF00000001', 'HF00000001', 'HF00000001', 'HF00000001', '', '0', 'sms'],
      ['HF00000002', 'HF00000002', 'HF00000002', 'HF00000002.0002', '', '2', 'mms'],
      [
        'HF00000002.0001',
        'HF00000002.0001',
        'HF00000002',
        'HF00000002.0002',
        'HF00000002',
        '0',
        'attachment',
      ],
      [
        'HF00000002.0002',
        'HF00000002.0002',
        'HF00000002',
        'HF00000002.0002',
        'HF00000002',
        '0',
        'attachment',
      ],
    ],
  )
  const [first, second, child] = rows as [Row, Row, Row]
  assert.deepEqual(
    [
      'FROM',
      'TO',
      'CUSTODIAN',
      'ALLCUSTODIANS',
      'GRADE',
      'SUBJECT',
      'DATESENT',
      'TIMESENT',
      'UTCOFFSET',
      'SENTUTC',
      'DATESORT',
    ].map(name => first[name]),
    [
      'Anna Berg 447700900123 <anna.berg@kestrel-harbour.example>',
      'Bo Ek 46701740605',
      'anna.berg@kestrel-harbour.example',
      'anna.berg@kestrel-harbour.example; bo.ek@kestrel-harbour.example',
      'match',
      'SMS from Anna Berg 447700900123 to Bo Ek 46701740605',
      '2026-10-25',
      '01:30:00',
      '+01:00',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25 01:30:00',
    ],
  )
  assert.deepEqual(
    [child.FILENAME, child.FILEEXT, child.FILESIZE, child.NATIVEPATH, child.GRADE, child.CONVERSATION],
    ['Quay at noon.JPG', 'jpg', '7', 'NATIVES\\00001\\HF00000002.0001.jpg', 'context', second.CONVERSATION],
  )
  assert.ok(files.get(pathOf(child.NATIVEPATH!))!.equals(photo))
  for (const row of rows) {
    const bytes = files.get(pathOf(row.NATIVEPATH!))!
    assert.equal(row.FILESIZE, String(bytes.length))
    assert.equal(row.SHA256HASH, hash('sha256', bytes))
    assert.equal(row.MD5HASH, hash('md5', bytes))
  }
  assert.equal(
    files.get(pathOf(first.TEXTPATH!))!.toString(),
    '\ufeffSent: 2026-10-25 01:30:00 +01:00\n' +
      'From: Anna Berg 447700900123 <anna.berg@kestrel-harbour.example>\nTo: Bo Ek 46701740605\n' +
      'Subject: SMS from Anna Berg 447700900123 to Bo Ek 46701740605\n\nMessage 1\n',
  )
  const named = new Set(rows.flatMap(row => [row.NATIVEPATH!, row.TEXTPATH!]).filter(path => path !== ''))
  assert.equal(files.size, named.size + 1)
  assert.deepEqual(ordinals.get('load/NATIVES/00001/HF00000002.0001.jpg'), [2])
})

test('no value breaks a row: qualifiers, separators, line breaks, emoji, right to left, lone surrogates', async () => {
  const names = [
    'þórður þ',
    'a\x14b',
    'þ\x14þ',
    'þ',
    'line\r\nbreak\u2028two',
    '® mark',
    '👩‍👩‍👧 שלום',
    'lone \ud800',
    'tab\there\u0000',
  ]
  const read = [
    'þórður þ',
    'a\ufffdb',
    'þ\ufffdþ',
    'þ',
    'line\nbreak\ntwo',
    '(R) mark',
    '👩‍👩‍👧 שלום',
    'lone \ufffd',
    'tab\there\ufffd',
  ]
  const { files } = await written(
    writeDat(
      names.map((name, index) =>
        exportedItem(index + 1, { groupId: 'G', groupName: name, sourceItemId: `${name}${name}` }),
      ),
      SETTING,
    ),
  )
  const rows = readDat(files.get('load/export.dat')!)
  assert.deepEqual(
    rows.map(row => row.GROUPNAME),
    read,
  )
  assert.deepEqual(
    rows.map(row => row.SOURCEID),
    read.map(text => text + text),
  )
})

test('the units of an export give one load file, whose names stand at its beginning alone', async () => {
  const first = await written(writeDat([exportedItem(1)], SETTING))
  const none = await written(writeDat([], { ...SETTING, unit: 2 }))
  const third = await written(writeDat([exportedItem(1001)], { ...SETTING, unit: 3 }))
  const parts = [first, none, third].map(each => each.files.get('load/export.dat')!)
  const rows = readDat(Buffer.concat(parts))
  assert.deepEqual(
    rows.map(row => row.BEGDOC),
    ['HF00000001', 'HF00001001'],
  )
  assert.equal(rows[1]!.NATIVEPATH, 'NATIVES\\00002\\HF00001001.eml')
})

test('calls, amendments and impossible times have fields of their own', async () => {
  const items = [
    exportedItem(1, {
      kind: 'call-log',
      text: '',
      direction: 'in',
      participants: [
        { ...BO, role: 'from' },
        { ...ANNA, role: 'to' },
      ],
      call: { status: 'missed', startedAt: null, endedAt: null, seconds: 0, callId: null },
    }),
    exportedItem(2, { amendment: { act: 'edit', originalItemId: 'M-1', previousText: 'Old' }, text: 'New' }),
    exportedItem(3, { at: null, flags: ['impossible-time', 'no-source-id'], sourceItemId: null }),
  ]
  const { files } = await written(writeDat(items, SETTING))
  const [call, edit, undated] = readDat(files.get('load/export.dat')!) as [Row, Row, Row]
  assert.deepEqual([call.CALLSTATUS, call.CALLSECONDS, call.DIRECTION], ['missed', '0', 'in'])
  assert.equal(edit.AMENDMENT, 'edit')
  assert.match(files.get(pathOf(edit.TEXTPATH!))!.toString(), /Previous text:\nOld\n\nEdited text:\nNew\n$/)
  assert.deepEqual(
    [undated.DATESENT, undated.TIMESENT, undated.SENTUTC, undated.SOURCEID, undated.FLAGS, undated.DATESORT],
    ['', '', '', '', 'impossible-time; no-source-id', '2026-07-02 00:01:00'],
  )
})

test('the same items give the same bytes in any order, and what cannot be read costs itself alone', async () => {
  const whole = await written(writeDat(mixedItems(), SETTING))
  const turned = await written(writeDat(mixedItems().reverse(), SETTING))
  assert.deepEqual([...whole.files.keys()], [...turned.files.keys()])
  for (const [path, bytes] of whole.files) assert.ok(turned.files.get(path)!.equals(bytes), path)
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half')
    throw new HoldfastError('VAULT_DAMAGED', 'a chunk does not open')
  }
  const bad = exportedItem(2, {
    files: [{ name: 'b.bin', bytes: Buffer.from('b') }],
    copy: { openAttachment: broken },
  })
  const { files, failed } = await written(
    writeDat([exportedItem(1), bad, exportedItem(3, { copy: { openMessage: broken } })], SETTING),
  )
  assert.deepEqual(
    [...failed],
    [
      [2, 'VAULT_DAMAGED'],
      [3, 'VAULT_DAMAGED'],
    ],
  )
  assert.equal(files.size, 3)
  assert.deepEqual(
    readDat(files.get('load/export.dat')!).map(row => row.BEGDOC),
    ['HF00000001'],
  )
})
