/** Disposal over the API: what a page shows and does, with revisions and refusals as problems; and the job that does it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { evaluateAlerts, listAlerts } from '../../src/alert/alert.ts'
import { testApi } from '../../src/testing/api.ts'
import { testDisposition } from '../../src/testing/disposition.ts'

test('what is due is reviewed, approved by two and disposed of by a worker', async t => {
  const given = await testDisposition(t)
  const items = await given.add(3, 6, 101)
  const policy = await given.policy(5, [101], { review: true })
  const api = await testApi(t, given.archive)
  const rosa = await api.personWith(['Disposition Management'])
  const ruth = await api.personWith(['Disposition Management'])
  await given.archive.work()
  const get = async (path: string) => (await rosa.call('GET', path)).json()
  const post = (caller: typeof rosa, path: string, body?: unknown) =>
    caller.call('POST', path, body === undefined ? {} : { body })
  const settled = async (runId: number) => {
    for (let tries = 0; tries < 200; tries++) {
      const run = await get(`/api/disposition/runs/${runId}`)
      if (run.endedAt) return run
      await wait(50)
    }
    assert.fail('the run does not end')
  }

  const { settings, due } = await get('/api/disposition')
  assert.equal(due, 3)
  const set = (revision: number) =>
    rosa.call('PUT', '/api/disposition/settings', {
      headers: { 'if-match': `"${revision}"` },
      body: { runAt: '04:00', dailyLimit: null, unusualVolume: 100, twoPersons: true },
    })
  assert.equal((await set(settings.revision)).json().twoPersons, true)
  const stale = await set(settings.revision)
  assert.deepEqual([stale.status, stale.json().code], [412, 'REVISION_STALE'])

  const { runId } = (await post(rosa, '/api/disposition/runs')).json()
  const run = await settled(runId)
  assert.deepEqual([run.state, run.filings, run.reviewed], ['complete', 0, 3])
  const { rows, total } = (await post(rosa, '/api/disposition/reviews', { limit: 2 })).json()
  assert.deepEqual([rows.length, total, rows[0].rule.id, rows[0].needs], [2, 3, policy.policyId, 2])
  const decide = (caller: typeof rosa, decision: unknown, itemIds: readonly string[] = items) =>
    post(caller, '/api/disposition/reviews/decide', {
      filings: itemIds.map(itemId => ({ mailboxId: 101, itemId })),
      decision,
      comment: 'Looked through',
    })
  assert.equal((await decide(rosa, { act: 'extend', period: 'soon' })).status, 400)
  assert.deepEqual((await decide(rosa, { act: 'approve' })).json(), { decided: 3, waitingForSecond: 3 })
  const again = await decide(rosa, { act: 'approve' })
  assert.deepEqual([again.status, again.json().code], [409, 'DISPOSITION_SECOND_PERSON'])
  await decide(ruth, { act: 'approve' }, items.slice(1))
  // The worker takes the job that the last approval left.
  for (let tries = 0; (await given.filed(101)).length > 1 && tries < 200; tries++) await wait(50)
  assert.deepEqual(await given.filed(101), [items[0]])
  const gone = (await post(rosa, '/api/disposition/reviews', { states: ['disposed'] })).json()
  assert.deepEqual(
    gone.rows[0].decisions.map((each: { by: string }) => each.by),
    [`person:${rosa.username}/token-1`, `person:${ruth.username}/token-2`],
  )
})

test('alerts tell of an unusual volume and of clocks that stopped a run, until they are mended', async t => {
  const given = await testDisposition(t)
  await given.add(20, 6, 101)
  await given.policy(5, [101])
  const open = async () => {
    await evaluateAlerts(given.ground)
    const { rows } = await listAlerts(given.database, { state: 'open', limit: 50 })
    return rows.filter(each => each.rule.startsWith('disposition')).map(each => each.rule)
  }
  await given.database.execute('insert into disposition_setting (unusual_volume, checked_size) values (5, 1)')
  assert.deepEqual(await open(), [])
  await given.run()
  assert.deepEqual(await open(), ['disposition-volume'])
  await given.database.execute(`update disposition_setting set volume_confirmed_by = 'person:rosa'`)
  await given.setClocks(2 * 3_600_000, 0)
  assert.deepEqual(await open(), [])
  await given.run()
  assert.deepEqual(await open(), ['disposition-clocks'])
  await given.setClocks(0, 0)
  assert.deepEqual(await open(), [])
  assert.equal((await given.run()).filings, 20)
})

test('alerts remind of reviews that wait for a week, and of what is due while nothing leaves', async t => {
  const given = await testDisposition(t)
  await given.add(3, 6, 101)
  await given.add(2, 6, 102)
  await given.policy(5, [101], { review: true })
  await given.run()
  const open = async () => {
    await evaluateAlerts(given.ground)
    const { rows } = await listAlerts(given.database, { state: 'open', limit: 50 })
    return rows
      .filter(each => ['review-waiting', 'disposition-overdue'].includes(each.rule))
      .map(each => [each.rule, each.detail.copies])
      .sort()
  }
  // A policy that was just turned on makes copies due for a year: they leave with the next run.
  await given.policy(5, [102])
  assert.deepEqual(await open(), [])
  await given.pass(8 * 86_400_000)
  assert.deepEqual(await open(), [
    ['disposition-overdue', 2],
    ['review-waiting', 3],
  ])
})
