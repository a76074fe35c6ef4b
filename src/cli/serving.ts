/**
 * What a serving archive does: everything that an archive at work does (`working.ts`), and besides it answers the portal
 * and the API, and raises alerts and delivers them. Loaded by the commands that serve, alone: workers and the other
 * commands need neither the memory nor the time that an HTTP server takes.
 */
import { deliverAlerts, evaluateAlerts } from '../alert/alert.ts'
import { listenApi } from '../api/api.ts'
import type { Ground } from '../ground.ts'
import { openQueue } from '../queue/queue.ts'
import { every, startWorking, type Working } from './working.ts'

const DELIVERY_EVERY = 5_000
const ALERTS_EVERY = 60_000

export type Serving = Working & {
  /** Where the portal is. */
  readonly url: string
  /** False where the portal's files are not there; the API answers all the same. */
  readonly portalBuilt: boolean
}

/** Starts serving with `workers` worker processes. LISTEN_REFUSED or LISTEN_TAKEN where the portal cannot be. */
export async function startServing(ground: Ground, workers: number): Promise<Serving> {
  const queue = await openQueue(ground.database, { log: ground.log })
  const api = await listenApi(ground, queue).catch(async error => {
    await queue.stop({ graceful: true })
    throw error
  })
  const working = await startWorking(ground, workers, queue)
  const stopped = new AbortController()
  const ticking = Promise.all([
    // Each on its own: a mail server that does not answer keeps nobody else waiting.
    every(ALERTS_EVERY, ground, stopped.signal, () => evaluateAlerts(ground)),
    every(DELIVERY_EVERY, ground, stopped.signal, () => deliverAlerts(ground, stopped.signal)),
  ])
  return {
    ...working,
    url: api.url,
    portalBuilt: api.portalBuilt,
    stop: async () => {
      stopped.abort()
      try {
        await api.stop()
        await ticking
      } finally {
        await working.stop()
      }
    },
  }
}
