/** Adaptive scopes: conditions as text and trees, and members that follow the directory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasCode } from '../errors.ts'
import type { Actor } from '../identity/identity.ts'
import { type TestArchive, testArchive } from '../testing/archive.ts'
import { type Draw, drawFrom, seededRandom } from '../testing/keeping.ts'
import {
  checkCondition,
  formatCondition,
  parseCondition,
  type ScopeCondition,
} from './adaptive-scope-condition.ts'
import {
  changePolicy,
  changeScope,
  createPolicy,
  createScope,
  listMembers,
  listScopes,
  loadKeepingRules,
  performOpenEvaluations,
  previewScope,
  removePolicy,
  removeScope,
  sendEvaluations,
  showScope,
} from './retention.ts'

const records: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}

const attribute = (name: string, ...values: string[]): ScopeCondition => ({
  type: 'attribute',
  attribute: name,
  operator: 'equals',
  values,
})

const prefix = (name: string, ...values: string[]): ScopeCondition => ({
  type: 'attribute',
  attribute: name,
  operator: 'starts-with',
  values,
})

test('a condition is read as it is meant', () => {
  const read: [string, ScopeCondition][] = [
    ['Department:Sales', attribute('Department', 'Sales')],
    ['  Department : "Sales  desk" ', attribute('Department', 'Sales desk')],
    ['Title:Assist*', prefix('Title', 'Assist')],
    ['Country:*', prefix('Country', '')],
    ['Country:(SE, NO OR "United Kingdom")', attribute('Country', 'SE', 'NO', 'United Kingdom')],
    ['Country:(SE, N*)', { type: 'or', of: [attribute('Country', 'SE'), prefix('Country', 'N')] }],
    ['"Job Title":Clerk', attribute('Job Title', 'Clerk')],
    [
      'A:1 AND B:2 OR C:3',
      {
        type: 'or',
        of: [{ type: 'and', of: [attribute('A', '1'), attribute('B', '2')] }, attribute('C', '3')],
      },
    ],
    [
      'A:1 AND (B:2 OR C:3)',
      {
        type: 'and',
        of: [attribute('A', '1'), { type: 'or', of: [attribute('B', '2'), attribute('C', '3')] }],
      },
    ],
    ['A:1 NOT B:2', { type: 'and', of: [attribute('A', '1'), { type: 'not', of: attribute('B', '2') }] }],
  ]
  for (const [text, tree] of read) assert.deepEqual(parseCondition(text), tree, text)
})

test('a condition that is wrong says where, and quotes nothing', () => {
  const wrong: [string, string][] = [
    ['', 'at character 1: expected an attribute, as in Department:Sales'],
    ['Department', 'at character 11: expected a colon after the attribute'],
    ['Department:', 'at character 12: expected a value'],
    ['Department:Sales Country:SE', 'at character 18: expected AND, OR or the end'],
    ['Department:"Sales', 'at character 12: expected a closing quotation mark for the one that opens here'],
    ['(Department:Sales', 'at character 18: expected a closing parenthesis'],
    ['Department:(Sales', 'at character 18: expected a comma or a closing parenthesis'],
    ['Department:AND', 'at character 12: expected a value'],
    ['Department:""', 'a value is missing'],
    [`${'('.repeat(3_000)}A:1`, 'at character 17: expected at most 8 levels'],
    ['NOT '.repeat(900), 'at character 65: expected at most 8 levels'],
    ['A:1'.padEnd(4_001), 'a condition has at most 4000 characters'],
  ]
  for (const [text, message] of wrong)
    assert.throws(
      () => parseCondition(text),
      error => hasCode(error, 'ADAPTIVE_SCOPE_INVALID') && error.message === message,
      text.slice(0, 40),
    )
  assert.throws(() => checkCondition({ type: 'and', of: [] }), /empty/)
})

const NAMES = ['Department', 'Country', 'Job Title', 'AND', 'Address', 'Display Name'] as const
const VALUES = [
  'Sales',
  'sales',
  'SE',
  'Not here',
  'OR',
  'a"b',
  'x:y',
  '(z)',
  'Värmland',
  'kept-101@example.com',
] as const

function randomCondition(draw: Draw, level = 1): ScopeCondition {
  const kind = level > 4 ? 0 : draw.number(0, 5)
  if (kind === 1) return { type: 'not', of: randomCondition(draw, level + 1) }
  if (kind === 2 || kind === 3)
    return {
      type: kind === 2 ? 'and' : 'or',
      of: draw.list(1, 3, () => randomCondition(draw, level + 1)),
    }
  return {
    type: 'attribute',
    attribute: draw.one(NAMES),
    operator: draw.one(['equals', 'starts-with'] as const),
    values: draw.list(1, 3, () => draw.one(VALUES)),
  }
}

test('what is written out is read back as the same tree', () => {
  const draw = drawFrom(seededRandom(11))
  for (let round = 0; round < 3_000; round++) {
    const condition = checkCondition(randomCondition(draw))
    const text = formatCondition(condition)
    assert.deepEqual(parseCondition(text), condition, text)
  }
})

/** Who meets a condition, as a reader of the words would find out. */
function meets(condition: ScopeCondition, said: Readonly<Record<string, string>>): boolean {
  if (condition.type === 'not') return !meets(condition.of, said)
  if (condition.type !== 'attribute') {
    const met = condition.of.filter(each => meets(each, said)).length
    return condition.type === 'and' ? met === condition.of.length : met > 0
  }
  return Object.entries(said).some(
    ([name, value]) =>
      name.toLowerCase() === condition.attribute.toLowerCase() &&
      condition.values.some(wanted =>
        condition.operator === 'equals'
          ? value.toLowerCase() === wanted.toLowerCase()
          : value.toLowerCase().startsWith(wanted.toLowerCase()),
      ),
  )
}

