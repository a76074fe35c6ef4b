/**
 * The tier of the vault's objects: one goes to the cooler tier of the configuration once all filings of all its items
 * are in an archive, and comes back once one of these has come back. Reading never moves one, and no tier is asked for
 * that is offline. The row says where it is after it was moved, so what was cut off is done again.
 */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { StorageTier } from '../storage/storage.ts'
import { vaultObjectName } from '../vault/vault.ts'

/** Pages of runs come one after the other, so that each goes by the policies as they are when the one before is done. */
export const TURN = `select pg_advisory_xact_lock(hashtextextended('holdfast in-place archive', 0))`

/** Objects that are looked at together, and of these moved at a time. */
const PAGE = 200
const AT_A_TIME = 8
const FIRST = '00000000-0000-0000-0000-000000000000'

/** True of an object `o` of which every filing is in an archive, and something is left. */
const ALL_ARCHIVED = `(o.items_gone < o.items and not exists (select from item i join filing f using (item_id)
  where i.batch_id = o.batch_id and i.vault_object = o.object_id and f.archived_at is null))`

type Due = { object_id: string; tier: StorageTier | null; archived: boolean; removed: boolean }

/**
 * Moves the objects that are due, and counts them in the run. What the storage refuses stays due for the next run; the
 * code of its error is returned, null if there was none.
 */
export async function moveObjects(
  ground: Ground,
  archiveRunId: number,
  signal: AbortSignal,
): Promise<string | null> {
  const { archiveTier } = ground.config
  if (archiveTier === 'none' || !ground.storage.hasTiers) return null
  // Those of another tier than is configured now.
  await ground.database.execute(
    `update vault_object set tier_due = true where tier in ('cool', 'cold') and tier <> $1 and tier_due is not true`,
    [archiveTier],
  )
  let problem: string | null = null
  for (let after = FIRST; ; ) {
    signal.throwIfAborted()
    const page = await ground.database.query<Due>(
      `select o.object_id, o.tier, o.removed_at is not null as removed, ${ALL_ARCHIVED} as archived
       from vault_object o where o.tier_due and o.object_id > $1::uuid order by o.object_id limit ${PAGE}`,
      [after],
    )
    if (page.length === 0) return problem
    const done: (Due & { readonly target: StorageTier | null })[] = []
    for (let start = 0; start < page.length; start += AT_A_TIME)
      await Promise.all(
        page.slice(start, start + AT_A_TIME).map(async each => {
          const target = each.archived ? archiveTier : each.tier === null ? null : 'hot'
          const failure = each.removed ? null : await move(ground, each, target)
          if (failure === null) done.push({ ...each, target })
          else problem = failure
        }),
      )
    await note(ground, archiveRunId, done)
    // The storage is away, or has no such tier: the next run tries again.
    if (done.length === 0) return problem
    after = page.at(-1)!.object_id
  }
}

/** The code of the storage's error; null if all is well, or there is no such object any more. */
async function move(ground: Ground, { object_id, tier }: Due, target: StorageTier | null) {
  if (target === null || target === tier) return null
  try {
    await ground.storage.setTier(vaultObjectName(object_id), target)
    return null
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    if (error.code === 'STORAGE_MISSING') return null
    ground.log.warn({ error, object: object_id }, 'the tier of an object could not be changed')
    return error.code
  }
}

/** What a filing did meanwhile is looked at again: the object stays due. */
async function note(
  ground: Ground,
  archiveRunId: number,
  done: readonly (Due & { readonly target: StorageTier | null })[],
): Promise<void> {
  await ground.database.transaction(async tx => {
    await tx.query(TURN)
    await tx.execute(
      `update vault_object o set tier = n.target, tier_due = o.removed_at is null and ${ALL_ARCHIVED} <> n.archived
       from unnest($1::uuid[], $2::text[], $3::boolean[]) as n (object_id, target, archived)
       where o.object_id = n.object_id`,
      [done.map(each => each.object_id), done.map(each => each.target), done.map(each => each.archived)],
    )
    const moved = done.filter(each => each.target !== null && each.target !== each.tier && !each.removed)
    await tx.execute(
      `update in_place_archive_run set cooled = cooled + $2, warmed = warmed + $3 where archive_run_id = $1::bigint`,
      [
        archiveRunId,
        moved.filter(each => each.target !== 'hot').length,
        moved.filter(each => each.target === 'hot').length,
      ],
    )
  })
}

/** After a restore: objects are where a put leaves them, whatever the rows say, and go where they belong anew. */
export async function settleRestoredTiers(tx: Sql): Promise<void> {
  await tx.execute('update vault_object set tier = null, tier_due = true where tier is not null')
}
