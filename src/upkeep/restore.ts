/**
 * Restore: fills an empty archive from a backup, on any version of PostgreSQL, and opens a new epoch of the audit log,
 * since what happened after the backup is not in it. Everything is checked against the manifest before any of it is
 * used. Runs that were under way go on where the backup has them.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { declareEpoch } from '../audit/audit.ts'
import type { Clock } from '../clock.ts'
import { type Database, openDatabase, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { settleRestoredExports } from '../export/export.ts'
import { readIdentity } from '../ground.ts'
import { type Actor, ensureRoleGroups } from '../identity/identity.ts'
import { settleRestoredTiers } from '../in-place-archive/in-place-archive.ts'
import { openKeyring } from '../keyring/keyring.ts'
import type { Storage } from '../storage/storage.ts'
import { BACKUP_FORMAT, type BackupManifest } from './backup.ts'
import { KEY_TABLE, TABLES, type TableCopy } from './tables.ts'

/** Rows, and characters of them, that are inserted at a time. */
const PAGE = 1000
const PAGE_LENGTH = 8 * 1024 * 1024

const MANIFEST = z.object({
  format: z.literal(BACKUP_FORMAT),
  archiveId: z.uuid(),
  organisation: z.string(),
  demonstration: z.boolean(),
  masterKeyId: z.string(),
  schema: z.number().int(),
  createdAt: z.string(),
  tables: z.record(z.string(), z.object({ rows: z.number().int(), sha256: z.string() })),
  objects: z.object({ count: z.number().int(), bytes: z.number().int(), list: z.string() }),
})

type RestoreTarget = {
  /** The owner's role, on a database whose tables are there and empty. */
  readonly ownerUrl: string
  readonly storage: Storage
  readonly masterKeyPath: string
  readonly clock: Clock
}

/** Restores `folder` into the target. RESTORE_NOT_EMPTY, BACKUP_INVALID, MASTER_KEY_MISSING and _WRONG change nothing. */
export async function restoreArchive(
  target: RestoreTarget,
  actor: Actor,
  folder: string,
  onProgress: (done: string) => void = () => {},
): Promise<BackupManifest> {
  const manifest = await readManifest(folder)
  const database = await openDatabase(target.ownerUrl)
  try {
    if (await readIdentity(database))
      throw new HoldfastError('RESTORE_NOT_EMPTY', 'there is an archive here already')
    await checkSchema(database, manifest)
    await checkTables(folder, manifest)
    const objects = await checkObjects(folder, manifest)
    await database.transaction(async tx => {
      for (const table of [KEY_TABLE, ...TABLES]) {
        await fillTable(tx, table, fileOf(folder, table))
        onProgress(`${table.name}: ${manifest.tables[table.name]?.rows ?? 0} rows`)
      }
      // A backup of a version that had no role groups.
      if (!manifest.tables.role_group) await ensureRoleGroups(tx, target.clock.now())
      // Fails here, before anything is committed, if the master key is not this archive's.
      const keyring = await openKeyring(tx, target.masterKeyPath)
      await settleRestoredExports(tx, target.clock)
      await settleRestoredTiers(tx)
      await copyObjects(target.storage, folder, objects, onProgress)
      const [archive] = await tx.query<{ log_epoch: number }>(
        'update archive set log_epoch = log_epoch + 1 returning log_epoch',
      )
      await declareEpoch(tx, keyring, target.clock, {
        actor: actor.name,
        epoch: archive!.log_epoch,
        detail: { backupOf: manifest.createdAt },
      })
    })
    return manifest
  } finally {
    await database.close()
  }
}

async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, 'manifest.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new HoldfastError(
      'BACKUP_INVALID',
      `${path} cannot be read: a backup without a manifest is incomplete`,
      { cause },
    )
  }
  try {
    return MANIFEST.parse(JSON.parse(text))
  } catch (cause) {
    throw new HoldfastError('BACKUP_INVALID', `${path} is not a manifest of ${BACKUP_FORMAT}`, { cause })
  }
}

async function checkSchema(database: Database, manifest: BackupManifest): Promise<void> {
  const [row] = await database.query<{ number: number }>('select max(number) as number from migration')
  if ((row?.number ?? 0) < manifest.schema)
    throw new HoldfastError(
      'SCHEMA_NEWER',
      `the backup has schema ${manifest.schema}, this program ${row?.number ?? 0}`,
    )
}

function fileOf(folder: string, table: TableCopy): string {
  return table === KEY_TABLE ? join(folder, 'keys.jsonl') : join(folder, 'tables', `${table.name}.jsonl`)
}

async function checkTables(folder: string, manifest: BackupManifest): Promise<void> {
  for (const table of [KEY_TABLE, ...TABLES]) {
    const expected = manifest.tables[table.name]
    // A table that came with a later version than the backup's starts empty.
    if (expected && (await digestOf(fileOf(folder, table))) !== expected.sha256)
      throw new HoldfastError('BACKUP_INVALID', `${fileOf(folder, table)} is not what the manifest says`)
  }
}

async function checkObjects(folder: string, manifest: BackupManifest): Promise<string[]> {
  const listFile = join(folder, 'objects.txt')
  if ((await digestOf(listFile)) !== manifest.objects.list)
    throw new HoldfastError('BACKUP_INVALID', `${listFile} is not what the manifest says`)
  const names: string[] = []
  for await (const line of linesOf(listFile)) {
    const digest = line.slice(0, 64)
    const name = line.slice(66)
    if ((await digestOf(join(folder, 'objects', name))) !== digest)
      throw new HoldfastError('BACKUP_INVALID', `object ${name} is not what the manifest says`)
    names.push(name)
  }
  return names
}

async function digestOf(file: string): Promise<string> {
  const running = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) running.update(chunk as Buffer)
  } catch (cause) {
    throw new HoldfastError('BACKUP_INVALID', `${file} cannot be read`, { cause })
  }
  return running.digest('hex')
}

/** Lines end with LF alone: readline would also break them at U+2028 and U+2029, which names may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + (chunk as string)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function fillTable(tx: Transaction, table: TableCopy, file: string): Promise<void> {
  let page: string[] = []
  let length = 0
  const flush = async () => {
    if (page.length === 0) return
    await tx.execute(
      `insert into ${table.name} select * from json_populate_recordset(null::${table.name}, $1::json)`,
      [`[${page.join(',')}]`],
    )
    page = []
    length = 0
  }
  for await (const line of linesOf(file)) {
    page.push(line)
    length += line.length
    if (page.length === PAGE || length > PAGE_LENGTH) await flush()
  }
  await flush()
  if (table.identity)
    await tx.execute(
      `select setval(pg_get_serial_sequence('holdfast.${table.name}', $1), coalesce((select max(${table.identity}) from ${table.name}), 0) + 1, false)`,
      [table.identity],
    )
}

async function copyObjects(
  storage: Storage,
  folder: string,
  names: readonly string[],
  onProgress: (done: string) => void,
): Promise<void> {
  let done = 0
  for (const name of names) {
    await storage.put(name, createReadStream(join(folder, 'objects', name)) as AsyncIterable<Buffer>)
    if (++done % 1000 === 0) onProgress(`${done} of ${names.length} objects`)
  }
}
