/** `holdfast serve` and `holdfast worker`. */
import type { Command } from 'commander'
import type { Ground } from '../ground.ts'
import { printFirstAdministrator } from './first-administrator.ts'
import { openCommandGround } from './ground-of.ts'
import { isChild, say, untilStopped } from './terminal.ts'
import { startWholeWorker } from './worker.ts'

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('run the archive: scheduled imports, workers, the audit log’s checkpoints; until Ctrl-C')
    .option('--workers <count>', 'worker processes (default: one for each processor)')
    .addHelpText('after', '\nExamples:\n  holdfast serve\n  holdfast serve --workers 4')
    .action(async (options: { workers?: string }, command: Command) => {
      // Heard from the first moment: a signal during the start stops what was started, in order.
      const stopped = untilStopped()
      const ground = await openCommandGround(command, { mode: 'own', flags: { workers: options.workers } })
      try {
        await printFirstAdministrator(ground)
        const { startServing } = await import('./serving.ts')
        const serving = await startServing(ground, ground.config.workers)
        say(`Serving ${ground.archive.organisation} from ${ground.config.dataFolder}. Ctrl-C stops it.`)
        say(
          `Portal: ${serving.url}${serving.portalBuilt ? '' : ' (not built yet: npm run portal builds it)'}`,
        )
        await stopped
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
      // Listened for from the first moment: whoever started this may be gone before the archive is open.
      const stopped = untilStopped()
      const ground = await openWorkerGround(command, stopped)
      try {
        const worker = await startWholeWorker(ground)
        await stopped
        await worker.stop()
        // The channel to whoever started this worker would keep it alive.
        if (process.connected) process.disconnect()
      } finally {
        await ground.close()
      }
    })
}

/**
 * Opens the archive for a worker. A worker that `serve` started never owns the
 * embedded server: left behind by a killed `serve`, it would keep the next one from its data folder.
 */
async function openWorkerGround(command: Command, stopped: Promise<void>): Promise<Ground> {
  if (!isChild()) return openCommandGround(command, { mode: 'attach-or-own' })
  const opening = openCommandGround(command, { mode: 'attach' })
  // Told to stop before it has anything, it has nothing to give back, and may be waiting for a server that never comes.
  await Promise.race([opening, stopped.then(() => process.exit(0))])
  return opening
}
