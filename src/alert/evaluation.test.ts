import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTinySite } from '../../test/e2e/tiny-site.ts'
import { appendEntry, readEntries } from '../audit/audit.ts'
import { manualClock } from '../clock.ts'
import { parseSchedule } from '../connector/connector.ts'
import type { Actor } from '../identity/identity.ts'
import { type TestArchive, testArchive } from '../testing/archive.ts'
import { acknowledgeAlert, addChannel, changeRule, evaluateAlerts, listAlerts, listRules } from './alert.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const nobody: Actor = { name: 'person:nobody', breakGlass: false, roles: new Map() }

type Context = { after(work: () => Promise<void>): void }

/** An archive with a connector; nothing sequences its log, so the rule that watches for that is off. */
async function watched(t: Context) {
  const clock = manualClock(NOON)
  const archive = await testArchive(t, { clock })
  const site = await startTinySite([])
  t.after(() => site.stop())
  const connector = await archive.addConnector(site, 'o2', {
    name: 'Main office',
    schedule: parseSchedule('hourly'),
  })
  await changeRule(archive.ground, archive.actor, 'checkpoint-overdue', 1, {
    enabled: false,
    threshold: 5,
    reminderDays: 3,
  })
  const open = async () => (await listAlerts(archive.ground.database, { state: 'open', limit: 100 })).rows
  const rules = async () => (await open()).map(alert => alert.rule)
  return { archive, ground: archive.ground, clock, connector, open, rules }
}

/** A run that ended, as the pipeline would leave it. */
async function runEnded(
  { ground }: TestArchive,
  connectorId: number,
  status: string,
  at: number,
  code: string | null = null,
  window: readonly [number, number] = [at - DAY, at],
): Promise<void> {
  await ground.database.execute(
    `insert into run (connector_id, trigger, window_from, window_to, status, requested_by, created_at, completed_at, error_code)
     values ($1, 'schedule', $2, $3, $4, 'system', $5, $5, $6)`,
    [connectorId, new Date(window[0]), new Date(window[1]), status, new Date(at), code],
  )
}

test('a run that was due and did not complete opens one alert, and the next complete run resolves it', async t => {
  const { archive, ground, clock, connector, open, rules } = await watched(t)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [], 'nothing is due yet')
  clock.set(NOON + 7 * HOUR + 60_000)
  assert.equal((await evaluateAlerts(ground))?.opened, 1)
  const [alert] = await open()
  assert.equal(alert?.rule, 'run-missed')
  assert.equal(alert?.subject, `connector:${connector.connectorId}`)
  assert.equal(alert?.detail.name, 'Main office')
  assert.equal(alert?.detail.due, new Date(NOON + HOUR).toISOString())
  assert.deepEqual(await evaluateAlerts(ground), { opened: 0, resolved: 0, reminded: 0 })
  await runEnded(archive, connector.connectorId, 'complete', NOON + 7 * HOUR)
  assert.equal((await evaluateAlerts(ground))?.resolved, 1)
  assert.deepEqual(await rules(), [])
})

test('a run under way neither opens nor resolves an alert', async t => {
  const { archive, ground, clock, connector, rules } = await watched(t)
  clock.set(NOON + 8 * HOUR)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['run-missed'])
  await runEnded(archive, connector.connectorId, 'collecting', clock.now())
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['run-missed'], 'it may fail yet')
})

test('a refused sign-in, a failed run and a sum that differs are told apart', async t => {
  const { archive, ground, clock, connector, open, rules } = await watched(t)
  await runEnded(archive, connector.connectorId, 'failed', NOON + 1, 'SITE_SIGN_IN_WRONG')
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['sign-in-refused'])
  await runEnded(archive, connector.connectorId, 'failed', NOON + 2, 'SITE_CERTIFICATE')
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['run-failed'])
  await runEnded(archive, connector.connectorId, 'incomplete', NOON + 3, 'RUN_INCOMPLETE', [
    NOON - HOUR,
    NOON,
  ])
  await evaluateAlerts(ground)
  const [alert] = await open()
  assert.equal(alert?.rule, 'sum-differs')
  assert.match(alert!.subject, /^run:\d+$/)
  clock.set(NOON + 4)
  await runEnded(archive, connector.connectorId, 'complete', NOON + 4, null, [NOON, NOON + 1])
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['sum-differs'], 'a run of another window mends nothing')
  await runEnded(archive, connector.connectorId, 'complete', NOON + 5, null, [NOON - 2 * HOUR, NOON])
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [])
})

