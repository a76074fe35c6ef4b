/** The itemised failures of runs: what was set aside or could not be filed, and why; in pages, counted, and as CSV. */
import { type Sql, storableText } from '../database/database.ts'
import { csvLine } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'

export type Failure = {
  readonly itemId: string
  readonly sourceItemId: string
  readonly sourceUser: string
  readonly mailbox: string
  readonly reason: string
  readonly failedAt: Date
  readonly resolvedAt: Date | null
}

export type ConnectorFailure = Failure & { readonly runId: number; readonly replayable: boolean }

/** The itemised failures of a run, in the order of their items; `after` is the last of the page before. */
export async function listFailures(
  sql: Sql,
  runId: number,
  page: {
    after?: { itemId: string; sourceUser: string }
    limit: number
    reason?: string | undefined
    open?: boolean | undefined
  },
): Promise<Failure[]> {
  const rows = await sql.query<FailureRow>(
    `select * from failure
     where run_id = $1 and ($2::uuid is null or (item_id, source_user) > ($2, $3))
       and ($4::text is null or reason = $4) and ($5::boolean is null or (resolved_at is null) = $5)
     order by item_id, source_user limit $6`,
    [
      runId,
      page.after?.itemId ?? null,
      page.after?.sourceUser ?? '',
      page.reason ?? null,
      page.open ?? null,
      page.limit,
    ],
  )
  return rows.map(failureOf)
}

/** A connector's failures over all its runs, newest first. */
export async function listConnectorFailures(
  sql: Sql,
  connectorId: number,
  page: {
    after?: string | undefined
    limit: number
    reason?: string | undefined
    open?: boolean | undefined
    containing?: string | undefined
  },
): Promise<{ failures: ConnectorFailure[]; next: string | null }> {
  const after = page.after === undefined ? null : parseCursor(page.after)
  const rows = await sql.query<FailureRow>(
    `select * from failure where connector_id = $1 and ($2::text is null or reason = $2)
       and ($3::boolean is null or (resolved_at is null) = $3) and ($4 = '' or strpos(source_user, $4) > 0)
       and ($5::timestamptz is null or failed_at <= $5 and
         (failed_at < $5 or (item_id, source_user) > ($6::uuid, $7)))
     order by failed_at desc, item_id, source_user limit $8`,
    [
      connectorId,
      page.reason ?? null,
      page.open ?? null,
      page.containing ?? '',
      after?.[0] ?? null,
      after?.[1] ?? null,
      after?.[2] ?? '',
      page.limit + 1,
    ],
  )
  const failures = rows
    .slice(0, page.limit)
    .map(row => ({ ...failureOf(row), runId: row.run_id, replayable: row.replayable }))
  const last = failures.at(-1)
  return { failures, next: rows.length > page.limit && last ? formatCursor(last) : null }
}

export type FailureCount = { readonly reason: string; readonly failures: number; readonly resolved: number }

/** How many failures of a run have which reason, and how many of them were resolved since. */
export async function countFailures(sql: Sql, runId: number): Promise<FailureCount[]> {
  return sql.query<FailureCount>(
    `select reason, count(*) as failures, count(resolved_at) as resolved from failure where run_id = $1
     group by reason order by failures desc, reason`,
    [runId],
  )
}

const PAGE = 1000
/** The first, second, third and fourth as Microsoft's admin log names them (reference B4). */
const COLUMNS = [
  'Item id',
  'Source User ID',
  'M365 User ID',
  'Failure Reason',
  'Source item id',
  'Failed (UTC)',
  'Resolved (UTC)',
]

/** All failures of a run as CSV, page by page, however many there are. What came from outside is disarmed for spreadsheets. */
export async function* failuresCsv(sql: Sql, runId: number): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`
  for (let after: Failure | undefined; ; ) {
    const page = await listFailures(sql, runId, { ...(after ? { after } : {}), limit: PAGE })
    if (page.length > 0) yield page.map(lineOf).join('')
    if (page.length < PAGE) return
    after = page.at(-1)
  }
}

function lineOf(failure: Failure): string {
  return csvLine([
    failure.itemId,
    failure.sourceUser,
    failure.mailbox,
    failure.reason,
    failure.sourceItemId,
    failure.failedAt.toISOString(),
    failure.resolvedAt?.toISOString() ?? '',
  ])
}

type FailureRow = {
  item_id: string
  source_item_id: string
  source_user: string
  run_id: number
  mailbox: string
  reason: string
  replayable: boolean
  failed_at: Date
  resolved_at: Date | null
}

function failureOf(row: FailureRow): Failure {
  return {
    itemId: row.item_id,
    sourceItemId: row.source_item_id,
    sourceUser: row.source_user,
    mailbox: row.mailbox,
    reason: row.reason,
    failedAt: row.failed_at,
    resolvedAt: row.resolved_at,
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const formatCursor = ({ failedAt, itemId, sourceUser }: Failure): string =>
  Buffer.from(JSON.stringify([failedAt.toISOString(), itemId, sourceUser])).toString('base64url')

function parseCursor(text: string): [string, string, string] {
  try {
    const [at, itemId, sourceUser]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (
      new Date(String(at)).toISOString() === at &&
      UUID.test(String(itemId)) &&
      typeof sourceUser === 'string' &&
      storableText(sourceUser) === sourceUser
    )
      return [String(at), String(itemId), sourceUser]
  } catch {
    // Said below, with every other way in which a cursor can be none.
  }
  throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
}
