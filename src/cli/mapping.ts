/** `holdfast mapping check|import|export`: a connector's custom mapping of numbers and user ids to mailboxes. */
import type { Command } from 'commander'
import { importCustomMapping, type TriedMapping, tryCustomMapping } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import { exportMapping, mappingTemplate } from '../mapping/mapping.ts'
import { SEES_IMPORTS, withActor } from './acting.ts'
import { readInput } from './files.ts'
import { integerFlag } from './flags.ts'
import { count, print, printJson, printProblems } from './terminal.ts'

export function registerMapping(program: Command): void {
  const mapping = program
    .command('mapping')
    .description('a connector’s custom mapping (docs/formats/mapping-csv.md)')

  mapping
    .command('check <file>')
    .description('check a CSV file and say what it would change, without using it')
    .requiredOption('--connector <id>', 'for this connector')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast mapping check mapping.csv --connector 1')
    .action((file: string, options: { connector: string; json?: boolean }, command: Command) =>
      withActor(command, ['Mailbox Import Export'], async ground => {
        const tried = await tryCustomMapping(
          ground,
          integerFlag('--connector', options.connector),
          await readInput(file),
        )
        if (options.json) printJson(tried)
        else printTried(tried)
        refuseProblems(file, tried)
      }),
    )

  mapping
    .command('import <file>')
    .description('put a CSV file in place of the connector’s custom mapping; all of it or nothing')
    .requiredOption('--connector <id>', 'for this connector')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast mapping import mapping.csv --connector 1 && holdfast unmapped replay',
    )
    .action((file: string, options: { connector: string; json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const connectorId = integerFlag('--connector', options.connector)
        const bytes = await readInput(file)
        const tried = await tryCustomMapping(ground, connectorId, bytes)
        if (options.json) printJson(tried)
        else printTried(tried)
        refuseProblems(file, tried)
        await importCustomMapping(ground, actor, connectorId, bytes)
        if (!options.json)
          print(
            'The mapping is in use from the next batch on. `holdfast unmapped replay` files what was unmapped.',
          )
      }),
    )

  mapping
    .command('export')
    .description('write the connector’s custom mapping as CSV to stdout')
    .option('--connector <id>', 'of this connector; without it, an empty template')
    .addHelpText('after', '\nExample:\n  holdfast mapping export --connector 1 > mapping.csv')
    .action(async (options: { connector?: string }, command: Command) => {
      if (options.connector === undefined) return void process.stdout.write(mappingTemplate())
      const connectorId = integerFlag('--connector', options.connector)
      await withActor(command, SEES_IMPORTS, async ground => {
        process.stdout.write(await exportMapping(ground.database, connectorId))
      })
    })
}

function printTried({ checked, preview }: TriedMapping): void {
  printProblems(checked.problems)
  print(
    `${count(checked.entries.length)} good lines: ${count(checked.added)} new, ${count(checked.changed)} changed, ${count(checked.unchanged)} unchanged, ${count(checked.removed)} removed.`,
  )
  if (!preview) return
  const { before, after } = preview.registered
  print(
    `Registered users found   before: ${before.byCsv} by CSV, ${before.byEmail} by e-mail, ${before.byNeither} by neither`,
  )
  print(
    `                         after:  ${after.byCsv} by CSV, ${after.byEmail} by e-mail, ${after.byNeither} by neither`,
  )
  print(`Users with another mailbox than now: ${preview.moved}`)
  print(
    `Unmapped in the last 30 days: ${count(preview.failures.open)}, of which this mapping reaches ${count(preview.failures.mapped)}`,
  )
}

function refuseProblems(file: string, { checked }: TriedMapping): void {
  if (checked.problemCount > 0)
    throw new HoldfastError(
      'MAPPING_INVALID',
      `${file}: ${checked.problemCount} problems; nothing of it was used`,
    )
}
