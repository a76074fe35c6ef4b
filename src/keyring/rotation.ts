/**
 * Changing the master key. The new key is durable in `<file>.next-<id>` before the database knows it, and takes the
 * old one's place after the database has committed; a crash in between is finished at the next opening. The old key
 * stays as `<file>.retired-<id>`, since backups made before need it.
 *
 * The rows of keyring_key are locked meanwhile, and the id in the file's name makes sure that whoever finishes a
 * rotation moves the key that the database committed to, and no other.
 */
import { access, link, readdir, rename, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { Database, Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { type MasterKey, makeMasterKey, readMasterKey, syncFolder } from './master-key.ts'
import { masterKeyIds, rewrapPurposeKeys } from './purpose-keys.ts'

const nextOf = (file: string, id: string): string => `${file}.next-${id}`

const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error
  }

/** Puts the key `id`, if it waits as the next one, in the place of the present key, which is kept beside it. */
async function settle(file: string, id: string): Promise<void> {
  const next = nextOf(file, id)
  try {
    await access(next)
  } catch {
    return
  }
  const present = await readMasterKey(file).catch(() => null)
  if (present) await link(file, `${file}.retired-${present.id}`).catch(unless('EEXIST'))
  // Another process may have been faster.
  await rename(next, file).catch(unless('ENOENT'))
  await syncFolder(path.dirname(path.resolve(file)))
}

/** Reads the master key that the archive's keys are under, finishing a rotation that was interrupted. */
export async function currentMasterKey(sql: Sql, file: string): Promise<MasterKey> {
  for (const id of await masterKeyIds(sql)) await settle(file, id)
  return readMasterKey(file)
}

/** Removes next keys that no commit ever made use of. Safe only while the rows are locked. */
async function dropUnused(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file))
  const prefix = `${path.basename(file)}.next-`
  for (const name of await readdir(folder)) if (name.startsWith(prefix)) await unlink(path.join(folder, name))
}

/**
 * Makes a new master key and wraps the archive's keys under it; no object and no item is rewritten, and processes
 * that are running go on undisturbed. The operator then copies the new key to a safe place.
 * @returns the ids of the old and the new master key
 * @throws as `openKeyring`; whatever fails, the archive stays readable with the one key or the other
 */
export async function rotateMasterKey(
  database: Database,
  file: string,
): Promise<{ from: string; to: string }> {
  const rotated = await database.transaction(async tx => {
    if ((await tx.query('select name from keyring_key for update')).length === 0)
      throw new HoldfastError('ARCHIVE_MISSING', 'the database holds no keys')
    const from = await currentMasterKey(tx, file)
    await dropUnused(file)
    const to = await makeMasterKey(file, id => nextOf(file, id))
    await rewrapPurposeKeys(tx, from, to)
    return { from: from.id, to: to.id }
  })
  await settle(file, rotated.to)
  return rotated
}
