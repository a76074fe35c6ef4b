/**
 * The pipeline: the only place that knows the order of the flow. A run is requested, collected page by page into
 * staging, filed batch by batch into vault, mailboxes and search, and reconciled (DESIGN.md section 2). Each stage
 * commits its facts together with the job that follows from them; no stage calls the next one.
 *
 * Promises: killed anywhere and any number of times, a run goes on by itself and completes; nothing is lost, nothing
 * doubled; both sums are checked, and one that does not add up is shown as an error.
 */
export { type Failure, listFailures } from './failure.ts'
export { participantsJson } from './file-rows.ts'
export { removeOrphans, removeStaged } from './janitor.ts'
export { brokenSums, type Counts } from './outcome.ts'
export { type ReplayReport, replayFailures } from './replay.ts'
export { getRun, listRuns, nextWindow, type Run, requestRun } from './run.ts'
export { requestDueRuns } from './scheduler.ts'
export { listUnmapped, type UnmappedUser } from './unmapped.ts'
export { startWorker, type Worker } from './worker.ts'
