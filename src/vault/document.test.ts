/** The page docs/formats/vault.md is enough to read an object: this reader was written from it and shares no code. */
import assert from 'node:assert/strict'
import { createDecipheriv, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const page = readFileSync(new URL('../../docs/formats/vault.md', import.meta.url), 'utf8')
const example = page.slice(page.indexOf('## Example'))
const object = Buffer.from(
  [...example.matchAll(/^\| `([0-9a-f]+)` \|/gm)].map(match => match[1]).join(''),
  'hex',
)
const stated = (what: RegExp) => what.exec(example)![1]!
const key = Buffer.from(Array.from({ length: 32 }, (_, n) => n))
const sha256 = (...parts: (Buffer | string)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function openPart(at: number, size: number, part: number, itemId: Buffer): { content: Buffer; end: number } {
  const chunks: Buffer[] = []
  const count = Math.max(1, Math.ceil(size / 65_536))
  for (let number = 0; number < count; number++) {
    const length = Math.min(65_536, size - number * 65_536)
    const nonce = Buffer.alloc(12)
    nonce.writeUInt8(part, 0)
    nonce.writeUInt32BE(number, 7)
    nonce.writeUInt8(number === count - 1 ? 1 : 0, 11)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAAD(Buffer.concat([Buffer.from([1]), itemId]))
    decipher.setAuthTag(object.subarray(at + length, at + length + 16))
    chunks.push(Buffer.concat([decipher.update(object.subarray(at, at + length)), decipher.final()]))
    at += length + 16
  }
  return { content: Buffer.concat(chunks), end: at }
}

test('a reader written from the page opens the example, and finds its digest and leaf right', () => {
  assert.equal(object.subarray(0, 8).toString('latin1'), 'HFVAULT\x01')
  assert.equal(object.subarray(-8).toString('latin1'), 'HFVAULTE')
  const count = object.readUInt32BE(object.length - 44)
  assert.equal(count, 1)
  const entries = object.length - 44 - 72 * count
  const footer = object.subarray(entries, object.length - 40)
  assert.deepEqual(sha256(object.subarray(0, 8), footer), object.subarray(-40, -8))

  const itemId = footer.subarray(0, 16)
  assert.equal(itemId.toString('hex'), stated(/id is `([0-9a-f]{32})`/))
  const offset = Number(footer.readBigUInt64BE(16))
  const original = openPart(offset, Number(footer.readBigUInt64BE(24)), 1, itemId)
  const message = openPart(original.end, Number(footer.readBigUInt64BE(32)), 2, itemId)
  assert.equal(original.content.toString(), 'original')
  assert.equal(message.content.toString(), 'a message')
  assert.equal(message.end, entries)

  const blind = sha256('holdfast blind', key)
  const digests = [sha256(original.content), sha256(message.content)]
  const leaf = sha256('holdfast leaf 1', itemId, blind, ...digests)
  assert.deepEqual(leaf, footer.subarray(40, 72))
  assert.equal(blind.toString('hex'), stated(/blind is `([0-9a-f]{64})`/))
  assert.equal(sha256(Buffer.from([0]), leaf).toString('hex'), stated(/in a tree is `([0-9a-f]{64})`/))
})
