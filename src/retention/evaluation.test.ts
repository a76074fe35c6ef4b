/** Deciding in SQL: the same as in memory, page by page, and what it leaves in the columns. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../database/database.ts'
import { testArchive } from '../testing/archive.ts'
import {
  type Draw,
  drawFrom,
  randomFacts,
  randomMoment,
  randomRules,
  seededRandom,
} from '../testing/keeping.ts'
import { addKeptItems, filingOf, type KeptItem } from '../testing/kept-items.ts'
import type { MailboxRules } from './mailbox-rules.ts'
import {
  decide,
  evaluateFilings,
  evaluateMailboxes,
  type KeepingRules,
  labelByRule,
  performEvaluation,
} from './retention.ts'
import type { Policy } from './rule.ts'

const signal = new AbortController().signal
const NONE: KeepingRules = { policies: [], labels: [], labelRules: [], holds: [] }

/** Mailboxes with rules of their own, some with the same, and items that are in one or two of them. */
function randomArchive(draw: Draw, mailboxes: number, items: number) {
  const shared = draw.list(3, 6, () => randomRules(draw))
  const rules = new Map(
    Array.from({ length: mailboxes }, (_, index) => [
      index + 101,
      draw.chance(0.5) ? atOther(draw, draw.one(shared)) : draw.chance(0.2) ? NONE : randomRules(draw),
    ]),
  )
  const ids = [...rules.keys()]
  const kept: KeptItem[] = Array.from({ length: items }, () => {
    const facts = randomFacts(draw, NONE)
    const own = [...new Set(draw.list(1, 2, () => draw.one(ids)))]
    return {
      facts,
      filings: own.map(mailboxId => ({ mailboxId, labelId: draw.chance(0.6) ? null : draw.number(1, 4) })),
    }
  })
  return { rules, kept }
}

/** The same rules, where events happened at other moments, or have not. */
function atOther(draw: Draw, rules: KeepingRules): KeepingRules {
  const move = <Rule extends { start: Policy['start'] }>(rule: Rule): Rule =>
    rule.start.from === 'event'
      ? { ...rule, start: { from: 'event', at: draw.chance(0.3) ? null : randomMoment(draw) } }
      : rule
  return { ...rules, policies: rules.policies.map(move), labels: rules.labels.map(move) }
}

type Row = {
  mailbox_id: number
  item_id: string
  retain_until: number | null
  delete_at: number | null
  label_id: number | null
  label_by: string | null
}

async function columns(database: Database): Promise<Map<string, Row>> {
  // A time is a Date, 'infinity' the number.
  const rows = await database.query<Record<keyof Row, never>>(
    'select mailbox_id, item_id, label_id, label_by, retain_until, delete_at from filing',
  )
  const moment = (value: Date | number | null) => (value instanceof Date ? value.getTime() : value)
  return new Map(
    rows.map(row => [
      filingOf(row.mailbox_id, row.item_id),
      { ...row, retain_until: moment(row.retain_until), delete_at: moment(row.delete_at) },
    ]),
  )
}

