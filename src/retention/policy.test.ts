/** Stored policies: what they decide on what is filed already and on what comes, and who may change them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readEntries } from '../audit/audit.ts'
import { systemClock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import type { Actor } from '../identity/identity.ts'
import { type TestArchive, testArchive } from '../testing/archive.ts'
import { drawFrom, randomFacts, seededRandom } from '../testing/keeping.ts'
import { addKeptItems } from '../testing/kept-items.ts'
import type { PolicyDraft } from './policy-draft.ts'
import {
  addPeriod,
  changePolicy,
  createPolicy,
  createScope,
  decide,
  listPolicies,
  loadKeepingRules,
  performEvaluation,
  type RetentionAction,
  readPolicyHistory,
  removePolicy,
  showPolicy,
} from './retention.ts'

const NOW = Date.UTC(2026, 10, 1)
const SENT = Date.UTC(2024, 1, 29, 12)
const records: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}
const signal = new AbortController().signal

const draft = (more: Partial<PolicyDraft> = {}): PolicyDraft => ({
  name: 'Six years',
  description: '',
  belowPreset: '',
  presetId: null,
  enabled: true,
  appliesTo: 'all',
  mailboxIds: [],
  excludedIds: [],
  scopeIds: [],
  connectorIds: null,
  kinds: null,
  action: 'retain',
  period: 'P6Y',
  startFrom: 'sent',
  eventTypeId: null,
  review: false,
  ...more,
})

/** Does what evaluations a worker would be sent. */
async function evaluate({ ground }: TestArchive): Promise<void> {
  const open = await ground.database.query<{ evaluation_id: number }>(
    'select evaluation_id from retention_evaluation where completed_at is null order by 1',
  )
  for (const { evaluation_id: evaluationId } of open) await performEvaluation(ground, evaluationId, signal)
}

async function addSent(
  archive: TestArchive,
  mailboxes: readonly number[],
  more: { labelId?: number; kind?: string; connectorId?: number } = {},
): Promise<string> {
  const facts = {
    ...randomFacts(drawFrom(seededRandom(1)), { policies: [], labels: [], labelRules: [], holds: [] }),
    kind: more.kind ?? 'sms',
    connectorId: more.connectorId ?? 1,
    sentAt: new Date(SENT),
    extendedUntil: null,
  }
  const filings = mailboxes.map(mailboxId => ({ mailboxId, labelId: more.labelId ?? null }))
  const [itemId] = await addKeptItems(archive.ground.database, [{ facts, filings }])
  return itemId!
}

/** In milliseconds; Infinity is for ever. */
async function keptOf({ ground }: TestArchive, mailboxId: number, itemId: string) {
  const [row] = await ground.database.query<{ until: number | null; due: number | null }>(
    `select extract(epoch from retain_until)::float8 * 1000 as until, extract(epoch from delete_at)::float8 * 1000 as due
     from filing where mailbox_id = $1 and item_id = $2`,
    [mailboxId, itemId],
  )
  return row!
}

const years = (count: number) => addPeriod(SENT, { years: count, months: 0, days: 0 })

async function openArchive(t: Parameters<typeof testArchive>[0]): Promise<TestArchive> {
  return testArchive(t, { clock: { ...systemClock, now: () => NOW } })
}

test('a policy decides on what is filed, in its mailboxes alone, and turning it off takes that back', async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const one = await addSent(archive, [101, 102, 103])
  const policy = await createPolicy(ground, queue, records, draft({ excludedIds: [103], enabled: false }))
  assert.equal(policy.state, 'off')
  await evaluate(archive)
  assert.deepEqual(await keptOf(archive, 101, one), { until: null, due: null })

  const on = await changePolicy(ground, queue, records, policy.policyId, { enabled: true }, policy.revision)
  assert.equal(on.state, 'on')
  assert.equal(on.evaluating, true)
  await evaluate(archive)
  assert.equal((await showPolicy(ground, records, policy.policyId)).evaluating, false)
  assert.deepEqual(await keptOf(archive, 101, one), { until: years(6), due: null })
  assert.deepEqual(await keptOf(archive, 103, one), { until: null, due: null })

  await changePolicy(ground, queue, records, policy.policyId, {
    appliesTo: 'mailboxes',
    mailboxIds: [102],
    action: 'retain-then-delete',
    period: 'P7Y',
  })
  await evaluate(archive)
  assert.deepEqual(await keptOf(archive, 101, one), { until: null, due: null })
  assert.deepEqual(await keptOf(archive, 102, one), { until: years(7), due: years(7) })

  await changePolicy(ground, queue, records, policy.policyId, { enabled: false })
  await evaluate(archive)
  assert.deepEqual(await keptOf(archive, 102, one), { until: null, due: null })
})

