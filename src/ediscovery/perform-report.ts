/**
 * Making a term report: the hits of each line go into one table, whose grouping by item tells which items only one line
 * finds; so the work grows with the hits and not with the square of the lines. All in one snapshot, and the table is
 * empty again at its end.
 */
import { countRestricted, countUnread, inSnapshot } from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  type CompiledQuery,
  checkVersion,
  parseQuery,
  type SearchScope,
  selectHits,
} from '../search/search.ts'
import { scopeOf } from './counting.ts'
import { sealJson } from './sealed.ts'
import { sealedReport, type TermReportRow, type TermResult } from './term-report.ts'

/** Items of one row of what a line finds. */
const PAGE_ITEMS = 10_000
/** How often it is noted how far it is, in milliseconds. */
const NOTE_EVERY = 1_000

type Outcome = {
  readonly results: readonly TermResult[]
  readonly items: number
  readonly bytes: number
  readonly partiallyIndexed: number
  readonly notYetIndexed: number
  readonly restricted: number
}

/** Makes the report, unless it is made already. What cannot be mended by trying again ends it as failed. */
export async function performTermReport(
  ground: Ground,
  termReportId: number,
  signal: AbortSignal,
): Promise<void> {
  const [row] = await ground.database.query<TermReportRow>(
    `update term_report set status = 'working', lines_done = 0, started_at = coalesce(started_at, $2)
     where term_report_id = $1::bigint and status in ('waiting', 'working') returning *`,
    [termReportId, new Date(ground.clock.now())],
  )
  if (!row) return
  try {
    const outcome = await inSnapshot(ground, tx => countLines(ground, tx, row, signal))
    await finish(ground, row, outcome)
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.retryable) throw error
    await finish(ground, row, error)
  }
}

async function countLines(
  ground: Ground,
  tx: Transaction,
  row: TermReportRow,
  signal: AbortSignal,
): Promise<Outcome> {
  await checkVersion(tx)
  const { lines, named } = sealedReport(ground, row)
  const scope: SearchScope = {
    ...scopeOf(row),
    named: new Map(named),
  }
  const refused = new Map<number, string>()
  let noted = ground.clock.now()
  for (const [index, { query }] of lines.entries()) {
    signal.throwIfAborted()
    try {
      const hits = await selectHits(tx, ground.keyring, parseQuery(query, row.requested_at.getTime()), scope)
      await keepHits(tx, row.term_report_id, index, hits)
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error
      refused.set(index, error.code)
    }
    if (ground.clock.now() - noted < NOTE_EVERY) continue
    noted = ground.clock.now()
    await ground.database.execute('update term_report set lines_done = $2 where term_report_id = $1', [
      row.term_report_id,
      index + 1,
    ])
  }
  const counts = await tx.query<{
    line: number | null
    items: number
    bytes: number
    unique_items: number
    unique_bytes: number
  }>(
    `with hit as (
       select item_id, array_agg(line) as lines
       from term_report_hit cross join lateral unnest(item_ids) as each (item_id)
       where term_report_id = $1 group by item_id
     ),
     found as materialized (
       select hit.lines, coalesce(i.message_size, i.original_size)::bigint as bytes
       from hit join item i on i.item_id = hit.item_id
     )
     select each.line, count(*) as items, sum(bytes)::bigint as bytes,
       count(*) filter (where cardinality(lines) = 1) as unique_items,
       coalesce(sum(bytes) filter (where cardinality(lines) = 1), 0)::bigint as unique_bytes
     from found cross join lateral unnest(lines || null::integer) as each (line) group by each.line`,
    [row.term_report_id],
  )
  await tx.execute('delete from term_report_hit where term_report_id = $1', [row.term_report_id])
  const byLine = new Map(counts.map(each => [each.line, each]))
  const whole = byLine.get(null)
  return {
    results: lines.map((_, index) => {
      const found = byLine.get(index)
      return {
        items: found?.items ?? 0,
        bytes: found?.bytes ?? 0,
        uniqueItems: found?.unique_items ?? 0,
        uniqueBytes: found?.unique_bytes ?? 0,
        errorCode: refused.get(index) ?? null,
      }
    }),
    items: whole?.items ?? 0,
    bytes: whole?.bytes ?? 0,
    ...(await countUnread(tx, scope)),
    restricted: await countRestricted(tx, scope),
  }
}

/** The hits of a line, many to a row. */
async function keepHits(tx: Transaction, termReportId: number, line: number, hits: CompiledQuery) {
  const place = (index: number) => `$${hits.values.length + index}`
  await tx.execute(
    `insert into term_report_hit (term_report_id, line, page, item_ids)
     select ${place(1)}::bigint, ${place(2)}::integer, (n - 1) / ${PAGE_ITEMS}, array_agg(item_id)
     from (select item_id, row_number() over () as n from (${hits.sql}) as hit) as numbered group by 3`,
    [...hits.values, termReportId, line],
  )
}

/** Keeps what came of it, with its entry; not again if another worker was quicker. */
async function finish(ground: Ground, row: TermReportRow, outcome: Outcome | HoldfastError): Promise<void> {
  const termReportId = row.term_report_id
  const failed = outcome instanceof HoldfastError ? outcome.code : null
  const done = outcome instanceof HoldfastError ? null : outcome
  await ground.database.transaction(async tx => {
    const changed = await tx.execute(
      `update term_report set status = $2, ended_at = $3, error_code = $4, items = $5, bytes = $6, result = $7,
         partially_indexed = $8, not_yet_indexed = $9, restricted_items = $10,
         lines_done = case when $4::text is null then lines else lines_done end
       where term_report_id = $1 and status = 'working'`,
      [
        termReportId,
        failed ? 'failed' : 'complete',
        new Date(ground.clock.now()),
        failed,
        done?.items ?? null,
        done?.bytes ?? null,
        done && sealJson(ground.keyring, `term-report-result ${termReportId}`, done.results),
        done?.partiallyIndexed ?? null,
        done?.notYetIndexed ?? null,
        done?.restricted ?? null,
      ],
    )
    if (changed === 0) return
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: failed ? 'system' : row.owner,
      act: failed ? 'term-report.fail' : 'term-report.complete',
      subject: `term-report:${termReportId}`,
      detail: failed ? { code: failed } : { lines: row.lines, items: done!.items, bytes: done!.bytes },
    })
  })
}
