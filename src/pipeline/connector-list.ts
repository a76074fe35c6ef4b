/** The connectors at a glance: how each is, and why; its last import, the one under way, and the last seven days. */
import { findProduct, type Product, type Schedule, type SetupStep } from '../connector/connector.ts'
import type { Sql } from '../database/database.ts'
import { type RunProgress, readProgress } from './progress.ts'

export type ConnectorState =
  | 'importing'
  | 'up-to-date'
  | 'behind'
  | 'paused'
  | 'cannot-sign-in'
  | 'needs-attention'
  | 'setup-not-finished'

type StateReason =
  | 'import-under-way'
  | 'import-waits'
  | 'import-overdue'
  | 'first-import-ahead'
  | 'last-import-complete'
  | 'paused'
  | 'sign-in-refused'
  | 'import-failed'
  | 'sums-differ'
  | 'setup-not-finished'

export type ListedConnector = {
  readonly connectorId: number
  readonly name: string
  readonly product: Product
  readonly accountName: string
  readonly location: string
  readonly username: string
  readonly state: ConnectorState
  readonly reason: StateReason
  /** The code of the error that is the reason, where one is. */
  readonly code: string | null
  /** Since when it is so; null where that is not known. */
  readonly since: Date | null
  readonly setupStep: SetupStep | null
  readonly createdBy: string
  readonly createdAt: Date
  readonly schedule: Schedule
  readonly nextRunAt: Date | null
  readonly collectedUntil: Date | null
  readonly lastRun: {
    readonly runId: number
    readonly status: 'complete' | 'incomplete' | 'failed'
    readonly completedAt: Date | null
    /** Items read. */
    readonly items: number
  } | null
  readonly progress: RunProgress | null
  /** Items of the last seven days' runs. */
  readonly imported: number
  readonly failed: number
  /** Items that wait for a mapping now. */
  readonly unmapped: number
}

const WEEK = 7 * 86_400_000
/** The scheduler looks every few seconds; a moment that is past by more means that nothing serves the archive. */
const OVERDUE = 2 * 60_000

type Row = {
  connector_id: number
  name: string
  product: string
  account_name: string
  location: string
  username: string
  status: 'draft' | 'active' | 'paused'
  setup_step: SetupStep | null
  created_by: string
  created_at: Date
  schedule: Schedule
  next_run_at: Date | null
  collected_until: Date | null
  run_id: number | null
  run_status: 'complete' | 'incomplete' | 'failed' | null
  completed_at: Date | null
  items_read: number
  error_code: string | null
  imported: number
  failed: number
  unmapped: number
}

/** All connectors but removed ones, drafts too, oldest first; `after` is the last id of the page before. */
export async function listConnectorStates(
  sql: Sql,
  now: Date,
  page: { readonly after?: number | undefined; readonly limit: number },
): Promise<ListedConnector[]> {
  const rows = await sql.query<Row>(
    `select c.connector_id, c.name, c.product, c.account_name, c.location, c.username, c.status, c.setup_step, c.created_by, c.created_at,
       c.schedule, c.next_run_at, c.collected_until, last.run_id, last.status as run_status, last.completed_at,
       last.items_read, last.error_code, week.imported, week.failed, lost.unmapped
     from connector c
     left join lateral (
       select r.run_id, r.status, r.completed_at, r.items_read, r.error_code from run r
       where r.connector_id = c.connector_id and r.status in ('complete', 'incomplete', 'failed')
       order by r.run_id desc limit 1) last on true
     cross join lateral (
       select coalesce(sum(r.items_filed), 0)::bigint as imported, coalesce(sum(r.items_failed), 0)::bigint as failed
       from run r where r.connector_id = c.connector_id and r.created_at >= $1) week
     cross join lateral (
       select count(distinct f.item_id) as unmapped from failure f
       where f.connector_id = c.connector_id and f.resolved_at is null and f.replayable) lost
     where c.status <> 'removed' and c.connector_id > $2 order by c.connector_id limit $3`,
    [new Date(now.getTime() - WEEK), page.after ?? 0, page.limit],
  )
  const open = new Map((await readProgress(sql)).map(progress => [progress.connectorId, progress]))
  return rows.map(row => listed(row, open.get(row.connector_id) ?? null, now))
}

/** How many there are, drafts too. */
export async function countConnectors(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ connectors: number }>(
    `select count(*) as connectors from connector where status <> 'removed'`,
  )
  return row?.connectors ?? 0
}

function listed(row: Row, progress: RunProgress | null, now: Date): ListedConnector {
  return {
    connectorId: row.connector_id,
    name: row.name,
    product: findProduct(row.product),
    accountName: row.account_name,
    location: row.location,
    username: row.username,
    ...stateOf(row, progress, now),
    setupStep: row.setup_step,
    createdBy: row.created_by,
    createdAt: row.created_at,
    schedule: row.schedule,
    nextRunAt: row.status === 'active' ? row.next_run_at : null,
    collectedUntil: row.collected_until,
    lastRun:
      row.run_id === null || row.run_status === null
        ? null
        : { runId: row.run_id, status: row.run_status, completedAt: row.completed_at, items: row.items_read },
    progress,
    imported: row.imported,
    failed: row.failed,
    unmapped: row.unmapped,
  }
}

type State = Pick<ListedConnector, 'state' | 'reason' | 'code' | 'since'>

const SIGN_IN_REFUSED = ['SITE_SIGN_IN_WRONG', 'SITE_SIGN_IN_SUSPENDED']

/** What is wrong comes before what is well, and what is happening before what has been. */
function stateOf(row: Row, progress: RunProgress | null, now: Date): State {
  const is = (
    state: ConnectorState,
    reason: StateReason,
    since: Date | null,
    code: string | null = null,
  ): State => ({ state, reason, since, code })
  if (row.status === 'draft') return is('setup-not-finished', 'setup-not-finished', row.created_at)
  if (progress) {
    const since = progress.startedAt ?? progress.requestedAt
    return progress.trouble
      ? is('behind', 'import-waits', since, progress.trouble.code)
      : is('importing', 'import-under-way', since)
  }
  if (row.status === 'paused') return is('paused', 'paused', row.completed_at)
  if (row.run_status === 'failed')
    return row.error_code !== null && SIGN_IN_REFUSED.includes(row.error_code)
      ? is('cannot-sign-in', 'sign-in-refused', row.completed_at, row.error_code)
      : is('needs-attention', 'import-failed', row.completed_at, row.error_code)
  if (row.run_status === 'incomplete')
    return is('needs-attention', 'sums-differ', row.completed_at, row.error_code)
  if (row.next_run_at !== null && now.getTime() - row.next_run_at.getTime() > OVERDUE)
    return is('behind', 'import-overdue', row.next_run_at)
  return row.run_status === null
    ? is('up-to-date', 'first-import-ahead', row.created_at)
    : is('up-to-date', 'last-import-complete', row.completed_at)
}
