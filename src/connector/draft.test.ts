import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { ANNA, MAPPING_CSV, PEOPLE_CSV, startTinySite } from '../../test/e2e/tiny-site.ts'
import { readEntries } from '../audit/audit.ts'
import type { Actor, Role } from '../identity/identity.ts'
import { testArchive } from '../testing/archive.ts'
import {
  activateDraft,
  checkArchive,
  checkProduct,
  discardDraft,
  editConnector,
  editDraft,
  findProduct,
  formatSchedule,
  getConnector,
  getConnectorDefaults,
  importCustomMapping,
  listConnectors,
  listDrafts,
  parseSchedule,
  type SignIn,
  setConnectorDefaults,
  signInDraft,
  startDraft,
} from './connector.ts'

type Context = { after(work: () => Promise<void>): void }
const USERS = [
  { userId: 'anna', mobile: ANNA.number, email: ANNA.mailbox },
  { userId: 'gone', mobile: '447700900108', email: 'gone@Example.com' },
]

async function prepared(t: Context, account: Record<string, unknown> = {}) {
  const site = await startTinySite([], USERS, account)
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const { ground, actor } = archive
  const signIn = async (connectorId: number, change: Partial<SignIn> = {}, revision?: number) => {
    const seen = revision ?? (await getConnector(ground.database, connectorId)).revision
    const place = { location: site.url, ...site.account, ...change }
    return signInDraft(ground, actor, connectorId, place, seen, AbortSignal.timeout(20_000))
  }
  return { site, archive, ground, actor, signIn }
}

const person = (...roles: Role[]): Actor => ({
  name: 'person:someone',
  breakGlass: false,
  roles: new Map(roles.map(role => [role, null])),
})

test('a draft begins with who accepted the terms, signs in, is mapped, and becomes a connector', async t => {
  const { site, ground, actor, signIn } = await prepared(t)
  const started = await startDraft(ground, actor, 'o2')
  assert.deepEqual(
    [started.status, started.setupStep, started.termsAcceptedBy, started.credential, started.nextRunAt],
    ['draft', 'login', actor.name, null, null],
  )
  const { connector, registeredUsers } = await signIn(started.connectorId)
  assert.equal(registeredUsers, 2)
  assert.deepEqual(
    [connector.setupStep, connector.accountId, connector.location, connector.domains],
    ['mapping', 'TINY-1', site.url, ['example.com']],
  )
  await importCustomMapping(ground, actor, connector.connectorId, Buffer.from(MAPPING_CSV), 2)
  const chosen = await editDraft(
    ground,
    actor,
    connector.connectorId,
    { schedule: parseSchedule('hourly'), domains: [' Example.com', 'example.com'], setupStep: 'review' },
    3,
  )
  assert.deepEqual([chosen.setupStep, chosen.revision, chosen.domains], ['review', 4, ['example.com']])
  assert.deepEqual(await listConnectors(ground.database), [], 'it is no connector yet')
  assert.equal((await listDrafts(ground.database)).length, 1)
  const added = await ground.database.transaction(tx =>
    activateDraft(tx, ground, actor, connector.connectorId, 4),
  )
  assert.deepEqual(
    [added.status, added.setupStep, formatSchedule(added.schedule)],
    ['active', null, 'hourly'],
  )
  assert.ok(added.nextRunAt && added.nextRunAt.getTime() > ground.clock.now())
  const { entries } = await readEntries(ground.database, {
    subject: `connector:${connector.connectorId}`,
    limit: 10,
  })
  assert.deepEqual(
    entries.map(entry => entry.act),
    ['connector.add', 'mapping.import', 'connector.sign-in', 'connector.accept-terms'],
  )
})

