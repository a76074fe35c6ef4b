/** Labels put on by persons, by rules and by queries, and the events that their periods start with. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import { lockMailboxes } from '../hold/hold.ts'
import type { Actor } from '../identity/identity.ts'
import { parseQuery, search } from '../search/search.ts'
import { type TestHolds, testHolds, textItem } from '../testing/holds.ts'
import {
  askAgain,
  askLabelQueries,
  changeLabel,
  changeLabelRule,
  createLabel,
  createLabelRule,
  evaluateMailboxes,
  type LabelDraft,
  type LabelRuleDraft,
  listLabels,
  putLabel,
  removeLabel,
  removeLabelRule,
  retireLabel,
} from './retention.ts'

const signal = new AbortController().signal

const manager: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}

suite('labels', () => {
  let holds: TestHolds
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    holds = await testHolds(t)
  })

  let made = 0
  const label = (draft: Partial<LabelDraft> = {}) =>
    createLabel(holds.ground, manager, {
      name: `Label ${++made} of tests`,
      description: '',
      action: 'retain-then-delete',
      period: 'P2Y',
      start: 'sent',
      eventTypeId: null,
      review: false,
      ...draft,
    })
  const rule = (labelId: number, draft: Partial<LabelRuleDraft> = {}) =>
    createLabelRule(holds.ground, holds.queue, manager, {
      name: 'Rule',
      labelId,
      query: null,
      mailboxIds: null,
      connectorIds: null,
      kinds: null,
      active: true,
      ...draft,
    })
  const evaluated = () => evaluateMailboxes(holds.ground, null, signal)
  const filing = async (mailboxId: number, itemId: string) => {
    const [row] = await holds.ground.database.query<{
      label_id: number | null
      label_by: string | null
      retain_until: Date | number | null
      delete_at: Date | null
    }>(
      'select label_id, label_by, retain_until, delete_at from filing where mailbox_id = $1 and item_id = $2',
      [mailboxId, itemId],
    )
    return row!
  }
  const labelOf = async (mailboxId: number, itemId: string) => {
    const { label_id, label_by } = await filing(mailboxId, itemId)
    return label_id === null ? label_by : `${label_id} ${label_by}`
  }

  test('a person puts a label on a copy, which is decided on at once, and takes it off for good', async () => {
    const [one, two] = [await holds.mailbox('put-1'), await holds.mailbox('put-2')]
    const item = textItem([one, two], 'invoice')
    await holds.add(item)
    const { labelId } = await label()
    // Named twice, it is one copy.
    const on = {
      type: 'copies',
      copies: [one, one].map(mailboxId => ({ mailboxId, itemId: item.id })),
    } as const
    assert.deepEqual(await putLabel(holds.ground, manager, labelId, on), {
      copies: 1,
      changed: 1,
      replaced: 0,
    })
    const until = new Date('2028-10-01T00:00:00Z')
    assert.deepEqual(await filing(one, item.id), {
      label_id: labelId,
      label_by: 'person',
      retain_until: until,
      delete_at: until,
    })
    assert.equal(await labelOf(two, item.id), null)
    // Another label takes its place; a rule's never does, and nothing comes back once a person took it off.
    const longer = await label({ action: 'retain', period: null })
    await putLabel(holds.ground, manager, longer.labelId, on)
    assert.equal((await filing(one, item.id)).retain_until, Infinity)
    const automatic = await rule(labelId, { mailboxIds: [one, two] })
    await evaluated()
    assert.equal(await labelOf(one, item.id), `${longer.labelId} person`)
    assert.equal(await labelOf(two, item.id), `${labelId} rule`)
    await putLabel(holds.ground, manager, null, { type: 'items', itemIds: [item.id] })
    await evaluated()
    for (const mailboxId of [one, two])
      assert.deepEqual(await filing(mailboxId, item.id), {
        label_id: null,
        label_by: 'person',
        retain_until: null,
        delete_at: null,
      })
    await removeLabelRule(holds.ground, manager, automatic.ruleId)
    const { entries } = await readEntries(holds.ground.database, {
      subject: `item:${item.id}`,
      limit: 10,
    })
    // The clock stands still, so they are in no order.
    assert.deepEqual(entries.map(entry => `${entry.act} by ${entry.actor}`).sort(), [
      'label.put by person:rita',
      'label.put by person:rita',
      'label.take-off by person:rita',
    ])
  })

  test('what a query finds is labelled in one act, with or without what has a label', async () => {
    const box = await holds.mailbox('bulk')
    const items = ['quarterly figures', 'quarterly lunch', 'quarterly report'].map(body =>
      textItem([box], body),
    )
    await holds.add(...items)
    const [first, second] = [await label(), await label()]
    const on = { type: 'query', query: 'quarterly', mailboxIds: [box] } as const
    await putLabel(holds.ground, manager, first.labelId, { ...on, query: 'quarterly NOT report' })
    assert.deepEqual(await putLabel(holds.ground, manager, second.labelId, on, { onlyUnlabelled: true }), {
      copies: 1,
      changed: 1,
      replaced: 0,
    })
    assert.deepEqual(await putLabel(holds.ground, manager, second.labelId, on), {
      copies: 3,
      changed: 2,
      replaced: 2,
    })
    const found = async (query: string) =>
      (
        await search(
          holds.ground.database,
          holds.ground.keyring,
          parseQuery(query),
          { mailboxIds: [box] },
          { limit: 10 },
        )
      ).itemIds.length
    assert.equal(await found(`label:"  ${second.name.toUpperCase()} "`), 3)
    assert.equal(await found(`retentionlabel:${second.labelId}`), 3)
    assert.equal(await found('label:any AND lunch'), 1)
    assert.equal(await found(`label:"${first.name}" OR label:unheard-of`), 0)
    await putLabel(holds.ground, manager, null, { ...on, query: 'lunch' })
    assert.equal(await found('label:none'), 1)
    await assert.rejects(putLabel(holds.ground, manager, first.labelId, { ...on, query: '(' }), error =>
      hasCode(error, 'QUERY_INVALID'),
    )
  })

  test('a query labels what is filed already and what arrives later, once, and leaves other labels alone', async () => {
    const [box, other] = [await holds.mailbox('query-1'), await holds.mailbox('query-2')]
    const [old, labelled, unrelated] = [
      textItem([box, other], 'project albatross begins'),
      textItem([box], 'albatross again'),
      textItem([box], 'lunch'),
    ]
    await holds.add(old, labelled, unrelated)
    const [by, explicit] = [await label(), await label({ action: 'none', period: null })]
    await putLabel(holds.ground, manager, explicit.labelId, { type: 'items', itemIds: [labelled.id] })
    const made = await rule(by.labelId, { query: 'albatross', mailboxIds: [box] })
    assert.equal(made.evaluating, true)
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(box, old.id), `${by.labelId} query`)
    assert.notEqual((await filing(box, old.id)).retain_until, null)
    assert.equal(await labelOf(other, old.id), null)
    assert.equal(await labelOf(box, labelled.id), `${explicit.labelId} person`)
    assert.equal(await labelOf(box, unrelated.id), null)
    const [later, ofOther] = [textItem([box], 'the albatross lands'), textItem([other], 'an albatross')]
    await holds.add(later, ofOther)
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(box, later.id), `${by.labelId} query`)
    assert.equal(await labelOf(other, ofOther.id), null)
    // Of two that match, the older rule's counts; one that is off labels nothing, and what it has put on stays.
    const second = await rule((await label()).labelId, { query: 'albatross OR heron' })
    await changeLabelRule(holds.ground, holds.queue, manager, made.ruleId, { active: false })
    const heron = textItem([box], 'a heron and an albatross')
    await holds.add(heron)
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(box, heron.id), `${second.labelId} query`)
    assert.equal(await labelOf(other, ofOther.id), `${second.labelId} query`)
    assert.equal(await labelOf(box, old.id), `${by.labelId} query`)
    await removeLabelRule(holds.ground, manager, second.ruleId)
    const [left] = await holds.ground.database.query('select count(*) as waiting from label_waiting')
    assert.equal(left!.waiting, 0)
  })

  test('a copy that is filed while a rule is made ends up labelled, whoever comes first', async () => {
    const [from, into] = [await holds.mailbox('race-from'), await holds.mailbox('race-into')]
    const [first, second] = [textItem([from], 'sandpiper one'), textItem([from], 'sandpiper two')]
    await holds.add(first, second)
    const { database } = holds.ground
    const file = (itemId: string, meanwhile: () => Promise<unknown>) =>
      database.transaction(async tx => {
        await lockMailboxes(tx, [into], 'share')
        await meanwhile()
        await tx.execute(
          `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at)
           select $1, item_id, folder_id, run_id, filed_at from filing where item_id = $2`,
          [into, itemId],
        )
      })
    const { labelId } = await label()
    let making: ReturnType<typeof rule> | undefined
    // The rule waits for the filing, and finds it when it looks at what is filed already.
    await file(first.id, async () => {
      making = rule(labelId, { query: 'sandpiper', mailboxIds: [into] })
      await wait(100)
    })
    const { ruleId } = await making!
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(into, first.id), `${labelId} query`)
    // The rule was there before: the filing waits for its query.
    await file(second.id, async () => {})
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(into, second.id), `${labelId} query`)
    await removeLabelRule(holds.ground, manager, ruleId)
  })

  test('an item whose attachments are yet to be read is labelled when they are', async () => {
    const box = await holds.mailbox('attached')
    const item = textItem([box], 'pelican', { attachments: 1 })
    const { labelId } = await label()
    const made = await rule(labelId, { query: 'pelican NOT secret', mailboxIds: [box] })
    await holds.add(item)
    const { database } = holds.ground
    await database.execute(
      `insert into attachment_text (item_id, batch_id, state, version) values ($1, 1, 'waiting', 1)
       on conflict (item_id) do update set state = 'waiting'`,
      [item.id],
    )
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(box, item.id), null)
    await database.transaction(async tx => {
      await tx.execute(`update attachment_text set state = 'read' where item_id = $1`, [item.id])
      await askAgain(tx, [item.id])
    })
    await askLabelQueries(holds.ground)
    assert.equal(await labelOf(box, item.id), `${labelId} query`)
    await removeLabelRule(holds.ground, manager, made.ruleId)
  })

  test('of rules without a query the oldest that fits gives its label', async () => {
    const box = await holds.mailbox('oldest')
    const item = textItem([box], 'anything')
    await holds.add(item)
    const [calls, texts, later] = [await label(), await label(), await label()]
    const rules = [
      await rule(calls.labelId, { kinds: ['voice-call'], mailboxIds: [box] }),
      await rule(texts.labelId, { kinds: ['sms'], connectorIds: [1], mailboxIds: [box] }),
      await rule(later.labelId, { mailboxIds: [box] }),
    ]
    await evaluated()
    assert.equal(await labelOf(box, item.id), `${texts.labelId} rule`)
    for (const { ruleId } of rules) await removeLabelRule(holds.ground, manager, ruleId)
    await evaluated()
    assert.equal(await labelOf(box, item.id), `${texts.labelId} rule`)
    for (const draft of [
      { kinds: [] },
      { mailboxIds: [] },
      { name: ' ' },
      { query: 'hold:yes' },
      { query: 'label:any' },
    ])
      await assert.rejects(rule(texts.labelId, draft), error => hasCode(error, 'LABEL_RULE_INVALID'))
  })

  test('a label in use is retired and not removed; a new period has what carries it decided on again', async () => {
    const box = await holds.mailbox('retired')
    const item = textItem([box], 'anything')
    await holds.add(item)
    const { labelId, name } = await label()
    const on = { type: 'items', itemIds: [item.id] } as const
    await putLabel(holds.ground, manager, labelId, on)
    const puts = await rule(labelId, { mailboxIds: [box], active: false })
    await assert.rejects(retireLabel(holds.ground, manager, labelId), error => hasCode(error, 'LABEL_IN_USE'))
    await removeLabelRule(holds.ground, manager, puts.ruleId)
    await assert.rejects(removeLabel(holds.ground, manager, labelId), error => hasCode(error, 'LABEL_IN_USE'))
    const changed = await changeLabel(holds.ground, holds.queue, manager, labelId, { period: 'P3Y' })
    assert.equal(changed.copies, 1)
    await evaluated()
    assert.deepEqual((await filing(box, item.id)).retain_until, new Date('2029-10-01T00:00:00Z'))
    await assert.rejects(changeLabel(holds.ground, holds.queue, manager, labelId, {}, 1), error =>
      hasCode(error, 'REVISION_STALE'),
    )
    await retireLabel(holds.ground, manager, labelId)
    await evaluated()
    assert.deepEqual((await filing(box, item.id)).retain_until, new Date('2029-10-01T00:00:00Z'))
    await assert.rejects(putLabel(holds.ground, manager, labelId, on), error =>
      hasCode(error, 'LABEL_RETIRED'),
    )
    await assert.rejects(rule(labelId), error => hasCode(error, 'LABEL_RETIRED'))
    await putLabel(holds.ground, manager, null, on)
    await removeLabel(holds.ground, manager, labelId)
    assert.ok(!(await listLabels(holds.ground, manager)).some(each => each.name === name))
  })

  test('a label is refused that makes no sense, or has the name of another', async () => {
    const { name } = await label()
    const refused: Partial<LabelDraft>[] = [
      { name: name.toUpperCase() },
      { name: '' },
      { name: 'None' },
      { name: '123' },
      { period: '2 years' },
      { period: 'P0D' },
      { period: null },
      { action: 'none' },
      { action: 'retain', review: true },
      { start: 'event' },
      { eventTypeId: 1 },
    ]
    for (const draft of refused)
      await assert.rejects(label(draft), error => hasCode(error, 'LABEL_INVALID'), JSON.stringify(draft))
    const nobody: Actor = { name: 'person:bo', breakGlass: false, roles: new Map([['Hold', null]]) }
    await assert.rejects(createLabel(holds.ground, nobody, { ...(await label()), name: 'x' }), error =>
      hasCode(error, 'ROLE_MISSING'),
    )
  })

  test('names, descriptions and queries of labels are nowhere in the clear', async () => {
    const { labelId } = await label({ name: 'Zanzibar matter', description: 'about Zanzibar' })
    await rule(labelId, { name: 'Zanzibar rule', query: 'zanzibar', active: false })
    const tables = ['retention_label', 'label_rule', 'event_type', 'retention_event', 'audit_entry']
    for (const table of tables) {
      const rows = await holds.ground.database.query<{ text: string }>(
        `select t::text as text from ${table} t`,
      )
      const hex = Buffer.from('anzibar').toString('hex')
      assert.ok(
        rows.every(({ text }) => !/zanzibar/i.test(text) && !text.includes(hex)),
        table,
      )
    }
  })
})
