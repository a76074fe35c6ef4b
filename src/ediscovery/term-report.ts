/**
 * Term reports: what each line of a list of queries finds, and what it alone finds, counted together in one snapshot
 * by a worker (perform-report.ts). The lines and what they found are sealed; the last reports of a person are kept.
 */
import { type Asked, recordReading } from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, personBehind, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { type Counting, type CountingRow, countingOf } from './counting.ts'
import { ownersSeen } from './ownership.ts'
import { checkName } from './saved-search.ts'
import { openJson, sealJson } from './sealed.ts'
import { readableRuns } from './search-run.ts'
import { judgeLines, type LineProblem, linesOf, type TermLine } from './term-lines.ts'

/** So many reports of one person are kept; the oldest goes when another is asked for. */
const REPORTS_KEPT = 50

type TermReport = Counting & {
  readonly termReportId: number
  readonly name: string
  readonly owner: string
  readonly lines: number
  readonly linesDone: number
}

/** What a line found. */
export type TermResult = {
  readonly items: number
  readonly bytes: number
  /** Items that no other line finds. */
  readonly uniqueItems: number
  readonly uniqueBytes: number
  /** Why the line was not counted, as the code of an error. */
  readonly errorCode: string | null
}

type SealedReport = {
  readonly name: string
  readonly lines: readonly TermLine[]
  readonly named: readonly (readonly [string, number])[]
}

export type TermReportRow = CountingRow & {
  term_report_id: number
  owner: string
  lines: number
  lines_done: number
  result: Buffer | null
}

/** What is wrong with which line; nothing is counted, and nothing recorded but a refusal. */
export async function checkTermLines(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
): Promise<{ lines: number; problems: LineProblem[] }> {
  requireRole(actor, 'Compliance Search')
  const lines = linesOf(text)
  return { lines: lines.length, problems: (await judgeLines(ground, actor, lines, asked)).problems }
}

/** Asks for a report; a worker makes it. TERM_REPORT_INVALID names the first line that is no query. */
export async function requestTermReport(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  wanted: { readonly name: string; readonly text: string; readonly scope: Asked },
): Promise<TermReport> {
  requireRole(actor, 'Compliance Search')
  const name = checkName(wanted.name, 'TERM_REPORT_INVALID')
  const lines = linesOf(wanted.text)
  const { admitted, problems } = await judgeLines(ground, actor, lines, wanted.scope)
  if (problems.length > 0)
    throw new HoldfastError(
      'TERM_REPORT_INVALID',
      `line ${problems[0]!.line} of ${problems.length} that cannot be counted: ${problems[0]!.reason}`,
    )
  const { scope } = admitted[0]!
  const named = new Map<string, number>(admitted.flatMap(each => [...(each.scope.named ?? [])]))
  return ground.database.transaction(async tx => {
    const owner = personBehind(actor.name)
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 14))', [owner])
    const [next] = await tx.query<{ id: number }>(
      `select nextval(pg_get_serial_sequence('term_report', 'term_report_id')) as id`,
    )
    const termReportId = next!.id
    const sealed: SealedReport = { name, lines, named: [...named] }
    const [row] = await tx.query<TermReportRow>(
      `insert into term_report (term_report_id, owner, sealed, mailbox_ids, connector_ids, folders,
         restricted, requested_at, status, lines) values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9) returning *`,
      [
        termReportId,
        owner,
        sealJson(ground.keyring, `term-report ${termReportId}`, sealed),
        scope.mailboxIds,
        scope.connectorIds ?? null,
        scope.folders ?? null,
        scope.restricted ?? null,
        new Date(ground.clock.now()),
        lines.length,
      ],
    )
    await queue.send(tx, 'search-run', { termReportId })
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'term-report.request',
      subject: `term-report:${termReportId}`,
      detail: { lines: lines.length, limited: scope.mailboxIds !== null },
      sealed: { name, queries: lines.map(each => each.query) },
    })
    const old = await tx.query<{ term_report_id: number }>(
      `select term_report_id from term_report where owner = $1 and status in ('complete', 'failed')
       order by term_report_id desc offset $2`,
      [owner, REPORTS_KEPT - 1],
    )
    for (const each of old) await dropReport(ground, tx, 'system', each.term_report_id, 'kept no longer')
    return reportOf(ground, row!)
  })
}

