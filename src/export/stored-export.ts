/** Exports as they are kept: the row, what is sealed in it, and how an export is shown. */
import type { Sql } from '../database/database.ts'
import { ERRORS, type ErrorCode, HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, mailboxScope, personBehind } from '../identity/identity.ts'
import type { ExportFormat } from './package-file.ts'
import type { Context } from './selection.ts'

export const EXPORT_STATES = [
  'waiting',
  'selecting',
  'writing',
  'finishing',
  'ready',
  'failed',
  'cancelled',
  'expired',
  'removed',
] as const
export type ExportState = (typeof EXPORT_STATES)[number]
/** States in which a worker has something to do. */
export const OPEN_STATES: readonly ExportState[] = ['waiting', 'selecting', 'writing', 'finishing']

/** What is exported: the hits of a query, or what a run of a saved search found. null is everything within reach. */
export type ExportSource = {
  readonly query: string | null
  readonly runId: number | null
  readonly mailboxIds: readonly number[] | null
  readonly connectorIds: readonly number[] | null
  readonly folders: readonly string[] | null
}

export type Encryption = 'none' | 'pass-phrase' | 'recipient'
type Destination = 'download' | 'storage'

/** What is sealed of a request. The scope is what the query was cut to when it was made. */
export type SealedRequest = {
  readonly name: string
  readonly source: ExportSource
  /** The query that is exported: the source's own, or that of its run. */
  readonly query: string
  /** Mailboxes that whoever asked could export from; null for all. Others are not named to them. */
  readonly reach: readonly number[] | null
  readonly scope: {
    readonly mailboxIds: readonly number[] | null
    readonly connectorIds: readonly number[] | null
    readonly folders: readonly string[] | null
    /** Where restricted items are exported; null is everywhere. */
    readonly restricted: readonly number[] | null
    readonly named: readonly (readonly [string, number])[]
  }
}

/** Copies of one grade: copies = exported + failed + suppressed, once the export is complete. */
export type CopyCount = {
  readonly items: number
  readonly copies: number
  readonly exported: number
  readonly failed: number
  readonly suppressed: number
}

