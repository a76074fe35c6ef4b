/** Where an archive lies and how much room it takes: facts of its configuration, its database and its disks. */
import { statfs } from 'node:fs/promises'
import { masterKeyPath } from '../config.ts'
import type { Ground } from '../ground.ts'
import { countItems } from '../pipeline/pipeline.ts'

type FreeSpace = { readonly free: number; readonly total: number }

export type ArchivePlace = {
  readonly dataFolder: string
  /** Of the file system that the data folder is on; null where it cannot be asked. */
  readonly space: FreeSpace | null
  readonly database: {
    readonly kind: 'embedded' | 'own'
    readonly version: string
    /** Bytes of this archive's database. */
    readonly size: number
  }
  readonly objects: {
    readonly kind: 'files' | 'azure'
    /** The folder, or the container. */
    readonly where: string
    readonly count: number
    readonly bytes: number
  }
  readonly items: number
  readonly masterKeyFile: string
  readonly checkpointFolder: string | null
  readonly workers: number
  readonly pageItems: number
  readonly itemSizeMax: number
}

/** The room on the file system of the data folder, as an ordinary user has it. */
export async function freeSpace(folder: string): Promise<FreeSpace | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return null
  }
}

/** Reads the facts; nothing of it counts items one by one. Addresses and secrets of connections are not among them. */
export async function archivePlace({ config, database }: Ground): Promise<ArchivePlace> {
  const [row] = await database.query<{ version: string; size: number; objects: number; bytes: number }>(
    `select current_setting('server_version') as version, pg_database_size(current_database()) as size,
       count(*) as objects, coalesce(sum(bytes), 0)::bigint as bytes from vault_object`,
  )
  const azure = config.azureStorage !== null
  return {
    dataFolder: config.dataFolder,
    space: await freeSpace(config.dataFolder),
    database: {
      kind: config.databaseUrl === null ? 'embedded' : 'own',
      version: row!.version,
      size: row!.size,
    },
    objects: {
      kind: azure ? 'azure' : 'files',
      where: azure ? config.azureContainer : `${config.dataFolder}/objects`,
      count: row!.objects,
      bytes: row!.bytes,
    },
    items: await countItems(database),
    masterKeyFile: masterKeyPath(config),
    checkpointFolder: config.checkpointFolder,
    workers: config.workers,
    pageItems: config.pageItems,
    itemSizeMax: config.itemSizeMax,
  }
}
