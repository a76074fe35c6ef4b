/** The row of a filing, with how long it is kept (migrations/0015-keeping.sql). */
import type { CopyRows } from '../database/database.ts'
import type { FiledKeeping } from '../retention/retention.ts'

export const FILING_COLUMNS = [
  'mailbox_id',
  'item_id',
  'folder_id',
  'run_id',
  'filed_at',
  'held_until',
  'hold_pending',
  'retain_until',
  'delete_at',
  'label_id',
  'label_by',
] as const

type FilingRow = {
  readonly mailboxId: number
  readonly itemId: Buffer
  readonly folderId: number
  readonly runId: number
  readonly filedAt: number
  readonly keeping: FiledKeeping
}

export function addFilingRow(rows: CopyRows, filing: FilingRow): void {
  const { keeping } = filing
  rows.begin(FILING_COLUMNS.length)
  rows.int4(filing.mailboxId)
  rows.uuid(filing.itemId)
  rows.int4(filing.folderId)
  rows.int8(filing.runId)
  rows.timestamptz(filing.filedAt)
  optionalMoment(rows, keeping.heldUntil)
  rows.boolean(keeping.holdPending)
  optionalMoment(rows, keeping.retainUntil)
  optionalMoment(rows, keeping.deleteAt)
  if (keeping.labelId === null) {
    rows.null()
    rows.null()
  } else {
    rows.int4(keeping.labelId)
    rows.text('rule')
  }
}

/** Milliseconds since 1970, Infinity for 'infinity'. */
export function optionalMoment(rows: CopyRows, moment: number | null): void {
  if (moment === null) rows.null()
  else rows.timestamptz(moment)
}
