/**
 * Backup: the tables in one snapshot, the objects they refer to, and the wrapped keys in a file of their own. Never
 * the master key: a backup beside its master key protects nothing. docs/formats/backup.md states the layout:
 *
 *     manifest.json          what the backup is, with a SHA-256 of every file of it; written last
 *     keys.jsonl             the purpose keys, wrapped under the master key
 *     tables/<table>.jsonl   a row a line, as PostgreSQL's row_to_json writes it
 *     objects/<name>         as in the storage
 *
 * A folder without a manifest is no backup: whatever ended the making of it left it incomplete.
 */
import { createHash, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { appendEntry } from '../audit/audit.ts'
import { isConflict, type Transaction } from '../database/database.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { vaultObjectName } from '../vault/vault.ts'
import { KEY_TABLE, TABLES, type TableCopy } from './tables.ts'

export const BACKUP_FORMAT = 'holdfast-backup-1'

export type BackupManifest = {
  readonly format: typeof BACKUP_FORMAT
  readonly archiveId: string
  readonly organisation: string
  readonly demonstration: boolean
  readonly masterKeyId: string
  /** The number of the newest migration. */
  readonly schema: number
  readonly createdAt: string
  readonly tables: Record<string, { readonly rows: number; readonly sha256: string }>
  readonly objects: {
    readonly count: number
    readonly bytes: number
    readonly list: string /* SHA-256 of objects.txt */
  }
}

export type BackupReport = {
  readonly folder: string
  readonly rows: number
  readonly objects: number
  readonly bytes: number
}

/** Rows read at a time: a long text's search entry may have a megabyte. */
const PAGE = 250
/** How often the snapshot is taken anew because a batch was filed while it was. */
const SNAPSHOTS_MAX = 20

/** Writes a backup of the archive into `folder`, which must be empty or absent. */
export async function backupArchive(
  ground: Ground,
  actor: Actor,
  folder: string,
  onProgress: (done: string) => void = () => {},
): Promise<BackupReport> {
  requireRole(actor, 'Organization Configuration')
  await mkdir(join(folder, 'tables'), { recursive: true, mode: 0o700 })
  if (
    (await readdir(folder)).some(name => name !== 'tables') ||
    (await readdir(join(folder, 'tables'))).length > 0
  )
    throw new HoldfastError('BACKUP_INVALID', `${folder} is not empty`)
  // Recorded before the snapshot, so that the backup itself tells that it was made.
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'archive.backup',
      subject: ground.archive.archiveId,
    }),
  )
  const copy: ObjectCopy = { ground, folder, lines: [], bytes: 0, onProgress }
  await copyCheckpoints(copy)
  const { tables, vault } = await inSnapshot(ground, async tx => {
    await copyStaged(tx, copy)
    const copied: BackupManifest['tables'] = {}
    for (const table of [KEY_TABLE, ...TABLES]) {
      const file = table === KEY_TABLE ? 'keys.jsonl' : join('tables', `${table.name}.jsonl`)
      const written = await copyTable(tx, table, join(folder, file))
      copied[table.name] = written
      onProgress(`${table.name}: ${written.rows} rows`)
    }
    return { tables: copied, vault: await vaultObjectsOf(tx) }
  })
  await copyVault(copy, vault)
  // Last, and all there are: what was disposed of since the snapshot goes again when this is restored.
  for (const name of await listNames(copy, 'disposals/')) await copyObject(copy, name)
  const objects = await writeList(copy)
  const rows = Object.values(tables).reduce((all, table) => all + table.rows, 0)
  const [migration] = await ground.database.query<{ number: number }>(
    'select max(number) as number from migration',
  )
  const manifest: BackupManifest = {
    format: BACKUP_FORMAT,
    archiveId: ground.archive.archiveId,
    organisation: ground.archive.organisation,
    demonstration: ground.archive.demonstration,
    masterKeyId: ground.keyring.masterKeyId,
    schema: migration?.number ?? 0,
    createdAt: new Date(ground.clock.now()).toISOString(),
    tables,
    objects,
  }
  await writeDurably(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return { folder, rows, objects: objects.count, bytes: objects.bytes }
}

