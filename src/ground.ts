/**
 * The ground that every part of the program stands on, opened once for each process: configuration, clock, log,
 * database, object storage, keys, and which archive this is. Whoever opens it closes it.
 */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { appendEntry } from './audit/audit.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Config, masterKeyPath } from './config.ts'
import {
  type ArchiveDatabase,
  type Database,
  openArchiveDatabase,
  type Sql,
  type Transaction,
} from './database/database.ts'
import { ensureReservedMailboxes } from './directory/directory.ts'
import { HoldfastError } from './errors.ts'
import { type Actor, requireRole } from './identity/identity.ts'
import { createKeyring, type Keyring, openKeyring } from './keyring/keyring.ts'
import { type Logger, openLogger } from './log.ts'
import { createQueues } from './queue/queue.ts'
import { openAzureStorage, openFileStorage, type Storage } from './storage/storage.ts'

type ArchiveIdentity = {
  readonly archiveId: string
  readonly organisation: string
  readonly demonstration: boolean
  readonly createdAt: Date
  readonly masterKeyCopiedAt: Date | null
  readonly logEpoch: number
}

export type Ground = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly database: Database
  /** For processes and libraries that open their own connections. */
  readonly programUrl: string
  readonly ownerUrl: string | null
  readonly storage: Storage
  readonly keyring: Keyring
  readonly archive: ArchiveIdentity
  /** True if another process owns the embedded server, and so may be serving this archive. */
  readonly attached: boolean
  close(): Promise<void>
}

/** The queues of the flow, in the order in which an item meets them; made by the owner's role at each start. */
const QUEUES = [
  'collect',
  'file',
  'reconcile',
  'replay',
  'attachment-text',
  'search-run',
  'export',
  'hold-evaluation',
  'retention-evaluation',
  'label-query',
  'disposition',
  'erasure',
  'in-place-archive',
] as const

type OpenOptions = {
  readonly mode: 'own' | 'attach' | 'attach-or-own'
  readonly clock?: Clock
  readonly log?: Logger
}

/** Opens an existing archive; ARCHIVE_MISSING where there is none. */
export async function openGround(config: Config, options: OpenOptions): Promise<Ground> {
  if (config.databaseUrl === null && !existsSync(config.dataFolder))
    throw new HoldfastError('ARCHIVE_MISSING', `there is no archive in ${config.dataFolder}`)
  const { opened, clock, log } = await openParts(config, options)
  try {
    const archive = await readIdentity(opened.database)
    if (!archive) throw new HoldfastError('ARCHIVE_MISSING', `there is no archive in ${config.dataFolder}`)
    const keyring = await openKeyring(opened.database, masterKeyPath(config))
    return assemble(config, clock, log, opened, keyring, archive)
  } catch (error) {
    await opened.close()
    throw error
  }
}

/**
 * Creates an empty archive and its keys, and opens it; ARCHIVE_EXISTS where there is one already. `fill` adds what
 * later layers keep of an archive, in the same transaction.
 */
export async function createGround(
  config: Config,
  identity: { readonly organisation: string; readonly demonstration: boolean },
  actor: Actor,
  options: OpenOptions,
  fill: (tx: Transaction) => Promise<void>,
): Promise<Ground> {
  await makeDataFolder(config.dataFolder)
  const { opened, clock, log } = await openParts(config, options)
  try {
    if (await readIdentity(opened.database))
      throw new HoldfastError('ARCHIVE_EXISTS', `an archive exists in ${config.dataFolder}`)
    const archiveId = randomUUID()
    const keyring = await opened.database.transaction(async tx => {
      await tx.execute(
        'insert into archive (archive_id, organisation, demonstration, created_at) values ($1, $2, $3, $4)',
        [archiveId, identity.organisation, identity.demonstration, new Date(clock.now())],
      )
      const created = await createKeyring(tx, masterKeyPath(config), clock)
      await ensureReservedMailboxes(tx, clock)
      await fill(tx)
      await appendEntry(tx, created, clock, {
        actor: actor.name,
        act: 'archive.create',
        subject: archiveId,
        detail: { demonstration: identity.demonstration, masterKeyId: created.masterKeyId },
      })
      return created
    })
    const archive = await readIdentity(opened.database)
    if (!archive) throw new HoldfastError('INTERNAL', 'the archive was not created')
    return assemble(config, clock, log, opened, keyring, archive)
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Notes that the operator has copied the master key; only then does a real archive import anything. */
export async function markMasterKeyCopied(ground: Ground, actor: Actor): Promise<void> {
  requireRole(actor, 'Organization Configuration')
  await ground.database.transaction(async tx => {
    await tx.execute('update archive set master_key_copied_at = $1', [new Date(ground.clock.now())])
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'archive.master-key-copied',
      subject: ground.archive.archiveId,
      detail: { masterKeyId: ground.keyring.masterKeyId },
    })
  })
}

/** The archive's row; null before it is created. */
export async function readIdentity(sql: Sql): Promise<ArchiveIdentity | null> {
  const [row] = await sql.query<{
    archive_id: string
    organisation: string
    demonstration: boolean
    created_at: Date
    master_key_copied_at: Date | null
    log_epoch: number
  }>(
    'select archive_id, organisation, demonstration, created_at, master_key_copied_at, log_epoch from archive',
  )
  if (!row) return null
  return {
    archiveId: row.archive_id,
    organisation: row.organisation,
    demonstration: row.demonstration,
    createdAt: row.created_at,
    masterKeyCopiedAt: row.master_key_copied_at,
    logEpoch: row.log_epoch,
  }
}

/** The object storage that the configuration names. */
export function openStorage(config: Config): Storage {
  return config.azureStorage !== null
    ? openAzureStorage({ connectionString: config.azureStorage, container: config.azureContainer })
    : openFileStorage(join(config.dataFolder, 'objects'))
}

/** Opens only the database of an archive that is to be restored; its tables are made, and empty. */
export async function openForRestore(config: Config): Promise<ArchiveDatabase & { readonly clock: Clock }> {
  await makeDataFolder(config.dataFolder)
  const { opened, clock } = await openParts(config, { mode: 'own' })
  return { ...opened, clock }
}

/**
 * Only its owner may list the data folder. Where that is root, the database's own user must be able to pass through
 * it to its cluster, which then stays in the folder; what lies in the folder is closed to that user by its own modes.
 */
async function makeDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: process.geteuid?.() === 0 ? 0o711 : 0o700 })
}

async function openParts(config: Config, options: OpenOptions) {
  const clock = options.clock ?? systemClock
  const log = options.log ?? openLogger(config.logLevel)
  const opened = await openArchiveDatabase({
    dataFolder: config.dataFolder,
    databaseUrl: config.databaseUrl ?? undefined,
    databaseOwnerUrl: config.databaseOwnerUrl ?? undefined,
    prepare: (ownerUrl, programRole) => createQueues(ownerUrl, QUEUES, programRole),
    mode: options.mode,
    clock,
    log,
  })
  return { opened, clock, log }
}

function assemble(
  config: Config,
  clock: Clock,
  log: Logger,
  opened: ArchiveDatabase,
  keyring: Keyring,
  archive: ArchiveIdentity,
): Ground {
  return Object.freeze({
    config,
    clock,
    log,
    database: opened.database,
    programUrl: opened.programUrl,
    ownerUrl: opened.ownerUrl,
    storage: openStorage(config),
    keyring,
    archive,
    attached: opened.attached,
    close: () => opened.close(),
  })
}
