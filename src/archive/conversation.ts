/**
 * A conversation as it was held: its messages in the order of time, with what they amend, who came and went, and what
 * was renamed. The group's own changes are read from one message to the next, since sources tell them no other way.
 */
import { findProduct } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { listFilings, lowestItemId } from '../mailbox/mailbox.ts'
import { type ItemFacts, isItemId, sourceKey } from '../message/message.ts'
import { entryOf, type MessageEntry } from './entry.ts'
import { openPlace, openRows, type Place } from './folder.ts'
import { type ItemRow, visibleItems } from './item.ts'
import { ownerOf, type Party } from './party.ts'
import { recordReading, restrictedSeen } from './reading.ts'

/** A message of a conversation, with how its group differs from that of the message before. */
type StreamEntry = MessageEntry & {
  readonly renamedFrom: string | null
  readonly joined: readonly Party[]
  readonly left: readonly Party[]
}

type ConversationPage = {
  /** In the order of time, oldest first. */
  readonly entries: readonly StreamEntry[]
  /** Give it as `before` for what is older; null at the beginning of the conversation. */
  readonly older: string | null
  /** Give it as `after` for what is newer; null at its end. */
  readonly newer: string | null
}

/** Where a page of a stream begins: at the end of the conversation, before or after an item, around one, at a time. */
type StreamPage = {
  readonly before?: string
  readonly after?: string
  readonly around?: string
  readonly at?: Date
  readonly limit: number
}

/** A page of a conversation, as one reading. CONVERSATION_UNKNOWN if none of it is in the place. */
export async function readConversation(
  ground: Ground,
  actor: Actor,
  place: Place,
  conversation: string,
  page: StreamPage,
): Promise<ConversationPage> {
  for (const cursor of [page.before, page.after, page.around])
    if (cursor !== undefined && !isItemId(cursor))
      throw new HoldfastError('USAGE', 'a page begins at an item id')
  const { scope, mailbox, folderId } = await openPlace(ground, actor, place, 'conversation.read')
  const key = /^[A-Za-z0-9_-]{11}$/.test(conversation) ? Buffer.from(conversation, 'base64url') : null
  const unknown = () => new HoldfastError('CONVERSATION_UNKNOWN', 'the folder has no such conversation')
  if (key === null) throw unknown()
  const filter = { conversation: key, ...(folderId === undefined ? {} : { folderId }) }
  const list = (options: { after?: string; before?: string; limit: number }) =>
    listFilings(ground.database, mailbox.mailboxId, {
      ...filter,
      restricted: restrictedSeen(actor),
      ...options,
    })
  const found = await pageOf(list, page)
  if (found.itemIds.length === 0 && page.before === undefined && page.after === undefined) throw unknown()
  await recordReading(ground, actor, {
    act: 'conversation.read',
    subject: `mailbox:${mailbox.mailboxId}`,
    detail: { folder: folderId ?? null, conversation, count: found.itemIds.length, items: found.itemIds },
  })
  // One more, to tell what changed with the first of the page; it is not shown.
  const [earlier] = found.older ? (await list({ after: found.itemIds[0]!, limit: 1 })).filings : []
  const opened = await openRows(ground, [...(earlier ? [earlier.itemId] : []), ...found.itemIds])
  const [owner, amended] = await Promise.all([
    ownerOf(ground, mailbox),
    findAmended(ground, actor, scope, opened),
  ])
  const entries = withChanges(
    opened.map(({ row, read }) => entryOf(row, read, owner, amended.get(row.item_id) ?? null)),
  )
  return {
    entries: earlier ? entries.slice(1) : entries,
    older: found.older ? (found.itemIds[0] ?? null) : null,
    newer: found.newer ? (found.itemIds.at(-1) ?? null) : null,
  }
}

type List = (options: { after?: string; before?: string; limit: number }) => ReturnType<typeof listFilings>

