/**
 * How an export ends: its key is destroyed and its segments are removed, so that nothing of the package can be had
 * any more; the row, which says what was handed over, stays. Whatever a killed removal leaves is noise without the
 * key, and goes with the orphans.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, SYSTEM } from '../identity/identity.ts'
import { openExportStorage } from './destination.ts'
import {
  type Export,
  type ExportRow,
  type ExportState,
  exportOf,
  OPEN_STATES,
  readExport,
  seenExport,
} from './stored-export.ts'

type End = Extract<ExportState, 'failed' | 'cancelled' | 'expired' | 'removed'>

const ACTS = {
  failed: 'export.fail',
  cancelled: 'export.cancel',
  expired: 'export.expire',
  removed: 'export.remove',
} as const satisfies Record<End, string>

/** Stops an export that is not finished. EXPORT_STATE if it is. */
export async function cancelExport(ground: Ground, actor: Actor, exportId: string): Promise<Export> {
  return endSeen(ground, actor, exportId, 'cancelled', row => {
    if (!OPEN_STATES.includes(row.state))
      throw new HoldfastError('EXPORT_STATE', `the export is ${row.state} already`)
  })
}

/** Removes the package of an export. EXPORT_STATE while it is being made; removing it again changes nothing. */
export async function removeExport(ground: Ground, actor: Actor, exportId: string): Promise<Export> {
  return endSeen(ground, actor, exportId, 'removed', row => {
    if (OPEN_STATES.includes(row.state))
      throw new HoldfastError('EXPORT_STATE', `the export is ${row.state}: cancel it first`)
  })
}

async function endSeen(
  ground: Ground,
  actor: Actor,
  exportId: string,
  end: End,
  check: (row: ExportRow) => void,
): Promise<Export> {
  const { ended, objects, before } = await ground.database.transaction(async tx => {
    const row = await seenExport(tx, actor, exportId, 'for update')
    if (row.state === end) return { ended: row, objects: [], before: null }
    check(row)
    const objects = await endRow(tx, ground, actor, row, end, {})
    return { ended: (await readExport(tx, row.export_id))!, objects, before: row }
  })
  await removeObjects(ground, objects)
  if (before) await removeUnfinished(ground, before)
  return exportOf(ground, ended)
}

/** Marks an unfinished export as failed for good; nothing if it ended meanwhile. */
export async function failExport(ground: Ground, exportId: string, error: HoldfastError): Promise<void> {
  const failed = await ground.database.transaction(async tx => {
    const row = await readExport(tx, exportId, 'for update')
    if (!row || !OPEN_STATES.includes(row.state)) return null
    await tx.execute('update export set error_code = $2, error_message = $3 where export_id = $1', [
      exportId,
      error.code,
      error.message,
    ])
    return { row, objects: await endRow(tx, ground, SYSTEM, row, 'failed', { code: error.code }) }
  })
  if (!failed) return
  await removeObjects(ground, failed.objects)
  await removeUnfinished(ground, failed.row)
}

/** Ends every export whose time is over. Safe to run at any time, by several at once. */
export async function expireExports(ground: Ground): Promise<number> {
  let expired = 0
  for (;;) {
    const objects = await ground.database.transaction(async tx => {
      const [due] = await tx.query<{ export_id: string }>(
        `select export_id from export where state = 'ready' and expires_at <= $1
         order by expires_at limit 1 for update skip locked`,
        [new Date(ground.clock.now())],
      )
      const row = due && (await readExport(tx, due.export_id))
      return row ? endRow(tx, ground, SYSTEM, row, 'expired', {}) : null
    })
    if (objects === null) return expired
    await removeObjects(ground, objects)
    expired++
  }
}

/** The row's end in the caller's transaction; answers the objects that are to be removed once it is committed. */
async function endRow(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  row: ExportRow,
  end: End,
  detail: Record<string, unknown>,
): Promise<string[]> {
  await tx.execute(
    `update export set state = $2, ended_at = $3, ended_by = $4, export_key = null, pass_phrase = null
     where export_id = $1`,
    [row.export_id, end, new Date(ground.clock.now()), actor.name],
  )
  // What nobody was given need not be remembered item by item.
  if (row.completed_at === null)
    await tx.execute('delete from export_item where export_id = $1', [row.export_id])
  const segments = await tx.query<{ object: string }>(
    'delete from export_segment where export_id = $1 returning object',
    [row.export_id],
  )
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: ACTS[end],
    subject: `export:${row.export_id}`,
    detail: { state: row.state, ...detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
  })
  return segments.map(each => each.object)
}

/** What an attempt that was killed may have left in the operator's storage of an export that was never handed over. */
async function removeUnfinished(ground: Ground, { stored_as: name, completed_at }: ExportRow): Promise<void> {
  if (name === null || completed_at !== null) return
  try {
    await openExportStorage(ground.config.exportStorage).remove(name)
  } catch (error) {
    ground.log.warn({ error, object: name }, 'an encrypted package may be left in the storage for exports')
  }
}

/** Storage that is away leaves orphans, which go later. Whatever a row says, nothing else than an export's goes. */
export async function removeObjects(ground: Ground, objects: readonly string[]): Promise<void> {
  for (const name of objects.filter(each => each.startsWith('exports/')))
    await ground.storage.remove(name).catch(error => {
      ground.log.warn(
        { error, object: name },
        'an export’s object could not be removed and is left as an orphan',
      )
    })
}
