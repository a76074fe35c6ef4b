/** The manifest: what an export is, in one JSON file, whose digest is in the audit log. */
import { readFileSync } from 'node:fs'
import { archivePublicKey } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { PACKAGE_FORMAT } from './package-layout.ts'
import { countsOf, type ExportRow, openRequest } from './stored-export.ts'

const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** What an export is: for the manifest, and for the report. */
export type Statement = Awaited<ReturnType<typeof statementOf>>

export async function statementOf(ground: Ground, sql: Sql, row: ExportRow) {
  const { name, source, query, scope } = openRequest(ground, row)
  const named = async (ids: readonly number[] | null, table: 'mailbox' | 'connector') => {
    if (ids === null) return null
    const column = table === 'mailbox' ? 'address' : 'name'
    const rows = await sql.query<{ name: string }>(
      `select ${column} as name from ${table} where ${table}_id = any($1::integer[]) order by 1`,
      [ids],
    )
    return rows.map(each => each.name)
  }
  const [times] = await sql.query<{ first_sent: Date | null; last_sent: Date | null }>(
    `select min(i.sent_at) as first_sent, max(i.sent_at) as last_sent
     from export_item x join item i using (item_id) where x.export_id = $1 and x.state = 'written'`,
    [row.export_id],
  )
  const { archive } = ground
  return {
    format: PACKAGE_FORMAT,
    tool: `Holdfast ${VERSION}`,
    archive: {
      id: archive.archiveId,
      organisation: archive.organisation,
      demonstration: archive.demonstration,
      logEpoch: archive.logEpoch,
      publicKey: archivePublicKey(ground.keyring, archive.archiveId),
    },
    export: {
      id: row.export_id,
      name,
      format: row.format,
      requestedBy: row.requested_by,
      requestedAt: row.created_at,
      selectedAt: row.started_at,
      timeZone: row.time_zone,
      context: row.context,
      duplicates: row.duplicates,
      ...(row.format === 'rsmf' ? { natives: row.natives } : {}),
      encryption: row.encryption,
    },
    search: {
      query,
      savedSearchRun: source.runId,
      // null: everything that whoever asked could export, which was the whole archive.
      mailboxes: await named(scope.mailboxIds, 'mailbox'),
      connectors: await named(scope.connectorIds, 'connector'),
      folders: scope.folders,
      partiallyIndexed: row.partially_indexed,
      notYetIndexed: row.not_yet_indexed,
      restricted: row.restricted_items,
    },
    counts: countsOf(row),
    sent: { first: times?.first_sent ?? null, last: times?.last_sent ?? null },
  }
}

/** The manifest's bytes. `files` is what files.jsonl is. */
export function manifestText(
  statement: Statement,
  files: { readonly sha256: string; readonly size: number; readonly count: number },
): Buffer {
  return Buffer.from(`${JSON.stringify({ ...statement, files }, null, 2)}\n`)
}
