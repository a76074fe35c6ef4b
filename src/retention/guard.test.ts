/** The guard in the database: what is held or retained is not removed or unmade, by the program's role or the owner's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Database, openDatabase, sqlState } from '../database/database.ts'
import { testDatabase } from '../testing/database.ts'
import { drawFrom, randomFacts, seededRandom } from '../testing/keeping.ts'
import { addKeptItems } from '../testing/kept-items.ts'

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
