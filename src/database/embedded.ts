/**
 * The embedded PostgreSQL of a data folder. Whoever starts it owns the folder until it stops or dies; others attach.
 * A server left over by a killed owner is taken over as it is, one that was killed itself recovers from its log.
 *
 *   <data folder>/database/owner.lock        held by the owner (owner-lock.ts)
 *                          connection.json   port and passwords (connection-file.ts)
 *                          cluster.json      where the cluster lies (cluster-place.ts)
 *                          postgresql/       the cluster, unless it lies in /var/lib/holdfast
 *                          server.log        the server's own log, without any content
 */
import { mkdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Clock } from '../clock.ts'
import { HoldfastError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { type ClusterPlace, findClusterPlace, recordCluster } from './cluster-place.ts'
import {
  connectionUrl,
  DATABASE_NAME,
  newPassword,
  OWNER_ROLE,
  PROGRAM_ROLE,
  readConnectionFile,
  writeConnectionFile,
} from './connection-file.ts'
import { type OwnerLock, takeOwnerLock } from './owner-lock.ts'
import { findBinaries } from './postgres-binaries.ts'
import {
  type Cluster,
  findPort,
  findServer,
  makeCluster,
  runAlone,
  type Server,
  ServerStartError,
  serverEnded,
  startServer,
  stopServer,
} from './postgres-server.ts'
import { archiveSettings } from './server-settings.ts'
import type { ServerUser } from './server-user.ts'
import { sqlState } from './sql-error.ts'

type EmbeddedOptions = {
  readonly dataFolder: string
  readonly clock: Clock
  readonly log: Logger
  /** Work to be done before others may attach: migrations. */
  readonly prepare?: (ownerUrl: string, programRole: string) => Promise<void>
  /** How long to wait for another owner to finish, a short command perhaps. Default 3 s. */
  readonly patienceMs?: number
}

export type Urls = { readonly programUrl: string; readonly ownerUrl: string }

export type Embedded = Urls & {
  /** True if the server of a killed owner was still running and was taken over. */
  readonly attached: boolean
  /** Stops the server, whoever is connected, and gives up the folder. */
  stop(): Promise<void>
}

const LOCK_POLL_MS = 100
/** Backends of a killed server finish their statement before they notice. */
const ORPHANS_ATTEMPTS_MAX = 300
const PORT_ATTEMPTS_MAX = 10

/** Only the two roles, only from this machine, only with their passwords. */
const ACCESS = `host ${DATABASE_NAME} ${OWNER_ROLE},${PROGRAM_ROLE} 127.0.0.1/32 scram-sha-256\n`

function passwordStatements(ownerPassword: string, programPassword: string): string[] {
  // base64url needs no quoting.
  return [
    `alter role ${OWNER_ROLE} login password '${ownerPassword}'`,
    `alter role ${PROGRAM_ROLE} login password '${programPassword}'`,
  ]
}

function setupStatements(ownerPassword: string, programPassword: string): string[] {
  return [
    `create role ${OWNER_ROLE}`,
    `create role ${PROGRAM_ROLE}`,
    // For what is disposed of to leave the server's files (upkeep/scrub.ts): checkpoints, and the list of its log's.
    `grant pg_checkpoint, pg_monitor to ${OWNER_ROLE}`,
    ...passwordStatements(ownerPassword, programPassword),
    `create database ${DATABASE_NAME} owner ${OWNER_ROLE}`,
    `revoke all on database ${DATABASE_NAME} from public`,
    `grant connect on database ${DATABASE_NAME} to ${PROGRAM_ROLE}`,
  ]
}

async function waitForLock(base: string, patienceMs: number): Promise<OwnerLock> {
  for (let waited = 0; ; waited += LOCK_POLL_MS) {
    const lock = takeOwnerLock(join(base, 'owner.lock'))
    if (lock) return lock
    if (waited >= patienceMs) {
      const pid = (await readConnectionFile(base))?.ownerPid
      throw new HoldfastError('DATABASE_OWNED', `${base} is owned by process ${pid ?? 'unknown'}`)
    }
    await wait(LOCK_POLL_MS)
  }
}

/** The cluster at `place`; refuses one that another major version made, before anything is touched. */
async function openCluster(
  base: string,
  place: Pick<ClusterPlace, 'folder' | 'user' | 'exists'>,
): Promise<Cluster> {
  const binaries = await findBinaries(place.user)
  if (place.exists) {
    const major = Number(await readFile(join(place.folder, 'PG_VERSION'), 'utf8'))
    if (major !== binaries.major) {
      throw new HoldfastError(
        'DATABASE_OTHER_MAJOR',
        `${place.folder} was made by PostgreSQL ${major}, this Holdfast has ${binaries.major}`,
      )
    }
  }
  return { folder: place.folder, logFile: join(base, 'server.log'), binaries, user: place.user }
}

/** Starts on `preferred` or another port, and waits while a killed server's last backends end. */
async function startSomewhere(cluster: Cluster, preferred: number, log: Logger): Promise<Server> {
  let port = await findPort(preferred)
  for (let ports = 0, orphans = 0; ; ) {
    try {
      return await startServer(cluster, port, archiveSettings())
    } catch (error) {
      const reason = error instanceof ServerStartError ? error.reason : 'failed'
      if (reason === 'port' && ports++ < PORT_ATTEMPTS_MAX) port = await findPort(0)
      else if (reason === 'busy' && orphans++ < ORPHANS_ATTEMPTS_MAX) await wait(LOCK_POLL_MS)
      else throw error
      log.info({ port, reason }, 'trying again to start the database')
    }
  }
}

async function passwordWorks(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (sqlState(error)?.startsWith('28')) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Owns the data folder and runs its server, making both if they are not there. Throws DATABASE_OWNED,
 * DATABASE_OTHER_MAJOR, DATABASE_START_FAILED.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  let lock: OwnerLock | undefined
  try {
    await mkdir(join(options.dataFolder, 'database'), { recursive: true })
    const base = await realpath(join(options.dataFolder, 'database'))
    lock = await waitForLock(base, options.patienceMs ?? 3000)
    return await startOwned(base, lock, options)
  } catch (error) {
    lock?.release()
    const { code, syscall, path } = error as NodeJS.ErrnoException
    // Of the file system: no permission, no space, and the like.
    if (syscall && path)
      throw new HoldfastError('DATABASE_START_FAILED', `${path}: ${code}`, { cause: error })
    throw error
  }
}

async function startOwned(base: string, lock: OwnerLock, options: EmbeddedOptions): Promise<Embedded> {
  const { log } = options
  const stopLeftOver = async (folder: string, user: ServerUser | null) => {
    const cluster = await openCluster(base, { folder, user, exists: true })
    const server = await findServer(cluster)
    if (server) await stopServer(cluster, server)
  }
  const place = await findClusterPlace(base, stopLeftOver)
  const cluster = await openCluster(base, place)
  const known = await readConnectionFile(base)
  const ownerPassword = known?.ownerPassword ?? newPassword()
  const programPassword = known?.programPassword ?? newPassword()
  const publish = (port: number, ready: boolean) =>
    writeConnectionFile(base, {
      format: 1,
      port,
      ownerPassword,
      programPassword,
      ownerPid: process.pid,
      ready,
    })

  let server = place.exists ? await findServer(cluster) : null
  const attached = server !== null
  if (!place.exists) {
    await publish(0, false)
    await makeCluster(cluster, ACCESS, setupStatements(ownerPassword, programPassword))
    await recordCluster(base, cluster.folder)
  }
  const ownerUrlAt = (port: number) => connectionUrl(OWNER_ROLE, ownerPassword, port)
  const isOurs = known !== null && (!server || (await passwordWorks(ownerUrlAt(server.port))))
  if (place.exists && !isOurs) {
    // The connection file was lost. Whoever may run the server may set the passwords anew.
    if (server) await stopServer(cluster, server)
    server = null
    await publish(0, false)
    await runAlone(cluster, passwordStatements(ownerPassword, programPassword))
  }
  let running = server ?? (await startSomewhere(cluster, known?.port ?? 0, log))
  const port = running.port
  let stopping = false
  let starting: Promise<Server> | null = null

  // A server that ends by itself (the system was out of memory, say) is started again where others look for it.
  const watch = async () => {
    await serverEnded(cluster, running)
    for (let delay = 200; !stopping; delay = Math.min(delay * 2, 30_000)) {
      log.error({ port }, 'the database server ended unexpectedly and is started again')
      try {
        starting = startServer(cluster, port, archiveSettings())
        running = await starting
        if (!stopping) void watch()
        return
      } catch (error) {
        log.error({ error }, 'the database server could not be started again')
        await wait(delay, undefined, { ref: false })
      }
    }
  }

  const stop = async () => {
    if (stopping) return
    stopping = true
    try {
      await publish(port, false)
      // One that is being started again is not left behind in a folder that is given up.
      await starting?.catch(() => {})
      await stopServer(cluster, running)
    } finally {
      lock.release()
    }
  }
  try {
    void watch()
    await publish(port, false)
    await options.prepare?.(ownerUrlAt(port), PROGRAM_ROLE)
    await publish(port, true)
  } catch (error) {
    await stop()
    throw error
  }
  log.info({ port, attached, folder: cluster.folder }, attached ? 'database taken over' : 'database started')
  return {
    ownerUrl: ownerUrlAt(port),
    programUrl: connectionUrl(PROGRAM_ROLE, programPassword, port),
    attached,
    stop,
  }
}

/** The running server of a data folder, or null if there is none that is ready. */
export async function attachEmbedded(dataFolder: string): Promise<Urls | null> {
  const file = await readConnectionFile(join(dataFolder, 'database'))
  if (!file?.ready) return null
  const urls = {
    ownerUrl: connectionUrl(OWNER_ROLE, file.ownerPassword, file.port),
    programUrl: connectionUrl(PROGRAM_ROLE, file.programPassword, file.port),
  }
  return (await passwordWorks(urls.programUrl).catch(() => false)) ? urls : null
}
