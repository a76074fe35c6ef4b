/**
 * The scheduler: requests a run for each active connector whose time has come. Any number of processes may tick; a
 * connector's row is locked while its next time is set, so each moment of a schedule is one run. A moment that was
 * missed (the program was not running) is due at once, and the run's window begins where the last one ended.
 */
import { type Connector, getConnector, nextRunAfter } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { SYSTEM } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { nextWindow, type Run, requestRun } from './run.ts'

/** Requests the runs that are due now. */
export async function requestDueRuns(ground: Ground, queue: Queue): Promise<Run[]> {
  const now = ground.clock.now()
  const due = await ground.database.transaction(async tx => {
    const rows = await tx.query<{ connector_id: number }>(
      `select connector_id from connector where status = 'active' and next_run_at <= $1
       order by connector_id for update skip locked`,
      [new Date(now)],
    )
    const connectors: Connector[] = []
    for (const row of rows) {
      const connector = await getConnector(tx, row.connector_id)
      connectors.push(connector)
      await tx.execute('update connector set next_run_at = $2 where connector_id = $1', [
        connector.connectorId,
        new Date(nextRunAfter(connector.schedule, now)),
      ])
    }
    return connectors
  })
  const runs: Run[] = []
  for (const connector of due) {
    try {
      const window = nextWindow(connector.collectedUntil, new Date(now))
      runs.push(await requestRun(ground, queue, SYSTEM, connector, 'schedule', window))
    } catch (error) {
      ground.log.warn({ connector: connector.connectorId, error }, 'a scheduled run could not be requested')
    }
  }
  return runs
}
