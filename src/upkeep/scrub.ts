/**
 * Scrubbing: what was disposed of leaves the database's files as well. A deleted row's bytes stay in its page, and a
 * VACUUM only says that the room is free; so the tables that held it are written anew, the planner's samples are taken
 * again, and the write-ahead log is gone through until every file of it has been written over.
 *
 * Each table is locked while it is written anew, and takes its size again on the disk meanwhile: for a maintenance
 * window (docs/operating/disposal.md). It may be stopped, and begins again.
 */
import { appendEntry } from '../audit/audit.ts'
import { type Database, openDatabase, sqlState } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { finishDisposals } from '../retention/retention.ts'

/** Whatever loses rows, or columns of them, by a disposal. */
export const SCRUBBED: readonly string[] = [
  'item',
  'filing',
  'search_entry',
  'lexicon_page',
  'attachment_text',
  'unread_attachment',
  'failure',
  'held_item',
  'disposed_filing',
  'item_act',
  'disposal',
]

export type ScrubReport = {
  readonly tables: number
  /** False where the server keeps its log from us: then it is written over as it is used. */
  readonly log: boolean
}

const NOT_ALLOWED = '42501'
/** More of the log than this is kept for something else, an archive of it or a replica. */
const LOG_MAX = 8 * 1024 * 1024 * 1024
/** Records of zeros: bytes of each, and how many of them a statement writes. */
const RECORD = 1024 * 1024
const RECORDS = 16

/** Scrubs the database. SCHEMA_MISSING without the owner's role: only the owner of a table can write it anew. */
export async function scrubDatabase(
  ground: Ground,
  actor: Actor,
  onProgress: (done: string) => void = () => {},
  signal?: AbortSignal,
): Promise<ScrubReport> {
  requireRole(actor, 'Organization Configuration')
  if (ground.ownerUrl === null)
    throw new HoldfastError('SCHEMA_MISSING', 'tables are written anew by the owner’s role')
  await finishDisposals(ground, signal)
  const owner = await openDatabase(ground.ownerUrl, { connectionsMax: 1 })
  let log: boolean
  try {
    for (const table of SCRUBBED) {
      signal?.throwIfAborted()
      await owner.execute(`vacuum (full, analyze) holdfast.${table}`)
      onProgress(table)
    }
    // Samples of values that are gone; its own rows are replaced like those of other tables.
    await ifAllowed(owner, 'vacuum full pg_catalog.pg_statistic')
    log = await passLog(owner, onProgress)
  } finally {
    await owner.close()
  }
  const report = { tables: SCRUBBED.length, log }
  await appendEntry(ground.database, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'archive.scrub',
    subject: ground.archive.archiveId,
    detail: report,
  })
  return report
}

/**
 * Writes over the log with records of zeros. A checkpoint makes every older file one that is written next; the file
 * that is written at that moment is one of those only after the second, so it is gone through twice.
 */
async function passLog(owner: Database, onProgress: (done: string) => void): Promise<boolean> {
  for (let pass = 1; pass <= 2; pass++) {
    if (!(await ifAllowed(owner, 'checkpoint'))) return false
    const bytes = await logBytes(owner)
    if (bytes === null || bytes > LOG_MAX) return false
    for (let written = 0; written < bytes; written += RECORDS * RECORD)
      await owner.execute(
        `select count(pg_logical_emit_message(false, 'holdfast', repeat('0', ${RECORD}))) from generate_series(1, ${RECORDS})`,
      )
    onProgress(`the write-ahead log, pass ${pass} of 2`)
  }
  return ifAllowed(owner, 'checkpoint')
}

/** How much it takes to come to the end of every file of the log. */
async function logBytes(owner: Database): Promise<number | null> {
  try {
    const [row] = await owner.query<{ bytes: number }>(
      `select (sum(size) + (select setting::bigint from pg_settings where name = 'wal_segment_size'))::bigint as bytes from pg_ls_waldir()`,
    )
    return row!.bytes
  } catch (error) {
    if (sqlState(error) === NOT_ALLOWED) return null
    throw error
  }
}

/** False where the owner of the archive's tables is not the server's. */
async function ifAllowed(owner: Database, statement: string): Promise<boolean> {
  try {
    await owner.execute(statement)
    return true
  } catch (error) {
    if (sqlState(error) === NOT_ALLOWED) return false
    throw error
  }
}
