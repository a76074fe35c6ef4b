/**
 * The vault: what was archived, sealed, one immutable object per batch (or per large item). For each item it holds
 * the original as received and the message made from it, each sealed in chunks under the item's own key (the STREAM
 * construction of keyring/chunks.ts), bound to the item's id. docs/formats/vault.md states the bytes.
 *
 * What it promises:
 * - An object is durable under its name once `finish` or `sealLarge` resolves, and never changes.
 * - Nothing is released that was not verified; a changed, cut, moved or exchanged byte is VAULT_DAMAGED.
 * - Memory does not grow with an item's size when it is streamed.
 * - Nothing in the open can be guessed from: leaves are blinded, and content has no digest of its own anywhere. The
 *   digests are recomputed from the content when it is opened, which the tags authenticate.
 */
export type { FooterItem, SealedItem } from './layout.ts'
export { blindOf, leafFrom, leafOf } from './leaf.ts'
export { vaultObjectId, vaultObjectName } from './object-name.ts'
export type { PartName } from './parts.ts'
export { holdObject, openHeld, readFooter, readPart, readWhole, type VaultLocation } from './reader.ts'
export { markObjects } from './tier-mark.ts'
export { createVaultObject, type StreamedContent, sealLarge, type VaultObject } from './writer.ts'
