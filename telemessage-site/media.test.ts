import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32, inflateSync } from 'node:zlib'
import {
  makeMediaPool,
  makeRecording,
  makeVcard,
  recordingBytes,
  recordingWrapped,
  recordingWrappedSize,
} from './media.ts'

const pool = makeMediaPool(5)

describe('media', () => {
  test('pictures are valid PNG: signature, checked chunks, as many pixels as the header says', () => {
    for (const { base64 } of pool.pictures) {
      const file = Buffer.from(base64, 'base64')
      assert.equal(file.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n')
      const chunks: [string, Buffer][] = []
      for (let at = 8; at < file.length; ) {
        const length = file.readUInt32BE(at)
        const body = file.subarray(at + 4, at + 8 + length)
        assert.equal(file.readUInt32BE(at + 8 + length), crc32(body))
        chunks.push([body.toString('latin1', 0, 4), body.subarray(4)])
        at += length + 12
      }
      assert.deepEqual(
        chunks.map(([type]) => type),
        ['IHDR', 'IDAT', 'IEND'],
      )
      const width = chunks[0]![1].readUInt32BE(0)
      const height = chunks[0]![1].readUInt32BE(4)
      assert.equal(inflateSync(chunks[1]![1]).length, (width * 3 + 1) * height)
    }
  })

  test('sounds and recordings are valid WAV of the size they say', () => {
    const recording = Buffer.concat([...recordingBytes(makeRecording(9, 123_457))])
    assert.equal(recording.length, 123_456)
    for (const file of [recording, ...pool.sounds.map(sound => Buffer.from(sound.base64, 'base64'))]) {
      assert.equal(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16), 'RIFFWAVEfmt ')
      assert.equal(file.readUInt32LE(4), file.length - 8)
      assert.deepEqual([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt32LE(24)], [1, 1, 8000])
      assert.equal(file.readUInt32LE(40), file.length - 44)
      const samples = file.subarray(1000)
      assert.ok(
        Math.max(...samples.subarray(0, 8000)) - Math.min(...samples.subarray(0, 8000)) > 40,
        'it can be heard',
      )
    }
  })

  test('documents are PDF whose table of objects is right, cards are vCards', () => {
    for (const { base64 } of pool.documents) {
      const file = Buffer.from(base64, 'base64').toString('latin1')
      const table = Number(/startxref\n(\d+)\n%%EOF/.exec(file)?.[1])
      assert.ok(file.startsWith('xref', table))
      for (const [, offset] of file.slice(table).matchAll(/^(\d{10}) 00000 n $/gm))
        assert.match(file.slice(Number(offset)), /^\d+ 0 obj/)
    }
    const card = makeVcard({ firstName: 'Åsa', lastName: 'Öberg', number: '46701740605', email: '' })
    assert.match(
      Buffer.from(card.base64, 'base64').toString(),
      /^BEGIN:VCARD\r\nVERSION:3\.0\r\nN:Öberg;Åsa;;;\r\n/,
    )
  })

  test('the base64 of a recording, made in pieces, is that of its bytes', () => {
    for (const size of [100, 101, 29_184, 29_185, 58_368, 200_000, 1_000_002]) {
      const recording = makeRecording(size, size)
      const bytes = Buffer.concat([...recordingBytes(recording)])
      const wrapped = Buffer.concat([...recordingWrapped(recording)])
      assert.equal(bytes.length, recording.size)
      assert.equal(wrapped.length, recordingWrappedSize(recording))
      assert.ok(
        wrapped
          .toString()
          .split('\r\n')
          .slice(0, -2)
          .every(line => line.length === 76),
      )
      assert.ok(Buffer.from(wrapped.toString(), 'base64').equals(bytes))
    }
  })
})
