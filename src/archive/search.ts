/** Searching what the reader may see. The query is recorded sealed, since a query can say as much as a message. */
import { getMailbox } from '../directory/directory.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { requireHolds } from '../hold/hold.ts'
import type { Actor, MailboxScope, Role } from '../identity/identity.ts'
import {
  checkVersion,
  count,
  holdsNamed,
  mailboxesNamed,
  mailboxesNumbered,
  parseQuery,
  type Query,
  type SearchScope,
  search,
} from '../search/search.ts'
import { type Act, admit, mailboxUnknown, recordReading, refuseUnknown, restrictedSeen } from './reading.ts'
import { checkPlaces } from './search-place.ts'

/** The orders that hits can be paged through in. */
export const SEARCH_SORTS = ['newest', 'oldest', 'largest', 'smallest', 'person'] as const
export type SearchSort = (typeof SEARCH_SORTS)[number]

/** `after` is the `next` of the page before, in the same order. */
export type SearchPaging = { readonly after?: string; readonly limit: number; readonly sort?: SearchSort }

export type SearchPage = {
  readonly itemIds: readonly string[]
  /** Give it as `after` for the next page; null at the end. */
  readonly next: string | null
}

/** What a search is limited to by whoever asks: null or left out is everything they may search, [] is nothing. */
export type Asked = Pick<SearchScope, 'mailboxIds' | 'connectorIds' | 'folders'>

/** A query that its asker may put, and what of the archive it may find. */
export type AdmittedSearch = { readonly query: Query; readonly scope: SearchScope }

type SearchAttempt = {
  readonly act: Act
  readonly role: Role
  readonly text: string
  readonly asked: Asked
  readonly subject?: string
  /** What words such as `today` count from (milliseconds); this moment if left out. */
  readonly now?: number
}

/**
 * Lets a search in: the actor holds the role, the text is a query (QUERY_INVALID names the place of a mistake), the
 * index is of this version (REINDEX_NEEDED), the reading is recorded with the query sealed, and what was asked for is
 * cut to the mailboxes that the role reaches (MAILBOX_UNKNOWN, FOLDER_UNKNOWN, CONNECTOR_UNKNOWN beyond them).
 */
export async function admitSearch(
  ground: Ground,
  actor: Actor,
  attempt: SearchAttempt,
): Promise<AdmittedSearch> {
  const { act, subject = 'search', text, asked } = attempt
  return judgeSearch(ground, actor, attempt, () =>
    recordReading(ground, actor, { act, subject, sealed: { query: text, ...sealedScope(asked) } }),
  )
}

/** As `admitSearch`, for an act that leaves an entry of its own in its transaction. */
export async function judgeSearch(
  ground: Ground,
  actor: Actor,
  attempt: SearchAttempt,
  record: () => Promise<void> = async () => {},
): Promise<AdmittedSearch> {
  const { act, role, text, asked, subject = 'search', now = ground.clock.now() } = attempt
  const scope = await admit(ground, actor, { act, subject }, role)
  const query = parseQuery(text, now)
  await checkVersion(ground.database)
  await record()
  return { query, scope: await limitTo(ground, actor, scope, query, asked, act) }
}

function sealedScope({ mailboxIds, connectorIds, folders }: Asked) {
  return {
    ...(mailboxIds ? { mailboxes: mailboxIds } : {}),
    ...(connectorIds ? { connectors: connectorIds } : {}),
    ...(folders ? { folders } : {}),
  }
}

/**
 * A page of the items that match, newest first if no order is named. Whatever is asked for, only the mailboxes that
 * the actor may read are searched.
 */
export async function searchArchive(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
  page: SearchPaging,
): Promise<SearchPage> {
  return pageOfHits(
    ground,
    await admitSearch(ground, actor, { act: 'search.run', role: 'Preview', text, asked }),
    page,
  )
}

/**
 * A page of a search that was let in. Where hits are ordered by person, the cursor says whose number the page ended
 * with: it is sealed, since cursors stand in the addresses of the portal's pages. USAGE for one that no page gave.
 */
export async function pageOfHits(
  ground: Ground,
  { query, scope }: AdmittedSearch,
  page: SearchPaging,
): Promise<SearchPage> {
  const { database, keyring } = ground
  if (page.sort !== 'person') return search(database, keyring, query, scope, page)
  const { after, ...rest } = page
  const opened = after === undefined ? {} : { after: openCursor(ground, after) }
  const { itemIds, next } = await search(database, keyring, query, scope, { ...rest, ...opened })
  const sealed = next && keyring.seal('search', Buffer.from(next), CURSOR).toString('base64url')
  return { itemIds, next: sealed }
}

const CURSOR = 'search-cursor'

function openCursor({ keyring }: Ground, cursor: string): string {
  try {
    return keyring.open('search', Buffer.from(cursor, 'base64url'), CURSOR).toString()
  } catch (cause) {
    if (!hasCode(cause, 'VAULT_DAMAGED')) throw cause
    throw new HoldfastError('USAGE', 'a page begins at the cursor that the page before gave', { cause })
  }
}

/** How many items match, in the mailboxes that the actor may count in. */
export async function countMatches(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
): Promise<number> {
  const { query, scope } = await admitSearch(ground, actor, {
    act: 'search.count',
    role: 'Compliance Search',
    text,
    asked,
  })
  return count(ground.database, ground.keyring, query, scope)
}

/**
 * What may be searched: what was asked for, if the scope reaches it, with the mailboxes that the query names. A query
 * that names one beyond the scope is refused, even where it could find nothing there: `NOT mailbox:` would tell what
 * else an item is filed in.
 */
export async function limitTo(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  query: Query,
  asked: Asked,
  act: Act,
): Promise<SearchScope> {
  const within = (mailboxId: number) => scope === null || scope.includes(mailboxId)
  const refuse = () => refuseUnknown(ground, actor, scope, { act, subject: 'search' }, mailboxUnknown())
  const named = new Map<string, number>()
  for (const address of mailboxesNamed(query)) {
    try {
      const { mailboxId } = await getMailbox(ground.database, address)
      if (!within(mailboxId)) return refuse()
      named.set(address, mailboxId)
    } catch (error) {
      if (!hasCode(error, 'MAILBOX_UNKNOWN')) throw error
      return refuse()
    }
  }
  if (mailboxesNumbered(query).some(mailboxId => !within(mailboxId))) return refuse()
  await requireHolds(ground.database, scope, holdsNamed(query))
  const { mailboxIds, connectorIds, folders } = asked
  if (mailboxIds?.some(mailboxId => !within(mailboxId))) return refuse()
  await checkPlaces(ground, scope, asked)
  return {
    mailboxIds: mailboxIds ?? scope,
    restricted: restrictedSeen(actor),
    ...(connectorIds ? { connectorIds } : {}),
    ...(folders ? { folders } : {}),
    named,
  }
}
