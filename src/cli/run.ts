/** `holdfast run list|show`: imports and their completeness statements. */
import type { Command } from 'commander'
import { getConnector } from '../connector/connector.ts'
import { type Failure, getRun, listFailures, listRuns } from '../pipeline/pipeline.ts'
import { SEES_IMPORTS, withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { printStatement } from './statement.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const FAILURES_SHOWN = 20

export function registerRun(program: Command): void {
  const run = program.command('run').description('runs: imports and their completeness statements')

  run
    .command('list')
    .description('runs, newest first')
    .option('--connector <id>', 'of this connector only')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast run list --connector 1 --limit 5')
    .action((options: { connector?: string; limit: string; json?: boolean }, command: Command) =>
      withActor(command, SEES_IMPORTS, async ground => {
        const runs = await listRuns(ground.database, {
          ...(options.connector ? { connectorId: integerFlag('--connector', options.connector) } : {}),
          limit: integerFlag('--limit', options.limit),
        })
        if (options.json) return printJson(runs)
        if (runs.length === 0) return print('No runs yet. `holdfast connector run <id>` starts one.')
        printTable(
          [
            { title: 'Run', right: true, cell: each => String(each.runId) },
            { title: 'Connector', right: true, cell: each => String(each.connectorId) },
            { title: 'Why', cell: each => each.trigger },
            { title: 'Window ends', cell: each => time(each.window.to) },
            { title: 'Status', cell: each => each.status },
            {
              title: 'From source',
              right: true,
              cell: each => (each.sourceCount === null ? '-' : count(each.sourceCount)),
            },
            { title: 'Filed', right: true, cell: each => count(each.counts.itemsFiled) },
            { title: 'Unmapped', right: true, cell: each => count(each.counts.itemsUnmapped) },
            { title: 'Duplicates', right: true, cell: each => count(each.counts.itemsDuplicate) },
            { title: 'Failed', right: true, cell: each => count(each.counts.itemsFailed) },
          ],
          runs,
        )
      }),
    )

  run
    .command('show <id>')
    .description('a run’s completeness statement and its itemised failures')
    .option('--failures <count>', 'how many failures to list', String(FAILURES_SHOWN))
    .option('--json', 'as JSON, with every failure')
    .addHelpText('after', '\nExamples:\n  holdfast run show 1\n  holdfast run show 1 --json')
    .action((id: string, options: { failures: string; json?: boolean }, command: Command) =>
      withActor(command, SEES_IMPORTS, async ground => {
        const found = await getRun(ground.database, integerFlag('the run', id))
        const limit = options.json ? Number.POSITIVE_INFINITY : integerFlag('--failures', options.failures)
        const failures: Failure[] = []
        for (;;) {
          const last = failures.at(-1)
          const page = await listFailures(ground.database, found.runId, {
            ...(last ? { after: last } : {}),
            limit: Math.min(500, limit - failures.length),
          })
          failures.push(...page)
          if (page.length === 0 || failures.length >= limit) break
        }
        const { demonstration } = ground.archive
        if (options.json) return printJson({ demonstration, ...found, failures })
        const connector = await getConnector(ground.database, found.connectorId)
        printStatement(connector.name, found, demonstration)
        if (failures.length === 0) return
        print()
        print(`Failures (the first ${failures.length}; --json lists all):`)
        printTable(
          [
            { title: 'Item', cell: each => each.itemId },
            { title: 'Source item', cell: each => each.sourceItemId.slice(0, 40) },
            { title: 'Source user', cell: each => each.sourceUser || '-' },
            { title: 'Mailbox', cell: each => each.mailbox || '-' },
            { title: 'Reason', cell: each => each.reason },
            { title: 'Resolved', cell: each => time(each.resolvedAt) },
          ],
          failures,
        )
      }),
    )
}
