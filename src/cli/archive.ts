/** `holdfast init|status|fsck|rotate-key|reindex`: the archive as a whole. */
import type { Command } from 'commander'
import { archivePublicKey } from '../audit/audit.ts'
import { masterKeyPath } from '../config.ts'
import { HoldfastError } from '../errors.ts'
import { type Ground, markMasterKeyCopied } from '../ground.ts'
import { type Actor, consoleActor, type Role } from '../identity/identity.ts'
import { archiveStatus, changeMasterKey, checkEverything, createArchive, reindex } from '../upkeep/upkeep.ts'
import { SEES_IMPORTS, withActor } from './acting.ts'
import { printFirstAdministrator } from './first-administrator.ts'
import { checkpoint, configOf } from './ground-of.ts'
import { confirm, count, isInteractive, print, printJson, say, time } from './terminal.ts'

/** Who may do to the archive as a whole what changes nothing that is kept. */
const RUNS: readonly Role[] = ['Organization Configuration']

export function registerArchive(program: Command): void {
  program
    .command('init')
    .description('make an empty archive and its keys')
    .option('--organisation <name>', 'whose archive it is', 'My organisation')
    .option('--master-key-copied', 'say that the master key has been copied to a safe place')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast init --organisation "Northwind Harbour"\n  holdfast init --master-key-copied',
    )
    .action(async (options: { organisation: string; masterKeyCopied?: boolean }, command: Command) => {
      const config = configOf(command)
      if (options.masterKeyCopied) return withActor(command, RUNS, confirmCopied)
      const ground = await createArchive(
        config,
        { organisation: options.organisation, demonstration: false },
        consoleActor(),
      )
      try {
        print(`An empty archive for ${options.organisation} is in ${config.dataFolder}.`)
        print()
        print(`Its master key is in ${masterKeyPath(config)}.`)
        print('Copy that file now to a safe place on another machine, and keep it apart from backups.')
        print('Without it nothing that is archived can ever be read; with it and a backup, everything can.')
        print(
          `The key that proves the audit log: ${archivePublicKey(ground.keyring, ground.archive.archiveId)}`,
        )
        print('Keep a copy of this line elsewhere too; `holdfast verify --public-key` takes it.')
        print()
        await printFirstAdministrator(ground)
        if (isInteractive() && (await confirm('Have you copied the master key?')))
          await confirmCopied(ground, consoleActor())
        else print('Nothing is imported before you say so: holdfast init --master-key-copied')
        await checkpoint(ground)
      } finally {
        await ground.close()
      }
    })

  program
    .command('status')
    .description('how the archive is: items, connectors, what needs attention')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withActor(command, [...SEES_IMPORTS, ...RUNS], async ground => {
        const status = await archiveStatus(ground)
        if (options.json)
          return printJson({
            ...status,
            publicKey: archivePublicKey(ground.keyring, ground.archive.archiveId),
          })
        print(
          `${status.organisation}${status.demonstration ? '  (DEMONSTRATION: invented people and traffic)' : ''}`,
        )
        print(`  Archive      ${status.archiveId}, since ${time(status.createdAt)}`)
        print(
          `  Items        ${count(status.items)} kept, ${count(status.indexed)} indexed, ${count(status.unmapped)} unmapped, ${count(status.quarantined)} set aside`,
        )
        print(
          `  Attachments  ${count(status.partiallyIndexed)} items partially indexed, ${count(status.notYetIndexed)} not yet indexed`,
        )
        print(
          `  Checkpoint   ${status.checkpoint ? `${count(status.checkpoint.size)} entries at ${time(status.checkpoint.at)}` : 'none yet'}; ${count(status.unsequenced)} entries wait`,
        )
        print(`  Public key   ${archivePublicKey(ground.keyring, ground.archive.archiveId)}`)
        for (const connector of status.connectors)
          print(
            `  Connector ${connector.connectorId}  ${connector.name}: ${connector.status}, collected until ${time(connector.collectedUntil)}`,
          )
        for (const line of status.attention) print(`  ! ${line}`)
      }),
    )

  program
    .command('fsck')
    .description('re-read everything that is kept and compare it with the rows, the audit log and the index')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withActor(command, RUNS, async ground => {
        const report = await checkEverything(ground)
        const broken = report.findings.filter(finding => finding.broken).length
        if (options.json) printJson(report)
        else {
          for (const finding of report.findings)
            print(
              `${finding.code}  ${finding.subject}  ${finding.message}${finding.broken ? '' : ' (no damage)'}`,
            )
          print(
            `${count(report.items)} items in ${count(report.objects)} objects, ${count(report.bytes)} bytes re-read: ${broken === 0 ? 'all is well' : `${count(broken)} findings`}.`,
          )
        }
        if (broken > 0) throw new HoldfastError('VERIFY_FAILED', `fsck has ${broken} findings`)
      }),
    )

  program
    .command('rotate-key')
    .description('make a new master key; nothing that is sealed is rewritten')
    .action((_options: unknown, command: Command) =>
      withActor(command, RUNS, async (ground, actor) => {
        const path = masterKeyPath(ground.config)
        const { from, to } = await changeMasterKey(ground, actor)
        print(`The master key is now ${to}, in ${path}. Copy it to a safe place.`)
        print(`The old one (${from}) is kept beside it: backups made before need it.`)
      }),
    )

  program
    .command('reindex')
    .description('make all search entries anew from what is sealed')
    .action((_options: unknown, command: Command) =>
      withActor(command, RUNS, async (ground, actor) => {
        const { items, unreadable } = await reindex(
          ground,
          actor,
          done => done % 10_000 === 0 && say(`${count(done)} items …`),
        )
        print(`${count(items)} items are indexed.`)
        if (unreadable > 0)
          throw new HoldfastError(
            'VERIFY_FAILED',
            `${count(unreadable)} items cannot be read: holdfast fsck names them`,
          )
      }),
    )
}

async function confirmCopied(ground: Ground, actor: Actor): Promise<void> {
  await markMasterKeyCopied(ground, actor)
  print('Noted. The archive is ready: holdfast directory import people.csv, then holdfast connector add.')
}
