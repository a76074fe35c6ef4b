/** Where a search of the command line looks: flags that may be repeated, one value each. */
import type { Command } from 'commander'
import type { Asked } from '../archive/archive.ts'
import type { Ground } from '../ground.ts'
import { integerFlag } from './flags.ts'
import { mailboxIdsOf } from './mailbox-ids.ts'

export type ScopeFlags = {
  readonly mailbox?: string[]
  readonly connector?: string[]
  readonly folder?: string[]
}

const gather = (value: string, before: string[] = []): string[] => [...before, value]

/** Adds --mailbox, --connector and --folder. */
export function withScopeFlags(command: Command): Command {
  return command
    .option('--mailbox <address>', 'only in this mailbox; may be repeated', gather)
    .option('--connector <id>', 'only what this connector collected; may be repeated', gather)
    .option('--folder <name>', 'only in folders of this name; may be repeated', gather)
}

/** MAILBOX_UNKNOWN for an address that no mailbox has; USAGE for a connector that is no number. */
export async function scopeOf(ground: Ground, flags: ScopeFlags): Promise<Asked> {
  return {
    mailboxIds: flags.mailbox ? await mailboxIdsOf(ground, flags.mailbox) : null,
    ...(flags.connector
      ? { connectorIds: flags.connector.map(each => integerFlag('--connector', each)) }
      : {}),
    ...(flags.folder ? { folders: flags.folder } : {}),
  }
}
