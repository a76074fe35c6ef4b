/** Pages of what is filed in a mailbox, newest first, and what they may be narrowed to. */
import type { Sql } from '../database/database.ts'
import { type Restricted, unrestrictedSql } from './restriction.ts'

export type Filing = {
  readonly itemId: string
  readonly folderId: number
  readonly runId: number
  readonly filedAt: Date
}

/** Everything left out does not limit. */
export type FilingFilter = {
  readonly folderId?: number
  readonly kinds?: readonly string[]
  readonly direction?: 'in' | 'out'
  /** Sent at or after; an item of impossible time is in no range. */
  readonly from?: Date
  /** Sent before. */
  readonly to?: Date
  readonly withAttachments?: boolean
  readonly conversation?: Buffer
  /** Only these. */
  readonly itemIds?: readonly string[]
  /** Only what is in the in-place archive, or only what is not. */
  readonly archived?: boolean
  /** Restricted items are listed only where this reaches them. */
  readonly restricted?: Restricted
}

/**
 * `filings` newest first. `older` and `newer` say whether there is more to either side; the side that a page was
 * asked from always has more.
 */
export type FilingPage = {
  readonly filings: readonly Filing[]
  readonly older: boolean
  readonly newer: boolean
}

/**
 * A page of what is filed in a mailbox: item ids begin with the item's own time, so their order is that of time.
 * `after` is the last item id of the page before (what follows is older), `before` the first of the page after (what
 * precedes is newer); neither begins with the newest. Hidden filings are left out.
 */
export async function listFilings(
  sql: Sql,
  mailboxId: number,
  options: FilingFilter & { readonly after?: string; readonly before?: string; readonly limit: number },
): Promise<FilingPage> {
  const values: unknown[] = [mailboxId]
  const value = (given: unknown) => `$${values.push(given)}`
  const conditions = ['f.mailbox_id = $1', 'f.hidden_at is null']
  const { after, before, limit } = options
  if (options.folderId !== undefined) conditions.push(`f.folder_id = ${value(options.folderId)}`)
  if (options.itemIds) conditions.push(`f.item_id = any(${value(options.itemIds)}::uuid[])`)
  if (options.from)
    conditions.push(`f.item_id >= ${value(lowestItemId(Math.max(options.from.getTime(), 1)))}::uuid`)
  if (options.to) {
    conditions.push(`f.item_id < ${value(lowestItemId(options.to.getTime()))}::uuid`)
    if (!options.from) conditions.push(`f.item_id >= ${value(lowestItemId(1))}::uuid`)
  }
  if (options.archived !== undefined)
    conditions.push(`f.archived_at is ${options.archived ? 'not null' : 'null'}`)
  if (options.restricted) conditions.push(unrestrictedSql('f.item_id', value(options.restricted)))
  const ofItem: string[] = []
  if (options.kinds) ofItem.push(`i.kind = any(${value(options.kinds)}::text[])`)
  if (options.direction) ofItem.push(`i.direction = ${value(options.direction)}`)
  if (options.withAttachments) ofItem.push('i.attachments > 0')
  if (options.conversation) ofItem.push(`i.conversation = ${value(options.conversation)}`)
  const join = ofItem.length > 0 ? 'join item i using (item_id)' : ''
  const backwards = before !== undefined
  if (after !== undefined) conditions.push(`f.item_id < ${value(after)}::uuid`)
  if (backwards) conditions.push(`f.item_id > ${value(before)}::uuid`)
  const rows = await sql.query<{ item_id: string; folder_id: number; run_id: number; filed_at: Date }>(
    `select f.item_id, f.folder_id, f.run_id, f.filed_at from filing f ${join}
     where ${[...conditions, ...ofItem].join(' and ')}
     order by f.item_id ${backwards ? 'asc' : 'desc'} limit ${value(limit + 1)}`,
    values,
  )
  const filings = rows.slice(0, limit).map(row => ({
    itemId: row.item_id,
    folderId: row.folder_id,
    runId: row.run_id,
    filedAt: row.filed_at,
  }))
  const more = rows.length > limit
  if (backwards) return { filings: filings.reverse(), older: true, newer: more }
  return { filings, older: more, newer: after !== undefined }
}

/** The lowest item id of a millisecond. */
export function lowestItemId(time: number): string {
  const hex = Math.min(Math.max(Math.floor(time), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
