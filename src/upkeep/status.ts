/** How the archive is, on one page: what is kept, what waits, and what needs somebody's attention. */
import { listConnectors } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { listRuns, listUnmapped } from '../pipeline/pipeline.ts'

export type ArchiveStatus = {
  readonly archiveId: string
  readonly organisation: string
  readonly demonstration: boolean
  readonly createdAt: Date
  readonly items: number
  readonly indexed: number
  readonly unmapped: number
  readonly quarantined: number
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

/** Without a checkpoint for so long, the log is not being sequenced. */
const SEQUENCER_LATE = 60_000

/** Reads the status. Counts are exact, so on a very large archive this takes some seconds. */
export async function archiveStatus(ground: Ground): Promise<ArchiveStatus> {
  const { database, archive } = ground
  const [kept] = await database.query<{ items: number; unmapped: number; quarantined: number }>(
    `select count(*) as items, count(*) filter (where state = 'unmapped') as unmapped,
       count(*) filter (where state = 'quarantined') as quarantined from item`,
  )
  const [index] = await database.query<{ indexed: number }>(
    'select count(*) as indexed from search_entry where part <= 1',
  )
  const [checkpoint] = await database.query<{ tree_size: number; at: Date }>(
    'select tree_size, at from audit_checkpoint order by tree_size desc limit 1',
  )
  const [waiting] = await database.query<{ entries: number; oldest: Date | null }>(
    'select count(*) as entries, min(e.at) as oldest from audit_unsequenced join audit_entry e using (entry_id)',
  )
  const connectors = await listConnectors(database)
  const attention: string[] = []
  const items = kept?.items ?? 0
  const quarantined = kept?.quarantined ?? 0
  const indexed = index?.indexed ?? 0
  if (indexed !== items - quarantined)
    attention.push(
      `the index has ${indexed} items, the archive ${items - quarantined} to be found: holdfast reindex`,
    )
  if (waiting?.oldest && ground.clock.now() - waiting.oldest.getTime() > SEQUENCER_LATE)
    attention.push('audit entries wait for a checkpoint: is `holdfast serve` running?')
  const lost = await listUnmapped(database, null, 1000)
  if (lost.length > 0) attention.push(`${lost.length} numbers lead to no mailbox: holdfast unmapped list`)
  for (const connector of connectors) {
    const [last] = await listRuns(database, { connectorId: connector.connectorId, limit: 1 })
    if (last && ['failed', 'incomplete'].includes(last.status))
      attention.push(`the last run of ${connector.name} is ${last.status}: holdfast run show ${last.runId}`)
    else if (last?.errorCode && last.status !== 'complete')
      attention.push(`${connector.name} waits (${last.errorCode}): ${last.errorMessage ?? ''}`)
  }
  return {
    archiveId: archive.archiveId,
    organisation: archive.organisation,
    demonstration: archive.demonstration,
    createdAt: archive.createdAt,
    items,
    indexed,
    unmapped: kept?.unmapped ?? 0,
    quarantined,
    checkpoint: checkpoint ? { size: checkpoint.tree_size, at: checkpoint.at } : null,
    unsequenced: waiting?.entries ?? 0,
    connectors: connectors.map(({ connectorId, name, status, collectedUntil, nextRunAt }) => ({
      connectorId,
      name,
      status,
      collectedUntil,
      nextRunAt,
    })),
    attention,
  }
}
