import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNA, MAPPING_CSV, PEOPLE_CSV, startTinySite, type TinyUser } from '../../test/e2e/tiny-site.ts'
import { readEntries } from '../audit/audit.ts'
import { testArchive } from '../testing/archive.ts'
import {
  checkConnector,
  checkNewMapping,
  editConnector,
  formatSchedule,
  getConnector,
  importCustomMapping,
  listConnectors,
  openConnectorSource,
  parseSchedule,
  refreshUsers,
  removeConnector,
  setConnectorStatus,
  tryCustomMapping,
} from './connector.ts'

const PASSWORD = 'Oystercatcher-7713'
const NOWHERE = { url: 'http://127.0.0.1:9/', account: { username: 'archive', password: PASSWORD } }

test('a password is stored sealed, survives an edit that names none, and is forgotten with its connector', async t => {
  const archive = await testArchive(t)
  const { ground, actor } = archive
  const { connectorId } = await archive.addConnector(NOWHERE, 'o2')
  const everything = async () =>
    JSON.stringify([
      await ground.database.query('select row_to_json(c) as row from connector c'),
      await ground.database.query('select row_to_json(e) as row from audit_entry e'),
    ])
  assert.doesNotMatch(await everything(), /Oystercatcher|T3lzdGVyY2F0Y2hlci/)
  const sealed = (await getConnector(ground.database, connectorId)).credential!
  const opened = (bytes: Buffer, id = connectorId) =>
    ground.keyring.open('credential', bytes, `connector:${id}`).toString()
  assert.equal(opened(sealed), PASSWORD)
  assert.throws(() => opened(sealed, connectorId + 1), 'it opens for its own connector alone')

  await editConnector(ground, actor, connectorId, { name: 'O2, London' })
  assert.equal(opened((await getConnector(ground.database, connectorId)).credential!), PASSWORD)
  await editConnector(ground, actor, connectorId, { password: 'Avocet-2214' })
  assert.equal(opened((await getConnector(ground.database, connectorId)).credential!), 'Avocet-2214')
  await removeConnector(ground, actor, connectorId)
  assert.equal((await getConnector(ground.database, connectorId)).credential, null)
})

test('edits made at the same moment are both kept', async t => {
  const archive = await testArchive(t)
  const { ground, actor } = archive
  const { connectorId } = await archive.addConnector(NOWHERE, 'o2')
  await Promise.all([
    editConnector(ground, actor, connectorId, { name: 'renamed' }),
    editConnector(ground, actor, connectorId, { schedule: parseSchedule('hourly') }),
    editConnector(ground, actor, connectorId, { domains: ['Example.COM'] }),
  ])
  const { name, schedule, domains } = await getConnector(ground.database, connectorId)
  assert.deepEqual([name, formatSchedule(schedule), domains], ['renamed', 'hourly', ['example.com']])
})

test('each change is an entry that names what was changed, not to what', async t => {
  const archive = await testArchive(t)
  const { ground, actor } = archive
  const { connectorId } = await archive.addConnector(NOWHERE, 'o2')
  await editConnector(ground, actor, connectorId, { password: 'Avocet-2214', name: 'renamed' })
  await setConnectorStatus(ground, actor, connectorId, 'paused')
  await setConnectorStatus(ground, actor, connectorId, 'active')
  await removeConnector(ground, actor, connectorId)
  const { entries } = await readEntries(ground.database, { subject: `connector:${connectorId}`, limit: 10 })
  assert.deepEqual(
    entries.map(entry => [entry.act, entry.actor]),
    ['remove', 'resume', 'pause', 'edit', 'add'].map(act => [`connector.${act}`, actor.name]),
  )
  assert.deepEqual(entries[3]!.detail, { changed: ['name', 'password'] })
  assert.equal(entries[4]!.detail.termsAccepted, true)
})

test('a connector takes no nonsense, no double, and no change once it is removed', async t => {
  const archive = await testArchive(t)
  const { ground, actor } = archive
  const { connectorId } = await archive.addConnector(NOWHERE, 'o2')
  await assert.rejects(archive.addConnector(NOWHERE, 'o2'), { code: 'CONNECTOR_EXISTS' })
  for (const change of [
    { name: ' ' },
    { name: 'n'.repeat(201) },
    { defaultRegion: 'gb' },
    { itemSizeMax: 10 },
    { itemSizeMax: Number.NaN },
  ])
    await assert.rejects(editConnector(ground, actor, connectorId, change), { code: 'CONNECTOR_INVALID' })
  await removeConnector(ground, actor, connectorId)
  await assert.rejects(editConnector(ground, actor, connectorId, { name: 'x' }), {
    code: 'CONNECTOR_UNKNOWN',
  })
  await assert.rejects(setConnectorStatus(ground, actor, connectorId, 'active'), {
    code: 'CONNECTOR_UNKNOWN',
  })
  await assert.rejects(removeConnector(ground, actor, connectorId), { code: 'CONNECTOR_UNKNOWN' })
  assert.deepEqual(await listConnectors(ground.database), [])
  const again = await archive.addConnector(NOWHERE, 'o2')
  assert.ok(again.connectorId > connectorId)
})

