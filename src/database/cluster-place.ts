/**
 * Where the embedded server's cluster lies: in the data folder, or, where the server's user cannot enter that (root
 * in a folder closed to others), in /var/lib/holdfast/<id>. `database/cluster.json` records it once the cluster is
 * complete; from then on a cluster that is gone is an error and never made anew.
 */
import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HoldfastError } from '../errors.ts'
import { SYSTEM_FOLDER } from './postgres-binaries.ts'
import { syncFile, UNFINISHED } from './postgres-server.ts'
import { canEnter, findServerUser, type ServerUser } from './server-user.ts'

export type ClusterPlace = {
  readonly folder: string
  readonly user: ServerUser | null
  /** Whether the cluster was completed; if not, it has to be made. */
  readonly exists: boolean
}

/** `folder` is null for a cluster inside the data folder, which may be moved. */
type ClusterFile = { readonly format: 1; readonly folder: string | null }

const INSIDE = 'postgresql'

async function readClusterFile(base: string): Promise<ClusterFile | null> {
  const text = await readFile(join(base, 'cluster.json'), 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as ClusterFile)
}

/** Records that the cluster at `place` is complete. */
export async function recordCluster(base: string, folder: string): Promise<void> {
  const content: ClusterFile = { format: 1, folder: folder === join(base, INSIDE) ? null : folder }
  const name = join(base, 'cluster.json')
  await writeFile(`${name}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true })
  await rename(`${name}.new`, name)
}

/** A new folder under /var/lib/holdfast that only the server's user can enter, and a note whose it is. */
async function makeSystemFolder(base: string, user: ServerUser): Promise<string> {
  const folder = join(SYSTEM_FOLDER, randomBytes(6).toString('hex'))
  await mkdir(folder, { recursive: true, mode: 0o755 })
  await writeFile(join(folder, 'belongs-to'), `${dirname(base)}\n`)
  await chown(folder, user.uid, user.gid)
  return join(folder, INSIDE)
}

/** Gives everything in `folder` to `user`, and waits until it is on the disk. */
async function settle(folder: string, user: ServerUser): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    await chown(path, user.uid, user.gid)
    if (entry.isFile()) await syncFile(path)
  }
  await chown(folder, user.uid, user.gid)
  await syncFile(folder)
}

/**
 * Finds the place for `base`, the `database` folder of a data folder, whose owner lock we hold. `stopServer` is
 * called before a cluster is moved. Throws DATABASE_START_FAILED if a recorded cluster is gone or is another user's.
 */
export async function findClusterPlace(
  base: string,
  stopServer: (folder: string, user: ServerUser | null) => Promise<void>,
): Promise<ClusterPlace> {
  const inside = join(base, INSIDE)
  const recorded = await readClusterFile(base)
  const folder = recorded?.folder ?? inside
  const user = await findServerUser(folder)
  // The way in is ours to open; the folders above it are not.
  if (user) await chmod(base, 0o711)
  if (!recorded) {
    await removeUnfinished(base)
    const open = await canEnter(base, user)
    // A cluster gets its name when it is complete, so this one only lacks its record.
    const complete = await stat(join(inside, 'PG_VERSION')).catch(() => null)
    if (!complete)
      return { folder: open || !user ? inside : await makeSystemFolder(base, user), user, exists: false }
    await recordCluster(base, inside)
  }
  const found = await stat(join(folder, 'PG_VERSION')).catch(() => null)
  if (!found) {
    const inaccessible = await stat(folder).catch((error: { code?: string }) => error.code)
    const what = inaccessible === 'EACCES' || typeof inaccessible !== 'string' ? 'cannot be read' : 'is gone'
    throw new HoldfastError(
      'DATABASE_START_FAILED',
      `the database in ${folder} ${what}; a backup restores it`,
    )
  }
  if (!user && process.geteuid && (await stat(folder)).uid !== process.geteuid()) {
    throw new HoldfastError('DATABASE_START_FAILED', `the database in ${folder} belongs to another user`)
  }
  if (!user || folder !== inside || (await canEnter(base, user))) return { folder, user, exists: true }
  // The data folder was closed to others after the cluster was made.
  await stopServer(inside, user)
  return { folder: await moveToSystemFolder(base, inside, user), user, exists: true }
}

async function removeUnfinished(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (name.startsWith(`${INSIDE}${UNFINISHED}`))
      await rm(join(base, name), { recursive: true, force: true })
  }
}

/** The record changes when the copy is complete, and only then is the old one removed. */
async function moveToSystemFolder(base: string, inside: string, user: ServerUser): Promise<string> {
  const target = await makeSystemFolder(base, user)
  await cp(inside, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  await chmod(target, 0o700)
  await settle(target, user)
  await recordCluster(base, target)
  await rm(inside, { recursive: true, force: true })
  return target
}
