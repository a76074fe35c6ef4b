/** Changes the master key and records it. */
import { appendEntry } from '../audit/audit.ts'
import { masterKeyPath } from '../config.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { rotateMasterKey } from '../keyring/keyring.ts'

/** Returns the ids of the old and the new key. The entry follows the change: a key in use is never unrecorded for long. */
export async function changeMasterKey(ground: Ground, actor: Actor): Promise<{ from: string; to: string }> {
  const changed = await rotateMasterKey(ground.database, masterKeyPath(ground.config))
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'archive.master-key-change',
      subject: ground.archive.archiveId,
      detail: changed,
    }),
  )
  return changed
}
