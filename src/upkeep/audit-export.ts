/**
 * The audit log as a file, page by page, so that memory does not grow with it: CSV (RFC 4180) for a spreadsheet, or
 * JSON lines for a program. That it was taken out, by whom and with which filters, is recorded before the first byte.
 */
import { readSealedEntries } from '../archive/archive.ts'
import { appendEntry, type EntryQuery, readEntries, type StoredEntry } from '../audit/audit.ts'
import { csvLine } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'

export type AuditExport = {
  readonly format: 'csv' | 'jsonl'
  /** With what was sealed in the entries, which can quote queries and name persons; each page is recorded as a reading. */
  readonly sealed: boolean
}

type Entry = Omit<StoredEntry, 'sealed'> & { readonly sealed?: Record<string, unknown> | null }

const PAGE = 1000
const COLUMNS = ['No.', 'Time', 'Actor', 'Act', 'Subject', 'Detail', 'Id'] as const

/** The entries, newest first, as text. */
export async function* exportEntries(
  ground: Ground,
  actor: Actor,
  query: Omit<EntryQuery, 'limit' | 'after'>,
  { format, sealed }: AuditExport,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  requireRole(actor, 'Audit Logs')
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'audit.export',
      subject: 'audit',
      detail: {
        format,
        sealed,
        filter: { ...query, from: query.from?.toISOString() ?? null, to: query.to?.toISOString() ?? null },
        ...(actor.breakGlass ? { breakGlass: true } : {}),
      },
    }),
  )
  // What is added meanwhile, by this export too, is newer than its beginning and not part of it.
  const to = query.to ?? new Date(ground.clock.now() + 1)
  if (format === 'csv') yield csvLine([...COLUMNS, ...(sealed ? ['Sealed'] : [])])
  let after: string | undefined
  do {
    signal?.throwIfAborted()
    const page = await readPage(
      ground,
      actor,
      { ...query, to, limit: PAGE, ...(after ? { after } : {}) },
      sealed,
    )
    const lines = page.entries.map(entry => (format === 'csv' ? csvOf(entry, sealed) : jsonOf(entry, sealed)))
    if (lines.length > 0) yield lines.join('')
    after = page.next ?? undefined
  } while (after !== undefined)
}

async function readPage(
  ground: Ground,
  actor: Actor,
  query: EntryQuery,
  sealed: boolean,
): Promise<{ entries: Entry[]; next: string | null }> {
  if (sealed) return readSealedEntries(ground, actor, query)
  const { entries, next } = await readEntries(ground.database, query)
  return { entries: entries.map(({ sealed: _closed, ...entry }) => entry), next }
}

function csvOf(entry: Entry, sealed: boolean): string {
  return csvLine([
    entry.sequence === null ? '' : String(entry.sequence),
    entry.at.toISOString(),
    entry.actor,
    entry.act,
    entry.subject,
    JSON.stringify(entry.detail),
    entry.entryId,
    ...(sealed ? [entry.sealed ? JSON.stringify(entry.sealed) : ''] : []),
  ])
}

function jsonOf(entry: Entry, sealed: boolean): string {
  const { sequence, entryId, at, actor, act, subject, detail } = entry
  return `${JSON.stringify({
    sequence,
    id: entryId,
    at: at.toISOString(),
    actor,
    act,
    subject,
    detail,
    ...(sealed ? { sealed: entry.sealed ?? null } : {}),
  })}\n`
}
