/** The jobs of searches: runs and term reports, one at a time in each worker, since each may read the whole index. */
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import { performTermReport } from './perform-report.ts'
import { performSearchRun } from './perform-run.ts'

type Job = { readonly searchRunId: number } | { readonly termReportId: number }

/** Takes the jobs of searches from a worker's queue until it stops. */
export async function workSearches(ground: Ground, queue: Queue): Promise<void> {
  await queue.work<Job>('search-run', { concurrency: 1 }, (job, signal) =>
    'searchRunId' in job
      ? performSearchRun(ground, job.searchRunId)
      : performTermReport(ground, job.termReportId, signal),
  )
}
