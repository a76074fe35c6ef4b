import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { manualClock, systemClock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import { emptyDatabase, testDatabase } from '../testing/database.ts'
import { checkSchema, MIGRATIONS, migrate, openDatabase, PROGRAM_ROLE, sqlState } from './database.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')

async function folderOf(t: TestContext, files: Record<string, string>) {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-migrations-'))
  t.after(() => rm(path, { recursive: true }))
  const write = async (more: Record<string, string>) => {
    for (const [name, text] of Object.entries(more)) await writeFile(join(path, name), text)
  }
  await write(files)
  return { url: pathToFileURL(path), path, write }
}

const FIRST = { '0001-first.sql': 'create table first (n integer);\n' }
const SECOND = { '0002-second.sql': 'create table second (n integer);\ninsert into first values (2);\n' }

test('migrations are applied in order, once, and recorded', async t => {
  const { ownerUrl, programUrl } = await emptyDatabase(t)
  const folder = await folderOf(t, FIRST)
  await migrate(ownerUrl, PROGRAM_ROLE, folder.url, manualClock(NOW))
  await folder.write(SECOND)
  const program = await openDatabase(programUrl)
  try {
    await assert.rejects(checkSchema(program, folder.url), error => hasCode(error, 'SCHEMA_MISSING'))
    await migrate(ownerUrl, PROGRAM_ROLE, folder.url, manualClock(NOW + 1000))
    await migrate(ownerUrl, PROGRAM_ROLE, folder.url, manualClock(NOW + 2000))
    await checkSchema(program, folder.url)
    assert.deepEqual(await program.query('select n from first'), [{ n: 2 }])
    assert.deepEqual(await program.query('select number, name, applied_at from migration order by number'), [
      { number: 1, name: '0001-first.sql', applied_at: new Date(NOW) },
      { number: 2, name: '0002-second.sql', applied_at: new Date(NOW + 1000) },
    ])
  } finally {
    await program.close()
  }
})

test('a migration that fails leaves nothing of itself', async t => {
  const { ownerUrl, programUrl } = await emptyDatabase(t)
  const folder = await folderOf(t, {
    ...FIRST,
    '0002-bad.sql': 'create table second (n integer); select 1/0;',
  })
  await assert.rejects(
    migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock),
    error => sqlState(error) === '22012',
  )
  await folder.write({ '0002-bad.sql': 'create table second (n integer);' })
  await migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock)
  const program = await openDatabase(programUrl)
  await checkSchema(program, folder.url).finally(() => program.close())
})

test('an applied migration with another text is refused, one with other line ends is not', async t => {
  const { ownerUrl } = await emptyDatabase(t)
  const folder = await folderOf(t, FIRST)
  await migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock)
  await folder.write({ '0001-first.sql': FIRST['0001-first.sql'].replaceAll('\n', '\r\n') })
  await migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock)
  await folder.write({ '0001-first.sql': 'create table first (n bigint);\n' })
  await assert.rejects(migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock), error =>
    hasCode(error, 'SCHEMA_CHANGED'),
  )
})

test('an older program refuses a newer schema', async t => {
  const { ownerUrl, programUrl } = await emptyDatabase(t)
  const folder = await folderOf(t, { ...FIRST, ...SECOND })
  await migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock)
  await rm(join(folder.path, '0002-second.sql'))
  await assert.rejects(migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock), error =>
    hasCode(error, 'SCHEMA_NEWER'),
  )
  const program = await openDatabase(programUrl)
  await assert
    .rejects(checkSchema(program, folder.url), error => hasCode(error, 'SCHEMA_NEWER'))
    .finally(() => program.close())
})

test('a gap in the numbers is refused', async t => {
  const { ownerUrl } = await emptyDatabase(t)
  const folder = await folderOf(t, { ...FIRST, '0003-third.sql': 'select 1;' })
  await assert.rejects(migrate(ownerUrl, PROGRAM_ROLE, folder.url, systemClock), error =>
    hasCode(error, 'INTERNAL'),
  )
})

test('several may migrate at once', async t => {
  const { ownerUrl, programUrl } = await emptyDatabase(t)
  await Promise.all([1, 2, 3].map(() => migrate(ownerUrl, PROGRAM_ROLE, MIGRATIONS, systemClock)))
  const program = await openDatabase(programUrl)
  await checkSchema(program, MIGRATIONS).finally(() => program.close())
})

test('a database without a schema says which role has to make it', async t => {
  const { programUrl } = await emptyDatabase(t)
  const program = await openDatabase(programUrl)
  await assert
    .rejects(checkSchema(program, MIGRATIONS), error => hasCode(error, 'SCHEMA_MISSING'))
    .finally(() => program.close())
})

