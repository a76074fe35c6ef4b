/** Where an item came from, what was kept of it, and what proves it: the answer to "how do you know?". */
import { proveEntry, readEntries, readTrails, sizeOfCheckpoint, type TrailEntry } from '../audit/audit.ts'
import { findProduct } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import { type HoldOnItem, holdsOfItem } from '../hold/hold.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { vaultObjectName } from '../vault/vault.ts'
import { readFacts } from './facts.ts'
import { digestsOf, type FilingView, findItem, type ItemRow, listItemFilings } from './item.ts'
import { recordReading } from './reading.ts'

type ExportedIn = {
  readonly exportId: string
  readonly requestedBy: string
  readonly completedAt: Date
  readonly format: string
}

type Custody = {
  readonly itemId: string
  readonly state: ItemRow['state']
  readonly connector: {
    readonly connectorId: number
    readonly name: string
    readonly product: string
    readonly accountId: string
  }
  readonly run: {
    readonly runId: number
    readonly trigger: string
    readonly windowFrom: Date
    readonly windowTo: Date
  }
  readonly batchId: number
  /** The item's id at its source; null where it gave none. */
  readonly sourceItemId: string | null
  readonly sentAt: Date | null
  readonly sentAtAsReceived: string
  readonly arrivedAt: Date
  readonly collectedAt: Date
  readonly filedAt: Date
  readonly filings: readonly FilingView[]
  readonly flags: readonly string[]
  readonly vaultObject: string
  readonly originalSize: number
  /** Null when the message is the original, byte for byte. */
  readonly messageSize: number | null
  /** SHA-256 in hex, computed now from what the seal authenticates. */
  readonly originalDigest: string
  readonly messageDigest: string
  /** Completed exports that a copy of it was handed over in, of the mailboxes that the reader may see. */
  readonly exports: readonly ExportedIn[]
  /** The holds on its copies in these mailboxes, by number. */
  readonly holds: readonly HoldOnItem[]
  /** What changed it since: labels, decisions of reviews, filing again. */
  readonly acts: readonly TrailEntry[]
  /** The item's leaf of its batch's tree, in hex. */
  readonly leaf: string
  /** The audit entry that filed the batch, and the signed checkpoint that covers it; null while it waits. */
  readonly entry: { readonly entryId: string; readonly at: Date; readonly sequence: number | null } | null
  readonly checkpoint: { readonly size: number; readonly note: string } | null
}

/** Recorded as a reading. Reads original and message to their ends, since nothing has a digest stored beside it. */
export async function showCustody(ground: Ground, actor: Actor, itemId: string): Promise<Custody> {
  const { row, scope } = await findItem(ground, actor, itemId, 'item.custody', 'Preview')
  await recordReading(ground, actor, { act: 'item.custody', subject: `item:${row.item_id}` })
  const [origin, filings, exports, holds, trails, facts, digests, filed] = await Promise.all([
    readOrigin(ground, row),
    listItemFilings(ground, scope, row.item_id),
    listExportsOf(ground, scope, row.item_id),
    holdsOfItem(ground.database, scope, row.item_id, ground.clock.now()),
    readTrails(ground.database, [row.item_id]),
    readFacts(ground, row).catch(() => null),
    digestsOf(ground, row),
    readEntries(ground.database, { act: 'batch.file', subject: `batch:${row.batch_id}`, limit: 1 }),
  ])
  const entry = filed.entries[0]
  const proved = entry ? await proveEntry(ground.database, entry.entryId) : null
  return {
    itemId: row.item_id,
    state: row.state,
    ...origin,
    batchId: row.batch_id,
    sourceItemId: facts?.sourceItemId ?? null,
    sentAt: row.sent_at,
    sentAtAsReceived: facts?.sentAtAsReceived ?? '',
    arrivedAt: row.arrived_at,
    filedAt: row.filed_at,
    filings,
    exports,
    holds,
    acts: trails.get(row.item_id) ?? [],
    flags: row.flags,
    vaultObject: vaultObjectName(row.vault_object),
    originalSize: row.original_size,
    messageSize: row.message_size,
    originalDigest: digests.original.toString('hex'),
    messageDigest: digests.message.toString('hex'),
    leaf: row.leaf.toString('hex'),
    entry: entry ? { entryId: entry.entryId, at: entry.at, sequence: entry.sequence } : null,
    checkpoint: proved ? { size: sizeOfCheckpoint(proved.checkpoint), note: proved.checkpoint } : null,
  }
}

async function readOrigin(ground: Ground, row: ItemRow) {
  const [found] = await ground.database.query<{
    name: string
    product: string
    account_id: string
    trigger: string
    window_from: Date
    window_to: Date
    collected_at: Date
  }>(
    `select c.name, c.product, c.account_id, r.trigger, r.window_from, r.window_to, b.collected_at
     from connector c, run r, batch b where c.connector_id = $1 and r.run_id = $2 and b.batch_id = $3`,
    [row.connector_id, row.run_id, row.batch_id],
  )
  return {
    connector: {
      connectorId: row.connector_id,
      name: found?.name ?? '',
      product: found ? findProduct(found.product).name : '',
      accountId: found?.account_id ?? '',
    },
    run: {
      runId: row.run_id,
      trigger: found?.trigger ?? '',
      windowFrom: found?.window_from ?? row.arrived_at,
      windowTo: found?.window_to ?? row.arrived_at,
    },
    collectedAt: found?.collected_at ?? row.filed_at,
  }
}

async function listExportsOf(ground: Ground, scope: MailboxScope, itemId: string): Promise<ExportedIn[]> {
  const rows = await ground.database.query<{
    export_id: string
    requested_by: string
    completed_at: Date
    format: string
  }>(
    `select distinct e.export_id, e.requested_by, e.completed_at, e.format
     from export_item x join export e using (export_id)
     where x.item_id = $1 and x.state = 'written' and e.completed_at is not null
       and ($2::integer[] is null or x.mailbox_id = any($2))
     order by e.completed_at`,
    [itemId, scope],
  )
  return rows.map(row => ({
    exportId: row.export_id,
    requestedBy: row.requested_by,
    completedAt: row.completed_at,
    format: row.format,
  }))
}