test('numbers without a mailbox, and silent persons, are counted and named as the rules say', async t => {
  const { ground, clock, connector, open } = await watched(t)
  const at = new Date(NOON)
  await ground.database.execute(
    `insert into failure (item_id, source_user, run_id, connector_id, reason, replayable, failed_at)
     select gen_random_uuid(), '44770090010' || n, 1, $1, 'no-mapping', true, $2 from generate_series(1, 3) n`,
    [connector.connectorId, at],
  )
  await ground.database.execute(
    `insert into registered_user (connector_id, user_id, name, seen_at, last_item_at)
     values ($1, 'u1', 'Anna Plover', $2, $3), ($1, 'u2', 'Bo Knot', $2, $2)`,
    [connector.connectorId, at, new Date(NOON - 20 * DAY)],
  )
  await ground.database.execute('update connector set collected_until = $1', [at])
  await evaluateAlerts(ground)
  const alerts = await open()
  assert.deepEqual(alerts.map(alert => alert.rule).sort(), ['person-silent', 'unmapped-numbers'])
  const [silent, unmapped] = [...alerts].sort((a, b) => a.rule.localeCompare(b.rule))
  assert.deepEqual([silent?.detail.person, silent?.detail.days], ['Anna Plover', 20])
  assert.deepEqual([unmapped?.detail.numbers, unmapped?.detail.items], [3, 3])
  const rule = (await listRules(ground.database)).find(each => each.rule === 'unmapped-numbers')!
  const tester: Actor = { ...nobody, roles: new Map([['Organization Configuration', null]]) }
  await changeRule(ground, tester, 'unmapped-numbers', rule.revision, {
    enabled: true,
    threshold: 4,
    reminderDays: 3,
  })
  clock.set(NOON + 1000)
  await evaluateAlerts(ground)
  assert.deepEqual(
    (await open()).map(alert => alert.rule),
    ['person-silent'],
  )
})

test('acts on the console, refused sign-ins to the portal and bulk reading are seen in the audit log', async t => {
  const { archive, ground, clock, open } = await watched(t)
  const entry = (actor: string, act: string, detail = {}) =>
    ground.database.transaction(tx => appendEntry(tx, ground.keyring, ground.clock, { actor, act, detail }))
  await entry('console:root', 'message.read')
  for (let count = 0; count < 10; count++) await entry('nobody', 'session.refused', { held: 1 })
  for (let count = 0; count < 6; count++) await entry('person:anna', 'message.read')
  await entry('person:anna/token-3', 'folder.read', { count: 6, items: ['a', 'b'] })
  const rule = (await listRules(ground.database)).find(each => each.rule === 'bulk-reading')!
  await changeRule(ground, archive.actor, 'bulk-reading', rule.revision, {
    enabled: true,
    threshold: 10,
    reminderDays: 0,
  })
  await evaluateAlerts(ground)
  const seen = Object.fromEntries((await open()).map(alert => [alert.rule, alert]))
  assert.deepEqual(Object.keys(seen).sort(), ['break-glass', 'bulk-reading', 'portal-sign-in-refused'])
  assert.equal(seen['break-glass']?.subject, 'console:root')
  assert.deepEqual(
    [seen['bulk-reading']?.subject, seen['bulk-reading']?.detail.readings],
    ['person:anna', 12],
  )
  assert.equal(seen['portal-sign-in-refused']?.detail.refusals, 20)
  clock.set(NOON + 2 * DAY)
  const rules = (await evaluateAlerts(ground))!
  assert.ok(rules.resolved === 0, 'what was done is over without a message')
  assert.ok(!(await open()).some(alert => alert.rule === 'break-glass'))
})

