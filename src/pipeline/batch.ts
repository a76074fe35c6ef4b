/** A batch: one page of a source as staged, and where its filing stands. */
import type { Ground } from '../ground.ts'
import type { StagedContents } from './read-batch.ts'

export type BatchRow = {
  readonly batchId: number
  readonly runId: number
  readonly connectorId: number
  readonly stagingObject: string | null
  readonly contents: StagedContents
  readonly filedAt: Date | null
  readonly attempts: number
}

/** The batch; one that is not there reads as a batch without anything staged. */
export async function readBatch(ground: Ground, batchId: number): Promise<BatchRow> {
  const [row] = await ground.database.query<{
    run_id: number
    connector_id: number
    staging_object: string | null
    contents: StagedContents
    filed_at: Date | null
    attempts: number
  }>(
    `select b.run_id, r.connector_id, b.staging_object, b.contents, b.filed_at, b.attempts
     from batch b join run r using (run_id) where b.batch_id = $1`,
    [batchId],
  )
  if (!row)
    return {
      batchId,
      runId: 0,
      connectorId: 0,
      stagingObject: null,
      contents: {},
      filedAt: null,
      attempts: 0,
    }
  return {
    batchId,
    runId: row.run_id,
    connectorId: row.connector_id,
    stagingObject: row.staging_object,
    contents: row.contents,
    filedAt: row.filed_at,
    attempts: row.attempts,
  }
}
