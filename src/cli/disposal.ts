/** `holdfast disposal …`: what left the archive, and the proofs of it; and scrubbing the database's files of it. */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import {
  DISPOSAL_ROLES,
  type DisposalVerdict,
  listDisposals,
  proveDisposal,
  showDisposal,
} from '../retention/retention.ts'
import { scrubDatabase } from '../upkeep/upkeep.ts'
import { withActor } from './acting.ts'
import { readInput } from './files.ts'
import { integerFlag } from './flags.ts'
import {
  confirm,
  count,
  isInteractive,
  oneLine,
  print,
  printJson,
  printTable,
  say,
  time,
} from './terminal.ts'

const CAUSES = { rule: 'retention', erasure: 'erasure request' } as const
const LISTED = '50'

type ProveFlags = { item?: string; checkpoint?: string; output?: string }

export function registerDisposal(program: Command): void {
  const disposal = program.command('disposal').description('what was disposed of, and the proofs of it')

  disposal
    .command('list')
    .description('disposals, newest first')
    .option('--limit <count>', 'how many', LISTED)
    .option('--json', 'as JSON')
    .action((options: { limit: string; json?: boolean }, command: Command) =>
      withActor(command, DISPOSAL_ROLES, async (ground, actor) => {
        const limit = integerFlag('--limit', options.limit)
        const { disposals, total } = await listDisposals(ground, actor, { limit })
        if (options.json) return printJson({ disposals, total })
        if (disposals.length === 0) return print('Nothing has been disposed of.')
        printTable(
          [
            { title: 'Disposal', right: true, cell: each => String(each.disposalId) },
            { title: 'When', cell: each => time(each.at) },
            { title: 'Copies', right: true, cell: each => count(each.filings) },
            { title: 'Items wholly', right: true, cell: each => count(each.items) },
            {
              title: 'Why',
              cell: each => `${CAUSES[each.cause]}${each.requestId === null ? '' : ` ${each.requestId}`}`,
            },
          ],
          disposals,
        )
        if (total > disposals.length) print(`The newest ${count(disposals.length)} of ${count(total)}.`)
      }),
    )

  disposal
    .command('show <disposal>')
    .description('who approved a disposal, and which exports had been made of what went')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }, command: Command) =>
      withActor(command, DISPOSAL_ROLES, async (ground, actor) => {
        const shown = await showDisposal(ground, actor, idOf(id))
        if (options.json) return printJson(shown)
        print(`Disposal ${shown.disposalId}, ${time(shown.at)}`)
        print(`  Went         ${count(shown.filings)} copies, ${count(shown.items)} items wholly`)
        print(`  Why          ${CAUSES[shown.cause]}${shown.requestId === null ? '' : ` ${shown.requestId}`}`)
        print(`  By           ${oneLine(shown.actor)}`)
        print(`  Approved by  ${shown.approvedBy.map(oneLine).join(', ') || 'nobody was asked'}`)
        print(`  Entry        ${shown.entryId}, root ${shown.merkleRoot}`)
        for (const each of shown.exports)
          print(
            `  Outside      export ${each.id}, ${each.format}, ${each.state}, downloaded ${count(each.downloads)} times`,
          )
      }),
    )

  disposal
    .command('prove [disposal]')
    .description('the proof of a disposal, or with --item of what was disposed of of one item')
    .option('--item <item>', 'an item')
    .option('--checkpoint <file>', 'an earlier checkpoint, kept elsewhere, that the proof is to lead on from')
    .option('--output <file>', 'write it to this file (default: standard output)')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast disposal prove 17 --output disposal-17.proof.json
  holdfast disposal prove --item 019a9f3e-5c00-8a2b-9c3d-0123456789ab --output item.proof.json
  holdfast verify --disposal item.proof.json --key holdfast/…+…+…`,
    )
    .action((id: string | undefined, options: ProveFlags, command: Command) =>
      withActor(command, DISPOSAL_ROLES, async (ground, actor) => {
        if ((id === undefined) === (options.item === undefined))
          throw new HoldfastError('USAGE', 'name a disposal or an --item')
        const of = options.item === undefined ? { disposalId: idOf(id!) } : { itemId: options.item }
        const earlier = options.checkpoint ? (await readInput(options.checkpoint)).toString('utf8') : null
        const proof = await proveDisposal(ground, actor, of, earlier)
        if (options.output === undefined) return print(proof.trimEnd())
        await writeFile(options.output, proof, { mode: 0o600 })
        say(`The proof is in ${options.output}.`)
      }),
    )

  disposal
    .command('scrub')
    .description(
      'write the database’s tables and log anew, so that nothing of what was disposed of is in its files; locks each table meanwhile',
    )
    .option('--yes', 'do not ask')
    .option('--json', 'as JSON')
    .action((options: { yes?: boolean; json?: boolean }, command: Command) =>
      withActor(command, ['Organization Configuration'], async (ground, actor) => {
        if (
          !options.yes &&
          isInteractive() &&
          !(await confirm('Imports and searches wait while tables are written anew. Begin?'))
        )
          return
        const report = await scrubDatabase(ground, actor, say)
        if (options.json) return printJson(report)
        print(
          report.log
            ? `${count(report.tables)} tables and the write-ahead log are written anew.`
            : `${count(report.tables)} tables are written anew. The write-ahead log is the server’s own: what is in it goes as it is used, and with the archive of it.`,
        )
      }),
    )
}

function idOf(text: string): number {
  return integerFlag('disposal', text)
}

/** What a proof of disposal says, for a person. */
export function printDisposalVerdict(verdict: DisposalVerdict): void {
  if (verdict.demonstration) print('From a DEMONSTRATION archive: invented people and traffic.')
  if (!verdict.ok) return
  print(
    `${verdict.itemId === null ? 'A disposal' : `Item ${verdict.itemId}`} of archive ${verdict.archiveId}: ${verdict.message}`,
  )
  for (const { head, filings } of verdict.disposals) {
    print(
      `  Disposal ${head.disposal}, ${time(new Date(head.at))}, by ${head.cause === 'rule' ? 'retention' : `erasure request ${head.request}`}${head.approvedBy.length > 0 ? `, approved by ${head.approvedBy.map(oneLine).join(', ')}` : ''}`,
    )
    if (verdict.itemId !== null)
      for (const filing of filings) {
        const rules = filing.rules.filter(rule => rule.effect === 'delete' && rule.setAside === null)
        print(
          `    left mailbox ${filing.mailbox}, filed ${time(new Date(filing.filedAt))}${rules.map(rule => `, ${rule.type} ${rule.id} since ${rule.until}`).join('')}`,
        )
      }
    for (const each of head.exports)
      print(`    outside: export ${each.id}, requested ${time(new Date(each.requestedAt))}`)
  }
  print(
    verdict.origin === 'proven'
      ? 'The proof is signed by the key given.'
      : 'The proof is consistent, origin unproven: no public key was given.',
  )
}
