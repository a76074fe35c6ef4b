import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Database } from '../database/database.ts'
import { testDatabase } from '../testing/database.ts'
import { type Context, type SelectionSetting, SLICE_ITEMS, selectItems, UNIT_COPIES } from './selection.ts'

type Item = {
  readonly itemId: string
  readonly conversation: number
  readonly connectorId: number
  readonly sentAt: Date | null
  readonly arrivedAt: Date
}
type Filing = {
  readonly itemId: string
  readonly mailbox: number
  readonly folder: string
  readonly hidden: boolean
}
type Archive = { readonly items: readonly Item[]; readonly filings: readonly Filing[] }
type Row = {
  itemId: string
  mailbox: number
  folder: string
  grade: 'match' | 'context'
  state: 'due' | 'suppressed'
  ordinal: number | null
  unit: number | null
  part: number | null
  parts: number | null
}

const HOUR = 3_600_000
/** The hour before the clocks of London go back, twice over. */
const START = Date.UTC(2026, 9, 23, 20)

/** The same numbers for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const uuid = (time: number, number: number) => {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-8000-8000-${String(number).padStart(12, '0')}`
}

function randomArchive(seed: number, count: number): Archive {
  const draw = seeded(seed)
  const items: Item[] = []
  const filings: Filing[] = []
  for (let number = 1; number <= count; number++) {
    const time = START + draw(72) * HOUR + draw(3) * 1000
    const sentAt = draw(12) === 0 ? null : new Date(time)
    items.push({
      itemId: uuid(sentAt ? time : 0, number),
      conversation: draw(6),
      connectorId: 1 + draw(2),
      sentAt,
      arrivedAt: new Date(time + draw(30) * HOUR),
    })
    for (let mailbox = 1; mailbox <= 4; mailbox++)
      if (draw(2) === 0)
        filings.push({
          itemId: items.at(-1)!.itemId,
          mailbox,
          folder: draw(2) === 0 ? 'Rogers' : 'Älv ☎',
          hidden: draw(8) === 0,
        })
  }
  return { items, filings }
}

/** Mailbox 4 is first by address, 1 is last; capitals and dots do not decide. */
const ADDRESSES = ['', 'd@kestrel.example', 'c@kestrel.example', 'b@kestrel.example', 'a.b@kestrel.example']

