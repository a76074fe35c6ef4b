import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { manualClock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import { createKeyring } from '../keyring/keyring.ts'
import { testDatabase } from '../testing/database.ts'
import {
  activeAt,
  checkDirectory,
  directoryVersion,
  ensureReservedMailboxes,
  getMailbox,
  importDirectory,
  listMailboxes,
  loadDirectory,
} from './directory.ts'

const NOW = Date.UTC(2026, 10, 2, 12)

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-directory-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { database } = await testDatabase(t)
  const clock = manualClock(NOW)
  const keyring = await database.transaction(tx => createKeyring(tx, join(folder, 'master.key'), clock))
  const load = (csv: string, options = {}) =>
    database.transaction(tx => importDirectory(tx, keyring, clock, 'console:test', Buffer.from(csv), options))
  return { database, clock, load }
}

const MARIA =
  'Address,Display Name,Aliases,Active From,Active To,Department\n' +
  'Maria@contoso.example,María Ó Briain,"m.obriain@contoso.example; mob@contoso.example",2026-01-01,,Sales\n'

suite('the directory', () => {
  test('people are found by each of their addresses, in the hours they were active', async t => {
    const { database, load } = await open(t)
    const report = await load(`${MARIA}john@contoso.example,John,,2025-01-01,2026-07-01T12:00Z,\n`)
    assert.deepEqual(report, {
      problems: [],
      problemCount: 0,
      added: 2,
      changed: 0,
      unchanged: 0,
      missing: 0,
      deactivated: 0,
    })
    const directory = await loadDirectory(database)
    assert.equal(directory.mailboxes, 2)
    const maria = directory.find('maria@contoso.example')
    assert.ok(maria)
    assert.equal(directory.find('mob@contoso.example'), maria)
    assert.equal(directory.find('nobody@contoso.example'), null)
    const john = directory.find('john@contoso.example')!
    const edges = [
      Date.UTC(2025, 0, 1) - 1,
      Date.UTC(2025, 0, 1),
      Date.UTC(2026, 6, 1, 12) - 1,
      Date.UTC(2026, 6, 1, 12),
    ]
    assert.deepEqual(
      edges.map(time => activeAt(john, time)),
      [false, true, true, false],
    )
    assert.ok(activeAt(maria, NOW * 2))
  })

  test('a second import changes what differs, keeps what it does not mention, and says so', async t => {
    const { database, load } = await open(t)
    await load(`${MARIA}john@contoso.example,John,,,,Ops\nkim@contoso.example,Kim,,,,Ops\n`)
    const before = await getMailbox(database, 'maria@contoso.example')
    const report = await load(
      'Address,Display Name,Country\nmob@contoso.example,Maria Smith,IE\njohn@contoso.example,John,\nlee@contoso.example,Lee,SE',
    )
    assert.deepEqual(
      { ...report, problems: 0 },
      {
        problems: 0,
        problemCount: 0,
        added: 1,
        changed: 1,
        unchanged: 1,
        missing: 1,
        deactivated: 0,
      },
    )
    const after = await getMailbox(database, 'maria@contoso.example')
    assert.deepEqual(after, {
      ...before,
      address: 'mob@contoso.example',
      displayName: 'Maria Smith',
      aliases: ['m.obriain@contoso.example', 'maria@contoso.example'],
      attributes: { Department: 'Sales', Country: 'IE' },
    })
    assert.equal((await getMailbox(database, 'kim@contoso.example')).activeTo, null)
  })

  test('two people can swap an address in one file', async t => {
    const { database, load } = await open(t)
    await load('Address,Display Name,Aliases\na@x.example,A,info@x.example\nb@x.example,B,')
    const report = await load('Address,Display Name,Aliases\na@x.example,A,\nb@x.example,B,info@x.example')
    assert.equal(report.changed, 2)
    const directory = await loadDirectory(database)
    assert.equal(directory.find('info@x.example'), directory.find('b@x.example'))
  })

  test('one bad line, and nothing is used; each is named with line, column and reason', async t => {
    const { database, clock, load } = await open(t)
    const csv =
      'Address,Display Name,Aliases,Active From,Active To\n' +
      'good@contoso.example,Good,,,\nnot an address,X,,,\na@contoso.example,,,,\n' +
      'b@contoso.example,B,nonsense,,\nc@contoso.example,C,,2026-02-30,\nd@contoso.example,D,,2026-02-01,2026-02-01\n' +
      'good@contoso.example,Again,,,\nunmapped,Reserved,,,\n'
    const report = await checkDirectory(database, clock, Buffer.from(csv))
    assert.deepEqual(
      report.problems.map(problem => [problem.line, problem.column]),
      [
        [3, 'Address'],
        [4, 'Display Name'],
        [5, 'Aliases'],
        [6, 'Active From'],
        [7, 'Active To'],
        [8, 'Address'],
        [9, 'Address'],
      ],
    )
    await assert.rejects(
      load(csv),
      (error: unknown) => hasCode(error, 'DIRECTORY_INVALID') && /7 problems.*line 3/.test(error.message),
    )
    assert.equal((await loadDirectory(database)).mailboxes, 0)
    assert.deepEqual(await database.query('select act from audit_entry'), [])
  })

  test('people missing from the file are deactivated only when asked', async t => {
    const { database, clock, load } = await open(t)
    await load(
      `${MARIA}john@contoso.example,John,,,,\nlater@contoso.example,Later,,2027-01-01,,\nleft@contoso.example,Left,,,2026-01-01,\n`,
    )
    const dry = await checkDirectory(database, clock, Buffer.from(MARIA), { deactivateMissing: true })
    assert.deepEqual([dry.missing, dry.deactivated], [3, 2])
    const report = await load(MARIA, { deactivateMissing: true })
    assert.equal(report.deactivated, 2)
    const directory = await loadDirectory(database)
    assert.equal(directory.find('john@contoso.example')?.activeTo, NOW)
    assert.equal(directory.find('later@contoso.example')?.activeTo, Date.UTC(2027, 0, 1))
    assert.equal(directory.find('left@contoso.example')?.activeTo, Date.UTC(2026, 0, 1))
    assert.equal(directory.find('maria@contoso.example')?.activeTo, null)
  })

  test('a snapshot is kept until something changes, and then read again', async t => {
    const { database, load } = await open(t)
    await load(MARIA)
    const first = await loadDirectory(database)
    assert.equal(await loadDirectory(database, first), first)
    await load('Address,Display Name\nnew@contoso.example,New')
    const second = await loadDirectory(database, first)
    assert.ok(second.find('new@contoso.example'))
    assert.notEqual(second.version, first.version)
  })

  test('the version grows only with what mapping depends on', async t => {
    const { database } = await open(t)
    const grew = async (statement: string) => {
      const before = await directoryVersion(database)
      await database.execute(statement)
      return (await directoryVersion(database)) !== before
    }
    assert.ok(
      !(await grew(`insert into connector (product, name, status, source_kind, location, schedule, item_size_max, created_by, created_at)
      values ('o2', 'O2', 'active', 'site', 'x', '{}', 1, 'x', now())`)),
    )
    assert.ok(
      await grew(`insert into registered_user (connector_id, user_id, seen_at) values (1, 'u', now())`),
    )
    assert.ok(
      await grew(
        `insert into mapping_entry (connector_id, external_user_id, mailbox_address, line) values (1, 'u', 'x', 2)`,
      ),
    )
    assert.ok(await grew(`update connector set domains = '{contoso.example}'`))
    assert.ok(await grew(`update registered_user set number = '447700900123'`))
    assert.ok(!(await grew(`update registered_user set last_item_at = now()`)))
    assert.ok(!(await grew(`update connector set collected_until = now(), next_run_at = now()`)))
  })

  test('the reserved mailboxes are made once, and are not people', async t => {
    const { database, clock, load } = await open(t)
    await database.transaction(tx => ensureReservedMailboxes(tx, clock))
    await database.transaction(tx => ensureReservedMailboxes(tx, clock))
    await load(MARIA, { deactivateMissing: true })
    assert.equal((await loadDirectory(database)).mailboxes, 1)
    const all = await listMailboxes(database)
    assert.deepEqual(
      all.map(mailbox => mailbox.kind),
      ['person', 'quarantine', 'unmapped'],
    )
    assert.ok(all.every(mailbox => mailbox.activeTo === null))
    assert.equal((await getMailbox(database, 'unmapped')).kind, 'unmapped')
    await assert.rejects(getMailbox(database, 'nobody@contoso.example'), (error: unknown) =>
      hasCode(error, 'MAILBOX_UNKNOWN'),
    )
  })

  test('mailboxes are listed page by page', async t => {
    const { database, load } = await open(t)
    const names = Array.from(
      { length: 25 },
      (_, index) => `p${String(index).padStart(2, '0')}@contoso.example`,
    )
    await load(`Address,Display Name\n${names.map(name => `${name},Person ${name.slice(1, 3)}`).join('\n')}`)
    const seen: string[] = []
    for (let page = await listMailboxes(database, { limit: 10 }); page.length > 0; ) {
      seen.push(...page.map(mailbox => mailbox.address))
      page = await listMailboxes(database, { limit: 10, after: page.at(-1)!.address })
    }
    assert.deepEqual(seen, names)
    assert.deepEqual(
      (await listMailboxes(database, { containing: 'PERSON 07' })).map(each => each.address),
      [names[7]],
    )
  })

  test('a mailbox is found by a number of its person, however it is written', async t => {
    const { database, load } = await open(t)
    await load(
      'Address,Display Name,Mobile\nal@contoso.example,Al,+44 (7700) 900-123\nbo@contoso.example,Bo,',
    )
    for (const containing of ['+447700900123', '7700 900 123', '44 (7700) 900-12'])
      assert.deepEqual(
        (await listMailboxes(database, { containing, kind: 'person' })).map(each => each.address),
        ['al@contoso.example'],
        containing,
      )
    assert.deepEqual(await listMailboxes(database, { containing: '7700 900 124' }), [])
    assert.deepEqual(await listMailboxes(database, { containing: '    ' }), [])
  })

  test('the audit entry of an import tells counts and no names', async t => {
    const { database, load } = await open(t)
    await load(MARIA)
    const [entry] = await database.query<{ act: string; detail: object }>(
      'select act, detail from audit_entry',
    )
    assert.deepEqual(entry, {
      act: 'directory.import',
      detail: { added: 1, changed: 0, unchanged: 0, missing: 0, deactivated: 0 },
    })
  })
})
