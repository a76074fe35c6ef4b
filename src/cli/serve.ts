/** `holdfast serve` and `holdfast worker`. */
import type { Command } from 'commander'
import { startWorker } from '../pipeline/pipeline.ts'
import { openCommandGround } from './ground-of.ts'
import { startServing } from './serving.ts'
import { say, untilStopped } from './terminal.ts'

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('run the archive: scheduled imports, workers, the audit log’s checkpoints; until Ctrl-C')
    .option('--workers <count>', 'worker processes (default: one for each processor)')
    .addHelpText('after', '\nExamples:\n  holdfast serve\n  holdfast serve --workers 4')
    .action(async (options: { workers?: string }, command: Command) => {
      const ground = await openCommandGround(command, { mode: 'own', flags: { workers: options.workers } })
      try {
        const serving = await startServing(ground, ground.config.workers)
        say(`Serving ${ground.archive.organisation} from ${ground.config.dataFolder}. Ctrl-C stops it.`)
        await untilStopped()
        say('Stopping …')
        await serving.stop()
      } finally {
        await ground.close()
      }
    })

  program
    .command('worker')
    .description('work for an archive that is served elsewhere (or, alone, until its work is done by Ctrl-C)')
    .addHelpText(
      'after',
      '\nExample, on a second machine with DATABASE_URL and the storage set:\n  holdfast worker',
    )
    .action(async (_options: unknown, command: Command) => {
      const ground = await openCommandGround(command, { mode: 'attach-or-own' })
      try {
        const worker = await startWorker(ground)
        await untilStopped()
        await worker.stop()
        // The channel to whoever started this worker would keep it alive.
        if (process.connected) process.disconnect()
      } finally {
        await ground.close()
      }
    })
}