async function copyTable(
  tx: Transaction,
  table: TableCopy,
  file: string,
): Promise<{ rows: number; sha256: string }> {
  const running = createHash('sha256')
  let rows = 0
  async function* lines(): AsyncGenerator<Buffer> {
    await tx.execute(
      `declare backup_rows no scroll cursor for select row_to_json(t)::text as line from ${table.name} t order by ${table.key.join(', ')}`,
    )
    for (;;) {
      const page = await tx.query<{ line: string }>(`fetch ${PAGE} from backup_rows`)
      if (page.length === 0) break
      rows += page.length
      const text = Buffer.from(page.map(row => `${row.line}\n`).join(''))
      running.update(text)
      yield text
    }
    await tx.execute('close backup_rows')
  }
  await pipeline(lines, createWriteStream(file, { mode: 0o600, flush: true }))
  return { rows, sha256: running.digest('hex') }
}

/** Runs `work` in one snapshot; again in a later one where a batch was filed just as it was taken. */
async function inSnapshot<T>(ground: Ground, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let taken = 1; ; taken++) {
    try {
      return await ground.database.transaction(async tx => {
        await tx.execute('set transaction isolation level repeatable read')
        return work(tx)
      })
    } catch (error) {
      if (!isConflict(error) || taken === SNAPSHOTS_MAX) throw error
    }
  }
}

type StagedRow = { staging_object: string; contents: Record<string, { name?: string }> }

/**
 * Copies the log's checkpoints before the snapshot, which then knows each of them. A busy log puts a newer one in the
 * place of its last every second; every one of them is in the tables.
 */
async function copyCheckpoints(copy: ObjectCopy): Promise<void> {
  for (const name of await listNames(copy, 'checkpoints/')) await copyIfThere(copy, name)
}

/** The vault's objects; one may be emptied by a disposal and removed since the snapshot. */
async function copyVault(copy: ObjectCopy, objectIds: readonly string[]): Promise<void> {
  for (const objectId of objectIds) {
    if (await copyIfThere(copy, vaultObjectName(objectId))) continue
    const emptied = await copy.ground.database.query(
      'select from vault_object where object_id = $1 and items_gone = items',
      [objectId],
    )
    if (emptied.length === 0)
      throw new HoldfastError('STORAGE_MISSING', `there is no object ${vaultObjectName(objectId)}`)
  }
}

/** False if there is no such object. */
async function copyIfThere(copy: ObjectCopy, name: string): Promise<boolean> {
  try {
    await copyObject(copy, name)
    return true
  } catch (error) {
    if (!hasCode(error, 'STORAGE_MISSING')) throw error
    await rm(join(copy.folder, 'objects', name), { force: true })
    return false
  }
}

async function listNames({ ground }: ObjectCopy, prefix: string): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of ground.storage.list(prefix)) names.push(name)
  return names
}

/**
 * Copies what is staged and not yet filed, before all else: once a batch is filed, its staging copies are removed. Until
 * they are copied, filing waits for these rows; the savepoint then gives them free and keeps the snapshot.
 */
async function copyStaged(tx: Transaction, copy: ObjectCopy): Promise<void> {
  await tx.execute('savepoint staged')
  const staged = await tx.query<StagedRow>(
    'select staging_object, contents from batch where staging_object is not null and filed_at is null for share',
  )
  for (const { staging_object: page, contents } of staged)
    for (const name of [page, ...Object.values(contents).flatMap(content => content.name ?? [])])
      await copyObject(copy, name)
  await tx.execute('rollback to savepoint staged')
}

async function vaultObjectsOf(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ object_id: string }>(
    'select object_id from vault_object where items_gone < items order by object_id',
  )
  return rows.map(row => row.object_id)
}

/** The objects copied so far. */
type ObjectCopy = {
  readonly ground: Ground
  readonly folder: string
  readonly lines: string[]
  bytes: number
  readonly onProgress: (done: string) => void
}

async function copyObject(copy: ObjectCopy, name: string): Promise<void> {
  const running = createHash('sha256')
  const file = join(copy.folder, 'objects', name)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await pipeline(
    counted(copy.ground.storage.stream(name), running, size => {
      copy.bytes += size
    }),
    createWriteStream(file, { mode: 0o600, flush: true }),
  )
  copy.lines.push(`${running.digest('hex')}  ${name}\n`)
  if (copy.lines.length % 1000 === 0) copy.onProgress(`${copy.lines.length} objects`)
}

async function writeList({ folder, lines, bytes }: ObjectCopy): Promise<BackupManifest['objects']> {
  const text = lines.join('')
  await writeDurably(join(folder, 'objects.txt'), text)
  return { count: lines.length, bytes, list: createHash('sha256').update(text).digest('hex') }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  running: Hash,
  onBytes: (size: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    running.update(chunk)
    onBytes(chunk.length)
    yield chunk
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
  const parent = await open(dirname(file))
  await parent.sync().finally(() => parent.close())
}
