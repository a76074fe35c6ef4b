/** Where the audit log stands: its tree, its newest checkpoint, and what waits for the next. */
import { archivePublicKey, parseCheckpointNote } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import { readIdentity } from '../ground.ts'

export type LogState = {
  readonly epoch: number
  readonly size: number
  /** The tree's root at that size, in base64 as the checkpoint has it; null before the first checkpoint. */
  readonly root: string | null
  readonly checkpointAt: Date | null
  /** The signed checkpoint itself, as a C2SP note. */
  readonly note: string | null
  readonly waiting: number
  readonly oldestWaitingAt: Date | null
  /** The verifier key that an auditor keeps. */
  readonly publicKey: string
}

/** Without a checkpoint for so long, the log is not being sequenced. */
export const SEQUENCER_LATE = 60_000

/** Reads it from few rows, however long the log is. */
export async function logState({ database, keyring, archive }: Ground): Promise<LogState> {
  const [head] = await database.query<{ tree_size: number; at: Date; note: string }>(
    'select tree_size, at, note from audit_checkpoint order by tree_size desc limit 1',
  )
  const [waiting] = await database.query<{ entries: number; oldest: Date | null }>(
    'select count(*) as entries, min(e.at) as oldest from audit_unsequenced join audit_entry e using (entry_id)',
  )
  const identity = await readIdentity(database)
  return {
    epoch: identity?.logEpoch ?? archive.logEpoch,
    size: head?.tree_size ?? 0,
    root: head ? parseCheckpointNote(head.note).root.toString('base64') : null,
    checkpointAt: head?.at ?? null,
    note: head?.note ?? null,
    waiting: waiting?.entries ?? 0,
    oldestWaitingAt: waiting?.oldest ?? null,
    publicKey: archivePublicKey(keyring, archive.archiveId),
  }
}
