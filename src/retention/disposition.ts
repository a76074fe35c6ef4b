/**
 * Disposition: the only place that removes what was archived. A filing leaves its mailbox; with its last filing the
 * item goes: key, participants, entries in the index, and all else that is known of it. What stays is a tombstone
 * without personal data, and a proof that the audit log holds.
 *
 * Promises: nothing that is held or retained is removed, by the rules and holds of that very moment; `hold/` is asked,
 * the columns are, and the database's guard stands behind both. All of it happens or none. Killed, nothing is lost:
 * what follows the commit (storage, lexicon) is in rows, and `finishDisposals` (disposal-ending.ts) does it.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { lockEntries, updateMailboxes } from '../search/search.ts'
import {
  type Decided,
  decideAll,
  type FilingKey,
  keyOf,
  lockFilings,
  type WhyKept,
  withHidden,
} from './disposal-candidate.ts'
import {
  type DisposalCause,
  type DisposalHead,
  type DisposedFiling,
  documentTree,
  type ExportTaken,
  filingLine,
  headLine,
  sealDocument,
} from './disposal-document.ts'

export type { FilingKey, WhyKept } from './disposal-candidate.ts'

import { markObjects } from '../vault/vault.ts'

/** Filings of one disposal. */
export const DISPOSAL_MAX = 5_000

export type Disposed = {
  /** null where nothing went. */
  readonly disposalId: number | null
  /** Filings that left, the hidden ones that went with them included. */
  readonly filings: number
  /** Items of which it was the last. */
  readonly items: number
  readonly kept: readonly (FilingKey & { readonly why: WhyKept })[]
}

/**
 * Disposes of those of these filings (at most `DISPOSAL_MAX`) that are due by their rules, or, for an erasure, that are
 * not kept; in the caller's transaction. Once that is committed, `finishDisposals` removes what is left of them outside
 * the tables.
 */
export async function disposeFilings(
  ground: Ground,
  tx: Transaction,
  filings: readonly FilingKey[],
  cause: DisposalCause,
  actor: string,
  approvedBy: readonly string[] = [],
): Promise<Disposed> {
  if (filings.length > DISPOSAL_MAX) throw new RangeError(`more than ${DISPOSAL_MAX} filings`)
  const asked = new Map(filings.map(filing => [keyOf(filing), filing]))
  const now = ground.clock.now()
  const candidates = await lockFilings(tx, [...asked.values()], now)
  const decided = await decideAll(tx, candidates, cause, now)
  const kept: (FilingKey & { why: WhyKept })[] = []
  for (const [key, filing] of asked) {
    const why = decided.get(key)?.why ?? (decided.has(key) ? null : 'gone')
    if (why !== null) kept.push({ mailboxId: filing.mailboxId, itemId: filing.itemId, why })
  }
  const leaving = [...decided.values()].filter(each => asked.has(keyOf(each)) && each.why === null)
  const going = withHidden(leaving, [...decided.values()])
  if (going.length === 0) return { disposalId: null, filings: 0, items: 0, kept }
  return { ...(await removeFilings(ground, tx, going, cause, actor, approvedBy, now)), kept }
}

async function removeFilings(
  ground: Ground,
  tx: Transaction,
  going: readonly Decided[],
  cause: DisposalCause,
  actor: string,
  approvedBy: readonly string[],
  now: number,
): Promise<{ disposalId: number; filings: number; items: number }> {
  const [next] = await tx.query<{ disposal_id: number }>(
    `select nextval(pg_get_serial_sequence('disposal', 'disposal_id')) as disposal_id`,
  )
  const { disposal_id: disposalId } = next!
  const itemIds = [...new Set(going.map(each => each.itemId))]
  const exported = await exportsOf(tx, itemIds)
  const keys = [going.map(each => each.mailboxId), going.map(each => each.itemId)]
  await tx.execute(
    `delete from filing f using unnest($1::integer[], $2::uuid[]) as n (mailbox_id, item_id)
     where f.mailbox_id = n.mailbox_id and f.item_id = n.item_id`,
    keys,
  )
  await tx.execute(
    `delete from held_item h using unnest($1::integer[], $2::uuid[]) as n (mailbox_id, item_id)
     where h.mailbox_id = n.mailbox_id and h.item_id = n.item_id`,
    keys,
  )
  await lockEntries(tx)
  const leaves = await removeItems(tx, itemIds, disposalId, new Date(now))
  await leaveMailboxes(
    tx,
    going.filter(each => !leaves.has(each.itemId)),
    disposalId,
  )
  const head: DisposalHead = {
    disposalId,
    archiveId: ground.archive.archiveId,
    at: new Date(now),
    cause,
    actor,
    approvedBy,
    filings: going.length,
    items: leaves.size,
    exports: exported.exports,
  }
  await record(ground, tx, linesOf(going, leaves, exported, head), going, leaves, head)
  return { disposalId, filings: going.length, items: leaves.size }
}

