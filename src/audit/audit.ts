/**
 * The audit log: what was done in this archive, by whom and when, so that nobody, its operator included, can change,
 * remove or leave out an entry unseen.
 *
 * An act appends its entry in its own transaction (`entry.ts`). A sequencer gives entries their leaves in a Merkle
 * tree (`tree.ts`, RFC 9162) and signs its head as a C2SP checkpoint (`note.ts`), which goes to the database, to object
 * storage, and wherever the operator sends it. `verify.ts` checks all of it without trusting the program that wrote
 * it; `proof.ts` proves a single entry, or a single item of a batch, to somebody who has nothing but the proof;
 * `bulk-proof.ts` and `held-tree.ts` prove thousands of them at once.
 * docs/formats/audit.md states every byte.
 *
 * Promises: writers never wait for the sequencer or for each other; every entry is under a signed checkpoint within
 * 5 s while a sequencer runs; a checkpoint is never signed that contradicts one signed before; no entry shows content.
 */
export {
  countWaiting,
  type LogHead,
  linkHeads,
  newestHead,
  placeEntries,
} from './bulk-proof.ts'
export {
  type EntryPlace,
  judgeEarlier,
  judgeEntry,
  judgeItem,
  leafOfItem,
  type OpenedHead,
  openHead,
} from './bulk-verdict.ts'
export { canonicalJson, plainJson } from './canonical.ts'
export { archivePublicKey, newestPublishedSize } from './checkpoint.ts'
export {
  type AuditEntry,
  appendEntry,
  type EntryQuery,
  openSealed,
  readEntries,
  type StoredEntry,
} from './entry.ts'
export { listActors, listActs } from './entry-names.ts'
export { declareEpoch } from './epoch.ts'
export { FINDINGS, type Finding, type FindingCode } from './finding.ts'
export { holdTree } from './held-tree.ts'
export { type Checkpoint, parseCheckpointNote, parseVerifierKey, sizeOfCheckpoint } from './note.ts'
export {
  buildItemProof,
  type EntryProof,
  formatProof,
  type ItemDigests,
  type ItemProof,
  parseProof,
  proveEntry,
} from './proof.ts'
export { type Sequencer, type SequencerOptions, startSequencer } from './sequencer.ts'
export { readTrails, type TrailEntry } from './trail.ts'
export { leafHash, rootOf, verifyInclusion } from './tree.ts'
export { type EntryVerdict, type ItemVerdict, verifyEntryProof, verifyItemProof } from './verdict.ts'
export { type LogReport, type VerifyLogOptions, verifyLog } from './verify.ts'
