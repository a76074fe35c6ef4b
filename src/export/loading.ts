/** The copies that a segment is written of, read from the archive a few thousand at a time. */
import { type BulkItem, type BulkRow, type FactsReading, fetchBulk } from '../archive/archive.ts'
import type { Sql } from '../database/database.ts'
import type { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Direction, ItemKind, ItemSource } from '../message/message.ts'
import type { Copy, ExportedItem } from './package-file.ts'
import { SLICE_ITEMS } from './selection.ts'

/** A segment takes whole units up to so many copies, or one unit. */
export const COPIES_MAX = 2_500
/** And up to so many sealed bytes of items, if they are more than one unit. */
const BYTES_MAX = 16 * 1024 * 1024
/** Bytes of sealed items fetched with a segment, of which two are held; what is beyond is fetched with its unit. */
const SEALED_MAX = 16 * 1024 * 1024
/** Bytes of messages that are held while their unit is written; the others are opened once more. */
const HELD_MAX = 16 * 1024 * 1024

/** A copy that is to be written. */
export type LoadedCopy = Copy & {
  readonly unit: number
  readonly part: number
  readonly parts: number
  readonly batchId: number
  readonly row: BulkRow
}

/** A segment's copies; their items are opened unit by unit. */
export type Load = {
  readonly copies: readonly LoadedCopy[]
  /** The items of these copies by their ids, or why one cannot be written. */
  open<Facts extends ItemSource>(
    copies: readonly LoadedCopy[],
    reading: FactsReading<Facts>,
  ): Promise<Map<string, BulkItem<Facts> | HoldfastError>>
  /** Gives back their memory. */
  close(): void
}

type CopyRow = {
  ordinal: number
  unit: number
  part: number
  parts: number
  item_id: string
  grade: 'match' | 'context'
  folder: string
  address: string
  kind: ItemKind
  direction: Direction | null
  sent_at: Date | null
  arrived_at: Date
  filed_at: Date
  conversation: Buffer
  version_of: string | null
  batch_id: number
  vault_object: string
  vault_offset: number
  original_size: number
  message_size: number | null
  item_key: Buffer
}

/**
 * The last ordinal of the next segment: as many whole units after `written` as a segment takes, one at least. `written`
 * itself if there is none left.
 */
export async function nextOrdinal(
  sql: Sql,
  exportId: string,
  written: number,
  copiesMax: number,
): Promise<number> {
  const units = await sql.query<{ last: number; copies: number; bytes: number }>(
    `select max(ordinal) as last, count(*) as copies, sum(bytes)::bigint as bytes from (
       select x.unit, x.ordinal, i.original_size + coalesce(i.message_size, 0) as bytes
       from export_item x left join item i using (item_id)
       where x.export_id = $1 and x.ordinal > $2 order by x.ordinal limit $3
     ) as next group by unit order by unit`,
    [exportId, written, Math.max(copiesMax, SLICE_ITEMS) + 1],
  )
  // The last of more than one may be cut by the limit: it is left for the next time.
  const isCut = units.reduce((all, unit) => all + unit.copies, 0) > Math.max(copiesMax, SLICE_ITEMS)
  let last = written
  let copies = 0
  let bytes = 0
  for (const unit of isCut ? units.slice(0, -1) : units) {
    copies += unit.copies
    bytes += unit.bytes
    if (last !== written && (copies > copiesMax || bytes > BYTES_MAX)) break
    last = unit.last
  }
  return last
}

/** The copies after `from` up to `to`, in their order. */
export async function loadCopies(ground: Ground, exportId: string, from: number, to: number): Promise<Load> {
  const rows = await ground.database.query<CopyRow>(
    `select x.ordinal, x.unit, x.part, x.parts, x.item_id, x.grade, x.folder, m.address, i.kind, i.direction, i.sent_at,
       i.arrived_at, i.filed_at, i.conversation, i.version_of, i.batch_id, i.vault_object, i.vault_offset,
       i.original_size, i.message_size, i.item_key
     from export_item x join item i using (item_id) join mailbox m using (mailbox_id)
     where x.export_id = $1 and x.ordinal > $2 and x.ordinal <= $3 order by x.ordinal`,
    [exportId, from, to],
  )
  const [custodians, bulk] = await Promise.all([
    custodiansOf(ground.database, exportId, rows),
    fetchBulk(ground, rows, { sealedMax: SEALED_MAX }),
  ])
  return {
    copies: rows.map(row => loadedCopy(row, custodians.get(row.item_id) ?? [row.address])),
    open: (copies, reading) => bulk.open(uniqueRows(copies), { reading, heldMax: HELD_MAX }),
    close: bulk.close,
  }
}

function loadedCopy(row: CopyRow, custodians: readonly string[]): LoadedCopy {
  return {
    ordinal: row.ordinal,
    unit: row.unit,
    part: row.part,
    parts: row.parts,
    itemId: row.item_id,
    grade: row.grade,
    custodian: { mailbox: row.address, folder: row.folder },
    custodians,
    kind: row.kind,
    direction: row.direction,
    sentAt: row.sent_at,
    arrivedAt: row.arrived_at,
    filedAt: row.filed_at,
    conversation: row.conversation.toString('base64url'),
    versionOf: row.version_of,
    batchId: row.batch_id,
    row,
  }
}

/** An item of a slice that is kept from several mailboxes is opened once. */
function uniqueRows(copies: readonly LoadedCopy[]): BulkRow[] {
  return [...new Map(copies.map(copy => [copy.itemId, copy.row])).values()]
}

/** Of items that are in several mailboxes of the export: those mailboxes, by address. */
async function custodiansOf(
  sql: Sql,
  exportId: string,
  rows: readonly CopyRow[],
): Promise<Map<string, readonly string[]>> {
  const found = await sql.query<{ item_id: string; addresses: string[] }>(
    `select x.item_id, array_agg(m.address order by m.address collate "C") as addresses
     from export_item x join mailbox m using (mailbox_id)
     where x.export_id = $1 and x.item_id = any($2::uuid[])
     group by x.item_id having count(*) > 1`,
    [exportId, [...new Set(rows.map(row => row.item_id))]],
  )
  return new Map(found.map(row => [row.item_id, row.addresses]))
}

/** A copy as writers take it. */
export function exportedItem<Facts extends ItemSource>(
  loaded: LoadedCopy,
  read: BulkItem<Facts>,
): ExportedItem<Facts> {
  const { unit, part, parts, batchId, row, ...copy } = loaded
  const { facts, messageSize, message, openMessage, openAttachment } = read
  return { ...copy, facts, messageSize, message, openMessage, openAttachment }
}
