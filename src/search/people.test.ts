/** Whoever is named stands for all that they are known by, at the item's time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { addEntries, addPlaces } from '../testing/search-items.ts'
import { meet, without } from './expansion.ts'
import { type EntryInput, type Parties, parseQuery, search } from './search.ts'

const NOBODY: Parties = { numbers: [], emails: [], names: [], userIds: [] }
const SHARED = '447700900123'
const REGISTERED = '447700900124'
const day = (text: string) => Date.parse(`${text}T12:00:00Z`)

type Sent = {
  at?: string
  arrived?: string
  connectorId?: number
  from?: Partial<Parties>
  to?: Partial<Parties>
}

/** By name; found items come back by name. */
const ITEMS: Readonly<Record<string, Sent>> = {
  'her phone in October': { at: '2026-10-10', from: { numbers: [SHARED] } },
  'the same phone in September': { at: '2026-09-10', from: { numbers: [SHARED] } },
  'to her phone in October': { at: '2026-10-11', to: { numbers: [SHARED] } },
  'the number at another connector': { at: '2026-10-10', connectorId: 2, from: { numbers: [SHARED] } },
  'by her alias': { at: '2026-05-05', from: { emails: ['s.jones@contoso.example'] } },
  'by her address': { at: '2026-05-06', from: { emails: ['susan@contoso.example'] } },
  'by her name': { at: '2026-05-07', from: { names: ['Susan Jones (mobile)'] } },
  'by half her name': { at: '2026-05-08', from: { names: ['Susan Smith'] } },
  'as the source calls her': { at: '2026-08-01', from: { numbers: ['447700900555'], userIds: ['U-Susan'] } },
  'registered to her': { at: '2026-06-01', connectorId: 3, from: { numbers: [REGISTERED] } },
  'registered to her, and lent to Erik': {
    at: '2026-07-15',
    connectorId: 3,
    from: { numbers: [REGISTERED] },
  },
  'a second number, hers alone': { at: '2026-03-03', from: { numbers: ['447700900777'] } },
  'at an impossible time, arrived in October': {
    arrived: '2026-10-12',
    from: { numbers: [SHARED] },
  },
  'at an impossible time, arrived in September': {
    arrived: '2026-09-12',
    from: { numbers: [SHARED] },
  },
  'after she left': { at: '2026-12-24', connectorId: 3, from: { numbers: [REGISTERED] } },
}

async function open(t: Parameters<typeof testDatabase>[0]) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  await addPlaces(database)
  await database.execute(
    `insert into mailbox (mailbox_id, address, display_name, active_to, created_at) values
       (20, 'susan@contoso.example', 'Susan Jones', '2026-12-01', now()),
       (21, 'erik@contoso.example', 'Erik', null, now())`,
  )
  await database.execute(
    `insert into mailbox_address (address, mailbox_id, is_primary) values ('susan@contoso.example', 20, true),
       ('s.jones@contoso.example', 20, false), ('erik@contoso.example', 21, true)`,
  )
  await database.execute(
    `insert into mapping_entry (connector_id, external_user_id, number, mailbox_address, valid_from, valid_to, line) values
       (1, '+447700900123', '447700900123', 'susan@contoso.example', '2026-10-01', '2026-11-01', 1),
       (1, '07700 900123', '447700900123', 'erik@contoso.example', null, '2026-10-01', 2),
       (1, 'U-Susan', '', 's.jones@contoso.example', null, null, 3),
       (1, '07700 900 777', '447700900777', 'susan@contoso.example', null, null, 4),
       (3, '+447700900124', '447700900124', 'erik@contoso.example', '2026-07-01', '2026-08-01', 1)`,
  )
  await database.execute(
    `insert into registered_user (connector_id, user_id, number, email, seen_at)
     values (3, 'reg-1', '+44 7700 900124', 'Susan@Contoso.example', now())`,
  )
  const names = Object.keys(ITEMS)
  const inputs = Object.values(ITEMS).map(
    ({ at = '2026-01-01', arrived, connectorId = 1, from, to }, number) => {
      const itemId = Buffer.alloc(16)
      itemId.writeUIntBE(arrived === undefined ? day(at) : 0, 0, 6)
      itemId.writeUInt32BE(number, 12)
      const input: EntryInput = {
        itemId,
        text: { subject: '', body: '', groupName: null, names: [], attachmentNames: [], attachmentTexts: [] },
        kind: 'sms',
        direction: null,
        sentAt: arrived === undefined ? new Date(day(at)) : null,
        from: { ...NOBODY, ...from },
        to: { ...NOBODY, ...to },
        mailboxIds: [3],
        connectorId,
      }
      return input
    },
  )
  await addEntries(database, keyring, inputs)
  for (const [number, { arrived }] of Object.values(ITEMS).entries())
    if (arrived !== undefined)
      await database.execute(
        `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, arrived_at, filed_at,
           conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
         values ($1, 1, 1, 1, '', 'filed', 'sms', $2, now(), '', '[]', '{}', 0, gen_random_uuid(), 0, 1, '', '')`,
        [inputs[number]!.itemId.toString('hex'), new Date(day(arrived))],
      )
  return async (query: string) => {
    const page = await search(database, keyring, parseQuery(query), { mailboxIds: [3] }, { limit: 100 })
    return page.itemIds.map(id => names[Number.parseInt(id.slice(-8), 16)]!).sort()
  }
}

