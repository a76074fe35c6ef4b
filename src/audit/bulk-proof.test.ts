import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testLog } from '../testing/audit-log.ts'
import { countWaiting, linkHeads, newestHead, placeEntries } from './bulk-proof.ts'
import { holdTree } from './held-tree.ts'
import { parseCheckpoint, parseNote } from './note.ts'
import { inclusionProof, leafHash, rootOf, verifyConsistency, verifyInclusion } from './tree.ts'

test('a tree that is held gives the root and the proofs of one that is hashed for each', () => {
  const leaves = Array.from({ length: 70 }, (_, number) => leafHash(Buffer.from([number])))
  for (let size = 1; size <= leaves.length; size++) {
    const some = leaves.slice(0, size)
    const tree = holdTree(some)
    assert.deepEqual(tree.root, rootOf(some))
    for (let index = 0; index < size; index++)
      assert.deepEqual(tree.inclusion(index), inclusionProof(some, index), `${index} of ${size}`)
  }
  assert.deepEqual(holdTree([]).root, rootOf([]))
  assert.throws(() => holdTree([]).inclusion(0), RangeError)
  assert.throws(() => holdTree(leaves).inclusion(70), RangeError)
})

test('many entries are placed under one head, and what is not under it is left out', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  assert.equal(await newestHead(log.database), null)
  const ids: string[] = []
  for (let number = 0; number < 300; number++)
    ids.push(await log.append({ actor: 'system', act: 'batch.file', subject: `batch:${number}` }))
  await log.append({ actor: 'system', act: 'batch.move', subject: 'batch:7' })
  await sequencer.flush()
  const head = (await newestHead(log.database))!
  assert.equal(head.size, 301)
  const late = await log.append({ actor: 'system', act: 'batch.file', subject: 'batch:late' })
  const asked = { act: 'batch.file', subjects: [...ids.keys(), 'late'].map(each => `batch:${each}`) }
  assert.equal(await countWaiting(log.database, { ...asked, entryIds: [] }), 1)
  assert.equal(await countWaiting(log.database, { entryIds: [late], act: 'batch.file', subjects: [] }), 1)
  await sequencer.flush()
  assert.equal(await countWaiting(log.database, { ...asked, entryIds: [late] }), 0)

  const placed = await placeEntries(log.database, head, asked)
  assert.equal(placed.length, 300)
  assert.deepEqual(
    placed.map(each => each.sequence),
    placed.map(each => each.sequence).sort((a, b) => a - b),
  )
  const { root } = parseCheckpoint(parseNote(head.note).text)
  for (const { sequence, leaf, path, subject } of placed) {
    assert(verifyInclusion(sequence, head.size, leafHash(Buffer.from(leaf)), path, root), subject)
    assert.equal(JSON.parse(leaf).subject, subject)
  }
})

test('a head is linked to the last checkpoint of each earlier day, and of each hour of its last two days', async t => {
  const log = await testLog(t)
  const sequencer = log.start()
  const roots = new Map<number, Buffer>()
  const hour = 3_600_000
  // Two checkpoints in each hour, for four days.
  for (let half = 0; half < 4 * 48; half++) {
    await log.append()
    const { size, root } = (await sequencer.flush())!
    roots.set(size, root)
    log.clock.set(log.clock.now() + hour / 2)
  }
  const head = (await newestHead(log.database))!
  const sizes: number[] = []
  for await (const { size, path } of linkHeads(log.database, head)) {
    sizes.push(size)
    assert(verifyConsistency(size, head.size, path, roots.get(size)!, roots.get(head.size)!), String(size))
  }
  assert(sizes.length > 48 && sizes.length < 54, `${sizes.length} links`)
  assert(sizes.includes(head.size - 1))
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => b - a),
  )
})
