/** From a policy to an empty mailbox: imported messages, a hold, a review, the daily run by a worker, and sums that add up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../src/clock.ts'
import { placeHold } from '../../src/hold/hold.ts'
import {
  createPolicy,
  decideReviews,
  listDispositionRuns,
  listReviews,
  type RetentionPolicy,
  requestDisposition,
  showDispositionRun,
} from '../../src/retention/retention.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { person } from '../../src/testing/disposition.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'

/** The messages are weeks old by the machine's clock, which disposal goes by. */
const END = Math.floor(systemClock.now() / 86_400_000) * 86_400_000 - 30 * 86_400_000

test('what is due leaves by a worker, what is held or waits for a person stays, and every sum adds up', async t => {
  const site = await startSite({ people: 24, days: 2, seed: 5, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 60 })
  const { ground } = archive
  const { database } = ground
  const queue = await archive.queue()
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(connector, site.mappingCsv())
  await archive.work()
  assertComplete(await archive.run(connector, { from: site.from, to: END }))

  const counts = async () =>
    new Map(
      (
        await database.query<{ mailbox_id: number; filings: number }>(
          'select mailbox_id, count(*) as filings from filing group by 1 order by 2 desc',
        )
      ).map(row => [row.mailbox_id, row.filings]),
    )
  const before = await counts()
  const total = [...before.values()].reduce((sum, filings) => sum + filings, 0)
  const [held, reviewed] = [...before.keys()] as [number, number]
  const keeper = person('keeper', 'Retention Management')
  const rosa = person('rosa', 'Disposition Management')
  await placeHold(ground, queue, person('hanna', 'Hold'), {
    name: 'Claim 17',
    reason: 'Letter of 3 May',
    note: '',
    link: '',
    mailboxIds: [held],
    query: null,
    days: null,
  })
  const policy = (more: Partial<RetentionPolicy>) =>
    createPolicy(ground, queue, keeper, {
      name: 'After ten days',
      description: '',
      belowPreset: '',
      appliesTo: 'all',
      mailboxIds: [],
      excludedIds: [],
      scopeIds: [],
      connectorIds: null,
      kinds: null,
      action: 'retain-then-delete',
      period: 'P10D',
      startFrom: 'sent',
      eventTypeId: null,
      review: false,
      presetId: null,
      enabled: true,
      ...more,
    })
  await policy({ excludedIds: [reviewed] })
  await policy({ appliesTo: 'mailboxes', mailboxIds: [reviewed], review: true })
  for (let tries = 0; tries < 400; tries++) {
    const [open] = await database.query('select from retention_evaluation where completed_at is null')
    if (!open) break
    await wait(25)
  }
  await archive.seal()

  const { runId } = await requestDisposition(ground, queue, rosa)
  const ended = async () => {
    for (let tries = 0; tries < 800; tries++) {
      const { runs } = await listDispositionRuns(ground, rosa, { limit: 10 })
      if (runs.every(run => run.endedAt)) return
      await wait(25)
    }
    assert.fail('the run does not end')
  }
  await ended()
  const run = await showDispositionRun(ground, rosa, runId)
  assert.equal(run.state, 'complete', String(run.code))
  assert.equal(run.reviewed, before.get(reviewed))
  assert.equal(run.filings, total - before.get(held)! - before.get(reviewed)!)
  assert.deepEqual(
    await counts(),
    new Map([
      [held, before.get(held)!],
      [reviewed, before.get(reviewed)!],
    ]),
  )

  const { reviews } = await listReviews(ground, rosa, {}, { limit: 5_000 })
  assert.deepEqual(await decideReviews(ground, queue, rosa, reviews, { act: 'approve' }, 'Looked through'), {
    decided: before.get(reviewed),
    waitingForSecond: 0,
  })
  await ended()
  assert.deepEqual(await counts(), new Map([[held, before.get(held)!]]))
  const [sums] = await database.query(
    `select (select sum(filings)::bigint from disposal) as filings, (select sum(items)::bigint from disposal) as items,
       (select count(*) from tombstone) as tombstones, (select sum(filings)::bigint from disposition_run) as runs`,
  )
  assert.equal(sums!.filings, total - before.get(held)!)
  assert.equal(sums!.runs, sums!.filings)
  assert.equal(sums!.tombstones, sums!.items)
  await assertSound(archive)
})
