/** Searching what the reader may see. The query is recorded sealed, since a query can say as much as a message. */
import { getMailbox } from '../directory/directory.ts'
import { hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import {
  checkVersion,
  count,
  mailboxesNamed,
  parseQuery,
  type Query,
  type SearchScope,
  search,
} from '../search/search.ts'
import { admit, mailboxUnknown, recordReading, refuseUnknown } from './reading.ts'

export type SearchPage = {
  readonly itemIds: readonly string[]
  /** Give it as `after` for the next page; null at the end. */
  readonly next: string | null
}

/** Mailboxes that a search is limited to by whoever asks: null is every one they may see, [] is none. */
type Asked = Pick<SearchScope, 'mailboxIds'>

/**
 * Items that match, newest first, a page at a time; QUERY_INVALID names the place of a mistake. Whatever is asked
 * for, only the mailboxes that the actor may read are searched; MAILBOX_UNKNOWN for one beyond them.
 */
export async function searchArchive(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
  page: { after?: string; limit: number },
): Promise<SearchPage> {
  const scope = await admit(ground, actor, { act: 'search.run', subject: 'search' }, 'Preview')
  const query = parseQuery(text, ground.clock.now())
  await checkVersion(ground.database)
  await recordReading(ground, actor, { act: 'search.run', subject: 'search', sealed: { query: text } })
  const limited = await limitTo(ground, actor, scope, query, asked, 'search.run')
  return search(ground.database, ground.keyring, query, limited, page)
}

/** How many items match, in the mailboxes that the actor may count in. */
export async function countMatches(
  ground: Ground,
  actor: Actor,
  text: string,
  asked: Asked,
): Promise<number> {
  const scope = await admit(ground, actor, { act: 'search.count', subject: 'search' }, 'Compliance Search')
  const query = parseQuery(text, ground.clock.now())
  await checkVersion(ground.database)
  await recordReading(ground, actor, { act: 'search.count', subject: 'search', sealed: { query: text } })
  const limited = await limitTo(ground, actor, scope, query, asked, 'search.count')
  return count(ground.database, ground.keyring, query, limited)
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
  { mailboxIds }: Asked,
  act: 'search.run' | 'search.count' | 'folder.read',
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
  if (mailboxIds?.some(mailboxId => !within(mailboxId))) return refuse()
  return { mailboxIds: mailboxIds ?? scope, named }
}

/** The mailboxes that a query names by their number. */
function mailboxesNumbered(query: Query): number[] {
  if (query.type === 'mailbox') return /^[0-9]+$/.test(query.mailbox) ? [Number(query.mailbox)] : []
  if (query.type === 'not') return mailboxesNumbered(query.of)
  return query.type === 'and' || query.type === 'or' ? query.of.flatMap(mailboxesNumbered) : []
}
