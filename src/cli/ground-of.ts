/** Opens the archive for a command, by its flags; and gives it back with every act of the command under a checkpoint. */
import type { Command } from 'commander'
import { type Config, readConfig } from '../config.ts'
import { type Ground, openGround } from '../ground.ts'
import { openSequencer } from './sequencer.ts'

type Flags = Parameters<typeof readConfig>[0]

/** The configuration as this command's flags make it. */
export function configOf(command: Command, flags: Flags = {}): Config {
  return readConfig({ ...flags, dataFolder: command.optsWithGlobals().data })
}

/** Opens the archive; the caller closes it. */
export function openCommandGround(
  command: Command,
  options: { mode: 'own' | 'attach' | 'attach-or-own'; flags?: Flags },
): Promise<Ground> {
  return openGround(configOf(command, options.flags), { mode: options.mode })
}

/** Opens the archive for `work`, then puts what it did under a checkpoint, also where it failed, and closes. */
export async function withGround<T>(command: Command, work: (ground: Ground) => Promise<T>): Promise<T> {
  const ground = await openCommandGround(command, { mode: 'attach-or-own' })
  try {
    const result = await work(ground).catch(async error => {
      // A reading that failed was recorded all the same. What the command failed of is what is told.
      await checkpoint(ground).catch(() => {})
      throw error
    })
    await checkpoint(ground)
    return result
  } finally {
    await ground.close()
  }
}

/** Puts every audit entry so far under a checkpoint. */
export async function checkpoint(ground: Ground): Promise<void> {
  const sequencer = openSequencer(ground)
  try {
    await sequencer.flush()
  } finally {
    await sequencer.stop()
  }
}
