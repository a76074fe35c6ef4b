import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  consistencyPlan,
  consistencyProof,
  edgeNodes,
  emptyRoot,
  grow,
  inclusionPlan,
  inclusionProof,
  leafHash,
  type NodeId,
  nodeHash,
  rootOf,
  rootOfEdge,
  storedNodeCount,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from './tree.ts'

const SIZE_MAX = 64
const leaves = Array.from({ length: SIZE_MAX }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))

/** MTH written down again, straight from RFC 9162 section 2.1.1, with another hash interface. */
function definition(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return createHash('sha256').digest()
  if (hashes.length === 1) return hashes[0]!
  let k = 1
  while (k < hashes.length) k <<= 1
  k >>= 1
  const [left, right] = [definition(hashes.slice(0, k)), definition(hashes.slice(k))]
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from([1]), left, right]))
    .digest()
}

/** A store of nodes as the sequencer keeps it, grown in steps of `step` leaves. */
function storeOf(count: number, step: number) {
  const stored = new Map<string, Buffer>()
  let edge: Buffer[] = []
  for (let size = 0; size < count; size += step) {
    const added = leaves.slice(size, Math.min(size + step, count))
    added.forEach((hash, index) => {
      stored.set(`0/${size + index}`, hash)
    })
    const grown = grow(edge, size, added)
    for (const { level, position, hash } of grown.nodes) {
      assert(!stored.has(`${level}/${position}`), 'a node arises once')
      stored.set(`${level}/${position}`, hash)
    }
    edge = grown.edge
  }
  const read = (nodes: readonly NodeId[]) =>
    nodes.map(({ level, position }) => {
      const hash = stored.get(`${level}/${position}`)
      assert(hash, `node ${level}/${position} was asked for but never stored`)
      return hash
    })
  return { read, edge, count: stored.size - count }
}

test('the root is that of the definition in RFC 9162 for every size up to 64', () => {
  for (let size = 0; size <= SIZE_MAX; size++)
    assert.deepEqual(rootOf(leaves.slice(0, size)), definition(leaves.slice(0, size)))
  assert.equal(emptyRoot().toString('hex'), createHash('sha256').digest('hex'))
})

test('every inclusion proof of every tree up to 64 leaves holds for its leaf and for no other place', () => {
  for (let size = 1; size <= SIZE_MAX; size++) {
    const tree = leaves.slice(0, size)
    const root = definition(tree)
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(tree, index)
      assert(verifyInclusion(index, size, leaves[index]!, proof, root))
      assert(!verifyInclusion(index + 1, size, leaves[index]!, proof, root))
      if (size > 1) assert(!verifyInclusion((index + 1) % size, size, leaves[index]!, proof, root))
      assert(!verifyInclusion(index, size, leaves[index]!, [...proof, root], root))
      assert(!verifyInclusion(index, size, leaves[index]!, proof, leaves[index]!) || size === 1)
    }
  }
})

test('every consistency proof between trees up to 64 leaves holds, and for no other sizes or roots', () => {
  const roots = leaves.map((_, index) => definition(leaves.slice(0, index + 1)))
  for (let size2 = 1; size2 <= SIZE_MAX; size2++) {
    const root2 = roots[size2 - 1]!
    for (let size1 = 1; size1 <= size2; size1++) {
      const root1 = roots[size1 - 1]!
      const proof = consistencyProof(leaves.slice(0, size2), size1)
      assert(verifyConsistency(size1, size2, proof, root1, root2))
      assert(!verifyConsistency(size1, size2, [...proof, root1], root1, root2))
      if (size1 < size2) {
        assert(!verifyConsistency(size1, size2, proof, root2, root2))
        assert(!verifyConsistency(size1, size2, proof, root1, root1))
        assert(!verifyConsistency(size1, size2, proof.slice(1), root1, root2))
      }
    }
  }
})

test('stored nodes give the same roots and proofs as the whole tree, however the tree was grown', () => {
  for (const step of [1, 2, 3, 7, 64]) {
    const store = storeOf(SIZE_MAX, step)
    assert.equal(store.count, storedNodeCount(SIZE_MAX))
    for (let size = 1; size <= SIZE_MAX; size++) {
      const tree = leaves.slice(0, size)
      assert.deepEqual(rootOfEdge(store.read(edgeNodes(size))), definition(tree))
      for (let index = 0; index < size; index++) {
        const inclusion = inclusionPlan(index, size)
        assert.deepEqual(inclusion.proof(store.read(inclusion.nodes)), inclusionProof(tree, index))
        const consistency = consistencyPlan(index + 1, size)
        assert.deepEqual(consistency.proof(store.read(consistency.nodes)), consistencyProof(tree, index + 1))
      }
    }
  }
})

