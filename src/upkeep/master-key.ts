/** The archive's keys as an operator sees them; changes the master key and records it. No key is ever shown. */
import { appendEntry } from '../audit/audit.ts'
import { masterKeyPath } from '../config.ts'
import { HoldfastError } from '../errors.ts'
import { type Ground, markMasterKeyCopied, readIdentity } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { rotateMasterKey } from '../keyring/keyring.ts'

export type KeyState = {
  readonly masterKeyId: string
  readonly masterKeyFile: string
  /** When somebody said that this master key is copied; null after a change, until it is said again. */
  readonly copiedAt: Date | null
  readonly keys: readonly { readonly purpose: string; readonly version: number; readonly createdAt: Date }[]
}

/** What there is; the master key's id as the database has it, which a change in another process has moved on. */
export async function keyState({ database, keyring, config }: Ground): Promise<KeyState> {
  const rows = await database.query<{
    name: string
    version: number
    master_key_id: string
    created_at: Date
  }>('select name, version, master_key_id, created_at from keyring_key order by name, version')
  return {
    masterKeyId: rows[0]?.master_key_id ?? keyring.masterKeyId,
    masterKeyFile: masterKeyPath(config),
    copiedAt: (await readIdentity(database))?.masterKeyCopiedAt ?? null,
    keys: rows.map(row => ({ purpose: row.name, version: row.version, createdAt: row.created_at })),
  }
}

/**
 * Returns the ids of the old and the new key. The entry follows the change: a key in use is never unrecorded for long.
 * The new key counts as not copied, until somebody says that it is. REVISION_STALE if the key in force is not `seen`.
 */
export async function changeMasterKey(
  ground: Ground,
  actor: Actor,
  seen?: string,
): Promise<{ from: string; to: string }> {
  requireRole(actor, 'Organization Configuration')
  await demandSeen(ground, seen)
  const changed = await rotateMasterKey(ground.database, masterKeyPath(ground.config))
  await ground.database.transaction(async tx => {
    await tx.execute('update archive set master_key_copied_at = null')
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'archive.master-key-change',
      subject: ground.archive.archiveId,
      detail: changed,
    })
  })
  return changed
}

/** Notes that the master key in force was copied to a safe place. */
export async function confirmMasterKeyCopied(ground: Ground, actor: Actor, seen?: string): Promise<void> {
  requireRole(actor, 'Organization Configuration')
  await demandSeen(ground, seen)
  await markMasterKeyCopied(ground, actor)
}

async function demandSeen(ground: Ground, seen: string | undefined): Promise<void> {
  if (seen !== undefined && (await keyState(ground)).masterKeyId !== seen)
    throw new HoldfastError('REVISION_STALE', 'the master key was changed meanwhile')
}
