/** What a run counts, item by item: copies, versions, excluded phones, late items, impossible times, wrong counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showItem } from '../../src/archive/archive.ts'
import { listFailures } from '../../src/pipeline/pipeline.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { readKept } from './served.ts'
import {
  ANNA,
  ARRIVAL,
  BO,
  eml,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  type TinyMessage,
  type TinyUser,
  tinyMail,
  tinyRecord,
  WINDOW,
} from './tiny-site.ts'

const REGISTERED = [
  { userId: 'ua', mobile: ANNA.number },
  { userId: 'ub', mobile: BO.number },
]

async function tinyArchive(
  t: { after(work: () => Promise<void>): void },
  messages: TinyMessage[],
  product = 'o2',
  users: TinyUser[] = REGISTERED,
) {
  const site = await startTinySite(messages, users)
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, product)
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  return { site, archive, connector, ground: archive.ground }
}

const record = (id: string, text: string, more: Partial<Parameters<typeof tinyRecord>[0]> = {}) =>
  tinyRecord({ id, from: ANNA.number, to: BO.number, text, subscriberId: 'ua', ...more })

test('N+1 copies of an e-mail are one item; the others are counted as duplicates', async t => {
  const copy = (headers: string) =>
    tinyMail(
      'e1',
      eml({
        id: 'e1',
        headers,
        from: `"Anna Lapwing ${ANNA.number}" <${ANNA.mailbox}>`,
        to: `"Bo Lapwing ${BO.number}" <${BO.mailbox}>`,
        text: 'the tide tables',
        user: ANNA.number,
      }),
    )
  const { archive, connector, ground } = await tinyArchive(
    t,
    [
      copy('Return-Path: <a@example.com>\r\nMessage-ID: <1@example.com>\r\n'),
      copy('Return-Path: <b@example.com>\r\nReceived: from x\r\n by y\r\nMessage-ID: <2@example.com>\r\n'),
      copy('RCPT_TO: c@example.com\r\nX-TELEMESSAGE-Recipient: 447700900102\r\n'),
    ],
    'enterprise-number',
  )
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  const { counts } = run
  assert.deepEqual(
    [run.sourceCount, counts.itemsFiled, counts.itemsDuplicate, counts.filingsAvailable],
    [3, 1, 2, 6],
  )
  assert.deepEqual([counts.filingsImported, counts.filingsSkipped], [2, 4])
  assert.deepEqual(
    (await readKept(ground)).map(item => item.mailboxes),
    [[ANNA.mailbox, BO.mailbox]],
  )
})

test('the same source id with another content is a further version, linked to the first', async t => {
  const { archive, connector, ground, site } = await tinyArchive(t, [
    record('m1', 'first wording', { arrival: ARRIVAL - 2000 }),
    record('m1', 'second wording', { arrival: ARRIVAL - 1000 }),
    record('m2', 'something else', { arrival: ARRIVAL - 1000 }),
  ])
  assertComplete(await archive.run(connector, WINDOW))
  site.messages.push(record('m1', 'third wording', { arrival: ARRIVAL }))
  const later = await archive.run(connector, WINDOW)
  assertComplete(later)
  assert.deepEqual([later.counts.itemsFiled, later.counts.itemsDuplicate], [1, 3])
  const kept = await readKept(ground)
  const first = kept.filter(item => item.versionOf === null)
  assert.equal(kept.length, 4)
  assert.equal(first.length, 2)
  const versions = kept.filter(item => item.versionOf !== null)
  assert.equal(new Set(versions.map(item => item.versionOf)).size, 1)
  assert.ok(first.some(item => item.itemId === versions[0]!.versionOf))
  await assertSound(archive)
})

test('equal times never merge items, and items without a source id are told apart by their content', async t => {
  const withoutId = (text: string) => {
    const message = JSON.parse(record('', text).json) as { messageId?: string; body: { messageId?: string } }
    delete message.messageId
    delete message.body.messageId
    return { arrival: ARRIVAL, json: JSON.stringify(message) }
  }
  const { archive, connector, ground } = await tinyArchive(t, [
    record('m1', 'ok'),
    record('m2', 'ok'),
    withoutId('yes'),
    withoutId('no'),
    withoutId('no'),
  ])
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.deepEqual([run.counts.itemsFiled, run.counts.itemsDuplicate], [4, 1])
  assert.ok((await readKept(ground)).every(item => item.versionOf === null))
})

test('items of employee-owned phones, which the terms of O2 exclude, are set aside with that reason', async t => {
  const messages = [
    record('m1', 'from a private phone'),
    record('m2', 'from a company phone', { from: BO.number, to: ANNA.number, subscriberId: 'ub' }),
  ]
  const users = [
    { userId: 'ua', mobile: ANNA.number, companyOwned: false },
    { userId: 'ub', mobile: BO.number, companyOwned: true },
  ]
  const { archive, connector, ground } = await tinyArchive(t, messages, 'o2', users)
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.deepEqual([run.counts.itemsFiled, run.counts.itemsFailed, run.counts.filingsFailed], [1, 1, 1])
  const [failure, ...rest] = await listFailures(ground.database, run.runId, { limit: 10 })
  assert.equal(rest.length, 0)
  assert.deepEqual(
    [failure!.reason, failure!.sourceItemId, failure!.sourceUser],
    ['employee-owned-phone', 'm1', ANNA.number],
  )
  const view = await showItem(ground, archive.actor, failure!.itemId)
  assert.deepEqual(
    [view.state, view.reason, view.filings.map(each => each.mailbox)],
    ['quarantined', 'employee-owned-phone', ['quarantine']],
  )
  await assertSound(archive)
})

test('a late item is collected by the time of its arrival, an impossible date is flagged and filed', async t => {
  const { archive, connector, ground } = await tinyArchive(t, [
    record('late', 'five days under way', { sent: '2026-10-26T09:00:00Z' }),
    record('future', 'from the year 57300', { sent: '57300-01-01T00:00:00Z' }),
    record('zero', 'from the beginning of time', { sent: '1970-01-01T00:00:00Z' }),
    record('none', 'without a time', { sent: 'yesterday' }),
  ])
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.equal(run.counts.itemsFiled, 4)
  const rows = await ground.database.query<{ sent_at: Date | null; flags: string[]; item_id: string }>(
    'select item_id, sent_at, flags from item order by sent_at nulls last',
  )
  assert.equal(rows[0]!.sent_at?.toISOString(), '2026-10-26T09:00:00.000Z')
  for (const { sent_at: sentAt, flags, item_id: itemId } of rows.slice(1)) {
    assert.equal(sentAt, null)
    assert.ok(flags.includes('impossible-time'))
    assert.ok(itemId.startsWith('00000000-0000-'), 'its id stands at time zero')
  }
  await assertSound(archive)
})

test('a count that is not what arrived makes the run visibly incomplete', async t => {
  const { archive, connector, site, ground } = await tinyArchive(t, [record('m1', 'a'), record('m2', 'b')])
  site.count = 3
  const run = await archive.run(connector, WINDOW)
  assert.deepEqual([run.status, run.errorCode], ['incomplete', 'RUN_INCOMPLETE'])
  assert.match(run.errorMessage!, /3/)
  assert.match(run.errorMessage!, /2/)
  const shown = await archive.command(['run', 'show', String(run.runId)])
  assert.match(shown.stdout, /incomplete/)
  assert.match(shown.stdout, /does not add up/)
  const [moved] = await ground.database.query<{ collected_until: Date | null }>(
    'select collected_until from connector',
  )
  assert.equal(moved!.collected_until, null, 'the next run collects this window again')
  // Once the site has mended its count, the same window adds up.
  site.count = null
  const again = await archive.run(connector, WINDOW)
  assertComplete(again)
  assert.equal(again.counts.itemsDuplicate, 2)
})

test('an empty window says that there were no items', async t => {
  const { archive, connector } = await tinyArchive(t, [])
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.equal(run.sourceCount, 0)
  assert.match((await archive.command(['run', 'show', '1'])).stdout, /No items in this window/)
})
