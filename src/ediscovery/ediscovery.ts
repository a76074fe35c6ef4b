/**
 * Searches that outlast the moment: saved searches, their runs, what two runs differ in, and term reports
 * (docs/guide/saved-searches.md).
 *
 * Promises: a run is complete, of one snapshot, and says what it could not look into; what it found is kept, so that
 * two runs can be compared and an export made of exactly that. Queries, names and descriptions are sealed, since they
 * can say as much as a message; what is kept readable is item ids, counts and times. A run looks no further than the
 * boundary of who asked for it, and is seen only by who reaches as far; everybody sees their own, and who holds Case
 * Management without a limit sees all. Every act leaves its entry in its own transaction.
 */
export { compareRuns, GONE_REASONS } from './comparison.ts'
export { finishSearchRun, finishTermReport } from './finishing.ts'
export { selectRun } from './perform-run.ts'
export { admitRun, readDifference, readRun } from './reading-run.ts'
export {
  addSavedSearch,
  editSavedSearch,
  RUNS_KEPT,
  removeSavedSearch,
  type SavedSearch,
  showSavedSearch,
} from './saved-search.ts'
export { listSavedSearches } from './saved-search-list.ts'
export {
  listSearchRuns,
  removeSearchRun,
  requestSearchRun,
  type SearchRun,
  showSearchRun,
} from './search-run.ts'
export { termReportCsv } from './term-csv.ts'
export {
  checkTermLines,
  listTermReports,
  removeTermReport,
  requestTermReport,
  showTermReport,
  termReportProgress,
} from './term-report.ts'
export { requeueSearches, workSearches } from './work.ts'
