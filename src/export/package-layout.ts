/** The fixed places of a package (docs/formats/export.md), for those who write it and those who check it. */

/** The version of the layout. */
export const PACKAGE_FORMAT = 'holdfast-export-1'

export const MANIFEST_FILE = 'manifest.json'
/** A line for each file of the package but the manifest and the proofs. */
export const LIST_FILE = 'files.jsonl'
/** A line for each copy. */
export const ITEMS_FILE = 'items.jsonl'
/** A line for each item: where it came from, and what was done to it. */
export const TRAIL_FILE = 'trail.jsonl'
export const VERIFY_FILE = 'VERIFY.txt'

export const PROOF_FILES = {
  batches: 'proofs/batches.jsonl',
  items: 'proofs/items.jsonl',
  manifestEntry: 'proofs/manifest-entry.json',
  consistency: 'proofs/consistency.jsonl',
  checkpoint: 'proofs/checkpoint.txt',
  publicKey: 'proofs/public-key.txt',
} as const
