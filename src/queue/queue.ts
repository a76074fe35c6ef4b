/**
 * The queue of jobs between the stages, on pg-boss in schema `pgboss`: a job commits with the facts that cause it, is
 * done at least once, and outlives whoever was doing it.
 *
 * Promises: a job sent in a transaction that rolls back was never sent. A job whose worker died is taken up by another
 * within 30 s, however often that happens: heartbeats of 10 s are watched every 2 s by every process that has the
 * queue open, and no number of retries is ever the last. A job that throws is tried again after 1 s, then less and
 * less often, at least every 8 s. Since a stalled worker is taken for dead, two may do the same job at once; handlers
 * lock the row that the job is about. Jobs carry ids only, never content: they are stored as they are.
 */
import { randomUUID } from 'node:crypto'
import { PgBoss } from 'pg-boss'
import type { Database, Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { QUEUE_SETTINGS } from './queue-settings.ts'

export { createQueues } from './queue-schema.ts'

type SendOptions = {
  /** While a job with this key waits, a further one is not added. One that is being worked on does not count. */
  readonly singletonKey?: string
  /** Not before this time. */
  readonly startAfter?: Date
}

export type Queue = {
  /** Adds a job in the caller's transaction. */
  send(tx: Sql, name: string, data: object, options?: SendOptions): Promise<void>
  /**
   * Calls `handler` for each job of the queue, `concurrency` at a time. It is done when the handler resolves and tried
   * again when it throws. `signal` aborts when the queue stops without grace or the job has run for a day.
   */
  work<Job extends object>(
    name: string,
    options: { concurrency: number },
    handler: (data: Job, signal: AbortSignal) => Promise<void>,
  ): Promise<void>
  /**
   * Takes no further jobs. With grace, those under way may end first (for at most 30 s); what has not ended is
   * aborted and given back to the queue.
   */
  stop(options: { graceful: boolean }): Promise<void>
}

const GRACE_MS = 30_000
const COMPLAIN_EVERY_MS = 10_000

/**
 * What the queue keeps of an error: jobs are stored in the open, and foreign errors can quote their input. The code is
 * kept, and the message of our own alone.
 */
function withoutContent(error: unknown): Error {
  if (error instanceof HoldfastError) return new Error(`${error.code}: ${error.message}`)
  const code = (error as { code?: unknown } | null)?.code
  const name = error instanceof Error ? error.name : typeof error
  return new Error(typeof code === 'string' ? `${name} ${code}` : name)
}

function bare(error: Error): Error {
  // pg-boss stores the stack as well, whose first line is the message.
  const stored = withoutContent(error)
  delete stored.stack
  return stored
}

/** Opens the queue on `database`. Throws DATABASE_UNREACHABLE, or SCHEMA_MISSING if createQueues never ran. */
export async function openQueue(database: Database, options: { log: Logger }): Promise<Queue> {
  const { log } = options
  const boss = new PgBoss({
    ...QUEUE_SETTINGS,
    // Connections of its own: heartbeats must not wait behind the transactions of the jobs they speak for.
    connectionString: database.url,
    application_name: 'holdfast queue',
    max: 4,
    migrate: false,
    useListenNotify: true,
    supervise: true,
  })
  let stopping = false
  // While the database is away each poll fails, dozens a second: one line in ten seconds says as much.
  let complained = false
  boss.on('error', error => {
    if (stopping || complained) return
    complained = true
    setTimeout(() => {
      complained = false
    }, COMPLAIN_EVERY_MS).unref()
    log.warn({ error: withoutContent(error) }, 'the queue will try again')
  })
  try {
    await boss.start()
  } catch (cause) {
    await boss.stop({ graceful: false }).catch(() => {})
    const code = (cause as { code?: string }).code
    if (
      code === undefined &&
      cause instanceof Error &&
      /not installed|requires migrations/.test(cause.message)
    ) {
      throw new HoldfastError('SCHEMA_MISSING', "the queue's tables are not there or of another version", {
        cause,
      })
    }
    throw new HoldfastError('DATABASE_UNREACHABLE', `the queue${code ? ` (${code})` : ''}`, { cause })
  }
  const names = new Set<string>()

  return {
    send: async (tx, name, data, { singletonKey, startAfter } = {}) => {
      await boss.send(name, data, {
        // The queue's policy allows one waiting job per key, and no key counts as one.
        singletonKey: singletonKey ?? randomUUID(),
        ...(startAfter ? { startAfter } : {}),
        db: { executeSql: async (text, values) => ({ rows: await tx.query(text, values) }) },
      })
    },

    work: async <Job extends object>(
      name: string,
      { concurrency }: { concurrency: number },
      handler: (data: Job, signal: AbortSignal) => Promise<void>,
    ) => {
      names.add(name)
      for (let index = 0; index < concurrency; index++) {
        let id = ''
        id = await boss.work<Job>(
          name,
          { batchSize: 1, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 },
          async ([job]) => {
            try {
              await handler(job!.data, job!.signal)
            } catch (error) {
              if (!stopping) log.warn({ error, queue: name, job: job!.id }, 'a job failed and is tried again')
              throw bare(error as Error)
            } finally {
              // A worker that had a job asks for the next at once, not after the polling interval.
              boss.notifyWorker(id)
            }
          },
        )
      }
    },

    stop: async ({ graceful }) => {
      if (stopping) return
      stopping = true
      const settled = Promise.all([...names].map(name => boss.offWork(name, { wait: true })))
      if (graceful) {
        const patience = Promise.withResolvers<void>()
        const timer = setTimeout(patience.resolve, GRACE_MS)
        await Promise.race([settled, patience.promise]).finally(() => clearTimeout(timer))
      }
      await boss.stop({ graceful: false })
    },
  }
}