test('what the site refuses is said, recorded and not kept', async t => {
  const { ground, actor, signIn } = await prepared(t)
  const site = await startSite({ people: 4, days: 1, plain: true })
  t.after(() => site.stop())
  const { connectorId } = await startDraft(ground, actor, 'o2')
  const place = { location: site.url, ...site.account }
  await assert.rejects(signIn(connectorId, { ...place, password: 'wrong' }), { code: 'SITE_SIGN_IN_WRONG' })
  site.faults.suspended = true
  await assert.rejects(signIn(connectorId, place), { code: 'SITE_SIGN_IN_SUSPENDED' })
  site.faults.suspended = false
  await assert.rejects(signIn(connectorId, { location: 'http://archive.example.com' }), {
    code: 'SITE_NOT_TLS',
  })
  const draft = await getConnector(ground.database, connectorId)
  assert.deepEqual([draft.setupStep, draft.location, draft.credential], ['login', '', null])
  const { entries } = await readEntries(ground.database, { subject: `connector:${connectorId}`, limit: 10 })
  assert.deepEqual(
    entries.map(entry => [entry.act, entry.detail.code]),
    [
      ['connector.sign-in-refused', 'SITE_NOT_TLS'],
      ['connector.sign-in-refused', 'SITE_SIGN_IN_SUSPENDED'],
      ['connector.sign-in-refused', 'SITE_SIGN_IN_WRONG'],
      ['connector.accept-terms', undefined],
    ],
  )
  // The tiny site has no Signal.
  const other = await startDraft(ground, actor, 'signal')
  await assert.rejects(signIn(other.connectorId), { code: 'PRODUCT_NOT_IN_ACCOUNT' })
  await assert.rejects(
    ground.database.transaction(tx => activateDraft(tx, ground, actor, connectorId, draft.revision)),
    { code: 'CONNECTOR_UNFINISHED' },
  )
  await signIn(connectorId, place)
})

test('a kept password is used again for its own site and user name, and goes nowhere else', async t => {
  const { ground, actor, signIn, archive } = await prepared(t)
  const { connectorId } = await startDraft(ground, actor, 'o2')
  await signIn(connectorId)
  const ours = { password: undefined }
  await signIn(connectorId, ours)
  const elsewhere = await startTinySite([], USERS)
  t.after(() => elsewhere.stop())
  for (const change of [{ location: elsewhere.url }, { username: 'somebody@example.com' }])
    await assert.rejects(signIn(connectorId, { ...ours, ...change }), { code: 'CONNECTOR_INVALID' })
  assert.equal(elsewhere.asked.size, 0)
  const everything = JSON.stringify(
    await archive.ground.database.query('select row_to_json(c) from connector c'),
  )
  assert.doesNotMatch(everything, /Plover/)
})

test('an account and product have one connector, drafts counted, however many try at once', async t => {
  const { ground, actor, signIn } = await prepared(t)
  const drafts = [await startDraft(ground, actor, 'o2'), await startDraft(ground, actor, 'o2')]
  const tried = await Promise.allSettled(drafts.map(each => signIn(each.connectorId)))
  assert.deepEqual(tried.map(each => each.status).sort(), ['fulfilled', 'rejected'])
  const refused = tried.find(each => each.status === 'rejected')
  assert.equal(refused?.reason.code, 'CONNECTOR_EXISTS')
  assert.match(refused?.reason.message, /setup is not finished/)
  // Another product of the same account is another connector.
  const other = await startDraft(ground, actor, 'enterprise-number')
  await signIn(other.connectorId)
})

test('a draft that was changed meanwhile is not overwritten, and one that is finished is no draft', async t => {
  const { ground, actor, signIn } = await prepared(t)
  const { connectorId } = await startDraft(ground, actor, 'o2')
  await signIn(connectorId)
  await assert.rejects(signIn(connectorId, {}, 1), { code: 'REVISION_STALE' })
  await assert.rejects(editDraft(ground, actor, connectorId, { name: 'x' }, 1), { code: 'REVISION_STALE' })
  await assert.rejects(importCustomMapping(ground, actor, connectorId, Buffer.from(MAPPING_CSV), 1), {
    code: 'REVISION_STALE',
  })
  assert.deepEqual(await ground.database.query('select from mapping_entry'), [])
  await assert.rejects(editConnector(ground, actor, connectorId, { name: 'x' }), {
    code: 'CONNECTOR_UNFINISHED',
  })
  await ground.database.transaction(tx => activateDraft(tx, ground, actor, connectorId, 2))
  await assert.rejects(editDraft(ground, actor, connectorId, { name: 'x' }, 3), { code: 'CONNECTOR_EXISTS' })
  await assert.rejects(editConnector(ground, actor, connectorId, { name: 'x' }, 2), {
    code: 'REVISION_STALE',
  })
  assert.equal((await editConnector(ground, actor, connectorId, { name: 'x' }, 3)).revision, 4)
})

