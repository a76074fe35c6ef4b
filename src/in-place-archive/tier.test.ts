/** The tiers of objects whose filings are in an in-place archive, on a real Azurite. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../../test/e2e/tiny-site.ts'
import { disposeFilings } from '../retention/retention.ts'
import { openAzureStorage } from '../storage/storage.ts'
import { assertComplete, assertSound, testArchive } from '../testing/archive.ts'
import { startAzurite } from '../testing/azurite.ts'
import { someMessages } from '../testing/export.ts'
import { vaultObjectName } from '../vault/vault.ts'
import {
  createArchivePolicy,
  inPlaceArchiveStatus,
  listArchiveRuns,
  performOpenArchiving,
  removeArchivePolicy,
  requestArchivingNow,
  requestDailyArchiving,
  settleRestoredTiers,
} from './in-place-archive.ts'

const signal = new AbortController().signal

test('on Azure an object goes to the cooler tier once all its filings are archived, is read there, and comes back', async t => {
  const azurite = await startAzurite()
  t.after(() => azurite.stop())
  const site = await startTinySite(someMessages(12))
  t.after(() => site.stop())
  const archive = await testArchive(t, { azureStorage: azurite.connectionString, pageItems: 4 })
  const { ground, actor } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  const queue = await archive.queue()
  const mailboxes = await ground.database.query<{ mailbox_id: number }>(
    'select distinct mailbox_id from filing order by 1',
  )
  assert.ok(mailboxes.length > 1)
  const draft = { name: 'Soon', description: '', period: 'P1D' }
  const tiers = async () => {
    const rows = await ground.database.query<{ object_id: string; tier: string | null }>(
      'select object_id, tier from vault_object order by object_id',
    )
    return Promise.all(
      rows.map(async row => [row.tier, await ground.storage.tierOf(vaultObjectName(row.object_id))]),
    )
  }
  const objects = (await tiers()).length
  assert.equal(objects, 3)
  // One mailbox alone: each object has filings elsewhere that are not archived.
  const first = await createArchivePolicy(ground, queue, actor, {
    ...draft,
    mailboxIds: [mailboxes[0]!.mailbox_id],
  })
  await performOpenArchiving(ground, signal)
  assert.ok((await inPlaceArchiveStatus(ground, actor)).filings > 0)
  assert.ok((await tiers()).every(([row, stored]) => row === null && stored === 'hot'))
  const all = await createArchivePolicy(ground, queue, actor, { ...draft, mailboxIds: null })
  await performOpenArchiving(ground, signal)
  assert.deepEqual(await tiers(), Array(objects).fill(['cool', 'cool']))
  // Everything is read, and nothing is moved by that.
  await assertSound(archive)
  assert.deepEqual(await tiers(), Array(objects).fill(['cool', 'cool']))
  // Another tier by configuration, from the next run on.
  const colder = { ...ground, config: { ...ground.config, archiveTier: 'cold' as const } }
  await requestDailyArchiving(colder, queue)
  await performOpenArchiving(colder, signal)
  assert.deepEqual(await tiers(), Array(objects).fill(['cold', 'cold']))
  await assertSound(archive)
  // A restore puts objects anew, as hot, whatever the rows say.
  for await (const { name } of ground.storage.list('vault/')) await ground.storage.setTier(name, 'hot')
  await ground.database.transaction(settleRestoredTiers)
  await requestArchivingNow(ground, queue, actor)
  await performOpenArchiving(ground, signal)
  assert.deepEqual(await tiers(), Array(objects).fill(['cool', 'cool']))
  await removeArchivePolicy(ground, queue, actor, all.policyId)
  await performOpenArchiving(ground, signal)
  assert.deepEqual(await tiers(), Array(objects).fill(['hot', 'hot']))
  // Once nothing is left but what is archived, the object goes: when copies elsewhere were disposed of.
  const elsewhere = await ground.database.query<{ mailboxId: number; itemId: string }>(
    'select mailbox_id as "mailboxId", item_id as "itemId" from filing where archived_at is null',
  )
  assert.ok(elsewhere.length > 0)
  const cause = { type: 'erasure', requestId: 1 } as const
  await ground.database.transaction(tx => disposeFilings(ground, tx, elsewhere, cause, actor.name))
  await requestArchivingNow(ground, queue, actor)
  await performOpenArchiving(ground, signal)
  assert.deepEqual(await tiers(), Array(objects).fill(['cool', 'cool']))
  await removeArchivePolicy(ground, queue, actor, first.policyId)
  await performOpenArchiving(ground, signal)
  const { runs } = await listArchiveRuns(ground, actor, { limit: 10 })
  assert.deepEqual(runs.map(run => [run.cooled, run.warmed]).reverse(), [
    [0, 0],
    [objects, 0],
    [objects, 0],
    [objects, 0],
    [0, objects],
    [objects, 0],
    [0, objects],
  ])
})

test('a storage that refuses a tier leaves the filings moved, says so, and the next run tries again', async t => {
  const azurite = await startAzurite()
  t.after(() => azurite.stop())
  const archive = await testArchive(t, { azureStorage: azurite.connectionString })
  const { ground, actor } = archive
  const { database } = ground
  const objectId = '00112233-4455-4677-8899-aabbccddeeff'
  await ground.storage.put(vaultObjectName(objectId), Buffer.from('sealed'))
  await database.execute(
    'insert into vault_object (object_id, batch_id, ordinal, items, bytes, tier_due) values ($1, 1, 0, 1, 6, true)',
    [objectId],
  )
  await database.execute(
    `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, sent_at, arrived_at, filed_at,
       conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
     values ('01000000-0000-8000-8000-000000000001', 1, 1, 1, '', 'filed', 'sms', '2005-01-01', '2005-01-01', now(), '', '[]',
       '{}', 0, $1, 0, 6, '', '')`,
    [objectId],
  )
  await database.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at)
     select mailbox_id, '01000000-0000-8000-8000-000000000001', 1, 1, now() from mailbox where kind = 'unmapped'`,
  )
  const queue = await archive.queue()
  await createArchivePolicy(ground, queue, actor, {
    name: 'Soon',
    description: '',
    period: 'P1D',
    mailboxIds: null,
  })
  const key = Buffer.alloc(64).toString('base64')
  const refusing = openAzureStorage({
    connectionString: azurite.connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${key}`),
    container: 'holdfast',
  })
  await performOpenArchiving({ ...ground, storage: refusing }, signal)
  const last = async () => (await listArchiveRuns(ground, actor, { limit: 1 })).runs[0]!
  const { archived, cooled, problem } = await last()
  assert.deepEqual([archived, cooled, problem], [1, 0, 'STORAGE_FAILED'])
  const row = async () => (await database.query('select tier, tier_due from vault_object'))[0]
  assert.deepEqual(await row(), { tier: null, tier_due: true })
  await requestDailyArchiving(ground, queue)
  await performOpenArchiving(ground, signal)
  assert.deepEqual([(await last()).cooled, (await last()).problem], [1, null])
  assert.deepEqual(await row(), { tier: 'cool', tier_due: false })
})
