/** Holds on items put into the database as they are: what is held, until when, and what the guard says. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { readEntries } from '../audit/audit.ts'
import { systemClock } from '../clock.ts'
import { sqlState } from '../database/database.ts'
import { hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { formatItemId } from '../message/message.ts'
import type { Queue } from '../queue/queue.ts'
import { parseQuery, selectHits } from '../search/search.ts'
import { testArchive } from '../testing/archive.ts'
import { addItems, addPlaces, FOLDERS, type PlainItem } from '../testing/search-items.ts'
import {
  changeHold,
  evaluateHolds,
  type HoldDraft,
  heldUntil,
  holdsOf,
  holdsOfItem,
  listHoldMailboxes,
  listHolds,
  placeHold,
  readHoldHistory,
  releaseHold,
  removeDelay,
  reportHold,
  showHold,
} from './hold.ts'

const DAY = 86_400_000
const WORDS = {
  name: 'Northwind',
  reason: 'Claim 17',
  note: 'Please keep all',
  link: 'https://legal.example/17',
}
const holder = (name: string, scope: MailboxScope): Actor => ({
  name: `person:${name}`,
  breakGlass: false,
  roles: new Map([['Hold', scope]]),
})

let made = 0
function item(
  mailboxIds: readonly number[],
  body: string,
  more: { sentAt?: number; hidden?: number; attachments?: number } = {},
): PlainItem {
  const sentAt = more.sentAt ?? Date.UTC(2026, 9, 1)
  const itemId = Buffer.alloc(16)
  itemId.writeUIntBE(sentAt, 0, 6)
  itemId.writeUInt32BE(++made, 12)
  const parties = { numbers: ['447700900123'], emails: [], names: [], userIds: [] }
  return {
    id: formatItemId(itemId),
    input: {
      itemId,
      text: {
        subject: '',
        body,
        groupName: null,
        names: [],
        attachmentNames: Array.from({ length: more.attachments ?? 0 }, (_, index) => `a${index}.pdf`),
        attachmentTexts: [],
      },
      kind: 'sms',
      direction: 'in',
      sentAt: new Date(sentAt),
      from: parties,
      to: parties,
      mailboxIds,
      connectorId: 1,
    },
    filings: [
      ...mailboxIds.map(mailboxId => ({ mailboxId, folder: FOLDERS[0]!, hidden: false })),
      ...(more.hidden === undefined ? [] : [{ mailboxId: more.hidden, folder: FOLDERS[0]!, hidden: true }]),
    ],
    size: 100,
    importedAt: sentAt,
    seconds: null,
    callStatus: null,
    conversation: 'AAAAAAAAAAA',
  }
}

suite('holds', () => {
  let now = Date.UTC(2026, 10, 1)
  let ground: Ground
  let queue: Queue
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  const everyone = holder('hanna', null)
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    const archive = await testArchive(t, { clock: { ...systemClock, now: () => now } })
    ground = archive.ground
    queue = await archive.queue()
    await addPlaces(ground.database)
  })

  const add = (...items: PlainItem[]) => addItems(ground.database, ground.keyring, items)
  const draft = (mailboxIds: readonly number[], more: Partial<HoldDraft> = {}): HoldDraft => ({
    ...WORDS,
    mailboxIds,
    query: null,
    days: null,
    ...more,
  })
  const place = (mailboxIds: readonly number[], more: Partial<HoldDraft> = {}, actor = everyone) =>
    placeHold(ground, queue, actor, draft(mailboxIds, more))
  /** held_until in milliseconds, Infinity for ever, null where not held; 'pending' where a query has not looked. */
  const heldOf = async (mailboxId: number, itemId: string) => {
    const [row] = await ground.database.query<{ held: number | null; pending: boolean | null }>(
      `select extract(epoch from held_until)::float8 * 1000 as held, hold_pending as pending from filing
       where mailbox_id = $1 and item_id = $2`,
      [mailboxId, itemId],
    )
    return row!.pending ? 'pending' : row!.held
  }
  const mirrorOf = async (itemId: string) => {
    const [row] = await ground.database.query<{ held: number | null }>(
      'select extract(epoch from held_until)::float8 * 1000 as held from item where item_id = $1',
      [itemId],
    )
    return row!.held
  }
  const refusedByGuard = (work: Promise<unknown>) =>
    assert.rejects(work, error => sqlState(error) === 'HFK01' || sqlState(error) === '42501')
  const mailbox = async (name: string) => {
    const [row] = await ground.database.query<{ mailbox_id: number }>(
      `insert into mailbox (mailbox_id, address, display_name, created_at)
       select max(mailbox_id) + 1, $1, $1, now() from mailbox returning mailbox_id`,
      [`${name}@example.com`],
    )
    await ground.database.execute('insert into folder (mailbox_id, name) values ($1, $2)', [
      row!.mailbox_id,
      FOLDERS[0],
    ])
    return row!.mailbox_id
  }

  test('a litigation hold holds everything in its mailboxes at once, hidden filings too, and nothing else', async () => {
    const [one, two] = [await mailbox('lit-1'), await mailbox('lit-2')]
    const held = item([one, two], 'lunch', { hidden: 8 })
    const hidden = item([two], 'dinner', { hidden: one })
    await add(held, hidden)
    const hold = await place([one])
    assert.equal(hold.kind, 'litigation')
    assert.equal(hold.state, 'active')
    assert.equal(hold.evaluating, false)
    assert.equal(await heldOf(one, held.id), Infinity)
    assert.equal(await heldOf(one, hidden.id), Infinity)
    assert.equal(await heldOf(two, held.id), null)
    assert.equal(await mirrorOf(held.id), Infinity)
    await refusedByGuard(
      ground.database.execute('delete from filing where mailbox_id = $1 and item_id = $2', [one, held.id]),
    )
    await refusedByGuard(ground.database.execute('delete from item where item_id = $1', [held.id]))
    await refusedByGuard(
      ground.database.execute(`update item set item_key = '' where item_id = $1`, [held.id]),
    )
    await refusedByGuard(
      ground.database.execute('update filing set held_until = null where item_id = $1', [held.id]),
    )
    await refusedByGuard(ground.database.execute('truncate filing'))
    assert.equal(
      await ground.database.execute('delete from filing where mailbox_id = $1 and item_id = $2', [
        two,
        held.id,
      ]),
      1,
    )
    assert.deepEqual(
      (({ held, copies, undecided, pending }) => ({ held, copies, undecided, pending }))(
        await reportHold(ground, everyone, hold.holdId),
      ),
      { held: 2, copies: 2, undecided: [], pending: 0 },
    )
  })

  test('so many days are counted from each item’s date, and overlapping holds hold for the longest', async () => {
    const box = await mailbox('days')
    const old = item([box], 'old', { sentAt: now - 100 * DAY })
    const young = item([box], 'young', { sentAt: now - 5 * DAY })
    await add(old, young)
    const short = await place([box], { days: 30 })
    assert.equal(await heldOf(box, old.id), now - 70 * DAY)
    assert.equal(await heldOf(box, young.id), now + 25 * DAY)
    assert.equal((await reportHold(ground, everyone, short.holdId)).held, 1)
    const long = await place([box], { days: 365 })
    assert.equal(await heldOf(box, young.id), now + 360 * DAY)
    await releaseHold(ground, queue, everyone, long.holdId, 'settled')
    // What it held goes on for the delay; the other hold goes on besides.
    assert.equal(await heldOf(box, old.id), now + 30 * DAY)
    assert.equal(await heldOf(box, young.id), now + 30 * DAY)
    await removeDelay(ground, queue, everyone, long.holdId, 'the court says so')
    assert.equal(await heldOf(box, old.id), now - 70 * DAY)
    assert.equal(await heldOf(box, young.id), now + 25 * DAY)
  })

  test('the database and the program count alike until when an item is held', async () => {
    const [at, later] = [new Date(now), new Date(now + 30 * DAY)]
    for (const days of [null, 1, 29, 365, 36_500])
      for (const date of [Date.UTC(1996, 1, 29, 23, 59), now - 20 * DAY, now, Date.UTC(2026, 2, 29, 1)])
        for (const [releasedAt, delayUntil] of [[null, null] as const, [at, later] as const]) {
          const mine = heldUntil({ days, releasedAt, delayUntil }, new Date(date))
          const [row] = await ground.database.query<{ until: Date | number | null }>(
            'select hold_until($1, $2, $3, $4) as until',
            [days, releasedAt, delayUntil, new Date(date)],
          )
          const theirs = typeof row!.until === 'number' ? 'infinity' : row!.until
          assert.deepEqual(theirs, mine, JSON.stringify({ days, date, releasedAt }))
        }
  })

  test('a query holds what matches; until it has looked, everything in the mailbox is held', async () => {
    const [one, two] = [await mailbox('query-1'), await mailbox('query-2')]
    const hit = item([one, two], 'the quick zebra')
    const miss = item([one], 'the slow horse')
    const hidden = item([two], 'zebra again', { hidden: one })
    await add(hit, miss, hidden)
    const hold = await place([one], { query: 'zeb*' })
    assert.equal(hold.kind, 'query')
    assert.equal(hold.evaluating, true)
    for (const each of [hit, miss, hidden]) assert.equal(await heldOf(one, each.id), 'pending')
    assert.equal(await mirrorOf(miss.id), Infinity)
    await refusedByGuard(ground.database.execute('delete from item where item_id = $1', [miss.id]))
    assert.equal((await reportHold(ground, everyone, hold.holdId)).pending, 3)
    await evaluateHolds(ground)
    assert.equal(await heldOf(one, hit.id), Infinity)
    assert.equal(await heldOf(two, hit.id), null)
    assert.equal(await heldOf(one, hidden.id), Infinity)
    assert.equal(await heldOf(one, miss.id), null)
    assert.equal(await mirrorOf(miss.id), null)
    const report = await reportHold(ground, everyone, hold.holdId)
    assert.deepEqual([report.held, report.pending, report.copies], [2, 0, 3])
    assert.equal((await showHold(ground, everyone, hold.holdId)).evaluating, false)
  })

  test('what cannot be told of an item keeps it, with the reason, until it can', async () => {
    const box = await mailbox('undecided')
    const waiting = item([box], 'horse', { attachments: 1 })
    const partial = item([box], 'horse', { attachments: 1 })
    const quarantined = item([box], 'horse')
    const unindexed = item([box], 'horse')
    const read = item([box], 'horse', { attachments: 1 })
    await add(waiting, partial, quarantined, unindexed, read)
    const { database } = ground
    await database.execute(
      `insert into attachment_text (item_id, batch_id, state, version)
       select * from unnest($1::uuid[], '{1,1,1}'::bigint[], '{waiting,partial,read}'::text[], '{1,1,1}'::smallint[])`,
      [[waiting.id, partial.id, read.id]],
    )
    await database.execute(`update item set state = 'quarantined' where item_id = $1`, [quarantined.id])
    await database.execute('delete from search_entry where item_id = $1', [unindexed.id])
    const hold = await place([box], { query: 'zebra' })
    await evaluateHolds(ground)
    for (const each of [waiting, partial, quarantined, unindexed])
      assert.equal(await heldOf(box, each.id), Infinity)
    assert.equal(await heldOf(box, read.id), null)
    const { undecided, held } = await reportHold(ground, everyone, hold.holdId)
    assert.equal(held, 4)
    assert.deepEqual(undecided.map(each => each.reason).sort(), [
      'partial',
      'quarantined',
      'unindexed',
      'waiting',
    ])
    const told = await holdsOfItem(database, [box], waiting.id, now)
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
    assert.deepEqual(await holdsOfItem(database, [box + 1], waiting.id, now), [])
  })

  test('a beginning is refused when it is too wide, and one that becomes so later holds everything', async () => {
    const box = await mailbox('wide')
    const words = Array.from({ length: 10_001 }, (_, index) => `wide${index.toString(36)}`)
    const few = item([box], 'wideangle')
    const other = item([box], 'narrow')
    await add(few, other)
    const hold = await place([box], { query: 'wide*' })
    await evaluateHolds(ground)
    assert.equal(await heldOf(box, few.id), Infinity)
    assert.equal(await heldOf(box, other.id), null)
    const many = item([await mailbox('elsewhere')], words.join(' '))
    const late = item([box], 'something else')
    await add(many, late)
    await assert.rejects(place([box], { query: 'wide*' }), error => hasCode(error, 'QUERY_INVALID'))
    await changeHold(ground, queue, everyone, hold.holdId, { days: 3650 })
    await evaluateHolds(ground)
    assert.notEqual(await heldOf(box, other.id), null)
    assert.notEqual(await heldOf(box, late.id), null)
    const shown = await showHold(ground, everyone, hold.holdId)
    assert.equal(shown.problem, 'QUERY_INVALID')
    const { undecided } = await reportHold(ground, everyone, hold.holdId)
    assert.ok(undecided.some(each => each.reason === 'too-wide' && each.copies >= 2))
    const failures = await readEntries(ground.database, { act: 'hold.evaluate-fail', limit: 10 })
    assert.ok(failures.entries.some(each => each.subject === `hold:${hold.holdId}`))
    // A longer beginning mends it; what the earlier one held is in its delay.
    await changeHold(ground, queue, everyone, hold.holdId, { query: 'wideang*' })
    await evaluateHolds(ground)
    assert.equal(await heldOf(box, few.id), Date.UTC(2026, 9, 1) + 3650 * DAY)
    assert.equal(await heldOf(box, other.id), now + 30 * DAY)
    assert.equal((await showHold(ground, everyone, hold.holdId)).problem, 'QUERY_INVALID')
    await removeDelay(ground, queue, everyone, hold.holdId, 'narrowed')
    await evaluateHolds(ground)
    assert.equal(await heldOf(box, other.id), null)
    assert.equal((await showHold(ground, everyone, hold.holdId)).problem, null)
  })

  test('release keeps the record, and what was held stays held for thirty days', async () => {
    const box = await mailbox('release')
    const hit = item([box], 'zebra')
    const miss = item([box], 'horse')
    await add(hit, miss)
    const { holdId } = await place([box], { query: 'zebra' })
    await evaluateHolds(ground)
    await assert.rejects(removeDelay(ground, queue, everyone, holdId, 'no'), error =>
      hasCode(error, 'HOLD_NOT_DELAYED'),
    )
    await assert.rejects(releaseHold(ground, queue, everyone, holdId, 'x', 99), error =>
      hasCode(error, 'REVISION_STALE'),
    )
    const released = await releaseHold(ground, queue, everyone, holdId, 'The case was settled', 1)
    assert.deepEqual([released.state, released.releasedBy], ['delayed', everyone.name])
    await evaluateHolds(ground)
    assert.equal(await heldOf(box, hit.id), now + 30 * DAY)
    assert.equal(await heldOf(box, miss.id), null)
    await assert.rejects(changeHold(ground, queue, everyone, holdId, { days: 1 }), error =>
      hasCode(error, 'HOLD_RELEASED'),
    )
    const start = now
    now += 30 * DAY + 1
    try {
      const over = await showHold(ground, everyone, holdId)
      assert.deepEqual([over.state, over.delayUntil], ['released', null])
      await evaluateHolds(ground)
      const [left] = await ground.database.query<{ rows: number }>(
        `select count(*) as rows from held_item join hold_term using (term_id) where hold_id = $1`,
        [holdId],
      )
      assert.equal(left!.rows, 0)
    } finally {
      now = start
    }
    const history = await readHoldHistory(ground, everyone, holdId)
    assert.deepEqual(
      history.map(each => each.act),
      ['hold.release', 'hold.place'],
    )
    assert.equal(history[0]!.said.reason, 'The case was settled')
    assert.equal(history[1]!.said.query, 'zebra')
  })

  test('mailboxes are put on a hold and taken off it, and may come back', async () => {
    const [one, two] = [await mailbox('change-1'), await mailbox('change-2')]
    const [first, second] = [item([one], 'a'), item([two], 'b')]
    await add(first, second)
    const { holdId } = await place([one])
    await changeHold(ground, queue, everyone, holdId, { mailboxIds: [two], name: 'Other name' }, 1)
    assert.equal(await heldOf(one, first.id), now + 30 * DAY)
    assert.equal(await heldOf(two, second.id), Infinity)
    const changed = await changeHold(ground, queue, everyone, holdId, { mailboxIds: [one, two] })
    assert.equal(await heldOf(one, first.id), Infinity)
    assert.deepEqual([changed.mailboxes, changed.revision, changed.name], [2, 3, 'Other name'])
    const listed = await listHoldMailboxes(ground, everyone, holdId, { limit: 1 })
    assert.equal(listed.total, 2)
    assert.equal(listed.next, 'change-1@example.com')
    const rest = await listHoldMailboxes(ground, everyone, holdId, { after: listed.next!, limit: 1 })
    assert.deepEqual([rest.mailboxes.map(each => each.mailboxId), rest.next], [[two], null])
    await assert.rejects(changeHold(ground, queue, everyone, holdId, { query: 'x' }), error =>
      hasCode(error, 'HOLD_INVALID'),
    )
  })

  test('who is limited to some mailboxes sees and places holds on these alone', async () => {
    const [mine, other] = [await mailbox('mine'), await mailbox('other')]
    const limited = holder('lisa', [mine])
    const both = await place([mine, other])
    const own = await place([mine], {}, limited)
    await assert.rejects(place([mine, other], {}, limited), error => hasCode(error, 'MAILBOX_UNKNOWN'))
    await assert.rejects(place([mine], { query: `mailbox:${other}` }, limited), error =>
      hasCode(error, 'MAILBOX_UNKNOWN'),
    )
    await assert.rejects(place([mine], { query: 'NOT mailbox:other@example.com' }, limited), error =>
      hasCode(error, 'MAILBOX_UNKNOWN'),
    )
    assert.deepEqual(
      (await listHolds(ground, limited, { limit: 50 })).holds.map(each => each.holdId),
      [own.holdId],
    )
    for (const attempt of [
      () => showHold(ground, limited, both.holdId),
      () => reportHold(ground, limited, both.holdId),
      () => readHoldHistory(ground, limited, both.holdId),
      () => listHoldMailboxes(ground, limited, both.holdId, { limit: 5 }),
      () => changeHold(ground, queue, limited, both.holdId, { days: 1 }),
      () => releaseHold(ground, queue, limited, both.holdId, 'x'),
      () => removeDelay(ground, queue, limited, both.holdId, 'x'),
    ])
      await assert.rejects(attempt(), error => hasCode(error, 'HOLD_UNKNOWN'))
    await assert.rejects(
      changeHold(ground, queue, limited, own.holdId, { mailboxIds: [mine, other] }),
      error => hasCode(error, 'MAILBOX_UNKNOWN'),
    )
    const nobody: Actor = { name: 'person:nils', breakGlass: false, roles: new Map([['Preview', null]]) }
    await assert.rejects(listHolds(ground, nobody, { limit: 5 }), error => hasCode(error, 'ROLE_MISSING'))
    await assert.rejects(place([mine], {}, nobody), error => hasCode(error, 'ROLE_MISSING'))
  })

  test('a hold that lacks what it needs is refused', async () => {
    const box = await mailbox('refused')
    for (const wrong of [
      { name: ' ' },
      { reason: '' },
      { link: 'javascript:alert(1)' },
      { days: 0 },
      { days: 40_000 },
      { query: 'hold:yes' },
      { query: 'zebra OR NOT hold:1' },
      { mailboxIds: [] },
    ])
      await assert.rejects(
        place([box], wrong),
        error => hasCode(error, 'HOLD_INVALID'),
        JSON.stringify(wrong),
      )
    await assert.rejects(place([box], { query: 'zeb*ra' }), error => hasCode(error, 'QUERY_INVALID'))
    await assert.rejects(place([2 ** 30]), error => hasCode(error, 'MAILBOX_UNKNOWN'))
  })

  test('a search finds what is held, what is not, and what a hold holds, within its scope', async () => {
    const [one, two] = [await mailbox('find-1'), await mailbox('find-2')]
    const [a, b, c] = [item([one], 'zebra'), item([two], 'zebra'), item([one, two], 'horse')]
    await add(a, b, c)
    const all = await place([two])
    const some = await place([one], { query: 'zebra' })
    await evaluateHolds(ground)
    const find = async (text: string, mailboxIds: readonly number[]) => {
      const { sql, values } = await selectHits(ground.database, ground.keyring, parseQuery(text), {
        mailboxIds,
      })
      const rows = await ground.database.query<{ item_id: string }>(sql, values)
      return rows.map(row => row.item_id).sort()
    }
    const ids = (...items: PlainItem[]) => items.map(each => each.id).sort()
    assert.deepEqual(await find('hold:yes', [one, two]), ids(a, b, c))
    assert.deepEqual(await find('hold:yes', [one]), ids(a))
    assert.deepEqual(await find('hold:no', [one]), ids(c))
    assert.deepEqual(await find(`hold:${all.holdId}`, [one, two]), ids(b, c))
    assert.deepEqual(await find(`zebra AND hold:${all.holdId}`, [one, two]), ids(b))
    assert.deepEqual(await find(`hold:${all.holdId}`, [one]), [])
    assert.deepEqual(await find(`hold:${some.holdId} OR horse`, [one, two]), ids(a, c))
  })

  test('a thousand mailboxes are held by one act, and rules of each are told', async () => {
    const rows = await ground.database.query<{ mailbox_id: number }>(
      `insert into mailbox (mailbox_id, address, display_name, created_at)
       select (select max(mailbox_id) from mailbox) + n, 'many' || n || '@example.com', 'Many ' || n, now()
       from generate_series(1, 1000) as n returning mailbox_id`,
    )
    const ids = rows.map(row => row.mailbox_id)
    await ground.database.execute(
      `insert into folder (mailbox_id, name) select n, $2 from unnest($1::integer[]) as n`,
      [ids, FOLDERS[0]],
    )
    await add(...ids.map((id, index) => item([id], index % 2 === 0 ? 'zebra' : 'horse')))
    const hold = await place(ids, { query: 'zebra' })
    assert.equal(hold.mailboxes, 1000)
    assert.equal((await holdsOf(ground.database, ids, now)).length, 1000)
    await evaluateHolds(ground)
    const report = await reportHold(ground, everyone, hold.holdId)
    assert.deepEqual([report.mailboxes, report.held, report.pending, report.untold], [1000, 500, 0, 0])
    await releaseHold(ground, queue, everyone, hold.holdId, 'done')
  })

  test('acts are in the log, and no word of a hold is readable there or in the tables', async () => {
    const box = await mailbox('secret')
    const secret = 'Kestrelgate'
    const { holdId } = await place([box], {
      name: `${secret} name`,
      reason: `${secret} reason`,
      note: `${secret} note`,
      query: secret,
    })
    await releaseHold(ground, queue, everyone, holdId, `${secret} over`)
    const found = await ground.database.query(
      `select from hold where hold::text ilike $1 union all select from hold_term where hold_term::text ilike $1
       union all select from hold_change where hold_change::text ilike $1
       union all select from audit_entry where audit_entry::text ilike $1
       union all select from pgboss.job where job::text ilike $1`,
      [`%${secret}%`],
    )
    assert.equal(found.length, 0)
    const { entries } = await readEntries(ground.database, { subject: `hold:${holdId}`, limit: 10 })
    assert.deepEqual(entries.map(each => each.act).sort(), ['hold.place', 'hold.release'])
    assert.ok(entries.every(each => each.sealed !== null))
  })
})
