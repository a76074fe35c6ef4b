/** A term report as a table for spreadsheets. A line is text that somebody wrote, so it must not run as a formula. */
import { csvLine } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { showTermReport } from './term-report.ts'

const COLUMNS = ['line', 'query', 'items', 'bytes', 'unique items', 'unique bytes', 'problem']

/** The report as CSV in UTF-8: a row for each line, and one for all of them. TERM_REPORT_UNFINISHED before its end. */
export async function termReportCsv(ground: Ground, actor: Actor, termReportId: number): Promise<string> {
  const report = await showTermReport(ground, actor, termReportId)
  if (report.status !== 'complete')
    throw new HoldfastError('TERM_REPORT_UNFINISHED', `term report ${termReportId} is ${report.status}`)
  const rows = report.rows.map(({ line, query, result }) => [
    line,
    query,
    result?.items ?? 0,
    result?.bytes ?? 0,
    result?.uniqueItems ?? 0,
    result?.uniqueBytes ?? 0,
    result?.errorCode ?? '',
  ])
  const all = ['', 'all lines', report.items ?? 0, report.bytes ?? 0, '', '', '']
  return [COLUMNS, ...rows, all].map(row => csvLine(row.map(String))).join('')
}
