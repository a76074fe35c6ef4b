/** Preservation lock: nobody shortens what is locked, and what a superuser does is found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Database, openDatabase, sqlState } from '../database/database.ts'
import { hasCode } from '../errors.ts'
import type { Actor } from '../identity/identity.ts'
import { type TestArchive, testArchive } from '../testing/archive.ts'
import { type Draw, drawFrom, randomPeriod, seededRandom } from '../testing/keeping.ts'
import { addPeriod, formatPeriod, parsePeriod } from './period.ts'
import { columnsOf, type PolicySettings } from './policy-settings.ts'
import { shortenedBy } from './preservation-lock.ts'
import { changePolicy, createPolicy, createScope, lockPolicy, removePolicy } from './retention.ts'

const records: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}

const SETTINGS: PolicySettings = {
  appliesTo: 'mailboxes',
  mailboxIds: [1],
  excludedIds: [],
  scopeIds: [],
  connectorIds: null,
  kinds: ['sms'],
  action: 'retain-then-delete',
  period: 'P6Y',
  startFrom: 'sent',
  eventTypeId: null,
  review: true,
}

async function lockedPolicy(archive: TestArchive): Promise<number> {
  const { ground } = archive
  const queue = await archive.queue()
  const words = { name: 'Books and records', description: '', belowPreset: '' }
  const made = await createPolicy(ground, queue, records, {
    ...words,
    ...SETTINGS,
    presetId: null,
    enabled: true,
  })
  await assert.rejects(lockPolicy(ground, queue, records, made.policyId, 'Books'), error =>
    hasCode(error, 'RETENTION_POLICY_INVALID'),
  )
  const locked = await lockPolicy(ground, queue, records, made.policyId, 'Books and records')
  assert.equal(locked.lockedBy, 'person:rita')
  return made.policyId
}

/** The schema's owner, whom no privilege binds; and the server's superuser. */
async function asOwner<T>({ environment }: TestArchive, work: (owner: Database) => Promise<T>): Promise<T> {
  const owner = await openDatabase(environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  await owner.execute('set search_path to holdfast')
  return work(owner).finally(() => owner.close())
}

test('a locked policy is extended and never shortened, turned off, or removed', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const policyId = await lockedPolicy(archive)
  const refused = (change: Parameters<typeof changePolicy>[4]) =>
    assert.rejects(changePolicy(ground, queue, records, policyId, change), error =>
      hasCode(error, 'RETENTION_POLICY_LOCKED'),
    )
  await refused({ enabled: false })
  await refused({ period: 'P5Y11M' })
  await refused({ action: 'retain', period: null, review: false })
  await refused({ startFrom: 'imported' })
  await refused({ appliesTo: 'all', mailboxIds: [] })
  await refused({ mailboxIds: [2] })
  await refused({ kinds: ['mms'] })
  await refused({ connectorIds: null, review: false })
  await assert.rejects(removePolicy(ground, queue, records, policyId), error =>
    hasCode(error, 'RETENTION_POLICY_LOCKED'),
  )
  await assert.rejects(lockPolicy(ground, queue, records, policyId, 'Books and records'), error =>
    hasCode(error, 'RETENTION_POLICY_LOCKED'),
  )
  const wider = await changePolicy(ground, queue, records, policyId, {
    name: 'Books, records and letters',
    period: 'P7Y',
    mailboxIds: [1, 2],
    kinds: null,
  })
  assert.equal(wider.period, 'P7Y')
  await refused({ period: 'P6Y' })
  await archive.seal()
  assert.deepEqual((await archive.verify()).findings, [])
})

test('what is off, or goes by an adaptive scope, is not locked', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const scope = await createScope(ground, records, { name: 'Sales', description: '', query: 'Team:Sales' })
  const words = { name: 'Sales', description: '', belowPreset: '', presetId: null }
  const off = await createPolicy(ground, queue, records, { ...SETTINGS, ...words, enabled: false })
  const moving = await createPolicy(ground, queue, records, {
    ...SETTINGS,
    ...words,
    appliesTo: 'scopes',
    mailboxIds: [],
    scopeIds: [scope.scopeId],
    enabled: true,
  })
  for (const { policyId } of [off, moving])
    await assert.rejects(lockPolicy(ground, queue, records, policyId, 'Sales'), error =>
      hasCode(error, 'RETENTION_POLICY_INVALID'),
    )
})

test('the database refuses the program and the owner alike, statement by statement', async t => {
  const archive = await testArchive(t)
  const policyId = await lockedPolicy(archive)
  const statements = [
    `update retention_policy set enabled = false where policy_id = ${policyId}`,
    `update retention_policy set locked_at = null, locked_by = null where policy_id = ${policyId}`,
    `update retention_policy set removed_at = now(), enabled = false where policy_id = ${policyId}`,
    `update retention_policy set period = 'P1Y' where policy_id = ${policyId}`,
    `update retention_policy set mailbox_ids = '{2}' where policy_id = ${policyId}`,
    `update retention_policy set policy_id = 99 where policy_id = ${policyId}`,
    `delete from retention_policy where policy_id = ${policyId}`,
    'truncate retention_policy cascade',
  ]
  const refusedTo = async (database: Database) => {
    for (const statement of statements)
      await assert.rejects(
        database.execute(statement),
        error => ['HFK02', '42501', '23514'].includes(sqlState(error) ?? ''),
        statement,
      )
  }
  await refusedTo(archive.ground.database)
  await asOwner(archive, refusedTo)
  await archive.ground.database.execute(
    `update retention_policy set period = 'P6Y1D' where policy_id = ${policyId}`,
  )
})

