/**
 * The in-place archive (docs/guide/in-place-archive.md): policies move older filings to the archive of their mailbox and
 * back, and objects of which all is archived to a cooler tier of a storage that has one.
 *
 * Promises: an archived message is read, searched, held, retained and disposed of as before. Where a filing is follows
 * from policy, date and day alone. No object goes to a tier that is offline.
 */
export {
  type ArchivePolicy,
  type ArchivePolicyDraft,
  changeArchivePolicy,
  createArchivePolicy,
  listArchivePolicies,
  listArchivePolicyMailboxes,
  removeArchivePolicy,
  showArchivePolicy,
} from './policy.ts'
export {
  performOpenArchiving,
  requestArchivingNow,
  requestDailyArchiving,
  requeueArchiving,
  workArchiving,
} from './run.ts'
export { inPlaceArchiveStatus, listArchivableMailboxes, listArchiveRuns } from './status.ts'
export { settleRestoredTiers } from './tier.ts'
