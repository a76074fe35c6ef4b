import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import { getConnector } from '../connector/connector.ts'
import { getMailbox } from '../directory/directory.ts'
import type { Actor } from '../identity/identity.ts'
import { listFolders } from '../mailbox/mailbox.ts'
import { assertComplete, assertSound, testArchive } from '../testing/archive.ts'
import { assignUnmapped } from './assign.ts'
import { openBearings } from './bearings.ts'
import { countFailures, failuresCsv, listConnectorFailures } from './failure.ts'
import { replayFailures } from './replay.ts'
import { getReplay, performReplay, requestReplay } from './replay-job.ts'
import { countUnmapped, listUnmappedParties, pageUnmapped } from './unmapped.ts'

const CARA = '447700900103'
const DAN = '447700900104'
const OUTSIDER = '447700900900'
const NOBODY: Actor = { name: 'person:nobody', breakGlass: false, roles: new Map() }

/** Two messages of Cara's, one of Dan's, one between Cara and Dan, and one of nobody's. */
async function unmapped(t: TestContext) {
  const message = (id: string, from: string, to: string) =>
    tinyRecord({ id, from, to, text: `knot ${id}`, subscriberId: from === OUTSIDER ? 'ux' : `u${from}` })
  const site = await startTinySite(
    [
      message('m1', CARA, OUTSIDER),
      message('m2', CARA, OUTSIDER),
      message('m3', DAN, OUTSIDER),
      message('m4', CARA, DAN),
      message('m5', '447700900555', OUTSIDER),
      message('m6', ANNA.number, BO.number),
    ],
    [
      { userId: `u${ANNA.number}`, mobile: ANNA.number },
      { userId: `u${BO.number}`, mobile: BO.number },
      { userId: `u${CARA}`, mobile: `+${CARA}` },
      { userId: `u${DAN}`, mobile: DAN },
    ],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground, actor } = archive
  await archive.addPeople(`${PEOPLE_CSV}cara@example.com,Cara Lapwing\r\ndan@example.com,Dan Lapwing\r\n`)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  const { connectorId } = connector
  const assign = async (sourceUser: string, mailboxAddress: string, externalUserId = sourceUser) =>
    assignUnmapped(ground, await archive.queue(), actor, {
      connectorId,
      sourceUser,
      entry: { externalUserId, mailboxAddress, validFrom: null, validTo: null },
    })
  const kept = async (address: string) => {
    const { mailboxId } = await getMailbox(ground.database, address)
    return (await listFolders(ground.database, mailboxId)).reduce((sum, folder) => sum + folder.filings, 0)
  }
  return { archive, ground, actor, connectorId, run, worker, assign, kept }
}

test('a number is assigned a mailbox, and what was kept for it arrives there', async t => {
  const { archive, ground, connectorId, assign, kept } = await unmapped(t)
  const before = await pageUnmapped(ground.database, {}, { limit: 10 })
  assert.deepEqual(
    before.numbers.map(each => [
      each.sourceUser,
      each.items,
      each.reasons,
      each.registeredName,
      each.samples.length,
    ]),
    [
      [CARA, 3, ['no-mapping'], 'F L', 3],
      [DAN, 2, ['no-mapping'], 'F L', 2],
      ['', 1, ['no-participant'], null, 1],
    ],
  )
  assert.deepEqual(await countUnmapped(ground.database), { numbers: 3, items: 5 })
  const { entry, replay } = await assign(CARA, 'cara@example.com')
  assert.equal(entry.mailboxAddress, 'cara@example.com')
  assert.ok(replay.completedAt)
  assert.deepEqual([replay.failures, replay.lookedAt, replay.resolved, replay.filings], [3, 3, 3, 3])
  assert.equal(await kept('cara@example.com'), 3)
  assert.equal(await kept('dan@example.com'), 0)
  const after = await pageUnmapped(ground.database, { connectorId }, { limit: 10 })
  assert.deepEqual(
    after.numbers.map(each => [each.sourceUser, each.items]),
    [
      [DAN, 2],
      ['', 1],
    ],
  )
  await assertSound(archive)
})

test("an assignment files its own number's items and leaves the others' as they are", async t => {
  const { archive, ground, actor, connectorId, assign, kept } = await unmapped(t)
  // Dan can be reached since, but nobody has asked for a replay.
  await ground.database.execute(
    `insert into mapping_entry (connector_id, external_user_id, number, mailbox_address, line) values ($1, $2, $2, $3, 9)`,
    [connectorId, DAN, 'dan@example.com'],
  )
  await assign(CARA, 'cara@example.com')
  assert.deepEqual([await kept('cara@example.com'), await kept('dan@example.com')], [3, 0])
  assert.deepEqual(await replayFailures(ground, await archive.queue(), actor, null), {
    failures: 3,
    resolved: 2,
    filings: 2,
  })
  assert.equal(await kept('dan@example.com'), 2)
})

