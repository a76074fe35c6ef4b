/** A folder read like a mail client's list: each row with who, when, and the beginning of what was written. */
import type { MailboxEntry } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { listFolders } from '../mailbox/mailbox.ts'
import { lineOf, type MessageLine, readRows } from './entry.ts'
import { readPageFacts } from './facts.ts'
import { type FolderFilter, findFilings, type PageOf } from './folder-filter.ts'
import { ownerOf } from './party.ts'
import { type Act, admit, readableMailbox, recordReading } from './reading.ts'

export type Place = {
  /** Of a mailbox: its own, or any it is known by. */
  readonly address: string
  /** A folder's name; left out: the whole mailbox. */
  readonly folder?: string | undefined
}

type LinePage = {
  readonly lines: readonly MessageLine[]
  /** Give it as `after` for what is older; null at the end. */
  readonly older: string | null
  /** Give it as `before` for what is newer; null at the beginning. */
  readonly newer: string | null
}

/**
 * A page of a folder, newest first, opened as one reading whose entry names the page. FOLDER_UNKNOWN, MAILBOX_UNKNOWN;
 * QUERY_INVALID for words that are no query.
 */
export async function readFolder(
  ground: Ground,
  actor: Actor,
  place: Place,
  filter: FolderFilter,
  page: PageOf,
): Promise<LinePage> {
  const { scope, mailbox, folderId } = await openPlace(ground, actor, place, 'folder.read')
  const found = await findFilings(ground, actor, scope, mailbox.mailboxId, folderId, filter, page)
  const itemIds = found.filings.map(filing => filing.itemId)
  await recordReading(ground, actor, {
    act: 'folder.read',
    subject: `mailbox:${mailbox.mailboxId}`,
    detail: { folder: folderId ?? null, count: itemIds.length, items: itemIds },
    ...sealedFilter(filter),
  })
  const [lines, owner] = [await openRows(ground, itemIds), await ownerOf(ground, mailbox)]
  return {
    lines: lines.map(({ row, read }) => lineOf(row, read, owner)),
    older: found.older ? (itemIds.at(-1) ?? null) : null,
    newer: found.newer ? (itemIds[0] ?? page.after ?? null) : null,
  }
}

/** Items with what they say, in the order asked for; part of a reading that was recorded. */
export async function openRows(ground: Ground, itemIds: readonly string[]) {
  const rows = await readRows(ground, itemIds)
  const facts = await readPageFacts(ground, [...rows.values()])
  return itemIds.flatMap(itemId => {
    const row = rows.get(itemId)
    return row ? [{ row, read: facts.get(itemId) }] : []
  })
}

/** The place that is to be read, if the actor may. */
export async function openPlace(
  ground: Ground,
  actor: Actor,
  { address, folder }: Place,
  act: Act,
): Promise<{ scope: MailboxScope; mailbox: MailboxEntry; folderId: number | undefined }> {
  const scope = await admit(ground, actor, { act, subject: 'mailbox' }, 'Preview')
  const mailbox = await readableMailbox(ground, actor, scope, address, act)
  if (folder === undefined) return { scope, mailbox, folderId: undefined }
  const folders = await listFolders(ground.database, mailbox.mailboxId)
  const found = folders.find(each => each.name === folder)
  if (!found) throw new HoldfastError('FOLDER_UNKNOWN', `the mailbox has no such folder`)
  return { scope, mailbox, folderId: found.folderId }
}

function sealedFilter({ words = '', participant = '', from, to, ...rest }: FolderFilter) {
  const sealed = {
    ...rest,
    ...(words === '' ? {} : { words }),
    ...(participant === '' ? {} : { participant }),
    ...(from ? { from: from.toISOString() } : {}),
    ...(to ? { to: to.toISOString() } : {}),
  }
  return Object.keys(sealed).length > 0 ? { sealed } : {}
}
