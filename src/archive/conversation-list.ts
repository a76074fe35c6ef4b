/** The conversations of a folder, the one that was talked in last first. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type Restricted, unrestrictedSql } from '../mailbox/mailbox.ts'
import { isItemId } from '../message/message.ts'
import { lineOf, type MessageLine } from './entry.ts'
import { openPlace, openRows, type Place } from './folder.ts'
import { ownerOf } from './party.ts'
import { recordReading, restrictedSeen } from './reading.ts'

type ConversationLine = {
  readonly conversation: string
  /** Items of it in this folder. */
  readonly count: number
  readonly firstAt: Date | null
  /** The newest item, by which the conversation is shown. */
  readonly last: MessageLine
}

/** Filings that are looked through in one step for conversations. */
const STEP = 4_000

/** A page of conversations; `after` is the newest item of the last conversation of the page before. */
export async function listConversations(
  ground: Ground,
  actor: Actor,
  place: Place,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ conversations: ConversationLine[]; next: string | null }> {
  if (page.after !== undefined && !isItemId(page.after))
    throw new HoldfastError('USAGE', 'a page begins after an item id')
  const { mailbox, folderId } = await openPlace(ground, actor, place, 'conversation.list')
  const restricted = restrictedSeen(actor)
  const newest = await findNewest(ground, mailbox.mailboxId, folderId, { ...page, restricted })
  const shown = newest.slice(0, page.limit)
  const itemIds = shown.map(each => each.item_id)
  await recordReading(ground, actor, {
    act: 'conversation.list',
    subject: `mailbox:${mailbox.mailboxId}`,
    detail: { folder: folderId ?? null, count: itemIds.length, items: itemIds },
  })
  const [opened, sizes, owner] = await Promise.all([
    openRows(ground, itemIds),
    measure(
      ground,
      mailbox.mailboxId,
      folderId,
      shown.map(each => each.conversation),
      restricted,
    ),
    ownerOf(ground, mailbox),
  ])
  return {
    conversations: opened.map(({ row, read }) => {
      const last = lineOf(row, read, owner)
      const size = sizes.get(last.conversation)
      return {
        conversation: last.conversation,
        count: size?.count ?? 1,
        firstAt: size?.firstAt ?? null,
        last,
      }
    }),
    next: newest.length > page.limit ? (itemIds.at(-1) ?? null) : null,
  }
}

type Newest = { item_id: string; conversation: Buffer }

/**
 * The newest item of each conversation, newest first, one more than the page has. The folder is walked from the
 * newest filing in steps, so that opening it does not read all of it.
 */
export async function findNewest(
  { database }: Pick<Ground, 'database'>,
  mailboxId: number,
  folderId: number | undefined,
  page: { readonly after?: string; readonly limit: number; readonly restricted?: Restricted },
  step = STEP,
): Promise<Newest[]> {
  const found: Newest[] = []
  const seen = new Set<string>()
  let cursor = page.after ?? null
  for (;;) {
    const rows = await database.query<Newest & { is_newest: boolean }>(
      `select w.item_id, w.conversation, $4::uuid is null or not exists (
          select from item j join filing g on g.item_id = j.item_id
          where j.conversation = w.conversation and j.item_id >= $4::uuid
            and g.mailbox_id = $1 and g.hidden_at is null and ($2::integer is null or g.folder_id = $2)
            and ${unrestrictedSql('g.item_id', '$6')}
        ) as is_newest
       from (
         select distinct on (i.conversation) i.conversation, n.item_id  from (
           select f.item_id from filing f
           where f.mailbox_id = $1 and f.hidden_at is null and ($2::integer is null or f.folder_id = $2)
             and ($3::uuid is null or f.item_id < $3) and ${unrestrictedSql('f.item_id', '$6')}
           order by f.item_id desc limit $5
         ) as n join item i on i.item_id = n.item_id
         order by i.conversation, n.item_id desc
       ) as w order by w.item_id desc`,
      [mailboxId, folderId ?? null, cursor, page.after ?? null, step, page.restricted ?? null],
    )
    for (const row of rows) {
      const key = row.conversation.toString('hex')
      if (seen.has(key)) continue
      seen.add(key)
      // One that has an item on a page before was shown there.
      if (row.is_newest) found.push({ item_id: row.item_id, conversation: row.conversation })
      if (found.length > page.limit) return found
    }
    const lowest = await lowestOf(database, mailboxId, folderId, cursor, step, page.restricted ?? null)
    if (lowest === null) return found
    cursor = lowest
  }
}

/** The last item of a step; null if the step reached the end. */
async function lowestOf(
  database: Ground['database'],
  mailboxId: number,
  folderId: number | undefined,
  cursor: string | null,
  step: number,
  restricted: Restricted,
): Promise<string | null> {
  const [row] = await database.query<{ item_id: string }>(
    `select f.item_id from filing f
     where f.mailbox_id = $1 and f.hidden_at is null and ($2::integer is null or f.folder_id = $2)
       and ($3::uuid is null or f.item_id < $3) and ${unrestrictedSql('f.item_id', '$5')}
     order by f.item_id desc offset $4 limit 1`,
    [mailboxId, folderId ?? null, cursor, step - 1, restricted],
  )
  return row?.item_id ?? null
}

async function measure(
  ground: Ground,
  mailboxId: number,
  folderId: number | undefined,
  conversations: readonly Buffer[],
  restricted: Restricted,
): Promise<Map<string, { count: number; firstAt: Date | null }>> {
  const rows = await ground.database.query<{ conversation: Buffer; count: number; first_at: Date | null }>(
    `select i.conversation, count(*) as count, min(i.sent_at) as first_at
     from item i join filing f on f.item_id = i.item_id
     where i.conversation = any($3::bytea[]) and f.mailbox_id = $1 and f.hidden_at is null
       and ($2::integer is null or f.folder_id = $2) and ${unrestrictedSql('f.item_id', '$4')}
     group by i.conversation`,
    [mailboxId, folderId ?? null, conversations, restricted],
  )
  return new Map(
    rows.map(row => [row.conversation.toString('base64url'), { count: row.count, firstAt: row.first_at }]),
  )
}