test('items that name none of our people are filed once one of their parties is assigned a mailbox', async t => {
  const { ground, connectorId, assign, kept } = await unmapped(t)
  assert.deepEqual(await listUnmappedParties(ground.database, connectorId, 10), [
    { party: '447700900555', items: 1 },
    { party: OUTSIDER, items: 1 },
  ])
  const { replay } = await assign('', 'dan@example.com', '447700900555')
  assert.deepEqual([replay.resolved, replay.filings], [1, 1])
  assert.equal(await kept('dan@example.com'), 1)
})

test('a refused assignment changes nothing, and one without the role is refused', async t => {
  const { archive, ground, connectorId, assign } = await unmapped(t)
  await assert.rejects(assign(CARA, 'nobody@example.com'), { code: 'MAPPING_INVALID' })
  const entry = { externalUserId: CARA, mailboxAddress: 'cara@example.com', validFrom: null, validTo: null }
  const queue = await archive.queue()
  await assert.rejects(assignUnmapped(ground, queue, NOBODY, { connectorId, sourceUser: CARA, entry }), {
    code: 'ROLE_MISSING',
  })
  await assert.rejects(replayFailures(ground, await archive.queue(), NOBODY, null), { code: 'ROLE_MISSING' })
  assert.deepEqual(await countUnmapped(ground.database), { numbers: 3, items: 5 })
  assert.deepEqual(await ground.database.query('select 1 from replay'), [])
})

test('a worker does a replay that was asked for, and a second attempt finds nothing left', async t => {
  const { archive, ground, actor, connectorId } = await unmapped(t)
  await ground.database.execute(
    `insert into mapping_entry (connector_id, external_user_id, number, mailbox_address, line) values ($1, $2, $2, $3, 9)`,
    [connectorId, DAN, 'dan@example.com'],
  )
  const queue = await archive.queue()
  const asked = await ground.database.transaction(tx =>
    requestReplay(tx, ground, queue, actor, { connectorId: null, sourceUser: null }),
  )
  assert.equal(asked.failures, 6)
  let replay = asked
  for (let tries = 0; replay.completedAt === null && tries < 200; tries++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    replay = await getReplay(ground.database, asked.replayId)
  }
  assert.deepEqual([replay.lookedAt, replay.resolved, replay.filings], [6, 2, 2])
  await performReplay(ground, queue, openBearings(ground), asked.replayId, new AbortController().signal)
  assert.deepEqual(await getReplay(ground.database, asked.replayId), replay)
  await assert.rejects(getReplay(ground.database, 4711), { code: 'REPLAY_UNKNOWN' })
})

test('failures are counted by reason, listed for a connector, and written as CSV', async t => {
  const { ground, connectorId, run, assign } = await unmapped(t)
  await assign(DAN, 'dan@example.com')
  assert.deepEqual(await countFailures(ground.database, run.runId), [
    { reason: 'no-mapping', failures: 5, resolved: 2 },
    { reason: 'no-participant', failures: 1, resolved: 0 },
  ])
  const open = await listConnectorFailures(ground.database, connectorId, { open: true, limit: 3 })
  const rest = await listConnectorFailures(ground.database, connectorId, {
    open: true,
    limit: 3,
    after: open.next!,
  })
  assert.deepEqual([open.failures.length, rest.failures.length, rest.next], [3, 1, null])
  const csv = (await Array.fromAsync(failuresCsv(ground.database, run.runId))).join('')
  const lines = csv.trimEnd().split('\r\n')
  assert.equal(lines.length, 7)
  assert.match(lines[0]!, /^Item id,Source User ID,M365 User ID,Failure Reason/)
  assert.equal(lines.filter(line => line.includes(`,${CARA},,no-mapping,`)).length, 3)
})

test('the days that items reached the site are counted once, however often they come', async t => {
  const { archive, ground, connectorId } = await unmapped(t)
  const days = () =>
    ground.database.query<{ day: string; items: number; unmapped: number; failed: number }>(
      'select day, items, unmapped, failed from arrival_day where connector_id = $1',
      [connectorId],
    )
  const before = await days()
  assert.deepEqual(
    before.map(row => [row.items, row.unmapped, row.failed]),
    [[6, 5, 0]],
  )
  await archive.run(await getConnector(ground.database, connectorId), WINDOW)
  assert.deepEqual(await days(), before)
})
