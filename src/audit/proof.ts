/**
 * A proof of one entry, or of one item through the entry that filed its batch, for somebody who has nothing but the
 * proof: pure, so it can be checked on any machine. The bytes are `holdfast-proof-1`, a JSON document:
 *
 *     item ── inclusion ──▶ root of the batch's items, in the `batch.file` entry ── inclusion ──▶ root in a checkpoint
 *
 *     {
 *       "format": "holdfast-proof-1",
 *       "item": { "id", "index", "count", "path": [base64, …] } or null,
 *       "entry": { "leaf": "<the entry's bytes, as text>", "sequence", "path": [base64, …] },
 *       "checkpoint": "<the signed note>",
 *       "consistency": { "size", "path": [base64, …] } or null
 *     }
 *
 * `consistency` shows that the tree of an earlier checkpoint, of `size` leaves, is the beginning of this one, for an
 * auditor who kept that one. A reader refuses members it does not know: a further version has another `format`.
 */
import { hash as digest } from 'node:crypto'
import { z } from 'zod'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { ENTRY_COLUMNS, type EntryRow, entryBytes, fieldsOf } from './entry.ts'
import { readNodes } from './node-store.ts'
import { consistencyPlan, HASH_SIZE, inclusionPlan, inclusionProof, leafHash } from './tree.ts'

const FORMAT = 'holdfast-proof-1'

export type EntryProof = {
  /** The entry's bytes: canonical JSON. */
  readonly leaf: string
  readonly sequence: number
  readonly path: readonly Buffer[]
  /** The signed note of the tree that `path` leads to. */
  readonly checkpoint: string
  /** Leads from an earlier tree to this one. */
  readonly consistency: { readonly size: number; readonly path: readonly Buffer[] } | null
}

export type ItemProof = EntryProof & {
  readonly item: {
    readonly id: string
    /** Its number among the items of its batch, and how many there are. */
    readonly index: number
    readonly count: number
    readonly path: readonly Buffer[]
  }
}

// ---------------------------------------------------------------------------------------------------------------
// The item's leaf.

/** What of an item its leaf covers. The digests are SHA-256; the blind is derived from the item's key. */
export type ItemDigests = {
  readonly itemId: string
  readonly blind: Buffer
  readonly originalDigest: Buffer
  readonly messageDigest: Buffer
}

/**
 * SHA-256("holdfast leaf 1" || item id (16 bytes) || blind || digest of the original || digest of the message), as
 * docs/formats/vault.md defines it. The blind keeps a short text from being guessed from its leaf. The vault makes its
 * leaves with code of its own; this is the verifier's, so that neither can be wrong unseen.
 */
export function itemLeaf({ itemId, blind, originalDigest, messageDigest }: ItemDigests): Buffer {
  const id = Buffer.from(itemId.replaceAll('-', ''), 'hex')
  const parts = [LEAF_LABEL, id, blind, originalDigest, messageDigest]
  return digest('sha256', Buffer.concat(parts), 'buffer')
}

const LEAF_LABEL = Buffer.from('holdfast leaf 1', 'latin1')

// ---------------------------------------------------------------------------------------------------------------
// Making.

/**
 * Proves an entry against the newest checkpoint. With `since`, the size of an earlier tree, it also proves that tree
 * to be the beginning of this one.
 * @returns null if there is no such entry, or it still waits for its checkpoint
 * @throws AUDIT_DAMAGED if the tree's nodes are not there; USAGE if the log never was as large as `since`
 */
export async function proveEntry(
  sql: Sql,
  entryId: string,
  { since }: { since?: number } = {},
): Promise<EntryProof | null> {
  const [row] = await sql.query<EntryRow & { sequence: number; note: string; size: number }>(
    `select ${ENTRY_COLUMNS}, l.sequence, c.note, c.tree_size as size
       from audit_entry e join audit_leaf l using (entry_id)
       join lateral (select * from audit_checkpoint order by tree_size desc limit 1) c on c.tree_size > l.sequence
      where e.entry_id = $1`,
    [entryId],
  )
  if (!row) return null
  const { size, sequence, note } = row
  if (since !== undefined && (!Number.isSafeInteger(since) || since < 1 || since > size))
    throw new HoldfastError('USAGE', `the log has ${size} leaves: there is no way from a tree of ${since}`)
  const inclusion = inclusionPlan(sequence, size)
  const consistency = since === undefined ? null : consistencyPlan(since, size)
  const hashes = await readNodes(sql, [...inclusion.nodes, ...(consistency?.nodes ?? [])])
  return {
    leaf: entryBytes(fieldsOf(row)).toString(),
    sequence,
    path: inclusion.proof(hashes.slice(0, inclusion.nodes.length)),
    checkpoint: note,
    consistency: consistency && {
      size: since!,
      path: consistency.proof(hashes.slice(inclusion.nodes.length)),
    },
  }
}

/**
 * Extends the proof of a `batch.file` entry to one item of the batch.
 * @param leaves the item leaves (`itemLeaf`) of the whole batch, in the order they were filed in
 */
export function buildItemProof(
  entry: EntryProof,
  { itemId, index, leaves }: { itemId: string; index: number; leaves: readonly Buffer[] },
): ItemProof {
  const path = inclusionProof(leaves.map(leafHash), index)
  return { ...entry, item: { id: itemId, index, count: leaves.length, path } }
}

// ---------------------------------------------------------------------------------------------------------------
// The bytes.

const hashText = z.string().refine(text => {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === HASH_SIZE && bytes.toString('base64') === text
})
/** A tree of 2^53 leaves has no longer path; consistency needs one hash more. */
const pathText = z.array(hashText).max(54)
const count = z.int().min(0)
const proofDocument = z.strictObject({
  format: z.literal(FORMAT),
  item: z.strictObject({ id: z.uuid(), index: count, count: count.min(1), path: pathText }).nullable(),
  entry: z.strictObject({ leaf: z.string(), sequence: count, path: pathText }),
  checkpoint: z.string(),
  consistency: z.strictObject({ size: count.min(1), path: pathText }).nullable(),
})

const textOf = (path: readonly Buffer[]): string[] => path.map(hash => hash.toString('base64'))
const hashesOf = (path: readonly string[]): Buffer[] => path.map(text => Buffer.from(text, 'base64'))

/** Writes a proof as the text of a file. */
export function formatProof(proof: EntryProof | ItemProof): string {
  const item = 'item' in proof ? proof.item : null
  const document: z.infer<typeof proofDocument> = {
    format: FORMAT,
    item: item && { id: item.id, index: item.index, count: item.count, path: textOf(item.path) },
    entry: { leaf: proof.leaf, sequence: proof.sequence, path: textOf(proof.path) },
    checkpoint: proof.checkpoint,
    consistency: proof.consistency && { size: proof.consistency.size, path: textOf(proof.consistency.path) },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** Reads a proof; PROOF_INVALID if the text is not one. Whether it proves anything is for the verifying functions. */
export function parseProof(text: string): EntryProof | ItemProof {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new HoldfastError('PROOF_INVALID', 'the proof is not JSON')
  }
  const read = proofDocument.safeParse(json)
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') || 'the document'
    throw new HoldfastError('PROOF_INVALID', `not a ${FORMAT}: ${where}`)
  }
  const { item, entry, checkpoint, consistency } = read.data
  const proof: EntryProof = {
    leaf: entry.leaf,
    sequence: entry.sequence,
    path: hashesOf(entry.path),
    checkpoint,
    consistency: consistency && { size: consistency.size, path: hashesOf(consistency.path) },
  }
  return item ? { ...proof, item: { ...item, path: hashesOf(item.path) } } : proof
}
