/**
 * What is wrong with imports just now, connector by connector: refused sign-ins, failed runs, sums that do not add
 * up, moments of the schedule that passed without a complete run, and numbers that lead to no mailbox. The home page
 * shows it, and alerts are made of it.
 */
import { type Connector, listConnectors, nextRunAfter } from '../connector/connector.ts'
import type { Sql } from '../database/database.ts'

/** `open`: it is so. `unclear`: what will decide it is under way, so nothing is said anew and nothing taken back. */
type Certainty = 'open' | 'unclear'

export type RunTrouble = {
  readonly kind: 'sign-in-refused' | 'run-failed' | 'sum-differs' | 'run-missed'
  readonly connectorId: number
  readonly name: string
  readonly runId: number | null
  readonly code: string | null
  /** Of a missed run: the moment at which it was due. */
  readonly dueAt: Date | null
  readonly certainty: Certainty
}

type RunRow = {
  connector_id: number
  run_id: number
  trigger: string
  status: string
  error_code: string | null
  created_at: Date
}

const HOUR = 3_600_000
/** As far back a sum that does not add up is remembered. */
const MEMORY = 90 * 24 * HOUR
/** The newest runs of a connector: enough to find the last that tells something. */
const NEWEST = 20
const SIGN_IN = /^SITE_SIGN_IN_/

/** The trouble of each active connector; `hours` after its due time a run is missed. */
export async function runTroubles(sql: Sql, now: number, hours: number): Promise<RunTrouble[]> {
  const connectors = (await listConnectors(sql)).filter(connector => connector.status === 'active')
  const ids = connectors.map(connector => connector.connectorId)
  const newest = await sql.query<RunRow>(
    `select r.connector_id, r.run_id, r.trigger, r.status, r.error_code, r.created_at
     from unnest($1::integer[]) as c (connector_id) cross join lateral (
       select * from run where run.connector_id = c.connector_id order by run_id desc limit ${NEWEST}) r
     order by r.run_id desc`,
    [ids],
  )
  const incomplete = await sql.query<RunRow>(
    `select connector_id, run_id, trigger, status, error_code, created_at from run r
     where status = 'incomplete' and connector_id = any($1::integer[]) and created_at > $2 and not exists (
       select from run l where l.connector_id = r.connector_id and l.run_id > r.run_id and l.status = 'complete'
         and l.window_from <= r.window_from and l.window_to >= r.window_to)
     order by run_id desc`,
    [ids, new Date(now - MEMORY)],
  )
  const complete = await sql.query<{ connector_id: number; at: Date | null }>(
    `select c.connector_id, (select completed_at from run where run.connector_id = c.connector_id
       and status = 'complete' and trigger <> 'back-fill' order by run_id desc limit 1) as at
     from unnest($1::integer[]) as c (connector_id)`,
    [ids],
  )
  return connectors.flatMap(connector => {
    const own = <Row extends { connector_id: number }>(rows: readonly Row[]) =>
      rows.filter(row => row.connector_id === connector.connectorId)
    const runs = own(newest)
    return [
      ...endedBadly(connector, runs),
      ...own(incomplete).map(run => trouble(connector, 'sum-differs', run, 'open')),
      ...missed(connector, runs, own(complete)[0]?.at ?? null, now, hours * HOUR),
    ]
  })
}

const trouble = (
  connector: Connector,
  kind: RunTrouble['kind'],
  run: RunRow | null,
  certainty: Certainty,
  dueAt: Date | null = null,
): RunTrouble => ({
  kind,
  connectorId: connector.connectorId,
  name: connector.name,
  runId: run?.run_id ?? null,
  code: run?.error_code ?? null,
  dueAt,
  certainty,
})

const isOpen = (run: RunRow) => ['waiting', 'collecting', 'filing'].includes(run.status)

/** The newest run that tells something ended by a refused sign-in, or failed otherwise. */
function endedBadly(connector: Connector, runs: readonly RunRow[]): RunTrouble[] {
  const telling = runs.find(run => !isOpen(run) || SIGN_IN.test(run.error_code ?? ''))
  if (!telling) return []
  // A newer run that has not come to its end yet will say whether it is over.
  const certainty = runs[0] !== telling && runs[0] && isOpen(runs[0]) ? 'unclear' : 'open'
  if (SIGN_IN.test(telling.error_code ?? ''))
    return [trouble(connector, 'sign-in-refused', telling, certainty)]
  return telling.status === 'failed' ? [trouble(connector, 'run-failed', telling, certainty)] : []
}

/** A moment of the schedule that is longer ago than `patience`, since which no run was complete. */
function missed(
  connector: Connector,
  runs: readonly RunRow[],
  completeAt: Date | null,
  now: number,
  patience: number,
): RunTrouble[] {
  const due = lastDue(connector, now - patience)
  if (due === null || due < connector.createdAt.getTime()) return []
  if (completeAt !== null && completeAt.getTime() >= due) return []
  const own = runs.filter(run => run.trigger !== 'back-fill')
  const young = own.some(run => isOpen(run) && run.created_at.getTime() > now - patience)
  return [trouble(connector, 'run-missed', own[0] ?? null, young ? 'unclear' : 'open', new Date(due))]
}

/** The last moment of the schedule up to `until`. */
function lastDue(connector: Connector, until: number): number | null {
  const { schedule } = connector
  const step =
    schedule.every === 'day' ? 26 * HOUR : schedule.every === 'hour' ? HOUR : schedule.minutes * 60_000
  let due: number | null = null
  for (
    let at = nextRunAfter(schedule, until - 2 * step);
    at <= until && at !== due;
    at = nextRunAfter(schedule, at)
  )
    due = at
  return due
}

type UnmappedCount = {
  readonly connectorId: number
  readonly name: string
  readonly numbers: number
  readonly items: number
}

/** How many numbers lead to no mailbox, and how many items wait for that, by connector. */
export async function countUnmapped(sql: Sql): Promise<UnmappedCount[]> {
  const rows = await sql.query<{ connector_id: number; name: string; numbers: number; items: number }>(
    `select f.connector_id, c.name, count(distinct f.source_user) as numbers, count(*) as items
     from failure f join connector c using (connector_id)
     where f.resolved_at is null and f.replayable group by 1, 2 order by 1`,
  )
  return rows.map(row => ({
    connectorId: row.connector_id,
    name: row.name,
    numbers: row.numbers,
    items: row.items,
  }))
}
