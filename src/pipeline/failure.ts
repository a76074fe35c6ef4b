/** The itemised failures of runs: what was set aside or could not be filed, and why. */
import type { Sql } from '../database/database.ts'

export type Failure = {
  readonly itemId: string
  readonly sourceItemId: string
  readonly sourceUser: string
  readonly mailbox: string
  readonly reason: string
  readonly failedAt: Date
  readonly resolvedAt: Date | null
}

/** The itemised failures of a run, in the order of their items; `after` is the last of the page before. */
export async function listFailures(
  sql: Sql,
  runId: number,
  page: { after?: { itemId: string; sourceUser: string }; limit: number },
): Promise<Failure[]> {
  const rows = await sql.query<{
    item_id: string
    source_item_id: string
    source_user: string
    mailbox: string
    reason: string
    failed_at: Date
    resolved_at: Date | null
  }>(
    `select item_id, source_item_id, source_user, mailbox, reason, failed_at, resolved_at from failure
     where run_id = $1 and ($2::uuid is null or (item_id, source_user) > ($2, $3))
     order by item_id, source_user limit $4`,
    [runId, page.after?.itemId ?? null, page.after?.sourceUser ?? '', page.limit],
  )
  return rows.map(row => ({
    itemId: row.item_id,
    sourceItemId: row.source_item_id,
    sourceUser: row.source_user,
    mailbox: row.mailbox,
    reason: row.reason,
    failedAt: row.failed_at,
    resolvedAt: row.resolved_at,
  }))
}
