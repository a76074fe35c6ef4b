/**
 * An export as a job: selected in one transaction, written segment by segment, finished step by step. Each step puts
 * its object into storage first and then commits it with how far the export has come, so an export that is killed
 * goes on from there, and of two workers that take it for theirs one steps back.
 */
import type { KeyObject } from 'node:crypto'
import { countRestricted, countUnread } from '../archive/archive.ts'
import { isConnectionFailure, type Transaction } from '../database/database.ts'
import { selectRun } from '../ediscovery/ediscovery.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import { type CompiledQuery, parseQuery, selectHits } from '../search/search.ts'
import { commitSegment } from './commit.ts'
import { failExport } from './ending.ts'
import { finishStep } from './finishing.ts'
import { COPIES_MAX, type Load, loadCopies, nextOrdinal } from './loading.ts'
import { listSegments, putSegment, unwrapExportKey, zipSizeOf } from './segment.ts'
import { selectItems } from './selection.ts'
import { type ExportRow, OPEN_STATES, openRequest, readExport, type SealedRequest } from './stored-export.ts'
import { WRITERS } from './writer.ts'

/** An error that nobody knows is no longer tried again after so many times in a row. */
const ATTEMPTS_MAX = 5

/** Takes exports from the queue, one at a time in each worker, until `stopping` aborts. */
export async function workExports(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<{ exportId: string }>('export', { concurrency: 1 }, ({ exportId }, signal) =>
    performExport(ground, exportId, AbortSignal.any([signal, stopping])),
  )
}

/** Does what is left of an export, in segments of so many copies. */
export async function performExport(
  ground: Ground,
  exportId: string,
  signal: AbortSignal,
  copiesMax: number = COPIES_MAX,
): Promise<void> {
  const ahead = createAhead(ground, exportId, copiesMax)
  try {
    for (;;) {
      signal.throwIfAborted()
      const stand = await standOf(ground, exportId)
      const row = await readExport(ground.database, exportId)
      if (!row || !OPEN_STATES.includes(row.state) || row.export_key === null) return
      const key = unwrapExportKey(ground, row.export_key)
      try {
        if (row.state === 'waiting' || row.state === 'selecting') await select(ground, row)
        else if (row.state === 'writing') await writeSegment(ground, row, key, ahead)
        else await finishStep(ground, row, key, signal)
      } catch (error) {
        // Another worker took the step, and what this one was reading may be gone: no failure of the export.
        if ((await standOf(ground, exportId).catch(() => stand)) === stand) throw error
      }
    }
  } catch (error) {
    if (!signal.aborted) await noteFailure(ground, exportId, error)
    throw error
  } finally {
    await ahead.drop()
  }
}

/** How far the export has come, so that two moments can be told apart. */
async function standOf(ground: Ground, exportId: string): Promise<string> {
  const [row] = await ground.database.query<{ stand: string }>(
    `select concat_ws(' ', state, written_to,
       (select string_agg(sequence::text, ',' order by sequence) from export_segment s
        where s.export_id = e.export_id and s.kind <> 'messages')) as stand
     from export e where export_id = $1`,
    [exportId],
  )
  return row?.stand ?? ''
}

type NextLoad = { readonly last: number; readonly load: Load | null }

type Ahead = ReturnType<typeof createAhead>

/** Reads the copies of the next segment while the one before is being written and committed. */
function createAhead(ground: Ground, exportId: string, copiesMax: number) {
  const load = async (from: number): Promise<NextLoad> => {
    const last = await nextOrdinal(ground.database, exportId, from, copiesMax)
    return { last, load: last === from ? null : await loadCopies(ground, exportId, from, last) }
  }
  let begun: { readonly from: number; readonly loading: Promise<NextLoad> } | null = null
  const drop = async () => {
    // What it failed with is met again by whoever needs it.
    const next = await begun?.loading.catch(() => null)
    next?.load?.close()
    begun = null
  }
  return {
    begin: (from: number) => {
      const loading = load(from)
      loading.catch(() => {})
      begun = { from, loading }
    },
    /** The copies after this ordinal. */
    take: async (from: number): Promise<NextLoad> => {
      if (begun?.from !== from) {
        await drop()
        return load(from)
      }
      const { loading } = begun
      begun = null
      return loading
    },
    drop,
  }
}

/** What cannot be mended ends the export; what may mend itself is shown until it does. */
async function noteFailure(ground: Ground, exportId: string, error: unknown): Promise<void> {
  const known = error instanceof HoldfastError ? error : null
  if (known?.code === 'DATABASE_UNREACHABLE' || isConnectionFailure(error)) return
  const shown = known ?? new HoldfastError('INTERNAL', 'the export met an error that it does not know')
  const [row] = await ground.database.query<{ attempts: number }>(
    `update export set attempts = attempts + 1, error_code = $2, error_message = $3
     where export_id = $1 and state = any($4::text[]) returning attempts`,
    [exportId, shown.code, shown.message, OPEN_STATES],
  )
  const isFinal = known ? !known.retryable : (row?.attempts ?? 0) >= ATTEMPTS_MAX
  if (row && isFinal) await failExport(ground, exportId, shown)
}

