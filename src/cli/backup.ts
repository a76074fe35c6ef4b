/** `holdfast backup|restore`. */
import type { Command } from 'commander'
import { masterKeyPath } from '../config.ts'
import { HoldfastError } from '../errors.ts'
import { openForRestore, openStorage } from '../ground.ts'
import { consoleActor } from '../identity/identity.ts'
import { finishDisposals } from '../retention/retention.ts'
import { backupArchive, requeueOpenRuns, restoreArchive } from '../upkeep/upkeep.ts'
import { withActor } from './acting.ts'
import { configOf, withGround } from './ground-of.ts'
import { count, print, printJson, say, time } from './terminal.ts'

export function registerBackup(program: Command): void {
  program
    .command('backup <folder>')
    .description(
      'copy the archive (tables, objects, wrapped keys; never the master key) into an empty folder',
    )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast backup /mnt/backup/2026-11-20')
    .action((folder: string, options: { json?: boolean }, command: Command) =>
      withActor(command, ['Organization Configuration'], async (ground, actor) => {
        const report = await backupArchive(ground, actor, folder, say)
        if (options.json) return printJson(report)
        print(
          `${count(report.rows)} rows and ${count(report.objects)} objects (${count(report.bytes)} bytes) are in ${folder}.`,
        )
        print(
          `The master key is not among them. It is in ${masterKeyPath(ground.config)}; keep its copy elsewhere.`,
        )
      }),
    )

  program
    .command('restore <folder>')
    .description('fill an empty data folder from a backup; the master key must be in its place first')
    .addHelpText(
      'after',
      '\nExample:\n  cp master.key restored/ && holdfast --data restored restore /mnt/backup/2026-11-20',
    )
    .action(async (folder: string, _options: unknown, command: Command) => {
      const config = configOf(command)
      const opened = await openForRestore(config)
      try {
        if (opened.ownerUrl === null)
          throw new HoldfastError('SCHEMA_MISSING', 'a restore writes as the owner’s role')
        const manifest = await restoreArchive(
          {
            ownerUrl: opened.ownerUrl,
            storage: openStorage(config),
            masterKeyPath: masterKeyPath(config),
            clock: opened.clock,
          },
          // Nobody can have signed in to an archive that is not there yet.
          consoleActor(),
          folder,
          say,
        )
        print(
          `The archive of ${manifest.organisation}, as of ${time(new Date(manifest.createdAt))}, is in ${config.dataFolder}.`,
        )
      } finally {
        await opened.close()
      }
      await withGround(command, async ground => {
        const { again } = await finishDisposals(ground)
        if (again.filings > 0)
          print(`${count(again.filings)} filings that were disposed of after the backup are gone again.`)
        if (again.kept > 0)
          print(
            `${count(again.kept)} filings that were disposed of after the backup are held or retained by what was restored, and stay until they are not.`,
          )
        const jobs = await requeueOpenRuns(ground)
        if (jobs > 0)
          print(`${count(jobs)} jobs of runs that were under way wait; \`holdfast serve\` goes on with them.`)
      })
    })
}
