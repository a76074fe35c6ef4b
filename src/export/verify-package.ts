/**
 * Verifies an export's package on a machine that knows nothing of the archive: no database, no configuration, no
 * network. What it reads is from anybody, so everything has a limit, and memory is about 200 bytes a copy. The steps are
 * those of docs/formats/export.md; test/e2e/verify_export.py is another reader of the same page.
 *
 * It never says that a search was complete: what an archive left out of an export cannot be seen in it.
 */

import { parseVerifierKey } from '../audit/audit.ts'
import { findings, type PackageFinding } from './package-finding.ts'
import type { PackageManifest } from './package-shape.ts'
import { openPackage } from './package-zip.ts'
import { checkFiles, findFixed, readManifest } from './verify-files.ts'
import { type CopyVerdict, checkItems, type ItemsVerdict } from './verify-items.ts'
import { checkBatches, checkEarlier, checkExport } from './verify-log.ts'

export type PackageVerdict = {
  readonly ok: boolean
  /** `proven` if the key given signed the checkpoint. */
  readonly origin: 'proven' | 'unproven'
  readonly archiveId: string
  /** Of invented people and traffic. */
  readonly demonstration: boolean
  readonly exportId: string
  readonly format: PackageManifest['export']['format']
  /** When the archive recorded that the export was complete; null if that is not proved. */
  readonly completedAt: Date | null
  /** Entries of the log under the package's checkpoint. */
  readonly treeSize: number | null
  /** Whether a checkpoint kept elsewhere was found to be the beginning of the package's log; null if none was given. */
  readonly earlier: 'consistent' | 'not-shown' | null
  readonly files: { readonly count: number; readonly bytes: number }
  readonly counts: Pick<PackageManifest['counts'], 'matched' | 'context'>
  readonly copies: ItemsVerdict['states']
  readonly archived: ItemsVerdict['archived']
  readonly findings: readonly PackageFinding[]
  readonly findingsTotal: number
}

export type VerifyPackageOptions = {
  /** The archive's public key, from where it was kept; null if there is none. */
  readonly publicKey: string | null
  /** The note of a checkpoint kept elsewhere. */
  readonly earlierCheckpoint: string | null
  readonly onFile?: (done: number, total: number) => void
  /** Told of each copy, in their order. */
  readonly onCopy?: (copy: CopyVerdict) => void | Promise<void>
}

/**
 * What does not hold is a finding. FILE_UNREADABLE; PACKAGE_ENCRYPTED; PACKAGE_INVALID if the file is no package, or
 * one that is not safe to read; CHECKPOINT_INVALID if the key or the checkpoint given is none, or another archive's.
 */
export async function verifyPackage(
  path: string,
  { publicKey, earlierCheckpoint, onFile, onCopy }: VerifyPackageOptions,
): Promise<PackageVerdict> {
  if (publicKey !== null) parseVerifierKey(publicKey.trim())
  const zip = await openPackage(path)
  try {
    const found = findings()
    const entries = await findFixed(zip, found)
    const read = await readManifest(zip, entries)
    const { manifest } = read
    const { head, completedAt } = await checkExport(zip, entries, read, publicKey, found)
    const files = await checkFiles(zip, entries, manifest, found, done => onFile?.(done, zip.entryCount))
    const batches = head ? await checkBatches(zip, entries, head, found) : new Map()
    const items = await checkItems(zip, entries, files, manifest, batches, found, onCopy ?? null)
    if (head && earlierCheckpoint !== null)
      await checkEarlier(zip, entries, head, { note: earlierCheckpoint, publicKey }, found)
    return {
      ok: found.total === 0,
      origin: publicKey !== null && head && !found.has('CHECKPOINT') ? 'proven' : 'unproven',
      archiveId: manifest.archive.id,
      demonstration: manifest.archive.demonstration,
      exportId: manifest.export.id,
      format: manifest.export.format,
      completedAt,
      treeSize: head?.size ?? null,
      earlier: earlierCheckpoint === null ? null : head && !found.has('EARLIER') ? 'consistent' : 'not-shown',
      files: { count: files.count, bytes: files.bytes },
      counts: { matched: manifest.counts.matched, context: manifest.counts.context },
      copies: items.states,
      archived: items.archived,
      findings: found.found,
      findingsTotal: found.total,
    }
  } finally {
    await zip.close()
  }
}
