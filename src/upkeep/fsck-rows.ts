/** What fsck looks at in the database alone: that items, filings, entries and counts agree with each other. */
import type { Ground } from '../ground.ts'
import { vaultObjectName } from '../vault/vault.ts'
import type { FsckFinding, Report } from './fsck.ts'

/** Findings of one kind that are told. */
const PAGE = 1000

/** What only the rows can tell: items that no object holds, items nowhere filed or not indexed, and the runs' sums. */
export async function checkRows(ground: Ground, report: Report): Promise<void> {
  // Each of these is one statement, and so of one moment: an import may go on meanwhile.
  const objects = await ground.database.query<{ object_id: string; items: number; kept: number }>(
    `select coalesce(object_id, vault_object) as object_id, coalesce(items - items_gone, 0) as items, coalesce(kept, 0) as kept
     from vault_object full join (select vault_object, count(*) as kept from item group by vault_object) i
       on vault_object = object_id
     where coalesce(items - items_gone, 0) <> coalesce(kept, 0) order by 1 limit ${PAGE}`,
  )
  for (const { object_id: objectId, items, kept } of objects)
    report(
      'item-differs',
      vaultObjectName(objectId),
      `it holds ${items} items that were not disposed of, and the database has rows of ${kept}`,
    )
  const checks: readonly (readonly [FsckFinding['code'], string, string])[] = [
    [
      'not-filed',
      'is filed in no mailbox',
      'select item_id from item i where not exists (select from filing f where f.item_id = i.item_id)',
    ],
    [
      'not-indexed',
      'has no search entry',
      `select item_id from item i where state <> 'quarantined'
       and not exists (select from search_entry e where e.item_id = i.item_id)`,
    ],
    [
      'entry-without-item',
      'has a search entry but no row',
      'select item_id from search_entry e where not exists (select from item i where i.item_id = e.item_id)',
    ],
    [
      'entry-without-item',
      'has a filing but no row',
      'select item_id from filing f where not exists (select from item i where i.item_id = f.item_id)',
    ],
  ]
  for (const [code, message, query] of checks)
    for (const row of await ground.database.query<{ item_id: string }>(`${query} limit ${PAGE}`))
      report(code, row.item_id, message)
  const runs = await ground.database.query<{ run_id: number; counted: number; kept: number }>(
    `select run_id, items_filed + items_unmapped + items_failed as counted, coalesce(kept, 0) as kept
     from run left join (
       select run_id, sum(items) as kept from (
         select run_id, count(*) as items from item group by run_id
         union all select run_id, sum(items) from disposal_run group by run_id) as known group by run_id) i using (run_id)
     where items_filed + items_unmapped + items_failed <> coalesce(kept, 0)`,
  )
  for (const run of runs)
    report(
      'run-counts',
      `run:${run.run_id}`,
      `its counts say ${run.counted} new items, ${run.kept} are kept or disposed of`,
    )
}

/** Filings are added, at an import and at a replay, and leave with a disposal alone: each connector has the others. */
export async function checkFilings(ground: Ground, report: Report): Promise<void> {
  const connectors = await ground.database.query<{ connector_id: number; counted: number; kept: number }>(
    `select connector_id, counted::bigint, kept from (
       select connector_id,
         coalesce(sum(filings_imported + filings_partial + items_unmapped + items_failed), 0) + coalesce(
           (select sum((detail->>'filings')::bigint) from audit_entry
            where act = 'unmapped.replay' and subject = 'connector:' || connector_id), 0) as counted,
         (select count(*) from filing f join run r using (run_id) where r.connector_id = run.connector_id) + coalesce(
           (select sum(d.filings) from disposal_run d join run r using (run_id)
            where r.connector_id = run.connector_id), 0)::bigint as kept
       from run group by connector_id) as sums
     where counted <> kept order by connector_id`,
  )
  for (const { connector_id: id, counted, kept } of connectors)
    report(
      'filing-counts',
      `connector:${id}`,
      `it was given ${counted} filings, and ${kept} are there or were disposed of`,
    )
}