test('the owner of the tables may not be the role of the program', async t => {
  const { ownerUrl } = await emptyDatabase(t)
  await assert.rejects(migrate(ownerUrl, new URL(ownerUrl).username, MIGRATIONS, systemClock), error =>
    hasCode(error, 'CONFIG_INVALID'),
  )
})

test('the program owns nothing, cannot truncate, and cannot change the audit log or the identity of the archive', async t => {
  const { database } = await testDatabase(t)
  const [who] = await database.query('select current_user as name')
  assert.equal(who?.name, PROGRAM_ROLE)
  const owned = await database.query(
    `select c.relname from pg_class c where c.relowner = current_user::regrole
     union all select p.proname from pg_proc p where p.proowner = current_user::regrole
     union all select n.nspname from pg_namespace n where n.nspowner = current_user::regrole
     union all select d.datname from pg_database d where d.datdba = current_user::regrole`,
  )
  assert.deepEqual(owned, [])
  const [role] = await database.query(
    `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as powerful,
      pg_has_role('holdfast_owner', 'member') as member,
      has_schema_privilege('holdfast', 'create') or has_schema_privilege('public', 'create')
        or has_schema_privilege('pgboss', 'create') as creates
     from pg_roles where rolname = current_user`,
  )
  assert.deepEqual(role, { powerful: false, member: false, creates: false })

  const rights = await database.query<Record<string, string>>(
    `select n.nspname as schema, c.relname as name,
      array_to_string(array(select right_ from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
        'REFERENCES', 'TRIGGER', 'MAINTAIN']) as right_
        where case when right_ = 'MAINTAIN' and current_setting('server_version_num')::int < 170000 then false
          else has_table_privilege(c.oid, right_) end), ' ') as rights
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('holdfast', 'pgboss') and c.relkind in ('r', 'p') order by 1, 2`,
  )
  const narrower: Record<string, string> = {
    migration: 'SELECT',
    archive: 'SELECT INSERT',
    audit_entry: 'SELECT INSERT',
    audit_leaf: 'SELECT INSERT',
    audit_node: 'SELECT INSERT',
    audit_checkpoint: 'SELECT INSERT',
    audit_unsequenced: 'SELECT INSERT DELETE',
    item_act: 'SELECT INSERT DELETE',
    mapping_change: 'SELECT INSERT',
    hold_change: 'SELECT INSERT',
    hold: 'SELECT INSERT UPDATE',
    hold_term: 'SELECT INSERT',
    hold_mailbox: 'SELECT INSERT',
    held_item: 'SELECT INSERT DELETE',
    retention_change: 'SELECT INSERT',
    retention_policy: 'SELECT INSERT UPDATE',
    disposition_decision: 'SELECT INSERT',
    tombstone: 'SELECT INSERT',
    disposal: 'SELECT INSERT',
    disposal_run: 'SELECT INSERT',
    item: 'SELECT INSERT DELETE',
    filing: 'SELECT INSERT DELETE',
    vault_object: 'SELECT INSERT',
  }
  for (const { schema, name, rights: found } of rights) {
    const expected = schema === 'holdfast' ? narrower[name!] : undefined
    assert.equal(found, expected ?? 'SELECT INSERT UPDATE DELETE', `${schema}.${name}`)
  }
  for (const name of Object.keys(narrower))
    assert.ok(
      rights.some(row => row.name === name),
      name,
    )

  const columns = await database.query(
    `select attname as name from pg_attribute where attrelid = 'archive'::regclass and attnum > 0
      and has_column_privilege(attrelid, attnum, 'UPDATE') order by 1`,
  )
  assert.deepEqual(
    columns.map(column => column.name),
    ['log_epoch', 'master_key_copied_at', 'organisation'],
  )
  for (const statement of ['truncate item', `update audit_entry set actor = ''`, 'delete from audit_leaf']) {
    const error = await database.execute(statement).catch(error => error)
    assert.equal(sqlState(error), '42501', statement)
  }
  await database.query('select merge_search_pending()')
})

test('every key of a table that grows contains its distribution column, and no foreign key touches it', async t => {
  const { database } = await testDatabase(t)
  const keys = await database.query<{ table: string; index: string; columns: string[] }>(
    `select c.relname as table, i.indexrelid::regclass::text as index,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey)) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid
     where i.indisunique and c.relname = any($1) and c.relnamespace = 'holdfast'::regnamespace`,
    [['item', 'filing', 'failure', 'search_entry']],
  )
  assert.deepEqual([...new Set(keys.map(key => key.table))].sort(), [
    'failure',
    'filing',
    'item',
    'search_entry',
  ])
  for (const { index, columns } of keys) assert.ok(columns.includes('item_id'), `${index} lacks item_id`)
  const foreign = await database.query(
    `select conname from pg_constraint where contype = 'f'
      and (conrelid::regclass::text = any($1) or confrelid::regclass::text = any($1))`,
    [['item', 'filing', 'failure', 'search_entry']],
  )
  assert.deepEqual(foreign, [])
})
