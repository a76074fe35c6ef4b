/** Figures of the archive for monitoring: counts, and how old what should be recent is. No names, no numbers of people. */
import type { Ground } from '../ground.ts'

type Metric = {
  readonly name: string
  readonly help: string
  readonly value: number
  readonly labels: Readonly<Record<string, string>>
}

/** Reads the figures; none of them counts a large table, so that they can be asked every few seconds. */
export async function archiveMetrics({ database, clock }: Ground): Promise<Metric[]> {
  const now = clock.now()
  const age = (at: Date | null | undefined) => (at ? (now - at.getTime()) / 1000 : -1)
  const [log] = await database.query<{ tree_size: number; at: Date }>(
    'select tree_size, at from audit_checkpoint order by tree_size desc limit 1',
  )
  const [waiting] = await database.query<{ entries: number }>(
    'select count(*) as entries from audit_unsequenced',
  )
  const [texts] = await database.query<{ items: number }>(
    `select count(*) as items from attachment_text where state = 'waiting'`,
  )
  const runs = await database.query<{ status: string; runs: number }>(
    'select status, count(*) as runs from run group by status',
  )
  const connectors = await database.query<{
    connector_id: number
    collected_until: Date | null
    read: number
    failed: number
  }>(
    `select c.connector_id, c.collected_until, coalesce(sum(r.items_read), 0)::bigint as read,
       coalesce(sum(r.items_failed), 0)::bigint as failed
     from connector c left join run r using (connector_id)
     where c.status in ('active', 'paused') group by c.connector_id order by c.connector_id`,
  )
  const metric = (
    name: string,
    help: string,
    value: number,
    labels: Record<string, string> = {},
  ): Metric => ({
    name: `holdfast_${name}`,
    help,
    value,
    labels,
  })
  return [
    metric('audit_tree_size', 'Entries under the last checkpoint', log?.tree_size ?? 0),
    metric('audit_checkpoint_age_seconds', 'Since the last checkpoint; -1 without one', age(log?.at)),
    metric('audit_entries_waiting', 'Entries that wait for a checkpoint', waiting?.entries ?? 0),
    metric('items_not_yet_indexed', 'Items whose attachments wait to be read', texts?.items ?? 0),
    ...runs.map(({ status, runs }) => metric('runs', 'Runs by status', runs, { status })),
    ...connectors.flatMap(each => {
      const labels = { connector: String(each.connector_id) }
      return [
        metric('connector_items_read', 'Items read by all runs', each.read, labels),
        metric('connector_items_failed', 'Items set aside by all runs', each.failed, labels),
        metric(
          'connector_collected_age_seconds',
          'Behind the site; -1 before the first complete run',
          age(each.collected_until),
          labels,
        ),
      ]
    }),
  ]
}
