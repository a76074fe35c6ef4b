/**
 * The operating system's user that the embedded server runs as. PostgreSQL refuses to run as root; as root it gets
 * the system user `holdfast` (made if it is not there, so that it shares its files with nobody), or `nobody` where no
 * user can be made. An ordinary user runs it himself.
 */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type ServerUser = { readonly uid: number; readonly gid: number }

const NAME = 'holdfast'

async function lookUp(name: string): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

/** Debian's and Red Hat's command, then Alpine's. */
const MAKERS: readonly (readonly [string, readonly string[]])[] = [
  [
    'useradd',
    [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ],
  ],
  ['adduser', ['-S', '-D', '-H', '-h', '/nonexistent', '-s', '/sbin/nologin', NAME]],
]

/**
 * Who the server runs as, or null for ourselves. A cluster that exists keeps its owner: `clusterFolder` belongs to
 * the user it was made by, perhaps before root took over.
 */
export async function findServerUser(clusterFolder: string): Promise<ServerUser | null> {
  if (process.geteuid?.() !== 0) return null
  const existing = await stat(clusterFolder).catch(() => null)
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid }
  const found = await lookUp(NAME)
  if (found) return found
  for (const [command, values] of MAKERS) {
    // sbin is not always on root's path.
    const made = await run(command, [...values], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }).catch(
      () => null,
    )
    const user = made && (await lookUp(NAME))
    if (user) return user
  }
  return (await lookUp('nobody')) ?? { uid: 65534, gid: 65534 }
}

/** True if `user` (null is ourselves) may pass through `folder` and every folder above it. */
export async function canEnter(folder: string, user: ServerUser | null): Promise<boolean> {
  if (!user) return true
  for (let path = folder; ; path = dirname(path)) {
    const { uid, gid, mode } = await stat(path)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (path === dirname(path)) return true
  }
}