const HERS = [
  'a second number, hers alone',
  'as the source calls her',
  'at an impossible time, arrived in October',
  'by her address',
  'by her alias',
  'by her name',
  'her phone in October',
  'registered to her',
]

test('an address, an alias and a number of hers alone find what she sent', async t => {
  const found = await open(t)
  for (const person of ['susan@contoso.example', 'S.Jones@Contoso.example', '+447700900777', '07700900777'])
    assert.deepEqual(await found(`from:${person}`), HERS, person)
  assert.deepEqual(await found('to:susan@contoso.example'), ['to her phone in October'])
  assert.deepEqual(await found('participants:susan@contoso.example sent:2026-10'), [
    'her phone in October',
    'to her phone in October',
  ])
})

test('what the phone sent when it was somebody else’s is theirs', async t => {
  const found = await open(t)
  const his = [
    'at an impossible time, arrived in September',
    'registered to her, and lent to Erik',
    'the same phone in September',
  ]
  assert.deepEqual(await found('from:erik@contoso.example'), his)
  assert.deepEqual(await found('from:erik'), his, 'by his display name')
})

test('quotation marks, a wildcard and a number of two people stand for themselves', async t => {
  const found = await open(t)
  assert.deepEqual(await found('from:"susan@contoso.example"'), ['by her address'])
  assert.deepEqual(await found('from:susan@contoso*'), ['by her address'])
  assert.deepEqual(await found('susan@contoso.example'), ['by her address'], 'a word of the text')
  assert.deepEqual(await found(`from:+${SHARED}`), [
    'at an impossible time, arrived in October',
    'at an impossible time, arrived in September',
    'her phone in October',
    'the number at another connector',
    'the same phone in September',
  ])
  assert.deepEqual(await found('from:nobody@contoso.example'), [])
})

test('NOT leaves out all that a person is known by', async t => {
  const found = await open(t)
  const others = Object.keys(ITEMS).filter(name => !HERS.includes(name))
  assert.deepEqual(await found('NOT from:susan@contoso.example'), others.sort())
})

test('periods meet and are taken out of one another', () => {
  const always = { from: null, to: null }
  assert.deepEqual(meet(always, { from: 1, to: null }), { from: 1, to: null })
  assert.deepEqual(meet({ from: 1, to: 5 }, { from: 3, to: 9 }), { from: 3, to: 5 })
  assert.deepEqual(without([always], { from: 3, to: 5 }), [
    { from: null, to: 3 },
    { from: 5, to: null },
  ])
  assert.deepEqual(without([{ from: 1, to: 9 }], always), [])
  assert.deepEqual(without([{ from: 1, to: 3 }], { from: 5, to: 7 }), [{ from: 1, to: 3 }])
})
