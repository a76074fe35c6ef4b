/**
 * What a serving archive does besides answering: numbers audit entries under signed checkpoints, requests the runs
 * that are due, cleans up, and keeps its worker processes alive. A worker that dies is replaced; its job goes back
 * into the queue by its heartbeat.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Sequencer, startSequencer } from '../audit/audit.ts'
import { childEnvironment } from '../config.ts'
import type { Ground } from '../ground.ts'
import { removeOrphans, removeStaged, requestDueRuns } from '../pipeline/pipeline.ts'
import { openQueue, type Queue } from '../queue/queue.ts'

const TICK = 5_000
const ORPHANS_EVERY = 6 * 3_600_000
const RESPAWN_PAUSE = 500
const STOP_PATIENCE = 15_000
/** A signal must not open a debugger into a process that holds keys and content (TM-2). */
const NO_INSPECTOR = '--disable-sigusr1'
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type Serving = {
  readonly queue: Queue
  readonly sequencer: Sequencer
  /** Stops the workers (who finish or give back what they hold), then the rest. */
  stop(): Promise<void>
}

/** Starts serving with `workers` worker processes. */
export async function startServing(ground: Ground, workers: number): Promise<Serving> {
  const sequencer = openSequencer(ground)
  const queue = await openQueue(ground.database, { log: ground.log })
  const pool = startWorkers(ground, workers)
  const stopped = new AbortController()
  const ticking = tick(ground, queue, stopped.signal)
  return {
    queue,
    sequencer,
    stop: async () => {
      stopped.abort()
      await ticking
      await pool.stop()
      await queue.stop({ graceful: true })
      await sequencer.stop()
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

async function tick(ground: Ground, queue: Queue, signal: AbortSignal): Promise<void> {
  let orphansAt = ground.clock.now()
  while (!signal.aborted) {
    try {
      await requestDueRuns(ground, queue)
      await removeStaged(ground)
      if (ground.clock.now() >= orphansAt) {
        orphansAt = ground.clock.now() + ORPHANS_EVERY
        await removeOrphans(ground)
      }
    } catch (error) {
      ground.log.error({ error }, 'the scheduler will try again')
    }
    await ground.clock.sleep(TICK, signal).catch(() => {})
  }
}

function startWorkers(ground: Ground, count: number): { stop(): Promise<void> } {
  const children = new Set<ChildProcess>()
  let stopping = false
  const start = () => {
    // The channel tells the worker when this process is gone, however it went.
    const child = spawn(process.execPath, [...new Set([...process.execArgv, NO_INSPECTOR]), MAIN, 'worker'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: childEnvironment(ground.config),
      // Ctrl-C goes to the whole process group; workers are told to stop by us, in order.
      detached: true,
    })
    children.add(child)
    child.on('exit', (code, signal) => {
      children.delete(child)
      if (stopping) return
      ground.log.warn({ code, signal }, 'a worker ended and is replaced')
      setTimeout(() => stopping || start(), RESPAWN_PAUSE)
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
