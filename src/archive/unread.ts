/**
 * What search could not see: attachments whose text could not be read, or not to its end (*partially indexed*), and
 * items whose attachments wait to be read (*not yet indexed*). Everything else of such an item is found as ever.
 */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { UNREAD_REASONS, type UnreadReason } from '../extraction/extraction.ts'
import type { Ground } from '../ground.ts'
import type { Actor, Role } from '../identity/identity.ts'
import { unrestrictedSql } from '../mailbox/mailbox.ts'
import type { SearchScope } from '../search/search.ts'
import { openRows } from './folder.ts'
import { shownType } from './media.ts'
import { type Act, admit, recordReading } from './reading.ts'
import { type Asked, limitTo } from './search.ts'

/** Why search could not see it; 'waiting' is told of an item as a whole. */
export const UNSEEN_REASONS = [...UNREAD_REASONS, 'waiting'] as const
export type UnseenReason = UnreadReason | 'waiting'

type UnreadCounts = {
  /** Items. */
  readonly partiallyIndexed: number
  readonly notYetIndexed: number
  /** An item counts once for each reason; in the order of the list of reasons, those alone that occur. */
  readonly byReason: readonly {
    readonly reason: UnreadReason
    readonly items: number
    readonly attachments: number
  }[]
}

type UnreadLine = {
  readonly itemId: string
  /** The attachment, from 1; 0 is the item as a whole. */
  readonly number: number
  readonly reason: UnseenReason
  readonly kind: string
  readonly sentAt: Date | null
  readonly arrivedAt: Date
  /** Where it is filed, as far as the actor reaches. */
  readonly mailboxes: readonly string[]
  /** Of the attachment; '' where the item is meant, or does not open. */
  readonly name: string
  readonly contentType: string
  readonly size: number | null
}

/** Items of the scope that are partially, or not yet, indexed. Checks no role: whoever asks has. */
export async function countUnread(
  sql: Sql,
  scope: SearchScope,
): Promise<Pick<UnreadCounts, 'partiallyIndexed' | 'notYetIndexed'>> {
  const { condition, values } = within(scope)
  const [row] = await sql.query<{ partial: number; waiting: number }>(
    `select count(*) filter (where a.state = 'partial') as partial,
       count(*) filter (where a.state = 'waiting') as waiting
     from attachment_text a join item i using (item_id) where a.state <> 'read' and ${condition}`,
    values,
  )
  return { partiallyIndexed: row!.partial, notYetIndexed: row!.waiting }
}

/** Items of the scope that whoever searches may not see, since they were to be erased and are kept. */
export async function countRestricted(sql: Sql, scope: SearchScope): Promise<number> {
  const { restricted = null, ...rest } = scope
  if (restricted === null) return 0
  const { condition, values } = within(rest)
  const seen = `$${values.length + 1}`
  const [row] = await sql.query<{ items: number }>(
    `select count(*) as items from (select distinct item_id from erasure_refusal) r join item i using (item_id)
     where ${condition} and not ${unrestrictedSql('i.item_id', seen)}`,
    [...values, restricted],
  )
  return row!.items
}

/** The same with the reasons, in the mailboxes that the actor may count in. */
export async function countPartiallyIndexed(
  ground: Ground,
  actor: Actor,
  asked: Asked,
): Promise<UnreadCounts> {
  const scope = await admitTo(ground, actor, 'partially-indexed.count', 'Compliance Search', asked)
  await recordReading(ground, actor, { act: 'partially-indexed.count', subject: 'search' })
  const { condition, values } = within(scope)
  const rows = await ground.database.query<{ reason: UnreadReason; items: number; attachments: number }>(
    `select u.reason, count(distinct u.item_id) as items, count(*) as attachments
     from unread_attachment u join attachment_text a using (item_id) join item i using (item_id)
     where a.state = 'partial' and ${condition} group by u.reason`,
    values,
  )
  const found = new Map(rows.map(row => [row.reason, row]))
  return {
    ...(await countUnread(ground.database, scope)),
    byReason: UNREAD_REASONS.flatMap(reason => found.get(reason) ?? []),
  }
}

/**
 * A page of them, newest item first, each attachment a line; with names, so it is a reading of content. `after` is the
 * `next` of the page before; USAGE for any other.
 */
