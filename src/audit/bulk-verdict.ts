/**
 * Judges many entries and items against one checkpoint, as an export carries them. Pure, like verdict.ts: a proof that
 * does not hold is an answer, not an error.
 */
import { parseOrigin } from './checkpoint.ts'
import { parseVerifierKey } from './note.ts'
import { type ItemDigests, itemLeaf } from './proof.ts'
import { leafHash, verifyConsistency, verifyInclusion } from './tree.ts'
import { type ProvedEntry, readEntry, readHead } from './verdict.ts'

/** A checkpoint that was opened: with a key its origin is proven. */
export type OpenedHead = {
  readonly archiveId: string
  readonly epoch: number
  readonly size: number
  readonly root: Buffer
}

/** An entry's bytes, as text, and its place in the tree of a checkpoint. */
export type EntryPlace = {
  readonly leaf: string
  readonly sequence: number
  readonly path: readonly Buffer[]
}

/** An item's place among those of its batch, and the batch's root. */
type ItemPlace = {
  readonly index: number
  readonly count: number
  readonly path: readonly Buffer[]
  readonly root: Buffer
}

/**
 * Opens a checkpoint's note.
 * @param publicKey the archive's verifier key, from where it was kept; null if there is none
 * @throws CHECKPOINT_INVALID, saying why, if it is none, is not signed by the key, or the key is none
 */
export function openHead(note: string, publicKey: string | null): OpenedHead {
  const { origin, size, root } = readHead(
    note,
    publicKey === null ? null : parseVerifierKey(publicKey.trim()),
  )
  return { ...parseOrigin(origin), size, root }
}

/** The entry, if the checkpoint's tree has it at this place; why not otherwise. */
export function judgeEntry(
  head: OpenedHead,
  { leaf, sequence, path }: EntryPlace,
): ProvedEntry | 'not-in-the-log' | 'not-an-entry' {
  if (!verifyInclusion(sequence, head.size, leafHash(Buffer.from(leaf)), path, head.root))
    return 'not-in-the-log'
  return readEntry(leaf) ?? 'not-an-entry'
}

/** The leaf that the item, as it is now, would have in its batch: what `judgeItem` takes. */
export function leafOfItem(item: ItemDigests): Buffer {
  return leafHash(itemLeaf(item))
}

/** Whether an item with this leaf is the one that was filed at this place. */
export function judgeItem(leaf: Buffer, { index, count, path, root }: ItemPlace): boolean {
  return verifyInclusion(index, count, leaf, path, root)
}

/**
 * Whether the log of `earlier` is the beginning of that of `head`. `unconnected`: the way between them is not at hand.
 * @param link the consistency proof from the tree of `earlier`'s size, if there is one
 */
export function judgeEarlier(
  earlier: OpenedHead,
  head: OpenedHead,
  link: readonly Buffer[] | null,
): 'consistent' | 'contradicted' | 'other-archive' | 'unconnected' {
  if (earlier.archiveId !== head.archiveId) return 'other-archive'
  if (earlier.size === head.size) return earlier.root.equals(head.root) ? 'consistent' : 'contradicted'
  if (earlier.size === 0) return 'consistent'
  if (earlier.size > head.size || link === null) return 'unconnected'
  const leads = verifyConsistency(earlier.size, head.size, link, earlier.root, head.root)
  return leads ? 'consistent' : 'contradicted'
}
