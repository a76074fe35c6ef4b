/** Events that periods start with: recorded, the latest counting, and withdrawn. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { hasCode } from '../errors.ts'
import type { Actor } from '../identity/identity.ts'
import { testHolds, textItem } from '../testing/holds.ts'
import { lockDirectory } from './policy-act.ts'
import {
  createEventType,
  createLabel,
  createPolicy,
  evaluateMailboxes,
  lockPolicy,
  putLabel,
  recordEvent,
  removeEventType,
  withdrawEvent,
} from './retention.ts'

const manager: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}

test('a period that starts with an event waits for it, and of several the latest counts', async t => {
  const holds = await testHolds(t)
  const evaluated = () => evaluateMailboxes(holds.ground, null, new AbortController().signal)
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
  const [leaver, other] = [await holds.mailbox('leaver'), await holds.mailbox('stayer')]
  const item = textItem([leaver, other], 'contract')
  await holds.add(item)
  const { eventTypeId } = await createEventType(holds.ground, manager, {
    name: 'End of employment',
    description: '',
  })
  const { labelId } = await createLabel(holds.ground, manager, {
    name: 'Personnel file',
    description: '',
    action: 'retain-then-delete',
    period: 'P6Y',
    start: 'event',
    eventTypeId,
    review: false,
  })
  await putLabel(holds.ground, manager, labelId, { type: 'items', itemIds: [item.id] })
  assert.deepEqual(await filing(leaver, item.id), {
    label_id: labelId,
    label_by: 'person',
    retain_until: Infinity,
    delete_at: null,
  })
  const happened = (at: string, mailboxIds: number[] | null) =>
    recordEvent(holds.ground, holds.queue, manager, {
      name: 'Left',
      description: '',
      eventTypeId,
      happenedAt: new Date(at),
      mailboxIds,
    })
  const first = await happened('2026-03-31T00:00:00Z', [leaver])
  await evaluated()
  assert.deepEqual((await filing(leaver, item.id)).delete_at, new Date('2032-03-31T00:00:00Z'))
  assert.equal((await filing(other, item.id)).retain_until, Infinity)
  const later = await happened('2026-06-30T00:00:00Z', null)
  await happened('2025-01-01T00:00:00Z', [leaver])
  await evaluated()
  for (const mailboxId of [leaver, other])
    assert.deepEqual((await filing(mailboxId, item.id)).retain_until, new Date('2032-06-30T00:00:00Z'))
  await withdrawEvent(holds.ground, holds.queue, manager, later.eventId)
  await evaluated()
  assert.deepEqual((await filing(leaver, item.id)).delete_at, new Date('2032-03-31T00:00:00Z'))
  assert.equal((await filing(other, item.id)).retain_until, Infinity)
  await assert.rejects(withdrawEvent(holds.ground, holds.queue, manager, later.eventId), error =>
    hasCode(error, 'EVENT_WITHDRAWN'),
  )
  await assert.rejects(removeEventType(holds.ground, manager, eventTypeId), error =>
    hasCode(error, 'EVENT_TYPE_IN_USE'),
  )
  // A policy under preservation lock that counts from it: it may wait again, and not count from an earlier one.
  const { database } = holds.ground
  await database.execute(
    `insert into retention_policy (sealed, applies_to, action, period, start_from, event_type_id, enabled, created_by,
       created_at, locked_by, locked_at) values ('', 'all', 'retain', 'P6Y', 'event', $1, true, 'system', now(), 'system', now())`,
    [eventTypeId],
  )
  await assert.rejects(withdrawEvent(holds.ground, holds.queue, manager, first.eventId), error =>
    hasCode(error, 'EVENT_LOCKED'),
  )
  const refused = (work: Promise<unknown>) =>
    assert.rejects(work, error => (error as { code?: string }).code === 'HFK02')
  await refused(
    database.execute('update retention_event set withdrawn_at = now() where event_id = $1', [first.eventId]),
  )
  await refused(
    database.execute(`update retention_event set happened_at = '2020-01-01' where event_id = $1`, [
      first.eventId,
    ]),
  )
  await refused(database.execute('delete from retention_event_mailbox where event_id = $1', [first.eventId]))
})

test('a locked policy that waits again after an event was withdrawn never counts from an earlier one', async t => {
  const holds = await testHolds(t)
  const { ground, queue, mailbox } = holds
  const [one, other] = [await mailbox('trader-1'), await mailbox('trader-2')]
  const { eventTypeId } = await createEventType(ground, manager, { name: 'Closed', description: '' })
  const words = { name: 'Accounts', description: '', belowPreset: '', presetId: null }
  const { policyId } = await createPolicy(ground, queue, manager, {
    ...words,
    appliesTo: 'mailboxes',
    mailboxIds: [one, other],
    excludedIds: [],
    scopeIds: [],
    connectorIds: null,
    kinds: null,
    action: 'retain',
    period: 'P6Y',
    startFrom: 'event',
    eventTypeId,
    review: false,
    enabled: true,
  })
  const happened = (at: string, mailboxIds: number[] | null) =>
    recordEvent(ground, queue, manager, {
      name: 'Closed',
      description: '',
      eventTypeId,
      happenedAt: new Date(at),
      mailboxIds,
    })
  const mistaken = await happened('2031-01-01T00:00:00Z', [one])
  await withdrawEvent(ground, queue, manager, mistaken.eventId)
  holds.now += 1000
  await lockPolicy(ground, queue, manager, policyId, 'Accounts')
  // What was withdrawn before the lock binds nobody; what was counted from under it does, where it was.
  const counted = await happened('2026-03-31T00:00:00Z', [one])
  await withdrawEvent(ground, queue, manager, counted.eventId)
  for (const mailboxIds of [[one], [one, other], null])
    await assert.rejects(happened('2010-01-01T00:00:00Z', mailboxIds), error =>
      hasCode(error, 'EVENT_LOCKED'),
    )
  await happened('2010-01-01T00:00:00Z', [other])
  const { database } = ground
  const refused = (statement: string) =>
    assert.rejects(
      database.execute(statement),
      error => (error as { code?: string }).code === 'HFK02',
      statement,
    )
  const early = (everywhere: boolean) =>
    `insert into retention_event (event_type_id, sealed, happened_at, everywhere, recorded_by, recorded_at)
     values (${eventTypeId}, '', '2010-01-01', ${everywhere}, 'x', now()) returning event_id`
  await refused(early(true))
  await refused(
    `with e as (${early(false)}) insert into retention_event_mailbox (mailbox_id, event_id) select ${one}, event_id from e`,
  )
  await refused(`update retention_event set withdrawn_at = null where event_id = ${counted.eventId}`)
  await refused(`update retention_event set withdrawn_at = '2020-01-01' where event_id = ${counted.eventId}`)
  await happened('2026-04-30T00:00:00Z', [one])
})

test('a type of events stays where a policy that counts from it is being made', async t => {
  const { ground } = await testHolds(t)
  const { eventTypeId } = await createEventType(ground, manager, { name: 'Closed', description: '' })
  let removing: Promise<unknown> | undefined
  await ground.database.transaction(async tx => {
    // As a policy is made.
    await lockDirectory(tx)
    await tx.execute(
      `insert into retention_policy (sealed, applies_to, action, period, start_from, event_type_id, created_by, created_at)
       values ('', 'all', 'retain', 'P6Y', 'event', $1, 'x', now())`,
      [eventTypeId],
    )
    removing = removeEventType(ground, manager, eventTypeId).then(
      () => null,
      error => error,
    )
    await wait(200)
  })
  assert.ok(hasCode(await removing, 'EVENT_TYPE_IN_USE'))
})
