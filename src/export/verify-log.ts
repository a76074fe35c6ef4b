/**
 * What an export's proofs say of the archive's log: its checkpoint, the entry of the export, the entries of batches,
 * and how all of it goes together with a checkpoint that somebody kept.
 */
import { type EntryPlace, judgeEarlier, judgeEntry, type OpenedHead, openHead } from '../audit/audit.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Findings } from './package-finding.ts'
import { MANIFEST_FILE, PROOF_FILES } from './package-layout.ts'
import { parseJson, readLines } from './package-lines.ts'
import { batchShape, entryShape, hashesOf, linkShape, type PackageManifest } from './package-shape.ts'
import type { PackageZip } from './package-zip.ts'
import { type FixedEntries, readWhole } from './verify-files.ts'
import type { ProvedBatch } from './verify-items.ts'

const PROOF_SIZE_MAX = 1024 * 1024

/** What the log says of the export. `completedAt` is null if it does not. */
type ExportProof = { readonly head: OpenedHead | null; readonly completedAt: Date | null }

/**
 * Opens the checkpoint and finds the export's own entry under it.
 * @throws CHECKPOINT_INVALID if the key given is none
 */
export async function checkExport(
  zip: PackageZip,
  { fixed }: FixedEntries,
  { manifest, digest }: { manifest: PackageManifest; digest: string },
  publicKey: string | null,
  findings: Findings,
): Promise<ExportProof> {
  const texts = await Promise.all(
    [PROOF_FILES.checkpoint, PROOF_FILES.manifestEntry].map(async name => {
      const entry = fixed.get(name)
      if (entry) return (await readWhole(zip, entry, PROOF_SIZE_MAX)).toString()
      findings.add('FILE_MISSING', name, 'is not in the package')
      return null
    }),
  )
  const head = texts[0] == null ? null : openCheckpoint(texts[0], publicKey, findings)
  if (head && head.archiveId !== manifest.archive.id)
    findings.add(
      'CHECKPOINT_INVALID',
      PROOF_FILES.checkpoint,
      'is that of another archive than the manifest names',
    )
  if (head === null || texts[1] == null) return { head, completedAt: null }
  return { head, completedAt: checkManifest(texts[1], head, manifest, digest, findings) }
}

/** With the key if there is one. What it did not sign is read all the same, so that the rest can be compared with it. */
function openCheckpoint(note: string, publicKey: string | null, findings: Findings): OpenedHead | null {
  for (const key of publicKey === null ? [null] : [publicKey, null])
    try {
      return openHead(note, key)
    } catch (error) {
      if (!hasCode(error, 'CHECKPOINT_INVALID')) throw error
      if (key === publicKey) findings.add('CHECKPOINT_INVALID', PROOF_FILES.checkpoint, error.message)
    }
  return null
}

function checkManifest(
  text: string,
  head: OpenedHead,
  manifest: PackageManifest,
  digest: string,
  findings: Findings,
): Date | null {
  const name = PROOF_FILES.manifestEntry
  try {
    const { leaf, sequence, path } = parseJson(name, text, entryShape)
    const entry = judgeEntry(head, { leaf, sequence, path: hashesOf(path) })
    if (typeof entry === 'string' || entry.act !== 'export.complete') {
      findings.add('EXPORT_UNPROVEN', name, 'is not the entry of an export in the log of the checkpoint')
      return null
    }
    if (entry.subject !== `export:${manifest.export.id}` || entry.detail.manifestSha256 !== digest) {
      findings.add('MANIFEST_CHANGED', MANIFEST_FILE, 'is not the manifest that the archive recorded')
      return null
    }
    return entry.at
  } catch (error) {
    if (!hasCode(error, 'PACKAGE_INVALID')) throw error
    findings.add('PROOF_UNREADABLE', name, error.message)
    return null
  }
}

/** The batches that are proved to be in the log, by number. */
export async function checkBatches(
  zip: PackageZip,
  { fixed }: FixedEntries,
  head: OpenedHead,
  findings: Findings,
): Promise<Map<number, ProvedBatch>> {
  const batches = new Map<number, ProvedBatch>()
  const name = PROOF_FILES.batches
  const entry = fixed.get(name)
  if (!entry) {
    findings.add('FILE_MISSING', name, 'is not in the package')
    return batches
  }
  try {
    for await (const { batch, leaf, sequence, path } of readLines(name, zip.read(entry), batchShape)) {
      const proved = batchOf(batch, head, { leaf, sequence, path: hashesOf(path) })
      if (proved && batches.size < BATCHES_MAX) batches.set(batch, proved)
      else
        findings.add('BATCH_UNPROVEN', `batch ${batch}`, 'is not in the log of the checkpoint as it is here')
    }
  } catch (error) {
    if (!hasCode(error, 'PACKAGE_INVALID')) throw error
    findings.add('PROOF_UNREADABLE', name, error.message)
  }
  return batches
}

/** A Map's limit is near; a batch has hundreds of items. */
const BATCHES_MAX = 8_000_000

function batchOf(batch: number, head: OpenedHead, place: EntryPlace): ProvedBatch | null {
  const entry = judgeEntry(head, place)
  if (typeof entry === 'string') return null
  const { act, subject, detail, at } = entry
  const { merkleRoot, items } = detail
  if (act !== 'batch.file' || subject !== `batch:${batch}`) return null
  if (typeof merkleRoot !== 'string' || !/^[0-9a-f]{64}$/.test(merkleRoot)) return null
  if (typeof items !== 'number' || !Number.isSafeInteger(items) || items < 1) return null
  return { root: Buffer.from(merkleRoot, 'hex'), items, archivedAt: at }
}

/** Compares a checkpoint that was kept elsewhere with that of the package. CHECKPOINT_INVALID if it is none. */
export async function checkEarlier(
  zip: PackageZip,
  { fixed }: FixedEntries,
  head: OpenedHead,
  kept: { note: string; publicKey: string | null },
  findings: Findings,
): Promise<void> {
  const earlier = openHead(kept.note, kept.publicKey)
  const entry = fixed.get(PROOF_FILES.consistency)
  let link: Buffer[] | null = null
  if (entry && earlier.size > 0 && earlier.size < head.size)
    try {
      for await (const { size, path } of readLines(PROOF_FILES.consistency, zip.read(entry), linkShape))
        if (size === earlier.size) {
          link = hashesOf(path)
          break
        }
    } catch (error) {
      if (!hasCode(error, 'PACKAGE_INVALID')) throw error
      findings.add('PROOF_UNREADABLE', PROOF_FILES.consistency, error.message)
      return
    }
  const verdict = judgeEarlier(earlier, head, link)
  if (verdict === 'other-archive')
    throw new HoldfastError('CHECKPOINT_INVALID', 'the checkpoint that was kept is that of another archive')
  if (verdict === 'contradicted')
    findings.add(
      'EARLIER_CONTRADICTED',
      PROOF_FILES.checkpoint,
      `the checkpoint that was kept, of ${earlier.size} entries, was signed over another log`,
    )
  if (verdict === 'unconnected')
    findings.add(
      'EARLIER_UNCONNECTED',
      PROOF_FILES.consistency,
      `there is no way from a tree of ${earlier.size} entries to this one of ${head.size}`,
    )
}
