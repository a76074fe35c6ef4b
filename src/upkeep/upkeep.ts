/**
 * Upkeep: what an operator and an auditor do to an archive as a whole. `fsck` re-reads everything that was kept and
 * compares it with the rows and the audit log; `verify` checks the log's tree and checkpoints; `backup` and `restore`
 * copy an archive to another place or another version of PostgreSQL; `reindex` makes the search entries anew.
 *
 * Promise: none of these changes or removes an item. What does not hold is named, one finding each.
 */
export { type About, about } from './about.ts'
export { verifyArchive } from './archive-verification.ts'
export { type AttentionPoint, attentionPoints, indexDiffers, isCheckpointLate } from './attention.ts'
export { type AuditExport, exportEntries } from './audit-export.ts'
export { type BackupReport, backupArchive } from './backup.ts'
export { consoleActs } from './console-acts.ts'
export { createArchive } from './create.ts'
export { verifyExportedItem } from './exported-item.ts'
export { checkEverything, type FsckFinding, type FsckReport } from './fsck.ts'
export { checkIndex, type IndexCheck, lastIndexCheck } from './index-check.ts'
export { type LogState, logState } from './log-state.ts'
export { changeMasterKey, confirmMasterKeyCopied, type KeyState, keyState } from './master-key.ts'
export { archiveMetrics } from './metrics.ts'
export { archiveOverview, type ItemHistory, itemHistory, type Overview } from './overview.ts'
export { type ArchivePlace, archivePlace, freeSpace } from './place.ts'
export { reindex } from './reindex.ts'
export { requeueOpenRuns } from './requeue.ts'
export { restoreArchive } from './restore.ts'
export { SCRUBBED, type ScrubReport, scrubDatabase } from './scrub.ts'
export { type ArchiveStatus, archiveStatus } from './status.ts'
export { countUnmapped, type RunTrouble, runTroubles } from './trouble.ts'
export {
  getVerification,
  listVerifications,
  standingVerdict,
  startVerification,
  type Verification,
} from './verification.ts'
