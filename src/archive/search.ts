/** Searching what the reader may see. The query is recorded sealed, since a query can say as much as a message. */
import { getMailbox } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import {
  checkVersion,
  count,
  mailboxesNamed,
  parseQuery,
  type Query,
  type SearchScope,
  search,
} from '../search/search.ts'
import { recordReading } from './reading.ts'

export type SearchPage = {
  readonly itemIds: readonly string[]
  /** Give it as `after` for the next page; null at the end. */
  readonly next: string | null
}

/** Mailboxes a search is limited to; null is every mailbox the reader may see, [] is none. */
type Scope = Pick<SearchScope, 'mailboxIds'>

/** Items that match, newest first, a page at a time; QUERY_INVALID names the place of a mistake. */
export async function searchArchive(
  ground: Ground,
  actor: Actor,
  text: string,
  scope: Scope,
  page: { after?: string; limit: number },
): Promise<SearchPage> {
  const query = parseQuery(text, ground.clock.now())
  await checkVersion(ground.database)
  await recordReading(ground, actor, { act: 'search.run', subject: 'search', sealed: { query: text } })
  return search(ground.database, ground.keyring, query, await withNamed(ground, query, scope), page)
}

/** How many items match. */
export async function countMatches(
  ground: Ground,
  actor: Actor,
  text: string,
  scope: Scope,
): Promise<number> {
  const query = parseQuery(text, ground.clock.now())
  await checkVersion(ground.database)
  await recordReading(ground, actor, { act: 'search.count', subject: 'search', sealed: { query: text } })
  return count(ground.database, ground.keyring, query, await withNamed(ground, query, scope))
}

/** The scope with the mailboxes that the query names; MAILBOX_UNKNOWN if there is none of a name. */
async function withNamed(ground: Ground, query: Query, scope: Scope): Promise<SearchScope> {
  const named = new Map<string, number>()
  for (const address of mailboxesNamed(query))
    named.set(address, (await getMailbox(ground.database, address)).mailboxId)
  return { ...scope, named }
}
