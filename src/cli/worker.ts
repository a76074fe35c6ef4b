/** A worker with all the jobs that there are: those of the flow, and those of what is built on it. */
import { workSearches } from '../ediscovery/ediscovery.ts'
import { workErasures } from '../erasure/erasure.ts'
import { workExports } from '../export/export.ts'
import type { Ground } from '../ground.ts'
import { workHolds } from '../hold/hold.ts'
import { workArchiving } from '../in-place-archive/in-place-archive.ts'
import { startWorker, type Worker } from '../pipeline/pipeline.ts'
import { workDispositions, workEvaluations, workLabelQueries } from '../retention/retention.ts'

/** Starts working; the ground stays the caller's to close. */
export async function startWholeWorker(ground: Ground): Promise<Worker> {
  const worker = await startWorker(ground)
  await workSearches(ground, worker.queue)
  const stopping = new AbortController()
  await workHolds(ground, worker.queue, stopping.signal)
  await workEvaluations(ground, worker.queue, stopping.signal)
  await workLabelQueries(ground, worker.queue, stopping.signal)
  await workDispositions(ground, worker.queue, stopping.signal)
  await workErasures(ground, worker.queue, stopping.signal)
  await workArchiving(ground, worker.queue, stopping.signal)
  await workExports(ground, worker.queue, stopping.signal)
  return {
    ...worker,
    stop: () => {
      // An export may take hours: it goes on elsewhere from its last segment.
      stopping.abort()
      return worker.stop()
    },
  }
}
