import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sha256, sha256Into } from './sha256.ts'

test('the digest is that of Node, whatever its bytes', () => {
  for (let size = 0; size < 300; size++) {
    const content = randomBytes(size)
    const expected = createHash('sha256').update(content).digest()
    assert.deepEqual(sha256(content), expected)
    const target = Buffer.alloc(40, 7)
    sha256Into(content, target, 3)
    assert.deepEqual(target.subarray(3, 35), expected)
    assert.deepEqual([target[2], target[35]], [7, 7])
  }
})
