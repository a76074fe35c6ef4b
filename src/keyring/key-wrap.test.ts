import assert from 'node:assert/strict'
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import { itemKeyMaker, unwrapKey } from './item-key.ts'
import { INITIAL_VALUE, wrapKeys } from './key-wrap.ts'

test('the vector of RFC 3394 section 4.6 wraps as the RFC says', () => {
  const kek = createSecretKey(Buffer.from(Array.from({ length: 32 }, (_, n) => n)))
  const raw = Buffer.from('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f', 'hex')
  assert.equal(
    wrapKeys(kek, raw).toString('hex'),
    '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
  )
})

test('any number of keys wraps to what OpenSSL makes of each', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(key, fc.array(key, { maxLength: 20 }), (wrapping, raws) => {
      const kek = createSecretKey(wrapping)
      const wrapped = wrapKeys(kek, Buffer.concat(raws))
      const expected = raws.map(raw => {
        const cipher = createCipheriv('id-aes256-wrap', kek, INITIAL_VALUE)
        return Buffer.concat([cipher.update(raw), cipher.final()])
      })
      assert.deepEqual(wrapped, Buffer.concat(expected))
    }),
    { numRuns: 100 },
  )
})

test('every key is fresh and is what its wrapped form holds, over several fillings of the pool', () => {
  const kek = createSecretKey(randomBytes(32))
  const make = itemKeyMaker(kek)
  const seen = new Set<string>()
  for (let n = 0; n < 700; n++) {
    const { key, wrapped } = make()
    assert.equal(wrapped.length, 40)
    assert.ok(key.equals(unwrapKey(kek, wrapped)))
    seen.add(key.export().toString('hex'))
  }
  assert.equal(seen.size, 700)
  assert.ok(!seen.has('0'.repeat(64)))
})

test('a wrapped key that was changed, cut, or is under another key does not open', () => {
  const kek = createSecretKey(randomBytes(32))
  const { wrapped } = itemKeyMaker(kek)()
  const wrong = (error: unknown) => hasCode(error, 'MASTER_KEY_WRONG')
  for (let at = 0; at < wrapped.length; at++) {
    const changed = Buffer.from(wrapped)
    changed[at]! ^= 0x80
    assert.throws(() => unwrapKey(kek, changed), wrong)
  }
  for (const cut of [Buffer.alloc(0), wrapped.subarray(0, 32), Buffer.concat([wrapped, Buffer.alloc(8)])])
    assert.throws(() => unwrapKey(kek, cut), wrong)
  assert.throws(() => unwrapKey(createSecretKey(randomBytes(32)), wrapped), wrong)
})
