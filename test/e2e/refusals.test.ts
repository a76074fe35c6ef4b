/** A demonstration stays one, and a real archive imports nothing before its master key is copied. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestRun } from '../../src/pipeline/pipeline.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from './tiny-site.ts'

const MESSAGE = tinyRecord({ id: 'm1', from: ANNA.number, to: BO.number, text: 'dunlin' })
const USERS = [{ userId: 'u1', mobile: ANNA.number }]

test('a demonstration archive refuses sites elsewhere and real ones, and says what it is on everything', async t => {
  const site = await startTinySite([MESSAGE], USERS)
  const real = await startTinySite([MESSAGE], USERS, { demonstration: false, accountId: 'REAL-1' })
  t.after(() => site.stop())
  t.after(() => real.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  await archive.work()

  const elsewhere = await archive.addConnector({ ...site, url: 'https://archive.example.com/' }, 'o2', {
    accountId: 'ELSEWHERE-1',
  })
  const run = await archive.run(elsewhere, WINDOW)
  assert.deepEqual([run.status, run.errorCode], ['failed', 'SITE_NOT_DEMONSTRATION'])
  const atReal = await archive.addConnector(real, 'o2', { accountId: 'REAL-1' })
  assert.equal((await archive.run(atReal, WINDOW)).errorCode, 'SITE_NOT_DEMONSTRATION')
  const added = await archive.command(
    [
      ...['connector', 'add', '--product', 'o2', '--accept-terms', '--site', 'https://archive.example.com'],
      ...['--username', 'x', '--password-stdin'],
    ],
    'secret\n',
  )
  assert.equal(added.code, 4)
  assert.match(added.stderr, /^SITE_NOT_DEMONSTRATION: /)

  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const good = await archive.run(connector, WINDOW)
  assertComplete(good)
  const [item] = await archive.ground.database.query<{ item_id: string }>('select item_id from item')
  for (const words of [
    ['status'],
    ['run', 'show', String(good.runId)],
    ['mailbox', 'show', ANNA.mailbox],
    ['message', 'show', item!.item_id],
  ]) {
    const { stdout } = await archive.command(words)
    assert.match(stdout, /DEMONSTRATION/, words.join(' '))
  }
})

test('a real archive refuses a demonstration site, and everything before its master key is copied', async t => {
  const site = await startTinySite([MESSAGE], USERS)
  t.after(() => site.stop())
  const archive = await testArchive(t, { demonstration: false })
  await assert.rejects(archive.addConnector(site, 'o2'), { code: 'MASTER_KEY_NOT_COPIED' })
  const noted = await archive.command(['init', '--master-key-copied'])
  assert.equal(noted.code, 0, noted.stderr)
  // What a process knows of the archive it reads at its start.
  const script = ['connector', 'add', '--product', 'o2', '--accept-terms', '--site', site.url]
  const added = await archive.command(
    [...script, '--username', site.account.username, '--password-stdin'],
    site.account.password,
  )
  assert.equal(added.code, 4)
  assert.match(added.stderr, /^SITE_IS_DEMONSTRATION: /)
})

test('a removed connector runs no more', async t => {
  const site = await startTinySite([MESSAGE], USERS)
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const connector = await archive.addConnector(site, 'o2')
  await archive.command(['connector', 'remove', '1', '--yes'])
  const { ground, actor } = archive
  const window = { from: new Date(WINDOW.from), to: new Date(WINDOW.to) }
  const removed = { ...connector, status: 'removed' as const }
  await assert.rejects(requestRun(ground, await archive.queue(), actor, removed, 'manual', window), {
    code: 'CONNECTOR_UNKNOWN',
  })
})
