/** How the archive is, on one page: what is kept, what waits, and what needs somebody's attention. */
import { countUnread } from '../archive/archive.ts'
import { type Connector, listConnectors } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { listRuns } from '../pipeline/pipeline.ts'
import { type AttentionPoint, attentionPoints } from './attention.ts'
import { checkIndex } from './index-check.ts'
import { logState } from './log-state.ts'

export type ArchiveStatus = {
  readonly archiveId: string
  readonly organisation: string
  readonly demonstration: boolean
  readonly createdAt: Date
  readonly items: number
  readonly indexed: number
  readonly unmapped: number
  readonly quarantined: number
  /** Items with an attachment whose text could not be read, and items whose attachments wait to be read. */
  readonly partiallyIndexed: number
  readonly notYetIndexed: number
  readonly checkpoint: { readonly size: number; readonly at: Date } | null
  /** Audit entries that wait for a checkpoint. */
  readonly unsequenced: number
  readonly connectors: readonly {
    readonly connectorId: number
    readonly name: string
    readonly status: string
    readonly collectedUntil: Date | null
    readonly nextRunAt: Date | null
  }[]
  /** One line each, with what to do. */
  readonly attention: readonly string[]
}

/** Reads the status. Counts are exact, so on a very large archive this takes some seconds. */
export async function archiveStatus(ground: Ground): Promise<ArchiveStatus> {
  const { database, archive } = ground
  const [kept] = await database.query<{ items: number; unmapped: number; quarantined: number }>(
    `select count(*) as items, count(*) filter (where state = 'unmapped') as unmapped,
       count(*) filter (where state = 'quarantined') as quarantined from item`,
  )
  // Counted anew, so that what is said of the index is of now.
  const { indexed } = await checkIndex(ground)
  const log = await logState(ground)
  const connectors = await listConnectors(database)
  const points = await attentionPoints(ground)
  return {
    archiveId: archive.archiveId,
    organisation: archive.organisation,
    demonstration: archive.demonstration,
    createdAt: archive.createdAt,
    items: kept?.items ?? 0,
    indexed,
    unmapped: kept?.unmapped ?? 0,
    quarantined: kept?.quarantined ?? 0,
    ...(await countUnread(ground.database, { mailboxIds: null })),
    checkpoint: log.checkpointAt ? { size: log.size, at: log.checkpointAt } : null,
    unsequenced: log.waiting,
    connectors: connectors.map(({ connectorId, name, status, collectedUntil, nextRunAt }) => ({
      connectorId,
      name,
      status,
      collectedUntil,
      nextRunAt,
    })),
    attention: [...points.map(sentenceOf), ...(await waitingRuns(ground, connectors))],
  }
}

/** Runs under way that stand still for a reason that passes by itself. */
async function waitingRuns({ database }: Ground, connectors: readonly Connector[]): Promise<string[]> {
  const lines: string[] = []
  for (const { connectorId, name } of connectors) {
    const [last] = await listRuns(database, { connectorId, limit: 1 })
    if (last?.errorCode && ['waiting', 'collecting', 'filing'].includes(last.status))
      lines.push(`${name} waits (${last.errorCode}): ${last.errorMessage ?? ''}`)
  }
  return lines
}

function sentenceOf({ code, count, name, runId }: AttentionPoint): string {
  switch (code) {
    case 'log-broken':
      return `the audit log does not hold (${count} findings): holdfast verify`
    case 'checkpoint-overdue':
      return 'audit entries wait for a checkpoint: is `holdfast serve` running?'
    case 'index-differs':
      return `the index differs from the archive by ${count} items: holdfast reindex`
    case 'sign-in-refused':
      return `the site refuses the sign-in of ${name}: holdfast connector edit`
    case 'run-failed':
      return `the last run of ${name} is failed: holdfast run show ${runId}`
    case 'sum-differs':
      return `a run of ${name} is incomplete: holdfast run show ${runId}`
    case 'run-missed':
      return `a run of ${name} was due and is not complete: holdfast run list`
    case 'unmapped-numbers':
      return `${count} numbers of ${name} lead to no mailbox: holdfast unmapped list`
    case 'master-key-not-copied':
      return 'the master key is not copied to a safe place yet: holdfast init --master-key-copied'
    case 'import-role-missing':
      return 'nobody holds the role Mailbox Import Export: see Permissions in the portal'
    case 'break-glass':
      return `${name} acted ${count} times on the console without signing in, in the last 24 hours`
  }
}