async function select(ground: Ground, row: ExportRow): Promise<void> {
  const exportId = row.export_id
  await ground.database.execute(
    `update export set state = 'selecting', started_at = coalesce(started_at, $2)
     where export_id = $1 and state in ('waiting', 'selecting')`,
    [exportId, new Date(ground.clock.now())],
  )
  const request = openRequest(ground, row)
  await ground.database.transaction(async tx => {
    // Disposal waits until it can see what is selected, and what it removes is not selected (retention/).
    await tx.execute('lock table export_item in row exclusive mode')
    const locked = await readExport(tx, exportId, 'for update')
    if (locked?.state !== 'selecting') return
    const setting = {
      format: row.format,
      timeZone: row.time_zone,
      context: row.context,
      duplicates: row.duplicates,
      scope: request.scope,
    }
    const hits = await hitsOf(tx, ground, request, row.created_at)
    const { match, context, units } = await selectItems(tx, exportId, setting, hits)
    const unread = await unseen(tx, request)
    await tx.execute(
      `update export set state = case when $2 = 0 then 'finishing' else 'writing' end, units = $2, matched_items = $3,
         matched = $4, matched_suppressed = $5, context_items = $6, context_copies = $7, context_suppressed = $8,
         partially_indexed = $9, not_yet_indexed = $10, restricted_items = $11,
         attempts = 0, error_code = null, error_message = null
       where export_id = $1`,
      [
        exportId,
        units,
        match.items,
        match.copies,
        match.suppressed,
        context.items,
        context.copies,
        context.suppressed,
        unread.partiallyIndexed,
        unread.notYetIndexed,
        unread.restricted,
      ],
    )
  })
}

/** How much of its scope the search could not look into, at the moment of the selection or of the run. */
async function unseen(tx: Transaction, { source, scope }: SealedRequest) {
  const searched = { ...scope, named: new Map(scope.named) }
  // What a run found may have been restricted since: it is the selection that leaves it out.
  const restricted = await countRestricted(tx, searched)
  if (source.runId === null) return { ...(await countUnread(tx, searched)), restricted }
  const [run] = await tx.query<{ partial: number | null; waiting: number | null }>(
    'select partially_indexed as partial, not_yet_indexed as waiting from search_run where search_run_id = $1',
    [source.runId],
  )
  return { partiallyIndexed: run?.partial ?? 0, notYetIndexed: run?.waiting ?? 0, restricted }
}

async function hitsOf(
  tx: Transaction,
  ground: Ground,
  { source, query, scope }: SealedRequest,
  askedAt: Date,
): Promise<CompiledQuery> {
  if (source.runId === null) {
    // Words such as `today` are those of the moment at which it was asked.
    const parsed = parseQuery(query, askedAt.getTime())
    return selectHits(tx, ground.keyring, parsed, { ...scope, named: new Map(scope.named) })
  }
  const [run] = await tx.query(`select from search_run where search_run_id = $1 and status = 'complete'`, [
    source.runId,
  ])
  if (!run) throw new HoldfastError('SEARCH_RUN_UNKNOWN', `run ${source.runId} of a search was removed`)
  return selectRun(source.runId)
}

/** Writes the next segment of messages, or finds that all are written. */
async function writeSegment(ground: Ground, row: ExportRow, key: KeyObject, ahead: Ahead): Promise<void> {
  const exportId = row.export_id
  const before = await listSegments(ground.database, exportId)
  const written = await putCopies(ground, row, key, ahead, zipSizeOf(before))
  if (written === null) {
    await ground.database.execute(
      `update export set state = 'finishing' where export_id = $1 and state = 'writing' and written_to = $2`,
      [exportId, row.written_to],
    )
    return
  }
  const { segment, last, failed, counts, fileBytes } = written
  await commitSegment(ground, row, { ...segment, sequence: before.length }, async tx => {
    await tx.execute(
      `update export_item set state = 'written' where export_id = $1 and ordinal > $2 and ordinal <= $3`,
      [exportId, row.written_to, last],
    )
    if (failed.length > 0)
      await tx.execute(
        `update export_item x set state = 'failed', reason = f.reason
         from unnest($2::bigint[], $3::text[]) as f (ordinal, reason) where x.export_id = $1 and x.ordinal = f.ordinal`,
        [exportId, failed.map(([ordinal]) => ordinal), failed.map(([, reason]) => reason)],
      )
    await tx.execute(
      `update export set written_to = $2, matched_written = matched_written + $3, matched_failed = matched_failed + $4,
         context_written = context_written + $5, context_failed = context_failed + $6, file_bytes = file_bytes + $7
       where export_id = $1`,
      [
        exportId,
        last,
        counts.match.written,
        counts.match.failed,
        counts.context.written,
        counts.context.failed,
        fileBytes,
      ],
    )
  })
}

/** Puts a segment of the next copies into storage; null if there are none. Nothing holds the copies any longer then. */
async function putCopies(ground: Ground, row: ExportRow, key: KeyObject, ahead: Ahead, offset: number) {
  const { last, load } = await ahead.take(row.written_to)
  if (load === null) return null
  ahead.begin(last)
  const setting = {
    timeZone: row.time_zone,
    natives: row.natives,
    demonstration: ground.archive.demonstration,
  }
  const writing = WRITERS[row.format](load, setting, offset)
  const segment = await putSegment(
    ground,
    row.export_id,
    key,
    'messages',
    writing.body,
    writing.tail,
  ).finally(load.close)
  return {
    segment,
    last,
    failed: [...writing.failed],
    counts: tally(load.copies, writing.failed),
    fileBytes: writing.fileBytes(),
  }
}

function tally(
  copies: readonly { readonly ordinal: number; readonly grade: 'match' | 'context' }[],
  failed: ReadonlyMap<number, string>,
) {
  const counts = { match: { written: 0, failed: 0 }, context: { written: 0, failed: 0 } }
  for (const { ordinal, grade } of copies) counts[grade][failed.has(ordinal) ? 'failed' : 'written']++
  return counts
}
