/**
 * What an archive does whether or not anybody looks at it: numbers audit entries under signed checkpoints, requests the
 * runs that are due, cleans up, and keeps its worker processes alive. A worker that dies is replaced; its job goes back
 * into the queue by its heartbeat.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Sequencer } from '../audit/audit.ts'
import { childEnvironment } from '../config.ts'
import { requestDueErasures } from '../erasure/erasure.ts'
import { expireExports } from '../export/export.ts'
import type { Ground } from '../ground.ts'
import { requestDailyArchiving } from '../in-place-archive/in-place-archive.ts'
import { removeOrphans, removeStaged, requestDueRuns } from '../pipeline/pipeline.ts'
import { openQueue, type Queue } from '../queue/queue.ts'
import { requestDueDisposition, requestLabelQueries, sendEvaluations } from '../retention/retention.ts'
import { openSequencer } from './sequencer.ts'

const TICK = 5_000
const ORPHANS_EVERY = 6 * 3_600_000
const RESPAWN_PAUSE = 500
const STOP_PATIENCE = 15_000
/** A signal must not open a debugger into a process that holds keys and content (TM-2). */
const NO_INSPECTOR = '--disable-sigusr1'
/**
 * A batch is garbage soon after it is filed: a larger young generation keeps most of it from being moved to the old one,
 * and what is moved all the same is collected before it is more than what is in use.
 */
const HEAP = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--heap-growing-percent=100']
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type Working = {
  readonly queue: Queue
  readonly sequencer: Sequencer
  /** Stops the workers (who finish or give back what they hold), then the rest. */
  stop(): Promise<void>
}

/** Starts working with `workers` worker processes, over a queue that is open already or one of its own. */
export async function startWorking(ground: Ground, workers: number, opened?: Queue): Promise<Working> {
  const queue = opened ?? (await openQueue(ground.database, { log: ground.log }))
  const sequencer = openSequencer(ground)
  const pool = startWorkers(ground, workers)
  const stopped = new AbortController()
  const ticking = Promise.all([
    every(TICK, ground, stopped.signal, async () => {
      await requestDueRuns(ground, queue)
      await removeStaged(ground)
      await expireExports(ground)
      await requestDueDisposition(ground, queue)
      await requestDueErasures(ground, queue)
      await sendEvaluations(ground, queue)
      await requestLabelQueries(ground, queue)
      await requestDailyArchiving(ground, queue)
    }),
    // Beside the scheduler: to look through a large storage takes its time.
    every(ORPHANS_EVERY, ground, stopped.signal, () => removeOrphans(ground, stopped.signal)),
  ])
  return {
    queue,
    sequencer,
    stop: async () => {
      stopped.abort()
      try {
        await pool.stop()
        await ticking
        await queue.stop({ graceful: true })
      } finally {
        await sequencer.stop()
      }
    },
  }
}

/** Does `work` now and again after each pause, until stopped; what fails is tried again the next time. */
export async function every(
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
      [...new Set([...process.execArgv, NO_INSPECTOR, ...HEAP]), MAIN, 'worker'],
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
