/** The in-place archive: which filings are in it by which policy, and that nothing else of them changes. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { addPeriod, parsePeriod } from '../retention/retention.ts'
import { testHolds, textItem } from '../testing/holds.ts'
import {
  type ArchivePolicyDraft,
  changeArchivePolicy,
  createArchivePolicy,
  inPlaceArchiveStatus,
  listArchivePolicies,
  listArchivePolicyMailboxes,
  listArchiveRuns,
  performOpenArchiving,
  removeArchivePolicy,
  requestDailyArchiving,
} from './in-place-archive.ts'

const DAY = 86_400_000
const signal = new AbortController().signal

/** An archive of the mailboxes 3 to 8 whose clock stands still, unless a test moves it. */
async function stage(t: TestContext) {
  const holds = await testHolds(t)
  const { ground, queue } = holds
  const actor = {
    name: 'person:rita',
    breakGlass: false,
    roles: new Map([['Retention Management' as const, null]]),
  }
  return {
    ...holds,
    actor,
    moveClock: (to: number) => {
      holds.now = to
    },
    create: (change: Partial<ArchivePolicyDraft> = {}) =>
      createArchivePolicy(ground, queue, actor, {
        name: 'Two years',
        description: '',
        period: 'P2Y',
        mailboxIds: null,
        ...change,
      }),
    work: () => performOpenArchiving(ground, signal),
    /** What is in the archive, as `mailbox item`. */
    archived: async () => {
      const rows = await ground.database.query<{ mailbox_id: number; item_id: string }>(
        'select mailbox_id, item_id from filing where archived_at is not null',
      )
      return new Set(rows.map(row => `${row.mailbox_id} ${row.item_id}`))
    },
  }
}

test("a mailbox's own policy wins over the organisation's, to the millisecond of the calendar", async t => {
  const here = await stage(t)
  const { now } = here
  const periods = new Map<number, string | null>([
    [3, 'P18M'],
    [4, null],
  ])
  const items = Array.from({ length: 400 }, (_, index) => {
    const end = [2, 1.5, 0.1][index % 3]! * 365.25 * DAY
    const sentAt = index % 7 === 0 ? now - 10 * DAY : Math.floor(now - end + (index - 200) * 0.05 * DAY)
    return textItem([3 + (index % 3), 3 + ((index + 1) % 3)], `item ${index}`, { sentAt, hidden: 6 })
  })
  const twoYears = new Date(now)
  twoYears.setUTCFullYear(twoYears.getUTCFullYear() - 2)
  const edges = [0, 1].map(late => textItem([5], `edge ${late}`, { sentAt: twoYears.getTime() + late }))
  await here.add(...items, ...edges)
  await here.create()
  await here.create({ name: 'Sooner', period: 'P18M', mailboxIds: [3] })
  await here.create({ name: 'Never', period: null, mailboxIds: [4] })
  await here.work()
  const expected = new Set<string>()
  for (const item of [...items, ...edges])
    for (const { mailboxId } of item.filings) {
      const period = periods.has(mailboxId) ? periods.get(mailboxId)! : 'P2Y'
      if (period !== null && addPeriod(item.input.sentAt!.getTime(), parsePeriod(period)!) <= now)
        expected.add(`${mailboxId} ${item.id}`)
    }
  assert.ok(expected.size > 100)
  const archived = await here.archived()
  assert.deepEqual([...archived].sort(), [...expected].sort())
  assert.ok(archived.has(`5 ${edges[0]!.id}`) && !archived.has(`5 ${edges[1]!.id}`))
  assert.ok(
    [...archived].some(each => each.startsWith('6 ')),
    'hidden filings are moved as well',
  )
})

