/** The guard in the database: what is held or retained is not removed or unmade, by the program's role or the owner's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Database, openDatabase, sqlState } from '../database/database.ts'
import { testArchive } from '../testing/archive.ts'
import { testDatabase } from '../testing/database.ts'
import { drawFrom, randomFacts, randomMoment, randomPeriod, seededRandom } from '../testing/keeping.ts'
import { addKeptItems } from '../testing/kept-items.ts'
import { evaluateMailboxes, formatPeriod } from './retention.ts'

const NONE = { policies: [], labels: [], labelRules: [], holds: [] }
/** What the guard says. */
const KEPT = 'HFK01'
/** What a role may not do at all. */
const FORBIDDEN = '42501'

async function open(t: Parameters<typeof testDatabase>[0]) {
  const { database, ownerUrl } = await testDatabase(t)
  const draw = drawFrom(seededRandom(1))
  const filings = [101, 102].map(mailboxId => ({ mailboxId, labelId: null }))
  const [itemId] = await addKeptItems(database, [{ facts: randomFacts(draw, NONE), filings }])
  const owner = await openDatabase(`${ownerUrl}?options=-c%20search_path%3Dholdfast`)
  t.after(() => owner.close())
  return { database, owner, itemId: itemId! }
}

const outcome = (sql: Database, statement: string) =>
  sql.execute(statement).then(
    count => count,
    error => sqlState(error) ?? error,
  )

const REMOVALS = ['delete from filing where mailbox_id = 101', 'delete from item', 'delete from filing']
const UNMAKINGS = [
  `update item set item_key = 'x'`,
  'update item set vault_offset = vault_offset + 1',
  'update item set vault_object = gen_random_uuid()',
  'update item set item_id = gen_random_uuid()',
  `update item set leaf = 'x', batch_id = 2`,
  `update item set sent_at = sent_at - interval '9 years', kind = 'event'`,
  'update filing set item_id = gen_random_uuid() where mailbox_id = 101',
  'update filing set mailbox_id = 999 where mailbox_id = 101',
]

const STATES = {
  'is held for ever': `select set_held('{101}', array[$1::uuid], '{infinity}', '{false}')`,
  'is held until a date': `select set_held('{101}', array[$1::uuid], array[now() + interval '1 hour'], '{false}')`,
  'waits for the query of a hold': `select set_held('{101}', array[$1::uuid], '{null}', '{true}')`,
  'is retained': `select set_retained('{101}', array[$1::uuid], array[now() + interval '1 hour'], '{null}')`,
  'is retained until an event': `select set_retained('{101}', array[$1::uuid], '{infinity}', '{null}')`,
}

for (const [state, statement] of Object.entries(STATES))
  test(`what ${state} is neither removed nor unmade, and the other filing of its item is`, async t => {
    const { database, owner, itemId } = await open(t)
    await database.query(statement, [itemId])
    // Hidden, as a wrong filing is, it stays as it is.
    await database.execute('update filing set hidden_at = now()')
    for (const removal of REMOVALS) {
      assert.equal(await outcome(database, removal), KEPT, removal)
      assert.equal(await outcome(owner, removal), KEPT, removal)
    }
    for (const unmaking of UNMAKINGS) {
      assert.equal(await outcome(database, unmaking), FORBIDDEN, unmaking)
      assert.equal(await outcome(owner, unmaking), KEPT, unmaking)
    }
    assert.equal(await outcome(database, 'delete from filing where mailbox_id = 102'), 1)
    assert.equal(await outcome(database, `update item set state = 'unmapped', reason = 'x'`), 1)
    // Released again, it goes.
    await database.query(`select set_held('{101}', array[$1::uuid], '{null}', '{false}')`, [itemId])
    await database.query(
      `select set_retained('{101}', array[$1::uuid], array[now() - interval '1 s'], '{null}')`,
      [itemId],
    )
    assert.equal(await outcome(database, 'delete from filing'), 1)
    assert.equal(await outcome(database, 'delete from item'), 1)
  })

test('nobody truncates items or filings, and the program sets no column of keeping but by its functions', async t => {
  const { database, owner } = await open(t)
  for (const table of ['item', 'filing']) {
    assert.equal(await outcome(database, `truncate ${table}`), FORBIDDEN)
    assert.equal(await outcome(owner, `truncate ${table}`), KEPT)
  }
  const columns = await database.query<{ table: string; name: string }>(
    `select attrelid::regclass::text as table, attname as name from pg_attribute
     where attrelid in ('item'::regclass, 'filing'::regclass) and attnum > 0
       and has_column_privilege(attrelid, attnum, 'UPDATE') order by 1, 2`,
  )
  assert.deepEqual(
    columns.map(({ table, name }) => `${table}.${name}`),
    ['filing.hidden_at', 'item.reason', 'item.state', 'item.version_of'],
  )
})

test('of two that change filings of one item at the same time, the later mirrors both', async t => {
  const { database, itemId } = await open(t)
  const set = (mailboxId: number, until: string) =>
    database.transaction(async tx => {
      await tx.query(
        `select set_retained(array[$1::integer], array[$2::uuid], array[$3::timestamptz], '{null}')`,
        [mailboxId, itemId, until],
      )
      await tx.query('select pg_sleep(0.05)')
    })
  for (let year = 2030; year < 2040; year++) {
    await Promise.all([set(101, `${year}-01-01Z`), set(102, `${4070 - year}-01-01Z`)])
    const [row] = await database.query(
      `select retain_until = (select max(retain_until) from filing) as right from item`,
    )
    assert.equal(row!.right, true)
  }
  // Held by one for ever, it is so as an item; a label and the archive are set without either.
  await database.query(`select set_held('{102}', array[$1::uuid], '{null}', '{true}')`, [itemId])
  await database.query(`select set_label('{101}', array[$1::uuid], '{3}', '{person}')`, [itemId])
  await database.query(`select set_archived('{101}', array[$1::uuid], array[now()])`, [itemId])
  const [item] = await database.query(`select held_until::text as held from item`)
  assert.equal(item!.held, 'infinity')
})