test('a discarded draft forgets its password, its mapping and its users', async t => {
  const { ground, actor, signIn } = await prepared(t)
  const { connectorId } = await startDraft(ground, actor, 'o2')
  await signIn(connectorId)
  await importCustomMapping(ground, actor, connectorId, Buffer.from(MAPPING_CSV))
  await discardDraft(ground, actor, connectorId)
  const gone = await getConnector(ground.database, connectorId)
  assert.deepEqual([gone.status, gone.credential], ['removed', null])
  for (const table of ['mapping_entry', 'registered_user'])
    assert.deepEqual(await ground.database.query(`select from ${table}`), [])
  assert.deepEqual(await listDrafts(ground.database), [])
  // And another can be set up for the same account.
  await signIn((await startDraft(ground, actor, 'o2')).connectorId)
})

test('nothing is set up without the role, and no default is changed without the other', async t => {
  const { ground, actor } = await prepared(t)
  const nobody = person('View-Only Configuration')
  await assert.rejects(startDraft(ground, nobody, 'o2'), { code: 'ROLE_MISSING' })
  const { connectorId } = await startDraft(ground, person('Mailbox Import Export'), 'o2')
  await assert.rejects(editDraft(ground, nobody, connectorId, { name: 'x' }, 1), { code: 'ROLE_MISSING' })
  await assert.rejects(discardDraft(ground, nobody, connectorId), { code: 'ROLE_MISSING' })
  const wanted = { schedule: parseSchedule('hourly'), defaultRegion: 'SE', itemSizeMax: 5_000_000 }
  await assert.rejects(setConnectorDefaults(ground, person('Mailbox Import Export'), wanted, 0), {
    code: 'ROLE_MISSING',
  })
  assert.equal((await getConnectorDefaults(ground, ground.database)).revision, 0)
  await setConnectorDefaults(ground, person('Organization Configuration'), wanted, 0)
  await assert.rejects(setConnectorDefaults(ground, actor, wanted, 0), { code: 'REVISION_STALE' })
  await assert.rejects(setConnectorDefaults(ground, actor, { ...wanted, defaultRegion: 'se' }, 1), {
    code: 'CONNECTOR_INVALID',
  })
  const next = await startDraft(ground, actor, 'o2')
  assert.deepEqual(
    [formatSchedule(next.schedule), next.defaultRegion, next.itemSizeMax],
    ['hourly', 'SE', 5_000_000],
  )
})

test('the checklist before signing in says what can be seen from here, and what is seen later', async t => {
  const archive = await testArchive(t, { demonstration: false })
  const { ground } = archive
  const states = async (productId: string) =>
    Object.fromEntries(
      (await checkProduct(ground, person('View-Only Configuration'), findProduct(productId))).map(each => [
        each.id,
        each.state,
      ]),
    )
  assert.deepEqual(await states('o2'), {
    role: 'not-met',
    'master-key': 'not-met',
    account: 'at-sign-in',
    registered: 'at-sign-in',
    mailbox: 'not-met',
    'company-owned': 'at-sign-in',
    carrier: 'cannot-be-checked',
  })
  await archive.addPeople(PEOPLE_CSV)
  assert.equal((await states('enterprise-number')).mailbox, 'at-sign-in')
  assert.equal((await states('enterprise-number')).app, 'at-sign-in')
  const [role] = await checkArchive(ground, person('Mailbox Import Export'))
  assert.equal(role?.state, 'met')
  await assert.rejects(
    archive.addConnector({ url: 'http://127.0.0.1:9/', account: { username: 'a', password: 'b' } }, 'o2'),
    {
      code: 'MASTER_KEY_NOT_COPIED',
    },
  )
})
