/** `holdfast unmapped list|replay`: what found no mailbox, and filing it again after a correction. */
import type { Command } from 'commander'
import { listUnmapped, replayFailures } from '../pipeline/pipeline.ts'
import { openQueue } from '../queue/queue.ts'
import { SEES_IMPORTS, withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const REASONS: Readonly<Record<string, string>> = {
  'no-mapping': 'no mapping and no e-mail',
  'mailbox-unknown': 'leads to no mailbox of the directory',
  'mailbox-not-active': 'the mailbox was not active then',
  'no-participant': 'none of our people takes part',
}

export function registerUnmapped(program: Command): void {
  const unmapped = program
    .command('unmapped')
    .description('items that found no mailbox: sealed, kept, and filed again once corrected')

  unmapped
    .command('list')
    .description('by number: how many items, since when, and why')
    .option('--connector <id>', 'of this connector only')
    .option('--limit <count>', 'how many numbers', '50')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast unmapped list --json')
    .action((options: { connector?: string; limit: string; json?: boolean }, command: Command) =>
      withActor(command, SEES_IMPORTS, async ground => {
        const connectorId = options.connector ? integerFlag('--connector', options.connector) : null
        const users = await listUnmapped(ground.database, connectorId, integerFlag('--limit', options.limit))
        if (options.json) return printJson(users)
        if (users.length === 0) return print('Nothing is unmapped.')
        printTable(
          [
            { title: 'Connector', right: true, cell: each => String(each.connectorId) },
            { title: 'Number or user', cell: each => each.sourceUser || '(none of our people)' },
            { title: 'Items', right: true, cell: each => count(each.items) },
            { title: 'First', cell: each => time(each.firstAt) },
            { title: 'Last', cell: each => time(each.lastAt) },
            { title: 'Why', cell: each => REASONS[each.reason] ?? each.reason },
          ],
          users,
        )
      }),
    )

  unmapped
    .command('replay')
    .description('file again what can be filed now')
    .option('--connector <id>', 'of this connector only')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample, after `holdfast mapping import`:\n  holdfast unmapped replay')
    .action((options: { connector?: string; json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const connectorId = options.connector ? integerFlag('--connector', options.connector) : null
        const queue = await openQueue(ground.database, { log: ground.log })
        const report = await replayFailures(ground, queue, actor, connectorId).finally(() =>
          // Also when it is refused: an open queue would keep the command from ending.
          queue.stop({ graceful: false }),
        )
        if (options.json) return printJson(report)
        print(
          `${count(report.failures)} open failures looked at: ${count(report.resolved)} resolved, ${count(report.filings)} filings added.`,
        )
      }),
    )
}
