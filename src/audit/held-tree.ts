/**
 * A tree of RFC 9162 held in memory whole, for many proofs at once. `inclusionProof` of tree.ts hashes the tree anew
 * for each leaf; here each node is hashed once, which for a batch of a thousand items is the difference between a
 * millisecond and a second.
 */
import { nodeHash, rootOf } from './tree.ts'

type HeldTree = {
  readonly root: Buffer
  /** The inclusion proof of a leaf, from its sibling up. Throws RangeError if there is no such leaf. */
  inclusion(index: number): Buffer[]
}

/** Builds the tree over these leaf *hashes*. */
export function holdTree(leafHashes: readonly Buffer[]): HeldTree {
  const levels: (readonly Buffer[])[] = [leafHashes]
  for (let below = leafHashes; below.length > 1; below = levels.at(-1)!) {
    const above: Buffer[] = []
    for (let at = 0; at + 1 < below.length; at += 2) above.push(nodeHash(below[at]!, below[at + 1]!))
    // Splitting at the largest power of two (section 2.1.1) is pairing from below, where what has no partner rises.
    if (below.length % 2 === 1) above.push(below.at(-1)!)
    levels.push(above)
  }
  return {
    root: levels.at(-1)![0] ?? rootOf([]),
    inclusion: index => {
      if (!Number.isSafeInteger(index) || index < 0 || index >= leafHashes.length)
        throw new RangeError(`no leaf ${index} in a tree of ${leafHashes.length}`)
      const path: Buffer[] = []
      let place = index
      for (const level of levels) {
        const sibling = level[place % 2 === 0 ? place + 1 : place - 1]
        if (sibling) path.push(sibling)
        place = Math.floor(place / 2)
      }
      return path
    },
  }
}
