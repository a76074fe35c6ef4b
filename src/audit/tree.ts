/**
 * The Merkle tree of RFC 9162, section 2.1, over SHA-256. Pure: it reads nothing but what it is given.
 *
 * A tree of n leaves is split at k, the largest power of two smaller than n; its hash is that of the two halves
 * (section 2.1.1). Leaves are hashed behind a 0x00 byte and nodes behind 0x01, so that neither can pass for the other.
 *
 * A growing log stores the hash of each *complete* subtree, one of 2^level leaves that starts at a multiple of its
 * size; it is named by (level, position) and, once made, never changes. Level 0 holds the leaf hashes. Any tree, and
 * any proof, is made of O(log n) of them: functions ending in `Nodes` name the ones to read, and their partners make
 * the answer of the hashes read, so a caller fetches all of them at once and from where it likes.
 *
 * Sizes and positions are safe integers. Arithmetic that could pass 2^31 is done without bit operators, which in
 * JavaScript cut their operands to 32 bits.
 */
import { sha256 } from '../sha256.ts'

/** The bytes of a SHA-256 hash. */
export const HASH_SIZE = 32

/** Names the complete subtree over leaves [position * 2^level, (position + 1) * 2^level). */
export type NodeId = { readonly level: number; readonly position: number }

/** A complete subtree and its hash. */
export type Node = NodeId & { readonly hash: Buffer }

/** Half-open range of leaf numbers. */
type Range = { readonly from: number; readonly to: number }

const LEAF_PREFIX = Buffer.from([0x00])
const NODE_PREFIX = Buffer.from([0x01])

/** The hash of one leaf: SHA-256(0x00 || content). */
export function leafHash(content: Buffer): Buffer {
  return sha256(Buffer.concat([LEAF_PREFIX, content]))
}

/** The hash of two subtrees: SHA-256(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([NODE_PREFIX, left, right]))
}

/** The hash of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return sha256(Buffer.alloc(0))
}

/** The root of a tree held in memory, given the *hashes* of its leaves. */
export function rootOf(leafHashes: readonly Buffer[]): Buffer {
  return rootOfEdge(grow([], 0, leafHashes).edge)
}

// ---------------------------------------------------------------------------------------------------------------
// Shapes: which ranges a tree or a proof is made of.

/** The largest power of two smaller than `n` (RFC 9162's k). `n` is at least 2. */
function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/**
 * The complete subtrees that make up the leaves [from, to), left to right, largest first. `from` must be a multiple
 * of the smallest power of two not below `to - from`, as it is for every subtree of RFC 9162.
 */
function subtreesOf({ from, to }: Range): NodeId[] {
  const nodes: NodeId[] = []
  let start = from
  while (start < to) {
    let level = 0
    let width = 1
    while (width * 2 <= to - start) {
      width *= 2
      level += 1
    }
    nodes.push({ level, position: start / width })
    start += width
  }
  return nodes
}

/** PATH(m, D[n]) of section 2.1.3.1: the ranges whose hashes prove a leaf, from its sibling up. */
function inclusionRanges(index: number, { from, to }: Range): Range[] {
  if (to - from === 1) return []
  const middle = from + splitOf(to - from)
  const [left, right] = [
    { from, to: middle },
    { from: middle, to },
  ]
  return index < middle ? [...inclusionRanges(index, left), right] : [...inclusionRanges(index, right), left]
}

/** SUBPROOF of section 2.1.4.1: the ranges that prove the tree of the first `size` leaves to be part of this one. */
function consistencyRanges(size: number, { from, to }: Range): Range[] {
  if (size === to) return from === 0 ? [] : [{ from, to }]
  const middle = from + splitOf(to - from)
  const [left, right] = [
    { from, to: middle },
    { from: middle, to },
  ]
  return size <= middle
    ? [...consistencyRanges(size, left), right]
    : [...consistencyRanges(size, right), left]
}

/** Throws RangeError unless 0 <= index < size. */
function demandLeaf(index: number, size: number): void {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`no leaf ${index} in a tree of ${size}`)
}

/** Throws RangeError unless 0 < size1 <= size2. */
function demandSizes(size1: number, size2: number): void {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 < 1 || size1 > size2)
    throw new RangeError(`no tree of ${size1} in a tree of ${size2}`)
}

// ---------------------------------------------------------------------------------------------------------------
// Growing: the right edge of a tree is the list of its complete subtrees, one for each 1 in the binary size.

/** Names the nodes of the right edge of a tree of `size` leaves. */
export function edgeNodes(size: number): NodeId[] {
  return subtreesOf({ from: 0, to: size })
}

/** The root of a tree from the hashes of its right edge. */
export function rootOfEdge(edge: readonly Buffer[]): Buffer {
  return edge.length === 0 ? emptyRoot() : edge.reduceRight((right, left) => nodeHash(left, right))
}

/**
 * Appends leaves to a tree of `size` leaves whose right edge is `edge`. Returns the new right edge and every complete
 * subtree above level 0 that arose, in the order it arose; the leaves themselves are not repeated.
 */
export function grow(
  edge: readonly Buffer[],
  size: number,
  leafHashes: readonly Buffer[],
): { edge: Buffer[]; nodes: Node[] } {
  const grown = [...edge]
  const nodes: Node[] = []
  let position = size
  for (const leaf of leafHashes) {
    let hash = leaf
    // As in binary counting: each trailing 1 of the old size is a complete subtree that the new leaf completes further.
    let carry = position
    for (let level = 1; carry % 2 === 1; level++) {
      carry = (carry - 1) / 2
      hash = nodeHash(grown.pop()!, hash)
      nodes.push({ level, position: carry, hash })
    }
    grown.push(hash)
    position += 1
  }
  return { edge: grown, nodes }
}