export type Export = {
  readonly exportId: string
  readonly name: string
  readonly state: ExportState
  readonly source: ExportSource
  readonly format: ExportFormat
  readonly timeZone: string
  readonly context: Context
  readonly duplicates: 'suppressed' | 'kept'
  readonly natives: boolean
  readonly encryption: Encryption
  readonly recipient: string | null
  readonly destination: Destination
  readonly expiresInDays: number
  readonly requestedBy: string
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly completedAt: Date | null
  readonly expiresAt: Date | null
  /** When it failed, expired, or was cancelled or removed, and by whom. */
  readonly endedAt: Date | null
  readonly endedBy: string | null
  readonly counts: { readonly matched: CopyCount; readonly context: CopyCount }
  /** Copies that were written or failed, of those that are to be written; 0 of 0 before they are selected. */
  readonly progress: { readonly done: number; readonly total: number }
  /** Items within its scope that the search could see in part, or not yet at all. */
  readonly partiallyIndexed: number
  readonly notYetIndexed: number
  /** Items within its scope that are left out, since they were to be erased and are kept. */
  readonly restricted: number
  /** Bytes of all files in the package. */
  readonly fileBytes: number
  /** Bytes of the package as it is downloaded; null until it is ready. */
  readonly packageSize: number | null
  readonly fileName: string
  /** Its name in the operator's storage. */
  readonly storedAs: string | null
  readonly downloads: number
  readonly downloadedAt: Date | null
  /** Why it failed, or what it is waiting for. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
}

export type ExportRow = {
  export_id: string
  requested_by: string
  created_at: Date
  state: ExportState
  request: Buffer
  format: ExportFormat
  time_zone: string
  context: Context
  duplicates: 'suppressed' | 'kept'
  natives: boolean
  encryption: Encryption
  recipient: string | null
  pass_phrase: Buffer | null
  destination: Destination
  expires_in_days: number
  export_key: Buffer | null
  units: number
  written_to: number
  matched_items: number
  matched: number
  matched_written: number
  matched_failed: number
  matched_suppressed: number
  context_items: number
  context_copies: number
  context_written: number
  context_failed: number
  context_suppressed: number
  partially_indexed: number
  not_yet_indexed: number
  restricted_items: number
  file_bytes: number
  complete_entry: string | null
  package_size: number | null
  stored_as: string | null
  started_at: Date | null
  completed_at: Date | null
  expires_at: Date | null
  ended_at: Date | null
  ended_by: string | null
  downloads: number
  downloaded_at: Date | null
  attempts: number
  error_code: string | null
  error_message: string | null
}

const exportUnknown = (exportId: string) =>
  new HoldfastError('EXPORT_UNKNOWN', `there is no export ${exportId.slice(0, 64)}`)

const isExportId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** The row, locked if it is to be changed; null if there is none. */
export async function readExport(
  sql: Sql,
  exportId: string,
  lock: 'for update' | '' = '',
): Promise<ExportRow | null> {
  if (!isExportId(exportId)) return null
  const [row] = await sql.query<ExportRow>(`select * from export where export_id = $1 ${lock}`, [exportId])
  return row ?? null
}

/**
 * The row of an export that the actor may see: their own, or anybody's if their role Export has no limit.
 * EXPORT_UNKNOWN otherwise, ROLE_MISSING without the role.
 */
export async function seenExport(
  sql: Sql,
  actor: Actor,
  exportId: string,
  lock: 'for update' | '' = '',
): Promise<ExportRow> {
  const scope = mailboxScope(actor, 'Export')
  const row = await readExport(sql, exportId, lock)
  if (!row || (scope !== null && personBehind(row.requested_by) !== personBehind(actor.name)))
    throw exportUnknown(exportId)
  return row
}

const contextOf = (exportId: string, what: string) => `export ${exportId} ${what}`

export function sealRequest({ keyring }: Pick<Ground, 'keyring'>, exportId: string, request: SealedRequest) {
  return keyring.seal('credential', Buffer.from(JSON.stringify(request)), contextOf(exportId, 'request'))
}

export function openRequest(
  { keyring }: Pick<Ground, 'keyring'>,
  row: Pick<ExportRow, 'export_id' | 'request'>,
): SealedRequest {
  const text = keyring.open('credential', row.request, contextOf(row.export_id, 'request'))
  return JSON.parse(text.toString()) as SealedRequest
}

export function sealPassPhrase({ keyring }: Pick<Ground, 'keyring'>, exportId: string, passPhrase: string) {
  return keyring.seal('credential', Buffer.from(passPhrase), contextOf(exportId, 'pass phrase'))
}

/** The pass phrase of an export that is not encrypted yet. */
export function openPassPhrase(
  { keyring }: Pick<Ground, 'keyring'>,
  row: Pick<ExportRow, 'export_id' | 'pass_phrase'>,
): string {
  if (row.pass_phrase === null) throw new HoldfastError('INTERNAL', 'the pass phrase is gone already')
  return keyring.open('credential', row.pass_phrase, contextOf(row.export_id, 'pass phrase')).toString()
}

/** The name that a download of it has; in storage, with a mark of the attempt that wrote it. */
export const packageName = (row: Pick<ExportRow, 'export_id' | 'encryption'>, mark = ''): string =>
  `holdfast-export-${row.export_id}${mark && `-${mark}`}.zip${row.encryption === 'none' ? '' : '.age'}`

export function exportOf(ground: Pick<Ground, 'keyring'>, row: ExportRow): Export {
  const { name, source } = openRequest(ground, row)
  const written = row.matched_written + row.context_written
  const failed = row.matched_failed + row.context_failed
  const suppressed = row.matched_suppressed + row.context_suppressed
  return {
    exportId: row.export_id,
    name,
    state: row.state,
    source,
    format: row.format,
    timeZone: row.time_zone,
    context: row.context,
    duplicates: row.duplicates,
    natives: row.natives,
    encryption: row.encryption,
    recipient: row.recipient,
    destination: row.destination,
    expiresInDays: row.expires_in_days,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
    counts: countsOf(row),
    progress: { done: written + failed, total: row.matched + row.context_copies - suppressed },
    partiallyIndexed: row.partially_indexed,
    notYetIndexed: row.not_yet_indexed,
    restricted: row.restricted_items,
    fileBytes: row.file_bytes,
    packageSize: row.package_size,
    fileName: packageName(row),
    // Before it is ready it is only where it will be.
    storedAs: row.completed_at === null ? null : row.stored_as,
    downloads: row.downloads,
    downloadedAt: row.downloaded_at,
    error: errorOf(row),
  }
}

export function countsOf(row: ExportRow): Export['counts'] {
  return {
    matched: {
      items: row.matched_items,
      copies: row.matched,
      exported: row.matched_written,
      failed: row.matched_failed,
      suppressed: row.matched_suppressed,
    },
    context: {
      items: row.context_items,
      copies: row.context_copies,
      exported: row.context_written,
      failed: row.context_failed,
      suppressed: row.context_suppressed,
    },
  }
}

function errorOf({ error_code: code, error_message: message }: ExportRow): Export['error'] {
  if (code === null) return null
  const known = code in ERRORS ? (code as ErrorCode) : 'INTERNAL'
  return { code, message: message ?? '', hint: ERRORS[known].hint }
}