export async function listPartiallyIndexed(
  ground: Ground,
  actor: Actor,
  asked: Asked,
  page: { readonly reason?: UnseenReason; readonly after?: string; readonly limit: number },
): Promise<{ lines: UnreadLine[]; next: string | null }> {
  const scope = await admitTo(ground, actor, 'partially-indexed.read', 'Preview', asked)
  const found = await findUnread(ground, scope, page)
  const shown = found.slice(0, page.limit)
  const itemIds = [...new Set(shown.map(each => each.item_id))]
  await recordReading(ground, actor, {
    act: 'partially-indexed.read',
    subject: 'search',
    detail: { reason: page.reason ?? null, count: itemIds.length, items: itemIds },
  })
  const opened = new Map((await openRows(ground, itemIds)).map(each => [each.row.item_id, each]))
  const mailboxes = await mailboxesOf(ground, scope, itemIds)
  const last = shown.at(-1)
  return {
    lines: shown.flatMap(({ item_id: itemId, number, reason }) => {
      const item = opened.get(itemId)
      if (!item) return []
      const { row, read } = item
      const attachment = read instanceof HoldfastError ? undefined : read?.attachments[number - 1]
      return [
        {
          itemId,
          number,
          reason,
          kind: row.kind,
          sentAt: row.sent_at,
          arrivedAt: row.arrived_at,
          mailboxes: mailboxes.get(itemId) ?? [],
          name: attachment?.name ?? '',
          contentType: attachment ? shownType(attachment.contentType, attachment.name) : '',
          size: attachment?.size || null,
        },
      ]
    }),
    next: found.length > page.limit && last ? `${last.item_id}.${last.number}` : null,
  }
}

async function admitTo(
  ground: Ground,
  actor: Actor,
  act: Act,
  role: Role,
  asked: Asked,
): Promise<SearchScope> {
  const scope = await admit(ground, actor, { act, subject: 'search' }, role)
  return limitTo(ground, actor, scope, { type: 'all' }, asked, act)
}

type Found = { item_id: string; number: number; reason: UnseenReason }

/** Two lists that are in order already, merged; one line more than the page has. */
async function findUnread(
  { database }: Ground,
  scope: SearchScope,
  page: { readonly reason?: UnseenReason; readonly after?: string; readonly limit: number },
): Promise<Found[]> {
  const { condition, values } = within(scope)
  const place = (value: unknown) => `$${values.push(value)}`
  const cursor = page.after === undefined ? null : cursorOf(page.after)
  const before = cursor
    ? `(u.item_id < ${place(cursor.itemId)}::uuid or (u.item_id = $${values.length}::uuid and u.number > ${place(cursor.number)}::integer))`
    : 'true'
  const limit = place(page.limit + 1)
  const partial = `(select u.item_id, u.number, u.reason
    from unread_attachment u join attachment_text a using (item_id) join item i using (item_id)
    where a.state = 'partial' and ${condition} and ${before}
      ${page.reason === undefined ? '' : `and u.reason = ${place(page.reason)}`}
    order by u.item_id desc, u.number limit ${limit})`
  const waiting = `(select u.item_id, u.number, 'waiting' as reason
    from (select item_id, 0 as number from attachment_text where state = 'waiting') u join item i using (item_id)
    where ${condition} and ${before} order by u.item_id desc limit ${limit})`
  const lists =
    page.reason === undefined
      ? `${partial} union all ${waiting}`
      : page.reason === 'waiting'
        ? waiting
        : partial
  return database.query<Found>(
    `select item_id, number, reason from (${lists}) as line order by item_id desc, number limit ${limit}`,
    values,
  )
}

function cursorOf(text: string): { itemId: string; number: number } {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})$/i.exec(text)
  if (!match) throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  return { itemId: match[1]!, number: Number(match[2]) }
}

/** A condition on item `i`: it can be found, and lies in the scope, as a search sees it. */
function within({ mailboxIds, connectorIds, folders, restricted }: SearchScope): {
  condition: string
  values: unknown[]
} {
  const values: unknown[] = []
  const place = (value: unknown) => `$${values.push(value)}`
  const conditions = [`i.state <> 'quarantined'`]
  if (restricted) conditions.push(unrestrictedSql('i.item_id', place(restricted)))
  if (connectorIds) conditions.push(`i.connector_id = any(${place(connectorIds)}::integer[])`)
  if (mailboxIds || folders) {
    const filed = ['g.item_id = i.item_id', 'g.hidden_at is null']
    if (mailboxIds) filed.push(`g.mailbox_id = any(${place(mailboxIds)}::integer[])`)
    if (folders)
      filed.push(`g.folder_id in (select folder_id from folder where name = any(${place(folders)}::text[]))`)
    conditions.push(`exists (select from filing g where ${filed.join(' and ')})`)
  }
  return { condition: conditions.join(' and '), values }
}

async function mailboxesOf(
  { database }: Ground,
  { mailboxIds }: SearchScope,
  itemIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await database.query<{ item_id: string; addresses: string[] }>(
    `select g.item_id, array_agg(m.address order by m.address) as addresses
     from filing g join mailbox m using (mailbox_id)
     where g.item_id = any($1::uuid[]) and g.hidden_at is null
       and ($2::integer[] is null or g.mailbox_id = any($2))
     group by g.item_id`,
    [itemIds, mailboxIds],
  )
  return new Map(rows.map(row => [row.item_id, row.addresses]))
}
