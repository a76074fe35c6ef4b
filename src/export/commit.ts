/** Moving an export on: a segment that is in storage becomes part of the package, or is removed again. */
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { removeObjects } from './ending.ts'
import { insertSegment, listSegments, type Segment } from './segment.ts'
import { type ExportRow, readExport } from './stored-export.ts'

/**
 * Commits a segment that is in storage, with whatever else it changes, if the export still stands where `row` and the
 * segment's number say; else the segment is removed again.
 */
export async function commitSegment(
  ground: Ground,
  row: ExportRow,
  segment: Segment,
  change: (tx: Transaction) => Promise<void>,
): Promise<void> {
  let isCommitted = false
  try {
    isCommitted = await ground.database.transaction(async tx => {
      const locked = await readExport(tx, row.export_id, 'for update')
      if (locked?.state !== row.state || locked.written_to !== row.written_to) return false
      const [count] = await tx.query<{ count: number }>(
        'select count(*) as count from export_segment where export_id = $1',
        [row.export_id],
      )
      if (count?.count !== segment.sequence) return false
      await insertSegment(tx, row.export_id, segment)
      await change(tx)
      await tx.execute(
        'update export set attempts = 0, error_code = null, error_message = null where export_id = $1',
        [row.export_id],
      )
      return true
    })
  } finally {
    if (!isCommitted) await removeUnlessKept(ground, row.export_id, segment.object)
  }
}

/** A commit whose answer was lost may have taken place: what a row names stays. */
async function removeUnlessKept(ground: Ground, exportId: string, object: string): Promise<void> {
  const segments = await listSegments(ground.database, exportId).catch(() => null)
  if (segments && !segments.some(each => each.object === object)) await removeObjects(ground, [object])
}
