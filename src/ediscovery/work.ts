/** The jobs of searches: runs and term reports, one at a time in each worker, since each may read the whole index. */
import type { Transaction } from '../database/database.ts'
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

/** Sends the jobs of runs and reports that are not over, for a queue that has none; returns how many. */
export async function requeueSearches(tx: Transaction, queue: Queue): Promise<number> {
  const runs = await tx.query<{ id: number }>(
    `select search_run_id as id from search_run where status in ('waiting', 'working')`,
  )
  const reports = await tx.query<{ id: number }>(
    `select term_report_id as id from term_report where status in ('waiting', 'working')`,
  )
  for (const { id } of runs) await queue.send(tx, 'search-run', { searchRunId: id })
  for (const { id } of reports) await queue.send(tx, 'search-run', { termReportId: id })
  return runs.length + reports.length
}
