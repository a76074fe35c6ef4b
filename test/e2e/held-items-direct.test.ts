/** Statements by the application's own role, on what is held or retained; and what no query has looked at yet. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase, type Sql, sqlState } from '../../src/database/database.ts'
import { performErasure, requestErasure } from '../../src/erasure/erasure.ts'
import { placeHold } from '../../src/hold/hold.ts'
import { removeOrphans, removeStaged } from '../../src/pipeline/pipeline.ts'
import { disposeFilings, finishDisposals } from '../../src/retention/retention.ts'
import { testHolds, textItem } from '../../src/testing/holds.ts'
import { checkEverything } from '../../src/upkeep/upkeep.ts'
import { EVERYBODY, type KeptArchive, keptArchive } from './kept-archive.ts'
import { type Rules, setRules } from './kept-routes.ts'

/** What is kept says no, or the role may not do it at all. */
const REFUSED = ['HFK01', 'HFK02', '42501']

const outcomeOf = (sql: Sql, statement: string, values: unknown[] = []): Promise<number | string> =>
  sql.execute(statement, values).then(
    count => count,
    error => sqlState(error) ?? String(error),
  )

/** Undone whatever it did: what a statement would have done says its outcome. */
async function tried(kept: KeptArchive, statements: readonly string[]): Promise<(number | string)[]> {
  const outcomes: (number | string)[] = []
  const undo = new Error('undone')
  await kept.archive.ground.database
    .transaction(async tx => {
      for (const statement of statements) {
        await tx.execute('savepoint before')
        const outcome = await outcomeOf(tx, statement)
        if (typeof outcome === 'string') await tx.execute('rollback to savepoint before')
        outcomes.push(outcome)
      }
      throw undo
    })
    .catch(error => {
      if (error !== undo) throw error
    })
  return outcomes
}

/** On one item and its filing. */
function removals(itemId: string, mailboxId: number): string[] {
  const item = `item_id = '${itemId}'`
  const filing = `mailbox_id = ${mailboxId} and ${item}`
  const set = (call: string) => `select ${call.replace('…', `array[${mailboxId}], array['${itemId}'::uuid]`)}`
  return [
    `delete from filing where ${filing}`,
    `delete from item where ${item}`,
    `with gone as (delete from filing where ${filing} returning item_id) delete from item using gone where item.item_id = gone.item_id`,
    `update filing set mailbox_id = 1 where ${filing}`,
    `update filing set item_id = gen_random_uuid() where ${filing}`,
    `update filing set held_until = null, hold_pending = false, retain_until = null where ${filing}`,
    `update item set item_key = '' where ${item}`,
    `update item set vault_object = gen_random_uuid() where ${item}`,
    `update item set vault_offset = 0, sent_at = '2000-01-01Z', filed_at = '2000-01-01Z' where ${item}`,
    `update item set held_until = null, retain_until = null where ${item}`,
    set(`set_held(…, array[null::timestamptz], array[false])`),
    set(`set_held(…, array[now()], array[false])`),
    set(`set_retained(…, array[null::timestamptz], array[now()])`),
    set(`set_retained(…, array[now()], array[now()])`),
  ]
}

/** On tables, functions and rules. */
const MEDDLING = ({ locked, holds }: Rules): string[] => [
  'truncate filing',
  'truncate item cascade',
  'drop table filing',
  'drop trigger filing_kept on filing',
  'drop function keeping_now',
  'alter table filing disable trigger all',
  'alter table filing disable trigger filing_kept',
  'alter table item drop column held_until',
  `set session_replication_role = 'replica'`,
  `create or replace function keeping_now() returns timestamptz language sql as $$ select 'infinity'::timestamptz $$`,
  `create or replace function held_by_holds(integer[], uuid[], timestamptz[]) returns table (mailbox_id integer, item_id uuid, asked timestamptz, until timestamptz) language sql as $$ select null::integer, null::uuid, null::timestamptz, null::timestamptz $$`,
  'delete from hold_mailbox',
  'delete from hold_term',
  'delete from hold',
  `update hold_term set days = 1`,
  `update hold_mailbox set mailbox_id = 1 where hold_id = ${holds.get('anna')}`,
  'delete from held_item where reason is null',
  'update held_item set term_id = 99',
  'delete from retention_policy',
  `update retention_policy set enabled = false where policy_id = ${locked}`,
  `update retention_policy set period = 'P1D' where policy_id = ${locked}`,
  'delete from tombstone',
  'delete from vault_object',
  'update vault_object set batch_id = 99',
  'delete from audit_entry',
]

