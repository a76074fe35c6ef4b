import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cpuTime } from '../testing/cpu-time.ts'
import { readCards } from './vcard.ts'

const read = (...lines: string[]) => readCards(Buffer.from(lines.join('\r\n')))

test('cards of every version are read, folded lines and quoted-printable too', () => {
  const [card, old, ...others] = read(
    'BEGIN:VCARD',
    'VERSION:4.0',
    'FN:Åsa\\, Captain',
    'N:Öberg;Åsa;;;',
    'ORG:Harbour\\; Office;Tides',
    'item1.TEL;VALUE=uri;TYPE="voice,home":tel:+46-70-174-0605',
    'EMAIL;TYPE=INTERNET;TYPE=work:asa@exam',
    ' ple.com',
    'ADR;TYPE=work:;;1 Quay;Gothenburg;;;SE',
    'NOTE:Line one\\nline two',
    'END:VCARD',
    'BEGIN:VCARD',
    'VERSION:2.1',
    'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96berg;=C3=85=',
    'sa;;Dr.;',
    'TEL;CELL:07700 900123',
    'END:VCARD',
  )
  assert.deepEqual(card, {
    name: 'Åsa, Captain',
    organisation: 'Harbour; Office, Tides',
    title: '',
    numbers: [{ kind: 'home', value: '+46-70-174-0605' }],
    emails: [{ kind: 'work', value: 'asa@example.com' }],
    addresses: [{ kind: 'work', value: '1 Quay, Gothenburg, SE' }],
    note: 'Line one line two',
  })
  assert.equal(old?.name, 'Dr. Åsa Öberg')
  assert.deepEqual(old?.numbers, [{ kind: 'cell', value: '07700 900123' }])
  assert.deepEqual(others, [])
})

test('what is no card gives none, and no bytes make it throw or show a control character', () => {
  assert.deepEqual(read('hello'), [])
  assert.deepEqual(read('BEGIN:VCARD', 'FN:never ended'), [])
  const piece = fc.constantFrom(
    'BEGIN:VCARD\n',
    'END:VCARD\n',
    'N:',
    'TEL;',
    ':',
    ';',
    '\\',
    '=',
    '\n ',
    '\u0000',
    '\u202e',
    'x',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
      const text = JSON.stringify(readCards(Buffer.from(pieces.join(''))))
      return !/\\u0000|\u202e/.test(text)
    }),
    { numRuns: 2000 },
  )
  assert.equal(readCards(Buffer.from('BEGIN:VCARD\nFN:x\nEND:VCARD\n'.repeat(1000))).length, 50)
})

test('a line in very many parts is read at once', () => {
  const began = cpuTime()
  const [soft] = read('BEGIN:VCARD', 'NOTE;QUOTED-PRINTABLE:=', 'a=\n'.repeat(80_000), 'END:VCARD')
  readCards(Buffer.from(`BEGIN:VCARD\nQUOTED-PRINTABLE=\n${'a=\n'.repeat(80_000)}`))
  const [folded] = readCards(Buffer.from(`BEGIN:VCARD\nFN:x\n${' a\n'.repeat(80_000)}END:VCARD`))
  assert.equal(soft?.note, 'a'.repeat(500))
  assert.equal(folded?.name, `x${'a'.repeat(499)}`)
  const took = cpuTime() - began
  assert.ok(took < 1000, `${took} ms`)
})
