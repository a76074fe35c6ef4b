/** `holdfast export …`: packages of what a search found, made, watched, fetched and removed. */
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import {
  cancelExport,
  EXPORT_FORMATS,
  type Export,
  type ExportFormat,
  getExport,
  listExports,
  type NewExport,
  removeExport,
  requestExport,
} from '../export/export.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { openQueue } from '../queue/queue.ts'
import { withActor } from './acting.ts'
import { fetchPackage, waitForExport } from './export-wait.ts'
import { integerFlag } from './flags.ts'
import { type ScopeFlags, scopeOf, withScopeFlags } from './search-scope.ts'
import { ask, count, oneLine, print, printJson, printTable, say, time } from './terminal.ts'

type CreateFlags = ScopeFlags & {
  name: string
  format: string
  run?: string
  timeZone: string
  context: string
  keepDuplicates?: boolean
  natives: boolean
  recipient?: string
  passPhrase?: boolean
  passPhraseStdin?: boolean
  toStorage?: boolean
  expires: string
  wait: boolean
  output?: string
  json?: boolean
}

export function registerExport(program: Command): void {
  const exporting = program.command('export').description('packages of what a search found, that stand alone')

  withScopeFlags(exporting.command('create [query...]').description('make an export of what a query finds'))
    .option('--name <name>', 'what it is called', '')
    .option('--format <format>', EXPORT_FORMATS.join(', '), 'eml')
    .option('--run <id>', 'of what this run of a saved search found, instead of a query')
    .option('--time-zone <zone>', 'that days are counted in, such as Europe/London', 'UTC')
    .option('--context <what>', 'none, conversation, day, or around:<messages>', 'none')
    .option('--keep-duplicates', 'a copy for each mailbox that an item is in')
    .option('--no-natives', 'RSMF without the messages beside it')
    .option('--recipient <key>', 'encrypt for this public key of age (age1…)')
    .option('--pass-phrase', 'encrypt with a pass phrase, which is asked for')
    .option('--pass-phrase-stdin', 'the same, from the first line of standard input')
    .option('--to-storage', 'write it to the storage for exports instead')
    .option('--expires <days>', 'the download ends after so many days', '30')
    .option('--no-wait', 'do not wait until it is ready')
    .option('--output <file>', 'fetch it into this file when it is ready')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast export create 'from:447700900123 sent>=2026-11-01' --format rsmf --time-zone Europe/London
  holdfast export create kind:voice-call --recipient age1… --output calls.zip.age
  holdfast export create --run 12 --context conversation --no-wait`,
    )
    .action((words: string[], flags: CreateFlags, command: Command) =>
      withActor(command, ['Export'], (ground, actor) => create(ground, actor, words.join(' '), flags)),
    )

  exporting
    .command('list')
    .description('exports, newest first')
    .option('--mine', 'only your own')
    .option('--after <export>', 'the next page: begin after this export')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'as JSON')
    .action((flags: { mine?: boolean; after?: string; limit: string; json?: boolean }, command: Command) =>
      withActor(command, ['Export'], async (ground, actor) => {
        const page = await listExports(ground, actor, {
          limit: integerFlag('--limit', flags.limit),
          ...(flags.mine ? { mine: true } : {}),
          ...(flags.after ? { after: flags.after } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.exports.length === 0)
          return print('No exports yet. `holdfast export create <query>` makes one.')
        printTable(
          [
            { title: 'Export', cell: each => each.exportId },
            { title: 'Name', cell: each => each.name.slice(0, 40) },
            { title: 'Format', cell: each => each.format },
            { title: 'State', cell: each => each.state },
            { title: 'Exported', right: true, cell: each => count(exportedOf(each)) },
            { title: 'Asked for', cell: each => time(each.createdAt) },
            { title: 'Expires', cell: each => time(each.expiresAt) },
          ],
          page.exports,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  withExport(exporting, 'show', 'what an export is, and how it stands', getExport, printExport)
  withExport(exporting, 'wait', 'wait until an export has ended', waitForExport, printExport, refuseUnready)
  exporting
    .command('download <export>')
    .description('fetch the package of an export into a file; one that was broken off goes on')
    .option('--output <file>', 'the file (default: the package’s own name)')
    .addHelpText('after', '\nExample:\n  holdfast export download <export> --output matter-7.zip')
    .action((exportId: string, flags: { output?: string }, command: Command) =>
      withActor(command, ['Export'], async (ground, actor) => {
        const { file, size } = await fetchPackage(ground, actor, exportId, flags.output ?? null)
        print(`${count(size)} bytes are in ${file}. Check it: holdfast verify ${file}`)
      }),
    )
  withExport(exporting, 'cancel', 'stop an export that is not finished', cancelExport, () =>
    print('Cancelled. Nothing of it is kept.'),
  )
  withExport(exporting, 'remove', 'remove the package of an export', removeExport, found =>
    print(
      found.storedAs === null
        ? 'Removed. That it was made, and of what, stays known.'
        : `Forgotten here; ${found.storedAs} stays in your storage until you remove it there.`,
    ),
  )
}

/** A command about one export: what `work` answers is told, or printed as JSON, and then judged. */
function withExport(
  parent: Command,
  verb: string,
  description: string,
  work: (ground: Ground, actor: Actor, exportId: string) => Promise<Export>,
  tell: (found: Export) => void,
  judge: (found: Export) => void = () => {},
): void {
  parent
    .command(`${verb} <export>`)
    .description(description)
    .option('--json', 'as JSON')
    .action((exportId: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, ['Export'], async (ground, actor) => {
        const found = await work(ground, actor, exportId)
        if (flags.json) printJson(found)
        else tell(found)
        judge(found)
      }),
    )
}

async function create(ground: Ground, actor: Actor, query: string, flags: CreateFlags): Promise<void> {
  const wanted = await readWanted(ground, query, flags)
  const queue = await openQueue(ground.database, { log: ground.log })
  const asked = await requestExport(ground, queue, actor, wanted).finally(() =>
    // Also when it is refused: an open queue would keep the command from ending.
    queue.stop({ graceful: false }),
  )
  if (!flags.wait) {
    if (flags.json) return printJson(asked)
    return print(`Export ${asked.exportId} waits for a worker: holdfast export wait ${asked.exportId}`)
  }
  const ended = await waitForExport(ground, actor, asked.exportId)
  if (flags.json) printJson(ended)
  else printExport(ended)
  refuseUnready(ended)
  if (!flags.output) return
  const { file, size } = await fetchPackage(ground, actor, ended.exportId, flags.output)
  say(`${count(size)} bytes are in ${file}. Check it: holdfast verify ${file}`)
}

async function readWanted(ground: Ground, query: string, flags: CreateFlags): Promise<NewExport> {
  if ((query === '') === (flags.run === undefined))
    throw new HoldfastError('USAGE', 'give a query, or --run with the run of a saved search')
  if (flags.recipient !== undefined && (flags.passPhrase || flags.passPhraseStdin))
    throw new HoldfastError('USAGE', '--recipient and --pass-phrase exclude each other')
  const { mailboxIds, connectorIds = null, folders = null } = await scopeOf(ground, flags)
  return {
    name: flags.name,
    source: {
      query: flags.run === undefined ? query : null,
      runId: flags.run === undefined ? null : integerFlag('--run', flags.run),
      mailboxIds,
      connectorIds,
      folders,
    },
    format: formatFlag(flags.format),
    timeZone: flags.timeZone,
    context: contextFlag(flags.context),
    duplicates: flags.keepDuplicates ? 'kept' : 'suppressed',
    natives: flags.natives,
    encryption: await encryptionOf(flags),
    destination: flags.toStorage ? 'storage' : 'download',
    expiresInDays: integerFlag('--expires', flags.expires),
  }
}

function formatFlag(given: string): ExportFormat {
  const format = EXPORT_FORMATS.find(each => each === given.toLowerCase())
  if (format) return format
  throw new HoldfastError('USAGE', `--format: "${given}" is none of ${EXPORT_FORMATS.join(', ')}`)
}

function contextFlag(given: string): NewExport['context'] {
  if (given === 'none' || given === 'conversation' || given === 'day') return { type: given }
  const [, messages] = /^around:(\d{1,4})$/.exec(given) ?? []
  if (messages !== undefined) return { type: 'around', messages: Number(messages) }
  throw new HoldfastError(
    'USAGE',
    `--context: "${given}" is none of none, conversation, day, around:<messages>`,
  )
}

/** A pass phrase is never a flag: those of a running command can be read by others. */
async function encryptionOf(flags: CreateFlags): Promise<NewExport['encryption']> {
  if (flags.recipient !== undefined) return { recipient: flags.recipient }
  if (flags.passPhraseStdin)
    return { passPhrase: (await text(process.stdin)).split('\n')[0]!.replace(/\r$/, '') }
  if (!flags.passPhrase) return null
  const passPhrase = await ask('Pass phrase', { hidden: true })
  if ((await ask('Again', { hidden: true })) !== passPhrase)
    throw new HoldfastError('USAGE', 'the two pass phrases differ')
  return { passPhrase }
}

function refuseUnready(ended: Export): void {
  if (ended.state === 'ready') return
  if (ended.state === 'failed' && ended.error)
    throw new HoldfastError('EXPORT_INCOMPLETE', `${ended.error.code}: ${ended.error.message}`)
  throw new HoldfastError('EXPORT_STATE', `the export is ${ended.state}`)
}

const exportedOf = ({ counts }: Export) => counts.matched.exported + counts.context.exported

function printExport(found: Export): void {
  const { counts, error } = found
  print(`${oneLine(found.name)}: ${found.state}`)
  print(`  Export       ${found.exportId}, ${found.format}, by ${found.requestedBy}`)
  print(`  Asked for    ${time(found.createdAt)}`)
  if (found.completedAt) print(`  Completed    ${time(found.completedAt)}`)
  for (const [name, of] of [
    ['Matched', counts.matched],
    ['Context', counts.context],
  ] as const)
    if (name === 'Matched' || of.copies > 0)
      print(
        `  ${name.padEnd(11)}  ${count(of.items)} items in ${count(of.copies)} copies = ${count(of.exported)} exported + ${count(of.failed)} failed + ${count(of.suppressed)} suppressed`,
      )
  if (found.restricted > 0)
    print(`  Left out     ${count(found.restricted)} restricted items (erasure requests)`)
  if (found.partiallyIndexed + found.notYetIndexed > 0)
    print(
      `  Not seen     attachments of ${count(found.partiallyIndexed)} items in part, of ${count(found.notYetIndexed)} not yet`,
    )
  if (found.packageSize !== null) print(`  Package      ${found.fileName}, ${count(found.packageSize)} bytes`)
  if (found.storedAs) print(`  Stored as    ${found.storedAs}`)
  if (found.expiresAt)
    print(`  Expires      ${time(found.expiresAt)}; downloaded ${count(found.downloads)} times`)
  if (found.endedAt) print(`  Ended        ${time(found.endedAt)}, by ${found.endedBy ?? '-'}`)
  if (error) print(`  ! ${error.code}: ${error.message}\n    ${error.hint}`)
}