test('what counts as now is a function that only its owner exchanges, and the guard goes by it', async t => {
  const { database, owner, itemId } = await open(t)
  await database.query(
    `select set_retained('{101}', array[$1::uuid], array[now() + interval '5 years'], '{null}')`,
    [itemId],
  )
  assert.equal(await outcome(database, 'delete from item'), KEPT)
  const exchange = `create or replace function keeping_now() returns timestamptz language sql stable
    as $$ select now() + interval '6 years' $$`
  assert.equal(await outcome(database, exchange), FORBIDDEN)
  await owner.execute(exchange)
  assert.equal(await outcome(database, 'delete from filing'), 2)
  assert.equal(await outcome(database, 'delete from item'), 1)
})

test('what the functions set nothing below is what the rules say, whatever these are', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const draw = drawFrom(seededRandom(7))
  const mailboxIds = [101, 102, 103]
  await addKeptItems(
    database,
    Array.from({ length: 120 }, () => ({
      facts: randomFacts(draw, NONE),
      filings: mailboxIds
        .filter(() => draw.chance(0.7))
        .map(mailboxId => ({ mailboxId, labelId: draw.chance(0.3) ? draw.number(1, 4) : null })),
    })),
  )
  for (const type of [1, 2]) {
    await database.execute(
      `insert into event_type (event_type_id, sealed, created_by, created_at) values ($1, '', 'x', now())`,
      [type],
    )
    for (let event = 0; event < 3; event++) {
      const [row] = await database.query<{ event_id: number }>(
        `insert into retention_event (event_type_id, sealed, happened_at, everywhere, recorded_by, recorded_at, withdrawn_at)
         values ($1, '', $2, $3, 'x', now(), $4) returning event_id`,
        [type, randomMoment(draw), draw.chance(0.2), draw.chance(0.3) ? new Date() : null],
      )
      await database.execute('insert into retention_event_mailbox (mailbox_id, event_id) values ($1, $2)', [
        draw.one(mailboxIds),
        row!.event_id,
      ])
    }
  }
  const eventOf = (start: string) => (start === 'event' ? draw.number(1, 2) : null)
  for (const labelId of [1, 2, 3, 4]) {
    const action = draw.one(['none', 'retain', 'delete', 'retain-then-delete'])
    const start = draw.one(['sent', 'imported', 'event'])
    await database.execute(
      `insert into retention_label (label_id, sealed, name_key, action, period, start_from, event_type_id, created_by, created_at)
       values ($1::integer, '', $1::integer::text, $2, $3, $4, $5, 'x', now())`,
      [labelId, action, formatPeriod(randomPeriod(draw)), start, eventOf(start)],
    )
  }
  for (let round = 0; round < 12; round++) {
    const action = draw.one(['retain', 'delete', 'retain-then-delete'])
    const start = draw.one(['sent', 'imported', 'event'])
    const all = draw.chance(0.5)
    await database.execute(
      `insert into retention_policy (sealed, applies_to, mailbox_ids, excluded_ids, connector_ids, kinds, action, period,
         start_from, event_type_id, enabled, created_by, created_at)
       values ('', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'x', now())`,
      [
        all ? 'all' : 'mailboxes',
        all ? [] : [draw.one(mailboxIds)],
        all && draw.chance(0.5) ? [draw.one(mailboxIds)] : [],
        draw.chance(0.3) ? [1, 2] : null,
        draw.chance(0.3) ? ['sms', 'mms'] : null,
        action,
        action === 'retain' && draw.chance(0.1) ? null : formatPeriod(randomPeriod(draw)),
        start,
        eventOf(start),
        draw.chance(0.8),
      ],
    )
    await evaluateMailboxes(ground, null, new AbortController().signal)
    const [found] = await database.query(
      `select count(*) as filings, count(r.until) as retained,
         count(*) filter (where f.retain_until is distinct from r.until) as different
       from filing f left join (
         select r.* from (select array_agg(mailbox_id) as mailboxes, array_agg(item_id) as items from filing) as every,
           retained_by_rules(every.mailboxes, every.items, null) r) r using (mailbox_id, item_id)`,
    )
    assert.equal(found!.different, 0, JSON.stringify(found))
    await database.execute(
      `update retention_policy set enabled = false
       where policy_id = (select min(policy_id) from retention_policy where enabled) and $1`,
      [draw.chance(0.3)],
    )
    await evaluateMailboxes(ground, null, new AbortController().signal)
  }
  const kept = await database.query<{ mailbox_id: number; item_id: string }>(
    'select mailbox_id, item_id from filing where retain_until > now()',
  )
  assert.ok(kept.length > 20)
  for (const until of ['null', 'now()', `'-infinity'`, `retain_until - interval '1 s'`])
    assert.equal(
      await outcome(
        database,
        `select set_retained(array_agg(mailbox_id), array_agg(item_id), array_agg((${until})::timestamptz), array_agg(now()))
         from filing where retain_until > now() and retain_until < 'infinity'`,
      ),
      KEPT,
      until,
    )
})
