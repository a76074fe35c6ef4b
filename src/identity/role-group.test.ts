import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { importDirectory } from '../directory/directory.ts'
import { type TestIdentity, testIdentity } from '../testing/identity.ts'
import {
  type Actor,
  addMember,
  addPerson,
  addRoleGroup,
  editPerson,
  editRoleGroup,
  findRoleGroup,
  getRoleGroup,
  holdsRole,
  listAttributes,
  listMembers,
  listPersons,
  listRoleGroups,
  type MailboxLimit,
  mailboxScope,
  previewLimit,
  type Role,
  removeMember,
  removeRoleGroup,
  resetPassword,
} from './identity.ts'

const PEOPLE = `Address,Display Name,Department,Country
anna@example.com,Anna,Trading,SE
bo@example.com,Bo,trading,GB
cia@example.com,Cia,Legal,SE
dan@example.com,Dan,,GB
`

async function people(identity: TestIdentity, csv = PEOPLE): Promise<Map<string, number>> {
  await identity.database.transaction(tx =>
    importDirectory(tx, identity.keyring, identity.clock, 'system', Buffer.from(csv)),
  )
  const rows = await identity.database.query<{ mailbox_id: number; display_name: string }>(
    'select mailbox_id, display_name from mailbox',
  )
  return new Map(rows.map(row => [row.display_name, row.mailbox_id]))
}

/** What somebody reaches who is in one group with these roles and this limit. */
async function reached(
  identity: TestIdentity,
  limit: MailboxLimit | null,
  roles: readonly Role[] = ['Preview'],
) {
  const group = await addRoleGroup(identity, identity.console, { name: 'Readers', roles, limit })
  const person = await identity.person('reader')
  await addMember(identity, identity.console, group.roleGroupId, person.personId)
  const secret = await identity.session('reader')
  const actor = async () => (await identity.caller(secret))!.actor
  return { group, person, actor, scope: async () => mailboxScope(await actor(), 'Preview') }
}

const nobody: Actor = { name: 'person:nobody', breakGlass: false, roles: new Map() }

test('an archive has the role groups of Microsoft, and Mailbox Import Export is in none of them', async t => {
  const identity = await testIdentity(t)
  const groups = await listRoleGroups(identity, identity.console)
  assert.deepEqual(
    groups.map(({ name, builtIn, members, limit }) => [name, builtIn, members, limit]),
    [
      ['Communication Compliance', true, 0, null],
      ['Compliance Administrator', true, 0, null],
      ['eDiscovery Manager', true, 0, null],
      ['Organization Management', true, 0, null],
      ['Records Management', true, 0, null],
    ],
  )
  assert.ok(!groups.some(({ roles }) => roles.includes('Mailbox Import Export')))
  const reading = groups.filter(({ roles }) => roles.includes('Preview')).map(({ name }) => name)
  assert.deepEqual(reading, ['eDiscovery Manager'], 'administration gives no reading of content')
})

test('a role that is taken away is gone at the next call of a session that is open', async t => {
  const identity = await testIdentity(t)
  const { group, person, actor } = await reached(identity, null)
  assert.ok(holdsRole(await actor(), 'Preview'))
  await removeMember(identity, identity.console, group.roleGroupId, person.personId)
  assert.ok(!holdsRole(await actor(), 'Preview'))
  await addMember(identity, identity.console, group.roleGroupId, person.personId)
  assert.ok(holdsRole(await actor(), 'Preview'))
  await editRoleGroup(identity, identity.console, group.roleGroupId, { roles: ['Export'] })
  assert.ok(!holdsRole(await actor(), 'Preview'))
  assert.ok(holdsRole(await actor(), 'Export'))
  await removeRoleGroup(identity, identity.console, group.roleGroupId)
  assert.equal((await actor()).roles?.size, 0)
})

test('a group limited to a list reaches those mailboxes and no others', async t => {
  const identity = await testIdentity(t)
  const ids = await people(identity)
  const { scope } = await reached(identity, { mailboxes: [ids.get('Dan')!, ids.get('Cia')!], conditions: [] })
  assert.deepEqual(await scope(), [ids.get('Cia')!, ids.get('Dan')!])
})

test('a group limited by attributes reaches who has all of them, as the directory is now', async t => {
  const identity = await testIdentity(t)
  const ids = await people(identity)
  const { scope, group } = await reached(identity, {
    mailboxes: [],
    conditions: [{ attribute: 'department', values: ['Trading'] }],
  })
  assert.deepEqual(await scope(), [ids.get('Anna')!, ids.get('Bo')!], 'whatever the case')
  await people(
    identity,
    PEOPLE.replace('dan@example.com,Dan,,GB', 'dan@example.com,Dan,Trading,GB').replace(
      'Trading,SE',
      'Legal,SE',
    ),
  )
  assert.deepEqual(
    await scope(),
    [ids.get('Bo')!, ids.get('Dan')!],
    'who joins is inside at once, who leaves outside',
  )
  await editRoleGroup(identity, identity.console, group.roleGroupId, {
    limit: {
      mailboxes: [ids.get('Cia')!],
      conditions: [
        { attribute: 'Department', values: ['Trading', 'Risk'] },
        { attribute: 'Country', values: ['GB'] },
      ],
    },
  })
  assert.deepEqual(await scope(), [ids.get('Bo')!, ids.get('Cia')!, ids.get('Dan')!])
  await people(identity, 'Address,Display Name,Department\nanna@example.com,Anna,Trading\n')
  assert.deepEqual(
    await scope(),
    [ids.get('Bo')!, ids.get('Cia')!, ids.get('Dan')!],
    'all conditions, not one of them',
  )
})

