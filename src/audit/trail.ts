/**
 * The trail of an item: what was done to it since it was archived, by whom and when, as the log has it. Readings are
 * not part of it. For 17 CFR 240.17a-4(f)(2)(i)(A): modifications, their date and time, and who made them.
 */
import type { Sql } from '../database/database.ts'
import type { Json } from './canonical.ts'

/** An entry that changed an item. `sequence` is null while it waits for its leaf. */
export type TrailEntry = {
  readonly entryId: string
  readonly sequence: number | null
  readonly at: Date
  readonly actor: string
  readonly act: string
  readonly subject: string
  /** Without the mailboxes that it names: whoever reads the trail may not see all of them. */
  readonly detail: Readonly<Record<string, Json>>
}

/** Notes, in the entry's transaction, that it changed these items. */
export async function noteItems(sql: Sql, entryId: string, itemIds: readonly string[]): Promise<void> {
  if (itemIds.length === 0) return
  await sql.execute(
    'insert into item_act (item_id, entry_id) select distinct item_id, $1::uuid from unnest($2::uuid[]) as n (item_id)',
    [entryId, itemIds],
  )
}

/** What changed these items, by item, the oldest first; those that nothing changed are missing. */
export async function readTrails(
  sql: Sql,
  itemIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TrailEntry[]>> {
  const rows = await sql.query<TrailEntry & { itemId: string }>(
    `select a.item_id as "itemId", e.entry_id as "entryId", l.sequence, e.at, e.actor, e.act, e.subject,
       e.detail - 'mailboxIds' as detail
     from item_act a join audit_entry e using (entry_id) left join audit_leaf l using (entry_id)
     where a.item_id = any($1::uuid[]) order by e.at, e.entry_id`,
    [itemIds],
  )
  const trails = new Map<string, TrailEntry[]>()
  for (const { itemId, ...entry } of rows) {
    const trail = trails.get(itemId)
    if (trail) trail.push(entry)
    else trails.set(itemId, [entry])
  }
  return trails
}
