/**
 * What a serving archive does: answers the portal and the API, numbers audit entries under signed checkpoints, requests
 * the runs that are due, raises alerts, cleans up, and keeps its worker processes alive. A worker that dies is
 * replaced; its job goes back into the queue by its heartbeat.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { deliverAlerts, evaluateAlerts } from '../alert/alert.ts'
import { listenApi } from '../api/api.ts'
import { type Sequencer, startSequencer } from '../audit/audit.ts'
import { childEnvironment } from '../config.ts'
import type { Ground } from '../ground.ts'
import { removeOrphans, removeStaged, requestDueRuns } from '../pipeline/pipeline.ts'
import { openQueue, type Queue } from '../queue/queue.ts'

const TICK = 5_000
const ALERTS_EVERY = 60_000
const ORPHANS_EVERY = 6 * 3_600_000
const RESPAWN_PAUSE = 500
const STOP_PATIENCE = 15_000
/** A signal must not open a debugger into a process that holds keys and content (TM-2). */
const NO_INSPECTOR = '--disable-sigusr1'
/** A batch is garbage soon after it is filed: a larger young generation keeps it from being moved to the old one. */
const YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=32']
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type Serving = {
  readonly queue: Queue
  readonly sequencer: Sequencer
  /** Where the portal is. */
  readonly url: string
  /** Stops the workers (who finish or give back what they hold), then the rest. */
  stop(): Promise<void>
}

/** Starts serving with `workers` worker processes. LISTEN_REFUSED or LISTEN_TAKEN where the portal cannot be. */
export async function startServing(ground: Ground, workers: number): Promise<Serving> {
  const queue = await openQueue(ground.database, { log: ground.log })
  const api = await listenApi(ground, queue).catch(async error => {
    await queue.stop({ graceful: true })
    throw error
  })
  const sequencer = openSequencer(ground)
  const pool = startWorkers(ground, workers)
  const stopped = new AbortController()
  const ticking = Promise.all([
    every(TICK, ground, stopped.signal, async () => {
      await requestDueRuns(ground, queue)
      await removeStaged(ground)
    }),
    // Each on its own: a mail server that does not answer keeps nobody else waiting.
    every(ALERTS_EVERY, ground, stopped.signal, () => evaluateAlerts(ground)),
    every(TICK, ground, stopped.signal, () => deliverAlerts(ground)),
    // Beside the scheduler: to look through a large storage takes its time.
    every(ORPHANS_EVERY, ground, stopped.signal, () => removeOrphans(ground, stopped.signal)),
  ])
  return {
    queue,
    sequencer,
    url: api.url,
    stop: async () => {
      stopped.abort()
      try {
        await api.stop()
        await pool.stop()
        await ticking
        await queue.stop({ graceful: true })
      } finally {
        await sequencer.stop()
      }
    },
  }
}

/** The sequencer of this archive, as its configuration sets it up. */
export function openSequencer(ground: Ground): Sequencer {
  return startSequencer({
    database: ground.database,
    keyring: ground.keyring,
    storage: ground.storage,
    clock: ground.clock,
    log: ground.log,
    archiveId: ground.archive.archiveId,
    epoch: ground.archive.logEpoch,
    ...(ground.config.checkpointFolder ? { mirrorFolder: ground.config.checkpointFolder } : {}),
  })
}

/** Does `work` now and again after each pause, until stopped; what fails is tried again the next time. */
async function every(
  pause: number,
  ground: Ground,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work()
    } catch (error) {
      ground.log.error({ error }, 'what recurs will be tried again')
    }
    await ground.clock.sleep(pause, signal).catch(() => {})
  }
}

function startWorkers(ground: Ground, count: number): { stop(): Promise<void> } {
  const children = new Set<ChildProcess>()
  let stopping = false
  const start = () => {
    // The channel tells the worker when this process is gone, however it went.
    const child = spawn(
      process.execPath,
      [...new Set([...process.execArgv, NO_INSPECTOR, ...YOUNG_GENERATION]), MAIN, 'worker'],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: childEnvironment(ground.config),
        // Ctrl-C goes to the whole process group; workers are told to stop by us, in order.
        detached: true,
      },
    )
    children.add(child)
    const replace = (why: Record<string, unknown>) => {
      if (!children.delete(child) || stopping) return
      ground.log.warn(why, 'a worker ended and is replaced')
      setTimeout(() => stopping || start(), RESPAWN_PAUSE)
    }
    child.on('exit', (code, signal) => replace({ code, signal }))
    // A process that could not be started has no exit; without a listener it would end this one.
    child.on('error', error => {
      if (child.pid === undefined) replace({ error })
    })
  }
  for (let index = 0; index < count; index++) start()
  return {
    stop: async () => {
      stopping = true
      const ended = [...children].map(
        child => new Promise<void>(resolve => child.once('exit', () => resolve())),
      )
      for (const child of children) child.kill('SIGTERM')
      const impatience = setTimeout(() => {
        for (const child of children) child.kill('SIGKILL')
      }, STOP_PATIENCE)
      await Promise.all(ended)
      clearTimeout(impatience)
    },
  }
}
