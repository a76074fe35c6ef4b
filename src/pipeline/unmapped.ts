/** What found no mailbox, by number: how many items, since when, and a few of their times. */
import type { Sql } from '../database/database.ts'

export type UnmappedUser = {
  readonly connectorId: number
  /** The number (or user id) as the source names it; '' where an item names none of our people. */
  readonly sourceUser: string
  readonly reason: string
  readonly items: number
  readonly firstAt: Date
  readonly lastAt: Date
}

/** The open, replayable failures by person, most items first. */
export async function listUnmapped(
  sql: Sql,
  connectorId: number | null,
  limit: number,
): Promise<UnmappedUser[]> {
  const rows = await sql.query<{
    connector_id: number
    source_user: string
    reason: string
    items: number
    first_at: Date
    last_at: Date
  }>(
    `select connector_id, source_user, min(reason) as reason, count(distinct item_id) as items,
       min(coalesce(sent_at, failed_at)) as first_at, max(coalesce(sent_at, failed_at)) as last_at
     from failure where resolved_at is null and replayable and ($1::bigint is null or connector_id = $1)
     group by connector_id, source_user order by items desc, source_user limit $2`,
    [connectorId, limit],
  )
  return rows.map(row => ({
    connectorId: row.connector_id,
    sourceUser: row.source_user,
    reason: row.reason,
    items: row.items,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }))
}