/** The reports that the actor may see, the newest first; `after` is the last id of the page before. */
export async function listTermReports(
  ground: Ground,
  actor: Actor,
  page: { readonly after?: number; readonly limit: number },
): Promise<{ reports: TermReport[]; next: number | null }> {
  requireRole(actor, 'Compliance Search')
  const rows = await ground.database.query<TermReportRow>(
    `select * from term_report where ($1::text is null or owner = $1)
       and ($2::bigint is null or term_report_id < $2) order by term_report_id desc limit $3`,
    [ownersSeen(actor), page.after ?? null, page.limit + 1],
  )
  const shown = rows.slice(0, page.limit)
  await recordReading(ground, actor, {
    act: 'term-report.list',
    subject: 'term-reports',
    detail: { count: shown.length },
  })
  return {
    reports: readableRuns(actor, shown).map(row => reportOf(ground, row)),
    next: rows.length > page.limit ? shown.at(-1)!.term_report_id : null,
  }
}

/** How far a report is; asked again and again, so it is no entry, and it quotes nothing. TERM_REPORT_UNKNOWN. */
export async function termReportProgress(ground: Ground, actor: Actor, termReportId: number) {
  const { status, lines, lines_done, error_code } = await findReport(ground, actor, termReportId)
  return { termReportId, status, lines, linesDone: lines_done, errorCode: error_code }
}

/** A report with its lines, and what each found once it is complete; recorded. TERM_REPORT_UNKNOWN. */
export async function showTermReport(
  ground: Ground,
  actor: Actor,
  termReportId: number,
): Promise<TermReport & { rows: (TermLine & { result: TermResult | null })[] }> {
  const row = await findReport(ground, actor, termReportId)
  await recordReading(ground, actor, { act: 'term-report.show', subject: `term-report:${termReportId}` })
  const results = row.result
    ? openJson<TermResult[]>(ground.keyring, `term-report-result ${termReportId}`, row.result)
    : []
  const { lines } = sealedReport(ground, row)
  return {
    ...reportOf(ground, row),
    rows: lines.map((line, index) => ({ ...line, result: results[index] ?? null })),
  }
}

export async function removeTermReport(ground: Ground, actor: Actor, termReportId: number): Promise<void> {
  await findReport(ground, actor, termReportId)
  await ground.database.transaction(tx => dropReport(ground, tx, actor.name, termReportId, 'asked'))
}

type Tx = Parameters<Parameters<Ground['database']['transaction']>[0]>[0]

async function dropReport(ground: Ground, tx: Tx, actorName: string, termReportId: number, why: string) {
  if ((await tx.execute('delete from term_report where term_report_id = $1', [termReportId])) === 0) return
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actorName,
    act: 'term-report.remove',
    subject: `term-report:${termReportId}`,
    detail: { why },
  })
}

async function findReport(ground: Ground, actor: Actor, termReportId: number): Promise<TermReportRow> {
  requireRole(actor, 'Compliance Search')
  const rows = await ground.database.query<TermReportRow>(
    'select * from term_report where term_report_id = $1::bigint and ($2::text is null or owner = $2)',
    [termReportId, ownersSeen(actor)],
  )
  const [row] = readableRuns(actor, rows)
  if (!row) throw new HoldfastError('TERM_REPORT_UNKNOWN', `there is no term report ${termReportId}`)
  return row
}

export function sealedReport(ground: Pick<Ground, 'keyring'>, row: TermReportRow): SealedReport {
  return openJson<SealedReport>(ground.keyring, `term-report ${row.term_report_id}`, row.sealed)
}

function reportOf(ground: Ground, row: TermReportRow): TermReport {
  return {
    ...countingOf(row),
    termReportId: row.term_report_id,
    name: sealedReport(ground, row).name,
    owner: row.owner,
    lines: row.lines,
    linesDone: row.lines_done,
  }
}
