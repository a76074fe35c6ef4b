/** A pool of connections to PostgreSQL: queries, transactions, binary COPY. */
import pg from 'pg'
import { HoldfastError } from '../errors.ts'
import { CopyIn } from './copy-in.ts'
import type { CopyRows } from './copy-rows.ts'
import { openListener } from './listener.ts'
import type { Database, DatabaseOptions, Sql, Transaction } from './sql.ts'
import { placeOf, translateError } from './sql-error.ts'
import { typeParsers } from './type-parsers.ts'

const VERSION_NEEDED = 150_000

/** A connection's settings: one schema to look in, temporary tables last so that none can stand in for ours. */
function connectionSettings(url: string, applicationName = 'holdfast'): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    options: '-c search_path=holdfast,pg_temp -c timezone=UTC',
    types: typeParsers,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  }
}

/** Opens a pool. Throws DATABASE_UNREACHABLE, or DATABASE_TOO_OLD for a server before 15. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const place = placeOf(url)
  const pool = new pg.Pool({
    ...connectionSettings(url, options.applicationName),
    max: options.connectionsMax ?? 10,
    idleTimeoutMillis: 60_000,
  })
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {})
  let closed: Promise<void> | undefined

  async function run(
    client: pg.Pool | pg.PoolClient,
    text: string,
    values: readonly unknown[] | undefined,
    statement: string | undefined,
  ): Promise<pg.QueryResult> {
    try {
      const config: pg.QueryConfig = { text }
      if (values) config.values = values as unknown[]
      if (statement !== undefined) config.name = statement
      return await client.query(config)
    } catch (error) {
      throw translateError(error, place)
    }
  }

  const sqlOf = (client: pg.Pool | pg.PoolClient): Sql => ({
    query: async <Row extends Record<string, unknown>>(
      text: string,
      values?: readonly unknown[],
      statement?: string,
    ) => (await run(client, text, values, statement)).rows as Row[],
    execute: async (text, values, statement) => (await run(client, text, values, statement)).rowCount ?? 0,
  })

  async function copy(
    client: pg.PoolClient,
    table: string,
    columns: readonly string[],
    rows: CopyRows,
  ): Promise<void> {
    if (rows.rows === 0) return
    const names = columns.map(name => pg.escapeIdentifier(name)).join(', ')
    const copyIn = new CopyIn(
      `copy ${pg.escapeIdentifier(table)} (${names}) from stdin (format binary)`,
      rows.finish(),
    )
    client.query(copyIn)
    try {
      await copyIn.settled
    } catch (error) {
      throw translateError(error, place)
    }
  }

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw translateError(error, place)
    }
  }

  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await connect()
    // Between two queries nobody waits for this connection, and its loss shows at the next one.
    const onError = () => {}
    client.on('error', onError)
    let broken = false
    try {
      await run(client, 'begin', undefined, undefined)
      const result = await work({
        ...sqlOf(client),
        copy: (table, columns, rows) => copy(client, table, columns, rows),
      })
      const end = await run(client, 'commit', undefined, undefined)
      // PostgreSQL answers COMMIT with ROLLBACK when a statement failed, even if `work` swallowed its error.
      if (end.command !== 'COMMIT') {
        throw new HoldfastError('INTERNAL', 'a transaction with a failed statement was to be committed')
      }
      return result
    } catch (error) {
      await run(client, 'rollback', undefined, undefined).catch(() => {
        broken = true
      })
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  const database: Database = {
    ...sqlOf(pool),
    transaction,
    listen: (channel, onNotice) =>
      openListener(connectionSettings(url, 'holdfast listener'), channel, onNotice, place),
    url,
    close: () => {
      closed ??= pool.end()
      return closed
    },
  }
  try {
    const [row] = await database.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    if (!row || row.version < VERSION_NEEDED) {
      throw new HoldfastError(
        'DATABASE_TOO_OLD',
        `${place} is version ${Math.floor((row?.version ?? 0) / 10_000)}`,
      )
    }
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}
