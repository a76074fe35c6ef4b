/**
 * The end of an export, step by step, each committed before the next: the sums are checked; lists, report and manifest
 * are written, and the manifest's digest enters the audit log; proofs are added once that entry is under a checkpoint,
 * and the ZIP ends; the package is encrypted if that was wanted, and is ready.
 */
import { type KeyObject, randomBytes } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { SYSTEM } from '../identity/identity.ts'
import { sha256 } from '../sha256.ts'
import { commitSegment } from './commit.ts'
import { openExportStorage } from './destination.ts'
import { encrypted } from './encryption.ts'
import { removeObjects } from './ending.ts'
import { journalTable } from './journal.ts'
import {
  exceptionTable,
  itemLines,
  itemTable,
  joinedFile,
  joinedFiles,
  type ListSource,
  linesOf,
  suppressedTable,
} from './lists.ts'
import { manifestText, statementOf } from './manifest.ts'
import type { PackageFile } from './package-file.ts'
import { LIST_FILE, MANIFEST_FILE } from './package-layout.ts'
import { packageStream } from './package-stream.ts'
import { proofFiles } from './proof-files.ts'
import { originsOf, reportPage } from './report.ts'
import { fileCountOf, listSegments, putSegment, readPart, type Segment, zipSizeOf } from './segment.ts'
import { type ExportRow, openRequest, packageName, readExport } from './stored-export.ts'
import { trailFile } from './trail.ts'
import { type FileLine, writeFiles } from './unit-writing.ts'
import { endOfArchive } from './zip.ts'

const DAY = 24 * 3_600_000

/** Takes the next step of an export whose messages are written. */
export async function finishStep(
  ground: Ground,
  row: ExportRow,
  key: KeyObject,
  signal: AbortSignal,
): Promise<void> {
  const segments = await listSegments(ground.database, row.export_id)
  const has = (kind: Segment['kind']) => segments.some(segment => segment.kind === kind)
  if (has('encrypted')) await markReady(ground, row, segments)
  else if (!has('lists')) await writeLists(ground, row, key, segments, signal)
  else if (!has('proofs')) await writeProofs(ground, row, key, segments, signal)
  else if (row.encryption === 'none') await markReady(ground, row, segments)
  else if (row.destination === 'storage') await store(ground, row, key, segments, signal)
  else await encrypt(ground, row, key, segments, signal)
}

