/** What the rules decide: Microsoft's own examples, and random rules against a second, naive implementation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { naiveDecide } from '../../test/simulation/naive-principles.ts'
import { drawFrom, randomFacts, randomRules, seededRandom } from '../testing/keeping.ts'
import {
  decide,
  type KeepingFacts,
  type KeepingRules,
  type Label,
  labelByRule,
  type Policy,
  type RetentionAction,
} from './retention.ts'

const CASES = 100_000
const SENT = new Date('2020-03-10T09:30:00Z')
const years = (count: number) => ({ years: count, months: 0, days: 0 })
const after = (count: number) => Date.parse(`${2020 + count}-03-10T09:30:00Z`)

let nextId = 1
function policy(action: RetentionAction, count: number | null, scope: 'scoped' | 'organisation'): Policy {
  return {
    policyId: nextId++,
    action,
    period: count === null ? null : years(count),
    start: { from: 'sent' },
    specific: scope === 'scoped',
    review: false,
    connectorIds: null,
    kinds: null,
  }
}

function label(action: Label['action'], count: number | null): Label {
  return {
    labelId: nextId++,
    action,
    period: count === null ? null : years(count),
    start: { from: 'sent' },
    review: false,
  }
}

function facts(labelled: Label | null = null): KeepingFacts {
  return {
    kind: 'sms',
    connectorId: 1,
    sentAt: SENT,
    arrivedAt: new Date(SENT.getTime() + 60_000),
    importedAt: new Date(SENT.getTime() + 86_400_000),
    labelId: labelled?.labelId ?? null,
    heldByTerms: [],
    holdPending: false,
    extendedUntil: null,
  }
}

function decideWith(
  policies: readonly Policy[],
  labelled: Label | null = null,
  more?: Partial<KeepingRules>,
) {
  const { retainUntil, deleteAt, heldUntil, reasons } = decide(facts(labelled), {
    policies,
    labels: labelled ? [labelled] : [],
    labelRules: [],
    holds: [],
    ...more,
  })
  return { retainUntil, deleteAt, heldUntil, reasons }
}

const dates = ({ retainUntil, deleteAt }: ReturnType<typeof decideWith>) => ({ retainUntil, deleteAt })

// The five examples of Microsoft's page "Learn about retention policies and retention labels", "The principles of
// retention, or what takes precedence?".

test('example 1: deleted after 5 years, retained 3 and deleted, a label that retains 7: kept 7 years, then deleted', () => {
  const keep = label('retain', 7)
  const decision = decideWith(
    [policy('delete', 5, 'organisation'), policy('retain-then-delete', 3, 'organisation')],
    keep,
  )
  assert.deepEqual(dates(decision), { retainUntil: after(7), deleteAt: after(7) })
})

test('example 2: the organisation deletes after 10 years, a scope retains 5 and deletes, a label 3: kept 5 years, then deleted', () => {
  const own = label('retain-then-delete', 3)
  const decision = decideWith(
    [policy('delete', 10, 'organisation'), policy('retain-then-delete', 5, 'scoped')],
    own,
  )
  assert.deepEqual(dates(decision), { retainUntil: after(5), deleteAt: after(5) })
  const why = decision.reasons.map(({ rule, effect, setAside }) => [rule.type, effect, setAside])
  assert.deepEqual(why, [
    ['policy', 'retain', null],
    ['label', 'retain', 'longest-retention'],
    ['policy', 'delete', 'label-deletion'],
    ['policy', 'delete', 'label-deletion'],
    ['label', 'delete', null],
  ])
})

test('example 3: policies that delete after 5 and 10 years, and a label after 7: deleted after 7', () => {
  for (const scope of ['scoped', 'organisation'] as const)
    assert.deepEqual(
      dates(decideWith([policy('delete', 5, scope), policy('delete', 10, scope)], label('delete', 7))),
      { retainUntil: null, deleteAt: after(7) },
    )
})

test('example 4: the organisation deletes after 10 years, a scope after 5: deleted after 5', () => {
  const decision = decideWith([policy('delete', 10, 'organisation'), policy('delete', 5, 'scoped')])
  assert.deepEqual(dates(decision), { retainUntil: null, deleteAt: after(5) })
  // As explicit wins, not because it is shorter.
  const other = decideWith([policy('delete', 5, 'organisation'), policy('delete', 10, 'scoped')])
  assert.deepEqual(dates(other), { retainUntil: null, deleteAt: after(10) })
  assert.equal(other.reasons[0]!.setAside, 'specific-deletion')
})

test('example 5: two scopes that delete after 10 and 7 years: deleted after 7', () => {
  const decision = decideWith([policy('delete', 10, 'scoped'), policy('delete', 7, 'scoped')])
  assert.deepEqual(dates(decision), { retainUntil: null, deleteAt: after(7) })
  assert.deepEqual(
    decision.reasons.map(reason => reason.setAside),
    ['shortest-deletion', null],
  )
})

test('a rule that waits for its event retains without end, and deletes at no time that is known', () => {
  const waiting: Policy = {
    ...policy('retain-then-delete', 6, 'scoped'),
    start: { from: 'event', at: null },
  }
  const decision = decideWith([waiting, policy('delete', 1, 'organisation')])
  assert.deepEqual(dates(decision), { retainUntil: Number.POSITIVE_INFINITY, deleteAt: null })
  assert.deepEqual(
    decision.reasons.map(reason => [reason.from, reason.waitsFor]),
    [
      [null, 'event'],
      [null, 'event'],
      [SENT.getTime(), null],
    ],
  )
  const happened: Policy = { ...waiting, start: { from: 'event', at: new Date(after(2)) } }
  assert.deepEqual(dates(decideWith([happened])), { retainUntil: after(8), deleteAt: after(8) })
})

test('where the time of sending is impossible, that of arrival stands in; import counts from the filing', () => {
  const rules = {
    policies: [policy('retain', 1, 'scoped')],
    labels: [],
    labelRules: [],
    holds: [],
  }
  const arrived = { ...facts(), sentAt: null }
  assert.equal(decide(arrived, rules).retainUntil, after(1) + 60_000)
  const imported: Policy = { ...rules.policies[0]!, start: { from: 'imported' } }
  assert.equal(decide(facts(), { ...rules, policies: [imported] }).retainUntil, after(1) + 86_400_000)
})

test('a hold says until when it holds, and that its query has yet to look', () => {
  const hold = { holdId: 1, termId: 1, byQuery: false, days: 30, releasedAt: null, delayUntil: null }
  assert.equal(decideWith([], null, { holds: [hold] }).heldUntil, SENT.getTime() + 30 * 86_400_000)
  const query = { ...hold, holdId: 2, termId: 2, byQuery: true, days: null }
  const rules = { policies: [], labels: [], labelRules: [], holds: [hold, query] }
  const pending = decide({ ...facts(), holdPending: true }, rules)
  assert.equal(pending.holdPending, true)
  assert.deepEqual(
    pending.reasons.map(reason => [reason.rule.id, reason.waitsFor, reason.setAside]),
    [
      [1, null, 'longest-retention'],
      [2, 'query', null],
    ],
  )
  assert.equal(decide({ ...facts(), heldByTerms: [2] }, rules).heldUntil, Number.POSITIVE_INFINITY)
})

test('an extension retains like a rule and puts a deletion off, and deletes nothing by itself', () => {
  const rules = (...policies: Policy[]): KeepingRules => ({ policies, labels: [], labelRules: [], holds: [] })
  const extended = { ...facts(), extendedUntil: new Date(after(4)) }
  const alone = decide(extended, rules())
  assert.deepEqual([alone.retainUntil, alone.deleteAt], [after(4), null])
  const put = decide(extended, rules(policy('delete', 3, 'organisation')))
  assert.deepEqual([put.retainUntil, put.deleteAt], [after(4), after(4)])
  assert.deepEqual(
    put.reasons.map(({ rule, effect, until }) => [rule.type, effect, until]),
    [
      ['extension', 'retain', after(4)],
      ['policy', 'delete', after(3)],
    ],
  )
  const longer = decide(extended, rules(policy('retain-then-delete', 7, 'organisation')))
  assert.deepEqual([longer.retainUntil, longer.deleteAt], [after(7), after(7)])
  assert.equal(longer.reasons.find(({ rule }) => rule.type === 'extension')!.setAside, 'longest-retention')
})

test('the oldest rule of labels that fits gives its label', () => {
  const labelRules = [
    { labelId: 1, connectorIds: [9], kinds: null },
    { labelId: 2, connectorIds: null, kinds: ['sms'] },
    { labelId: 3, connectorIds: null, kinds: null },
  ]
  assert.equal(labelByRule({ kind: 'sms', connectorId: 1 }, { labelRules }), 2)
  assert.equal(labelByRule({ kind: null, connectorId: 1 }, { labelRules }), 3)
  assert.equal(labelByRule({ kind: 'sms', connectorId: 1 }, { labelRules: [] }), null)
})

test(`${CASES} random cases are decided as a naive implementation of the published words decides them`, t => {
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed} (HOLDFAST_SEED)`)
  const draw = drawFrom(seededRandom(seed))
  let retained = 0
  let deferred = 0
  for (let index = 0; index < CASES; index++) {
    const rules = randomRules(draw)
    const given = randomFacts(draw, rules)
    const { heldUntil, retainUntil, deleteAt, reasons } = decide(given, rules)
    const naive = naiveDecide(given, rules)
    assert.deepEqual({ heldUntil, retainUntil, deleteAt }, naive, JSON.stringify({ rules, given }))
    if (retainUntil !== null) retained++
    if (deleteAt !== null && deleteAt === retainUntil) deferred++
    // Each of the three dates is some rule's own, and a rule that decides is never shorter than what keeps.
    const decides = reasons.filter(reason => reason.setAside === null)
    if (retainUntil !== null)
      assert.ok(decides.some(each => each.effect === 'retain' && each.until === retainUntil))
    if (deleteAt !== null) assert.ok(decides.some(each => each.effect === 'delete' && each.until <= deleteAt))
  }
  assert.ok(retained > CASES / 3 && deferred > CASES / 20)
})
