/**
 * Exports after a restore. A backup has their rows and not their packages, which can be made again: what was ready is
 * gone, what was under way begins anew. What was written to the operator's storage is where it was.
 */
import type { Clock } from '../clock.ts'
import type { Sql } from '../database/database.ts'
import { SYSTEM } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { OPEN_STATES } from './stored-export.ts'

/** In the restore's own transaction, whose entry in the log stands for it. */
export async function settleRestoredExports(tx: Sql, clock: Clock): Promise<void> {
  await tx.execute(
    `update export set state = 'removed', ended_at = $1, ended_by = $2, export_key = null, pass_phrase = null,
       error_code = 'EXPORT_GONE', error_message = 'a backup was restored, and has no packages of exports'
     where state = 'ready' and stored_as is null`,
    [new Date(clock.now()), SYSTEM.name],
  )
  const open = await tx.query<{ export_id: string }>(
    `update export set state = 'waiting', units = 0, written_to = 0, matched_items = 0, matched = 0,
       matched_written = 0, matched_failed = 0, matched_suppressed = 0, context_items = 0, context_copies = 0,
       context_written = 0, context_failed = 0, context_suppressed = 0, partially_indexed = 0, not_yet_indexed = 0, restricted_items = 0,
       file_bytes = 0, complete_entry = null, started_at = null, attempts = 0, error_code = null, error_message = null
     where state = any($1::text[]) returning export_id`,
    [OPEN_STATES],
  )
  await tx.execute('delete from export_item where export_id = any($1::uuid[])', [
    open.map(each => each.export_id),
  ])
}

/** Puts unfinished exports into a queue that has no jobs; returns how many. */
export async function requeueExports(tx: Sql, queue: Queue): Promise<number> {
  const open = await tx.query<{ export_id: string }>(
    'select export_id from export where state = any($1::text[])',
    [OPEN_STATES],
  )
  for (const { export_id: exportId } of open) await queue.send(tx, 'export', { exportId })
  return open.length
}
