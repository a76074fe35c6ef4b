/**
 * Results as conversations: each with how many hits it has, the one with the newest hit first; and a conversation
 * opened with its hits marked and with what surrounds them.
 */
import type { Sql } from '../database/database.ts'
import { getMailbox } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { isItemId } from '../message/message.ts'
import { type CompiledQuery, type SearchScope, searchSnapshot, selectHits } from '../search/search.ts'
import { readConversation } from './conversation.ts'
import { marksOfEntry } from './excerpt.ts'
import { type HitLine, linesOf } from './hit-lines.ts'
import { recordReading } from './reading.ts'
import { type Asked, admitSearch } from './search.ts'
import { countRestricted } from './unread.ts'

type HitConversation = {
  readonly conversation: string
  readonly hits: number
  /** When the first and the last hit were sent; null where a source gave no possible time. */
  readonly firstAt: Date | null
  readonly lastAt: Date | null
  /** Its newest hit. */
  readonly newest: HitLine
}

type HitConversationPage = {
  readonly conversations: readonly HitConversation[]
  readonly next: string | null
  readonly total: number
  /**
   * Conversations that came up since the first page, because something newer was found in them: they stand before
   * what was paged through, so that whoever wants all of it begins again. 0 while nothing arrived.
   */
  readonly moved: number
  /** Items of the scope, matching or not, that are left out. */
  readonly restricted: number
}

/** A page of conversations with hits. USAGE for a cursor that no page gave. */
export async function listHitConversations(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
  page: { readonly after?: string; readonly limit: number },
): Promise<HitConversationPage> {
  const cursor = cursorOf(page.after)
  const { query, scope } = await admitSearch(ground, actor, {
    act: 'search.conversations',
    role: 'Preview',
    text,
    asked,
  })
  const { rows, total, above } = await searchSnapshot(ground.database, async tx => {
    const hits = await selectHits(tx, ground.keyring, query, scope)
    return findGroups(tx, hits, cursor?.newest ?? null, page.limit + 1)
  })
  const shown = rows.slice(0, page.limit)
  const itemIds = shown.map(row => row.newest)
  await recordReading(ground, actor, {
    act: 'conversation.list',
    subject: 'search',
    detail: { count: itemIds.length, items: itemIds },
  })
  const lines = new Map(
    (await linesOf(ground, itemIds, { query, named: scope.named })).map(line => [line.itemId, line]),
  )
  const seen = (cursor?.seen ?? 0) + shown.length
  return {
    conversations: shown.flatMap(row => {
      const newest = lines.get(row.newest)
      if (!newest) return []
      const { hits, first_at: firstAt, last_at: lastAt } = row
      return [{ conversation: newest.conversation, hits, firstAt, lastAt, newest }]
    }),
    next: rows.length > page.limit ? `${shown.at(-1)!.newest}.${seen}` : null,
    total,
    moved: Math.max(0, above - (cursor?.seen ?? 0)),
    restricted: await countRestricted(ground.database, scope),
  }
}

function cursorOf(after: string | undefined): { newest: string; seen: number } | null {
  if (after === undefined) return null
  const [newest = '', seen = ''] = after.split('.')
  if (!isItemId(newest) || !/^[0-9]{1,9}$/.test(seen))
    throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  return { newest, seen: Number(seen) }
}

type GroupRow = {
  hits: number
  newest: string
  first_at: Date | null
  last_at: Date | null
}

async function findGroups(
  sql: Sql,
  hits: CompiledQuery,
  after: string | null,
  limit: number,
): Promise<{ rows: GroupRow[]; total: number; above: number }> {
  const place = (index: number) => `$${hits.values.length + index}`
  // Ids are compared as text for their maximum, which orders them alike; PostgreSQL has no max(uuid) before 18.
  const rows = await sql.query<GroupRow & { total: number; above: number; newest: string | null }>(
    `with hit as materialized (${hits.sql}),
     grouped as materialized (
       select count(*) as hits, max(i.item_id::text)::uuid as newest,
         min(i.sent_at) as first_at, max(i.sent_at) as last_at
       from hit join item i on i.item_id = hit.item_id group by i.conversation
     ),
     counted as (
       select count(*) as total, count(*) filter (where newest >= ${place(1)}::uuid) as above from grouped
     ),
     shown as (
       select * from grouped where ${place(1)}::uuid is null or newest < ${place(1)}
       order by newest desc limit ${place(2)}
     )
     select shown.*, counted.total, counted.above
     from counted left join shown on true order by shown.newest desc`,
    [...hits.values, after, limit],
  )
  const { total, above } = rows[0]!
  return { rows: rows.filter(row => row.newest !== null), total, above }
}

/**
 * The conversation around an item that was found, as `readConversation` gives it, with the marks of those entries that
 * are hits, and the nearest hits before and after the page. It is read in the mailbox of this address, else in the
 * first of the scope that has the item. ITEM_UNKNOWN if none has it.
 */
export async function readHitConversation(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
  itemId: string,
  page: {
    readonly address?: string
    readonly before?: string
    readonly after?: string
    readonly limit: number
  },
) {
  const { query, scope } = await admitSearch(ground, actor, {
    act: 'search.run',
    role: 'Preview',
    text,
    asked,
  })
  const place = await placeOf(ground, scope, itemId)
  if (!place) throw new HoldfastError('ITEM_UNKNOWN', `there is no item ${itemId.slice(0, 64)}`)
  const conversation = place.conversation.toString('base64url')
  const { address = place.address, before, after, limit } = page
  const found = await readConversation(ground, actor, { address }, conversation, {
    ...(before ? { before } : after ? { after } : { around: itemId }),
    limit,
  })
  const { mailboxId } = await getMailbox(ground.database, address)
  const itemIds = found.entries.map(entry => entry.itemId)
  const rows = await searchSnapshot(ground.database, async tx => {
    const hits = await selectHits(tx, ground.keyring, query, scope)
    const index = (by: number) => `$${hits.values.length + by}`
    return tx.query<{ item_id: string }>(
      `select hit.item_id from (${hits.sql}) as hit join item i on i.item_id = hit.item_id
       join filing f on f.item_id = hit.item_id and f.mailbox_id = ${index(2)} and f.hidden_at is null
       where i.conversation = ${index(1)}::bytea order by hit.item_id`,
      [...hits.values, place.conversation, mailboxId],
    )
  })
  const known = rows.map(row => row.item_id)
  const hit = new Set(known)
  return {
    ...found,
    address,
    conversation,
    marks: found.entries.filter(entry => hit.has(entry.itemId)).map(entry => marksOfEntry(query, entry)),
    hits: known.length,
    earlierHit: known.findLast(each => each < (itemIds[0] ?? itemId)) ?? null,
    laterHit: known.find(each => each > (itemIds.at(-1) ?? itemId)) ?? null,
  }
}

/** Where an item of the scope can be read: a person's mailbox before a reserved one. */
async function placeOf(ground: Ground, scope: SearchScope, itemId: string) {
  if (!isItemId(itemId)) return undefined
  const [row] = await ground.database.query<{ address: string; conversation: Buffer }>(
    `select m.address, i.conversation
     from item i join filing f on f.item_id = i.item_id join mailbox m on m.mailbox_id = f.mailbox_id
     where i.item_id = $1 and f.hidden_at is null and ($2::integer[] is null or f.mailbox_id = any($2))
     order by m.kind <> 'person', m.address limit 1`,
    [itemId, scope.mailboxIds],
  )
  return row
}
