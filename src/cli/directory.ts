/** `holdfast directory import|list`: people and their mailboxes. */
import type { Command } from 'commander'
import { listMailboxes } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import { checkPeople, importPeople } from '../mailbox/mailbox.ts'
import { SEES_DIRECTORY, withActor } from './acting.ts'
import { readInput } from './files.ts'
import { integerFlag } from './flags.ts'
import { print, printJson, printProblems, printTable, time } from './terminal.ts'

export function registerDirectory(program: Command): void {
  const directory = program.command('directory').description('people, their mailboxes and addresses')

  directory
    .command('import <file>')
    .description('read people from a CSV file (docs/formats/directory-csv.md); all of it or nothing')
    .option('--check', 'only check the file and say what would change')
    .option('--deactivate-missing', 'people who are not in the file become inactive now')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast directory import people.csv --check')
    .action(
      (
        file: string,
        options: { check?: boolean; deactivateMissing?: boolean; json?: boolean },
        command: Command,
      ) =>
        withActor(command, ['Mail Recipients'], async (ground, actor) => {
          const bytes = await readInput(file)
          const deactivateMissing = options.deactivateMissing === true
          const report = await checkPeople(ground, actor, bytes, { deactivateMissing })
          if (!options.check && report.problemCount === 0)
            await importPeople(ground, actor, bytes, { deactivateMissing })
          if (options.json) printJson(report)
          else printProblems(report.problems)
          if (report.problemCount > 0)
            throw new HoldfastError('DIRECTORY_INVALID', `${file}: ${report.problemCount} problems`)
          if (!options.json)
            print(
              `${options.check ? 'Would be' : 'Done'}: ${report.added} new, ${report.changed} changed, ${report.unchanged} unchanged, ${report.deactivated} deactivated.`,
            )
        }),
    )

  directory
    .command('list')
    .description('mailboxes with their aliases')
    .option('--containing <text>', 'only addresses and names that contain this')
    .option('--after <address>', 'begin after this address')
    .option('--limit <count>', 'how many', '100')
    .option('--json', 'as JSON')
    .action(
      (options: { containing?: string; after?: string; limit: string; json?: boolean }, command: Command) =>
        withActor(command, SEES_DIRECTORY, async ground => {
          const found = await listMailboxes(ground.database, {
            ...(options.containing ? { containing: options.containing } : {}),
            ...(options.after ? { after: options.after } : {}),
            limit: integerFlag('--limit', options.limit),
          })
          if (options.json) return printJson(found)
          printTable(
            [
              { title: 'Address', cell: each => each.address },
              { title: 'Name', cell: each => each.displayName },
              { title: 'Aliases', cell: each => each.aliases.join(', ') },
              { title: 'Active from', cell: each => time(each.activeFrom) },
              { title: 'Active to', cell: each => time(each.activeTo) },
            ],
            found,
          )
        }),
    )
}
