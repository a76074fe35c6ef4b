/** Downloading a package, whole or a range of it: opened as it streams, and recorded. */
import {
  type ByteRange,
  boundsOf,
  isContinued,
  recordRestricted,
  restrictedSeen,
} from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, mailboxScope } from '../identity/identity.ts'
import { packageStream } from './package-stream.ts'
import { listSegments, unwrapExportKey } from './segment.ts'
import { type ExportRow, OPEN_STATES, packageName, seenExport } from './stored-export.ts'

type OpenedDownload = {
  readonly fileName: string
  /** Of the whole package. */
  readonly size: number
  /** What of it is in `chunks`, the last byte included; null for all of it, also where the range lies beyond. */
  readonly range: { readonly from: number; readonly to: number } | null
  readonly chunks: AsyncIterable<Buffer>
}

/**
 * Opens the package. EXPORT_STATE until it is ready, or where it was written to storage; EXPORT_GONE once it is not
 * there any more; ROLE_MISSING where the actor's role was limited since to fewer mailboxes than it has; ITEM_RESTRICTED
 * where an item in it is restricted, by now or for whoever asks.
 */
export async function openDownload(
  ground: Ground,
  actor: Actor,
  exportId: string,
  range: ByteRange | null = null,
): Promise<OpenedDownload> {
  const row = await seenExport(ground.database, actor, exportId)
  const { key, size } = checkReady(row, ground.clock.now())
  await checkReach(ground, actor, row.export_id)
  await checkRestricted(ground, actor, row.export_id)
  const part = range === null ? null : boundsOf(range, size)
  const reading = { act: 'export.download', subject: `export:${row.export_id}` } as const
  if (!(part && part.from > 0 && (await isContinued(ground, actor, reading))))
    await recordDownload(ground, actor, row.export_id)
  const segments = await listSegments(ground.database, row.export_id)
  return {
    fileName: packageName(row),
    size,
    range: part,
    chunks: packageStream(
      ground,
      unwrapExportKey(ground, key),
      segments,
      part?.from ?? 0,
      part ? part.to + 1 : size,
    ),
  }
}

function checkReady(row: ExportRow, now: number): { key: Buffer; size: number } {
  if (OPEN_STATES.includes(row.state)) throw new HoldfastError('EXPORT_STATE', 'the export is not ready yet')
  if (row.state === 'ready' && row.stored_as !== null)
    throw new HoldfastError('EXPORT_STATE', `the export was written to storage, as ${row.stored_as}`)
  if (row.state !== 'ready' || row.export_key === null || row.package_size === null)
    throw new HoldfastError('EXPORT_GONE', `the export is ${row.state}`)
  if (row.expires_at !== null && row.expires_at.getTime() <= now)
    throw new HoldfastError('EXPORT_GONE', 'the export has expired')
  return { key: row.export_key, size: row.package_size }
}

/** Whoever made an export may since have been limited: what it has of other mailboxes is theirs no longer. */
async function checkReach({ database }: Ground, actor: Actor, exportId: string): Promise<void> {
  const scope = mailboxScope(actor, 'Export')
  if (scope === null) return
  const beyond = await database.query(
    'select from export_item where export_id = $1 and mailbox_id <> all($2::integer[]) limit 1',
    [exportId, scope],
  )
  if (beyond.length > 0)
    throw new HoldfastError(
      'ROLE_MISSING',
      'the export has mailboxes that your role "Export" no longer reaches',
    )
}

/** Who made it may have seen what others may not, and an item may have been restricted since. */
async function checkRestricted(ground: Ground, actor: Actor, exportId: string): Promise<void> {
  const seen = restrictedSeen(actor)
  if (seen === null) return
  const restricted = await ground.database.query(
    `select from erasure_refusal r join export_item x on x.item_id = r.item_id and x.export_id = $1 and x.state = 'written'
     where not exists (select from filing f where f.item_id = r.item_id and f.mailbox_id = any($2::integer[])) limit 1`,
    [exportId, seen],
  )
  if (restricted.length === 0) return
  await recordRestricted(ground, actor, { act: 'export.download', subject: `export:${exportId}` })
  throw new HoldfastError('ITEM_RESTRICTED', 'an item of the export is restricted')
}

async function recordDownload(ground: Ground, actor: Actor, exportId: string): Promise<void> {
  await ground.database.transaction(async tx => {
    const [row] = await tx.query<{ package_size: number }>(
      `update export set downloads = downloads + 1, downloaded_at = $2
       where export_id = $1 and state = 'ready' returning package_size`,
      [exportId, new Date(ground.clock.now())],
    )
    if (!row) throw new HoldfastError('EXPORT_GONE', 'the export ended just now')
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'export.download',
      subject: `export:${exportId}`,
      detail: { bytes: row.package_size, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    })
  })
}
