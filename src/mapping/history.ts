/**
 * The history of a custom mapping: every change of every line is kept, by whom, when and why, so that the mapping of
 * any past moment can be shown. Changes are appended in the transaction that makes them, and never altered.
 */
import type { Sql } from '../database/database.ts'
import type { MappingEntry } from './resolve.ts'

/** What brought a change about: a file, an edit of one line, an assignment in Unmapped. */
export type MappingCause = 'import' | 'edit' | 'assign' | 'before-history'

/** A line with its identity, which it keeps through its changes. */
export type KeptEntry = Omit<MappingEntry, 'line'> & { readonly entryId: string }

/** A line as it was and as it became; null for one that was not there, or is no more. */
export type EntryChange = { readonly before: KeptEntry | null; readonly after: KeptEntry | null }

export type MappingChange = {
  readonly changeId: number
  readonly entryId: string
  readonly operation: 'add' | 'change' | 'remove'
  readonly cause: MappingCause
  readonly externalUserId: string
  readonly mailboxAddress: string
  readonly validFrom: Date | null
  readonly validTo: Date | null
  /** Of a change: what the line said before. */
  readonly before: {
    readonly mailboxAddress: string
    readonly validFrom: Date | null
    readonly validTo: Date | null
  } | null
  readonly changedAt: Date
  readonly changedBy: string
}

/** Appends changes, in the transaction that makes them. */
export async function recordChanges(
  tx: Sql,
  connectorId: number,
  changes: readonly EntryChange[],
  by: { readonly actor: string; readonly cause: MappingCause; readonly at: Date },
): Promise<void> {
  if (changes.length === 0) return
  const is = changes.map(change => (change.after ?? change.before)!)
  const was = changes.map(change => (change.after ? change.before : null))
  const time = (at: number | null | undefined) => (at == null ? null : new Date(at))
  await tx.execute(
    `insert into mapping_change (connector_id, entry_id, operation, cause, external_user_id, number, mailbox_address,
       valid_from, valid_to, before_mailbox_address, before_valid_from, before_valid_to, changed_at, changed_by)
     select $1, n.entry_id, n.operation, $12, n.external_user_id, n.number, n.mailbox_address, n.valid_from, n.valid_to,
       n.before_mailbox, n.before_from, n.before_to, $13, $14
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
         $9::text[], $10::timestamptz[], $11::timestamptz[]) with ordinality
       as n (entry_id, operation, external_user_id, number, mailbox_address, valid_from, valid_to, before_mailbox,
         before_from, before_to, place) order by n.place`,
    [
      connectorId,
      is.map(entry => entry.entryId),
      changes.map(change => (change.after === null ? 'remove' : change.before === null ? 'add' : 'change')),
      is.map(entry => entry.externalUserId),
      is.map(entry => entry.number),
      is.map(entry => entry.mailboxAddress),
      is.map(entry => time(entry.validFrom)),
      is.map(entry => time(entry.validTo)),
      was.map(entry => entry?.mailboxAddress ?? null),
      was.map(entry => time(entry?.validFrom)),
      was.map(entry => time(entry?.validTo)),
      by.cause,
      by.at,
      by.actor,
    ],
  )
}

/**
 * Changes of a connector's mapping, newest first; `before` is the last id of the page before. `containing` narrows to
 * ids, numbers and mailboxes that contain it; `entryId` to one line.
 */
export async function listMappingChanges(
  sql: Sql,
  connectorId: number,
  page: {
    readonly containing?: string
    readonly entryId?: string
    readonly before?: number
    readonly limit: number
  },
): Promise<MappingChange[]> {
  const rows = await sql.query<ChangeRow>(
    `select * from mapping_change where connector_id = $1 and ($2::bigint is null or change_id < $2)
       and ($3 = '' or strpos(lower(external_user_id), $3) > 0 or strpos(number, $3) > 0
         or strpos(mailbox_address, $3) > 0 or strpos(coalesce(before_mailbox_address, ''), $3) > 0)
       and ($4::uuid is null or entry_id = $4)
     order by change_id desc limit $5`,
    [
      connectorId,
      page.before ?? null,
      (page.containing ?? '').toLowerCase(),
      page.entryId ?? null,
      page.limit,
    ],
  )
  return rows.map(row => ({
    changeId: row.change_id,
    entryId: row.entry_id,
    operation: row.operation,
    cause: row.cause,
    externalUserId: row.external_user_id,
    mailboxAddress: row.mailbox_address,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    before:
      row.before_mailbox_address === null
        ? null
        : {
            mailboxAddress: row.before_mailbox_address,
            validFrom: row.before_valid_from,
            validTo: row.before_valid_to,
          },
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  }))
}

type ChangeRow = {
  change_id: number
  entry_id: string
  operation: 'add' | 'change' | 'remove'
  cause: MappingCause
  external_user_id: string
  mailbox_address: string
  valid_from: Date | null
  valid_to: Date | null
  before_mailbox_address: string | null
  before_valid_from: Date | null
  before_valid_to: Date | null
  changed_at: Date
  changed_by: string
}
