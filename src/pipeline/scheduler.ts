/**
 * The scheduler: requests a run for each active connector whose time has come. Any number of processes may tick; a
 * connector's row is locked while its run is requested and its next time set, in one transaction, so each moment of a
 * schedule is one run. A moment that was missed (the program was not running, or another run was under way) is due at
 * once, and the run's window begins where the last one ended.
 */
import { getConnector, nextRunAfter } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { SYSTEM } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { insertRun, nextWindow, type Run } from './run.ts'

/** Requests the runs that are due now. */
export async function requestDueRuns(ground: Ground, queue: Queue): Promise<Run[]> {
  const due = await ground.database.query<{ connector_id: number }>(
    `select connector_id from connector where status = 'active' and next_run_at <= $1 order by connector_id`,
    [new Date(ground.clock.now())],
  )
  const runs: Run[] = []
  for (const { connector_id: connectorId } of due) {
    try {
      const run = await requestDueRun(ground, queue, connectorId)
      if (run) runs.push(run)
    } catch (error) {
      ground.log.warn({ connector: connectorId, error }, 'a scheduled run could not be requested')
    }
  }
  return runs
}

/** Null where another process was first, or a run is still under way: then the moment stays due. */
async function requestDueRun(ground: Ground, queue: Queue, connectorId: number): Promise<Run | null> {
  const now = ground.clock.now()
  return ground.database.transaction(async tx => {
    const ready = await tx.query(
      `select from connector c where connector_id = $1 and status = 'active' and next_run_at <= $2
       and not exists (select from run r where r.connector_id = c.connector_id
         and r.status in ('waiting', 'collecting', 'filing'))
       for no key update skip locked`,
      [connectorId, new Date(now)],
    )
    if (ready.length === 0) return null
    const connector = await getConnector(tx, connectorId)
    await tx.execute('update connector set next_run_at = $2 where connector_id = $1', [
      connectorId,
      new Date(nextRunAfter(connector.schedule, now)),
    ])
    const window = nextWindow(connector, new Date(now))
    // The site may have been ahead of this machine's clock: there is nothing to ask for yet.
    if (window.from >= window.to) return null
    return insertRun(tx, ground, queue, SYSTEM, connectorId, 'schedule', window)
  })
}
