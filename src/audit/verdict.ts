/**
 * Judges proofs. Pure: needs no archive, no database and no secret. What fails is said by a code and in words; a
 * proof that does not hold is an answer, not an error.
 *
 * Without the archive's public key a proof is consistent at best, for anybody can sign a checkpoint of their own:
 * such a verdict says `unproven` of its origin.
 */
import { HoldfastError } from '../errors.ts'
import { canonicalJson, type Json } from './canonical.ts'
import { parseOrigin } from './checkpoint.ts'
import {
  type Checkpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  type Verifier,
} from './note.ts'
import { type EntryProof, type ItemDigests, type ItemProof, itemLeaf } from './proof.ts'
import { leafHash, verifyConsistency, verifyInclusion } from './tree.ts'

/** The step of a proof that does not hold. */
type ProofFailure =
  | 'CHECKPOINT' // the checkpoint cannot be read, or the key given did not sign it
  | 'EARLIER' // the earlier checkpoint is not the beginning of this one, or the proof does not say that it is
  | 'ENTRY' // the entry's bytes are not an entry's, or not those of a filed batch
  | 'ENTRY_INCLUSION' // the entry is not in the tree of the checkpoint at this place
  | 'ITEM' // the proof is of another item
  | 'ITEM_INCLUSION' // the item, as it is now, is not the one that was filed in the batch

type Refused = { readonly ok: false; readonly failure: ProofFailure; readonly message: string }

/** What an entry says, read from the bytes that were proved. */
export type ProvedEntry = {
  readonly entryId: string
  readonly at: Date
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly detail: Record<string, Json>
}

export type EntryVerdict =
  | Refused
  | {
      readonly ok: true
      readonly origin: 'proven' | 'unproven'
      readonly archiveId: string
      readonly entry: ProvedEntry
      readonly sequence: number
      readonly treeSize: number
    }

export type ItemVerdict =
  | Refused
  | {
      readonly ok: true
      readonly origin: 'proven' | 'unproven'
      readonly archiveId: string
      /** When the batch with the item was filed. */
      readonly archivedAt: Date
      /** `archived unchanged at <time>`. */
      readonly message: string
    }

const refused = (failure: ProofFailure, message: string): Refused => ({ ok: false, failure, message })

/**
 * Whether the proof shows its entry to be in the log.
 * @param publicKey the archive's verifier key, from where it was kept; null if there is none
 * @param earlierCheckpoint a checkpoint kept elsewhere, which the proof must lead on from
 * @throws CHECKPOINT_INVALID if the key given is none
 */
export function verifyEntryProof(
  proof: EntryProof,
  publicKey: string | null,
  earlierCheckpoint: string | null = null,
): EntryVerdict {
  const verifier = publicKey === null ? null : parseVerifierKey(publicKey.trim())
  const head = tryRead(() => readHead(proof.checkpoint, verifier))
  if (typeof head === 'string') return refused('CHECKPOINT', head)
  if (earlierCheckpoint !== null) {
    const earlier = tryRead(() => readHead(earlierCheckpoint, verifier))
    if (typeof earlier === 'string') return refused('EARLIER', `the earlier checkpoint: ${earlier}`)
    const gap = gapBetween(earlier, head, proof)
    if (gap !== null) return refused('EARLIER', gap)
  }
  const leaf = leafHash(Buffer.from(proof.leaf))
  if (!verifyInclusion(proof.sequence, head.size, leaf, proof.path, head.root))
    return refused('ENTRY_INCLUSION', `the entry is not number ${proof.sequence} of the log`)
  const entry = readEntry(proof.leaf)
  if (!entry) return refused('ENTRY', "what was proved is not an entry's bytes")
  return {
    ok: true,
    origin: verifier ? 'proven' : 'unproven',
    archiveId: parseOrigin(head.origin).archiveId,
    entry,
    sequence: proof.sequence,
    treeSize: head.size,
  }
}

