/**
 * Items in clear for tests of the sealed index: drawn at random, kept as plain objects, and put into a database with
 * everything that a search can ask about. What a query should find is then decided on the plain objects.
 */
import fc from 'fast-check'
import type { Database } from '../database/database.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { formatItemId } from '../message/message.ts'
import { createIndexer, type EntryInput, EntryRows, type Parties } from '../search/search.ts'

export type Filing = { readonly mailboxId: number; readonly folder: string; readonly hidden: boolean }

export type PlainItem = {
  readonly id: string
  readonly input: EntryInput
  readonly filings: readonly Filing[]
  readonly size: number
  readonly importedAt: number
  readonly seconds: number | null
  readonly callStatus: string | null
  /** Eight bytes in base64url. */
  readonly conversation: string
}

/** A family of words with one beginning, more than are looked for in one tsquery. */
const FAMILY = Array.from({ length: 150 }, (_, number) => `pre${number.toString(36)}x`)
export const WORDS = [
  ...'lunch lunches lunar Lüneburg meeting report zebra Crème straße STRASSE İstanbul ΟΔΟΣ οδός 北京 在北 東京 สวัสดี नमस्ते'.split(
    ' ',
  ),
  ...'مُحَمَّد 안녕하세요 👍🏽 👩‍💻 🇬🇧 ok no yes 07700 2026 IMG_1234.jpg don’t x'.split(' '),
]
export const NAMES = ['Susan Jones', 'Jones Adeyemi', '王伟', 'Erik Öberg', 'Report Jones', 'InfoSMS']
/** In international form, and as people write it. */
export const NUMBERS: readonly (readonly [digits: string, written: readonly string[]])[] = [
  ['447700900123', ['+44 7700 900123', '07700900123', '447700900123', '07700 900 123']],
  ['447700900124', ['+447700900124', '07700 900124', '00447700900124']],
  ['12025550123', ['(202) 555-0123', '+1 202 555 0123', '12025550123']],
  ['46701740605', ['070-174 06 05', '+46701740605']],
  ['60123', ['60123']],
]
export const EMAILS = ['susan.jones@contoso.example', 'erik@fabrikam.example', 'erika@contoso.example']
export const KINDS = ['sms', 'mms', 'chat', 'call-log']
export const FOLDERS = ['Enterprise Number Archiver', 'O2 SMS and Voice Network Archiver', 'Ärenden']
/** Products of the connectors 1 to 3. */
export const PRODUCTS = ['enterprise-number', 'o2', 'o2']
export const STATUSES = ['answered', 'missed']
export const DAY = 86_400_000
export const START = Date.UTC(2026, 8, 20)
export const DAYS = 80

const word = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.constantFrom(...FAMILY) },
)
const textOf = (lengthMax: number) =>
  fc
    .tuple(fc.array(word, { maxLength: lengthMax, size: 'max' }), fc.constantFrom(' ', ' ', ', ', ' — '))
    .map(([words, between]) => words.join(between))

/** Long enough for several parts; words from a small seed, since drawing each one would take minutes. */
const longText = fc
  .tuple(fc.integer({ min: 500, max: 18_000 }), fc.integer({ min: 1, max: 2 ** 31 }))
  .map(([length, seed]) => {
    const all = seed % 2 === 0 ? WORDS : [...WORDS, ...FAMILY]
    let state = seed
    return Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return all[(state >> 8) % all.length]
    }).join(' ')
  })

const some = <T>(values: readonly T[]) => fc.subarray([...values], { maxLength: 2 })
const parties: fc.Arbitrary<Parties> = fc.record({
  numbers: some(NUMBERS.map(([digits]) => digits)),
  emails: some(EMAILS),
  names: some(NAMES),
  userIds: some(['U-1', 'u-2']),
})
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 2 })

const drawn = fc.record({
  time: fc.option(fc.integer({ min: START, max: START + DAYS * DAY }), { nil: null, freq: 30 }),
  subject: textOf(3),
  body: fc.oneof({ weight: 11, arbitrary: textOf(12) }, { weight: 1, arbitrary: longText }),
  groupName: optional(textOf(2)),
  names: fc.array(fc.constantFrom(...NAMES), { maxLength: 1 }),
  attachmentNames: fc.oneof(fc.constant([]), fc.constant(['report zebra.pdf', 'lunch.jpg'])),
  attachmentTexts: fc.oneof(fc.constant([]), fc.array(textOf(6), { maxLength: 2 })),
  kind: fc.constantFrom(...KINDS),
  direction: optional(fc.constantFrom('in', 'out')),
  from: parties,
  to: parties,
  connectorId: fc.integer({ min: 1, max: PRODUCTS.length }),
  mailboxes: fc.subarray([3, 4, 5, 6], { minLength: 1 }),
  folder: fc.constantFrom(...FOLDERS),
  hidden: fc.option(fc.constantFrom(7, 8), { nil: null }),
  size: fc.integer({ min: 100, max: 5000 }),
  imported: fc.integer({ min: START, max: START + DAYS * DAY }),
  seconds: optional(fc.integer({ min: 0, max: 600 })),
  callStatus: optional(fc.constantFrom(...STATUSES)),
  conversation: fc.integer({ min: 1, max: 30 }),
})