test('a limit that meets nobody reaches nothing', async t => {
  const identity = await testIdentity(t)
  await people(identity)
  const { scope, group } = await reached(identity, { mailboxes: [], conditions: [] })
  assert.deepEqual(await scope(), [])
  await editRoleGroup(identity, identity.console, group.roleGroupId, {
    limit: { mailboxes: [], conditions: [{ attribute: 'Department', values: ['Nowhere'] }] },
  })
  assert.deepEqual(await scope(), [])
})

test('two groups reach what either reaches, each for its own roles', async t => {
  const identity = await testIdentity(t)
  const ids = await people(identity)
  const { actor, person, scope } = await reached(identity, { mailboxes: [ids.get('Anna')!], conditions: [] })
  const more = await addRoleGroup(identity, identity.console, {
    name: 'More',
    roles: ['Preview', 'Export'],
    limit: { mailboxes: [ids.get('Bo')!], conditions: [] },
  })
  await addMember(identity, identity.console, more.roleGroupId, person.personId)
  assert.deepEqual(await scope(), [ids.get('Anna')!, ids.get('Bo')!])
  assert.deepEqual(mailboxScope(await actor(), 'Export'), [ids.get('Bo')!])
  await editRoleGroup(identity, identity.console, more.roleGroupId, { limit: null })
  assert.equal(await scope(), null, 'a group without a limit is not narrowed by another')
})

test('a group with a role over the whole archive cannot be limited', async t => {
  const identity = await testIdentity(t)
  const limit = { mailboxes: [], conditions: [] }
  const invalid = { code: 'ROLE_GROUP_INVALID' }
  await assert.rejects(
    addRoleGroup(identity, identity.console, { name: 'X', roles: ['Preview', 'Audit Logs'], limit }),
    invalid,
  )
  const group = await addRoleGroup(identity, identity.console, { name: 'X', roles: ['Preview'], limit })
  await assert.rejects(
    editRoleGroup(identity, identity.console, group.roleGroupId, { roles: ['Role Management'] }),
    invalid,
  )
  for (const bad of [
    { mailboxes: [4711], conditions: [] },
    { mailboxes: [], conditions: [{ attribute: 'Department', values: [' '] }] },
    { mailboxes: [], conditions: [{ attribute: '', values: ['x'] }] },
  ])
    await assert.rejects(
      editRoleGroup(identity, identity.console, group.roleGroupId, { limit: bad }),
      invalid,
    )
})

test('a preview says how many mailboxes a limit would reach, and which attributes there are', async t => {
  const identity = await testIdentity(t)
  await people(identity)
  const preview = await previewLimit(identity.database, {
    mailboxes: [],
    conditions: [{ attribute: 'Country', values: ['gb'] }],
  })
  assert.deepEqual(
    { ...preview, sample: preview.sample.map(({ displayName }) => displayName) },
    { reached: 2, total: 4, sample: ['Bo', 'Dan'] },
  )
  assert.deepEqual(await listAttributes(identity.database), [
    {
      attribute: 'Country',
      values: [
        { value: 'GB', mailboxes: 2 },
        { value: 'SE', mailboxes: 2 },
      ],
    },
    {
      attribute: 'Department',
      values: [
        { value: 'Legal', mailboxes: 1 },
        { value: 'Trading', mailboxes: 1 },
        { value: 'trading', mailboxes: 1 },
      ],
    },
  ])
})

test('the last person who can give roles cannot be taken out, disabled, or left without the role', async t => {
  const identity = await testIdentity(t)
  const last = { code: 'ROLE_MANAGER_LAST' }
  const group = await findRoleGroup(identity, identity.console, 'organization management')
  const anna = await identity.person('anna', 'Organization Management')
  const bo = await identity.person('bo', 'Organization Management')
  await editPerson(identity, identity.console, bo.personId, { status: 'disabled' })
  await assert.rejects(removeMember(identity, identity.console, group.roleGroupId, anna.personId), last)
  await assert.rejects(editPerson(identity, identity.console, anna.personId, { status: 'disabled' }), last)
  await assert.rejects(
    editRoleGroup(identity, identity.console, group.roleGroupId, { roles: ['Audit Logs'] }),
    last,
  )
  assert.equal((await listMembers(identity, identity.console, group.roleGroupId)).length, 2)
  await editPerson(identity, identity.console, bo.personId, { status: 'active' })
  const outcomes = await Promise.allSettled(
    [anna, bo].map(each => removeMember(identity, identity.console, group.roleGroupId, each.personId)),
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status).sort(),
    ['fulfilled', 'rejected'],
    'not by two at once either',
  )
})

