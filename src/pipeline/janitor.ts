/**
 * Cleans up behind the flow: staging copies of filed batches are removed; what a killed attempt left behind is removed
 * too: staging objects after twelve hours, since none may be there a day after its items are filed, vault objects and
 * segments of exports after seven days. Nothing that a row refers to is ever touched; and nothing at all where the
 * database is older than the storage, since what it does not know is then no orphan.
 */
import { newestPublishedSize } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import type { StagedContents } from './read-batch.ts'

const HOUR = 3_600_000
const PAGE = 500
const STAGING = 'staging/'
const PREFIXES = ['vault/', STAGING, 'exports/'] as const
/** How long a batch or an export that is under way may have objects that no row refers to yet. */
const ORPHAN_AGE = { 'vault/': 7 * 24 * HOUR, [STAGING]: 12 * HOUR, 'exports/': 7 * 24 * HOUR } as const

/** Removes the staging copies of batches that are filed. Safe to run at any time, by several at once. */
export async function removeStaged(ground: Ground): Promise<number> {
  const rows = await ground.database.query<{
    batch_id: number
    staging_object: string
    contents: StagedContents
  }>(
    `select batch_id, staging_object, contents from batch
     where staging_object is not null and filed_at is not null order by filed_at limit $1`,
    [PAGE],
  )
  for (const row of rows) {
    const names = [row.staging_object]
    for (const content of Object.values(row.contents)) if ('name' in content) names.push(content.name)
    // Whatever a row says: nothing but staging copies is removed for it.
    for (const name of names) if (name.startsWith(STAGING)) await ground.storage.remove(name)
  }
  if (rows.length > 0)
    await ground.database.execute(
      `update batch set staging_object = null, contents = '{}' where batch_id = any($1::bigint[])`,
      [rows.map(row => row.batch_id)],
    )
  return rows.length
}

/** Removes objects of their prefix's age that no row refers to; returns their names. Stops when `signal` aborts. */
export async function removeOrphans(ground: Ground, signal?: AbortSignal): Promise<string[]> {
  if (await isRolledBack(ground)) {
    ground.log.error({}, 'the storage has checkpoints that the database has not: no orphan is removed')
    return []
  }
  const removed: string[] = []
  for (const prefix of PREFIXES) {
    const before = ground.clock.now() - ORPHAN_AGE[prefix]
    let page: string[] = []
    const flush = async () => {
      const known = await referredTo(ground, prefix, page)
      for (const name of page.filter(each => !known.has(each))) {
        await ground.storage.remove(name)
        removed.push(name)
      }
      page = []
    }
    for await (const object of ground.storage.list(prefix)) {
      if (signal?.aborted) return removed
      if (object.changedAt.getTime() >= before) continue
      page.push(object.name)
      if (page.length === PAGE) await flush()
    }
    if (page.length > 0) await flush()
  }
  if (removed.length > 0)
    ground.log.info({ objects: removed.length }, 'objects of killed attempts were removed')
  return removed
}

/** True if a checkpoint of this log was stored that the database has never heard of: an old database was put back. */
async function isRolledBack(ground: Ground): Promise<boolean> {
  // A checkpoint is stored after its row is committed, and so never ahead of it.
  const published = await newestPublishedSize(ground.storage, ground.archive.logEpoch)
  const [row] = await ground.database.query<{ size: number | null }>(
    'select max(tree_size) as size from audit_checkpoint',
  )
  return published > (row?.size ?? 0)
}

async function referredTo(
  ground: Ground,
  prefix: (typeof PREFIXES)[number],
  names: string[],
): Promise<Set<string>> {
  if (prefix === 'vault/') {
    const ids = new Map(names.map(name => [name.slice(-32), name]))
    const rows = await ground.database.query<{ id: string }>(
      `select replace(object_id::text, '-', '') as id from vault_object where object_id = any($1::uuid[])`,
      [[...ids.keys()]],
    )
    return new Set(rows.map(row => ids.get(row.id)!))
  }
  if (prefix === 'exports/') {
    // An export that ended has no segments: they went with its key.
    const rows = await ground.database.query<{ object: string }>(
      'select object from export_segment where object = any($1::text[])',
      [names],
    )
    return new Set(rows.map(row => row.object))
  }
  // Few batches have anything staged at a time, so they are read whole.
  const rows = await ground.database.query<{ staging_object: string; contents: StagedContents }>(
    'select staging_object, contents from batch where staging_object is not null',
  )
  const known = new Set<string>()
  for (const row of rows) {
    known.add(row.staging_object)
    for (const content of Object.values(row.contents)) if ('name' in content) known.add(content.name)
  }
  return known
}