async function checked(t: { after(work: () => Promise<void>): void }, users: TinyUser[], product: string) {
  const site = await startTinySite([], users)
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, product)
  const check = async () => {
    const found = await checkConnector(archive.ground, connector, AbortSignal.timeout(20_000))
    return Object.fromEntries(found.map(each => [each.id, [each.state, each.users.map(user => user.userId)]]))
  }
  return { site, archive, connector, check }
}

test('the prerequisites name whose e-mail is no mailbox and whose phone is their own', async t => {
  const { archive, connector, check } = await checked(
    t,
    [
      { userId: 'anna', mobile: ANNA.number, email: ANNA.mailbox },
      { userId: 'gone', mobile: '447700900108', email: 'gone@example.com' },
      { userId: 'byod', mobile: '447700900109', companyOwned: false },
    ],
    'o2',
  )
  assert.deepEqual(await check(), {
    account: ['met', []],
    registered: ['met', []],
    mailbox: ['not-met', ['gone', 'byod']],
    'company-owned': ['not-met', ['byod']],
    carrier: ['cannot-be-checked', []],
  })
  await archive.addMapping(
    connector,
    `${MAPPING_CSV}447700900108,${ANNA.mailbox}\r\n447700900109,${ANNA.mailbox}\r\n`,
  )
  assert.deepEqual((await check()).mailbox, ['met', []])
})

test('a site without users, or that refuses, is told and not thrown', async t => {
  const { archive, connector, check } = await checked(t, [], 'enterprise-number')
  assert.deepEqual((await check()).registered, ['not-met', []])
  assert.deepEqual((await check()).app, ['met', []])
  const other = await startTinySite([], [], { demonstration: false })
  t.after(() => other.stop())
  const { ground, actor } = archive
  const moved = await editConnector(ground, actor, connector.connectorId, { location: other.url })
  const [account, ...others] = await checkConnector(ground, moved, AbortSignal.timeout(20_000))
  assert.equal(others.length, 0)
  assert.equal(account!.state, 'not-met')
  assert.match(account!.text, /^SITE_NOT_DEMONSTRATION/)
})

test('refreshed users replace those known before, also by several at once', async t => {
  const { site, archive, connector } = await checked(
    t,
    Array.from({ length: 40 }, (_, index) => ({ userId: `u${index}`, mobile: `4477009001${10 + index}` })),
    'o2',
  )
  const { ground } = archive
  const source = openConnectorSource(ground, connector)
  t.after(() => source.close())
  const refresh = () => refreshUsers(ground, connector, source, AbortSignal.timeout(20_000))
  await Promise.all([refresh(), refresh(), refresh()])
  site.users.splice(1)
  site.users[0] = { userId: 'u0', mobile: '447700900199' }
  await refresh()
  assert.deepEqual(await ground.database.query('select user_id, number from registered_user'), [
    { user_id: 'u0', number: '447700900199' },
  ])
})

test('a mapping file is tried without effect, imported whole, or refused whole', async t => {
  const archive = await testArchive(t)
  const { ground, actor } = archive
  await archive.addPeople(PEOPLE_CSV)
  const { connectorId } = await archive.addConnector(NOWHERE, 'o2')
  const entries = () => ground.database.query('select external_user_id from mapping_entry order by 1')
  const good = Buffer.from(MAPPING_CSV)
  const bad = Buffer.from(`${MAPPING_CSV}447700900105,nobody@example.com\r\n`)
  const tried = await tryCustomMapping(ground, connectorId, good)
  assert.equal(tried.checked.entries.length, 2)
  assert.notEqual(tried.preview, null)
  assert.deepEqual(await entries(), [])
  assert.equal((await tryCustomMapping(ground, connectorId, bad)).preview, null)
  await assert.rejects(importCustomMapping(ground, actor, connectorId, bad), {
    code: 'MAPPING_INVALID',
    message: /1 problems, the first in line 4/,
  })
  await assert.rejects(checkNewMapping(ground, bad, 'GB'), { code: 'MAPPING_INVALID' })
  await checkNewMapping(ground, good, 'GB')
  assert.deepEqual(await entries(), [])
  await importCustomMapping(ground, actor, connectorId, good)
  assert.equal((await entries()).length, 2)
})