test('a tree grown in parts is the tree grown at once, and has the nodes that were counted', () => {
  for (let size = 0; size <= SIZE_MAX; size++) {
    const once = grow([], 0, leaves.slice(0, size))
    assert.equal(once.nodes.length, storedNodeCount(size))
    for (let cut = 0; cut <= size; cut++) {
      const first = grow([], 0, leaves.slice(0, cut))
      const second = grow(first.edge, cut, leaves.slice(cut, size))
      assert.deepEqual(second.edge, once.edge)
      assert.deepEqual([...first.nodes, ...second.nodes], once.nodes)
    }
  }
})

test('subtrees are proved in their own counting and in the whole tree', () => {
  for (let size = 1; size <= 24; size++) {
    const root = definition(leaves.slice(0, size))
    for (let start = 0; start < size; start++) {
      for (let end = start + 1; end <= size; end++) {
        const part = leaves.slice(start, end)
        let width = 1
        while (width < part.length) width *= 2
        const proof = inclusionProof(part, 0)
        assert.equal(
          verifySubtreeInclusion(start, start, end, part[0]!, proof, definition(part)),
          start % width === 0,
        )
        // The proof that a subtree is in the tree, by brute force: the definition in the draft, recursively.
        if (start % width !== 0) continue
        const path = subtreeProof(leaves.slice(0, size), 0, start, end, true)
        assert(verifySubtreeConsistency(start, end, size, path, definition(part), root))
        assert(!verifySubtreeConsistency(start, end, size, [...path, root], definition(part), root))
        assert(!verifySubtreeConsistency(start, end, size, path, definition(part), leafHash(root)))
        assert(!verifySubtreeConsistency(start, end, size, path, leafHash(root), root))
      }
    }
  }
})

/** SUBTREE_SUBPROOF of draft-ietf-plants-merkle-tree-certs, section 4.4.1. */
function subtreeProof(tree: Buffer[], offset: number, start: number, end: number, known: boolean): Buffer[] {
  const size = tree.length
  if (start === offset && end === offset + size) return known ? [] : [definition(tree)]
  let k = 1
  while (k * 2 < size) k *= 2
  const [left, right, middle] = [tree.slice(0, k), tree.slice(k), offset + k]
  if (end <= middle) return [...subtreeProof(left, offset, start, end, known), definition(right)]
  if (middle <= start) return [...subtreeProof(right, middle, start, end, known), definition(left)]
  return [...subtreeProof(right, middle, middle, end, false), definition(left)]
}

test('a proof with any one byte changed does not hold', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 2000 }).chain(size =>
        fc.record({
          size: fc.constant(size),
          index: fc.integer({ min: 0, max: size - 1 }),
          at: fc.nat(),
          flip: fc.integer({ min: 1, max: 255 }),
        }),
      ),
      ({ size, index, at, flip }) => {
        const tree = Array.from({ length: size }, (_, number) => leafHash(Buffer.from([number, number >> 8])))
        const root = rootOf(tree)
        const proof = inclusionProof(tree, index)
        assert(verifyInclusion(index, size, tree[index]!, proof, root))
        const changed = proof.map(hash => Buffer.from(hash))
        const place = at % (changed.length * 32)
        changed[Math.floor(place / 32)]![place % 32]! ^= flip
        assert(!verifyInclusion(index, size, tree[index]!, changed, root))
      },
    ),
    { numRuns: 40 },
  )
})

test('sizes beyond 32 bits are counted right', () => {
  // A tree of 2^40 leaves whose subtrees are all alike can be hashed level by level.
  const levels = [leafHash(Buffer.from('same'))]
  for (let level = 0; level < 40; level++) levels.push(nodeHash(levels[level]!, levels[level]!))
  const size = 2 ** 40 + 3
  const read = (nodes: readonly NodeId[]) => nodes.map(({ level }) => levels[level]!)
  const root = rootOfEdge(read(edgeNodes(size)))
  for (const index of [0, 2 ** 31, 2 ** 33 + 5, 2 ** 40, 2 ** 40 + 2]) {
    const plan = inclusionPlan(index, size)
    assert(verifyInclusion(index, size, levels[0]!, plan.proof(read(plan.nodes)), root))
  }
  const plan = consistencyPlan(2 ** 35 + 1, size)
  const root1 = rootOfEdge(read(edgeNodes(2 ** 35 + 1)))
  assert(verifyConsistency(2 ** 35 + 1, size, plan.proof(read(plan.nodes)), root1, root))
})

test('what lies outside the tree is refused, and impossible numbers prove nothing', () => {
  assert.throws(() => inclusionPlan(5, 5), RangeError)
  assert.throws(() => inclusionPlan(-1, 5), RangeError)
  assert.throws(() => consistencyPlan(0, 5), RangeError)
  assert.throws(() => consistencyPlan(6, 5), RangeError)
  const leaf = leaves[0]!
  for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    assert(!verifyInclusion(bad, 1, leaf, [], leaf))
    assert(!verifyInclusion(0, bad, leaf, [], leaf))
    assert(!verifyConsistency(bad, 1, [], leaf, leaf))
    assert(!verifyConsistency(1, bad, [], leaf, leaf))
  }
})
