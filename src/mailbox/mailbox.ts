/**
 * Mailboxes as places where things are kept: their folders, and what is filed in them. A filing says that an item is
 * in a folder of a mailbox; the item itself is stored once, however many mailboxes it is in. A filing that proved
 * wrong is hidden, never removed: it stays under its mailbox's holds and retention.
 */
import type { Sql } from '../database/database.ts'
import { type Restricted, unrestrictedSql } from './restriction.ts'

export { type ChoicePage, listChoices } from './choice.ts'
export { type Filing, type FilingFilter, type FilingPage, listFilings, lowestItemId } from './filings.ts'
export { checkPeople, importPeople } from './people.ts'
export { type Restricted, unrestrictedSql } from './restriction.ts'

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
  /** Filings in it, hidden ones and those of restricted items left out. */
  readonly filings: number
  /** Of these, those in the in-place archive. */
  readonly archived: number
  /** Filings of restricted items, which its reader may not see. */
  readonly restricted: number
}

/** The folders of a mailbox by name, each with the number of its filings. */
export async function listFolders(
  sql: Sql,
  mailboxId: number,
  restricted: Restricted = null,
): Promise<readonly Folder[]> {
  return (await listFoldersOf(sql, [mailboxId], restricted)).get(mailboxId) ?? []
}

/** The folders of several mailboxes, each with the number of its filings, by mailbox. */
export async function listFoldersOf(
  sql: Sql,
  mailboxIds: readonly number[],
  restricted: Restricted = null,
): Promise<Map<number, readonly Folder[]>> {
  const rows = await sql.query<{
    mailbox_id: number
    folder_id: number
    name: string
    filings: number
    archived: number
    restricted: number
  }>(
    `select f.mailbox_id, f.folder_id, f.name, coalesce(n.filings, 0)::bigint as filings,
       coalesce(a.filings, 0)::bigint as archived, coalesce(r.filings, 0)::bigint as restricted
     from folder f left join (
       select folder_id, count(*) as filings from filing
       where mailbox_id = any($1::integer[]) and hidden_at is null group by folder_id
     ) n using (folder_id) left join (
       select k.folder_id, count(*) as filings from filing k
       where k.mailbox_id = any($1::integer[]) and k.hidden_at is null and k.archived_at is not null
         and ${unrestrictedSql('k.item_id', '$2')}
       group by k.folder_id
     ) a using (folder_id) left join (
       select k.folder_id, count(*) as filings
       from (select distinct item_id from erasure_refusal where $2::integer[] is not null) e join filing k using (item_id)
       where k.mailbox_id = any($1::integer[]) and k.hidden_at is null and not ${unrestrictedSql('k.item_id', '$2')}
       group by k.folder_id
     ) r using (folder_id)
     where f.mailbox_id = any($1::integer[]) order by f.mailbox_id, f.name`,
    [mailboxIds, restricted],
  )
  const folders = new Map<number, readonly Folder[]>()
  for (const row of rows) {
    const { mailbox_id: mailboxId, folder_id: folderId, name, archived, restricted: left } = row
    const folder = { folderId, name, filings: row.filings - left, archived, restricted: left }
    folders.set(mailboxId, [...(folders.get(mailboxId) ?? []), folder])
  }
  return folders
}
