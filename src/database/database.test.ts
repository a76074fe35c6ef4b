import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import test from 'node:test'
import { hasCode } from '../errors.ts'
import { testDatabase } from '../testing/database.ts'
import { isUniqueViolation, openDatabase, sqlState } from './database.ts'

const NOW = new Date('2026-11-20T12:00:00Z')

async function addMailbox(
  sql: { execute(text: string, values: unknown[]): Promise<number> },
  address: string,
) {
  return sql.execute('insert into mailbox (address, display_name, created_at) values ($1, $1, $2)', [
    address,
    NOW,
  ])
}

test('types come back as the contract says', async t => {
  const { database } = await testDatabase(t)
  const [row] = await database.query(
    `select 9007199254740991::int8 as large, array[1, null, 3]::int8[] as several, '\\x00ff'::bytea as bytes,
      '2026-11-20T12:00:00Z'::timestamptz as at, '2026-03-29'::date as day, 1.10::numeric as exact,
      '{"a": [1]}'::jsonb as json, array['x', 'y z'] as words, count(*) as n, gen_random_uuid() as id
     from mailbox`,
  )
  assert.equal(typeof row!.id, 'string')
  delete row!.id
  assert.deepEqual(row, {
    large: Number.MAX_SAFE_INTEGER,
    several: [1, null, 3],
    bytes: Buffer.from([0, 255]),
    at: NOW,
    day: '2026-03-29',
    exact: '1.10',
    json: { a: [1] },
    words: ['x', 'y z'],
    n: 0,
  })
  await assert.rejects(database.query('select 9007199254740992::int8 as large'), error =>
    hasCode(error, 'INTERNAL'),
  )
})

test('a transaction commits when its work returns and leaves nothing when it throws', async t => {
  const { database } = await testDatabase(t)
  const result = await database.transaction(async tx => {
    assert.equal(await addMailbox(tx, 'ann@contoso.example'), 1)
    return 7
  })
  assert.equal(result, 7)
  await assert.rejects(
    database.transaction(async tx => {
      await addMailbox(tx, 'bob@contoso.example')
      throw new Error('no')
    }),
    /^Error: no$/,
  )
  const rows = await database.query('select address from mailbox')
  assert.deepEqual(rows, [{ address: 'ann@contoso.example' }])
})

test('a transaction whose failed statement was swallowed does not pass for committed', async t => {
  const { database } = await testDatabase(t)
  await assert.rejects(
    database.transaction(async tx => {
      await addMailbox(tx, 'ann@contoso.example')
      await tx.query('select 1/0').catch(() => {})
    }),
    error => hasCode(error, 'INTERNAL'),
  )
  assert.equal((await database.query('select from mailbox')).length, 0)
})

test('conflicts keep their SQLSTATE and constraint', async t => {
  const { database } = await testDatabase(t)
  await addMailbox(database, 'ann@contoso.example')
  const error = await addMailbox(database, 'ann@contoso.example').catch(error => error)
  assert.equal(sqlState(error), '23505')
  assert.ok(isUniqueViolation(error))
  assert.ok(isUniqueViolation(error, 'mailbox_address_key'))
  assert.ok(!isUniqueViolation(error, 'mailbox_pkey'))
  assert.ok(!isUniqueViolation(new Error('23505')))
})

test('a named statement is planned once and gives the same answers', async t => {
  const { database } = await testDatabase(t)
  await database.transaction(async tx => {
    for (let n = 0; n < 8; n++) {
      const [row] = await tx.query('select $1::int * 2 as twice', [n], 'twice')
      assert.equal(row?.twice, n * 2)
    }
    const names = await tx.query('select name from pg_prepared_statements')
    assert.deepEqual(names, [{ name: 'twice' }])
  })
})

test('a database that cannot be reached is a temporary error without the password', async () => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const url = `postgresql://someone:s3cret@127.0.0.1:${port}/holdfast`
  const check = (error: unknown) =>
    hasCode(error, 'DATABASE_UNREACHABLE') &&
    error.retryable &&
    error.message.includes(`127.0.0.1:${port}/holdfast`) &&
    !error.message.includes('s3cret')
  await assert.rejects(openDatabase(url), check, 'cut off')
  server.close()
  await once(server, 'close')
  await assert.rejects(openDatabase(url), check, 'refused')
})

test('a wrong password is told as a database that cannot be reached', async t => {
  const { programUrl } = await testDatabase(t)
  const url = new URL(programUrl)
  url.password = 'wrong'
  await assert.rejects(openDatabase(url.href), error => hasCode(error, 'DATABASE_UNREACHABLE'))
})

test('a connection lost in a transaction is a temporary error, and the pool goes on', async t => {
  const { database } = await testDatabase(t)
  await assert.rejects(
    database.transaction(async tx => {
      await addMailbox(tx, 'ann@contoso.example')
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
      await database.query('select pg_terminate_backend($1)', [row!.pid])
      await tx.query('select 1')
    }),
    error => hasCode(error, 'DATABASE_UNREACHABLE'),
  )
  assert.equal((await database.query('select from mailbox')).length, 0)
})

test('a listener hears what is committed and comes back after its connection broke', async t => {
  const { database } = await testDatabase(t)
  const heard: string[] = []
  let wake = Promise.withResolvers<void>()
  const close = await database.listen('a channel', payload => {
    heard.push(payload)
    wake.resolve()
  })
  const notify = (payload: string) => database.query(`select pg_notify('a channel', $1)`, [payload])
  const next = async () => {
    await wake.promise
    wake = Promise.withResolvers()
  }
  await notify('one')
  await next()
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'holdfast listener' and datname = current_database()`,
  )
  await next()
  await notify('two')
  await next()
  assert.deepEqual(heard, ['one', '', 'two'])
  await close()
})
