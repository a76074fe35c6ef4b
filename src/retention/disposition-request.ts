/** Runs of disposal: asked for by the day's schedule, by a person or by the end of a review, worked on, and listed. */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { compareClocks } from './disposition-clocks.ts'
import { performDisposition } from './disposition-run.ts'
import { DISPOSES, readSetting, recordSteering } from './disposition-settings.ts'

export const RUN_CAUSES = ['schedule', 'person', 'review'] as const
export const RUN_STATES = ['waiting', 'running', 'complete', 'stopped'] as const

export type DispositionRun = {
  readonly runId: number
  readonly cause: (typeof RUN_CAUSES)[number]
  readonly requestedBy: string
  readonly requestedAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly state: (typeof RUN_STATES)[number]
  /** Why it stopped: the code of an error. */
  readonly code: string | null
  /** Filings that were due when it began, those in review left out; null for what a review let go. */
  readonly due: number | null
  readonly filings: number
  readonly items: number
  readonly reviewed: number
  readonly kept: number
  readonly lapsed: number
  /** The disposals, each with its proof. */
  readonly disposalIds: readonly number[]
}

const SELECT = `select run_id as "runId", cause, requested_by as "requestedBy", requested_at as "requestedAt",
  started_at as "startedAt", ended_at as "endedAt", state, code, due, filings, items, reviewed, kept, lapsed,
  disposal_ids as "disposalIds" from disposition_run`

const DAY = 86_400_000

/** Adds a run and its job; null where the day has its scheduled run already. */
export async function addRun(
  tx: Transaction,
  queue: Queue,
  requestedBy: string,
  cause: DispositionRun['cause'],
  now: number,
): Promise<number | null> {
  const [row] = await tx.query<{ run_id: number }>(
    `insert into disposition_run (cause, day, requested_by, requested_at)
     values ($1, ($3::timestamptz at time zone 'UTC')::date, $2, $3)
     on conflict (day) where cause = 'schedule' do nothing returning run_id`,
    [cause, requestedBy, new Date(now)],
  )
  if (!row) return null
  await queue.send(tx, 'disposition', { runId: row.run_id })
  return row.run_id
}

/**
 * Asks for a run now, beside the scheduled one. DISPOSITION_PAUSED and DISPOSITION_CLOCKS where it would stop before it
 * began; one that waits already is answered with.
 */
export async function requestDisposition(
  ground: Ground,
  queue: Queue,
  actor: Actor,
): Promise<DispositionRun> {
  requireRole(actor, DISPOSES)
  return ground.database.transaction(async tx => {
    const setting = await readSetting(tx)
    if (setting.paused_at !== null) throw new HoldfastError('DISPOSITION_PAUSED', 'disposal is paused')
    const { trouble } = await compareClocks(ground, tx, setting.checked_size)
    if (trouble) throw new HoldfastError('DISPOSITION_CLOCKS', `the clocks disagree: ${trouble}`)
    const runId = (await addRun(tx, queue, actor.name, 'person', ground.clock.now()))!
    await recordSteering(ground, tx, actor, 'disposition.request', { run: runId })
    return findRun(tx, runId)
  })
}

/** Asks for the day's run once its time has come; to be called every few seconds by whoever serves. */
export async function requestDueDisposition(ground: Ground, queue: Queue): Promise<void> {
  const now = ground.clock.now()
  const dueAt = runMoment(now, (await readSetting(ground.database)).run_minute)
  // An archive's first day is over before anything of it can be due.
  if (now < dueAt || dueAt < ground.archive.createdAt.getTime()) return
  const [today] = await ground.database.query(
    `select from disposition_run where cause = 'schedule' and day = ($1::timestamptz at time zone 'UTC')::date`,
    [new Date(now)],
  )
  if (!today) await ground.database.transaction(tx => addRun(tx, queue, 'system', 'schedule', now))
}

/** The moment of the day's run, that of `now` in UTC. */
const runMoment = (now: number, minute: number): number => Math.floor(now / DAY) * DAY + minute * 60_000

/** When the next scheduled run begins. */
export async function nextRunAt(ground: Ground, sql: Sql, minute: number): Promise<Date> {
  const now = ground.clock.now()
  const today = runMoment(now, minute)
  const [run] = await sql.query(
    `select from disposition_run where cause = 'schedule' and day = ($1::timestamptz at time zone 'UTC')::date`,
    [new Date(now)],
  )
  const isOver = run !== undefined || today < ground.archive.createdAt.getTime()
  return new Date(isOver ? today + DAY : Math.max(today, now))
}

/** Takes the jobs from a worker's queue, one at a time, until it stops. */
export async function workDispositions(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<{ runId: number }>('disposition', { concurrency: 1 }, ({ runId }, signal) =>
    performDisposition(ground, runId, AbortSignal.any([signal, stopping])),
  )
}

/** Sends the jobs of runs that have not ended, for a queue that has none; returns how many. */
export async function requeueDispositions(tx: Transaction, queue: Queue): Promise<number> {
  const open = await tx.query<{ run_id: number }>(
    'select run_id from disposition_run where ended_at is null order by run_id',
  )
  for (const row of open) await queue.send(tx, 'disposition', { runId: row.run_id })
  return open.length
}

/** DISPOSITION_RUN_UNKNOWN if there is none. */
async function findRun(sql: Sql, runId: number): Promise<DispositionRun> {
  const [run] = await sql.query<DispositionRun>(`${SELECT} where run_id = $1::bigint`, [runId])
  if (!run) throw new HoldfastError('DISPOSITION_RUN_UNKNOWN', `there is no run ${runId} of disposal`)
  return run
}

export async function showDispositionRun(
  ground: Ground,
  actor: Actor,
  runId: number,
): Promise<DispositionRun> {
  requireRole(actor, DISPOSES)
  return findRun(ground.database, runId)
}

/** Runs, newest first; `after` is the last one of the page before. */
export async function listDispositionRuns(
  ground: Ground,
  actor: Actor,
  page: { readonly after?: number; readonly limit: number },
): Promise<{ runs: DispositionRun[]; next: number | null; total: number }> {
  requireRole(actor, DISPOSES)
  const rows = await ground.database.query<DispositionRun>(
    `${SELECT} where $1::bigint is null or run_id < $1 order by run_id desc limit $2`,
    [page.after ?? null, page.limit + 1],
  )
  const [count] = await ground.database.query<{ total: number }>(
    'select count(*) as total from disposition_run',
  )
  const runs = rows.slice(0, page.limit)
  return { runs, next: rows.length > page.limit ? runs.at(-1)!.runId : null, total: count!.total }
}