test('the application’s role removes nothing that is kept, whatever statement it gives', {
  timeout: 300_000,
}, async t => {
  const kept = await keptArchive(t)
  const rules = await setRules(kept)
  const people = EVERYBODY.filter(person => !['gus', 'hugo', 'jan'].includes(person))
  for (const person of people) {
    const { itemId, mailboxId } = kept.itemOf(person)
    const statements = removals(itemId, mailboxId)
    const outcomes = await tried(kept, statements)
    for (const [index, outcome] of outcomes.entries()) {
      // What is retained is not held, and the other way about: there is nothing to take then.
      const isNothing = outcome === 1 && statements[index]!.startsWith('select set_')
      if (!isNothing)
        assert.ok(REFUSED.includes(String(outcome)), `${person}: ${statements[index]}: ${outcome}`)
    }
    // Whichever function was not refused took nothing: the copy cannot be removed after all of them.
    const calls = statements.filter(each => each.startsWith('select set_'))
    const [after] = (await tried(kept, [...calls, statements[0]!])).slice(-1)
    assert.ok(REFUSED.includes(String(after)), `${person}: removed after ${calls.length} calls`)
  }
  const meddling = MEDDLING(rules)
  for (const [index, outcome] of (await tried(kept, meddling)).entries())
    assert.ok(REFUSED.includes(String(outcome)), `${meddling[index]}: ${outcome}`)
  // What nothing keeps would go.
  const { itemId, mailboxId } = kept.itemOf('hugo')
  assert.deepEqual((await tried(kept, removals(itemId, mailboxId))).slice(0, 2), [1, 1])
  await kept.intact(people, 'statements of the application’s role')
})

test('a hold that the application’s role releases by a statement of its own is found, and so is what it removes then', {
  timeout: 300_000,
}, async t => {
  const kept = await keptArchive(t)
  const { archive } = kept
  const { database } = archive.ground
  const { holds } = await setRules(kept)
  const { itemId, mailboxId } = kept.itemOf('anna')
  const findings = async () => {
    await archive.seal()
    return (await archive.verify()).findings.filter(each => each.broken).map(each => each.code)
  }
  const released = holds.get('kim')!
  await kept.act('POST', `/holds/${released}/release`, { reason: 'settled' })
  await kept.act('POST', `/holds/${released}/remove-delay`, { reason: 'settled' })
  await kept.act('PATCH', `/holds/${holds.get('lea')}`, { days: 1 })
  await kept.act('PATCH', `/holds/${holds.get('mia')}`, { mailboxIds: kept.mailboxIds(['mia', 'anna']) })
  await kept.act('PATCH', `/holds/${holds.get('mia')}`, { mailboxIds: kept.mailboxIds(['mia']) })
  assert.deepEqual(await findings(), [])
  await database.execute(
    `update hold_mailbox set released_at = now() - interval '40 days', delay_until = now() - interval '10 days'
     where mailbox_id = $1`,
    [mailboxId],
  )
  assert.ok((await findings()).every(code => code === 'HOLD_RELEASE_UNLOGGED'))
  assert.ok((await findings()).length > 0)
  // Now the columns follow, and the rows go; there is no tombstone, and no proof.
  await database.query(
    `select set_held(array[$1::integer], array[$2::uuid], array[null::timestamptz], array[false])`,
    [mailboxId, itemId],
  )
  await database.execute('delete from filing where item_id = $1', [itemId])
  await database.execute('delete from item where item_id = $1', [itemId])
  const { findings: damage } = await checkEverything(archive.ground)
  assert.ok(
    damage.some(each => each.broken),
    'fsck finds that an item is missing',
  )
})