/** Removes the items that are filed nowhere any more. Returns their leaves by id. */
async function removeItems(
  tx: Sql,
  itemIds: readonly string[],
  disposalId: number,
  now: Date,
): Promise<Map<string, Buffer>> {
  const gone = await tx.query<{ item_id: string; leaf: Buffer }>(
    `with gone as (
       delete from item i where item_id = any($1::uuid[])
         and not exists (select from filing f where f.item_id = i.item_id)
       returning item_id, batch_id, vault_object, vault_offset, leaf, kind,
         (coalesce(sent_at, arrived_at) at time zone 'UTC')::date as day
     ), buried as (
       insert into tombstone (item_id, batch_id, vault_object, vault_offset, leaf, disposal_ids, gone_at)
       select item_id, batch_id, vault_object, vault_offset, leaf,
         array(select distinct disposal_id from disposed_filing d where d.item_id = gone.item_id order by 1) || $2::bigint, $3
       from gone
     ), uncounted as (
       -- Beside the rows of batches, to which it is added (pipeline/item-day.ts).
       insert into item_day (day, kind, batch_id, items)
       select day, kind, - $2::bigint, - count(*) from gone group by day, kind
     )
     select item_id, leaf from gone`,
    [itemIds, disposalId, now],
  )
  const ids = gone.map(row => row.item_id)
  if (ids.length === 0) return new Map()
  for (const table of [
    'search_entry',
    'attachment_text',
    'unread_attachment',
    'failure',
    'held_item',
    'item_act',
    'disposed_filing',
  ])
    await tx.execute(`delete from ${table} where item_id = any($1::uuid[])`, [ids])
  // In the order of the key: two disposals may have items of one object.
  await tx.execute(
    `with gone as (
       select vault_object, count(*) as items from tombstone where item_id = any($1::uuid[]) group by vault_object
     ), locked as (
       select o.object_id, gone.items from vault_object o join gone on gone.vault_object = o.object_id
       order by o.object_id for no key update of o
     )
     update vault_object o set items_gone = o.items_gone + locked.items, tier_due = true
     from locked where o.object_id = locked.object_id`,
    [ids],
  )
  return new Map(gone.map(row => [row.item_id, row.leaf]))
}

/** Items that stay elsewhere are not found in these mailboxes any more, and do not come back to them. */
async function leaveMailboxes(tx: Sql, left: readonly Decided[], disposalId: number): Promise<void> {
  if (left.length === 0) return
  await tx.execute(
    `insert into disposed_filing (item_id, mailbox_id, disposal_id)
     select item_id, mailbox_id, $3 from unnest($1::uuid[], $2::integer[]) as n (item_id, mailbox_id)`,
    [left.map(each => each.itemId), left.map(each => each.mailboxId), disposalId],
  )
  await tx.query('select mirror_keeping($1::uuid[])', [[...new Set(left.map(each => each.itemId))]])
  const removed = new Map<string, number[]>()
  for (const { itemId, mailboxId } of left) removed.set(itemId, [...(removed.get(itemId) ?? []), mailboxId])
  await updateMailboxes(tx, new Map(), removed)
  const objects = await tx.query<{ vault_object: string }>(
    'select distinct vault_object from item where item_id = any($1::uuid[])',
    [[...removed.keys()]],
  )
  await markObjects(
    tx,
    objects.map(row => row.vault_object),
  )
}