test('the database decides on every filing as the rules do in memory, and items mirror their filings', async t => {
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed} (HOLDFAST_SEED)`)
  const draw = drawFrom(seededRandom(seed))
  const { ground } = await testArchive(t)
  const { database } = ground
  const { rules, kept } = randomArchive(draw, 150, 3000)
  const itemIds = await addKeptItems(database, kept)
  // Twice: the second time other rules are in force, as after a policy was changed.
  for (let round = 0; round < 2; round++) {
    const before = await columns(database)
    if (round === 1) for (const mailboxId of rules.keys()) rules.set(mailboxId, randomRules(draw))
    const done = await evaluateMailboxes(ground, null, signal, async () => rules)
    const after = await columns(database)
    assert.equal(done.filings, after.size)
    let changed = 0
    for (const [index, { facts, filings }] of kept.entries())
      for (const { mailboxId } of filings) {
        const key = filingOf(mailboxId, itemIds[index]!)
        const own = rules.get(mailboxId)!
        const was = before.get(key)!
        const labelId = was.label_id ?? labelByRule(facts, own)
        const { retainUntil, deleteAt } = decide({ ...facts, labelId }, own)
        const row = after.get(key)!
        const expected = { retain_until: retainUntil, delete_at: deleteAt, label_id: labelId }
        assert.deepEqual(
          { retain_until: row.retain_until, delete_at: row.delete_at, label_id: row.label_id },
          expected,
          JSON.stringify({ facts, own }),
        )
        assert.equal(row.label_by, was.label_id === null && labelId !== null ? 'rule' : was.label_by)
        if (was.retain_until !== row.retain_until || was.delete_at !== row.delete_at) changed++
      }
    assert.equal(done.changed, changed)
    assert.ok(changed > kept.length / 2)
    const [wrong] = await database.query(
      `select count(*) as items from item i join (select item_id, max(retain_until) as retain_until from filing group by item_id) m
         using (item_id) where i.retain_until is distinct from m.retain_until`,
    )
    assert.equal(wrong!.items, 0)
  }
  // What was decided is decided, and nothing is written again.
  const again = await evaluateMailboxes(ground, null, signal, async () => rules)
  assert.equal(again.changed, 0)
})

test('an evaluation goes through chosen mailboxes alone, in pages, and a killed one goes on where it was', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const draw = drawFrom(seededRandom(5))
  const kept = Array.from({ length: 25_000 }, (_, index) => ({
    facts: randomFacts(draw, NONE),
    filings: [{ mailboxId: index % 5 === 0 ? 103 : 101 + (index % 2), labelId: null }],
  }))
  await addKeptItems(database, kept)
  const policy = {
    policyId: 1,
    action: 'retain',
    period: { years: 1, months: 0, days: 0 },
    start: { from: 'sent' },
    specific: false,
    review: false,
    connectorIds: null,
    kinds: null,
  } as const
  const everywhere: MailboxRules = { policies: [policy], labels: [], labelRules: [] }
  // Killed in the second page.
  let pages = 0
  const dying = async () => {
    if (++pages === 2) throw new Error('killed')
    return new Map([101, 102, 103].map(id => [id, everywhere]))
  }
  await assert.rejects(evaluateMailboxes(ground, [101, 102], signal, dying), /killed/)
  const retained = () =>
    database.query(
      'select mailbox_id, count(*) as filings from filing where retain_until is not null group by 1 order by 1',
    )
  const [first] = await retained()
  assert.deepEqual(first, { mailbox_id: 101, filings: 10_000 })
  const [open] = await database.query<{ evaluation_id: number }>(
    'select evaluation_id from retention_evaluation where completed_at is null',
  )
  await Promise.all(
    [1, 2].map(() =>
      performEvaluation(
        ground,
        open!.evaluation_id,
        signal,
        async () =>
          new Map([
            [101, everywhere],
            [102, everywhere],
          ]),
      ),
    ),
  )
  assert.deepEqual(await retained(), [
    { mailbox_id: 101, filings: 10_000 },
    { mailbox_id: 102, filings: 10_000 },
  ])
  const [row] = await database.query('select filings, changed from retention_evaluation')
  assert.deepEqual(row, { filings: 20_000, changed: 20_000 })
})

test('mailboxes that differ in the moments of events alone are decided on in one statement', async t => {
  const { ground } = await testArchive(t)
  const draw = drawFrom(seededRandom(8))
  const mailboxIds = Array.from({ length: 200 }, (_, index) => 101 + index)
  const itemIds = await addKeptItems(
    ground.database,
    mailboxIds.map(mailboxId => ({
      facts: { ...randomFacts(draw, NONE), extendedUntil: null },
      filings: [{ mailboxId, labelId: null }],
    })),
  )
  const left = (mailboxId: number) => new Date(Date.UTC(2020, 0, mailboxId))
  const rules = new Map(
    mailboxIds.map(mailboxId => [
      mailboxId,
      {
        policies: [
          {
            policyId: 1,
            action: 'retain',
            period: { years: 1, months: 0, days: 0 },
            start: { from: 'event', at: mailboxId % 7 === 0 ? null : left(mailboxId) },
            specific: false,
            review: false,
            connectorIds: null,
            kinds: null,
          },
        ],
        labels: [],
        labelRules: [],
      } satisfies MailboxRules,
    ]),
  )
  let statements = 0
  await ground.database.transaction(async tx => {
    const counting = new Proxy(tx, {
      get: (target, name, self) => {
        if (name === 'query') statements++
        return Reflect.get(target, name, self)
      },
    })
    const filings = mailboxIds.map((mailboxId, index) => ({ mailboxId, itemId: itemIds[index]! }))
    await evaluateFilings(counting, filings, async () => rules)
  })
  assert.equal(statements, 1)
  const after = await columns(ground.database)
  for (const [index, mailboxId] of mailboxIds.entries()) {
    const { retain_until } = after.get(filingOf(mailboxId, itemIds[index]!))!
    const end = left(mailboxId)
    assert.equal(retain_until, mailboxId % 7 === 0 ? Infinity : end.setUTCFullYear(end.getUTCFullYear() + 1))
  }
})

test('filings are decided on again by themselves after a label was put on', async t => {
  const { ground } = await testArchive(t)
  const { database } = ground
  const draw = drawFrom(seededRandom(6))
  const facts = { ...randomFacts(draw, NONE), sentAt: new Date('2024-02-29T12:00:00Z') }
  const [itemId] = await addKeptItems(database, [
    {
      facts,
      filings: [
        { mailboxId: 101, labelId: null },
        { mailboxId: 102, labelId: null },
      ],
    },
  ])
  const label = {
    labelId: 7,
    action: 'retain-then-delete',
    period: { years: 1, months: 0, days: 0 },
    start: { from: 'sent' },
    review: false,
  } as const
  const rules = new Map(
    [101, 102].map(id => [id, { policies: [], labels: [label], labelRules: [] } satisfies MailboxRules]),
  )
  await database.transaction(async tx => {
    await tx.query('select set_label($1, $2, $3, $4)', [[101], [itemId], [7], ['person']])
    const done = await evaluateFilings(tx, [{ mailboxId: 101, itemId: itemId! }], async () => rules)
    assert.deepEqual(done, { filings: 1, changed: 1 })
  })
  const end = Date.parse('2025-02-28T12:00:00Z')
  const after = await columns(database)
  assert.deepEqual(after.get(filingOf(101, itemId!)), {
    mailbox_id: 101,
    item_id: itemId,
    retain_until: end,
    delete_at: end,
    label_id: 7,
    label_by: 'person',
  })
  assert.equal(after.get(filingOf(102, itemId!))!.retain_until, null)
})
