/**
 * Runs: one import of one window of a connector, from its request to its completeness statement.
 *
 * The window is of the site's own arrival time. It starts where the last complete run ended, less an hour of overlap,
 * and ends five minutes before the site's now, so that what is still arriving is left for the next; a missed day
 * widens it. Before any run was complete it starts a day before the connector was added, so that first runs that
 * failed leave no gap. A back-fill names its own window and leaves the connector's progress where it is.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Connector } from '../connector/connector.ts'
import { isUniqueViolation, type Sql, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { describeError } from '../log.ts'
import type { Queue } from '../queue/queue.ts'
import { brokenSums, COUNT_COLUMNS, type Counts, type Sum } from './outcome.ts'

export type RunStatus = 'waiting' | 'collecting' | 'filing' | 'complete' | 'incomplete' | 'failed'
export type RunTrigger = 'schedule' | 'manual' | 'back-fill'

export type Run = {
  readonly runId: number
  readonly connectorId: number
  readonly trigger: RunTrigger
  readonly window: { readonly from: Date; readonly to: Date }
  readonly status: RunStatus
  readonly cursor: string | null
  readonly collected: boolean
  readonly batches: number
  readonly batchesFiled: number
  /** The site's own count for the window; null until it was asked. */
  readonly sourceCount: number | null
  /** What the site said when collecting began: for progress alone, never for the sums. */
  readonly expectedCount: number | null
  readonly counts: Counts
  readonly requestedBy: string
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly completedAt: Date | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const OVERLAP = HOUR
/** What reached the site in the last minutes may still be settling there; it belongs to the next run. */
const SETTLING = 5 * MINUTE
const FIRST_WINDOW = 24 * HOUR

/** The window that a run of this connector covers next, at the site's time `siteNow`. */
export function nextWindow(
  connector: Pick<Connector, 'collectedUntil' | 'createdAt'>,
  siteNow: Date,
): { from: Date; to: Date } {
  const to = latestEnd(siteNow).getTime()
  const from = connector.collectedUntil
    ? connector.collectedUntil.getTime() - OVERLAP
    : Math.min(to, connector.createdAt.getTime()) - FIRST_WINDOW
  return { from: new Date(Math.min(from, to)), to: new Date(to) }
}

/** The end of the latest window that can be read at the site's time `siteNow`. */
export function latestEnd(siteNow: Date): Date {
  return new Date(siteNow.getTime() - SETTLING)
}

/**
 * Requests a run; it begins as soon as a worker is free. Needs the role Mailbox Import Export. RUN_OPEN if the
 * connector has one under way, WINDOW_INVALID if the window is empty, CONNECTOR_PAUSED, CONNECTOR_UNFINISHED.
 */
