/** `holdfast audit`: what was done, by whom and when, on the terminal or as a file. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { readSealedEntries } from '../archive/archive.ts'
import { type EntryQuery, readEntries } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import { exportEntries } from '../upkeep/upkeep.ts'
import { withActor } from './acting.ts'
import { integerFlag, timeFlag } from './flags.ts'
import { print, printJson, printTable } from './terminal.ts'

type Filter = {
  act?: string
  actor?: string
  subject?: string
  from?: string
  to?: string
  breakGlass?: boolean
}
type ListOptions = Filter & { after?: string; limit: string; json?: boolean }
type ExportOptions = Filter & { format: string; output?: string; sealed?: boolean }

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('the audit log')
  withFilter(audit.command('list').description('entries, newest first'))
    .option('--after <cursor>', 'the next page')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'as JSON, with what was sealed in the entries')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast audit list --act "message.*"\n  holdfast audit list --from 2026-11-01 --json',
    )
    .action((options: ListOptions, command: Command) =>
      withActor(command, ['Audit Logs'], async (ground, actor) => {
        const query: EntryQuery = {
          ...queryOf(options),
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
  withFilter(
    audit.command('export').description('all entries that match, as a file; that this was done is recorded'),
  )
    .option('--format <format>', 'csv or jsonl', 'csv')
    .option('--output <file>', 'a new file; standard output without it')
    .option('--sealed', 'with what was sealed in the entries')
    .addHelpText('after', '\nExample:\n  holdfast audit export --from 2026-11-01 --output november.csv')
    .action((options: ExportOptions, command: Command) =>
      withActor(command, ['Audit Logs'], async (ground, actor) => {
        const { format } = options
        if (format !== 'csv' && format !== 'jsonl')
          throw new HoldfastError('USAGE', `--format: "${format}" is neither csv nor jsonl`)
        const entries = exportEntries(ground, actor, queryOf(options), {
          format,
          sealed: options.sealed ?? false,
        })
        // A file that is there is never written over.
        const target = options.output
          ? createWriteStream(options.output, { flags: 'wx', mode: 0o600 })
          : process.stdout
        await pipeline(entries, target, { end: target !== process.stdout }).catch(cause => {
          if (options.output === undefined || cause instanceof HoldfastError) throw cause
          throw new HoldfastError('FILE_UNREADABLE', `${options.output} cannot be written`, { cause })
        })
      }),
    )
}

function withFilter(command: Command): Command {
  return command
    .option('--act <act>', 'only this act, or a family of acts (message.read, message.*)')
    .option('--actor <name>', 'only by this actor; a person with their tokens')
    .option('--subject <subject>', 'only about this subject (item:…, connector:1, run:3)')
    .option('--from <time>', 'at or after')
    .option('--to <time>', 'before')
    .option('--break-glass', 'only what was done on the console without a sign-in')
}

function queryOf({ act, actor, subject, from, to, breakGlass }: Filter): Omit<EntryQuery, 'limit'> {
  return {
    ...(act ? { act } : {}),
    ...(actor ? { actor, withTokens: true } : {}),
    ...(subject ? { subject } : {}),
    ...(from ? { from: timeFlag('--from', from) } : {}),
    ...(to ? { to: timeFlag('--to', to) } : {}),
    ...(breakGlass ? { breakGlass: true } : {}),
  }
}
