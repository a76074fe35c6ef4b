/** What a policy would do is what it does once it is on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEntries } from '../audit/audit.ts'
import { systemClock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import type { Actor } from '../identity/identity.ts'
import { testArchive } from '../testing/archive.ts'
import { testHolds, textItem } from '../testing/holds.ts'
import { type Draw, drawFrom, randomFacts, randomPeriod, seededRandom } from '../testing/keeping.ts'
import { addKeptItems, filingOf } from '../testing/kept-items.ts'
import type { PolicySettings } from './policy-settings.ts'
import {
  changePolicy,
  createEventType,
  createPolicy,
  evaluateMailboxes,
  formatPeriod,
  recordEvent,
  whatIf,
} from './retention.ts'

const NOW = Date.UTC(2026, 10, 1)
const records: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}
const MAILBOXES = [101, 102, 103]
const NONE = { policies: [], labels: [], labelRules: [], holds: [] }

function randomSettings(draw: Draw): PolicySettings {
  const action = draw.one(['retain', 'delete', 'retain-then-delete'] as const)
  const all = draw.chance(0.5)
  const startFrom = draw.one(['sent', 'imported', 'event'] as const)
  return {
    appliesTo: all ? 'all' : 'mailboxes',
    mailboxIds: all ? [] : draw.chance(0.5) ? [101] : [102, 103],
    excludedIds: all && draw.chance(0.5) ? [103] : [],
    scopeIds: [],
    connectorIds: null,
    kinds: draw.chance(0.3) ? ['sms', 'mms'] : null,
    action,
    period: action === 'retain' && draw.chance(0.2) ? null : formatPeriod({ ...randomPeriod(draw), days: 1 }),
    startFrom,
    eventTypeId: startFrom === 'event' ? 1 : null,
    review: false,
  }
}

test('the counts and the earliest copies are those that change when the policy is turned on', async t => {
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed} (HOLDFAST_SEED)`)
  const draw = drawFrom(seededRandom(seed))
  const archive = await testArchive(t, { clock: { ...systemClock, now: () => NOW } })
  const { ground } = archive
  const { database } = ground
  const queue = await archive.queue()
  const itemIds = await addKeptItems(
    database,
    draw.list(400, 400, () => ({
      facts: { ...randomFacts(draw, NONE), extendedUntil: null },
      filings: MAILBOXES.filter(() => draw.chance(0.6)).map(mailboxId => ({ mailboxId, labelId: null })),
    })),
  )
  const { eventTypeId } = await createEventType(ground, records, { name: 'Left', description: '' })
  assert.equal(eventTypeId, 1)
  for (const [mailboxId, year] of [
    [101, 2021],
    [102, 2025],
  ] as const)
    await recordEvent(ground, queue, records, {
      name: 'Left',
      description: '',
      eventTypeId,
      happenedAt: new Date(Date.UTC(year, 5, 1)),
      mailboxIds: [mailboxId],
    })
  const signal = new AbortController().signal
  type Column = { key: string; until: number | null; due: number | null }
  const columns = async () => {
    await evaluateMailboxes(ground, null, signal)
    const rows = await database.query<{ mailbox_id: number; item_id: string } & Omit<Column, 'key'>>(
      `select mailbox_id, item_id, extract(epoch from retain_until)::float8 * 1000 as until,
         extract(epoch from delete_at)::float8 * 1000 as due from filing`,
    )
    return new Map(rows.map(row => [filingOf(row.mailbox_id, row.item_id), row]))
  }
  const words = { name: 'Tried', description: '', belowPreset: '', presetId: null }
  await createPolicy(ground, queue, records, { ...words, ...randomSettings(draw), enabled: true })
  const { policyId } = await createPolicy(ground, queue, records, {
    ...words,
    ...randomSettings(draw),
    enabled: false,
  })
  for (let round = 0; round < 8; round++) {
    const before = await columns()
    const settings = randomSettings(draw)
    const enabled = draw.chance(0.8)
    const said = await whatIf(ground, records, { policyId, settings, enabled })
    await changePolicy(ground, queue, records, policyId, { ...settings, enabled })
    const after = await columns()
    const counts = { retained: 0, released: 0, deleted: 0, spared: 0, dueAtOnce: 0 }
    const changed = new Set<string>()
    for (const [key, was] of before) {
      const is = after.get(key)!
      const kept = (row: typeof was) => Math.max(row.until ?? -Infinity, NOW)
      const due = (row: typeof was) => row.due ?? Infinity
      if (kept(is) > kept(was)) counts.retained++
      if (kept(is) < kept(was)) counts.released++
      if (due(is) < due(was)) counts.deleted++
      if (due(is) > due(was)) counts.spared++
      if (due(is) <= NOW && due(was) > NOW) counts.dueAtOnce++
      if (kept(is) !== kept(was) || due(is) !== due(was)) changed.add(key)
    }
    const { copies: _, held, ...total } = said.total
    assert.deepEqual(total, counts, JSON.stringify(settings))
    assert.equal(held, 0)
    assert.equal(said.earliest.length, Math.min(50, changed.size))
    for (const copy of said.earliest) {
      const key = filingOf(copy.mailboxId, copy.itemId)
      assert.ok(changed.has(key))
      assert.ok(itemIds.includes(copy.itemId))
      assert.equal(copy.after.deleteAt?.getTime() ?? null, after.get(key)!.due)
      assert.equal(copy.before.deleteAt?.getTime() ?? null, before.get(key)!.due)
      const until = copy.after.retainUntil
      assert.equal(until === 'ever' ? Infinity : (until?.getTime() ?? null), after.get(key)!.until)
    }
    const times = said.earliest.map(copy => copy.date.getTime())
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    )
    const byMailbox = said.byMailbox.reduce((sum, each) => sum + each.retained + each.deleted, 0)
    assert.equal(byMailbox, counts.retained + counts.deleted)
  }
})

test('asking writes nothing but that it was asked, counts what is held, and needs a question', async t => {
  const holds = await testHolds(t)
  const { ground } = holds
  const [one, two] = [await holds.mailbox('one'), await holds.mailbox('two')]
  const old = Date.UTC(2020, 0, 1)
  await holds.add(textItem([one], 'old', { sentAt: old }), textItem([two], 'held', { sentAt: old }))
  await holds.place([two])
  const rowsOf = () => ground.database.query('select * from filing order by mailbox_id, item_id')
  const before = await rowsOf()
  const settings: PolicySettings = {
    appliesTo: 'all',
    mailboxIds: [],
    excludedIds: [],
    scopeIds: [],
    connectorIds: null,
    kinds: null,
    action: 'delete',
    period: 'P1Y',
    startFrom: 'sent',
    eventTypeId: null,
    review: false,
  }
  const said = await whatIf(ground, records, { policyId: null, settings, enabled: true })
  assert.deepEqual(
    [said.total.copies, said.total.deleted, said.total.dueAtOnce, said.total.held, said.changedMailboxes],
    [2, 2, 2, 1, 2],
  )
  assert.deepEqual(await rowsOf(), before)
  assert.deepEqual(await ground.database.query('select from retention_policy'), [])
  const { entries } = await readEntries(ground.database, { act: 'retention.what-if', limit: 5 })
  assert.deepEqual(
    entries.map(entry => [entry.actor, entry.detail.dueAtOnce, entry.detail.settings]),
    [['person:rita', 2, settings]],
  )
  const refused = (question: Parameters<typeof whatIf>[2], code: Parameters<typeof hasCode>[1]) =>
    assert.rejects(whatIf(ground, records, question), error => hasCode(error, code))
  await refused({ policyId: null, settings: null, enabled: true }, 'RETENTION_POLICY_INVALID')
  await refused({ policyId: 7, settings: null, enabled: true }, 'RETENTION_POLICY_UNKNOWN')
  await refused(
    { policyId: null, settings: { ...settings, period: null }, enabled: true },
    'RETENTION_POLICY_INVALID',
  )
})
