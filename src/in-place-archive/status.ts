/** How the in-place archive stands: how much is in it, and the runs that moved it. Readable counts alone. */
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { type ChoicePage, listChoices } from '../mailbox/mailbox.ts'

type ArchiveRun = {
  readonly archiveRunId: number
  /** How many mailboxes were looked through; null is all. */
  readonly mailboxes: number | null
  readonly requestedBy: string
  readonly createdAt: Date
  readonly completedAt: Date | null
  /** Looked at. */
  readonly filings: number
  readonly archived: number
  readonly returned: number
  readonly cooled: number
  readonly warmed: number
  /** Why objects could not be moved: the code of an error. */
  readonly problem: string | null
}

type ArchiveStatus = {
  /** Filings that are in an archive, and in how many mailboxes. */
  readonly filings: number
  readonly mailboxes: number
  /** Where the storage has tiers: that of the configuration, and the objects that lie in it. */
  readonly tier: 'none' | 'cool' | 'cold' | null
  readonly cooledObjects: number
}

export async function inPlaceArchiveStatus(ground: Ground, actor: Actor): Promise<ArchiveStatus> {
  requireRole(actor, 'Retention Management')
  const [row] = await ground.database.query<{ filings: number; mailboxes: number; cooled: number }>(
    `select count(*) as filings, count(distinct mailbox_id) as mailboxes,
       (select count(*) from vault_object where tier in ('cool', 'cold')) as cooled
     from filing where archived_at is not null`,
  )
  return {
    filings: row!.filings,
    mailboxes: row!.mailboxes,
    tier: ground.storage.hasTiers ? ground.config.archiveTier : null,
    cooledObjects: row!.cooled,
  }
}

/** Newest first; `after` is the last id of the page before. */
export async function listArchiveRuns(
  ground: Ground,
  actor: Actor,
  page: { readonly after?: number; readonly limit: number },
): Promise<{ runs: ArchiveRun[]; next: number | null }> {
  requireRole(actor, 'Retention Management')
  const rows = await ground.database.query<{
    archive_run_id: number
    mailboxes: number | null
    requested_by: string
    created_at: Date
    completed_at: Date | null
    filings: number
    archived: number
    returned: number
    cooled: number
    warmed: number
    problem: string | null
  }>(
    `select archive_run_id, cardinality(mailbox_ids) as mailboxes, requested_by, created_at, completed_at, filings,
       archived, returned, cooled, warmed, problem
     from in_place_archive_run where $1::bigint is null or archive_run_id < $1 order by archive_run_id desc limit $2`,
    [page.after ?? null, page.limit + 1],
  )
  const runs = rows.slice(0, page.limit).map(row => ({
    archiveRunId: row.archive_run_id,
    mailboxes: row.mailboxes,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    completedAt: row.completed_at,
    filings: row.filings,
    archived: row.archived,
    returned: row.returned,
    cooled: row.cooled,
    warmed: row.warmed,
    problem: row.problem,
  }))
  return { runs, next: rows.length > page.limit ? runs.at(-1)!.archiveRunId : null }
}

/** Mailboxes to make a policy for, each with its own policy; recorded. */
export async function listArchivableMailboxes(ground: Ground, actor: Actor, page: ChoicePage) {
  requireRole(actor, 'Retention Management')
  const { mailboxes, ...rest } = await listChoices(ground, actor, null, page)
  const own = await ground.database.query<{ mailbox_id: number; policy_id: number }>(
    'select mailbox_id, policy_id from archive_policy_mailbox where mailbox_id = any($1::integer[])',
    [mailboxes.map(each => each.mailboxId)],
  )
  const policies = new Map(own.map(row => [row.mailbox_id, row.policy_id]))
  return {
    ...rest,
    mailboxes: mailboxes.map(each => ({ ...each, policyId: policies.get(each.mailboxId) ?? null })),
  }
}
