/**
 * Entries that are stored already: their mailboxes change, or they are made anew. Both start from what is filed, and
 * neither may overlook what the other is about to commit, so each holds a lock for its transaction: those who change
 * mailboxes together, one who makes entries anew alone.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { formatItemId } from '../message/message.ts'
import { type EntryInput, EntryRows, type Indexer } from './entry.ts'
import { mailboxLexeme } from './lexeme.ts'

const LOCK = `hashtextextended('holdfast search entries', 0)`

/** Mailboxes by item id. */
type ItemMailboxes = ReadonlyMap<string, readonly number[]>

/**
 * Adds items to mailboxes, and takes them out of others (a wrong filing that is hidden). Twice is as once. To be
 * called in the transaction that changes the filings, and after it has changed them.
 */
export async function updateMailboxes(
  tx: Sql,
  added: ItemMailboxes,
  removed: ItemMailboxes = new Map(),
): Promise<void> {
  const itemIds = [...new Set([...added.keys(), ...removed.keys()])]
  if (itemIds.length === 0) return
  // A statement of its own: the update must see what was committed while this one waited.
  await tx.query(`select pg_advisory_xact_lock_shared(${LOCK})`)
  const spell = (ids: readonly number[] = []) => ids.map(mailboxLexeme).join(' ')
  const kept = (id: string) => new Set(added.get(id))
  // First || and then ts_delete: the latter writes past the end of its memory (PostgreSQL 18.4) where the lexemes lie
  // in another order than they are sorted in, as they do when they were loaded; || lays them out in order.
  await tx.execute(
    `update search_entry as entry
        set vector = ts_delete(entry.vector || array_to_tsvector(string_to_array(change.added, ' ')),
          string_to_array(change.removed, ' '))
       from unnest($1::uuid[], $2::text[], $3::text[]) as change (item_id, added, removed)
      where entry.item_id = change.item_id`,
    [
      itemIds,
      itemIds.map(id => spell(added.get(id))),
      itemIds.map(id => spell(removed.get(id)?.filter(mailboxId => !kept(id).has(mailboxId)))),
    ],
  )
}

/** For whoever removes items with their entries: none of them is being made anew until the transaction ends. */
export async function lockEntries(tx: Sql): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${LOCK})`)
}

/**
 * Makes the entries of items anew, whole, in the caller's transaction: the mailboxes are read from what is filed. An
 * item that is no more, or is in Quarantine, is passed over. Gives the ids of items too long to be found to their end.
 */
export async function replaceEntries(
  tx: Transaction,
  indexer: Indexer,
  inputs: readonly Omit<EntryInput, 'mailboxIds'>[],
): Promise<string[]> {
  if (inputs.length === 0) return []
  await indexer.begin(tx)
  await tx.query(`select pg_advisory_xact_lock(${LOCK})`)
  const filed = await tx.query<{ item_id: string; mailboxes: number[] }>(
    `select item_id, array(select mailbox_id from filing f where f.item_id = i.item_id and hidden_at is null) as mailboxes
     from item i where item_id = any($1::uuid[]) and state <> 'quarantined'`,
    [inputs.map(input => formatItemId(input.itemId))],
  )
  const mailboxesOf = new Map(filed.map(row => [row.item_id, row.mailboxes]))
  const rows = new EntryRows()
  const cut: string[] = []
  for (const input of inputs) {
    const itemId = formatItemId(input.itemId)
    const mailboxIds = mailboxesOf.get(itemId)
    if (mailboxIds && !indexer.add(rows, { ...input, mailboxIds })) cut.push(itemId)
  }
  await tx.execute('delete from search_entry where item_id = any($1::uuid[])', [[...mailboxesOf.keys()]])
  await indexer.store(tx, rows)
  return cut
}
