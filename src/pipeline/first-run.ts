/** The end of a connector's setup: the draft becomes a connector and its first import is requested, in one act. */
import { activateDraft, type Connector } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { insertRun, nextWindow, type Run } from './run.ts'

/**
 * Finishes the setup. The first import takes what reached the site in the last day, as Microsoft's connectors do, or
 * everything since `from`. CONNECTOR_UNFINISHED, CONNECTOR_EXISTS, MASTER_KEY_NOT_COPIED, REVISION_STALE;
 * WINDOW_INVALID where `from` is not in the past.
 */
export async function finishSetup(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  connectorId: number,
  options: { readonly revision: number; readonly from?: Date | undefined },
): Promise<{ readonly connector: Connector; readonly run: Run }> {
  return ground.database.transaction(async tx => {
    const connector = await activateDraft(tx, ground, actor, connectorId, options.revision)
    const next = nextWindow(connector, new Date(ground.clock.now()))
    const window = { from: options.from ?? next.from, to: next.to }
    if (window.from >= window.to)
      throw new HoldfastError('WINDOW_INVALID', 'the first import begins after its end, which is now')
    const run = await insertRun(tx, ground, queue, actor, connectorId, 'manual', window)
    return { connector, run }
  })
}