const addPeople = (archive: TestArchive, ...lines: string[]) =>
  archive.addPeople(['Address,Display Name,Department,Country,Active To', ...lines].join('\n'))

async function addressesOf({ ground }: TestArchive, scopeId: number): Promise<string[]> {
  const { members } = await listMembers(ground, records, scopeId, { limit: 100 })
  return members.map(each => each.address.split('@')[0]!)
}

test('the database finds the same members as a reader of the condition would', async t => {
  const draw = drawFrom(seededRandom(12))
  const archive = await testArchive(t)
  const people = Array.from({ length: 40 }, (_, index) => ({
    Address: `p${index}@contoso.example`,
    'Display Name': draw.one(['Anna Berg', 'Sales', 'Bo']),
    Department: draw.one(['Sales', 'SALES', 'Värmland', 'OR', '']),
    Country: draw.one(['SE', 'sE', 'x:y', '']),
  }))
  await addPeople(archive, ...people.map(each => `${Object.values(each).join(',')},`))
  for (let round = 0; round < 100; round++) {
    const condition = checkCondition(randomCondition(draw))
    const { sample, members } = await previewScope(archive.ground, records, { condition })
    const expected = people
      .filter(person =>
        meets(condition, Object.fromEntries(Object.entries(person).filter(([, value]) => value !== ''))),
      )
      .map(person => person.Address)
    assert.deepEqual(
      sample.map(each => each.address),
      expected.sort(),
      formatCondition(condition),
    )
    assert.equal(members, expected.length)
  }
})

test('members follow the directory, leavers stay, and reserved mailboxes are members by their address alone', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  await addPeople(archive, 'anna@x.example,Anna,Sales,SE,', 'bo@x.example,Bo,Legal,SE,')
  const sales = await createScope(ground, records, {
    name: 'Sales',
    description: '',
    query: 'Department:Sales',
  })
  const others = await createScope(ground, records, {
    name: 'Rest',
    description: '',
    query: 'NOT Department:Sales',
  })
  const unmapped = await createScope(ground, records, {
    name: 'Unmapped',
    description: '',
    condition: attribute('address', 'Unmapped'),
  })
  assert.deepEqual(await addressesOf(archive, sales.scopeId), ['anna'])
  assert.deepEqual(await addressesOf(archive, others.scopeId), ['bo'])
  assert.deepEqual(await addressesOf(archive, unmapped.scopeId), ['unmapped'])

  await addPeople(
    archive,
    'anna@x.example,Anna,Legal,SE,',
    'bo@x.example,Bo,sales,SE,2020-01-01',
    'cy@x.example,Cy,Sales,NO,',
  )
  assert.deepEqual(await addressesOf(archive, sales.scopeId), ['bo', 'cy'])
  assert.deepEqual(await addressesOf(archive, others.scopeId), ['anna'])
  const { members, next } = await listMembers(ground, records, sales.scopeId, { limit: 1 })
  // The next page begins after a number: an address would be in the logs of whoever passes requests on.
  assert.equal(next, members[0]!.mailboxId)
  const rest = await listMembers(ground, records, sales.scopeId, { after: next!, limit: 100 })
  assert.deepEqual(
    [...members, ...rest.members].map(each => each.address.split('@')[0]),
    await addressesOf(archive, sales.scopeId),
  )
  assert.deepEqual(
    [members[0]!.inactive, (await showScope(ground, records, sales.scopeId)).members],
    [true, 2],
  )

  const narrower = await changeScope(ground, queue, records, sales.scopeId, {
    query: 'Department:Sales AND Country:NO',
  })
  assert.equal(narrower.members, 1)
  assert.deepEqual(await addressesOf(archive, sales.scopeId), ['cy'])
})

