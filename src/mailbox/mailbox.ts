/**
 * Mailboxes as places where things are kept: their folders, and what is filed in them. A filing says that an item is
 * in a folder of a mailbox; the item itself is stored once, however many mailboxes it is in. A filing that proved
 * wrong is hidden, never removed: it stays under its mailbox's holds and retention.
 */
import type { Sql } from '../database/database.ts'

export { type Filing, type FilingFilter, type FilingPage, listFilings, lowestItemId } from './filings.ts'
export { checkPeople, importPeople } from './people.ts'

/**
 * The folder `folderName` of each mailbox, made where it is missing. One statement for all where nothing is missing.
 * Nothing is remembered between calls: a folder made in a transaction that is rolled back would be remembered wrongly.
 */
export async function ensureFolders(
  tx: Sql,
  mailboxIds: readonly number[],
  folderName: string,
): Promise<Map<number, number>> {
  const wanted = [...new Set(mailboxIds)].sort((a, b) => a - b)
  if (wanted.length === 0) return new Map()
  const folders = await readFolders(tx, wanted, folderName)
  const missing = wanted.filter(mailboxId => !folders.has(mailboxId))
  if (missing.length === 0) return folders
  // In the order of the ids, so that two workers never wait for each other crosswise.
  await tx.execute(
    `insert into folder (mailbox_id, name) select mailbox_id, $2 from unnest($1::integer[]) as n (mailbox_id)
     order by mailbox_id on conflict (mailbox_id, name) do nothing`,
    [missing, folderName],
  )
  // Read again: a folder that another worker made at the same moment is not among those inserted here.
  for (const [mailboxId, folderId] of await readFolders(tx, missing, folderName))
    folders.set(mailboxId, folderId)
  return folders
}

async function readFolders(
  tx: Sql,
  mailboxIds: readonly number[],
  folderName: string,
): Promise<Map<number, number>> {
  const rows = await tx.query<{ mailbox_id: number; folder_id: number }>(
    'select mailbox_id, folder_id from folder where mailbox_id = any($1::integer[]) and name = $2',
    [mailboxIds, folderName],
    'folders-of-mailboxes',
  )
  return new Map(rows.map(row => [row.mailbox_id, row.folder_id]))
}

export type Folder = {
  readonly folderId: number
  readonly name: string
  /** Filings in it, hidden ones left out. */
  readonly filings: number
}

/** The folders of a mailbox by name, each with the number of its filings. */
export async function listFolders(sql: Sql, mailboxId: number): Promise<Folder[]> {
  const rows = await sql.query<{ folder_id: number; name: string; filings: number }>(
    `select f.folder_id, f.name, coalesce(n.filings, 0)::bigint as filings
     from folder f left join (
       select folder_id, count(*) as filings from filing
       where mailbox_id = $1 and hidden_at is null group by folder_id
     ) n using (folder_id)
     where f.mailbox_id = $1 order by f.name`,
    [mailboxId],
  )
  return rows.map(row => ({ folderId: row.folder_id, name: row.name, filings: row.filings }))
}

/** The folders of several mailboxes, each with the number of its filings, by mailbox. */
export async function listFoldersOf(
  sql: Sql,
  mailboxIds: readonly number[],
): Promise<Map<number, readonly Folder[]>> {
  const rows = await sql.query<{ mailbox_id: number; folder_id: number; name: string; filings: number }>(
    `select f.mailbox_id, f.folder_id, f.name, coalesce(n.filings, 0)::bigint as filings
     from folder f left join (
       select folder_id, count(*) as filings from filing
       where mailbox_id = any($1::integer[]) and hidden_at is null group by folder_id
     ) n using (folder_id)
     where f.mailbox_id = any($1::integer[]) order by f.mailbox_id, f.name`,
    [mailboxIds],
  )
  const folders = new Map<number, Folder[]>()
  for (const { mailbox_id: mailboxId, folder_id: folderId, name, filings } of rows) {
    const list = folders.get(mailboxId) ?? []
    list.push({ folderId, name, filings })
    folders.set(mailboxId, list)
  }
  return folders
}
