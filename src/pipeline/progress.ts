/** How far the imports under way are: by stage, done of total. */
import type { Sql } from '../database/database.ts'

export type RunProgress = {
  readonly runId: number
  readonly connectorId: number
  readonly stage: 'waiting' | 'collecting' | 'filing' | 'reconciling'
  /** Items read from the source so far. */
  readonly collected: number
  /** Items whose filing is settled: filed, unmapped, duplicate or failed. */
  readonly done: number
  /** Items of the window as the site counts them; null until it was asked. */
  readonly total: number | null
  readonly startedAt: Date | null
  readonly requestedAt: Date
  /** Why it does not move just now; it is tried again by itself. */
  readonly trouble: { readonly code: string; readonly message: string } | null
}

type Row = {
  run_id: number
  connector_id: number
  status: 'waiting' | 'collecting' | 'filing'
  collected: boolean
  batches: number
  batches_filed: number
  items_read: number
  done: number
  total: number | null
  started_at: Date | null
  created_at: Date
  error_code: string | null
  error_message: string | null
}

/** Every run that has not ended, oldest first: a few rows, found by the index of open runs. */
export async function readProgress(sql: Sql): Promise<RunProgress[]> {
  const rows = await sql.query<Row>(
    `select run_id, connector_id, status, collected, batches, batches_filed, items_read,
       items_filed + items_unmapped + items_duplicate + items_disposed + items_failed as done,
       coalesce(source_count, expected_count) as total, started_at, created_at, error_code, error_message
     from run where status in ('waiting', 'collecting', 'filing') order by run_id`,
    [],
    'run-progress',
  )
  return rows.map(row => ({
    runId: row.run_id,
    connectorId: row.connector_id,
    stage: row.collected && row.batches === row.batches_filed ? 'reconciling' : row.status,
    collected: row.items_read,
    done: row.done,
    // A site can count less than it then gives: what has come is there all the same.
    total: row.total === null ? null : Math.max(row.total, row.items_read),
    startedAt: row.started_at,
    requestedAt: row.created_at,
    trouble: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  }))
}

/** The runs that were requested after run `runId`, whatever became of them: short ones are over between two looks. */
export async function readRunsAfter(
  sql: Sql,
  runId: number,
): Promise<{ readonly runId: number; readonly connectorId: number }[]> {
  const rows = await sql.query<{ run_id: number; connector_id: number }>(
    'select run_id, connector_id from run where run_id > $1 order by run_id limit 1000',
    [runId],
    'runs-after',
  )
  return rows.map(row => ({ runId: row.run_id, connectorId: row.connector_id }))
}

/** The id of the newest run; 0 before the first. */
export async function newestRun(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ newest: number }>(
    'select coalesce(max(run_id), 0)::bigint as newest from run',
  )
  return row?.newest ?? 0
}
