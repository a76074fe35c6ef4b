/**
 * Makes the search entries anew from what is sealed: after a change of tokenizer, or when index and archive differ.
 * Page by page, each in one transaction, so that it may be stopped and started again.
 */
import { appendEntry } from '../audit/audit.ts'
import { CopyRows } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type ItemFacts, indexText, parseItemId, readLargeEmail, readRecord } from '../message/message.ts'
import { createIndexer, ENTRY_COLUMNS, mergePending, partiesOf, recordVersion } from '../search/search.ts'
import { readPart, readWhole, vaultObjectName } from '../vault/vault.ts'

const PAGE = 500

type Row = {
  item_id: string
  connector_id: number
  kind: string
  direction: string | null
  arrived_at: Date
  vault_object: string
  vault_offset: number
  original_size: number
  message_size: number | null
  item_key: Buffer
  mailboxes: number[]
}

/** Indexes every item but those set aside; returns how many. */
export async function reindex(
  ground: Ground,
  actor: Actor,
  onProgress: (items: number) => void = () => {},
): Promise<number> {
  const indexer = createIndexer(ground.keyring)
  let items = 0
  let after: string | null = null
  for (;;) {
    const page: Row[] = await ground.database.query<Row>(
      `select item_id, connector_id, kind, direction, arrived_at, vault_object, vault_offset, original_size, message_size,
         item_key, (select array_agg(mailbox_id) from filing f where f.item_id = i.item_id and hidden_at is null) as mailboxes
       from item i where state <> 'quarantined' and ($1::uuid is null or item_id > $1) order by item_id limit $2`,
      [after, PAGE],
    )
    const last = page.at(-1)
    if (!last) break
    after = last.item_id
    const rows = new CopyRows()
    for (const row of page) {
      const facts = await readSealed(ground, row)
      indexer.add(rows, {
        itemId: parseItemId(row.item_id),
        text: indexText(facts),
        kind: row.kind,
        direction: row.direction,
        sentAt: facts.sentAt,
        ...partiesOf(facts.participants),
        mailboxIds: row.mailboxes ?? [],
        connectorId: row.connector_id,
      })
    }
    await ground.database.transaction(async tx => {
      await tx.execute('delete from search_entry where item_id = any($1::uuid[])', [
        page.map(row => row.item_id),
      ])
      await tx.copy('search_entry', ENTRY_COLUMNS, rows)
    })
    items += page.length
    onProgress(items)
  }
  await ground.database.transaction(async tx => {
    // What is left belongs to no item that can be found.
    await tx.execute(
      `delete from search_entry e where not exists
         (select from item i where i.item_id = e.item_id and i.state <> 'quarantined')`,
    )
    await recordVersion(tx, ground.clock.now())
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'search.reindex',
      detail: { items },
    })
  })
  await mergePending(ground.database)
  return items
}

/** The facts of an item as they were at filing, from its sealed original. */
async function readSealed(ground: Ground, row: Row): Promise<ItemFacts> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const id = parseItemId(row.item_id)
  const location = {
    name: vaultObjectName(row.vault_object),
    offset: row.vault_offset,
    originalSize: row.original_size,
    messageSize: row.message_size,
  }
  const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
  // A message of its own means that the original is a record; else the original is the e-mail.
  if (row.message_size === null)
    return readLargeEmail(readPart(ground.storage, location, id, key, 'original'), about)
  return readRecord(await readWhole(ground.storage, location, id, key, 'original'), about, ANY_CONTENT)
}

/** Search needs an attachment's name, not its digest: any streamed content will do. */
const ANY_CONTENT: ReadonlyMap<string, { size: number; sha256: Buffer }> = new (class extends Map<
  string,
  { size: number; sha256: Buffer }
> {
  override get() {
    return { size: 0, sha256: Buffer.alloc(32) }
  }
  override has() {
    return true
  }
})()
