/** Puts the jobs of unfinished runs and replays into a queue that has none: a backup holds facts, not jobs, and jobs follow from them. */
import { requeueSearches } from '../ediscovery/ediscovery.ts'
import { requeueErasures } from '../erasure/erasure.ts'
import { requeueExports } from '../export/export.ts'
import type { Ground } from '../ground.ts'
import { requeueHolds } from '../hold/hold.ts'
import { requeueArchiving } from '../in-place-archive/in-place-archive.ts'
import { requeueWaitingText } from '../pipeline/pipeline.ts'
import { openQueue } from '../queue/queue.ts'
import { requeueDispositions, requeueEvaluations } from '../retention/retention.ts'

/** Enqueues what unfinished runs and replays need next; returns how many jobs. Doing a job twice harms nothing. */
export async function requeueOpenRuns(ground: Ground): Promise<number> {
  const queue = await openQueue(ground.database, { log: ground.log })
  try {
    return await ground.database.transaction(async tx => {
      const runs = await tx.query<{ run_id: number; collected: boolean; done: boolean }>(
        `select run_id, collected, collected and batches = batches_filed as done from run
         where status in ('waiting', 'collecting', 'filing')`,
      )
      const batches = await tx.query<{ batch_id: number }>(
        'select batch_id from batch where filed_at is null',
      )
      for (const { run_id: runId, collected, done } of runs) {
        if (!collected) await queue.send(tx, 'collect', { runId })
        else if (done) await queue.send(tx, 'reconcile', { runId })
      }
      for (const { batch_id: batchId } of batches) await queue.send(tx, 'file', { batchId })
      const replays = await tx.query<{ replay_id: number }>(
        'select replay_id from replay where completed_at is null',
      )
      for (const { replay_id: replayId } of replays) await queue.send(tx, 'replay', { replayId })
      const texts = await requeueWaitingText(tx, queue)
      const searches = await requeueSearches(tx, queue)
      const exports = await requeueExports(tx, queue)
      const holds = await requeueHolds(tx, queue)
      const evaluations = await requeueEvaluations(tx, queue)
      const dispositions = await requeueDispositions(tx, queue)
      const erasures = await requeueErasures(tx, queue)
      const archiving = await requeueArchiving(tx, queue)
      return (
        runs.filter(run => !run.collected || run.done).length +
        batches.length +
        replays.length +
        texts +
        searches +
        exports +
        holds +
        evaluations +
        dispositions +
        erasures +
        archiving
      )
    })
  } finally {
    await queue.stop({ graceful: false })
  }
}
