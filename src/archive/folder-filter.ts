/** What a folder's list may be narrowed to, and the page of filings that this gives: by the index, or by the rows. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { type FilingFilter, type FilingPage, listFilings, lowestItemId } from '../mailbox/mailbox.ts'
import { isItemId } from '../message/message.ts'
import {
  checkVersion,
  cursorAfter,
  parseQuery,
  type Query,
  type SearchScope,
  search,
} from '../search/search.ts'
import { restrictedSeen } from './reading.ts'
import { limitTo } from './search.ts'

/** Everything left out does not limit. */
export type FolderFilter = Pick<
  FilingFilter,
  'kinds' | 'direction' | 'from' | 'to' | 'withAttachments' | 'archived'
> & {
  /** A query in the language of searches. */
  readonly words?: string
  /** A number, an address or a name: somebody who takes part. */
  readonly participant?: string
}

/** `after` is the last item id of the page before, `before` the first of the page after. */
export type PageOf = { readonly after?: string; readonly before?: string; readonly limit: number }

/** Hits that are looked at in one step. */
const STEP = 5_000

/** A page of a mailbox's filings, newest first. QUERY_INVALID for words that are no query. */
export async function findFilings(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  mailboxId: number,
  folderId: number | undefined,
  filter: FolderFilter,
  page: PageOf,
): Promise<FilingPage> {
  for (const cursor of [page.after, page.before])
    if (cursor !== undefined && !isItemId(cursor))
      throw new HoldfastError('USAGE', 'a page begins at an item id')
  const { words = '', participant = '', ...rest } = filter
  const limits: FilingFilter = {
    ...rest,
    restricted: restrictedSeen(actor),
    ...(folderId === undefined ? {} : { folderId }),
  }
  const query = queryOf(words, participant, limits, ground.clock.now())
  if (query === null) return listFilings(ground.database, mailboxId, { ...limits, ...page })
  await checkVersion(ground.database)
  const asked = { mailboxIds: [mailboxId] }
  const searched = await limitTo(ground, actor, scope, query, asked, 'folder.read')
  return page.before === undefined
    ? olderHits(ground, query, searched, mailboxId, limits, page)
    : newerHits(ground, query, searched, mailboxId, limits, { before: page.before, limit: page.limit })
}

/** What the index is asked; null if there is nothing that only it can answer. */
function queryOf(words: string, participant: string, limits: FilingFilter, now: number): Query | null {
  const of: Query[] = []
  if (words.trim() !== '') of.push(parseQuery(words, now))
  if (participant.trim() !== '')
    of.push(parseQuery(`participants:"${participant.replaceAll('"', ' ').trim()}"`))
  if (of.length === 0) return null
  if (limits.kinds) of.push({ type: 'or', of: limits.kinds.map(kind => ({ type: 'kind' as const, kind })) })
  if (limits.direction) of.push({ type: 'direction', direction: limits.direction })
  if (limits.from || limits.to)
    of.push({
      type: 'time',
      property: 'sent',
      period: { from: limits.from?.getTime() ?? null, to: limits.to?.getTime() ?? null },
    })
  return { type: 'and', of }
}

async function olderHits(
  ground: Ground,
  query: Query,
  scope: SearchScope,
  mailboxId: number,
  limits: FilingFilter,
  page: PageOf,
): Promise<FilingPage> {
  const filings: FilingPage['filings'][number][] = []
  let after = page.after === undefined ? null : cursorAfter(page.after)
  do {
    const hits = await search(ground.database, ground.keyring, query, scope, { after, limit: STEP })
    const found = await listFilings(ground.database, mailboxId, {
      ...limits,
      itemIds: hits.itemIds,
      limit: page.limit + 1 - filings.length,
    })
    filings.push(...found.filings)
    after = hits.next
  } while (after !== null && filings.length <= page.limit)
  const older = filings.length > page.limit
  return { filings: filings.slice(0, page.limit), older, newer: page.after !== undefined }
}

/** The page that precedes an item: hits come newest first, so all that are newer are looked at, from its time on. */
async function newerHits(
  ground: Ground,
  query: Query,
  scope: SearchScope,
  mailboxId: number,
  limits: FilingFilter,
  { before, limit }: { before: string; limit: number },
): Promise<FilingPage> {
  const from = Number.parseInt(before.replace('-', '').slice(0, 12), 16)
  const bounded: Query =
    from === 0
      ? query
      : { type: 'and', of: [query, { type: 'time', property: 'sent', period: { from, to: null } }] }
  const lowest = lowestItemId(from)
  let nearest: FilingPage['filings'] = []
  let newer = false
  let after: string | null = null
  let last = ''
  do {
    const hits = await search(ground.database, ground.keyring, bounded, scope, { after, limit: STEP })
    const itemIds = hits.itemIds.filter(itemId => itemId > before && itemId >= lowest)
    const found = await listFilings(ground.database, mailboxId, { ...limits, itemIds, before, limit })
    // Later steps are nearer to the item.
    const all = [...nearest, ...found.filings]
    newer ||= found.newer || all.length > limit
    nearest = all.slice(-limit)
    after = hits.next
    last = hits.itemIds.at(-1) ?? ''
  } while (after !== null && last > before)
  return { filings: nearest, older: true, newer }
}
