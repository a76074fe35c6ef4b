/**
 * An assignment in *Unmapped*: a number that found no mailbox gets one, as a line of the connector's custom mapping,
 * and what was kept for it is filed. Line, history and replay are one transaction; the filing itself follows at once
 * where it is little, else by a worker.
 */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { addMappingEntry, type EditedEntry, type NewEntry } from '../mapping/mapping.ts'
import type { Queue } from '../queue/queue.ts'
import { finishSoon, type Replay, requestReplay } from './replay-job.ts'

export type Assignment = {
  readonly connectorId: number
  /** Whose failures are replayed, as Unmapped lists them; '' for items that none of our people takes part in. */
  readonly sourceUser: string
  readonly entry: NewEntry
}

/**
 * Assigns a mailbox. MAPPING_INVALID if the line would not be a good one; then nothing is changed. Only the failures
 * of that number are replayed.
 */
export async function assignUnmapped(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  { connectorId, sourceUser, entry }: Assignment,
): Promise<{ readonly entry: EditedEntry; readonly replay: Replay }> {
  const assigned = await ground.database.transaction(async tx => ({
    entry: await addMappingEntry(tx, ground, actor, connectorId, entry, 'assign'),
    replay: await requestReplay(tx, ground, queue, actor, { connectorId, sourceUser }),
  }))
  return { entry: assigned.entry, replay: await finishSoon(ground, queue, assigned.replay) }
}