test('reserved mailboxes have policies like any other, and kinds and connectors narrow one', async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const [unmapped] = await ground.database.query<{ mailbox_id: number }>(
    `select mailbox_id from mailbox where kind = 'unmapped'`,
  )
  const there = unmapped!.mailbox_id
  const [text, call] = [
    await addSent(archive, [there]),
    await addSent(archive, [there], { kind: 'voice-call' }),
  ]
  await createPolicy(
    ground,
    queue,
    records,
    draft({
      appliesTo: 'mailboxes',
      mailboxIds: [there],
      kinds: ['voice-call'],
      action: 'delete',
      period: 'P90D',
    }),
  )
  await evaluate(archive)
  assert.deepEqual(await keptOf(archive, there, text), { until: null, due: null })
  assert.deepEqual(await keptOf(archive, there, call), {
    until: null,
    due: addPeriod(SENT, { years: 0, months: 0, days: 90 }),
  })
})

test('a policy that counts from an event waits for it, and then from the latest', async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const { database } = ground
  const queue = await archive.queue()
  const item = await addSent(archive, [101, 102])
  const [type] = await database.query<{ event_type_id: number }>(
    `insert into event_type (sealed, created_by, created_at) values ('', 'x', now()) returning event_type_id`,
  )
  await createPolicy(
    ground,
    queue,
    records,
    draft({
      startFrom: 'event',
      eventTypeId: type!.event_type_id,
      action: 'retain-then-delete',
      period: 'P1Y',
    }),
  )
  await evaluate(archive)
  assert.deepEqual(await keptOf(archive, 101, item), { until: Infinity, due: null })
  const left = Date.UTC(2026, 5, 1)
  await database.execute(
    `with happened as (insert into retention_event (event_type_id, sealed, happened_at, everywhere, recorded_by, recorded_at)
       values ($1, '', $2, false, 'x', now()) returning event_id)
     insert into retention_event_mailbox (mailbox_id, event_id) select 101, event_id from happened`,
    [type!.event_type_id, new Date(left)],
  )
  const rules = await loadKeepingRules(database, [101, 102], NOW)
  assert.deepEqual(rules.get(101)!.policies[0]!.start, { from: 'event', at: new Date(left) })
  assert.deepEqual(rules.get(102)!.policies[0]!.start, { from: 'event', at: null })
})

test("the principles' five examples hold for policies and labels that are stored", async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const { database } = ground
  const guide = readFileSync(new URL('../../docs/guide/retention-principles.md', import.meta.url), 'utf8')
  const examples = guide.split('\n### ').slice(1)
  assert.equal(examples.length, 5)
  for (const [index, example] of examples.entries()) {
    const rows = [...example.matchAll(/^\| (.*) \|$/gm)].map(row =>
      row[1]!.split('|').map(cell => cell.trim()),
    )
    const [kept, due] = rows.at(-1)!
    const mailboxId = 201 + index
    let labelId: number | null = null
    // The mailbox first, so that policies can name it; it has no items yet.
    await addSent(archive, [mailboxId])
    const made: number[] = []
    for (const [rule, scope, action, period] of rows.slice(1, -2)) {
      if (rule === 'label') {
        const [row] = await database.query<{ label_id: number }>(
          `insert into retention_label (sealed, name_key, action, period, start_from, created_by, created_at)
           values ('', $1, $2, $3, 'sent', 'x', now()) returning label_id`,
          [`example ${index}`, action, `P${period}Y`],
        )
        labelId = row!.label_id
      } else {
        const scoped = scope === 'scoped'
        const policy = await createPolicy(
          ground,
          queue,
          records,
          draft({
            name: `Example ${index}`,
            action: action as RetentionAction,
            period: `P${period}Y`,
            ...(scoped ? { appliesTo: 'mailboxes', mailboxIds: [mailboxId] } : {}),
          }),
        )
        made.push(policy.policyId)
      }
    }
    const itemId = await addSent(archive, [mailboxId], labelId === null ? {} : { labelId })
    await evaluate(archive)
    const wanted = { until: kept === 'not' ? null : years(Number(kept)), due: years(Number(due)) }
    assert.deepEqual(await keptOf(archive, mailboxId, itemId), wanted, example.split('\n')[0])
    // And in memory, as at filing.
    const rules = (await loadKeepingRules(database, [mailboxId], NOW)).get(mailboxId)!
    const facts = {
      kind: 'sms',
      connectorId: 1,
      sentAt: new Date(SENT),
      arrivedAt: new Date(SENT),
      importedAt: new Date(SENT),
      labelId,
      heldByTerms: [],
      holdPending: false,
      extendedUntil: null,
    }
    const { retainUntil, deleteAt } = decide(facts, rules)
    assert.deepEqual({ until: retainUntil, due: deleteAt }, wanted)
    for (const policyId of made) await removePolicy(ground, queue, records, policyId)
  }
})