/** So many items, the same ones for the same seed. */
export function drawItems(count: number, seed: number): PlainItem[] {
  return fc.sample(drawn, { numRuns: count, seed }).map((each, number) => {
    const itemId = Buffer.alloc(16)
    itemId.writeUIntBE(each.time ?? 0, 0, 6)
    itemId.writeUInt32BE(number, 12)
    const conversation = Buffer.alloc(8)
    conversation.writeUInt32BE(each.conversation)
    const { subject, body, groupName, names, attachmentNames, attachmentTexts } = each
    return {
      id: formatItemId(itemId),
      input: {
        itemId,
        text: { subject, body, groupName, names, attachmentNames, attachmentTexts },
        kind: each.kind,
        direction: each.direction,
        sentAt: each.time === null ? null : new Date(each.time),
        from: each.from,
        to: each.to,
        mailboxIds: each.mailboxes,
        connectorId: each.connectorId,
      },
      filings: [
        ...each.mailboxes.map(mailboxId => ({ mailboxId, folder: each.folder, hidden: false })),
        ...(each.hidden === null ? [] : [{ mailboxId: each.hidden, folder: each.folder, hidden: true }]),
      ],
      size: each.size,
      importedAt: each.imported,
      seconds: each.seconds,
      callStatus: each.callStatus,
      conversation: conversation.toString('base64url'),
    }
  })
}

/** Makes the mailboxes, folders and connectors that the items speak of. */
export async function addPlaces(database: Database): Promise<void> {
  await database.execute(
    `insert into mailbox (mailbox_id, address, display_name, created_at)
     select id, 'box' || id || '@example.com', 'Box ' || id, now() from generate_series(3, 8) as n (id)`,
  )
  await database.execute(
    `insert into folder (mailbox_id, name) select id, name from generate_series(3, 8) as n (id), unnest($1::text[]) as f (name)`,
    [FOLDERS],
  )
  await database.execute(
    `insert into connector (connector_id, product, name, status, source_kind, location, schedule, item_size_max, created_by, created_at)
     select place, product, 'c', 'active', 'site', 'https://example.com', '{}', 1, 'test', now()
     from unnest($1::text[]) with ordinality as n (product, place)`,
    [PRODUCTS],
  )
}

/** Stores entries as a filing transaction does. */
export async function addEntries(
  database: Database,
  keyring: Keyring,
  inputs: readonly EntryInput[],
): Promise<void> {
  const indexer = createIndexer(keyring)
  const rows = new EntryRows()
  await database.transaction(async tx => {
    await indexer.begin(tx)
    for (const input of inputs) if (!indexer.add(rows, input)) throw new Error('a text is too long')
    await indexer.store(tx, rows)
  })
}

/** Stores items with their rows, filings and entries. */
export async function addItems(
  database: Database,
  keyring: Keyring,
  items: readonly PlainItem[],
): Promise<void> {
  const participants = ({ input }: PlainItem) =>
    (['from', 'to'] as const).flatMap(role => [
      ...input[role].numbers.map(number => ({ role, form: 'number', number })),
      ...input[role].emails.map(email => ({ role, form: 'number', emails: [email] })),
    ])
  await database.execute(
    `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, direction, sent_at, arrived_at,
       filed_at, conversation, participants, flags, attachments, call_status, call_seconds, vault_object, vault_offset,
       original_size, message_size, item_key, leaf)
     select (e ->> 'id')::uuid, (e ->> 'connector')::integer, 1, 1, '', 'filed', e ->> 'kind', e ->> 'direction',
       (e ->> 'sent')::timestamptz, now(), (e ->> 'imported')::timestamptz, decode(e ->> 'conversation', 'hex'),
       e -> 'participants', '{}', (e ->> 'attachments')::smallint, e ->> 'status', (e ->> 'seconds')::integer,
       gen_random_uuid(), 0, (e ->> 'size')::bigint, case when random() < 0.5 then (e ->> 'size')::bigint end, '', ''
     from jsonb_array_elements($1::jsonb) as n (e)`,
    [
      JSON.stringify(
        items.map(item => ({
          id: item.id,
          connector: item.input.connectorId,
          kind: item.input.kind,
          direction: item.input.direction,
          sent: item.input.sentAt,
          imported: new Date(item.importedAt),
          conversation: Buffer.from(item.conversation, 'base64url').toString('hex'),
          participants: participants(item),
          attachments: item.input.text.attachmentNames.length,
          status: item.callStatus,
          seconds: item.seconds,
          size: item.size,
        })),
      ),
    ],
  )
  await database.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at, hidden_at)
     select (f ->> 'mailboxId')::integer, (f ->> 'id')::uuid,
       (select folder_id from folder where mailbox_id = (f ->> 'mailboxId')::integer and name = f ->> 'folder'),
       1, now(), case when (f ->> 'hidden')::boolean then now() end
     from jsonb_array_elements($1::jsonb) as n (f)`,
    [JSON.stringify(items.flatMap(({ id, filings }) => filings.map(filing => ({ id, ...filing }))))],
  )
  await addEntries(
    database,
    keyring,
    items.map(item => item.input),
  )
}
