/** How much a search finds, by mailbox and by kind, and how much of the archive it could not look into. */
import type { Sql, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type CompiledQuery, type SearchScope, searchSnapshot, selectHits } from '../search/search.ts'
import { type Asked, admitSearch } from './search.ts'
import { countRestricted, countUnread } from './unread.ts'

type Share = {
  readonly items: number
  /** Of the messages, as they would be exported. */
  readonly bytes: number
}

/** What a search finds, counted. An item counts once, in each mailbox of the scope that it is filed in. */
export type Counts = Share & {
  /** Copies: the sum can be more than the items, since an item can be filed in several mailboxes. */
  readonly byMailbox: readonly (Share & { readonly mailboxId: number })[]
  readonly byKind: readonly (Share & { readonly kind: string })[]
}

export type Estimate = Omit<Counts, 'byMailbox'> & {
  readonly byMailbox: readonly (Share & {
    readonly mailboxId: number
    readonly address: string
    readonly displayName: string
  })[]
  /** Items of the scope with an attachment whose text could not be read, or not to its end. */
  readonly partiallyIndexed: number
  /** Items of the scope whose attachments are still waiting to be read. */
  readonly notYetIndexed: number
  /** Items of the scope that are left out, since they were to be erased and are kept. */
  readonly restricted: number
  /** The moment that all of it is true of. */
  readonly at: Date
}

/** Counts what a query finds, in the mailboxes that the actor may count in; all of one snapshot. SEARCH_TOO_LONG after a minute. */
export async function estimateSearch(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
): Promise<Estimate> {
  const { query, scope } = await admitSearch(ground, actor, {
    act: 'search.estimate',
    role: 'Compliance Search',
    text,
    asked,
  })
  return searchSnapshot(ground.database, async tx => {
    const hits = await selectHits(tx, ground.keyring, query, scope)
    const measured = await measureHits(ground, tx, hits, scope)
    return { ...measured, byMailbox: await withAddresses(tx, measured.byMailbox) }
  })
}

/** How long a statement may take that nobody waits for. */
const JOB_SECONDS_MAX = 3_600

/** Runs the `work` of a job in a transaction whose statements all see the same moment; SEARCH_TOO_LONG. */
export function inSnapshot<T>(
  ground: Pick<Ground, 'database'>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return searchSnapshot(ground.database, work, JOB_SECONDS_MAX)
}

/** Counts these hits, and what the search could not look into; in the caller's snapshot. */
export async function measureHits(ground: Ground, tx: Transaction, hits: CompiledQuery, scope: SearchScope) {
  const at = new Date(ground.clock.now())
  const counts = await countHits(tx, hits, scope)
  const restricted = await countRestricted(tx, scope)
  return { ...counts, ...(await countUnread(tx, scope)), restricted, at }
}

/** One statement over the hits: their number and size, in all, by mailbox and by kind. */
async function countHits(sql: Sql, hits: CompiledQuery, scope: SearchScope): Promise<Counts> {
  const place = (index: number) => `$${hits.values.length + index}`
  const [row] = await sql.query<{
    items: number
    bytes: number
    kinds: (Share & { kind: string })[] | null
    mailboxes: (Share & { mailboxId: number })[] | null
  }>(
    `with hit as materialized (${hits.sql}),
     found as materialized (
       select i.item_id, i.kind, coalesce(i.message_size, i.original_size)::bigint as bytes
       from hit join item i on i.item_id = hit.item_id
     ),
     kinds as (select kind, count(*) as items, sum(bytes)::bigint as bytes from found group by kind),
     mailboxes as (
       select f.mailbox_id, count(*) as items, sum(found.bytes)::bigint as bytes
       from found join filing f on f.item_id = found.item_id
       where f.hidden_at is null and (${place(1)}::integer[] is null or f.mailbox_id = any(${place(1)}))
         and (${place(2)}::text[] is null
           or f.folder_id in (select folder_id from folder where name = any(${place(2)})))
       group by f.mailbox_id
     )
     select coalesce(sum(items), 0)::bigint as items, coalesce(sum(bytes), 0)::bigint as bytes,
       jsonb_agg(jsonb_build_object('kind', kind, 'items', items, 'bytes', bytes) order by items desc, kind) as kinds,
       (select jsonb_agg(jsonb_build_object('mailboxId', mailbox_id, 'items', items, 'bytes', bytes)
          order by items desc, mailbox_id) from mailboxes) as mailboxes
     from kinds`,
    [...hits.values, scope.mailboxIds, scope.folders ?? null],
  )
  return { items: row!.items, bytes: row!.bytes, byKind: row!.kinds ?? [], byMailbox: row!.mailboxes ?? [] }
}

/** The counts of mailboxes with whose they are. */
export async function withAddresses(sql: Sql, counts: Counts['byMailbox']): Promise<Estimate['byMailbox']> {
  if (counts.length === 0) return []
  const rows = await sql.query<{ mailbox_id: number; address: string; display_name: string }>(
    'select mailbox_id, address, display_name from mailbox where mailbox_id = any($1::integer[])',
    [counts.map(each => each.mailboxId)],
  )
  const known = new Map(rows.map(row => [row.mailbox_id, row]))
  return counts.map(each => ({
    ...each,
    address: known.get(each.mailboxId)?.address ?? '',
    displayName: known.get(each.mailboxId)?.display_name ?? '',
  }))
}
