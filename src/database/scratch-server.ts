/**
 * A throw-away server for tests: the embedded programs, in a folder of its own, without fsync. What it holds is gone
 * when it stops. Its owner role may make databases, each of which both roles may use.
 */
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connectionUrl, newPassword, OWNER_ROLE, PROGRAM_ROLE } from './connection-file.ts'
import { type OwnerLock, takeOwnerLock } from './owner-lock.ts'
import { findBinaries } from './postgres-binaries.ts'
import {
  type Cluster,
  findPort,
  findServer,
  makeCluster,
  startServer,
  stopServer,
} from './postgres-server.ts'
import { testSettings } from './server-settings.ts'
import { findServerUser } from './server-user.ts'

export type ScratchServer = {
  /** The owner's role in database `postgres`, from where it makes others. The program's has the same password. */
  readonly url: string
  stop(): Promise<void>
}

const PREFIX = 'holdfast-scratch-server-'
const LOCK = 'owner.lock'

async function openScratch(folder: string): Promise<Cluster> {
  const user = await findServerUser(join(folder, 'postgresql'))
  return {
    folder: join(folder, 'postgresql'),
    logFile: join(folder, 'server.log'),
    binaries: await findBinaries(user),
    user,
  }
}

/** Stops and removes what killed test runs left in `parent`. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(parent, name)
    // Made before anything else: a folder without it is not one of these.
    if (!existsSync(join(folder, LOCK))) continue
    let lock: OwnerLock | null = null
    try {
      lock = takeOwnerLock(join(folder, LOCK))
      if (!lock) continue
      const cluster = await openScratch(folder)
      const server = await findServer(cluster)
      if (server) await stopServer(cluster, server)
      await rm(folder, { recursive: true, force: true })
    } catch {
      // Another user's, or one that another run is removing.
    } finally {
      lock?.release()
    }
  }
}

/** Starts a server in a new folder under `parent`. Throws DATABASE_START_FAILED. */
export async function startScratchServer(parent: string): Promise<ScratchServer> {
  const root = await realpath(parent)
  await removeAbandoned(root)
  const password = newPassword()
  const folder = join(root, `${PREFIX}${newPassword().slice(0, 8)}`)
  await mkdir(folder)
  await chmod(folder, 0o711)
  const lock = takeOwnerLock(join(folder, LOCK))
  const cluster = await openScratch(folder)
  await makeCluster(
    cluster,
    `host all ${OWNER_ROLE},${PROGRAM_ROLE} 127.0.0.1/32 scram-sha-256\n`,
    [
      `create role ${OWNER_ROLE} login createdb password '${password}'`,
      `create role ${PROGRAM_ROLE} login password '${password}'`,
      // To drop a database whose last connections are still on their way out.
      `grant pg_signal_backend to ${OWNER_ROLE}`,
    ],
    false,
  )
  const server = await startServer(cluster, await findPort(0), testSettings())
  return {
    url: connectionUrl(OWNER_ROLE, password, server.port, 'postgres'),
    stop: async () => {
      await stopServer(cluster, server)
      await rm(folder, { recursive: true, force: true })
      lock?.release()
    },
  }
}
