/** The audit log's sequencer, for whoever serves and for a command that ends with its acts under a checkpoint. */
import { type Sequencer, startSequencer } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'

/** The sequencer of this archive, as its configuration sets it up. */
export function openSequencer(ground: Ground): Sequencer {
  return startSequencer({
    database: ground.database,
    keyring: ground.keyring,
    storage: ground.storage,
    clock: ground.clock,
    log: ground.log,
    archiveId: ground.archive.archiveId,
    epoch: ground.archive.logEpoch,
    ...(ground.config.checkpointFolder ? { mirrorFolder: ground.config.checkpointFolder } : {}),
  })
}
