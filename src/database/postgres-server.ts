/**
 * One PostgreSQL cluster (a folder with its data) and the server that runs on it: made by initdb, started and stopped
 * as a process of its own. The server is detached from our terminal and process group, so that Ctrl-C reaches
 * Holdfast alone, which ends its work first; and it outlives a killed Holdfast, to be found again by its
 * postmaster.pid ("Server Setup and Operation", chapter 18).
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chown,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { HoldfastError } from '../errors.ts'
import type { Binaries } from './postgres-binaries.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)

const WATCH_MS = 1000
const POLL_MS = 20
/** How long a fast stop may take before it becomes an immediate one, which is as safe but recovers at next start. */
const STOP_MS_MAX = 60_000
const LOG_BYTES_MAX = 10 * 1024 * 1024

/** Messages in English, whatever the machine speaks: they are read by startServer. */
const ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/bin:/bin' }

export type Cluster = {
  /** PGDATA. */
  readonly folder: string
  readonly logFile: string
  readonly binaries: Binaries
  readonly user: ServerUser | null
}

export type Server = { readonly pid: number; readonly port: number; readonly child: ChildProcess | null }

/** Temporary names of makeCluster, next to the final one. */
export const UNFINISHED = '.new-'

function spawnOptions(cluster: Cluster) {
  // The folder we stand in may be closed to the server's user.
  return { cwd: '/', env: ENVIRONMENT, ...cluster.user }
}

async function ownedByServer(cluster: Cluster, path: string): Promise<void> {
  if (cluster.user) await chown(path, cluster.user.uid, cluster.user.gid)
}

/**
 * Makes the cluster, or nothing: it gets its name when it is complete. `access` is its pg_hba.conf; `setup` are SQL
 * statements, one line each, run as the superuser, who can sign in in no other way.
 */
export async function makeCluster(
  cluster: Cluster,
  access: string,
  setup: readonly string[],
  durable = true,
): Promise<void> {
  const made: Cluster = {
    ...cluster,
    folder: `${cluster.folder}${UNFINISHED}${randomBytes(4).toString('hex')}`,
  }
  await mkdir(made.folder, { mode: 0o700 })
  await ownedByServer(made, made.folder)
  const options = [
    `--pgdata=${made.folder}`,
    '--username=postgres',
    '--auth=reject',
    '--encoding=UTF8',
    // Sorts and cases the same on every machine, unlike the system's locales.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    ...(durable ? [] : ['--no-sync']),
  ]
  try {
    await run(cluster.binaries.initdb, options, spawnOptions(cluster))
  } catch (cause) {
    await rm(made.folder, { recursive: true, force: true })
    const stderr = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? ''
    throw new HoldfastError('DATABASE_START_FAILED', `initdb: ${stderr}`, { cause })
  }
  const hba = join(made.folder, 'pg_hba.conf')
  await writeFile(hba, access, { mode: 0o600 })
  await ownedByServer(made, hba)
  await runAlone(made, setup)
  if (durable) await syncFile(hba)
  await rename(made.folder, cluster.folder)
}

/** Waits until a file or folder is on the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  await file.sync().finally(() => file.close())
}

/** Runs statements, one line each, in single-user mode; no server may be running. */
export async function runAlone(cluster: Cluster, statements: readonly string[]): Promise<void> {
  const options = ['--single', '-D', cluster.folder, '-c', 'log_min_error_statement=panic', 'postgres']
  const child = spawn(cluster.binaries.postgres, options, {
    ...spawnOptions(cluster),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(`${statements.join('\n')}\n`)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  // A failed statement does not end single-user mode.
  const failure = /(?:ERROR|FATAL|PANIC): +(.*)/.exec(errors)?.[1]
  if (code !== 0 || failure) {
    throw new HoldfastError('DATABASE_START_FAILED', `single-user mode: ${failure ?? `ended with ${code}`}`)
  }
}

/** True if the process is a PostgreSQL server on this cluster, not another program that was given the same id. */
async function isServerOf(cluster: Cluster, pid: number): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      const state = / ([A-Z]) /.exec(
        (await readFile(`/proc/${pid}/stat`, 'latin1')).replace(/^.*\)/, ''),
      )?.[1]
      if (state === 'Z') return false
      const [program, ...options] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
      if (!program?.endsWith('postgres')) return false
      if (options.includes(cluster.folder)) return true
      // It works in its data folder, also if that was renamed since. Containers may not let us look.
      return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster.folder))
    }
    const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
    return stdout.includes('postgres') && stdout.includes(cluster.folder)
  } catch {
    return false
  }
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status. */
async function readPidFile(cluster: Cluster): Promise<{ pid: number; port: number; ready: boolean } | null> {
  const text = await readFile(join(cluster.folder, 'postmaster.pid'), 'utf8').catch(() => null)
  const lines = text?.split('\n') ?? []
  const pid = Math.abs(Number(lines[0]))
  return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : null
}

