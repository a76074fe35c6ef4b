/** Doing a job of searches here and now, for who waits for it; a worker that is at it as well is waited for. */
import { againOnConflict } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { performTermReport } from './perform-report.ts'
import { performSearchRun } from './perform-run.ts'

/** Returns when the run has ended, by whoever did it. */
export async function finishSearchRun(ground: Ground, searchRunId: number): Promise<void> {
  await againOnConflict(() => performSearchRun(ground, searchRunId))
}

/** Returns when the report has ended, by whoever made it. */
export async function finishTermReport(ground: Ground, termReportId: number): Promise<void> {
  await againOnConflict(() => performTermReport(ground, termReportId, new AbortController().signal))
}
