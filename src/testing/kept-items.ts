/** Items and filings for tests of how long things are kept: rows alone, with nothing behind them in the vault. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { KeepingFacts } from '../retention/retention.ts'

export type KeptItem = {
  readonly facts: KeepingFacts
  readonly filings: readonly { readonly mailboxId: number; readonly labelId: number | null }[]
}

/** Adds the items, and their mailboxes where these are missing; returns the items' ids in order. */
export async function addKeptItems(database: Database, items: readonly KeptItem[]): Promise<string[]> {
  const ids = items.map(() => randomUUID())
  const filings = items.flatMap((item, index) =>
    item.filings.map(filing => ({
      ...filing,
      itemId: ids[index]!,
      extendedUntil: item.facts.extendedUntil,
    })),
  )
  await database.execute(
    `insert into mailbox (mailbox_id, kind, address, display_name, created_at)
     select distinct n, 'person', 'kept-' || n || '@example.com', '', now() from unnest($1::integer[]) as n
     on conflict do nothing`,
    [filings.map(filing => filing.mailboxId)],
  )
  await database.execute(
    `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, sent_at, arrived_at, filed_at,
       conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
     select item_id, connector_id, 1, 1, '', 'filed', kind, sent_at, arrived_at, filed_at, '', '[]', '{}', 0,
       gen_random_uuid(), 0, 1, '', ''
     from unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
       as n (item_id, connector_id, kind, sent_at, arrived_at, filed_at)`,
    [
      ids,
      items.map(({ facts }) => facts.connectorId),
      items.map(({ facts }) => facts.kind),
      items.map(({ facts }) => facts.sentAt),
      items.map(({ facts }) => facts.arrivedAt),
      items.map(({ facts }) => facts.importedAt),
    ],
  )
  await database.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at, label_id, label_by, extended_until)
     select mailbox_id, item_id, 1, 1, now(), label_id, case when label_id is not null then 'person' end, extended_until
     from unnest($1::integer[], $2::uuid[], $3::integer[], $4::timestamptz[])
       as n (mailbox_id, item_id, label_id, extended_until)`,
    [
      filings.map(filing => filing.mailboxId),
      filings.map(filing => filing.itemId),
      filings.map(filing => filing.labelId),
      filings.map(filing => filing.extendedUntil),
    ],
  )
  return ids
}

/** How a filing is named in a map of them. */
export function filingOf(mailboxId: number, itemId: string): string {
  return `${mailboxId} ${itemId}`
}
