/** Labels and their rules, where two are at them at the same time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { lockMailboxes } from '../hold/hold.ts'
import type { Actor } from '../identity/identity.ts'
import { type TestHolds, testHolds, textItem } from '../testing/holds.ts'
import { labelCopies } from './label-putting.ts'
import { changeLabelRule, createLabel, createLabelRule, evaluateMailboxes } from './retention.ts'

const signal = new AbortController().signal
const manager: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}
const LABEL = {
  name: 'By a rule',
  description: '',
  action: 'retain-then-delete',
  period: 'P2Y',
  start: 'sent',
  eventTypeId: null,
  review: false,
} as const
const RULE = { name: 'Rule', query: null, mailboxIds: null, connectorIds: null, kinds: null, active: true }

async function filing({ ground }: TestHolds, mailboxId: number, itemId: string) {
  const [row] = await ground.database.query(
    'select label_id, label_by, retain_until, delete_at from filing where mailbox_id = $1 and item_id = $2',
    [mailboxId, itemId],
  )
  return row
}

test('a label that is put on while its mailbox is evaluated is neither lost nor decided on without', async t => {
  const holds = await testHolds(t)
  const box = await holds.mailbox('race-evaluated')
  const [labelled, bare] = [textItem([box], 'labelled meanwhile'), textItem([box], 'unlabelled meanwhile')]
  await holds.add(labelled, bare)
  const { database } = holds.ground
  const [own, byRule] = [
    await createLabel(holds.ground, manager, {
      ...LABEL,
      name: 'By a person',
      action: 'retain',
      period: null,
    }),
    await createLabel(holds.ground, manager, LABEL),
  ]
  await createLabelRule(holds.ground, holds.queue, manager, {
    ...RULE,
    labelId: byRule.labelId,
    mailboxIds: [box],
  })
  let evaluating: ReturnType<typeof evaluateMailboxes> | undefined
  // Both have the mailbox share-locked: the evaluation finds the filings being labelled, and waits for that.
  await database.transaction(async tx => {
    await lockMailboxes(tx, [box], 'share')
    await labelCopies(tx, own.labelId, [{ mailboxId: box, itemId: labelled.id }])
    await labelCopies(tx, null, [{ mailboxId: box, itemId: bare.id }])
    evaluating = evaluateMailboxes(holds.ground, [box], signal)
    await wait(300)
  })
  await evaluating
  assert.deepEqual(await filing(holds, box, labelled.id), {
    label_id: own.labelId,
    label_by: 'person',
    retain_until: Infinity,
    delete_at: null,
  })
  assert.deepEqual(await filing(holds, box, bare.id), {
    label_id: null,
    label_by: 'person',
    retain_until: null,
    delete_at: null,
  })
})

test('a rule is changed while its query is asked, and neither is thrown back', async t => {
  const holds = await testHolds(t)
  const box = await holds.mailbox('race-rule')
  const { labelId } = await createLabel(holds.ground, manager, LABEL)
  const { ruleId } = await createLabelRule(holds.ground, holds.queue, manager, {
    ...RULE,
    labelId,
    query: 'dunlin',
    mailboxIds: [box],
  })
  const { database } = holds.ground
  let changing: ReturnType<typeof changeLabelRule> | undefined
  await database.transaction(async tx => {
    // As label-query.ts does where a query cannot be asked any more.
    await lockMailboxes(tx, [box], 'share')
    changing = changeLabelRule(holds.ground, holds.queue, manager, ruleId, { name: 'Renamed' })
    await wait(200)
    await tx.execute(`update label_rule set problem = 'QUERY_INVALID' where rule_id = $1`, [ruleId])
  })
  assert.equal((await changing!).name, 'Renamed')
})
