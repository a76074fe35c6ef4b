/** The audit log, and what it says of the rules that nobody may shorten, checked together. */
import { type LogReport, type VerifyLogOptions, verifyLog } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import { checkPreservation } from '../retention/retention.ts'
import { openFileStorage } from '../storage/storage.ts'

/** Findings of locked policies and guards come after those of the log. CHECKPOINT_INVALID as `verifyLog`. */
export async function verifyArchive(
  { database, storage, config, archive }: Ground,
  options: Pick<VerifyLogOptions, 'publicKey' | 'earlierCheckpoint' | 'onProgress'>,
): Promise<LogReport> {
  const report = await verifyLog({
    database,
    storage,
    ...(config.checkpointFolder ? { mirror: openFileStorage(config.checkpointFolder) } : {}),
    archiveId: archive.archiveId,
    ...options,
  })
  const more = (await checkPreservation(database)).map(finding => ({ ...finding, broken: true }))
  return {
    ...report,
    ok: report.ok && more.length === 0,
    findings: [...report.findings, ...more],
    findingsTotal: report.findingsTotal + more.length,
  }
}
