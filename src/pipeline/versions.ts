/**
 * Further versions: items with the source id of an earlier one and other content. Each is linked to the first, also
 * where two workers file the first and the further one at the same moment.
 */
import type { Sql } from '../database/database.ts'
import { formatItemId, parseItemId } from '../message/message.ts'
import type { ReadItem } from './read-batch.ts'

export type Versions = {
  /** For each item the first one with its source id, null where it is the first itself. */
  readonly firstOf: readonly (Buffer | null)[]
  /** Items whose source id nobody had when this was looked up. */
  readonly unseen: readonly ReadItem[]
  /** Batches of the run that were filed before the look-up. */
  readonly batchesFiled: number
}

/** Looks up the first versions of items that are about to be filed, among those kept and among themselves. */
export async function findVersions(sql: Sql, runId: number, items: readonly ReadItem[]): Promise<Versions> {
  const [run] = await sql.query<{ batches_filed: number }>(
    'select batches_filed from run where run_id = $1',
    [runId],
  )
  const numbered = items.filter(hasSourceId)
  const first = await firstKept(sql, numbered, null)
  const unseen = numbered.filter(item => !first.has(keyOf(item)))
  const firstOf = items.map(item => {
    if (!hasSourceId(item)) return null
    const original = first.get(keyOf(item)) ?? null
    if (!original) first.set(keyOf(item), item.id)
    return original
  })
  return { firstOf, unseen, batchesFiled: run?.batches_filed ?? 0 }
}

/**
 * Links what another batch of the run came first with since the look-up. To be called while the run's row is locked:
 * whatever was filed before is visible then, and whoever files after will see these.
 */
export async function linkLateVersions(tx: Sql, batchId: number, unseen: readonly ReadItem[]): Promise<void> {
  const first = await firstKept(tx, unseen, batchId)
  const late = unseen.filter(item => first.has(keyOf(item)))
  if (late.length === 0) return
  await tx.execute(
    `update item i set version_of = n.version_of from unnest($1::uuid[], $2::uuid[]) as n (item_id, version_of)
     where i.item_id = n.item_id`,
    [late.map(item => formatItemId(item.id)), late.map(item => formatItemId(first.get(keyOf(item))!))],
  )
}

async function firstKept(
  sql: Sql,
  items: readonly ReadItem[],
  exceptBatch: number | null,
): Promise<Map<string, Buffer>> {
  const rows = await sql.query<{ source_key: Buffer; item_id: string }>(
    `select distinct on (source_key) source_key, item_id from item
     where source_key = any($1::bytea[]) and batch_id is distinct from $2
     order by source_key, filed_at, item_id`,
    [items.map(item => item.sourceKey), exceptBatch],
  )
  return new Map(rows.map(row => [row.source_key.toString('hex'), parseItemId(row.item_id)]))
}

function hasSourceId(item: ReadItem): boolean {
  return item.facts.sourceItemId !== null
}

function keyOf(item: ReadItem): string {
  return item.sourceKey.toString('hex')
}
