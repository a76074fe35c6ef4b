/** Items as the lines of a result, each with where the query's words are in it. */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type Query, search } from '../search/search.ts'
import { lineOf, type MessageLine } from './entry.ts'
import { type Hit, hitOf } from './excerpt.ts'
import { openRows } from './folder.ts'
import { visibleItems } from './item.ts'
import { NO_OWNER } from './party.ts'
import { type Act, admit, recordReading } from './reading.ts'
import { type Asked, admitSearch, type SearchPaging } from './search.ts'

/** A row of a result. */
export type HitLine = MessageLine & { readonly hit: Hit | null }

/** A page of search results as a list: the search is recorded, and so is that its hits were opened. */
export async function readSearch(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
  page: SearchPaging,
): Promise<{ lines: HitLine[]; next: string | null }> {
  const { query, scope } = await admitSearch(ground, actor, {
    act: 'search.run',
    role: 'Preview',
    text,
    asked,
  })
  const { itemIds, next } = await search(ground.database, ground.keyring, query, scope, page)
  await recordReading(ground, actor, {
    act: 'folder.read',
    subject: 'search',
    detail: { count: itemIds.length, items: itemIds },
  })
  return { lines: await linesOf(ground, itemIds, query), next }
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
  query: Query,
): Promise<Map<string, HitLine>> {
  const scope = await admit(ground, actor, reading, 'Preview')
  const visible = new Set(await visibleItems(ground, scope, itemIds))
  const shown = itemIds.filter(itemId => visible.has(itemId))
  await recordReading(ground, actor, {
    ...reading,
    detail: { ...reading.detail, count: shown.length, items: shown },
  })
  const lines = await linesOf(ground, shown, query)
  return new Map(lines.map(line => [line.itemId, line]))
}

export async function linesOf(ground: Ground, itemIds: readonly string[], query: Query): Promise<HitLine[]> {
  const opened = await openRows(ground, itemIds)
  return opened.map(({ row, read }) => ({ ...lineOf(row, read, NO_OWNER), hit: hitOf(query, read) }))
}