test('a built-in group keeps its name and stays; names are not given twice', async t => {
  const identity = await testIdentity(t)
  const { roleGroupId } = await findRoleGroup(identity, identity.console, 'Records Management')
  await assert.rejects(editRoleGroup(identity, identity.console, roleGroupId, { name: 'Mine' }), {
    code: 'ROLE_GROUP_INVALID',
  })
  await assert.rejects(removeRoleGroup(identity, identity.console, roleGroupId), {
    code: 'ROLE_GROUP_INVALID',
  })
  await assert.rejects(addRoleGroup(identity, identity.console, { name: 'RECORDS management' }), {
    code: 'ROLE_GROUP_EXISTS',
  })
  await assert.rejects(getRoleGroup(identity, identity.console, 4711), { code: 'ROLE_GROUP_UNKNOWN' })
})

test('an edit on what somebody else changed meanwhile is refused', async t => {
  const identity = await testIdentity(t)
  const group = await addRoleGroup(identity, identity.console, { name: 'X' })
  const edit = (description: string) =>
    editRoleGroup(identity, identity.console, group.roleGroupId, { description }, group.revision)
  await edit('first')
  await assert.rejects(edit('second'), { code: 'REVISION_STALE' })
  const person = await identity.person('anna')
  await assert.rejects(editPerson(identity, identity.console, person.personId, { language: 'sv' }, 99), {
    code: 'REVISION_STALE',
  })
})

test('nothing of this is done without Role Management', async t => {
  const identity = await testIdentity(t)
  const missing = { code: 'ROLE_MISSING' }
  for (const work of [
    () => listRoleGroups(identity, nobody),
    () => addRoleGroup(identity, nobody, { name: 'Mine', roles: ['Preview'] }),
    () => editRoleGroup(identity, nobody, 1, { roles: ['Preview'] }),
    () => removeRoleGroup(identity, nobody, 1),
    () => listMembers(identity, nobody, 1),
    () => addMember(identity, nobody, 1, 1),
    () => removeMember(identity, nobody, 1, 1),
    () => listPersons(identity, nobody),
    () => addPerson(identity, nobody, { username: 'x', displayName: 'X' }),
    () => editPerson(identity, nobody, 1, { status: 'disabled' }),
    () => resetPassword(identity, nobody, 1),
  ])
    await assert.rejects(work, missing, String(work))
})

test('every act is an entry of the audit log', async t => {
  const identity = await testIdentity(t)
  const { group, person } = await reached(identity, { mailboxes: [], conditions: [] })
  await removeMember(identity, identity.console, group.roleGroupId, person.personId)
  await removeRoleGroup(identity, identity.console, group.roleGroupId)
  await editPerson(identity, identity.console, person.personId, { email: 'reader@example.com' })
  await resetPassword(identity, identity.console, person.personId)
  const rows = await identity.database.query<{ act: string; text: string }>(
    'select act, e::text as text from audit_entry e where act not like $1',
    ['directory.%'],
  )
  assert.deepEqual([...new Set(rows.map(({ act }) => act))].sort(), [
    'person.add',
    'person.change-password',
    'person.edit',
    'person.reset-password',
    'role-group.add',
    'role-group.add-member',
    'role-group.remove',
    'role-group.remove-member',
    'session.sign-in',
  ])
  assert.ok(!rows.some(({ text }) => text.includes('reader@example.com')), 'an address is sealed')
})

test('persons are listed with their groups, in pages', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna', 'Organization Management')
  for (const username of ['bo', 'cia'])
    await addPerson(identity, identity.console, { username, displayName: username.toUpperCase() })
  const first = await listPersons(identity, identity.console, { limit: 2 })
  assert.deepEqual(
    first.map(({ username, roleGroups }) => [username, roleGroups.map(({ name }) => name)]),
    [
      ['anna', ['Organization Management']],
      ['bo', []],
    ],
  )
  const second = await listPersons(identity, identity.console, { after: 'bo' })
  assert.deepEqual(
    second.map(({ username }) => username),
    ['cia'],
  )
  assert.equal((await listPersons(identity, identity.console, { containing: 'CIA' })).length, 1)
})

test('changes of roles and of the same person wait for each other, and never for ever', async t => {
  const identity = await testIdentity(t)
  const anna = await identity.person('anna')
  const { roleGroupId } = await findRoleGroup(identity, identity.console, 'Records Management')
  const { adding } = await identity.database.transaction(async tx => {
    // As an edit of a person does.
    await tx.query('select version from identity_version for update')
    const begun = addMember(identity, identity.console, roleGroupId, anna.personId)
    const asked = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    while ((await identity.database.query(asked)).length === 0) await setTimeout(20)
    await tx.query('select from person where person_id = $1 for update', [anna.personId])
    return { adding: begun }
  })
  await adding
})