test('what contradicts itself or names what is not there is refused, and a shorter preset says why', async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const refused = (
    more: Partial<PolicyDraft>,
    code: Parameters<typeof hasCode>[1] = 'RETENTION_POLICY_INVALID',
  ) => assert.rejects(createPolicy(ground, queue, records, draft(more)), error => hasCode(error, code))
  await refused({ name: ' ' })
  await refused({ period: null, action: 'delete' })
  await refused({ period: 'P0D' })
  await refused({ period: 'six years' })
  await refused({ period: 'P101Y' })
  await refused({ review: true })
  await refused({ appliesTo: 'mailboxes' })
  await refused({ appliesTo: 'scopes' })
  await refused({ appliesTo: 'scopes', scopeIds: [99] }, 'ADAPTIVE_SCOPE_UNKNOWN')
  await refused({ appliesTo: 'mailboxes', mailboxIds: [9_999] }, 'MAILBOX_UNKNOWN')
  await refused({ connectorIds: [] })
  await refused({ connectorIds: [77] })
  await refused({ startFrom: 'event' })
  await refused({ startFrom: 'event', eventTypeId: 9 })
  await refused({ eventTypeId: 9 })
  await refused({ presetId: 'sec-17a-4', period: 'P3Y' })
  await refused({ presetId: 'sec-17a-4', action: 'delete', period: 'P6Y' })
  await refused({ presetId: 'mifid-ii', period: 'P1825D' })
  const policy = await createPolicy(
    ground,
    queue,
    records,
    draft({ presetId: 'mifid-ii', period: 'P1827D', action: 'retain-then-delete' }),
  )
  assert.equal(policy.belowPreset, '')
  const below = await createPolicy(
    ground,
    queue,
    records,
    draft({ presetId: 'sec-17a-4', period: 'P3Y', belowPreset: 'Letters of 17a-4(b) alone' }),
  )
  assert.equal(below.belowPreset, 'Letters of 17a-4(b) alone')
})

test('policies need the role, carry a revision, keep their history, and stay as a record when removed', async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const stranger: Actor = { name: 'person:sven', breakGlass: false, roles: new Map([['Hold', null]]) }
  await assert.rejects(createPolicy(ground, queue, stranger, draft()), error =>
    hasCode(error, 'ROLE_MISSING'),
  )
  await assert.rejects(listPolicies(ground, stranger, { limit: 5 }), error => hasCode(error, 'ROLE_MISSING'))
  const made = await createPolicy(ground, queue, records, draft({ name: 'Quiet name' }))
  await changePolicy(ground, queue, records, made.policyId, { period: 'P7Y' }, made.revision)
  await assert.rejects(
    changePolicy(ground, queue, records, made.policyId, { period: 'P8Y' }, made.revision),
    error => hasCode(error, 'REVISION_STALE'),
  )
  const gone = await removePolicy(ground, queue, records, made.policyId)
  assert.equal(gone.state, 'removed')
  await assert.rejects(changePolicy(ground, queue, records, made.policyId, { enabled: true }), error =>
    hasCode(error, 'RETENTION_POLICY_REMOVED'),
  )
  assert.equal((await listPolicies(ground, records, { limit: 5 })).total, 0)
  assert.equal((await listPolicies(ground, records, { state: 'removed', limit: 5 })).total, 1)
  const history = await readPolicyHistory(ground, records, made.policyId)
  assert.deepEqual(
    history.map(each => [each.act, each.said.period]),
    [
      ['retention-policy.remove', 'P7Y'],
      ['retention-policy.change', 'P7Y'],
      ['retention-policy.create', 'P6Y'],
    ],
  )
  const { entries } = await readEntries(ground.database, { act: 'retention-policy.*', limit: 50 })
  const all = JSON.stringify(entries.map(({ sealed: _, ...entry }) => entry))
  assert.ok(all.includes('"period":"P7Y"'))
  assert.ok(!all.includes('Quiet name'))
  const [row] = await ground.database.query<{ text: string }>(
    'select p::text as text from retention_policy p',
  )
  assert.ok(!row!.text.includes('Quiet'))
})

test('a policy of an adaptive scope counts as explicit, and applies where its members are', async t => {
  const archive = await openArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const item = await addSent(archive, [101, 102])
  await ground.database.execute(
    `update mailbox set attributes = '{"Department": "Sales"}' where mailbox_id = 101`,
  )
  const scope = await createScope(ground, records, {
    name: 'Sales',
    description: '',
    query: 'department:sales',
  })
  await createPolicy(ground, queue, records, draft({ action: 'delete', period: 'P3Y' }))
  await createPolicy(
    ground,
    queue,
    records,
    draft({ appliesTo: 'scopes', scopeIds: [scope.scopeId], action: 'delete', period: 'P5Y' }),
  )
  await evaluate(archive)
  assert.equal((await keptOf(archive, 101, item)).due, years(5))
  assert.equal((await keptOf(archive, 102, item)).due, years(3))
})
