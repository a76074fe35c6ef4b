/** Exports as their makers see them, and whoever holds Export without limit. */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, mailboxScope, personBehind } from '../identity/identity.ts'
import { type Export, type ExportRow, exportOf, seenExport } from './stored-export.ts'

type ExportPage = {
  readonly exports: readonly Export[]
  readonly next: string | null
  readonly total: number
}

/** An export that the actor may see. EXPORT_UNKNOWN, ROLE_MISSING. */
export async function getExport(ground: Ground, actor: Actor, exportId: string): Promise<Export> {
  return exportOf(ground, await seenExport(ground.database, actor, exportId))
}

/** Exports that the actor may see, newest first. `mine`: only their own. */
export async function listExports(
  ground: Ground,
  actor: Actor,
  page: { readonly mine?: boolean; readonly after?: string; readonly limit: number },
): Promise<ExportPage> {
  const scope = mailboxScope(actor, 'Export')
  const owner = scope !== null || page.mine ? personBehind(actor.name) : null
  const own = `($1::text is null or requested_by = $1 or starts_with(requested_by, $1 || '/token-'))`
  const after = page.after === undefined ? null : await placeOf(ground.database, page.after)
  const [rows, [counted]] = await Promise.all([
    ground.database.query<ExportRow>(
      `select * from export where ${own} and ($2::timestamptz is null or (created_at, export_id) < ($2, $3::uuid))
       order by created_at desc, export_id desc limit $4`,
      [owner, after?.createdAt ?? null, after?.exportId ?? null, page.limit + 1],
    ),
    ground.database.query<{ total: number }>(`select count(*) as total from export where ${own}`, [owner]),
  ])
  const shown = rows.slice(0, page.limit)
  return {
    exports: shown.map(row => exportOf(ground, row)),
    next: rows.length > page.limit ? shown.at(-1)!.export_id : null,
    total: counted?.total ?? 0,
  }
}

async function placeOf(sql: Sql, after: string): Promise<{ exportId: string; createdAt: Date }> {
  const [row] = /^[0-9a-f-]{36}$/i.test(after)
    ? await sql.query<{ created_at: Date }>(
        'select created_at from export where export_id::text = lower($1)',
        [after],
      )
    : []
  if (!row) throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  return { exportId: after, createdAt: row.created_at }
}
