/** Disposition reviews: what waits for a person, what that person decides, and that nothing gets round it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSealed, readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import { placeHold } from '../hold/hold.ts'
import { person, type TestDisposition, testDisposition } from '../testing/disposition.ts'
import {
  changeDispositionSettings,
  changePolicy,
  createLabel,
  decideReviews,
  listReviews,
  proveDisposal,
  type ReviewDecision,
} from './retention.ts'

const DAY = 86_400_000
const rosa = person('rosa', 'Disposition Management')
const ruth = person('ruth', 'Disposition Management')
const keeper = person('keeper', 'Retention Management')
const coded = (code: Parameters<typeof hasCode>[1]) => (error: unknown) => hasCode(error, code)

const pending = async (given: TestDisposition) =>
  (await listReviews(given.ground, rosa, {}, { limit: 50 })).reviews

const decide = (
  given: TestDisposition,
  itemIds: readonly string[],
  decision: ReviewDecision,
  actor = rosa,
  mailboxId = 101,
) =>
  decideReviews(
    given.ground,
    given.queue,
    actor,
    itemIds.map(itemId => ({ mailboxId, itemId })),
    decision,
    'Looked through',
  )

test('what a rule wants reviewed waits, what none does leaves at once; approved, it leaves with its approver', async t => {
  const given = await testDisposition(t)
  const items = await given.add(3, 6, 101)
  await given.add(2, 6, 102)
  const policy = await given.policy(5, [101], { review: true })
  await given.policy(5, [102])
  const run = await given.run()
  assert.deepEqual([run.filings, run.reviewed, run.due], [2, 3, 5])
  const reviews = await pending(given)
  assert.deepEqual(reviews.map(each => each.itemId).sort(), [...items].sort())
  const [one] = reviews
  assert.deepEqual(
    [one!.state, one!.rule, one!.needs, one!.mayApprove, one!.kind, one!.address, one!.decisions],
    [
      'pending',
      { type: 'policy', id: policy.policyId, name: 'after 5 years' },
      1,
      true,
      'sms',
      'kept-101@example.com',
      [],
    ],
  )
  // Found once, however often it is due.
  assert.deepEqual([(await given.run()).reviewed, (await pending(given)).length], [0, 3])
  const chosen = items.slice(0, 2)
  assert.deepEqual(await decide(given, chosen, { act: 'approve' }), { decided: 2, waitingForSecond: 0 })
  await given.runWaiting()
  assert.deepEqual(await given.filed(101), [items[2]])
  const over = await listReviews(given.ground, rosa, { states: ['disposed'] }, { limit: 50 })
  assert.deepEqual(
    over.reviews
      .map(({ itemId, kind, decisions }) => [itemId, kind, decisions[0]!.by, decisions[0]!.comment])
      .sort(),
    chosen.map(itemId => [itemId, null, 'person:rosa', 'Looked through']).sort(),
  )
  // The proof names who approved.
  await given.archive.seal()
  const proof = JSON.parse(await proveDisposal(given.ground, rosa, { itemId: chosen[0]! }))
  assert.deepEqual(JSON.parse(proof.disposals[0].lines[0].line).approvedBy, ['person:rosa'])
  // And the log what was reviewed, by whom, to what end; the comment sealed.
  const { entries } = await readEntries(given.database, { act: 'disposition.approve', limit: 5 })
  assert.deepEqual(entries[0]!.detail, { decision: 1, count: 2 })
  const sealed = openSealed(given.ground.keyring, entries[0]!) as { comment: string; filings: unknown[] }
  assert.deepEqual([sealed.comment, sealed.filings.length], ['Looked through', 2])
  await assert.rejects(decide(given, chosen, { act: 'approve' }), coded('DISPOSITION_REVIEW_UNKNOWN'))
})

test('with two persons asked for, it takes two: not one twice, nor by a token of theirs', async t => {
  const given = await testDisposition(t)
  const [item, other] = await given.add(2, 6, 101)
  await given.policy(5, [101], { review: true })
  await changeDispositionSettings(given.ground, rosa, { twoPersons: true })
  await given.run()
  assert.deepEqual(
    (await pending(given)).map(each => each.needs),
    [2, 2],
  )
  assert.deepEqual(await decide(given, [item!], { act: 'approve' }), { decided: 1, waitingForSecond: 1 })
  await given.run()
  assert.equal((await given.filed(101)).length, 2)
  // Turned off, it is off for what is found from now on.
  await changeDispositionSettings(given.ground, rosa, { twoPersons: false })
  const mine = (await pending(given)).find(each => each.itemId === item)!
  assert.deepEqual([mine.state, mine.needs, mine.mayApprove], ['second', 1, false])
  for (const actor of [rosa, { ...rosa, name: 'person:rosa/token-7' }])
    await assert.rejects(
      decide(given, [other!, item!], { act: 'approve' }, actor),
      coded('DISPOSITION_SECOND_PERSON'),
    )
  // Nothing of the refused act is left.
  assert.deepEqual((await pending(given)).map(each => each.state).sort(), ['pending', 'second'])
  assert.deepEqual(await decide(given, [other!, item!], { act: 'approve' }, ruth), {
    decided: 2,
    waitingForSecond: 1,
  })
  await given.runWaiting()
  assert.deepEqual(await given.filed(101), [other])
  await given.archive.seal()
  const proof = JSON.parse(await proveDisposal(given.ground, rosa, { itemId: item! }))
  assert.deepEqual(JSON.parse(proof.disposals[0].lines[0].line).approvedBy, ['person:rosa', 'person:ruth'])
})

test('with two persons asked for, the console is nobody, and a further review of the same copy takes two as well', async t => {
  const given = await testDisposition(t)
  const [item] = await given.add(1, 6, 101)
  await given.policy(5, [101], { review: true })
  await changeDispositionSettings(given.ground, rosa, { twoPersons: true })
  await given.run()
  const console = { name: 'console:rosa', breakGlass: true, roles: null } as const
  await assert.rejects(
    decide(given, [item!], { act: 'approve' }, console),
    coded('DISPOSITION_SECOND_PERSON'),
  )
  await decide(given, [item!], { act: 'approve' })
  await assert.rejects(
    decide(given, [item!], { act: 'approve' }, console),
    coded('DISPOSITION_SECOND_PERSON'),
  )
  // By herself: the setting off, the copy out of its review by a label, and into one that she approves alone.
  await changeDispositionSettings(given.ground, rosa, { twoPersons: false })
  await decide(given, [item!], { act: 'relabel', labelId: null })
  await given.run()
  assert.deepEqual(
    (await pending(given)).map(each => [each.state, each.needs]),
    [['pending', 2]],
  )
  assert.deepEqual(await decide(given, [item!], { act: 'approve' }), { decided: 1, waitingForSecond: 1 })
  await given.runWaiting()
  assert.deepEqual(await given.filed(101), [item])
})

test('one person who approves many times at once is still one', async t => {
  const given = await testDisposition(t)
  const items = await given.add(5, 6, 101)
  await given.policy(5, [101], { review: true })
  await changeDispositionSettings(given.ground, rosa, { twoPersons: true })
  await given.run()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => decide(given, items, { act: 'approve' })),
  )
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') assert.ok(coded('DISPOSITION_SECOND_PERSON')(outcome.reason))
  assert.equal(outcomes.filter(outcome => outcome.status === 'fulfilled').length, 1)
  assert.deepEqual([...new Set((await pending(given)).map(each => each.state))], ['second'])
  await given.runWaiting()
  assert.equal((await given.filed(101)).length, 5)
})

test('extended, it is retained by the guard itself until the period is over, and is then reviewed again', async t => {
  const given = await testDisposition(t)
  const [item] = await given.add(1, 6, 101)
  await given.policy(5, [101], { review: true })
  await given.run()
  const year = { years: 1, months: 0, days: 0 }
  await assert.rejects(
    decide(given, [item!], { act: 'extend', period: { years: 0, months: 0, days: 0 } }),
    coded('DISPOSITION_INVALID'),
  )
  await decide(given, [item!], { act: 'extend', period: year })
  assert.deepEqual(await pending(given), [])
  const [row] = await given.database.query<{ kept: boolean; same: boolean; item: boolean }>(
    `select f.retain_until = f.extended_until and f.delete_at = f.extended_until as same,
       f.retain_until > now() + interval '364 days' as kept, i.retain_until = f.retain_until as item
     from filing f join item i using (item_id)`,
  )
  assert.deepEqual(row, { kept: true, same: true, item: true })
  await assert.rejects(given.database.execute('delete from filing'), /held or retained/)
  assert.equal((await given.run()).filings, 0)
  // An evaluation, as after any change of rules, leaves it so; and an extension never shortens.
  await given.evaluate()
  await given.database.query('select set_extended($1, $2, now())', [[101], [item]])
  await given.evaluate()
  const [again] = await given.database.query<{ kept: boolean }>(
    `select retain_until > now() + interval '364 days' as kept from filing`,
  )
  assert.equal(again!.kept, true)
  await given.pass(367 * DAY)
  assert.equal((await given.run()).code, 'DISPOSITION_CLOCKS')
  await given.database.execute('update disposition_setting set checked_size = 1000000')
  assert.deepEqual([(await given.run()).reviewed, (await given.filed(101)).length], [1, 1])
})

test('relabelled, it goes by its new label; what that deletes at once still waits for an approval', async t => {
  const given = await testDisposition(t)
  const [kept, gone] = await given.add(2, 6, 101)
  await given.policy(5, [101], { review: true, action: 'delete' })
  const label = (name: string, action: 'retain' | 'delete', period: string | null) =>
    createLabel(given.ground, keeper, {
      name,
      description: '',
      action,
      period,
      start: 'sent',
      eventTypeId: null,
      review: false,
    })
  const forever = await label('Patents', 'retain', null)
  const atOnce = await label('Chatter', 'delete', 'P1D')
  await given.run()
  await assert.rejects(decide(given, [kept!], { act: 'relabel', labelId: 99 }), coded('LABEL_UNKNOWN'))
  await decide(given, [kept!], { act: 'relabel', labelId: forever.labelId })
  await decide(given, [gone!], { act: 'relabel', labelId: atOnce.labelId })
  const rows = await given.database.query<{ label_id: number; label_by: string; kept: boolean }>(
    `select label_id, label_by, coalesce(retain_until > now(), false) as kept from filing order by label_id`,
  )
  assert.deepEqual(rows, [
    { label_id: forever.labelId, label_by: 'person', kept: true },
    { label_id: atOnce.labelId, label_by: 'person', kept: false },
  ])
  // No rule that decides asks for a review now, and one person could have got it out of the review alone.
  const run = await given.run()
  assert.deepEqual([run.filings, run.reviewed], [0, 1])
  const [review] = await pending(given)
  assert.deepEqual([review!.itemId, review!.rule], [gone, null])
})

test('held or retained meanwhile, an approval lapses, and it takes another once it is due again', async t => {
  const given = await testDisposition(t)
  const [item] = await given.add(1, 6, 101)
  const [other] = await given.add(1, 6, 102)
  const policy = await given.policy(5, [101], { review: true })
  await given.policy(5, [102], { review: true })
  await given.run()
  await decide(given, [item!], { act: 'approve' })
  await decide(given, [other!], { act: 'approve' }, rosa, 102)
  await placeHold(given.ground, given.queue, person('hanna', 'Hold'), {
    name: 'Claim',
    reason: 'Claim 17',
    note: '',
    link: '',
    mailboxIds: [101],
    query: null,
    days: null,
  })
  await given.runWaiting()
  assert.deepEqual([await given.filed(101), await given.filed(102)], [[item], []])
  const states = async () =>
    (
      await given.database.query<{ state: string }>('select state from disposition_review order by review_id')
    ).map(row => row.state)
  assert.deepEqual(await states(), ['lapsed', 'disposed'])
  // What waits for somebody lapses too, when a rule keeps it after all.
  const [late] = await given.add(1, 6, 103)
  const third = await given.policy(5, [103], { review: true })
  await given.run()
  assert.deepEqual(await states(), ['lapsed', 'disposed', 'pending'])
  await changePolicy(given.ground, given.queue, keeper, third.policyId, { period: 'P9Y' })
  await given.evaluate()
  const run = await given.run()
  assert.equal(run.lapsed, 1)
  assert.deepEqual(await given.filed(103), [late])
  assert.ok(policy.review)
})

test('what was approved can be kept until it has gone, and then no more', async t => {
  const given = await testDisposition(t)
  const [kept, gone] = await given.add(2, 6, 101)
  await given.policy(5, [101], { review: true })
  await given.run()
  await decide(given, [kept!, gone!], { act: 'approve' })
  const year = { years: 1, months: 0, days: 0 }
  await decide(given, [kept!], { act: 'extend', period: year })
  await given.runWaiting()
  assert.deepEqual(await given.filed(101), [kept])
  await assert.rejects(
    decide(given, [gone!], { act: 'extend', period: year }),
    coded('DISPOSITION_REVIEW_UNKNOWN'),
  )
})

test('a review turned on between finding and disposing is not passed over', async t => {
  const given = await testDisposition(t)
  await given.add(4, 6, 101)
  const policy = await given.policy(5, [101])
  await changePolicy(given.ground, given.queue, keeper, policy.policyId, { review: true })
  // The columns are as before; the rules of this moment count.
  const run = await given.run()
  assert.deepEqual([run.filings, run.reviewed], [0, 4])
})

test('a rule that has no say asks for no review, and a label can ask for one', async t => {
  const given = await testDisposition(t)
  const all = { appliesTo: 'all' as const, action: 'delete' as const }
  await given.add(2, 6, 101)
  await given.add(3, 6, 102)
  const [labelled] = await given.add(1, 6, 101)
  // For the organisation, and so set aside where a policy with a scope deletes.
  const policy = await given.policy(5, [], { ...all, review: true })
  await given.policy(5, [101], { action: 'delete' })
  const { labelId } = await createLabel(given.ground, keeper, {
    name: 'Contracts',
    description: '',
    action: 'delete',
    period: 'P5Y',
    start: 'sent',
    eventTypeId: null,
    review: true,
  })
  await given.database.query('select set_label($1, $2, $3, $4)', [[101], [labelled], [labelId], ['person']])
  await given.evaluate()
  const run = await given.run()
  assert.deepEqual([run.filings, run.reviewed], [2, 4])
  assert.deepEqual(
    (await pending(given)).map(({ mailboxId, rule }) => [mailboxId, rule!.type, rule!.id]).sort(),
    [[101, 'label', labelId], ...[1, 2, 3].map(() => [102, 'policy', policy.policyId])],
  )
})

test('runs, approvals and extensions at the same time: what was extended is there, the rest has gone', async t => {
  const given = await testDisposition(t)
  const items = await given.add(120, 6, 101)
  await given.policy(5, [101], { review: true })
  await given.run()
  const year = { years: 1, months: 0, days: 0 }
  const isExtended = (index: number) => index % 3 === 0
  const outcomes = await Promise.allSettled([
    ...items.map((itemId, index) => decide(given, [itemId], { act: 'approve' }, index % 2 ? rosa : ruth)),
    ...items
      .filter((_, index) => isExtended(index))
      .map(item => decide(given, [item], { act: 'extend', period: year })),
    given.runWaiting(),
    given.run(),
  ])
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      assert.ok(coded('DISPOSITION_REVIEW_UNKNOWN')(outcome.reason), String(outcome.reason))
  await given.runWaiting()
  const [wrong] = await given.database.query(
    `select count(*) filter (where r.state = 'disposed' and f.item_id is not null) as there,
       count(*) filter (where r.state = 'extended' and (f.retain_until > now()) is not true) as unkept,
       count(*) filter (where r.state not in ('disposed', 'extended', 'pending', 'approved')) as other,
       count(*) filter (where r.state = 'approved') as approved
     from disposition_review r left join filing f using (mailbox_id, item_id)`,
  )
  assert.deepEqual(wrong, { there: 0, unkept: 0, other: 0, approved: 0 })
  const [sums] = await given.database.query(
    `select (select count(*) from tombstone) as gone, (select count(*) from disposition_review where state = 'disposed') as disposed,
       (select sum(filings)::bigint from disposal) as proved`,
  )
  assert.equal(sums!.gone, sums!.disposed)
  assert.equal(sums!.proved, sums!.disposed)
})

test('only who disposes reviews, and says why', async t => {
  const given = await testDisposition(t)
  const [item] = await given.add(1, 6, 101)
  await given.policy(5, [101], { review: true })
  await given.run()
  await assert.rejects(decide(given, [item!], { act: 'approve' }, keeper), coded('ROLE_MISSING'))
  await assert.rejects(listReviews(given.ground, keeper, {}, { limit: 1 }), coded('ROLE_MISSING'))
  await assert.rejects(decide(given, [], { act: 'approve' }), coded('DISPOSITION_INVALID'))
  await assert.rejects(
    decideReviews(
      given.ground,
      given.queue,
      rosa,
      [{ mailboxId: 101, itemId: item! }],
      { act: 'approve' },
      ' ',
    ),
    coded('DISPOSITION_INVALID'),
  )
  const [filter] = (await listReviews(given.ground, rosa, { mailboxIds: [102] }, { limit: 5 })).reviews
  assert.equal(filter, undefined)
})
