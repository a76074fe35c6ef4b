/** What a verification of a package can find, and what each finding means. */

/** docs/formats/export.md has the same table; a test compares them. */
export const PACKAGE_FINDINGS = {
  FILE_MISSING: 'a file that the archive wrote is not in the package',
  FILE_CHANGED: 'a file is not as the archive wrote it',
  FILE_UNLISTED: 'a file is in the package that the archive did not write',
  FILE_TWICE: 'a file is in the package twice',
  LIST_CHANGED: 'the list of files is not the one that the manifest names',
  MANIFEST_CHANGED: 'the manifest is not the one that the archive recorded when it completed the export',
  PROOF_UNREADABLE: 'a file of the proofs is not as the layout says',
  CHECKPOINT_INVALID: 'the checkpoint cannot be read, or the key given did not sign it',
  EXPORT_UNPROVEN: 'the entry of the export is not in the log of the checkpoint',
  BATCH_UNPROVEN: 'the entry of a batch is not in the log of the checkpoint, or not that batch’s',
  ITEM_CHANGED: 'a message is not as it was when it was archived',
  ITEM_UNPROVEN: 'the package has no proof of an item that is in it',
  ITEM_UNKNOWN: 'the package has a proof of an item that is not in it, or a second one',
  COUNTS_DIFFER: 'the counts do not add up, or are not those of the lines',
  EARLIER_CONTRADICTED: 'the checkpoint that was kept was signed over another log',
  EARLIER_UNCONNECTED:
    'the package has no way from the checkpoint that was kept to its own; no sign of damage',
} as const

type PackageFindingCode = keyof typeof PACKAGE_FINDINGS

export type PackageFinding = {
  readonly code: PackageFindingCode
  /** A path in the package, a batch, or an item; '' where it is the whole. */
  readonly subject: string
  readonly message: string
}

export type Findings = {
  readonly found: readonly PackageFinding[]
  /** How many there were; only the first hundred are kept. */
  readonly total: number
  /** Whether there was one whose code begins so, kept or not. */
  has(start: string): boolean
  add(code: PackageFindingCode, subject: string, message: string): void
}

const KEPT_MAX = 100

export function findings(): Findings {
  const found: PackageFinding[] = []
  const codes = new Set<PackageFindingCode>()
  let total = 0
  return {
    found,
    get total() {
      return total
    },
    has: start => [...codes].some(code => code.startsWith(start)),
    add: (code, subject, message) => {
      total++
      codes.add(code)
      if (found.length < KEPT_MAX) found.push({ code, subject: subject.slice(0, 1000), message })
    },
  }
}
