/** `holdfast term-report`: what each line of a list of queries finds, and what it alone finds. */
import type { Command } from 'commander'
import {
  checkTermLines,
  finishTermReport,
  listTermReports,
  removeTermReport,
  requestTermReport,
  showTermReport,
  termReportCsv,
} from '../ediscovery/ediscovery.ts'
import { HoldfastError } from '../errors.ts'
import { openQueue } from '../queue/queue.ts'
import { withActor } from './acting.ts'
import { readInput } from './files.ts'
import { integerFlag } from './flags.ts'
import { printUnseen } from './search.ts'
import { type ScopeFlags, scopeOf, withScopeFlags } from './search-scope.ts'
import { count, print, printJson, printProblems, printTable, time } from './terminal.ts'

export function registerTermReport(program: Command): void {
  const report = program
    .command('term-report')
    .description('hits and unique hits of each line of a list of queries')

  withScopeFlags(
    report
      .command('make <file>', { isDefault: true })
      .description('count a file of queries, one a line, at most 1,000'),
  )
    .option('--name <name>', 'what it is called; left out: the file’s name')
    .option('--csv', 'as CSV')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast term-report terms.txt --csv > report.csv')
    .action(
      (
        file: string,
        flags: ScopeFlags & { name?: string; csv?: boolean; json?: boolean },
        command: Command,
      ) =>
        withActor(command, [], async (ground, actor) => {
          const text = decode(await readInput(file), file)
          const scope = await scopeOf(ground, flags)
          const { problems } = await checkTermLines(ground, actor, text, scope)
          if (problems.length > 0) {
            printProblems(problems)
            throw new HoldfastError(
              'TERM_REPORT_INVALID',
              `${count(problems.length)} lines of ${file} cannot be counted`,
            )
          }
          const queue = await openQueue(ground.database, { log: ground.log })
          try {
            const name = flags.name ?? file.split(/[\\/]/).at(-1)!
            const { termReportId } = await requestTermReport(ground, queue, actor, { name, text, scope })
            await finishTermReport(ground, termReportId)
            if (flags.csv) {
              process.stdout.write(await termReportCsv(ground, actor, termReportId))
              return
            }
            const made = await showTermReport(ground, actor, termReportId)
            if (flags.json) printJson(made)
            else printReport(made)
          } finally {
            await queue.stop({ graceful: false })
          }
        }),
    )

  report
    .command('list')
    .description('your term reports, newest first')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast term-report list')
    .action((flags: { limit: string; json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const { reports } = await listTermReports(ground, actor, {
          limit: integerFlag('--limit', flags.limit),
        })
        if (flags.json) return printJson(reports)
        if (reports.length === 0)
          return print('No term reports yet. `holdfast term-report <file>` makes one.')
        printTable(
          [
            { title: 'Report', right: true, cell: each => String(each.termReportId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Asked for', cell: each => time(each.requestedAt) },
            { title: 'Status', cell: each => each.errorCode ?? each.status },
            { title: 'Lines', right: true, cell: each => count(each.lines) },
            { title: 'Items', right: true, cell: each => (each.items === null ? '-' : count(each.items)) },
          ],
          reports,
        )
      }),
    )

  report
    .command('show <id>')
    .description('a term report')
    .option('--csv', 'as CSV')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast term-report show 1 --csv')
    .action((id: string, flags: { csv?: boolean; json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const termReportId = integerFlag('the report', id)
        if (flags.csv) {
          process.stdout.write(await termReportCsv(ground, actor, termReportId))
          return
        }
        const made = await showTermReport(ground, actor, termReportId)
        if (flags.json) printJson(made)
        else printReport(made)
      }),
    )

  report
    .command('remove <id>')
    .description('remove a term report')
    .addHelpText('after', '\nExample:\n  holdfast term-report remove 1')
    .action((id: string, _flags: unknown, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        await removeTermReport(ground, actor, integerFlag('the report', id))
        print('Removed.')
      }),
    )
}

/** UTF-8, as every editor writes it; FILE_UNREADABLE for what is not. */
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new HoldfastError('FILE_UNREADABLE', `${file} is not text in UTF-8`, { cause })
  }
}

function printReport(made: Awaited<ReturnType<typeof showTermReport>>): void {
  print(
    `Report ${made.termReportId}: ${made.name}, ${made.status}${made.errorCode ? ` (${made.errorCode})` : ''}`,
  )
  print()
  printTable(
    [
      { title: 'Line', right: true, cell: each => String(each.line) },
      { title: 'Query', cell: each => (each.query.length > 60 ? `${each.query.slice(0, 59)}…` : each.query) },
      { title: 'Items', right: true, cell: each => number(each.result?.items) },
      { title: 'Bytes', right: true, cell: each => number(each.result?.bytes) },
      { title: 'Unique', right: true, cell: each => number(each.result?.uniqueItems) },
      { title: 'Problem', cell: each => each.result?.errorCode ?? '' },
    ],
    made.rows,
  )
  if (made.items === null) return
  print()
  print(`All lines: ${count(made.items)} items, ${count(made.bytes ?? 0)} bytes.`)
  printUnseen(made)
}

const number = (value: number | undefined): string => (value === undefined ? '-' : count(value))
