import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readEntries } from '../audit/audit.ts'
import { manualClock } from '../clock.ts'
import { importCustomMapping } from '../connector/connector.ts'
import type { Actor } from '../identity/identity.ts'
import { testArchive } from '../testing/archive.ts'
import {
  addMappingEntry,
  changeMappingEntry,
  listMappingChanges,
  listMappingEntries,
  pageMapping,
  removeMappingEntry,
} from './mapping.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000
const NOWHERE = { url: 'http://127.0.0.1:9/', account: { username: 'archive', password: 'Sanderling-4410' } }
const PEOPLE = 'Address,Display Name\r\nanna@example.com,Anna Lapwing\r\nbo@example.com,Bo Lapwing\r\n'
const HEADER = 'External User ID,Microsoft 365 User Mailbox,Valid From,Valid To\r\n'

async function mapped(t: TestContext) {
  const clock = manualClock(NOW)
  const archive = await testArchive(t, { clock })
  const { ground, actor } = archive
  await archive.addPeople(PEOPLE)
  const { connectorId } = await archive.addConnector(NOWHERE, 'o2')
  const add = (externalUserId: string, mailboxAddress: string, validFrom?: Date, validTo?: Date) =>
    ground.database.transaction(tx =>
      addMappingEntry(tx, ground, actor, connectorId, {
        externalUserId,
        mailboxAddress,
        validFrom: validFrom ?? null,
        validTo: validTo ?? null,
      }),
    )
  const page = async (options: { at?: Date; containing?: string } = {}) => {
    const { lines } = await pageMapping(ground.database, clock, connectorId, { ...options, limit: 50 })
    return lines.map(line => `${line.externalUserId} ${line.mailboxAddress} ${line.state}`)
  }
  return { archive, ground, actor, clock, connectorId, add, page }
}

test('a line is added, changed and ended, and the mapping of any moment can be shown', async t => {
  const { ground, actor, clock, connectorId, add, page } = await mapped(t)
  const added = await add('447700900101', 'Anna@example.com')
  assert.deepEqual([added.mailboxAddress, added.revision], ['anna@example.com', 1])
  clock.set(NOW + HOUR)
  const changed = await ground.database.transaction(tx =>
    changeMappingEntry(tx, ground, actor, connectorId, added.entryId, 1, {
      mailboxAddress: 'bo@example.com',
      validTo: new Date(NOW + 2 * HOUR),
    }),
  )
  assert.equal(changed.revision, 2)
  assert.deepEqual(await page(), ['447700900101 bo@example.com valid'])
  clock.set(NOW + 3 * HOUR)
  assert.deepEqual(await page(), ['447700900101 bo@example.com ended'])
  await ground.database.transaction(tx =>
    removeMappingEntry(tx, ground, actor, connectorId, added.entryId, 2),
  )
  assert.deepEqual(await page(), [])
  assert.deepEqual(await page({ at: new Date(NOW - 1) }), [])
  assert.deepEqual(await page({ at: new Date(NOW) }), ['447700900101 anna@example.com valid'])
  assert.deepEqual(await page({ at: new Date(NOW + HOUR) }), ['447700900101 bo@example.com valid'])
  const changes = await listMappingChanges(ground.database, connectorId, { limit: 10 })
  assert.deepEqual(
    changes.map(each => [
      each.operation,
      each.mailboxAddress,
      each.before?.mailboxAddress ?? null,
      each.changedBy,
    ]),
    [
      ['remove', 'bo@example.com', null, actor.name],
      ['change', 'bo@example.com', 'anna@example.com', actor.name],
      ['add', 'anna@example.com', null, actor.name],
    ],
  )
})

test('an import keeps the identity of the lines that it keeps, and records only what it changes', async t => {
  const { ground, actor, connectorId, add, page } = await mapped(t)
  await add('447700900101', 'anna@example.com')
  const { entryId } = await add('447700900102', 'anna@example.com')
  const file = `${HEADER}447700900101,anna@example.com,,\r\n447700900102,bo@example.com,,\r\n447700900103,bo@example.com,,\r\n`
  await importCustomMapping(ground, actor, connectorId, Buffer.from(file))
  assert.equal((await page()).length, 3)
  const since = await listMappingChanges(ground.database, connectorId, { limit: 2 })
  assert.deepEqual(since.map(each => [each.operation, each.externalUserId, each.cause]).sort(), [
    ['add', '447700900103', 'import'],
    ['change', '447700900102', 'import'],
  ])
  assert.equal(since.find(each => each.operation === 'change')?.entryId, entryId)
  await importCustomMapping(ground, actor, connectorId, Buffer.from(HEADER))
  const removed = await listMappingChanges(ground.database, connectorId, { limit: 3 })
  assert.deepEqual(
    removed.map(each => each.operation),
    ['remove', 'remove', 'remove'],
  )
})

