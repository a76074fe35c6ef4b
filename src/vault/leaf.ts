/**
 * What an item contributes to its batch's Merkle tree.
 *
 *     blind := SHA-256("holdfast blind", item key)
 *     leaf  := SHA-256("holdfast leaf 1", item id, blind, SHA-256(original), SHA-256(message))
 *
 * The leaf is the *entry* of the tree in RFC 9162's words: the tree's own leaf hash over it is SHA-256(0x00, leaf), as
 * audit/tree.ts computes it. The blind makes short texts unguessable from the leaf; it goes with the key when the item
 * is disposed of, and an export carries it, from which the key cannot be told.
 */
import type { KeyObject } from 'node:crypto'
import { sha256 } from '../sha256.ts'

const BLIND_LABEL = Buffer.from('holdfast blind', 'latin1')
const LEAF_LABEL = Buffer.from('holdfast leaf 1', 'latin1')
const blindInput = Buffer.alloc(BLIND_LABEL.length + 32)
BLIND_LABEL.copy(blindInput)

/** The blind that an item's key gives: what whoever holds the content needs to recompute its leaf. */
export function blindOf(key: KeyObject): Buffer {
  const raw = key.export()
  raw.copy(blindInput, BLIND_LABEL.length)
  raw.fill(0)
  const blind = sha256(blindInput)
  blindInput.fill(0, BLIND_LABEL.length)
  return blind
}

const leafInput = Buffer.alloc(LEAF_LABEL.length + 16 + 3 * 32)
LEAF_LABEL.copy(leafInput)

/** The leaf from its parts, as a verifier without the key computes it. Where there is no message of its own, the
 * original's digest stands in both places. */
export function leafFrom(
  itemId: Buffer,
  blind: Buffer,
  originalDigest: Buffer,
  messageDigest: Buffer,
): Buffer {
  let at = LEAF_LABEL.length
  for (const part of [itemId, blind, originalDigest, messageDigest]) {
    leafInput.set(part, at)
    at += part.length
  }
  if (at !== leafInput.length) throw new RangeError('an item id of 16 bytes and digests of 32 make a leaf')
  return sha256(leafInput)
}

/** The leaf of an item whose key is at hand. */
export function leafOf(
  itemId: Buffer,
  key: KeyObject,
  originalDigest: Buffer,
  messageDigest: Buffer,
): Buffer {
  return leafFrom(itemId, blindOf(key), originalDigest, messageDigest)
}