export async function requestRun(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  connector: Connector,
  trigger: RunTrigger,
  window: { from: Date; to: Date },
): Promise<Run> {
  requireRole(actor, 'Mailbox Import Export')
  if (!(window.from.getTime() < window.to.getTime()))
    throw new HoldfastError('WINDOW_INVALID', 'the window ends before it begins')
  if (connector.status === 'removed')
    throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connector.connectorId} was removed`)
  if (connector.status === 'draft')
    throw new HoldfastError(
      'CONNECTOR_UNFINISHED',
      `the setup of connector ${connector.connectorId} is not finished`,
    )
  if (connector.status === 'paused' && trigger === 'manual')
    throw new HoldfastError('CONNECTOR_PAUSED', `connector ${connector.connectorId} is paused`)
  try {
    return await ground.database.transaction(tx =>
      insertRun(tx, ground, queue, actor, connector.connectorId, trigger, window),
    )
  } catch (error) {
    if (isUniqueViolation(error))
      throw new HoldfastError('RUN_OPEN', `connector ${connector.connectorId} has a run under way`)
    throw error
  }
}

/** The run's row, its first job and its entry, in the caller's transaction; a unique violation if one is open. */
export async function insertRun(
  tx: Transaction,
  ground: Ground,
  queue: Queue,
  actor: Actor,
  connectorId: number,
  trigger: RunTrigger,
  window: { from: Date; to: Date },
): Promise<Run> {
  const [row] = await tx.query<{ run_id: number }>(
    `insert into run (connector_id, trigger, window_from, window_to, status, requested_by, created_at)
     values ($1, $2, $3, $4, 'waiting', $5, $6) returning run_id`,
    [connectorId, trigger, window.from, window.to, actor.name, new Date(ground.clock.now())],
  )
  const runId = row!.run_id
  await queue.send(tx, 'collect', { runId })
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'run.request',
    subject: `run:${runId}`,
    detail: {
      connector: connectorId,
      trigger,
      from: window.from.toISOString(),
      to: window.to.toISOString(),
    },
  })
  return getRun(tx, runId)
}

/** Ends a collected and filed run: complete if both sums hold, else incomplete, naming the sums that do not. */
export async function reconcileRun(ground: Ground, runId: number): Promise<Run> {
  return ground.database.transaction(async tx => {
    const [locked] = await tx.query<{ status: RunStatus }>(
      'select status from run where run_id = $1 for update',
      [runId],
    )
    const run = await getRun(tx, runId)
    if (locked?.status !== 'filing' || run.batches !== run.batchesFiled || run.sourceCount === null)
      return run
    const broken = brokenSums(run.counts, run.sourceCount)
    const status: RunStatus = broken.length === 0 ? 'complete' : 'incomplete'
    await tx.execute(
      'update run set status = $2, completed_at = $3, error_code = $4, error_message = $5 where run_id = $1',
      [
        runId,
        status,
        new Date(ground.clock.now()),
        broken.length > 0 ? 'RUN_INCOMPLETE' : null,
        broken.length > 0 ? broken.map(describeSum).join('; ') : null,
      ],
    )
    // A back-fill says nothing of what lies between its window and the progress, so it never moves it.
    if (status === 'complete' && run.trigger !== 'back-fill')
      await tx.execute(
        `update connector set collected_until = $2 where connector_id = $1
         and (collected_until is null or (collected_until < $2 and collected_until >= $3))`,
        [run.connectorId, run.window.to, run.window.from],
      )
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'system',
      act: `run.${status}`,
      subject: `run:${runId}`,
      detail: { sourceCount: run.sourceCount, ...run.counts },
    })
    return getRun(tx, runId)
  })
}

function describeSum({ name, left, right }: Sum): string {
  if (name === 'items') return `the site counts ${left} items in the window, ${right} are accounted for`
  if (name === 'read') return `${left} items were read, ${right} are accounted for`
  return `${left} filings were available for import, ${right} are accounted for`
}

/**
 * Ends a run that cannot be collected further (a refused sign-in, say); what was collected so far stays and is filed.
 * A run that another worker has meanwhile collected to its end is left alone.
 */
export async function failRun(ground: Ground, runId: number, error: HoldfastError): Promise<void> {
  await ground.database.transaction(async tx => {
    const changed = await tx.execute(
      `update run set status = 'failed', completed_at = $2, error_code = $3, error_message = $4
       where run_id = $1 and status in ('waiting', 'collecting')`,
      [runId, new Date(ground.clock.now()), error.code, error.message],
    )
    if (changed === 0) return
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'system',
      act: 'run.fail',
      subject: `run:${runId}`,
      detail: { code: error.code },
    })
  })
}

/** Notes on the run why it is not moving just now; the work is tried again. A run that has ended keeps its end. */
export async function noteTrouble(ground: Ground, runId: number, error: unknown): Promise<void> {
  // What is none of ours may quote its input, so its kind alone is noted.
  const trouble =
    error instanceof HoldfastError || error === null
      ? error
      : new HoldfastError('INTERNAL', JSON.stringify(describeError(error)))
  await ground.database.execute(
    `update run set error_code = $2, error_message = $3
     where run_id = $1 and status in ('waiting', 'collecting', 'filing')`,
    [runId, trouble?.code ?? null, trouble?.message ?? null],
  )
}

/** The run; RUN_UNKNOWN if there is none. */
export async function getRun(sql: Sql, runId: number): Promise<Run> {
  const [row] = await sql.query<Row>('select * from run where run_id = $1', [runId])
  if (!row) throw new HoldfastError('RUN_UNKNOWN', `there is no run ${runId}`)
  return fromRow(row)
}

export type RunFilter = {
  readonly connectorId?: number | undefined
  readonly statuses?: readonly RunStatus[] | undefined
  /** Runs whose window has a part of this stretch. */
  readonly overlaps?: { readonly from: Date; readonly to: Date } | undefined
  /** The last id of the page before. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Runs, newest first, of one connector or all. */
export async function listRuns(sql: Sql, filter: RunFilter): Promise<Run[]> {
  const rows = await sql.query<Row>(
    `select * from run where ($1::bigint is null or connector_id = $1) and ($2::bigint is null or run_id < $2)
       and ($3::text[] is null or status = any($3)) and ($4::timestamptz is null or window_to > $4)
       and ($5::timestamptz is null or window_from < $5)
     order by run_id desc limit $6`,
    [
      filter.connectorId ?? null,
      filter.before ?? null,
      filter.statuses ?? null,
      filter.overlaps?.from ?? null,
      filter.overlaps?.to ?? null,
      filter.limit,
    ],
  )
  return rows.map(fromRow)
}

type Row = Record<(typeof COUNT_COLUMNS)[keyof Counts], number> & {
  run_id: number
  connector_id: number
  trigger: RunTrigger
  window_from: Date
  window_to: Date
  status: RunStatus
  cursor: string | null
  collected: boolean
  batches: number
  batches_filed: number
  source_count: number | null
  expected_count: number | null
  requested_by: string
  created_at: Date
  started_at: Date | null
  completed_at: Date | null
  error_code: string | null
  error_message: string | null
}

function fromRow(row: Row): Run {
  const counts = Object.fromEntries(
    Object.entries(COUNT_COLUMNS).map(([name, column]) => [name, row[column]]),
  ) as unknown as Counts
  return {
    runId: row.run_id,
    connectorId: row.connector_id,
    trigger: row.trigger,
    window: { from: row.window_from, to: row.window_to },
    status: row.status,
    cursor: row.cursor,
    collected: row.collected,
    batches: row.batches,
    batchesFiled: row.batches_filed,
    sourceCount: row.source_count,
    expectedCount: row.expected_count,
    counts,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    errorCode: row.error_code,
    errorMessage: row.error_message,
  }
}