test('a policy that a superuser shortened, unlocked or deleted is found by verify, and so is a guard that is off', async t => {
  const archive = await testArchive(t)
  const policyId = await lockedPolicy(archive)
  await archive.seal()
  assert.deepEqual((await archive.verify()).findings, [])
  const found = async () => {
    const { findings, ok } = await archive.verify()
    assert.equal(ok, false)
    return findings.map(({ code, message }) => `${code} ${message.replace(String(policyId), 'N')}`)
  }
  await asOwner(archive, async owner => {
    const past = async (statement: string) => {
      await owner.execute('alter table retention_policy disable trigger retention_policy_locked')
      await owner.execute(statement)
      await owner.execute('alter table retention_policy enable trigger retention_policy_locked')
    }
    await past(`update retention_policy set period = 'P1Y'`)
    assert.deepEqual(await found(), [
      'POLICY_LOCK_BROKEN retention policy N is locked, and is not as the log says of it (period)',
    ])
    await past(`update retention_policy set period = 'P6Y', locked_at = null, locked_by = null`)
    assert.deepEqual(await found(), [
      'POLICY_LOCK_BROKEN retention policy N was locked, and its lock was taken off',
    ])
    await past('delete from retention_change')
    await past('delete from retention_policy')
    assert.deepEqual(await found(), [
      'POLICY_LOCK_BROKEN retention policy N was locked, and is not there any more',
    ])
    await owner.execute('alter table filing disable trigger filing_kept')
    assert.ok(
      (await found()).some(each => each.startsWith("GUARD_DISABLED the database's guard filing_kept")),
    )
  })
})

/** Settings beside others: what a change may make of them. */
function changed(draw: Draw, before: PolicySettings): PolicySettings {
  const some = <T>(all: readonly T[]) => all.filter(() => draw.chance(0.6))
  const after = { ...before }
  const part = draw.number(0, 7)
  if (part === 0) after.period = draw.chance(0.1) ? null : formatPeriod(randomPeriod(draw))
  if (part === 1 && before.period !== null) {
    const { years, months, days } = parsePeriod(before.period)!
    after.period = formatPeriod({
      years: Math.max(0, years + draw.number(-1, 1)),
      months: Math.max(0, months + draw.number(-13, 13)),
      days: Math.max(0, days + draw.number(-400, 400)),
    })
  }
  if (part === 2) after.mailboxIds = before.appliesTo === 'mailboxes' ? [...some(before.mailboxIds), 9] : []
  if (part === 3)
    after.excludedIds = before.appliesTo === 'all' ? [...some(before.excludedIds), ...some([8])] : []
  if (part === 4) after.kinds = draw.chance(0.3) ? null : [...some(before.kinds ?? []), 'mms']
  if (part === 5) after.connectorIds = draw.chance(0.3) ? null : [...some(before.connectorIds ?? []), 3]
  if (part === 6) after.review = !before.review
  if (part === 7) after.startFrom = draw.one(['sent', 'imported'])
  if (after.period === null) after.period = 'P99Y'
  return after
}

test('the database and the program agree on what shortens a policy, whatever the change', async t => {
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed} (HOLDFAST_SEED)`)
  const draw = drawFrom(seededRandom(seed))
  const archive = await testArchive(t)
  const { database } = archive.ground
  const outcomes = { extended: 0, refused: 0 }
  for (let round = 0; round < 500; round++) {
    const before: PolicySettings = {
      ...SETTINGS,
      ...(draw.chance(0.5)
        ? { appliesTo: 'mailboxes', mailboxIds: [1, 2, 3] }
        : { appliesTo: 'all', mailboxIds: [], excludedIds: [4, 5] }),
      connectorIds: draw.chance(0.5) ? null : [1, 2],
      kinds: draw.chance(0.5) ? null : ['chat', 'sms'],
      period: formatPeriod(randomPeriod(draw)),
      review: draw.chance(0.5),
    }
    const after = changed(draw, before)
    const own = Object.entries(columnsOf(before))
    const [row] = await database.query<{ policy_id: number }>(
      `insert into retention_policy (sealed, created_by, created_at, enabled, locked_by, locked_at, ${own.map(([name]) => name).join(', ')})
       values ('', 'x', now(), true, 'x', now(), ${own.map((_, index) => `$${index + 1}`).join(', ')}) returning policy_id`,
      own.map(([, value]) => value),
    )
    const next = Object.entries(columnsOf(after))
    const allowed = await database
      .execute(
        `update retention_policy set ${next.map(([name], index) => `${name} = $${index + 2}`).join(', ')} where policy_id = $1`,
        [row!.policy_id, ...next.map(([, value]) => value)],
      )
      .then(
        () => true,
        error => {
          assert.equal(sqlState(error), 'HFK02')
          return false
        },
      )
    assert.equal(allowed, shortenedBy(before, after) === null, JSON.stringify({ before, after }))
    outcomes[allowed ? 'extended' : 'refused']++
    if (!allowed || after.period === before.period) continue
    // What is taken for longer is so on every day that it may begin on.
    for (let day = 0; day < 4 * 366; day += 7) {
      const from = Date.UTC(2096, 0, 1 + day)
      assert.ok(addPeriod(from, parsePeriod(after.period!)!) >= addPeriod(from, parsePeriod(before.period!)!))
    }
  }
  assert.ok(outcomes.extended > 60 && outcomes.refused > 60, JSON.stringify(outcomes))
})
