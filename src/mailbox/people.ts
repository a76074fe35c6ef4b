/** Changing who has a mailbox: the directory file, by somebody who may. */
import { checkDirectory, type DirectoryReport, importDirectory } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'

type Options = { readonly deactivateMissing?: boolean }

/** What importing the file would do, and what is wrong with it. ROLE_MISSING without Mail Recipients. */
export async function checkPeople(
  ground: Ground,
  actor: Actor,
  bytes: Buffer,
  options: Options = {},
): Promise<DirectoryReport> {
  requireRole(actor, 'Mail Recipients')
  return checkDirectory(ground.database, ground.clock, bytes, options)
}

/** Imports the file whole, or DIRECTORY_INVALID and nothing of it. ROLE_MISSING without Mail Recipients. */
export async function importPeople(
  ground: Ground,
  actor: Actor,
  bytes: Buffer,
  options: Options = {},
): Promise<DirectoryReport> {
  requireRole(actor, 'Mail Recipients')
  return ground.database.transaction(tx =>
    importDirectory(tx, ground.keyring, ground.clock, actor.name, bytes, options),
  )
}