test('an index that differs from the archive is an alert until it is mended', async t => {
  const { ground, clock, rules } = await watched(t)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [])
  await ground.database.execute(
    `insert into search_entry (item_id, part, vector) values (gen_random_uuid(), 0, '')`,
  )
  clock.set(NOON + 50 * 60_000)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [], 'it is counted once an hour')
  clock.set(NOON + 61 * 60_000)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['index-differs'])
  await ground.database.execute('delete from search_entry')
  clock.set(NOON + 72 * 60_000)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [])
})

test('entries that wait too long for a checkpoint are an alert until they have one', async t => {
  const { archive, ground, clock, rules } = await watched(t)
  await changeRule(ground, archive.actor, 'checkpoint-overdue', 2, {
    enabled: true,
    threshold: 5,
    reminderDays: 3,
  })
  clock.set(NOON + 4 * 60_000)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [])
  clock.set(NOON + 6 * 60_000)
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), ['checkpoint-overdue'])
  await archive.seal()
  await evaluateAlerts(ground)
  assert.deepEqual(await rules(), [])
})

test('two servers that evaluate at once open an alert once', async t => {
  const { archive, ground, clock, open } = await watched(t)
  await addChannel(ground, archive.actor, {
    name: 'Operators',
    enabled: true,
    settings: webhookTo('https://alerts.example/'),
  })
  clock.set(NOON + 8 * HOUR)
  const results = await Promise.all([1, 2, 3, 4].map(() => evaluateAlerts(ground)))
  assert.equal(
    results.reduce((sum, each) => sum + (each?.opened ?? 0), 0),
    1,
  )
  assert.equal((await open()).length, 1)
  const [messages] = await ground.database.query<{ count: number }>('select count(*) from alert_message')
  assert.equal(messages?.count, 1)
})

test('an alert that nobody acknowledged is told again; an acknowledged one is not', async t => {
  const { archive, ground, clock, open } = await watched(t)
  clock.set(NOON + 8 * HOUR)
  await evaluateAlerts(ground)
  clock.set(NOON + 8 * HOUR + 2 * DAY)
  assert.equal((await evaluateAlerts(ground))?.reminded, 0)
  clock.set(NOON + 8 * HOUR + 3 * DAY)
  assert.equal((await evaluateAlerts(ground))?.reminded, 1)
  assert.equal((await evaluateAlerts(ground))?.reminded, 0)
  const [alert] = await open()
  await assert.rejects(acknowledgeAlert(ground, nobody, alert!.alertId, ''), { code: 'ROLE_MISSING' })
  const told = await acknowledgeAlert(ground, archive.actor, alert!.alertId, 'Anna Plover looks at it')
  assert.equal(told.acknowledgedBy, 'person:tester')
  clock.set(NOON + 30 * DAY)
  assert.equal((await evaluateAlerts(ground))?.reminded, 0)
  const { entries } = await readEntries(ground.database, { act: 'alert.acknowledge', limit: 1 })
  assert.ok(!JSON.stringify(entries[0]!.detail).includes('Plover'), 'a note is sealed in the log')
})

test('a rule refuses what is out of bounds, another revision, and who has not the role', async t => {
  const { archive, ground } = await watched(t)
  const change = { enabled: true, threshold: 5, reminderDays: 3 }
  const tried = (patch: object, revision = 1, actor = archive.actor) =>
    changeRule(ground, actor, 'low-disk', revision, { ...change, ...patch })
  await assert.rejects(tried({ threshold: 51 }), { code: 'ALERT_RULE_INVALID' })
  await assert.rejects(tried({ threshold: null }), { code: 'ALERT_RULE_INVALID' })
  await assert.rejects(tried({ threshold: 1.5 }), { code: 'ALERT_RULE_INVALID' })
  await assert.rejects(tried({ reminderDays: -1 }), { code: 'ALERT_RULE_INVALID' })
  await assert.rejects(tried({}, 1, nobody), { code: 'ROLE_MISSING' })
  assert.equal((await tried({})).revision, 2)
  await assert.rejects(tried({}), { code: 'REVISION_STALE' })
  assert.equal((await tried({ enabled: false }, 2)).enabled, false)
})

const webhookTo = (url: string) => ({ kind: 'webhook', url, allowPrivate: false, authority: null }) as const