/** How many nodes above level 0 a log of `size` leaves has stored. */
export function storedNodeCount(size: number): number {
  let count = 0
  for (let width = Math.floor(size / 2); width > 0; width = Math.floor(width / 2)) count += width
  return count
}

// ---------------------------------------------------------------------------------------------------------------
// Proving.

/** A proof to be made: the nodes to read, and the proof made of their hashes in the same order. */
type Plan = {
  readonly nodes: readonly NodeId[]
  readonly proof: (hashes: readonly Buffer[]) => Buffer[]
}

function planOf(ranges: readonly Range[]): Plan {
  const parts = ranges.map(subtreesOf)
  return {
    nodes: parts.flat(),
    proof: hashes => {
      let start = 0
      return parts.map(part => {
        const edge = hashes.slice(start, start + part.length)
        start += part.length
        return rootOfEdge(edge)
      })
    },
  }
}

/** Plans the proof that leaf `index` is in the tree of `size` leaves. Throws RangeError if it is not. */
export function inclusionPlan(index: number, size: number): Plan {
  demandLeaf(index, size)
  return planOf(inclusionRanges(index, { from: 0, to: size }))
}

/** Plans the proof that the tree of `size1` leaves is the beginning of that of `size2`. Throws RangeError. */
export function consistencyPlan(size1: number, size2: number): Plan {
  demandSizes(size1, size2)
  return planOf(consistencyRanges(size1, { from: 0, to: size2 }))
}

/** The inclusion proof of a leaf in a tree held in memory, as the hashes of its leaves. */
export function inclusionProof(leafHashes: readonly Buffer[], index: number): Buffer[] {
  demandLeaf(index, leafHashes.length)
  const ranges = inclusionRanges(index, { from: 0, to: leafHashes.length })
  return ranges.map(({ from, to }) => rootOf(leafHashes.slice(from, to)))
}

/** The proof that the first `size1` leaves of a tree held in memory were the tree of that size. */
export function consistencyProof(leafHashes: readonly Buffer[], size1: number): Buffer[] {
  demandSizes(size1, leafHashes.length)
  const ranges = consistencyRanges(size1, { from: 0, to: leafHashes.length })
  return ranges.map(({ from, to }) => rootOf(leafHashes.slice(from, to)))
}

// ---------------------------------------------------------------------------------------------------------------
// Checking. A wrong, cut or padded proof is an answer (false), never an exception.

/** Whether `proof` shows that a leaf with this hash is number `index` of the tree (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Buffer,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  return verifySubtreeInclusion(index, 0, size, leaf, proof, root)
}

/** Whether `proof` shows that the tree `root1` is the beginning of the tree `root2` (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  size1: number,
  size2: number,
  proof: readonly Buffer[],
  root1: Buffer,
  root2: Buffer,
): boolean {
  return size1 >= 1 && verifySubtreeConsistency(0, size1, size2, proof, root1, root2)
}

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1

/** Whether [start, end) is a subtree: `start` is a multiple of the smallest power of two not below its length. */
function isSubtree(start: number, end: number): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) return false
  let width = 1
  while (width < end - start) width *= 2
  return start % width === 0
}

const areHashes = (proof: readonly Buffer[]): boolean => proof.every(hash => hash.length === HASH_SIZE)

/**
 * `verifyInclusion` for the subtree over leaves [start, end) and the leaf's number in the whole tree, as
 * draft-ietf-plants-merkle-tree-certs generalises it. A subtree is a tree of its own, counted from `start`.
 */
export function verifySubtreeInclusion(
  index: number,
  start: number,
  end: number,
  leaf: Buffer,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isSubtree(start, end) || !Number.isSafeInteger(index) || index < start || index >= end) return false
  if (leaf.length !== HASH_SIZE || !areHashes(proof)) return false
  let [node, last] = [index - start, end - start - 1]
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash)
      // A last node without a right sibling rises until it is itself a right child.
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      hash = nodeHash(hash, sibling)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && hash.equals(root)
}

/**
 * `verifyConsistency` for the subtree over leaves [start, end) with hash `root1`, in the tree of `size` leaves. The
 * walk rebuilds both hashes from the same proof. An empty subtree says nothing of the tree; its hash is the empty one.
 */
export function verifySubtreeConsistency(
  start: number,
  end: number,
  size: number,
  proof: readonly Buffer[],
  root1: Buffer,
  root2: Buffer,
): boolean {
  if (!isSubtree(start, end) || !Number.isSafeInteger(size) || end > size || !areHashes(proof)) return false
  if (start === end) return proof.length === 0 && root1.equals(emptyRoot())
  let [first, node, last] = [start, end - 1, size - 1]
  // Rise to the highest complete (or last) subtree that ends where [start, end) ends: the proof begins there.
  while (first !== node && (end === size || isOdd(node)))
    [first, node, last] = [half(first), half(node), half(last)]
  const rest = [...proof]
  const begin = first === node ? root1 : rest.shift()
  if (begin === undefined) return false
  let [hash1, hash2] = [begin, begin]
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash2 = nodeHash(sibling, hash2)
      if (first < node) hash1 = nodeHash(sibling, hash1)
      while (!isOdd(node) && node !== 0) [first, node, last] = [half(first), half(node), half(last)]
    } else {
      hash2 = nodeHash(hash2, sibling)
    }
    ;[first, node, last] = [half(first), half(node), half(last)]
  }
  return last === 0 && hash1.equals(root1) && hash2.equals(root2)
}