test('whoever joins or leaves a scope is decided on anew, at once for what is filed and by a job for the rest', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  const { database } = ground
  const queue = await archive.queue()
  await addPeople(archive, 'anna@x.example,Anna,Legal,SE,', 'bo@x.example,Bo,Sales,SE,')
  const ids = await database.query<{ mailbox_id: number }>(
    `select mailbox_id from mailbox where kind = 'person' order by address`,
  )
  const [anna, bo] = ids.map(row => row.mailbox_id) as [number, number]
  const scope = await createScope(ground, records, {
    name: 'Sales',
    description: '',
    query: 'Department:Sales',
  })
  const policy = await createPolicy(ground, queue, records, {
    name: 'Sales',
    description: '',
    belowPreset: '',
    presetId: null,
    enabled: true,
    appliesTo: 'scopes',
    mailboxIds: [],
    excludedIds: [],
    scopeIds: [scope.scopeId],
    connectorIds: null,
    kinds: null,
    action: 'retain',
    period: 'P6Y',
    startFrom: 'sent',
    eventTypeId: null,
    review: false,
  })
  await performOpenEvaluations(ground)
  await addPeople(archive, 'anna@x.example,Anna,Sales,SE,', 'bo@x.example,Bo,Legal,SE,')
  const rules = await loadKeepingRules(database, [anna, bo], 0)
  assert.deepEqual([rules.get(anna)!.policies.length, rules.get(bo)!.policies.length], [1, 0])
  const open = await database.query('select mailbox_ids from retention_evaluation where completed_at is null')
  assert.deepEqual(open, [{ mailbox_ids: [anna, bo] }])
  assert.equal(await sendEvaluations(ground, queue), 1)
  assert.equal(await sendEvaluations(ground, queue), 0)
  await performOpenEvaluations(ground)

  // What touches no member, or a scope whose policies are off, asks for nothing.
  await addPeople(archive, 'anna@x.example,Anna B,Sales,SE,')
  await changePolicy(ground, queue, records, policy.policyId, { enabled: false })
  await performOpenEvaluations(ground)
  await addPeople(archive, 'anna@x.example,Anna B,Legal,SE,')
  assert.deepEqual(await database.query('select from retention_evaluation where completed_at is null'), [])
})

test('a scope that a policy goes by stays, and one that nothing goes by can be removed', async t => {
  const archive = await testArchive(t)
  const { ground } = archive
  const queue = await archive.queue()
  const scope = await createScope(ground, records, { name: 'Norway', description: '', query: 'Country:NO' })
  const policy = await createPolicy(ground, queue, records, {
    name: 'Norway',
    description: '',
    belowPreset: '',
    presetId: null,
    enabled: false,
    appliesTo: 'scopes',
    mailboxIds: [],
    excludedIds: [],
    scopeIds: [scope.scopeId],
    connectorIds: null,
    kinds: null,
    action: 'retain',
    period: null,
    startFrom: 'sent',
    eventTypeId: null,
    review: false,
  })
  await assert.rejects(removeScope(ground, records, scope.scopeId), error =>
    hasCode(error, 'ADAPTIVE_SCOPE_USED'),
  )
  await removePolicy(ground, queue, records, policy.policyId)
  await assert.rejects(removeScope(ground, records, scope.scopeId, 9), error =>
    hasCode(error, 'REVISION_STALE'),
  )
  await removeScope(ground, records, scope.scopeId, scope.revision)
  assert.equal((await listScopes(ground, records, { limit: 5 })).total, 0)
  await assert.rejects(showScope(ground, records, scope.scopeId), error =>
    hasCode(error, 'ADAPTIVE_SCOPE_UNKNOWN'),
  )
  const rows = await ground.database.query<{ text: string }>('select detail::text as text from audit_entry')
  assert.ok(rows.every(row => !row.text.includes('Norway')))
})
