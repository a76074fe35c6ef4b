/** `holdfast audit list`: what was done, by whom and when. */
import type { Command } from 'commander'
import { readSealedEntries } from '../archive/archive.ts'
import { type EntryQuery, readEntries } from '../audit/audit.ts'
import { withActor } from './acting.ts'
import { integerFlag, timeFlag } from './flags.ts'
import { print, printJson, printTable } from './terminal.ts'

type Options = {
  act?: string
  actor?: string
  subject?: string
  from?: string
  to?: string
  after?: string
  limit: string
  json?: boolean
}

export function registerAudit(program: Command): void {
  program
    .command('audit')
    .description('the audit log')
    .command('list')
    .description('entries, newest first')
    .option('--act <act>', 'only this act, or a family of acts (message.read, message.*)')
    .option('--actor <name>', 'only by this actor')
    .option('--subject <subject>', 'only about this subject (item:…, connector:1, run:3)')
    .option('--from <time>', 'at or after')
    .option('--to <time>', 'before')
    .option('--after <cursor>', 'the next page')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'as JSON, with what was sealed in the entries')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast audit list --act "message.*"\n  holdfast audit list --from 2026-11-01 --json',
    )
    .action((options: Options, command: Command) =>
      withActor(command, ['Audit Logs'], async (ground, actor) => {
        const query: EntryQuery = {
          ...(options.act ? { act: options.act } : {}),
          ...(options.actor ? { actor: options.actor } : {}),
          ...(options.subject ? { subject: options.subject } : {}),
          ...(options.from ? { from: timeFlag('--from', options.from) } : {}),
          ...(options.to ? { to: timeFlag('--to', options.to) } : {}),
          ...(options.after ? { after: options.after } : {}),
          limit: integerFlag('--limit', options.limit),
        }
        if (options.json) return printJson(await readSealedEntries(ground, actor, query))
        const page = await readEntries(ground.database, query)
        printTable(
          [
            { title: 'When', cell: each => each.at.toISOString() },
            {
              title: 'No.',
              right: true,
              cell: each => (each.sequence === null ? 'waits' : String(each.sequence)),
            },
            { title: 'Who', cell: each => each.actor },
            { title: 'Act', cell: each => each.act },
            { title: 'About', cell: each => each.subject },
            { title: 'Detail', cell: each => JSON.stringify(each.detail).slice(0, 100) },
          ],
          page.entries,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )
}
