/** A mailbox's folders and what is filed in them, as lists of readable metadata, newest first. */
import { getMailbox } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { listFilings, listFolders } from '../mailbox/mailbox.ts'
import type { ItemView } from './item.ts'
import { recordReading } from './reading.ts'

export type FilingLine = Pick<
  ItemView,
  'itemId' | 'kind' | 'direction' | 'sentAt' | 'arrivedAt' | 'participants' | 'attachments' | 'flags'
> & { readonly folderId?: number }

/** The folders of a mailbox with how many items each holds; recorded as a reading. */
export async function listMailboxFolders(ground: Ground, actor: Actor, address: string) {
  const mailbox = await getMailbox(ground.database, address)
  await recordReading(ground, actor, { act: 'mailbox.browse', subject: `mailbox:${mailbox.mailboxId}` })
  return { mailbox, folders: await listFolders(ground.database, mailbox.mailboxId) }
}

/** A page of what is filed in a mailbox, newest first; `after` is the last item id of the page before. */
export async function browseMailbox(
  ground: Ground,
  actor: Actor,
  address: string,
  page: { folderId?: number; after?: string; limit: number },
): Promise<FilingLine[]> {
  const mailbox = await getMailbox(ground.database, address)
  await recordReading(ground, actor, { act: 'mailbox.browse', subject: `mailbox:${mailbox.mailboxId}` })
  const filings = await listFilings(ground.database, mailbox.mailboxId, page)
  const lines = new Map(
    (
      await describeItems(
        ground,
        filings.map(each => each.itemId),
      )
    ).map(line => [line.itemId, line]),
  )
  return filings.flatMap(filing => {
    const line = lines.get(filing.itemId)
    return line ? [{ ...line, folderId: filing.folderId }] : []
  })
}

/** The readable metadata of items, in the order asked for; part of a reading that was recorded. */
export async function describeItems(ground: Ground, itemIds: readonly string[]): Promise<FilingLine[]> {
  const rows = await ground.database.query<{
    item_id: string
    kind: string
    direction: string | null
    sent_at: Date | null
    arrived_at: Date
    participants: ItemView['participants']
    attachments: number
    flags: string[]
  }>(
    `select item_id, kind, direction, sent_at, arrived_at, participants, attachments, flags
     from item where item_id = any($1::uuid[])`,
    [itemIds],
  )
  const found = new Map(rows.map(row => [row.item_id, row]))
  return itemIds.flatMap(itemId => {
    const row = found.get(itemId)
    if (!row) return []
    return [
      {
        itemId: row.item_id,
        kind: row.kind,
        direction: row.direction,
        sentAt: row.sent_at,
        arrivedAt: row.arrived_at,
        participants: row.participants,
        attachments: row.attachments,
        flags: row.flags,
      },
    ]
  })
}