test('a policy that is changed or removed brings back what no longer belongs in the archive', async t => {
  const here = await stage(t)
  const { ground, queue, actor, now } = here
  const [old, older] = [400, 800].map(days =>
    textItem([5, 6], `of ${days} days`, { sentAt: now - days * DAY }),
  )
  await here.add(old!, older!)
  const everywhere = await here.create({ period: 'P1Y' })
  await here.work()
  assert.equal((await here.archived()).size, 4)
  const changed = await changeArchivePolicy(ground, queue, actor, everywhere.policyId, { period: 'P2Y' }, 1)
  assert.equal(changed.revision, 2)
  await assert.rejects(changeArchivePolicy(ground, queue, actor, everywhere.policyId, { period: 'P3Y' }, 1), {
    code: 'REVISION_STALE',
  })
  await here.work()
  assert.deepEqual(await here.archived(), new Set([`5 ${older!.id}`, `6 ${older!.id}`]))
  const own = await here.create({ name: 'Soon', period: 'P30D', mailboxIds: [5] })
  await here.work()
  assert.equal((await here.archived()).size, 3)
  await changeArchivePolicy(ground, queue, actor, own.policyId, { mailboxIds: [6] })
  await here.work()
  assert.deepEqual(await here.archived(), new Set([`5 ${older!.id}`, `6 ${older!.id}`, `6 ${old!.id}`]))
  await removeArchivePolicy(ground, queue, actor, own.policyId)
  await removeArchivePolicy(ground, queue, actor, everywhere.policyId)
  await here.work()
  assert.equal((await here.archived()).size, 0)
  const { runs } = await listArchiveRuns(ground, actor, { limit: 10 })
  assert.deepEqual(runs.map(run => [run.mailboxes, run.archived, run.returned]).reverse(), [
    [null, 4, 0],
    [null, 0, 2],
    [1, 1, 0],
    [2, 1, 1],
    [1, 0, 2],
    [null, 0, 1],
  ])
  assert.ok(runs.every(run => run.completedAt !== null))
})

test('the run of each day moves what has come of age, and there is none while nothing is to be moved', async t => {
  const here = await stage(t)
  const { ground, queue, actor } = here
  await requestDailyArchiving(ground, queue)
  assert.equal((await listArchiveRuns(ground, actor, { limit: 10 })).runs.length, 0)
  await here.add(textItem([5], 'soon of age', { sentAt: here.now - 29 * DAY - 1 }))
  await here.create({ period: 'P30D' })
  await here.work()
  assert.equal((await here.archived()).size, 0)
  for (const [days, archived] of [
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ] as const) {
    here.moveClock(here.now + days * DAY)
    await Promise.all([1, 2].map(() => requestDailyArchiving(ground, queue)))
    await here.work()
    assert.equal((await here.archived()).size, archived)
  }
  const { runs } = await listArchiveRuns(ground, actor, { limit: 10 })
  assert.equal(runs.filter(run => run.requestedBy === 'system').length, 2)
})

test('a clock that was a year ahead moves nothing for good: the run of the true day brings it back', async t => {
  const here = await stage(t)
  const { ground, queue, now } = here
  await here.add(textItem([5], 'not of age', { sentAt: now }))
  await here.create({ period: 'P30D' })
  await here.work()
  for (const [ahead, archived] of [
    [365 * DAY, 1],
    [0, 0],
  ] as const) {
    here.moveClock(now + ahead)
    await requestDailyArchiving(ground, queue)
    await here.work()
    assert.equal((await here.archived()).size, archived)
  }
})

test('what is held or retained, and how long, is not touched by moving it', async t => {
  const here = await stage(t)
  const { ground, now } = here
  const item = textItem([5], 'held', { sentAt: now - 800 * DAY })
  await here.add(item)
  await here.place([5])
  await ground.database.query('select set_retained($1, $2, $3, $4)', [
    [5],
    [item.id],
    ['2030-01-01Z'],
    ['2031-01-01Z'],
  ])
  const columns = () =>
    ground.database.query(
      'select f.*, i.held_until as item_held, i.retain_until as item_retained from filing f join item i using (item_id)',
    )
  const [before] = await columns()
  await here.create()
  await here.work()
  const [after] = await columns()
  assert.deepEqual(after, { ...before, archived_at: new Date(now) })
  await assert.rejects(ground.database.execute('delete from filing'), { code: 'HFK01' })
})

