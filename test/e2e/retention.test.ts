/** Retention policies against what goes on: items that arrive, people who move, races with an import, and a restore. */
import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { masterKeyPath, readConfig } from '../../src/config.ts'
import { openStorage } from '../../src/ground.ts'
import {
  createPolicy,
  createScope,
  lockPolicy,
  type PolicySettings,
  sendEvaluations,
} from '../../src/retention/retention.ts'
import {
  assertComplete,
  assertSound,
  openTestArchive,
  type TestArchive,
  testArchive,
  testFolder,
} from '../../src/testing/archive.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { backupArchive, restoreArchive } from '../../src/upkeep/upkeep.ts'
import { ANNA, BO, MAPPING_CSV, startTinySite, tinyRecord, WINDOW } from './tiny-site.ts'

type Context = Parameters<typeof testArchive>[0]

const people = (anna: string, bo: string) =>
  `Address,Display Name,Department\r\n${ANNA.mailbox},Anna Lapwing,${anna}\r\n${BO.mailbox},Bo Lapwing,${bo}\r\n`

const message = (id: string, from: string = ANNA.number) =>
  tinyRecord({ id, text: `plover ${id}`, from, to: from === ANNA.number ? BO.number : '4670555' })

async function stage(t: Context, messages: Parameters<typeof startTinySite>[0]) {
  const site = await startTinySite(messages)
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 10 })
  await archive.addPeople(people('Sales', 'Legal'))
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  return { archive, connector, site }
}

async function policy(archive: TestArchive, name: string, more: Partial<PolicySettings>) {
  return createPolicy(archive.ground, await archive.queue(), archive.actor, {
    name,
    description: '',
    belowPreset: '',
    presetId: null,
    enabled: true,
    appliesTo: 'all',
    mailboxIds: [],
    excludedIds: [],
    scopeIds: [],
    connectorIds: null,
    kinds: null,
    action: 'retain',
    period: 'P6Y',
    startFrom: 'sent',
    eventTypeId: null,
    review: false,
    ...more,
  })
}

/** By mailbox: how many years copies are kept, and after how many they go; null is not. */
async function yearsOf({
  ground,
}: TestArchive): Promise<Record<string, [kept: number | null, due: number | null]>> {
  const rows = await ground.database.query<{ address: string; kept: number | null; due: number | null }>(
    `select distinct address, extract(year from age(f.retain_until at time zone 'UTC', i.sent_at at time zone 'UTC'))::integer as kept,
       extract(year from age(f.delete_at at time zone 'UTC', i.sent_at at time zone 'UTC'))::integer as due
     from filing f join mailbox using (mailbox_id) join item i using (item_id) order by address`,
  )
  return Object.fromEntries(rows.map(row => [row.address.split('@')[0]!, [row.kept, row.due]]))
}

const evaluated = async ({ ground }: TestArchive) => {
  for (let tries = 0; tries < 400; tries++) {
    const open = await ground.database.query('select from retention_evaluation where completed_at is null')
    if (open.length === 0) return
    await ground.clock.sleep(25)
  }
  assert.fail('evaluations are still open')
}

test('what is imported is decided on as it is filed, in Unmapped too; who moves is decided on again', async t => {
  const { archive, connector } = await stage(t, [message('one'), message('two', '46705550100')])
  const { ground, actor } = archive
  const [unmapped] = await ground.database.query<{ mailbox_id: number }>(
    `select mailbox_id from mailbox where kind = 'unmapped'`,
  )
  const there = unmapped!.mailbox_id
  const scope = await createScope(ground, actor, {
    name: 'Sales',
    description: '',
    query: 'Department:Sales',
  })
  await policy(archive, 'Everybody', { excludedIds: [there] })
  await policy(archive, 'Sales', {
    appliesTo: 'scopes',
    scopeIds: [scope.scopeId],
    action: 'retain-then-delete',
    period: 'P7Y',
  })
  await policy(archive, 'Unmapped', {
    appliesTo: 'mailboxes',
    mailboxIds: [there],
    action: 'delete',
    period: 'P2Y',
  })
  const worker = await archive.work()
  await evaluated(archive)
  assertComplete(await archive.run(connector, WINDOW))
  // Nothing was asked to be evaluated since, so it was decided as it was filed.
  assert.deepEqual(await yearsOf(archive), { anna: [7, 7], bo: [6, null], unmapped: [null, 2] })

  await archive.addPeople(people('Legal', 'Sales'))
  await sendEvaluations(ground, await archive.queue())
  await evaluated(archive)
  assert.deepEqual(await yearsOf(archive), { anna: [6, null], bo: [7, 7], unmapped: [null, 2] })
  await worker.stop()
  await assertSound(archive)
})

test('policies made while a run is being filed leave no copy undecided', async t => {
  const { archive, connector } = await stage(
    t,
    Array.from({ length: 300 }, (_, index) => message(`m${index}`)),
  )
  await archive.work()
  const run = await archive.request(connector, WINDOW)
  for (const years of [3, 4, 5, 8]) {
    await archive.ground.clock.sleep(60)
    await policy(archive, `Years ${years}`, { period: `P${years}Y` })
  }
  assertComplete(await archive.ended(run))
  await evaluated(archive)
  assert.deepEqual(await yearsOf(archive), { anna: [8, null], bo: [8, null] })
})

test('a backup has policies, scopes and locks, and an archive restored from it refuses to shorten as before', async t => {
  const { archive } = await stage(t, [])
  const { ground, actor } = archive
  const scope = await createScope(ground, actor, {
    name: 'Sales',
    description: '',
    query: 'Department:Sales',
  })
  await policy(archive, 'Sales', { appliesTo: 'scopes', scopeIds: [scope.scopeId] })
  const { policyId } = await policy(archive, 'Books', { excludedIds: [1] })
  await lockPolicy(ground, await archive.queue(), actor, policyId, 'Books')
  await archive.seal()
  const folder = join(await testFolder(), 'backup')
  await backupArchive(ground, actor, folder)
  const urls = await testDatabase(t)
  const environment = {
    HOLDFAST_DATA: await testFolder(),
    DATABASE_URL: urls.programUrl,
    DATABASE_OWNER_URL: urls.ownerUrl,
    HOLDFAST_LOG_LEVEL: 'silent',
  }
  const config = readConfig({}, environment)
  await copyFile(masterKeyPath(archive.config), masterKeyPath(config))
  await restoreArchive(
    {
      ownerUrl: urls.ownerUrl,
      storage: openStorage(config),
      masterKeyPath: masterKeyPath(config),
      clock: systemClock,
    },
    actor,
    folder,
  )
  const restored = await openTestArchive(t, environment)
  for (const table of ['retention_policy', 'retention_change', 'adaptive_scope', 'adaptive_scope_member']) {
    const rows = (each: TestArchive) => each.ground.database.query(`select * from ${table} order by 1`)
    assert.deepEqual(await rows(restored), await rows(archive), table)
  }
  await assert.rejects(
    restored.ground.database.execute(
      'update retention_policy set enabled = false where locked_at is not null',
    ),
    /can only be extended/,
  )
  await restored.seal()
  assert.deepEqual(
    (await restored.verify()).findings.filter(finding => finding.broken),
    [],
  )
})
