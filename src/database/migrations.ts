/**
 * Migrations: numbered files (`0001-ground.sql`, …) in schema `holdfast`, applied in order by the owner role, each in
 * a transaction of its own under one advisory lock, and recorded with the SHA-256 of their text. A released file
 * never changes: other text is SCHEMA_CHANGED. A number this program does not know is SCHEMA_NEWER, so that an older
 * program never writes to a newer schema.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import type { Clock } from '../clock.ts'
import { HoldfastError } from '../errors.ts'
import { grantProgram } from './grants.ts'
import type { Sql } from './sql.ts'
import { placeOf, sqlState, translateError } from './sql-error.ts'

type Migration = {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly sha256: string
}
type Applied = { number: number; name: string; sha256: string }

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/

/** Any number will do as long as nothing else in this database locks it: 'holdfast' in ASCII. */
const LOCK = '7525895263518352244'

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(FILE_NAME.exec(name)?.[1])
      if (number !== index + 1) throw new HoldfastError('INTERNAL', `migration ${name} is out of order`)
      // A checkout on Windows may turn line ends; the text is the same.
      const text = (await readFile(new URL(name, folder), 'utf8')).replaceAll('\r\n', '\n')
      return { number, name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/** The migrations still to be applied. Throws SCHEMA_CHANGED or SCHEMA_NEWER. */
function pendingOf(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  for (const row of applied) {
    const migration = migrations[row.number - 1]
    if (!migration) throw new HoldfastError('SCHEMA_NEWER', `the database has migration ${row.name}`)
    if (migration.sha256 !== row.sha256) throw new HoldfastError('SCHEMA_CHANGED', `migration ${row.name}`)
  }
  const numbers = new Set(applied.map(row => row.number))
  return migrations.filter(migration => !numbers.has(migration.number))
}

const APPLIED = 'select number, name, sha256 from holdfast.migration order by number'

function folderUrl(folder: URL): URL {
  return folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`)
}

/**
 * Brings the schema up to date as the owner role and grants `programRole` what it may do. Safe to call again and by
 * several at once. Throws SCHEMA_CHANGED, SCHEMA_NEWER, DATABASE_UNREACHABLE.
 */
export async function migrate(
  ownerUrl: string,
  programRole: string,
  migrationsFolder: URL,
  clock: Clock,
): Promise<void> {
  const migrations = await readMigrations(folderUrl(migrationsFolder))
  if (decodeURIComponent(new URL(ownerUrl).username) === programRole) {
    // It would own the tables, and could rewrite the audit log.
    throw new HoldfastError('CONFIG_INVALID', 'DATABASE_URL and DATABASE_OWNER_URL name the same role')
  }
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'holdfast migrations',
    options: '-c search_path=holdfast,pg_temp -c timezone=UTC',
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`select pg_advisory_lock(${LOCK})`)
    await client.query('create schema if not exists holdfast')
    await client.query(
      `create table if not exists holdfast.migration (
         number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null)`,
    )
    const { rows } = await client.query<Applied>(APPLIED)
    for (const migration of pendingOf(migrations, rows)) await apply(client, migration, clock)
    await client.query('begin')
    await grantProgram(client, programRole)
    await client.query('commit')
  } catch (error) {
    throw translateError(error, placeOf(ownerUrl))
  } finally {
    await client.end().catch(() => {})
  }
}

async function apply(client: pg.Client, migration: Migration, clock: Clock): Promise<void> {
  await client.query('begin')
  await client.query(migration.text)
  await client.query(
    'insert into holdfast.migration (number, name, sha256, applied_at) values ($1, $2, $3, $4)',
    [migration.number, migration.name, migration.sha256, new Date(clock.now())],
  )
  await client.query('commit')
}

/**
 * Checks, as the program's role, that the schema is exactly the one this program knows. Throws SCHEMA_MISSING if
 * migrations wait to be applied (or there is no schema yet), SCHEMA_NEWER, SCHEMA_CHANGED.
 */
export async function checkSchema(database: Sql, migrationsFolder: URL): Promise<void> {
  const migrations = await readMigrations(folderUrl(migrationsFolder))
  let applied: Applied[]
  try {
    applied = await database.query<Applied>(APPLIED)
  } catch (error) {
    // No such table or schema, or one that this role was never let into.
    if (!['42P01', '3F000', '42501'].includes(sqlState(error) ?? '')) throw error
    applied = []
  }
  const pending = pendingOf(migrations, applied)
  if (pending.length > 0) {
    throw new HoldfastError(
      'SCHEMA_MISSING',
      `${pending.length} migrations wait, from ${pending[0]?.name} on`,
    )
  }
}
