/** Runs as Microsoft's connector report has them, for a spreadsheet: its columns in its words (reference B4), then ours. */
import type { Sql } from '../database/database.ts'
import { csvLine } from '../directory/directory.ts'
import { listRuns, type Run } from './run.ts'

const PAGE = 500
const COLUMNS: readonly (readonly [string, (run: Run) => string | number | Date | null])[] = [
  ['Import completion time (UTC)', run => run.completedAt],
  ['Items available from source', run => run.sourceCount],
  ['Items available for import', run => run.counts.filingsAvailable],
  ['Items imported successfully', run => run.counts.filingsImported],
  ['Items partially imported', run => run.counts.filingsPartial],
  ['Items skipped', run => run.counts.filingsSkipped],
  ['Items failed', run => run.counts.filingsFailed],
  ['Run', run => run.runId],
  ['Why', run => run.trigger],
  ['Status', run => run.status],
  ['Window from (UTC)', run => run.window.from],
  ['Window to (UTC)', run => run.window.to],
  ['Items filed', run => run.counts.itemsFiled],
  ['Items unmapped', run => run.counts.itemsUnmapped],
  ['Duplicates', run => run.counts.itemsDuplicate],
  ['Items that failed', run => run.counts.itemsFailed],
  ['Disposed of before', run => run.counts.itemsDisposed],
  ['Error', run => run.errorCode],
]

/** All runs of a connector as CSV, newest first. */
export async function* runsCsv(sql: Sql, connectorId: number): AsyncGenerator<string> {
  yield `${COLUMNS.map(([title]) => title).join(',')}\r\n`
  for (let before: number | undefined; ; ) {
    const runs = await listRuns(sql, { connectorId, before, limit: PAGE })
    if (runs.length > 0) yield runs.map(lineOf).join('')
    before = runs.at(-1)?.runId
    if (runs.length < PAGE) return
  }
}

function lineOf(run: Run): string {
  return csvLine(
    COLUMNS.map(([, cell]) => {
      const value = cell(run)
      return value instanceof Date ? value.toISOString() : String(value ?? '')
    }),
  )
}
