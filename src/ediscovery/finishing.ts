/** Doing a job of searches here and now, for who waits for it; a worker that is at it as well is waited for. */
import { isConflict } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { performTermReport } from './perform-report.ts'
import { performSearchRun } from './perform-run.ts'

/** Returns when the run has ended, by whoever did it. */
export async function finishSearchRun(ground: Ground, searchRunId: number): Promise<void> {
  await untilDone(() => performSearchRun(ground, searchRunId))
}

/** Returns when the report has ended, by whoever made it. */
export async function finishTermReport(ground: Ground, termReportId: number): Promise<void> {
  await untilDone(() => performTermReport(ground, termReportId, new AbortController().signal))
}

/** A worker that was quicker by a moment makes our own attempt fail; the next one finds it done. */
async function untilDone(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }
}
