/**
 * The pipeline: the only place that knows the order of the flow. A run is requested, collected page by page into
 * staging, filed batch by batch into vault, mailboxes and search, and reconciled (DESIGN.md section 2). Each stage
 * commits its facts together with the job that follows from them; no stage calls the next one.
 *
 * Promises: killed anywhere and any number of times, a run goes on by itself and completes; nothing is lost, nothing
 * doubled; both sums are checked, and one that does not add up is shown as an error.
 */
export { type Assignment, assignUnmapped } from './assign.ts'
export { requeueAttachmentText, requeueWaitingText } from './attachment-waiting.ts'
export { type BackFillPreview, previewBackFill } from './back-fill.ts'
export {
  type CalendarDay,
  type ConnectorCalendar,
  completenessCalendar,
  type DayState,
} from './calendar.ts'
export {
  type ConnectorState,
  countConnectors,
  type ListedConnector,
  listConnectorStates,
} from './connector-list.ts'
export {
  type ConnectorFailure,
  countFailures,
  type Failure,
  type FailureCount,
  failuresCsv,
  listConnectorFailures,
  listFailures,
} from './failure.ts'
export { participantsJson } from './file-rows.ts'
export { finishSetup } from './first-run.ts'
export { countItems, foldItemDays, type ItemDay, readItemDays } from './item-day.ts'
export { removeOrphans, removeStaged } from './janitor.ts'
export { accountedItems, brokenSums, type Counts } from './outcome.ts'
export { newestRun, type RunProgress, readProgress, readRunsAfter } from './progress.ts'
export { type ReplayReport, replayFailures } from './replay.ts'
export { finishSoon, getReplay, listReplays, type Replay, requestReplay } from './replay-job.ts'
export {
  getRun,
  listRuns,
  nextWindow,
  type Run,
  type RunFilter,
  type RunStatus,
  type RunTrigger,
  requestRun,
} from './run.ts'
export { runsCsv } from './run-table.ts'
export { requestDueRuns } from './scheduler.ts'
export { readSealed, type SealedRow } from './sealed-facts.ts'
export {
  countUnmapped,
  listUnmapped,
  listUnmappedParties,
  pageUnmapped,
  type UnmappedFilter,
  type UnmappedNumber,
  type UnmappedParty,
  type UnmappedUser,
} from './unmapped.ts'
export { startWorker, type Worker } from './worker.ts'
