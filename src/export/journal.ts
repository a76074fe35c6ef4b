/**
 * The journal: who each party of the exported messages is, as mapping and directory say of the times of those
 * messages. It stands apart from the messages, which name their parties as they always did.
 */
import { findProduct } from '../connector/connector.ts'
import type { Transaction } from '../database/database.ts'
import { loadDirectory } from '../directory/directory.ts'
import { loadMapping, type Mapping } from '../mapping/mapping.ts'
import type { ParticipantForm } from '../message/message.ts'
import { CSV_BEGIN, csvRecord } from './csv-line.ts'
import { cursorRows, gathered, type ListSource } from './lists.ts'
import type { PackageFile } from './package-file.ts'

type PartyRow = {
  connector_id: number
  form: ParticipantForm
  number: string
  user_id: string | null
  emails: string[]
  items: number
  first_at: Date
  last_at: Date
}

/**
 * A row for each party and each stretch of time in which it was the same person: the times at which a mapping or a
 * mailbox begins or ends part the messages, and within a part one answer holds for all.
 */
const PARTIES = `with part as (
    select array_agg(distinct at order by at) as bounds from (
      select valid_from from mapping_entry union select valid_to from mapping_entry
      union select active_from from mailbox union select active_to from mailbox) as bound (at)
    where at is not null
  ), message as (
    select distinct x.item_id from export_item x where x.export_id = $1 and x.state = 'written'
  )
  select i.connector_id, p->>'form' as form, coalesce(p->>'number', '') as number, p->>'userId' as user_id,
    array(select jsonb_array_elements_text(p->'emails')) as emails, count(distinct i.item_id) as items,
    min(t.at) as first_at, max(t.at) as last_at
  from message join item i using (item_id) cross join lateral jsonb_array_elements(i.participants) as p
    cross join lateral (select coalesce(i.sent_at, i.arrived_at) as at) as t cross join part
  where p->>'form' <> 'withheld'
  group by i.connector_id, 2, 3, 4, 5, case when bounds is null then 0 else width_bucket(t.at, bounds) end
  order by i.connector_id, 3, 5, 4, 7`

const COLUMNS = [
  'party',
  'form',
  'userId',
  'connector',
  'product',
  'mailbox',
  'person',
  'by',
  'items',
  'firstItem',
  'lastItem',
] as const

/** @param reach the mailboxes that may be named; null for all */
export function journalTable(source: ListSource, reach: readonly number[] | null): PackageFile {
  return { path: 'journal.csv', content: gathered(rows(source, reach)), ordinals: [] }
}

async function* rows({ tx, exportId }: ListSource, reach: readonly number[] | null): AsyncIterable<string> {
  yield CSV_BEGIN + csvRecord(COLUMNS)
  const known = await knownPeople(tx)
  for await (const row of cursorRows<PartyRow>(tx, PARTIES, [exportId])) {
    const connector = known.connectors.get(row.connector_id)
    const person = await personOf(tx, known, row)
    // A mailbox beyond is as if it did not exist.
    const found = person && (reach === null || reach.includes(person.mailboxId)) ? person : null
    const mailbox = found === null ? undefined : known.mailboxes.get(found.mailboxId)
    yield csvRecord([
      row.number || row.emails.join(' ') || row.user_id,
      row.form,
      row.user_id,
      connector?.name,
      connector?.product,
      mailbox?.address,
      mailbox?.displayName,
      found?.reason,
      row.items,
      row.first_at,
      row.last_at,
    ])
  }
}

type Known = Awaited<ReturnType<typeof knownPeople>>

async function knownPeople(tx: Transaction) {
  const connectors = await tx.query<{ connector_id: number; name: string; product: string }>(
    'select connector_id, name, product from connector',
  )
  const mailboxes = await tx.query<{ mailbox_id: number; address: string; display_name: string }>(
    `select mailbox_id, address, display_name from mailbox where kind = 'person'`,
  )
  return {
    directory: await loadDirectory(tx),
    mappings: new Map<number, Mapping>(),
    connectors: new Map(
      connectors.map(row => [row.connector_id, { name: row.name, product: findProduct(row.product).name }]),
    ),
    mailboxes: new Map(
      mailboxes.map(row => [row.mailbox_id, { address: row.address, displayName: row.display_name }]),
    ),
  }
}

/** Whose mailbox the party led to then; null for an outsider, and for one of our people who leads to none. */
async function personOf(
  tx: Transaction,
  known: Known,
  { connector_id: connectorId, form, number, user_id: userId, emails, first_at: at }: PartyRow,
): Promise<{ mailboxId: number; reason: string } | null> {
  let mapping = known.mappings.get(connectorId)
  if (!mapping) {
    mapping = await loadMapping(tx, connectorId, known.directory)
    known.mappings.set(connectorId, mapping)
  }
  const party = { role: 'to' as const, form, number, userId, emails, name: null }
  const [person] = mapping.resolve({ participants: [party], sentAt: at, arrivedAt: at }).people
  return person?.mailboxId != null ? { mailboxId: person.mailboxId, reason: person.reason ?? '' } : null
}
