/** What runs of searches and term reports have in common: where they look, how far they are, and what they counted. */
import type { SearchScope } from '../search/search.ts'

/** Counts are null until it is complete. */
export type Counting = {
  readonly status: 'waiting' | 'working' | 'complete' | 'failed'
  readonly requestedAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly errorCode: string | null
  /** Each item once. */
  readonly items: number | null
  readonly bytes: number | null
  readonly partiallyIndexed: number | null
  readonly notYetIndexed: number | null
  /** Items where it looked that were left out, since they were to be erased and are kept. */
  readonly restricted: number | null
  /** The mailboxes it was bound to; null is all of them. */
  readonly mailboxIds: readonly number[] | null
  readonly connectorIds: readonly number[] | null
  readonly folders: readonly string[] | null
}

export type CountingRow = {
  sealed: Buffer
  mailbox_ids: number[] | null
  connector_ids: number[] | null
  folders: string[] | null
  restricted: number[] | null
  requested_at: Date
  status: Counting['status']
  started_at: Date | null
  ended_at: Date | null
  error_code: string | null
  items: number | null
  bytes: number | null
  partially_indexed: number | null
  not_yet_indexed: number | null
  restricted_items: number | null
}

export function countingOf(row: CountingRow): Counting {
  return {
    status: row.status,
    requestedAt: row.requested_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    errorCode: row.error_code,
    items: row.items,
    bytes: row.bytes,
    partiallyIndexed: row.partially_indexed,
    notYetIndexed: row.not_yet_indexed,
    restricted: row.restricted_items,
    mailboxIds: row.mailbox_ids,
    connectorIds: row.connector_ids,
    folders: row.folders,
  }
}

/** Where it looks, without the mailboxes that its queries name. */
export function scopeOf(
  row: Pick<CountingRow, 'mailbox_ids' | 'connector_ids' | 'folders' | 'restricted'>,
): SearchScope {
  return {
    mailboxIds: row.mailbox_ids,
    restricted: row.restricted,
    ...(row.connector_ids ? { connectorIds: row.connector_ids } : {}),
    ...(row.folders ? { folders: row.folders } : {}),
  }
}