async function writeLists(
  ground: Ground,
  row: ExportRow,
  key: KeyObject,
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<void> {
  const made = { manifestSha256: '', lines: 0 }
  const { segment, fileBytes } = await ground.database.transaction(async tx => {
    await checkSums(tx, row)
    const source: ListSource = { ground, tx, exportId: row.export_id, key, segments }
    const writing = writeFiles(written => listFiles(source, row, written, made), zipSizeOf(segments))
    const body = heeding(signal, writing.body)
    const put = await putSegment(ground, row.export_id, key, 'lists', body, writing.tail)
    return { segment: put, fileBytes: writing.fileBytes() }
  })
  await commitSegment(ground, row, { ...segment, sequence: segments.length }, async tx => {
    const written = row.matched_written + row.context_written
    const failed = row.matched_failed + row.context_failed
    if (made.lines !== written + failed)
      throw incomplete(`${made.lines} copies are listed of ${written + failed} written and failed`)
    const entryId = await appendEntry(tx, ground.keyring, ground.clock, {
      actor: SYSTEM.name,
      act: 'export.complete',
      subject: `export:${row.export_id}`,
      detail: {
        manifestSha256: made.manifestSha256,
        requestedBy: row.requested_by,
        exported: written,
        failed,
        suppressed: row.matched_suppressed + row.context_suppressed,
      },
    })
    await tx.execute(
      'update export set complete_entry = $2, file_bytes = file_bytes + $3 where export_id = $1',
      [row.export_id, entryId, fileBytes],
    )
  })
}

const incomplete = (what: string) => new HoldfastError('EXPORT_INCOMPLETE', what)

/** What was counted as it was written is what the list of copies says; and each copy came to one end. */
async function checkSums(sql: Sql, row: ExportRow): Promise<void> {
  const rows = await sql.query<{ grade: string; state: string; count: number }>(
    'select grade, state, count(*) as count from export_item where export_id = $1 group by 1, 2',
    [row.export_id],
  )
  const of = (grade: string, state: string) =>
    rows.find(each => each.grade === grade && each.state === state)?.count ?? 0
  const sums = [
    ['match', row.matched, row.matched_written, row.matched_failed, row.matched_suppressed],
    ['context', row.context_copies, row.context_written, row.context_failed, row.context_suppressed],
  ] as const
  for (const [grade, copies, written, failed, suppressed] of sums) {
    if (copies !== written + failed + suppressed)
      throw incomplete(`of ${copies} copies (${grade}) ${written + failed + suppressed} came to an end`)
    const counted = [of(grade, 'written'), of(grade, 'failed'), of(grade, 'suppressed'), of(grade, 'due')]
    if (counted.join() !== [written, failed, suppressed, 0].join())
      throw incomplete(`the list of copies (${grade}) does not say what was counted`)
  }
}

/** Everything between the messages and the proofs. Each file is written before the next is asked for. */
async function* listFiles(
  source: ListSource,
  row: ExportRow,
  written: readonly string[],
  made: { manifestSha256: string; lines: number },
): AsyncIterable<PackageFile> {
  const { ground, tx } = source
  for (const joined of await joinedFiles(source)) yield joinedFile(source, joined)
  yield itemLines(source, made)
  yield itemTable(source)
  yield exceptionTable(source)
  yield suppressedTable(source)
  yield journalTable(source, openRequest(ground, row).reach)
  yield trailFile(source)
  const statement = await statementOf(ground, tx, row)
  const report = reportPage(statement, await originsOf(tx, source.exportId))
  yield { path: 'report.html', content: report, ordinals: [] }
  const count = fileCountOf(source.segments) + written.length
  yield { path: LIST_FILE, content: fileLines(source, [...written]), ordinals: [] }
  const { size, sha256: digest } = JSON.parse(written.at(-1)!) as FileLine
  const manifest = manifestText(statement, { sha256: digest, size, count })
  made.manifestSha256 = sha256(manifest).toString('hex')
  yield { path: MANIFEST_FILE, content: manifest, ordinals: [] }
}

async function* fileLines(source: ListSource, written: readonly string[]): AsyncIterable<Buffer> {
  yield* linesOf(source, 'files')
  yield Buffer.from(written.join(''))
}

async function writeProofs(
  ground: Ground,
  row: ExportRow,
  key: KeyObject,
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<void> {
  const proofs = proofFiles(ground, row.export_id, row.complete_entry!)
  async function* ending(own: readonly Buffer[], offset: number): AsyncIterable<Buffer> {
    for (const segment of segments) yield* readPart(ground, key, segment, 'directory')
    yield* own
    const before = segments.reduce((all, segment) => all + segment.sizes.directory, 0)
    const size = own.reduce((all, record) => all + record.length, before)
    yield endOfArchive(offset, size, fileCountOf(segments) + own.length)
  }
  const writing = writeFiles(() => proofs, zipSizeOf(segments), ending)
  const body = heeding(signal, writing.body)
  const segment = await putSegment(ground, row.export_id, key, 'proofs', body, writing.tail)
  await commitSegment(ground, row, { ...segment, sequence: segments.length }, async tx => {
    await tx.execute('update export set file_bytes = file_bytes + $2 where export_id = $1', [
      row.export_id,
      writing.fileBytes(),
    ])
  })
}

/** Nothing but the encrypted package is left; the pass phrase goes with what it was for. */
async function encrypt(
  ground: Ground,
  row: ExportRow,
  key: KeyObject,
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<void> {
  const plain = packageStream(ground, key, segments, 0, zipSizeOf(segments))
  const body = heeding(signal, await encrypted(ground, row, plain))
  const segment = await putSegment(ground, row.export_id, key, 'encrypted', body, bodySize => ({
    directory: [],
    items: [],
    files: [],
    joints: [],
    zipSize: bodySize,
    fileCount: 0,
  }))
  await commitSegment(ground, row, { ...segment, sequence: segments.length }, async tx => {
    await dropSegments(tx, row.export_id, segments)
  })
  await removeObjects(
    ground,
    segments.map(each => each.object),
  )
}

async function dropSegments(tx: Transaction, exportId: string, segments: readonly Segment[]): Promise<void> {
  await tx.execute('delete from export_segment where export_id = $1 and sequence = any($2::integer[])', [
    exportId,
    segments.map(each => each.sequence),
  ])
  await tx.execute('update export set pass_phrase = null where export_id = $1', [exportId])
}

/**
 * Writes the encrypted package to the operator's storage. Each attempt has a name of its own, which the row has before
 * anything lies there: what an attempt left that was killed can be found, and of two workers neither writes over, or
 * removes, what the other hands over.
 */
async function store(
  ground: Ground,
  row: ExportRow,
  key: KeyObject,
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<void> {
  const storage = openExportStorage(ground.config.exportStorage)
  const name = packageName(row, randomBytes(4).toString('hex'))
  if (!(await noteName(ground, row.export_id, name))) return
  const plain = packageStream(ground, key, segments, 0, zipSizeOf(segments))
  const size = await storage.put(name, heeding(signal, await encrypted(ground, row, plain)))
  const isHandedOver = await ground.database.transaction(async tx => {
    const locked = await readExport(tx, row.export_id, 'for update')
    if (locked?.state !== 'finishing') return false
    await dropSegments(tx, row.export_id, segments)
    const now = new Date(ground.clock.now())
    await tx.execute(
      `update export set state = 'ready', stored_as = $2, package_size = $3, completed_at = $4, export_key = null,
         attempts = 0, error_code = null, error_message = null where export_id = $1`,
      [row.export_id, name, size, now],
    )
    return true
  })
  if (!isHandedOver) return storage.remove(name)
  if (row.stored_as !== null) await storage.remove(row.stored_as)
  await removeObjects(
    ground,
    segments.map(each => each.object),
  )
}

/** False if the export has ended meanwhile. */
async function noteName(ground: Ground, exportId: string, name: string): Promise<boolean> {
  const noted = await ground.database.query(
    `update export set stored_as = $2 where export_id = $1 and state = 'finishing' returning export_id`,
    [exportId, name],
  )
  return noted.length > 0
}

async function markReady(ground: Ground, row: ExportRow, segments: readonly Segment[]): Promise<void> {
  const now = ground.clock.now()
  await ground.database.execute(
    `update export set state = 'ready', package_size = $2, completed_at = $3, expires_at = $4, attempts = 0,
       error_code = null, error_message = null where export_id = $1 and state = 'finishing'`,
    [row.export_id, zipSizeOf(segments), new Date(now), new Date(now + row.expires_in_days * DAY)],
  )
}

/** The content, until somebody asks to stop. */
async function* heeding(signal: AbortSignal, content: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const piece of content) {
    signal.throwIfAborted()
    yield piece
  }
}
