import assert from 'node:assert/strict'
import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyedHash } from './keyed-hash.ts'

test('a keyed hash is the HMAC that Node makes, for messages and keys of any size', () => {
  const sizes = fc.oneof(fc.nat(300), fc.constantFrom(55, 56, 63, 64, 65, 65_535, 65_536, 65_537, 200_000))
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 64 }), (size, keySize) => {
      const key = createSecretKey(randomBytes(keySize))
      const message = randomBytes(size)
      assert.deepEqual(keyedHash(key, message), createHmac('sha256', key).update(message).digest())
    }),
    { numRuns: 200 },
  )
})
