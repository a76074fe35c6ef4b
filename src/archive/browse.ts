/** Mailboxes, their folders, and what is filed in them as lists of readable metadata, newest first. */
import { countMailboxes, listMailboxes, type MailboxEntry } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type Folder, listFilings, listFolders, listFoldersOf } from '../mailbox/mailbox.ts'
import type { ItemView } from './item.ts'
import { admit, readableMailbox, recordReading, restrictedSeen } from './reading.ts'

export type FilingLine = Pick<
  ItemView,
  'itemId' | 'kind' | 'direction' | 'sentAt' | 'arrivedAt' | 'participants' | 'attachments' | 'flags'
> & { readonly folderId?: number }

type MailboxLine = MailboxEntry & { readonly folders: readonly Folder[] }

/**
 * The mailboxes that the actor may read, by address, each with its folders and how many items they hold; recorded as
 * a reading. `containing` looks in addresses, names and attributes.
 */
export async function listReadableMailboxes(
  ground: Ground,
  actor: Actor,
  options: {
    readonly containing?: string
    readonly kind?: 'person' | 'reserved'
    readonly after?: string
    readonly limit: number
  },
): Promise<{ mailboxes: MailboxLine[]; next: string | null; total: number }> {
  const { containing = '', after, limit, kind } = options
  const sealed = containing === '' ? {} : { sealed: { containing } }
  const reading = { act: 'mailbox.list', subject: 'mailboxes', ...sealed } as const
  const mailboxIds = await admit(ground, actor, reading, 'Preview')
  await recordReading(ground, actor, reading)
  const matching = { containing, mailboxIds, ...(kind ? { kind } : {}) }
  const [found, total] = await Promise.all([
    listMailboxes(ground.database, { ...matching, ...(after ? { after } : {}), limit: limit + 1 }),
    countMailboxes(ground.database, matching),
  ])
  const mailboxes = found.slice(0, limit)
  const folders = await listFoldersOf(
    ground.database,
    mailboxes.map(each => each.mailboxId),
    restrictedSeen(actor),
  )
  return {
    mailboxes: mailboxes.map(each => ({ ...each, folders: folders.get(each.mailboxId) ?? [] })),
    next: found.length > limit ? mailboxes.at(-1)!.address : null,
    total,
  }
}

/** The folders of a mailbox with how many items each holds; recorded as a reading. */
export async function listMailboxFolders(ground: Ground, actor: Actor, address: string) {
  const mailbox = await openMailbox(ground, actor, address)
  return { mailbox, folders: await listFolders(ground.database, mailbox.mailboxId, restrictedSeen(actor)) }
}

/** A page of what is filed in a mailbox, newest first; `after` is the last item id of the page before. */
export async function browseMailbox(
  ground: Ground,
  actor: Actor,
  address: string,
  page: { folderId?: number; after?: string; limit: number },
): Promise<FilingLine[]> {
  const mailbox = await openMailbox(ground, actor, address)
  const { filings } = await listFilings(ground.database, mailbox.mailboxId, {
    ...page,
    restricted: restrictedSeen(actor),
  })
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

async function openMailbox(ground: Ground, actor: Actor, address: string): Promise<MailboxEntry> {
  const attempt = { act: 'mailbox.browse', subject: 'mailbox' } as const
  const scope = await admit(ground, actor, attempt, 'Preview')
  const mailbox = await readableMailbox(ground, actor, scope, address, 'mailbox.browse')
  await recordReading(ground, actor, { act: 'mailbox.browse', subject: `mailbox:${mailbox.mailboxId}` })
  return mailbox
}

/** The readable metadata of items, in the order asked for; part of a reading that was recorded. */
export async function describeItems(ground: Ground, itemIds: readonly string[]): Promise<FilingLine[]> {
  const rows = await ground.database.query<{
    item_id: string
    kind: string
    direction: 'in' | 'out' | null
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
