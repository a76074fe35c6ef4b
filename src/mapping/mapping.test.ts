import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { manualClock } from '../clock.ts'
import { importDirectory, loadDirectory } from '../directory/directory.ts'
import { hasCode } from '../errors.ts'
import { createKeyring } from '../keyring/keyring.ts'
import { testDatabase } from '../testing/database.ts'
import {
  checkMapping,
  exportMapping,
  importMapping,
  listMappingEntries,
  loadMapping,
  previewMapping,
} from './mapping.ts'

const NOW = Date.UTC(2026, 10, 2, 12)
const DAY = 86_400_000
const HEADER = 'External User ID,Microsoft 365 User Mailbox'

/** A directory of three, and a connector with three registered users. */
async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-mapping-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { database } = await testDatabase(t)
  const clock = manualClock(NOW)
  const keyring = await database.transaction(tx => createKeyring(tx, join(folder, 'master.key'), clock))
  const people =
    'Address,Display Name\nmaria@contoso.example,Maria\njohn@contoso.example,John\nkim@contoso.example,Kim'
  await database.transaction(tx => importDirectory(tx, keyring, clock, 'console:test', Buffer.from(people)))
  const [connector] = await database.query<{ connector_id: number }>(
    `insert into connector (product, name, status, source_kind, location, domains, schedule, item_size_max, created_by, created_at)
     values ('o2', 'O2', 'active', 'site', 'x', '{Contoso.example}', '{}', 1, 'x', now()) returning connector_id`,
  )
  const connectorId = connector!.connector_id
  await database.execute(
    `insert into registered_user (connector_id, user_id, number, email, seen_at) values
       ($1, 'u1', '447700900101', 'maria@contoso.example', now()), ($1, 'u2', '447700900102', '', now()),
       ($1, 'u3', '447700900103', 'stale@contoso.example', now())`,
    [connectorId],
  )
  const check = async (rows: string) =>
    checkMapping(Buffer.from(rows), await loadDirectory(database), {
      defaultRegion: 'GB',
      current: await listMappingEntries(database, connectorId),
    })
  const load = async (rows: string) => {
    const checked = await check(rows)
    await database.transaction(tx => importMapping(tx, keyring, clock, 'console:test', connectorId, checked))
  }
  const resolve = async (number: string, region?: string) => {
    if (region) await database.execute('update connector set default_region = $1', [region])
    const mapping = await loadMapping(database, connectorId, await loadDirectory(database))
    const party = { role: 'to', form: 'number', number, userId: null, emails: [], name: null } as const
    return mapping.resolve({ participants: [party], sentAt: null, arrivedAt: new Date(NOW) }).people[0]
  }
  return { database, clock, connectorId, check, load, resolve }
}

