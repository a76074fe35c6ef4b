/** Items as the lines of a result, each with where the query's words are in it. */
import { setImmediate } from 'node:timers/promises'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type Query, type SearchScope, searchSnapshot, selectHits } from '../search/search.ts'
import { lineOf, type MessageLine } from './entry.ts'
import { type Hit, hitOf, withoutParties } from './excerpt.ts'
import { openRows } from './folder.ts'
import { visibleItems } from './item.ts'
import { NO_OWNER } from './party.ts'
import { type Act, admit, recordReading } from './reading.ts'
import { type Asked, admitSearch, pageOfHits, type SearchPaging } from './search.ts'
import { countRestricted } from './unread.ts'

/** What lines are the hits of: a query, with the mailboxes that it names. */
type Sought = { readonly query: Query; readonly named: SearchScope['named'] | undefined }

/** A row of a result. */
export type HitLine = MessageLine & { readonly hit: Hit | null }

/**
 * A page of search results as a list: the search is recorded, and so is that its hits were opened. `restricted` items of
 * the scope, matching or not, are left out.
 */
export async function readSearch(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
  page: SearchPaging,
): Promise<{ lines: HitLine[]; next: string | null; restricted: number }> {
  const admitted = await admitSearch(ground, actor, { act: 'search.run', role: 'Preview', text, asked })
  const { query, scope } = admitted
  const { itemIds, next } = await pageOfHits(ground, admitted, page)
  await recordReading(ground, actor, {
    act: 'folder.read',
    subject: 'search',
    detail: { count: itemIds.length, items: itemIds },
  })
  const lines = await linesOf(ground, itemIds, { query, named: scope.named })
  return { lines, next, restricted: await countRestricted(ground.database, scope) }
}

/**
 * Items that something else than a search of this moment names, as lines; recorded as one reading. Those that the
 * actor may not preview, or that are there no more, are left out.
 */
export async function readItems(
  ground: Ground,
  actor: Actor,
  reading: { readonly act: Act; readonly subject: string; readonly detail: Record<string, unknown> },
  itemIds: readonly string[],
  sought: Sought,
): Promise<Map<string, HitLine>> {
  const scope = await admit(ground, actor, reading, 'Preview')
  const visible = new Set(await visibleItems(ground, actor, scope, itemIds))
  const shown = itemIds.filter(itemId => visible.has(itemId))
  await recordReading(ground, actor, {
    ...reading,
    detail: { ...reading.detail, count: shown.length, items: shown },
  })
  const lines = await linesOf(ground, shown, sought)
  return new Map(lines.map(line => [line.itemId, line]))
}

/** Items as lines with their hits; part of a reading that was recorded. */
export async function linesOf(
  ground: Ground,
  itemIds: readonly string[],
  sought: Sought,
): Promise<HitLine[]> {
  const { query } = sought
  const opened = await openRows(ground, itemIds)
  const lines: HitLine[] = []
  for (const { row, read } of opened) {
    lines.push({ ...lineOf(row, read, NO_OWNER), hit: hitOf(query, read) })
    // Marking a long text takes its time, and others wait for this process too.
    await setImmediate()
  }
  const candidates = lines.filter(line => line.hit && line.hit.within.length > 0).map(line => line.itemId)
  const inside = new Set(await foundByWords(ground, sought, candidates))
  return lines.map(line =>
    line.hit && !inside.has(line.itemId) ? { ...line, hit: { ...line.hit, within: [] } } : line,
  )
}

/** Of these items those that the query finds by words alone, and not by who takes part. */
async function foundByWords(
  ground: Ground,
  { query, named = new Map() }: Sought,
  itemIds: readonly string[],
): Promise<string[]> {
  if (itemIds.length === 0) return []
  const scope = { mailboxIds: null, named }
  const rows = await searchSnapshot(ground.database, async tx => {
    const hits = await selectHits(tx, ground.keyring, withoutParties(query), scope)
    return tx.query<{ item_id: string }>(
      `select item_id from (${hits.sql}) as hit where item_id = any($${hits.values.length + 1}::uuid[])`,
      [...hits.values, itemIds],
    )
  })
  return rows.map(row => row.item_id)
}