test('rows that name what is kept as staged, exported or emptied have the program remove nothing of it', async t => {
  const kept = await keptArchive(t)
  await setRules(kept)
  const { ground } = kept.archive
  const people = EVERYBODY.filter(person => !['gus', 'hugo', 'jan'].includes(person))
  const objects: string[] = []
  for await (const { name } of ground.storage.list('vault/')) objects.push(name)
  assert.ok(objects.length > 0)
  const meddle = (statement: string, values: unknown[] = []) => ground.database.execute(statement, values)
  await meddle(
    `update batch set staging_object = $1, contents = jsonb_build_object('1', jsonb_build_object('name', $1::text))`,
    [objects[0]],
  )
  await removeStaged(ground)
  await kept.intact(people, 'a batch that names it as staged')
  const { exportId } = (await kept.act('POST', '/exports', {
    source: { query: 'calls' },
    format: 'eml',
    name: 'All',
  })) as { exportId: string }
  for (let left = 400; left > 0; left--) {
    const { state } = (await kept.act('GET', `/exports/${exportId}`)) as { state: string }
    if (state === 'ready') break
    await kept.archive.seal()
    await ground.clock.sleep(25)
  }
  await meddle('update export_segment set object = $1', [objects[0]])
  await kept.act('DELETE', `/exports/${exportId}`)
  await kept.intact(people, 'an export that names it as its own')
  await meddle('update vault_object set items_gone = items')
  await finishDisposals(ground)
  await removeOrphans({
    ...ground,
    clock: { ...ground.clock, now: () => ground.clock.now() + 400 * 86_400_000 },
  })
  await kept.intact(people, 'objects that are said to be empty')
})

test('what the query of a hold is yet to look at is held by every route, however it is asked to go', async t => {
  const holds = await testHolds(t)
  const { ground, queue } = holds
  const mailboxId = await holds.mailbox('pending')
  const item = textItem([mailboxId], 'the ruff waits')
  await holds.add(item)
  // Nobody works on its evaluation here.
  await placeHold(ground, queue, holds.everyone, {
    name: 'Later',
    reason: 'Claim',
    note: '',
    link: '',
    mailboxIds: [mailboxId],
    query: 'nothing like it',
    days: null,
  })
  assert.equal(await holds.heldOf(mailboxId, item.id), 'pending')
  const filings = [{ mailboxId, itemId: item.id }]
  for (const cause of [{ type: 'rule' }, { type: 'erasure', requestId: 1 }] as const) {
    const done = await ground.database.transaction(tx =>
      disposeFilings(ground, tx, filings, cause, 'person:x'),
    )
    assert.deepEqual([done.filings, done.kept.map(each => each.why)], [0, ['held']])
  }
  const { requestId } = await requestErasure(ground, queue, holds.archive.actor, {
    identities: [{ value: '+447700900123', from: null, to: null }],
    basis: 'objection',
    reason: 'By letter',
    reference: '',
    includeLater: false,
  })
  await performErasure(ground, requestId)
  for (const statement of removals(item.id, mailboxId).filter(each => !each.startsWith('select')))
    assert.ok(REFUSED.includes(String(await outcomeOf(ground.database, statement))), statement)
  const owner = await openDatabase(holds.archive.environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  t.after(() => owner.close())
  assert.equal(await outcomeOf(owner, 'delete from holdfast.filing'), 'HFK01')
  assert.equal(await holds.heldOf(mailboxId, item.id), 'pending')
})
