/** Labels, rules, events and explanations over HTTP: made, changed, used and removed, each with its revision. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatItemId } from '../../src/message/message.ts'
import { askLabelQueries } from '../../src/retention/retention.ts'
import { testApi } from '../../src/testing/api.ts'
import { testHolds, textItem } from '../../src/testing/holds.ts'

/** As a message has it in an archive: its id is one that the API takes. */
function message(mailboxIds: readonly number[], body: string): ReturnType<typeof textItem> {
  const item = textItem(mailboxIds, body)
  const itemId = Buffer.from(item.input.itemId)
  itemId[6] = 0x80
  itemId[8] = 0x80
  return { ...item, id: formatItemId(itemId), input: { ...item.input, itemId } }
}

test('labels, rules and events are made and used, and an item says why it is kept', async t => {
  const holds = await testHolds(t)
  const [one, two] = [await holds.mailbox('one'), await holds.mailbox('two')]
  const [contract, lunch] = [message([one, two], 'the contract'), message([one], 'lunch')]
  await holds.add(contract, lunch)
  const api = await testApi(t, holds.archive)
  const rita = await api.personWith(['Retention Management'])
  const reader = await api.personWith(['Preview'])
  const ok = async (
    method: string,
    path: string,
    body?: unknown,
    revision?: number,
    person: typeof rita = rita,
  ) => {
    const answer = await person.call(method, `/api${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(revision === undefined ? {} : { headers: { 'if-match': `"${revision}"` } }),
    })
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`)
    return answer.status === 204 ? null : answer.json()
  }
  const refused = async (code: string, ...[method, path, body, revision]: Parameters<typeof ok>) => {
    const answer = await rita.call(method, `/api${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(revision === undefined ? {} : { headers: { 'if-match': `"${revision}"` } }),
    })
    assert.equal(answer.json().code, code, answer.text)
  }

  const type = await ok('POST', '/retention/event-types', { name: 'End of employment' })
  const label = await ok('POST', '/retention/labels', {
    name: 'Contract',
    action: 'retain-then-delete',
    period: 'P6Y',
    start: 'event',
    eventTypeId: type.eventTypeId,
    review: true,
  })
  await refused('LABEL_INVALID', 'POST', '/retention/labels', { name: 'contract', action: 'none' })
  const path = `/retention/labels/${label.labelId}`
  const changed = await ok('PATCH', path, { description: 'Signed ones' }, label.revision)
  assert.deepEqual([changed.description, changed.period, changed.revision], ['Signed ones', 'P6Y', 2])
  await refused('REVISION_STALE', 'PATCH', path, { name: 'x' }, label.revision)

  const rule = await ok('POST', '/retention/label-rules', {
    name: 'Contracts',
    labelId: label.labelId,
    query: 'contract',
    mailboxIds: [one],
  })
  assert.equal(rule.evaluating, true)
  await refused('LABEL_IN_USE', 'DELETE', path, undefined, 2)
  await askLabelQueries(holds.ground)
  assert.deepEqual((await ok('GET', '/retention/labels')).rows[0].copies, 1)
  const rulePath = `/retention/label-rules/${rule.ruleId}`
  assert.equal((await ok('PATCH', rulePath, { active: false }, 1)).active, false)
  assert.deepEqual((await ok('GET', rulePath)).query, 'contract')

  const explain = async (itemId: string, person = rita) =>
    ok('GET', `/items/${itemId}/explanation`, undefined, undefined, person)
  const waiting = (await explain(contract.id)).filings
  assert.deepEqual(
    waiting.map((each: { address: string; verdict: string; fate: string; label: unknown }) => [
      each.address,
      each.verdict,
      each.fate,
      each.label,
    ]),
    [
      ['one@example.com', 'kept-event', 'unknown', { labelId: label.labelId, name: 'Contract', by: 'query' }],
      ['two@example.com', 'free', 'stays', null],
    ],
  )
  assert.equal((await explain(contract.id, reader)).filings.length, 2)

  const put = { on: { type: 'items', itemIds: [contract.id, lunch.id] } }
  assert.deepEqual(await ok('POST', `${path}/put`, { ...put, onlyUnlabelled: true }), {
    copies: 2,
    changed: 2,
    replaced: 0,
  })
  const off = { on: { type: 'copies', copies: [{ mailboxId: one, itemId: lunch.id }] } }
  assert.deepEqual(await ok('POST', '/retention/labels/take-off', off), {
    copies: 1,
    changed: 1,
    replaced: 1,
  })
  await refused('REQUEST_INVALID', 'POST', `${path}/put`, { on: { type: 'copies', copies: [] } })

  const event = await ok('POST', '/retention/events', {
    name: 'Left',
    eventTypeId: type.eventTypeId,
    happenedAt: '2026-03-31T00:00:00Z',
    mailboxIds: [one],
  })
  assert.equal((await ok('GET', `/retention/events?eventTypeId=${type.eventTypeId}&limit=1`)).total, 1)
  const withdrawn = await ok('POST', `/retention/events/${event.eventId}/withdraw`, undefined, event.revision)
  assert.notEqual(withdrawn.withdrawnAt, null)
  await refused('EVENT_TYPE_IN_USE', 'DELETE', `/retention/event-types/${type.eventTypeId}`, undefined, 1)

  await ok('DELETE', rulePath, undefined, 2)
  const retired = await ok('POST', `${path}/retire`, undefined, 2)
  assert.notEqual(retired.retiredAt, null)
  await refused('LABEL_RETIRED', 'POST', `${path}/put`, put)
  await ok('POST', '/retention/labels/take-off', put)
  await ok('DELETE', path, undefined, retired.revision)
  assert.deepEqual((await ok('GET', '/retention/labels')).rows, [])
})
