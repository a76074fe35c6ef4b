/** Opens an archive's database, be it embedded or a server of one's own. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Logger } from '../log.ts'
import { attachEmbedded, startEmbedded, type Urls } from './embedded.ts'
import { checkSchema, migrate } from './migrations.ts'
import { openDatabase } from './pool.ts'
import type { Database, DatabaseOptions } from './sql.ts'

type ArchiveDatabaseOptions = DatabaseOptions & {
  readonly dataFolder: string
  /** A server of one's own, as the program's role; without it the embedded one is used. */
  readonly databaseUrl?: string | undefined
  /** The same database as the owner's role: needed for the first start and for upgrades. */
  readonly databaseOwnerUrl?: string | undefined
  /**
   * Of the embedded server only: 'own' starts it and refuses a folder that is owned; 'attach' waits for an owner;
   * 'attach-or-own' uses the owner's, and starts it for itself if there is no owner.
   */
  readonly mode: 'own' | 'attach' | 'attach-or-own'
  /** Work of the owner's role after the migrations, before anybody may attach (the queue's own tables). */
  readonly prepare?: (ownerUrl: string, programRole: string) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

export type ArchiveDatabase = {
  readonly database: Database
  readonly programUrl: string
  /** Null when DATABASE_OWNER_URL was not given. */
  readonly ownerUrl: string | null
  /** True if another process owns the embedded server. */
  readonly attached: boolean
  /** Closes the pool, and stops the embedded server if we own it. */
  close(): Promise<void>
}

export const MIGRATIONS = new URL('../../migrations/', import.meta.url)

const ATTACH_POLL_MS = 200
/** An owner that is starting may have to recover from a crash first. */
const ATTACH_POLLS_MAX = 300

/**
 * Starts or attaches, migrates as the owner's role, and opens a pool as the program's. Throws DATABASE_OWNED,
 * DATABASE_UNREACHABLE, DATABASE_OTHER_MAJOR, DATABASE_START_FAILED, SCHEMA_MISSING, SCHEMA_NEWER, SCHEMA_CHANGED.
 */
export async function openArchiveDatabase(options: ArchiveDatabaseOptions): Promise<ArchiveDatabase> {
  const { clock, mode } = options
  const prepare = async (ownerUrl: string, programRole: string) => {
    await migrate(ownerUrl, programRole, MIGRATIONS, clock)
    await options.prepare?.(ownerUrl, programRole)
  }
  if (options.databaseUrl !== undefined) {
    const programUrl = options.databaseUrl
    const ownerUrl = options.databaseOwnerUrl ?? null
    if (ownerUrl !== null) await prepare(ownerUrl, decodeURIComponent(new URL(programUrl).username))
    return open({ programUrl, ownerUrl }, options, false, async () => {})
  }
  for (let polls = 0; ; polls++) {
    if (mode !== 'attach') {
      try {
        const embedded = await startEmbedded({
          ...options,
          prepare,
          ...(mode === 'own' ? {} : { patienceMs: 0 }),
        })
        return await open(embedded, options, false, embedded.stop)
      } catch (error) {
        if (mode === 'own' || !hasCode(error, 'DATABASE_OWNED')) throw error
      }
    }
    const urls = await attachEmbedded(options.dataFolder)
    if (urls) return open(urls, options, true, async () => {})
    if (polls === ATTACH_POLLS_MAX) {
      throw new HoldfastError('DATABASE_UNREACHABLE', `no Holdfast serves ${options.dataFolder}`)
    }
    if (polls === 0)
      options.log.info({ dataFolder: options.dataFolder }, 'waiting for the owner of the database')
    await wait(ATTACH_POLL_MS)
  }
}

async function open(
  urls: Urls | { programUrl: string; ownerUrl: string | null },
  options: DatabaseOptions,
  attached: boolean,
  stop: () => Promise<void>,
): Promise<ArchiveDatabase> {
  try {
    const database = await openDatabase(urls.programUrl, options)
    const close = async () => {
      await database.close()
      await stop()
    }
    try {
      await checkSchema(database, MIGRATIONS)
    } catch (error) {
      await database.close()
      throw error
    }
    return { database, programUrl: urls.programUrl, ownerUrl: urls.ownerUrl, attached, close }
  } catch (error) {
    await stop()
    throw error
  }
}