/** The items of a page, oldest first. In `listFilings` "after" is older, here it is newer: a stream reads downward. */
async function pageOf(list: List, page: StreamPage) {
  if (page.around !== undefined || page.at) {
    const at = page.around ?? lowestItemId(page.at!.getTime())
    const half = page.around === undefined ? 0 : Math.floor(page.limit / 2)
    const older = half === 0 ? null : await list({ after: at, limit: half })
    // From the item itself on: what is newer than the id just before it.
    const newer = await list({ before: precedingId(at), limit: page.limit - (older?.filings.length ?? 0) })
    const filings = [...newer.filings, ...(older?.filings ?? [])]
    const isOlder = older ? older.older : (await list({ after: at, limit: 1 })).filings.length > 0
    return { itemIds: idsOf(filings), older: isOlder, newer: newer.newer }
  }
  if (page.after !== undefined) {
    const { filings, newer } = await list({ before: page.after, limit: page.limit })
    return { itemIds: idsOf(filings), older: true, newer }
  }
  const { filings, older } = await list({
    ...(page.before === undefined ? {} : { after: page.before }),
    limit: page.limit,
  })
  return { itemIds: idsOf(filings), older, newer: page.before !== undefined }
}

function idsOf(filings: readonly { itemId: string }[]): string[] {
  return filings.map(filing => filing.itemId).reverse()
}

function precedingId(itemId: string): string {
  const before = BigInt(`0x${itemId.replaceAll('-', '')}`) - 1n
  const hex = (before < 0n ? 0n : before).toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

type Opened = { readonly row: ItemRow; readonly read: ItemFacts | HoldfastError | undefined }

/** For each amendment the item that it speaks of, where it is in the archive and the reader may see it. */
export async function findAmended(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  opened: readonly Opened[],
): Promise<Map<string, string>> {
  const keys = new Map<string, string>()
  const sources = opened.some(({ read }) => isAmendment(read)) ? await readSources(ground) : new Map()
  for (const { row, read } of opened) {
    const source = sources.get(row.connector_id)
    if (!isAmendment(read) || !source || !read.amendment?.originalItemId) continue
    const identityKey = ground.keyring.purposeKey('identity')
    const key = sourceKey(identityKey, source.accountId, source.network, read.amendment.originalItemId)
    keys.set(row.item_id, key.toString('hex'))
  }
  if (keys.size === 0) return new Map()
  const rows = await ground.database.query<{ item_id: string; source_key: Buffer }>(
    'select item_id, source_key from item where source_key = any($1::bytea[]) order by item_id',
    [[...new Set(keys.values())].map(key => Buffer.from(key, 'hex'))],
  )
  const visible = new Set(
    await visibleItems(
      ground,
      actor,
      scope,
      rows.map(row => row.item_id),
    ),
  )
  const byKey = new Map(
    rows.filter(row => visible.has(row.item_id)).map(row => [row.source_key.toString('hex'), row.item_id]),
  )
  return new Map(
    [...keys].flatMap(([itemId, key]) => {
      const amended = byKey.get(key)
      return amended ? [[itemId, amended] as const] : []
    }),
  )
}

/** What a source id is of: the account and network of each connector. */
async function readSources(ground: Ground): Promise<Map<number, { accountId: string; network: string }>> {
  const rows = await ground.database.query<{ connector_id: number; account_id: string; product: string }>(
    'select connector_id, account_id, product from connector',
  )
  return new Map(
    rows.map(row => [
      row.connector_id,
      { accountId: row.account_id, network: findProduct(row.product).network },
    ]),
  )
}

function isAmendment(read: Opened['read']): read is ItemFacts {
  return read !== undefined && !(read instanceof HoldfastError) && read.amendment !== null
}

/** Adds what changed in a group from one message to the next: its name, and who takes part. */
function withChanges(entries: readonly MessageEntry[]): StreamEntry[] {
  let name: string | null = null
  let parties: readonly Party[] | null = null
  return entries.map(entry => {
    const plain = { ...entry, renamedFrom: null, joined: [], left: [] }
    if (!entry.isGroup || entry.problem !== null) return plain
    const now = distinct(entry.parties)
    const renamedFrom: string | null =
      name !== null && entry.groupName !== null && entry.groupName !== name ? name : null
    // A message that names one recipient alone, as records of incoming ones do, does not say who else is there.
    const tells = now.length > 2
    const before: readonly Party[] | null = tells ? parties : null
    const joined = before ? now.filter(party => !before.some(each => markOf(each) === markOf(party))) : []
    const left = before ? before.filter(party => !now.some(each => markOf(each) === markOf(party))) : []
    if (tells) parties = now
    name = entry.groupName ?? name
    return { ...plain, renamedFrom, joined, left }
  })
}

function distinct(parties: readonly Party[]): Party[] {
  return [...new Map(parties.map(party => [markOf(party), party])).values()]
}

function markOf(party: Party): string {
  return party.number !== '' ? party.number : [...party.emails].sort().join('\n') || party.form
}