/**
 * The server that runs on this cluster already, or null. A postmaster.pid whose process is another program's is
 * removed, since PostgreSQL would not start over it; one whose process is gone it removes by itself. Should a killed
 * server's backends still be at work, the shared memory block, found by the folder's inode, keeps a second out.
 */
export async function findServer(cluster: Cluster): Promise<Server | null> {
  const found = await readPidFile(cluster)
  if (!found) return null
  if (await isServerOf(cluster, found.pid)) return { pid: found.pid, port: found.port, child: null }
  if (isAlive(found.pid)) await rm(join(cluster.folder, 'postmaster.pid'), { force: true })
  return null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

/** A free port of the loopback interface: `preferred` if it is free. */
export async function findPort(preferred: number): Promise<number> {
  for (const port of [preferred, 0]) {
    const server = createServer()
    const taken = await new Promise<number | null>(resolve => {
      server.once('error', () => resolve(null))
      server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    await new Promise<void>(resolve => (taken === null ? resolve() : server.close(() => resolve())))
    if (taken !== null) return taken
  }
  throw new HoldfastError('DATABASE_START_FAILED', 'no port of 127.0.0.1 is free')
}

type StartFailure = 'port' | 'busy' | 'failed'

/** Why a server did not start; `reason` says whether another port or waiting can help. */
export class ServerStartError extends HoldfastError {
  readonly reason: StartFailure
  constructor(reason: StartFailure, message: string) {
    super('DATABASE_START_FAILED', message)
    this.reason = reason
  }
}

async function readFrom(path: string, offset: number): Promise<string> {
  const text = await readFile(path).catch(() => Buffer.alloc(0))
  return text.subarray(offset).toString('utf8')
}

/** Starts a server on `port` and resolves when it takes connections. Recovery after a crash may take its time. */
export async function startServer(
  cluster: Cluster,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Server> {
  const size = (await stat(cluster.logFile).catch(() => null))?.size ?? 0
  if (size > LOG_BYTES_MAX) await rename(cluster.logFile, `${cluster.logFile}.1`)
  const logStart = size > LOG_BYTES_MAX ? 0 : size
  const log = await open(cluster.logFile, 'a', 0o600)
  const options = ['-D', cluster.folder, '-p', String(port)]
  for (const [name, value] of Object.entries(settings)) options.push('-c', `${name}=${value}`)
  const child = spawn(cluster.binaries.postgres, options, {
    ...spawnOptions(cluster),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.unref()
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  await log.close()
  for (;;) {
    if (ended) break
    const found = await readPidFile(cluster)
    if (found?.pid === child.pid && found?.ready) return { pid: found.pid, port, child }
    await wait(POLL_MS)
  }
  const text = await readFrom(cluster.logFile, logStart)
  if (/could not bind|could not create any TCP\/IP sockets/.test(text)) {
    throw new ServerStartError('port', `port ${port} is taken`)
  }
  if (/pre-existing shared memory block|lock file ".*" already exists/.test(text)) {
    throw new ServerStartError('busy', `another server is at work in ${cluster.folder}`)
  }
  throw new ServerStartError('failed', `see ${cluster.logFile}`)
}

/** Resolves when the server has ended. It keeps no process alive. */
export async function serverEnded(cluster: Cluster, server: Server): Promise<void> {
  const { child } = server
  if (child) {
    if (child.exitCode !== null || child.signalCode !== null) return
    return new Promise(resolve => child.once('exit', () => resolve()))
  }
  // Taken over from a killed owner: another process's child, whose end is told to nobody.
  while (await isServerOf(cluster, server.pid)) await wait(WATCH_MS, undefined, { ref: false })
}

/** Stops the server, disconnecting its clients ("fast" mode). Resolves when it is gone. */
export async function stopServer(cluster: Cluster, server: Server): Promise<void> {
  const isGone = async () =>
    server.child
      ? server.child.exitCode !== null || server.child.signalCode !== null
      : !(await isServerOf(cluster, server.pid))
  if (await isGone()) return
  signal(server.pid, 'SIGINT')
  for (let waited = 0; !(await isGone()); waited += POLL_MS) {
    if (waited === STOP_MS_MAX) signal(server.pid, 'SIGQUIT')
    await wait(POLL_MS)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ESRCH') throw error
  }
}
