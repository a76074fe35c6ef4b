/** The mark of objects that may belong in another tier of the storage (in-place-archive/tier.ts). */
import type { Sql } from '../database/database.ts'

/** Has the next run look where these objects belong: a filing of theirs has moved, or left. */
export async function markObjects(tx: Sql, objectIds: readonly string[]): Promise<void> {
  if (objectIds.length === 0) return
  // In the order of the key, as whoever else locks them does.
  await tx.execute(
    `with locked as (
       select object_id from vault_object where object_id = any($1::uuid[]) and tier_due is not true
       order by object_id for no key update
     ) update vault_object o set tier_due = true from locked where o.object_id = locked.object_id`,
    [objectIds],
  )
}
