/** Erasure requests over HTTP: entered, looked at, reported and withdrawn; restricted items for who may see which. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { performErasure } from '../../src/erasure/erasure.ts'
import { formatItemId } from '../../src/message/message.ts'
import { testApi } from '../../src/testing/api.ts'
import { stopDatabase } from '../../src/testing/erasure.ts'
import { testHolds, textItem } from '../../src/testing/holds.ts'

/** What `textItem` is from and to. */
const NUMBER = '+447700900123'
const DRAFT = {
  identities: [{ value: '+44 7700 900123' }],
  basis: 'objection',
  reason: 'Asked for by letter, a private matter',
  reference: 'DPO-17',
}

/** As a message has it in an archive: its id is one that the API takes. */
function message(mailboxIds: readonly number[]): ReturnType<typeof textItem> {
  const item = textItem(mailboxIds, 'lunch')
  const itemId = Buffer.from(item.input.itemId)
  itemId[6] = 0x80
  itemId[8] = 0x80
  return { ...item, id: formatItemId(itemId), input: { ...item.input, itemId } }
}

test('a request is previewed, entered, looked at, reported and withdrawn, each with its revision', async t => {
  const holds = await testHolds(t)
  const [free, held] = [await holds.mailbox('free'), await holds.mailbox('held')]
  const kept = message([held])
  await holds.add(message([free]), kept)
  await holds.place([held])
  await stopDatabase(holds.archive, holds.now)
  const api = await testApi(t, holds.archive)
  const rita = await api.personWith(['Retention Management'])
  const preview = await rita.call('POST', '/api/erasure-requests/preview', {
    body: { identities: DRAFT.identities },
  })
  assert.equal(preview.status, 200, preview.text)
  assert.deepEqual(
    (({ items, copies, erasable, held: byHold }) => ({ items, copies, erasable, byHold }))(preview.json()),
    { items: 2, copies: 2, erasable: 1, byHold: 1 },
  )
  const entered = await rita.call('POST', '/api/erasure-requests', { body: DRAFT })
  assert.equal(entered.status, 200, entered.text)
  assert.deepEqual(
    [entered.json().state, entered.json().identities[0].value, entered.json().includeLater],
    ['working', NUMBER, false],
  )
  const { requestId } = entered.json()
  await performErasure(holds.ground, requestId)
  const path = `/api/erasure-requests/${requestId}`
  const shown = await rita.call('GET', path)
  const request = shown.json()
  assert.deepEqual(
    [request.state, request.erasedItems, request.refusedCopies, request.disposals.length],
    ['waiting', 1, 1, 1],
  )
  assert.deepEqual(request.refused, [
    { mailboxId: held, address: 'held@example.com', copies: 1, held: 1, retained: 0, untold: 0, until: null },
  ])
  const stale = await rita.call('PATCH', path, {
    body: { includeLater: true },
    headers: { 'if-match': '"99"' },
  })
  assert.deepEqual([stale.status, stale.json().code], [412, 'REVISION_STALE'])
  const report = await rita.call('GET', `${path}/report`)
  assert.deepEqual([report.json().erased.items, report.json().kept.legalClaims], [1, 1])
  const page = await rita.call('GET', `${path}/report/page?language=sv`)
  assert.match(page.headers.get('content-type') ?? '', /text\/html/)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.match(page.text, /Din begäran om radering/)
  assert.match((await rita.call('GET', `${path}/report/table`)).text, /legal claims/)
  const withdrawn = await rita.call('POST', `${path}/withdraw`, {
    body: { reason: 'entered by mistake' },
    headers: { 'if-match': shown.headers.get('etag')! },
  })
  assert.deepEqual([withdrawn.status, withdrawn.json().state], [200, 'withdrawn'], withdrawn.text)
  const again = await rita.call('POST', `${path}/withdraw`, {
    body: { reason: 'twice' },
    headers: { 'if-match': `"${withdrawn.json().revision}"` },
  })
  assert.deepEqual([again.status, again.json().code], [409, 'ERASURE_OVER'])
})

test('a restricted item is refused with its own error, counted in searches, and open to who looks after cases', async t => {
  const holds = await testHolds(t)
  const held = await holds.mailbox('held')
  const kept = message([held])
  await holds.add(kept)
  await holds.place([held])
  await stopDatabase(holds.archive, holds.now)
  const api = await testApi(t, holds.archive)
  const rita = await api.personWith(['Retention Management'])
  const reader = await api.personWith(['Preview', 'Compliance Search'])
  const casey = await api.personWith(['Preview', 'Compliance Search', 'Case Management'])
  const elsewhere = await holds.mailbox('elsewhere')
  const limited = await api.personWith(['Preview', 'Hold'], { mailboxes: [elsewhere], conditions: [] })
  const { requestId } = (await rita.call('POST', '/api/erasure-requests', { body: DRAFT })).json()
  await performErasure(holds.ground, requestId)
  const refused = await reader.call('GET', `/api/items/${kept.id}/original`)
  assert.deepEqual([refused.status, refused.json().code], [403, 'ITEM_RESTRICTED'])
  const unknown = await limited.call('GET', `/api/items/${kept.id}/original`)
  assert.deepEqual([unknown.status, unknown.json().code], [404, 'ITEM_UNKNOWN'])
  const estimate = async (caller: typeof reader) => {
    const answer = await caller.call('POST', '/api/search/estimate', { body: { query: 'lunch' } })
    assert.equal(answer.status, 200, answer.text)
    return [answer.json().items, answer.json().restricted]
  }
  assert.deepEqual(await estimate(reader), [0, 1])
  assert.deepEqual(await estimate(casey), [1, 0])
  const mailboxOf = async (caller: typeof reader) => {
    const answer = await caller.call('GET', '/api/mailboxes/held@example.com')
    assert.equal(answer.status, 200, answer.text)
    const [folder] = answer.json().folders
    return [folder.filings, folder.restricted]
  }
  assert.deepEqual(await mailboxOf(reader), [0, 1])
  assert.deepEqual(await mailboxOf(casey), [1, 0])
})