/**
 * Whether the item at hand is the one that the proof shows to have been archived. `item` is made from what is at
 * hand: digests of the original and of the message as they are now, and the blind that came with the export.
 */
export function verifyItemProof(
  proof: ItemProof,
  item: ItemDigests,
  publicKey: string | null,
  earlierCheckpoint: string | null = null,
): ItemVerdict {
  const verdict = verifyEntryProof(proof, publicKey, earlierCheckpoint)
  if (!verdict.ok) return verdict
  const { act, detail, at } = verdict.entry
  const root = typeof detail.merkleRoot === 'string' ? detail.merkleRoot : ''
  if (act !== 'batch.file' || !/^[0-9a-f]{64}$/.test(root) || detail.items !== proof.item.count)
    return refused('ENTRY', 'the entry proved does not file a batch of so many items')
  if (proof.item.id !== item.itemId) return refused('ITEM', `the proof is of item ${proof.item.id}`)
  const { index, count, path } = proof.item
  if (!verifyInclusion(index, count, leafHash(itemLeaf(item)), path, Buffer.from(root, 'hex')))
    return refused('ITEM_INCLUSION', 'the item is not as it was when it was archived')
  return {
    ok: true,
    origin: verdict.origin,
    archiveId: verdict.archiveId,
    archivedAt: at,
    message: `archived unchanged at ${at.toISOString()}`,
  }
}

/** Reads a checkpoint's note and, with a verifier, its signature; CHECKPOINT_INVALID. */
export function readHead(note: string, verifier: Verifier | null): Checkpoint {
  const { text } = verifier ? openNote(note, [verifier]) : parseNote(note)
  const checkpoint = parseCheckpoint(text)
  const { archiveId } = parseOrigin(checkpoint.origin)
  // The key is trusted for its own archive only.
  if (verifier && verifier.name !== `holdfast/${archiveId}`)
    throw new HoldfastError('CHECKPOINT_INVALID', 'the checkpoint is that of another archive than the key')
  return checkpoint
}

function tryRead(read: () => Checkpoint): Checkpoint | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof HoldfastError) return error.message
    throw error
  }
}

/** Why `head` does not lead on from `earlier`, or null if it does. */
function gapBetween(earlier: Checkpoint, head: Checkpoint, { consistency }: EntryProof): string | null {
  const [before, after] = [parseOrigin(earlier.origin), parseOrigin(head.origin)]
  if (before.archiveId !== after.archiveId) return 'the earlier checkpoint is that of another archive'
  if (earlier.size > head.size)
    return `the earlier checkpoint speaks of ${earlier.size} leaves, the proof's of ${head.size}: make a newer proof`
  if (earlier.size === head.size)
    return earlier.root.equals(head.root) ? null : 'the earlier checkpoint was signed over other leaves'
  if (earlier.size === 0) return null
  if (consistency?.size !== earlier.size)
    return `the proof does not lead on from a tree of ${earlier.size}: make it with that size`
  return verifyConsistency(earlier.size, head.size, consistency.path, earlier.root, head.root)
    ? null
    : 'the earlier checkpoint was signed over other leaves'
}

/** The entry in these bytes; null if they are not exactly the bytes of one. */
export function readEntry(leaf: string): ProvedEntry | null {
  let json: Json
  try {
    json = JSON.parse(leaf) as Json
  } catch {
    return null
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return null
  const entry = json as Record<string, Json>
  const { v, id, at, actor, act, subject, detail } = entry
  const texts = [id, at, actor, act, subject].every(field => typeof field === 'string')
  if (v !== 1 || !texts || detail === null || typeof detail !== 'object' || Array.isArray(detail)) return null
  if (canonicalJson(entry) !== leaf || Number.isNaN(Date.parse(at as string))) return null
  return {
    entryId: id as string,
    at: new Date(at as string),
    actor: actor as string,
    act: act as string,
    subject: subject as string,
    detail: detail as Record<string, Json>,
  }
}
