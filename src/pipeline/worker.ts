/** A worker: takes the flow's jobs from the queue and does them, until it is told to stop. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { openQueue, type Queue } from '../queue/queue.ts'
import { mergePending } from '../search/search.ts'
import { workOnAttachmentText } from './attachment-text.ts'
import { openBearings } from './bearings.ts'
import { collectRun } from './collect.ts'
import { fileBatch } from './file-batch.ts'
import { removeStaged } from './janitor.ts'
import { performReplay } from './replay-job.ts'
import { reconcileRun } from './run.ts'

/** Two batches at a time: while one waits for the database or the disk, the other is read and sealed. */
const FILING_CONCURRENCY = 2

export type Worker = { readonly queue: Queue; stop(): Promise<void> }

/** Starts working; the ground stays the caller's to close. */
export async function startWorker(ground: Ground): Promise<Worker> {
  const queue = await openQueue(ground.database, { log: ground.log })
  const bearings = openBearings(ground)
  const stopping = new AbortController()
  await queue.work<{ runId: number }>('collect', { concurrency: 4 }, ({ runId }, signal) =>
    collectRun(ground, queue, runId, AbortSignal.any([signal, stopping.signal])),
  )
  await queue.work<{ batchId: number }>('file', { concurrency: FILING_CONCURRENCY }, async ({ batchId }) => {
    await fileBatch(ground, queue, bearings, batchId)
    await removeStaged(ground)
  })
  await queue.work<{ runId: number }>('reconcile', { concurrency: 1 }, async ({ runId }) => {
    const run = await reconcileRun(ground, runId)
    if (run.status === 'incomplete')
      ground.log.error(
        { run: runId, error: new HoldfastError('RUN_INCOMPLETE', run.errorMessage ?? '') },
        'incomplete',
      )
    await mergePending(ground.database, ground.keyring)
  })
  await queue.work<{ replayId: number }>('replay', { concurrency: 1 }, ({ replayId }, signal) =>
    performReplay(ground, queue, bearings, replayId, AbortSignal.any([signal, stopping.signal])),
  )
  const texts = await workOnAttachmentText(ground, queue, stopping.signal)
  return {
    queue,
    stop: () => {
      const stopped = queue.stop({ graceful: true })
      // A batch is soon filed, but a collection may take hours: it goes on elsewhere from its cursor.
      stopping.abort()
      return stopped.finally(() => texts.end())
    },
  }
}