type Exported = { readonly exports: readonly ExportTaken[]; readonly byItem: ReadonlyMap<string, string[]> }

/** Exports that a copy of these items went into: packages are outside. (Tables of export/, read here.) */
async function exportsOf(tx: Sql, itemIds: readonly string[]): Promise<Exported> {
  const copies = await tx.query<{ item_id: string; export_id: string }>(
    `select distinct item_id, export_id from export_item where item_id = any($1::uuid[]) and state = 'written'
     order by item_id, export_id`,
    [itemIds],
  )
  const byItem = new Map<string, string[]>()
  for (const row of copies) byItem.set(row.item_id, [...(byItem.get(row.item_id) ?? []), row.export_id])
  const exports =
    copies.length === 0
      ? []
      : await tx.query<ExportTaken>(
          `select export_id as "exportId", format, state, created_at as "requestedAt", completed_at as "completedAt",
             downloads, destination
           from export where export_id = any($1::uuid[]) order by export_id`,
          [[...new Set(copies.map(row => row.export_id))]],
        )
  return { exports, byItem }
}

function linesOf(
  going: readonly Decided[],
  leaves: ReadonlyMap<string, Buffer>,
  { byItem }: Exported,
  head: DisposalHead,
): string[] {
  const filings = going.map(({ row, mailboxId, itemId, decision }): DisposedFiling => {
    return {
      itemId,
      mailboxId,
      batchId: row.batch_id,
      runId: row.run_id,
      filedAt: row.filed_at,
      itemDate: row.sent_at ?? row.arrived_at,
      labelId: row.label_id,
      retainUntil: decision.retainUntil,
      deleteAt: decision.deleteAt,
      reasons: decision.reasons,
      hidden: row.hidden_at !== null,
      itemLeaf: leaves.get(itemId) ?? null,
      exportIds: byItem.get(itemId) ?? [],
    }
  })
  return [headLine(head), ...filings.map(filingLine)]
}

/** The entry in the log, the document until it is in the storage, and what each run lost. */
async function record(
  ground: Ground,
  tx: Sql,
  lines: readonly string[],
  going: readonly Decided[],
  leaves: ReadonlyMap<string, Buffer>,
  { disposalId, at, cause, actor, approvedBy, filings, items, exports }: DisposalHead,
): Promise<void> {
  const requestId = cause.type === 'erasure' ? cause.requestId : null
  const { root } = documentTree(lines)
  const entryId = await appendEntry(tx, ground.keyring, ground.clock, {
    actor,
    act: 'disposal.complete',
    subject: `disposal:${disposalId}`,
    detail: {
      cause: cause.type,
      ...(requestId === null ? {} : { request: requestId }),
      ...(cause.again ? { again: cause.again } : {}),
      filings,
      items,
      exports: exports.length,
      lines: lines.length,
      merkleRoot: root.toString('hex'),
    },
    ...(approvedBy.length === 0 ? {} : { sealed: { approvedBy } }),
  })
  await tx.execute(
    `insert into disposal (disposal_id, at, cause, request_id, filings, items, merkle_root, entry_id, document, words_at)
     values ($1::bigint, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      disposalId,
      at,
      cause.type,
      requestId,
      filings,
      items,
      root,
      entryId,
      sealDocument(ground.keyring, disposalId, lines),
      items === 0 ? at : null,
    ],
  )
  const runs = new Map<number, { filings: number; items: Set<string> }>()
  for (const { row, itemId } of going) {
    const run = runs.get(row.run_id) ?? { filings: 0, items: new Set() }
    run.filings++
    if (leaves.has(itemId)) run.items.add(itemId)
    runs.set(row.run_id, run)
  }
  await tx.execute(
    `insert into disposal_run (run_id, disposal_id, items, filings)
     select run_id, $4::bigint, items, filings from unnest($1::bigint[], $2::integer[], $3::integer[]) as n (run_id, items, filings)`,
    [
      [...runs.keys()],
      [...runs.values()].map(run => run.items.size),
      [...runs.values()].map(run => run.filings),
      disposalId,
    ],
  )
}
