/** Holds on items put into the database as they are: what is held, until when, and what the guard says. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import { HELD_SENT, isRefusedByGuard, type TestHolds, testHolds, textItem } from '../testing/holds.ts'
import {
  changeHold,
  evaluateHolds,
  heldUntil,
  holdsOf,
  holdsOfItem,
  listHoldMailboxes,
  readHoldHistory,
  releaseHold,
  removeDelay,
  reportHold,
  showHold,
} from './hold.ts'

const DAY = 86_400_000

suite('holds', () => {
  let holds: TestHolds
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    holds = await testHolds(t)
  })
  const mirrorOf = async (itemId: string) => {
    const [row] = await holds.ground.database.query<{ held: number | null }>(
      'select extract(epoch from held_until)::float8 * 1000 as held from item where item_id = $1',
      [itemId],
    )
    return row!.held
  }
  const refused = (work: Promise<unknown>) => assert.rejects(work, isRefusedByGuard)

  test('a litigation hold holds everything in its mailboxes at once, hidden filings too, and nothing else', async () => {
    const [one, two] = [await holds.mailbox('lit-1'), await holds.mailbox('lit-2')]
    const held = textItem([one, two], 'lunch', { hidden: 8 })
    const hidden = textItem([two], 'dinner', { hidden: one })
    await holds.add(held, hidden)
    const hold = await holds.place([one])
    assert.equal(hold.kind, 'litigation')
    assert.equal(hold.state, 'active')
    assert.equal(hold.evaluating, false)
    assert.equal(await holds.heldOf(one, held.id), Infinity)
    assert.equal(await holds.heldOf(one, hidden.id), Infinity)
    assert.equal(await holds.heldOf(two, held.id), null)
    assert.equal(await mirrorOf(held.id), Infinity)
    await refused(
      holds.ground.database.execute('delete from filing where mailbox_id = $1 and item_id = $2', [
        one,
        held.id,
      ]),
    )
    await refused(holds.ground.database.execute('delete from item where item_id = $1', [held.id]))
    await refused(
      holds.ground.database.execute(`update item set item_key = '' where item_id = $1`, [held.id]),
    )
    await refused(
      holds.ground.database.execute('update filing set held_until = null where item_id = $1', [held.id]),
    )
    await refused(holds.ground.database.execute('truncate filing'))
    assert.equal(
      await holds.ground.database.execute('delete from filing where mailbox_id = $1 and item_id = $2', [
        two,
        held.id,
      ]),
      1,
    )
    assert.deepEqual(
      (({ held, copies, undecided, pending }) => ({ held, copies, undecided, pending }))(
        await reportHold(holds.ground, holds.everyone, hold.holdId),
      ),
      { held: 2, copies: 2, undecided: [], pending: 0 },
    )
  })

  test('so many days are counted from each item’s date, and overlapping holds hold for the longest', async () => {
    const box = await holds.mailbox('days')
    const old = textItem([box], 'old', { sentAt: holds.now - 100 * DAY })
    const young = textItem([box], 'young', { sentAt: holds.now - 5 * DAY })
    await holds.add(old, young)
    const short = await holds.place([box], { days: 30 })
    assert.equal(await holds.heldOf(box, old.id), holds.now - 70 * DAY)
    assert.equal(await holds.heldOf(box, young.id), holds.now + 25 * DAY)
    assert.equal((await reportHold(holds.ground, holds.everyone, short.holdId)).held, 1)
    const long = await holds.place([box], { days: 365 })
    assert.equal(await holds.heldOf(box, young.id), holds.now + 360 * DAY)
    await releaseHold(holds.ground, holds.queue, holds.everyone, long.holdId, 'settled')
    // What it held goes on for the delay; the other hold goes on besides.
    assert.equal(await holds.heldOf(box, old.id), holds.now + 30 * DAY)
    assert.equal(await holds.heldOf(box, young.id), holds.now + 30 * DAY)
    await removeDelay(holds.ground, holds.queue, holds.everyone, long.holdId, 'the court says so')
    assert.equal(await holds.heldOf(box, old.id), holds.now - 70 * DAY)
    assert.equal(await holds.heldOf(box, young.id), holds.now + 25 * DAY)
  })

  test('the database and the program count alike until when an item is held', async () => {
    const [at, later] = [new Date(holds.now), new Date(holds.now + 30 * DAY)]
    for (const days of [null, 1, 29, 365, 36_500])
      for (const date of [
        Date.UTC(1996, 1, 29, 23, 59),
        holds.now - 20 * DAY,
        holds.now,
        Date.UTC(2026, 2, 29, 1),
      ])
        for (const [releasedAt, delayUntil] of [[null, null] as const, [at, later] as const]) {
          const mine = heldUntil({ days, releasedAt, delayUntil }, new Date(date))
          const [row] = await holds.ground.database.query<{ until: Date | number | null }>(
            'select hold_until($1, $2, $3, $4) as until',
            [days, releasedAt, delayUntil, new Date(date)],
          )
          const theirs = typeof row!.until === 'number' ? 'infinity' : row!.until
          assert.deepEqual(theirs, mine, JSON.stringify({ days, date, releasedAt }))
        }
  })

  test('a query holds what matches; until it has looked, everything in the mailbox is held', async () => {
    const [one, two] = [await holds.mailbox('query-1'), await holds.mailbox('query-2')]
    const hit = textItem([one, two], 'the quick zebra')
    const miss = textItem([one], 'the slow horse')
    const hidden = textItem([two], 'zebra again', { hidden: one })
    await holds.add(hit, miss, hidden)
    const hold = await holds.place([one], { query: 'zeb*' })
    assert.equal(hold.kind, 'query')
    assert.equal(hold.evaluating, true)
    for (const each of [hit, miss, hidden]) assert.equal(await holds.heldOf(one, each.id), 'pending')
    assert.equal(await mirrorOf(miss.id), Infinity)
    await refused(holds.ground.database.execute('delete from item where item_id = $1', [miss.id]))
    assert.equal((await reportHold(holds.ground, holds.everyone, hold.holdId)).pending, 3)
    await evaluateHolds(holds.ground)
    assert.equal(await holds.heldOf(one, hit.id), Infinity)
    assert.equal(await holds.heldOf(two, hit.id), null)
    assert.equal(await holds.heldOf(one, hidden.id), Infinity)
    assert.equal(await holds.heldOf(one, miss.id), null)
    assert.equal(await mirrorOf(miss.id), null)
    const report = await reportHold(holds.ground, holds.everyone, hold.holdId)
    assert.deepEqual([report.held, report.pending, report.copies], [2, 0, 3])
    assert.equal((await showHold(holds.ground, holds.everyone, hold.holdId)).evaluating, false)
  })

  test('what cannot be told of an item keeps it, with the reason, until it can', async () => {
    const box = await holds.mailbox('undecided')
    const waiting = textItem([box], 'horse', { attachments: 1 })
    const partial = textItem([box], 'horse', { attachments: 1 })
    const quarantined = textItem([box], 'horse')
    const unindexed = textItem([box], 'horse')
    const read = textItem([box], 'horse', { attachments: 1 })
    await holds.add(waiting, partial, quarantined, unindexed, read)
    const { database } = holds.ground
    await database.execute(
      `insert into attachment_text (item_id, batch_id, state, version)
       select * from unnest($1::uuid[], '{1,1,1}'::bigint[], '{waiting,partial,read}'::text[], '{1,1,1}'::smallint[])`,
      [[waiting.id, partial.id, read.id]],
    )
    await database.execute(`update item set state = 'quarantined' where item_id = $1`, [quarantined.id])
    await database.execute('delete from search_entry where item_id = $1', [unindexed.id])
    const hold = await holds.place([box], { query: 'zebra' })
    await evaluateHolds(holds.ground)
    for (const each of [waiting, partial, quarantined, unindexed])
      assert.equal(await holds.heldOf(box, each.id), Infinity)
    assert.equal(await holds.heldOf(box, read.id), null)
    const { undecided, held } = await reportHold(holds.ground, holds.everyone, hold.holdId)
    assert.equal(held, 4)
    assert.deepEqual(undecided.map(each => each.reason).sort(), [
      'partial',
      'quarantined',
      'unindexed',
      'waiting',
    ])
    const told = await holdsOfItem(database, [box], waiting.id, holds.now)
    assert.deepEqual(told, [
      {
        mailboxId: box,
        holdId: hold.holdId,
        kind: 'query',
        until: null,
        delayed: false,
        undecided: 'waiting',
      },
    ])
    assert.deepEqual(await holdsOfItem(database, [box + 1], waiting.id, holds.now), [])
  })

  test('a beginning is refused when it is too wide, and one that becomes so later holds everything', async () => {
    const box = await holds.mailbox('wide')
    const words = Array.from({ length: 10_001 }, (_, index) => `wide${index.toString(36)}`)
    const few = textItem([box], 'wideangle')
    const other = textItem([box], 'narrow')
    await holds.add(few, other)
    const hold = await holds.place([box], { query: 'wide*' })
    await evaluateHolds(holds.ground)
    assert.equal(await holds.heldOf(box, few.id), Infinity)
    assert.equal(await holds.heldOf(box, other.id), null)
    const many = textItem([await holds.mailbox('elsewhere')], words.join(' '))
    const late = textItem([box], 'something else')
    await holds.add(many, late)
    await assert.rejects(holds.place([box], { query: 'wide*' }), error => hasCode(error, 'QUERY_INVALID'))
    await changeHold(holds.ground, holds.queue, holds.everyone, hold.holdId, { days: 3650 })
    await evaluateHolds(holds.ground)
    assert.notEqual(await holds.heldOf(box, other.id), null)
    assert.notEqual(await holds.heldOf(box, late.id), null)
    const shown = await showHold(holds.ground, holds.everyone, hold.holdId)
    assert.equal(shown.problem, 'QUERY_INVALID')
    const { undecided } = await reportHold(holds.ground, holds.everyone, hold.holdId)
    assert.ok(undecided.some(each => each.reason === 'too-wide' && each.copies >= 2))
    const failures = await readEntries(holds.ground.database, { act: 'hold.evaluate-fail', limit: 10 })
    assert.ok(failures.entries.some(each => each.subject === `hold:${hold.holdId}`))
    // A longer beginning mends it; what the earlier one held is in its delay.
    await changeHold(holds.ground, holds.queue, holds.everyone, hold.holdId, { query: 'wideang*' })
    await evaluateHolds(holds.ground)
    assert.equal(await holds.heldOf(box, few.id), HELD_SENT + 3650 * DAY)
    assert.equal(await holds.heldOf(box, other.id), holds.now + 30 * DAY)
    assert.equal((await showHold(holds.ground, holds.everyone, hold.holdId)).problem, 'QUERY_INVALID')
    await removeDelay(holds.ground, holds.queue, holds.everyone, hold.holdId, 'narrowed')
    await evaluateHolds(holds.ground)
    assert.equal(await holds.heldOf(box, other.id), null)
    assert.equal((await showHold(holds.ground, holds.everyone, hold.holdId)).problem, null)
  })

  test('a filing that somebody else has locked is waited for, and decided on', async () => {
    const box = await holds.mailbox('locked')
    const [free, taken] = [textItem([box], 'horse'), textItem([box], 'horse')]
    await holds.add(free, taken)
    await holds.place([box], { query: 'zebra' })
    let evaluated: Promise<void> | undefined
    await holds.ground.database.transaction(async tx => {
      await tx.query('select from filing where item_id = $1 for no key update', [taken.id])
      evaluated = evaluateHolds(holds.ground)
      while ((await holds.heldOf(box, free.id)) === 'pending') await wait(10)
      assert.equal(await holds.heldOf(box, taken.id), 'pending')
    })
    await evaluated
    assert.equal(await holds.heldOf(box, taken.id), null)
  })

  test('release keeps the record, and what was held stays held for thirty days', async () => {
    const box = await holds.mailbox('release')
    const hit = textItem([box], 'zebra')
    const miss = textItem([box], 'horse')
    await holds.add(hit, miss)
    const { holdId } = await holds.place([box], { query: 'zebra' })
    await evaluateHolds(holds.ground)
    await assert.rejects(removeDelay(holds.ground, holds.queue, holds.everyone, holdId, 'no'), error =>
      hasCode(error, 'HOLD_NOT_DELAYED'),
    )
    await assert.rejects(releaseHold(holds.ground, holds.queue, holds.everyone, holdId, 'x', 99), error =>
      hasCode(error, 'REVISION_STALE'),
    )
    const released = await releaseHold(
      holds.ground,
      holds.queue,
      holds.everyone,
      holdId,
      'The case was settled',
      1,
    )
    assert.deepEqual([released.state, released.releasedBy], ['delayed', holds.everyone.name])
    await evaluateHolds(holds.ground)
    assert.equal(await holds.heldOf(box, hit.id), holds.now + 30 * DAY)
    assert.equal(await holds.heldOf(box, miss.id), null)
    await assert.rejects(changeHold(holds.ground, holds.queue, holds.everyone, holdId, { days: 1 }), error =>
      hasCode(error, 'HOLD_RELEASED'),
    )
    const start = holds.now
    holds.now += 30 * DAY + 1
    try {
      const over = await showHold(holds.ground, holds.everyone, holdId)
      assert.deepEqual([over.state, over.delayUntil], ['released', null])
      await evaluateHolds(holds.ground)
      const [left] = await holds.ground.database.query<{ rows: number }>(
        `select count(*) as rows from held_item join hold_term using (term_id) where hold_id = $1`,
        [holdId],
      )
      assert.equal(left!.rows, 0)
    } finally {
      holds.now = start
    }
    const history = await readHoldHistory(holds.ground, holds.everyone, holdId)
    assert.deepEqual(
      history.map(each => each.act),
      ['hold.release', 'hold.place'],
    )
    assert.equal(history[0]!.said.reason, 'The case was settled')
    assert.equal(history[1]!.said.query, 'zebra')
  })

  test('mailboxes are put on a hold and taken off it, and may come back', async () => {
    const [one, two] = [await holds.mailbox('change-1'), await holds.mailbox('change-2')]
    const [first, second] = [textItem([one], 'a'), textItem([two], 'b')]
    await holds.add(first, second)
    const { holdId } = await holds.place([one])
    await changeHold(
      holds.ground,
      holds.queue,
      holds.everyone,
      holdId,
      { mailboxIds: [two], name: 'Other name' },
      1,
    )
    assert.equal(await holds.heldOf(one, first.id), holds.now + 30 * DAY)
    assert.equal(await holds.heldOf(two, second.id), Infinity)
    const changed = await changeHold(holds.ground, holds.queue, holds.everyone, holdId, {
      mailboxIds: [one, two],
    })
    assert.equal(await holds.heldOf(one, first.id), Infinity)
    assert.deepEqual([changed.mailboxes, changed.revision, changed.name], [2, 3, 'Other name'])
    const listed = await listHoldMailboxes(holds.ground, holds.everyone, holdId, { limit: 1 })
    assert.equal(listed.total, 2)
    assert.equal(listed.next, 'change-1@example.com')
    const rest = await listHoldMailboxes(holds.ground, holds.everyone, holdId, {
      after: listed.next!,
      limit: 1,
    })
    assert.deepEqual([rest.mailboxes.map(each => each.mailboxId), rest.next], [[two], null])
    await assert.rejects(
      changeHold(holds.ground, holds.queue, holds.everyone, holdId, { query: 'x' }),
      error => hasCode(error, 'HOLD_INVALID'),
    )
  })

  test('a mailbox with more than is marked at once is held whole by its hold, and its filings as they are told', async () => {
    const box = await holds.mailbox('large')
    await holds.ground.database.execute(
      `with made as (
         insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, arrived_at, filed_at,
           conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
         select gen_random_uuid(), 1, 1, 1, '', 'filed', 'sms', now(), now(), '', '[]', '{}', 0, gen_random_uuid(), 0, 1, '', ''
         from generate_series(1, 21000) returning item_id)
       insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at) select $1, item_id, 1, 1, now() from made`,
      [box],
    )
    const held = async () => {
      const [row] = await holds.ground.database.query<{ copies: number }>(
        `select count(*) as copies from filing where mailbox_id = $1 and held_until = 'infinity'`,
        [box],
      )
      return row!.copies
    }
    const hold = await holds.place([box])
    assert.equal(hold.evaluating, true)
    assert.equal(await held(), 20_000)
    assert.equal((await reportHold(holds.ground, holds.everyone, hold.holdId)).untold, 1)
    assert.equal((await holdsOf(holds.ground.database, [box], holds.now)).length, 1)
    await evaluateHolds(holds.ground)
    assert.equal(await held(), 21_000)
    const report = await reportHold(holds.ground, holds.everyone, hold.holdId)
    assert.deepEqual([report.held, report.untold], [21_000, 0])
  })

  test('the mailbox of a leaver is held like any other', async () => {
    const box = await holds.mailbox('leaver')
    await holds.ground.database.execute('update mailbox set active_to = $2 where mailbox_id = $1', [
      box,
      new Date(holds.now - DAY),
    ])
    const left = textItem([box], 'zebra')
    await holds.add(left)
    const { holdId } = await holds.place([box], { query: 'zebra' })
    await evaluateHolds(holds.ground)
    assert.equal(await holds.heldOf(box, left.id), Number.POSITIVE_INFINITY)
    const { mailboxes } = await listHoldMailboxes(holds.ground, holds.everyone, holdId, { limit: 5 })
    assert.deepEqual(
      mailboxes.map(each => each.inactive),
      [true],
    )
  })
})