test('one policy for the organisation and one of its own for a mailbox; what is no policy is refused', async t => {
  const here = await stage(t)
  const { ground, queue, actor } = here
  const first = await here.create({ name: '  Two   years ', description: 'As the board decided' })
  assert.deepEqual([first.name, first.everywhere, first.mailboxes], ['Two years', true, 8])
  await assert.rejects(here.create(), { code: 'ARCHIVE_POLICY_TAKEN' })
  const own = await here.create({ name: 'Own', mailboxIds: [4, 3, 4] })
  assert.equal(own.mailboxes, 2)
  await assert.rejects(here.create({ mailboxIds: [4, 5] }), { code: 'ARCHIVE_POLICY_TAKEN' })
  await assert.rejects(here.create({ mailboxIds: [99] }), { code: 'MAILBOX_UNKNOWN' })
  for (const wrong of [
    { name: ' ' },
    { name: 'x'.repeat(201) },
    { mailboxIds: [] },
    { period: null },
    { period: 'P0D', mailboxIds: [5] },
    { period: '2 years', mailboxIds: [5] },
    { period: 'P101Y', mailboxIds: [5] },
  ])
    await assert.rejects(here.create(wrong), { code: 'ARCHIVE_POLICY_INVALID' }, JSON.stringify(wrong))
  await assert.rejects(changeArchivePolicy(ground, queue, actor, own.policyId, { mailboxIds: null }), {
    code: 'ARCHIVE_POLICY_INVALID',
  })
  await assert.rejects(changeArchivePolicy(ground, queue, actor, first.policyId, { mailboxIds: [5] }), {
    code: 'ARCHIVE_POLICY_INVALID',
  })
  await assert.rejects(removeArchivePolicy(ground, queue, actor, 99), { code: 'ARCHIVE_POLICY_UNKNOWN' })
  const listed = await listArchivePolicies(ground, actor)
  assert.deepEqual(
    listed.map(each => [each.name, each.mailboxes]),
    [
      ['Two years', 6],
      ['Own', 2],
    ],
  )
  const page = await listArchivePolicyMailboxes(ground, actor, own.policyId, { limit: 1 })
  assert.deepEqual(
    [page.mailboxes.map(each => each.mailboxId), page.next, page.total],
    [[3], 'box3@example.com', 2],
  )
  const nobody = { ...actor, roles: new Map([['Hold' as const, null]]) }
  await assert.rejects(listArchivePolicies(ground, nobody), { code: 'ROLE_MISSING' })
  await assert.rejects(inPlaceArchiveStatus(ground, nobody), { code: 'ROLE_MISSING' })
  // Neither a name nor a description stands in the clear anywhere.
  const [row] = await ground.database.query<{ text: string }>(
    `select (select string_agg(p::text, ' ') from archive_policy p)
       || (select string_agg(detail::text, ' ') from audit_entry) as text`,
  )
  assert.doesNotMatch(row!.text, /board|Two years/)
})

test('a run that is killed between its pages goes on, two at a time do no harm', async t => {
  const here = await stage(t)
  const { ground, now } = here
  const items = Array.from({ length: 6_000 }, (_, index) =>
    textItem([5 + (index % 2)], 'x', { sentAt: now - 800 * DAY + index }),
  )
  await here.add(...items)
  await here.create()
  const killed = new AbortController()
  const rest = killed.signal
  await assert.rejects(
    performOpenArchiving(
      {
        ...ground,
        database: {
          ...ground.database,
          transaction: async work => {
            const done = await ground.database.transaction(work)
            killed.abort(new Error('killed'))
            return done
          },
        },
      },
      rest,
    ),
    /killed/,
  )
  assert.equal((await here.archived()).size, 5_000)
  await Promise.all([1, 2].map(() => here.work()))
  assert.equal((await here.archived()).size, 6_000)
  const { runs } = await listArchiveRuns(ground, here.actor, { limit: 1 })
  assert.deepEqual([runs[0]!.filings, runs[0]!.archived], [6_000, 6_000])
})