test('a bad line changes nothing', async t => {
  const { ground, connectorId, add } = await mapped(t)
  await add('+44 7700 900101', 'anna@example.com', undefined, new Date(NOW))
  const refused = (work: Promise<unknown>, said: RegExp) =>
    assert.rejects(work, (error: Error & { code?: string }) => {
      assert.equal(error.code, 'MAPPING_INVALID')
      assert.match(error.message, said)
      assert.doesNotMatch(error.message, /\d{6}|example/)
      return true
    })
  await refused(add('', 'anna@example.com'), /is empty/)
  await refused(add('4.47701E+11', 'anna@example.com'), /spreadsheet/)
  await refused(add('447700900102', 'nobody@example.com'), /not in the directory/)
  await refused(add('447700900102', 'no address'), /not an e-mail address/)
  await refused(add('447700900102', 'anna@example.com', new Date(NOW), new Date(NOW)), /not after/)
  await refused(add('447700900101', 'bo@example.com'), /another line/)
  await add('447700900101', 'bo@example.com', new Date(NOW))
  assert.equal((await listMappingEntries(ground.database, connectorId)).length, 2)
})

test('two editors do not overwrite each other', async t => {
  const { ground, actor, connectorId, add } = await mapped(t)
  const { entryId } = await add('447700900101', 'anna@example.com')
  const change = (revision: number, mailboxAddress: string) =>
    ground.database.transaction(tx =>
      changeMappingEntry(tx, ground, actor, connectorId, entryId, revision, { mailboxAddress }),
    )
  await change(1, 'bo@example.com')
  await assert.rejects(change(1, 'anna@example.com'), { code: 'REVISION_STALE' })
  await assert.rejects(
    ground.database.transaction(tx =>
      removeMappingEntry(tx, ground, actor, connectorId, '00000000-0000-4000-8000-000000000000', 1),
    ),
    { code: 'MAPPING_ENTRY_UNKNOWN' },
  )
})

test('an edit needs the role, and its audit entry shows no number', async t => {
  const { ground, connectorId, add } = await mapped(t)
  const nobody: Actor = { name: 'person:nobody', breakGlass: false, roles: new Map() }
  await assert.rejects(
    ground.database.transaction(tx =>
      addMappingEntry(tx, ground, nobody, connectorId, {
        externalUserId: '447700900101',
        mailboxAddress: 'anna@example.com',
        validFrom: null,
        validTo: null,
      }),
    ),
    { code: 'ROLE_MISSING' },
  )
  await add('447700900101', 'anna@example.com')
  const { entries } = await readEntries(ground.database, { act: 'mapping.add', limit: 5 })
  assert.equal(entries.length, 1)
  assert.doesNotMatch(JSON.stringify(entries[0]!.detail), /4477|anna/)
  assert.ok(entries[0]!.sealed)
})

test('the mapping is searched and paged, a number however it is typed', async t => {
  const { ground, clock, connectorId, add, page } = await mapped(t)
  for (let index = 0; index < 7; index++) await add(`44770090010${index}`, 'anna@example.com')
  await add('maria.o', 'bo@example.com')
  assert.deepEqual(await page({ containing: '+44 7700 900103' }), ['447700900103 anna@example.com valid'])
  assert.deepEqual(await page({ containing: '07700 900104' }), ['447700900104 anna@example.com valid'])
  assert.deepEqual(await page({ containing: 'BO@' }), ['maria.o bo@example.com valid'])
  const seen: string[] = []
  for (let after: string | undefined; ; ) {
    const { lines, next, total } = await pageMapping(ground.database, clock, connectorId, {
      limit: 3,
      ...(after ? { after } : {}),
    })
    assert.equal(total, 8)
    seen.push(...lines.map(line => line.externalUserId))
    if (next === null) break
    after = next
  }
  assert.equal(new Set(seen).size, 8)
  assert.deepEqual(seen, seen.toSorted())
})