async function fill(database: Database, { items, filings }: Archive): Promise<void> {
  await database.execute(
    `insert into mailbox (mailbox_id, address, display_name, created_at)
     select mailbox_id, address, address, now() from unnest($1::text[]) with ordinality as m (address, mailbox_id)`,
    [ADDRESSES.slice(1)],
  )
  await database.execute(
    `insert into folder (mailbox_id, name) select mailbox_id, name from mailbox, unnest($1::text[]) as n (name)
     where kind = 'person'`,
    [['Rogers', 'Älv ☎']],
  )
  await database.execute(
    `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, sent_at, arrived_at, filed_at,
       conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
     select item_id, connector_id, 1, 1, '', 'filed', 'sms', sent_at, arrived_at, arrived_at, int4send(conversation),
       '[]', '{}', 0, item_id, 0, 1, '', ''
     from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::timestamptz[], $5::integer[])
       as i (item_id, connector_id, sent_at, arrived_at, conversation)`,
    [
      items.map(each => each.itemId),
      items.map(each => each.connectorId),
      items.map(each => each.sentAt),
      items.map(each => each.arrivedAt),
      items.map(each => each.conversation),
    ],
  )
  await database.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at, hidden_at)
     select f.mailbox_id, item_id, folder_id, 1, now(), case when hidden then now() end
     from unnest($1::integer[], $2::uuid[], $3::text[], $4::boolean[]) as f (mailbox_id, item_id, name, hidden)
       join folder d on d.mailbox_id = f.mailbox_id and d.name = f.name`,
    [
      filings.map(each => each.mailbox),
      filings.map(each => each.itemId),
      filings.map(each => each.folder),
      filings.map(each => each.hidden),
    ],
  )
}

const momentOf = (item: Item) => (item.sentAt ?? item.arrivedAt).getTime()
const byText = (a: string, b: string) => Buffer.from(a).compare(Buffer.from(b))

const calendars = new Map<string, Intl.DateTimeFormat>()

function dayOf(item: Item, timeZone: string): string {
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' })
  calendars.set(timeZone, calendar)
  return calendar.format(momentOf(item))
}

/** What the list should be, worked out item by item. */
function naive(archive: Archive, setting: SelectionSetting, hits: readonly string[]): Row[] {
  const { mailboxIds, connectorIds, folders } = setting.scope
  const itemOf = new Map(archive.items.map(item => [item.itemId, item]))
  const seen = archive.filings.filter(
    each =>
      !each.hidden &&
      (mailboxIds === null || mailboxIds.includes(each.mailbox)) &&
      (!folders || folders.includes(each.folder)) &&
      (!connectorIds || connectorIds.includes(itemOf.get(each.itemId)!.connectorId)),
  )
  const visible = archive.items.filter(item => seen.some(each => each.itemId === item.itemId))
  const matches = visible.filter(item => hits.includes(item.itemId))
  const inContext = (item: Item): boolean => {
    const { context } = setting
    const near = matches.filter(match => match.conversation === item.conversation)
    if (context.type === 'none') return false
    if (context.type === 'conversation') return near.length > 0
    if (context.type === 'day')
      return near.some(match => dayOf(match, setting.timeZone) === dayOf(item, setting.timeZone))
    const reach = context.type === 'around' ? context.messages : 0
    const stream = visible
      .filter(each => each.conversation === item.conversation)
      .sort((a, b) => momentOf(a) - momentOf(b) || byText(a.itemId, b.itemId))
    return near.some(match => Math.abs(stream.indexOf(match) - stream.indexOf(item)) <= reach)
  }
  const rows = visible.flatMap(item => {
    const isMatch = matches.includes(item)
    if (!isMatch && !inContext(item)) return []
    const copies = seen
      .filter(each => each.itemId === item.itemId)
      .sort((a, b) => byText(ADDRESSES[a.mailbox]!, ADDRESSES[b.mailbox]!))
    return copies.map(
      ({ mailbox, folder }, index): Row => ({
        itemId: item.itemId,
        mailbox,
        folder,
        grade: isMatch ? 'match' : 'context',
        state: index > 0 && setting.duplicates === 'suppressed' ? 'suppressed' : 'due',
        ordinal: null,
        unit: null,
        part: null,
        parts: null,
      }),
    )
  })
  const keyOf = ({ itemId, mailbox, folder }: Row): string[] => {
    const item = itemOf.get(itemId)!
    const conversation = String(item.conversation)
    if (setting.format !== 'rsmf') return [ADDRESSES[mailbox]!, folder]
    const day = dayOf(item, setting.timeZone)
    return setting.duplicates === 'kept' ? [ADDRESSES[mailbox]!, conversation, day] : [conversation, day]
  }
  const momentIn = (row: Row) => (setting.format === 'rsmf' ? momentOf(itemOf.get(row.itemId)!) : 0)
  const keys = new Map(rows.map(row => [row, keyOf(row)]))
  const compareKeys = (a: Row, b: Row) =>
    keys.get(a)!.reduce((order, text, index) => order || byText(text, keys.get(b)![index]!), 0)
  const due = rows
    .filter(row => row.state === 'due')
    .sort((a, b) => compareKeys(a, b) || momentIn(a) - momentIn(b) || byText(a.itemId, b.itemId))
  const size = setting.format === 'rsmf' ? SLICE_ITEMS : UNIT_COPIES
  let unit = 0
  for (const [index, row] of due.entries()) {
    const alike = due.filter(each => compareKeys(each, row) === 0)
    if (alike.indexOf(row) % size === 0) unit++
    row.ordinal = index + 1
    row.unit = unit
    row.part = Math.floor(alike.indexOf(row) / size) + 1
    row.parts = Math.ceil(alike.length / size)
  }
  return rows.sort(byRow)
}

const byRow = (a: Row, b: Row) => byText(a.itemId, b.itemId) || a.mailbox - b.mailbox

async function listed(database: Database, exportId: string): Promise<Row[]> {
  const rows = await database.query<Row>(
    `select item_id as "itemId", mailbox_id as mailbox, folder, grade, state, ordinal, unit, part, parts
     from export_item where export_id = $1`,
    [exportId],
  )
  return rows.sort(byRow)
}

const hitsOf = (itemIds: readonly string[]) => ({
  sql: 'select unnest($1::uuid[]) as item_id',
  values: [itemIds],
})

const CONTEXTS: readonly Context[] = [
  { type: 'none' },
  { type: 'conversation' },
  { type: 'day' },
  { type: 'around', messages: 1 },
  { type: 'around', messages: 3 },
]
const SCOPES: readonly SelectionSetting['scope'][] = [
  { mailboxIds: null },
  { mailboxIds: [1, 3], connectorIds: null, folders: null },
  { mailboxIds: [2, 3, 4], connectorIds: [2] },
  { mailboxIds: null, folders: ['Älv ☎'] },
  { mailboxIds: [] },
  { mailboxIds: null, connectorIds: [] },
]

test('the list is what an item by item selection gives, in every context, scope, zone and format', async t => {
  const { database } = await testDatabase(t)
  const archive = randomArchive(7, 70)
  await fill(database, archive)
  const draw = seeded(11)
  for (const context of CONTEXTS)
    for (const scope of SCOPES)
      for (const duplicates of ['suppressed', 'kept'] as const)
        for (const [format, timeZone] of [
          ['eml', 'UTC'],
          ['rsmf', 'Europe/London'],
          ['rsmf', 'Pacific/Kiritimati'],
        ] as const) {
          const setting: SelectionSetting = { format, timeZone, context, duplicates, scope }
          const hits = archive.items.filter(() => draw(5) === 0).map(item => item.itemId)
          const exportId = randomUUID()
          const counts = await database.transaction(tx => selectItems(tx, exportId, setting, hitsOf(hits)))
          const rows = await listed(database, exportId)
          const expected = naive(archive, setting, hits)
          assert.deepEqual(rows, expected, JSON.stringify(setting))
          for (const grade of ['match', 'context'] as const) {
            const graded = expected.filter(row => row.grade === grade)
            const due = graded.filter(row => row.state === 'due').length
            assert.deepEqual(counts[grade], {
              items: new Set(graded.map(row => row.itemId)).size,
              copies: graded.length,
              due,
              suppressed: graded.length - due,
            })
          }
          assert.equal(counts.units, Math.max(0, ...expected.map(row => row.unit ?? 0)))
        }
})

test('a folder is cut into units of a thousand, and a day into slices of ten thousand', async t => {
  const { database } = await testDatabase(t)
  const items = Array.from({ length: 10_001 }, (_, index): Item => {
    const time = START + index
    return {
      itemId: uuid(time, index),
      conversation: 1,
      connectorId: 1,
      sentAt: new Date(time),
      arrivedAt: new Date(time),
    }
  })
  const filings = items.flatMap(({ itemId }, index) =>
    [1, 2]
      .filter(mailbox => mailbox === 1 || index < 1500)
      .map(mailbox => ({ itemId, mailbox, folder: 'Rogers', hidden: false })),
  )
  await fill(database, { items, filings })
  const hits = hitsOf(items.map(item => item.itemId))
  const unitsOf = async (format: 'mbox' | 'rsmf') => {
    const exportId = randomUUID()
    const setting = {
      format,
      timeZone: 'UTC',
      context: { type: 'none' },
      duplicates: 'suppressed',
      scope: { mailboxIds: null },
    } as const
    await database.transaction(tx => selectItems(tx, exportId, setting, hits))
    return database.query(
      `select unit, mailbox_id as mailbox, part, parts, count(*) as copies, max(ordinal) as last from export_item
       where export_id = $1 and unit is not null group by 1, 2, 3, 4 order by 1, 2`,
      [exportId],
    )
  }
  // Mailbox 2 comes first by address and keeps what both have.
  assert.deepEqual(await unitsOf('mbox'), [
    { unit: 1, mailbox: 2, part: 1, parts: 2, copies: 1000, last: 1000 },
    { unit: 2, mailbox: 2, part: 2, parts: 2, copies: 500, last: 1500 },
    ...Array.from({ length: 9 }, (_, index) => ({
      unit: index + 3,
      mailbox: 1,
      part: index + 1,
      parts: 9,
      copies: index === 8 ? 501 : 1000,
      last: index === 8 ? 10_001 : 2500 + index * 1000,
    })),
  ])
  assert.deepEqual(await unitsOf('rsmf'), [
    { unit: 1, mailbox: 1, part: 1, parts: 2, copies: 8500, last: 10_000 },
    { unit: 1, mailbox: 2, part: 1, parts: 2, copies: 1500, last: 1500 },
    { unit: 2, mailbox: 1, part: 2, parts: 2, copies: 1, last: 10_001 },
  ])
})

test('two exports do not see each other, and one is of the moment it was asked for', async t => {
  const { database } = await testDatabase(t)
  const archive = randomArchive(3, 40)
  await fill(database, archive)
  const setting: SelectionSetting = {
    format: 'eml',
    timeZone: 'UTC',
    context: { type: 'conversation' },
    duplicates: 'kept',
    scope: { mailboxIds: null },
  }
  const all = archive.items.map(item => item.itemId)
  const [first, second] = [randomUUID(), randomUUID()]
  const whole = await database.transaction(tx => selectItems(tx, first, setting, hitsOf(all)))
  const none = await database.transaction(tx => selectItems(tx, second, setting, hitsOf([])))
  assert.equal(whole.match.copies, archive.filings.filter(each => !each.hidden).length)
  assert.equal(whole.context.copies, 0)
  assert.deepEqual([none.match.copies, none.context.copies, none.units], [0, 0, 0])
  await database.execute('update filing set hidden_at = now()')
  assert.equal((await listed(database, first)).length, whole.match.copies)
})