suite('the mapping of a connector', () => {
  test('an imported file is what the next items are resolved by', async t => {
    const { load, resolve } = await open(t)
    await load(`${HEADER}\n07700 900102,john@contoso.example`)
    const person = await resolve('447700900102')
    assert.equal(person?.reason, 'custom-mapping')
    assert.equal((await resolve('447700900103'))?.failure, 'no-mapping')
    assert.equal((await resolve('447700900999'))?.failure, 'no-participant')
  })

  test('an import replaces the whole mapping, in one transaction with its audit entry', async t => {
    const { database, connectorId, load, resolve } = await open(t)
    await load(`${HEADER}\n447700900101,john@contoso.example\n447700900102,john@contoso.example`)
    await load(`${HEADER}\n447700900101,kim@contoso.example`)
    assert.equal((await listMappingEntries(database, connectorId)).length, 1)
    assert.equal((await resolve('447700900102'))?.failure, 'no-mapping')
    const entries = await database.query(
      `select act, subject, detail from audit_entry where act = 'mapping.import' order by (detail->>'removed')::int`,
    )
    assert.deepEqual(entries.at(-1), {
      act: 'mapping.import',
      subject: `connector:${connectorId}`,
      detail: { entries: 1, added: 0, changed: 1, unchanged: 0, removed: 1 },
    })
  })

  test('a file with a problem changes nothing', async t => {
    const { database, connectorId, load } = await open(t)
    await load(`${HEADER}\n447700900101,john@contoso.example`)
    await assert.rejects(
      load(`${HEADER}\n447700900101,kim@contoso.example\n447700900102,nobody@contoso.example`),
      (error: unknown) => hasCode(error, 'MAPPING_INVALID') && error.message.includes('line 3'),
    )
    assert.equal((await listMappingEntries(database, connectorId))[0]?.mailboxAddress, 'john@contoso.example')
  })

  test('an export can be imported again and changes nothing', async t => {
    const { database, connectorId, check, load } = await open(t)
    await load(
      `${HEADER},Valid From,Valid To\n447700900101,john@contoso.example,2026-01-01,2026-02-01T09:30Z\n"=SUM(A1,""x"")",kim@contoso.example,,`,
    )
    const exported = await exportMapping(database, connectorId)
    assert.match(exported, /^External User ID,Microsoft 365 User Mailbox,Valid From,Valid To\r\n/)
    assert.match(exported, /"'=SUM/)
    const { added, changed, unchanged, removed } = await check(exported)
    assert.deepEqual(
      { added, changed, unchanged, removed },
      { added: 0, changed: 0, unchanged: 2, removed: 0 },
    )
  })

  test('a mapping is kept until something changes, and then read again', async t => {
    const { database, connectorId, load } = await open(t)
    const directory = await loadDirectory(database)
    const first = await loadMapping(database, connectorId, directory)
    assert.equal(await loadMapping(database, connectorId, directory, first), first)
    await load(`${HEADER}\n447700900102,john@contoso.example`)
    assert.notEqual(await loadMapping(database, connectorId, directory, first), first)
    await assert.rejects(loadMapping(database, 999, directory), (error: unknown) =>
      hasCode(error, 'CONNECTOR_UNKNOWN'),
    )
  })

  test('a national number in the file is read by the region of today', async t => {
    const { load, resolve } = await open(t)
    await load(`${HEADER}\n070-174 06 05,john@contoso.example`)
    assert.equal((await resolve('46701740605'))?.failure, 'no-participant')
    assert.equal((await resolve('46701740605', 'SE'))?.reason, 'custom-mapping')
  })

  test('two imports at once leave one of the two files', async t => {
    const { database, connectorId, load } = await open(t)
    const files = ['john', 'kim', 'maria'].map(
      name => `${HEADER}\n447700900101,${name}@contoso.example\n447700900102,${name}@contoso.example`,
    )
    await Promise.all([...files, ...files].map(load))
    const entries = await listMappingEntries(database, connectorId)
    assert.equal(entries.length, 2)
    assert.equal(entries[0]?.mailboxAddress, entries[1]?.mailboxAddress)
  })
})

suite('a dry run', () => {
  test('shows what would change among registered users and open failures, and changes nothing', async t => {
    const { database, clock, connectorId, check } = await open(t)
    const fail = async (
      number: string,
      sentAt: number,
      more: { failedAt?: number; resolved?: boolean } = {},
    ) => {
      const itemId = randomUUID()
      await database.execute(
        `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, sent_at, arrived_at, filed_at,
           conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
         values ($1, $2, 1, 1, $3, 'unmapped', 'sms', $4, $4, $4, $3, $5, '{}', 0, $6, 0, 1, $3, $3)`,
        [
          itemId,
          connectorId,
          randomBytes(32),
          new Date(sentAt),
          JSON.stringify([{ role: 'from', form: 'number', number }]),
          randomUUID(),
        ],
      )
      await database.execute(
        `insert into failure (item_id, source_user, run_id, connector_id, reason, replayable, failed_at, resolved_at)
         values ($1, $2, 1, $3, 'no-mapping', true, $4, $5)`,
        [itemId, number, connectorId, new Date(more.failedAt ?? NOW), more.resolved ? new Date(NOW) : null],
      )
    }
    await fail('447700900102', NOW - DAY)
    await fail('447700900102', NOW - 3 * DAY)
    await fail('447700900103', NOW - DAY)
    await fail('447700900102', NOW - DAY, { resolved: true })
    await fail('447700900102', NOW - 40 * DAY, { failedAt: NOW - 31 * DAY })
    const { entries } = await check(
      `${HEADER},Valid From,Valid To\n447700900102,john@contoso.example,2026-10-31,\nu1,kim@contoso.example,,`,
    )
    const preview = await previewMapping(database, clock, connectorId, await loadDirectory(database), entries)
    const { users, ...totals } = preview
    assert.deepEqual(
      users.map(each => [each.userId, each.before.by, each.after.by, each.after.mailbox]),
      [
        ['u3', 'neither', 'neither', null],
        ['u1', 'email', 'csv', 'kim@contoso.example'],
        ['u2', 'neither', 'csv', 'john@contoso.example'],
      ],
    )
    assert.deepEqual(totals, {
      registered: {
        before: { byCsv: 0, byEmail: 1, byNeither: 2 },
        after: { byCsv: 2, byEmail: 0, byNeither: 1 },
      },
      moved: 2,
      failures: { open: 3, mapped: 1 },
    })
    assert.deepEqual(await listMappingEntries(database, connectorId), [])
  })
})
