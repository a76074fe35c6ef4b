import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Database, openDatabase } from '../database/database.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import { silentLogger } from '../log.ts'
import { emptyDatabase, TEST_QUEUES, testDatabase } from '../testing/database.ts'
import { createQueues, openQueue, type Queue } from './queue.ts'

const log = silentLogger

async function openTestQueue(t: TestContext, database: Database): Promise<Queue> {
  const queue = await openQueue(database, { log })
  t.after(() => queue.stop({ graceful: false }))
  return queue
}

/** Resolves once `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(10)
}

async function states(database: Database): Promise<string[]> {
  const rows = await database.query<{ state: string }>(
    'select state::text from pgboss.job order by created_on',
  )
  return rows.map(row => row.state)
}

test('a job is sent with its transaction or not at all', async t => {
  const { database } = await testDatabase(t)
  const queue = await openTestQueue(t, database)
  await assert.rejects(
    database.transaction(async tx => {
      await queue.send(tx, 'file', { batchId: 1 })
      throw new Error('no')
    }),
    /^Error: no$/,
  )
  assert.deepEqual(await states(database), [])
  await database.transaction(tx => queue.send(tx, 'file', { batchId: 2 }))
  const done: unknown[] = []
  await queue.work('file', { concurrency: 1 }, async data => {
    done.push(data)
  })
  await until(async () => (await states(database))[0] === 'completed')
  assert.deepEqual(done, [{ batchId: 2 }])
})

test('workers wake when a job is sent and go on at once while there are more', async t => {
  const { database } = await testDatabase(t)
  const queue = await openTestQueue(t, database)
  let done = 0
  let active = 0
  let activeMost = 0
  await queue.work('file', { concurrency: 3 }, async () => {
    activeMost = Math.max(activeMost, ++active)
    await wait(1)
    active--
    done++
  })
  await database.transaction(async tx => {
    for (let n = 0; n < 60; n++) await queue.send(tx, 'file', { n })
  })
  // At one job per polling interval and worker this would take 10 s or more.
  const slow = wait(5000, 'slow', { ref: false })
  assert.equal(await Promise.race([until(() => done === 60), slow]), undefined)
  assert.equal(activeMost, 3)
})

test('a job that throws is tried again, and nothing that its error quotes is stored', async t => {
  const { database } = await testDatabase(t)
  const queue = await openTestQueue(t, database)
  const errors = new Map<string, Error>([
    ['foreign', new TypeError('unexpected token in "meet me at noon"')],
    ['own', new HoldfastError('STORAGE_FAILED', 'object 17')],
  ])
  await queue.work<{ fails: string }>('file', { concurrency: 2 }, async ({ fails }) => {
    const error = errors.get(fails)
    errors.delete(fails)
    if (error) throw error
  })
  await database.transaction(async tx => {
    await queue.send(tx, 'file', { fails: 'foreign' })
    await queue.send(tx, 'file', { fails: 'own' })
  })
  const outputs = new Set<string>()
  await until(async () => {
    const rows = await database.query<{ text: string; whole: string | null; state: string }>(
      `select data->>'fails' || ': ' || coalesce(output->>'message', '') as text, output::text as whole, state::text
       from pgboss.job`,
    )
    for (const { text, whole, state } of rows) {
      if (state === 'retry') outputs.add(text)
      assert.doesNotMatch(whole ?? '', /noon/)
    }
    return rows.every(row => row.state === 'completed')
  })
  assert.deepEqual([...outputs].sort(), ['foreign: TypeError', 'own: STORAGE_FAILED: object 17'])
  const counts = await database.query('select distinct retry_count, retry_limit from pgboss.job')
  assert.deepEqual(counts, [{ retry_count: 1, retry_limit: 2_000_000_000 }])
})

test('of jobs with one key only one waits, while one that is worked on does not count', async t => {
  const { database } = await testDatabase(t)
  const queue = await openTestQueue(t, database)
  const send = () => database.transaction(tx => queue.send(tx, 'replay', {}, { singletonKey: 'c-1' }))
  await send()
  await send()
  await database.transaction(tx => queue.send(tx, 'replay', {}, { singletonKey: 'c-2' }))
  await database.transaction(tx => queue.send(tx, 'replay', {}))
  await database.transaction(tx => queue.send(tx, 'replay', {}))
  assert.equal((await states(database)).length, 4)
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  await queue.work('replay', { concurrency: 1 }, async () => {
    started.resolve()
    await finish.promise
  })
  await started.promise
  await send()
  assert.equal((await states(database)).length, 5)
  finish.resolve()
})

test('a job for later waits until then', async t => {
  const { database } = await testDatabase(t)
  const queue = await openTestQueue(t, database)
  const [clock] = await database.query<{ now: Date }>('select now() as now')
  const startAfter = new Date(clock!.now.getTime() + 1000)
  const startedAt = Promise.withResolvers<Date>()
  await queue.work('schedule', { concurrency: 1 }, async () => {
    startedAt.resolve((await database.query<{ now: Date }>('select now() as now'))[0]!.now)
  })
  await database.transaction(tx => queue.send(tx, 'schedule', {}, { startAfter }))
  assert.ok((await startedAt.promise) >= startAfter)
})

test('stopping with grace lets a job end; without, its signal aborts and it goes back to the queue', async t => {
  const { database } = await testDatabase(t)
  const first = await openQueue(database, { log })
  const started = Promise.withResolvers<void>()
  await first.work('file', { concurrency: 1 }, async () => {
    started.resolve()
    await wait(200)
  })
  await database.transaction(tx => first.send(tx, 'file', {}))
  await started.promise
  await first.stop({ graceful: true })
  assert.deepEqual(await states(database), ['completed'])

  const second = await openQueue(database, { log })
  const aborted = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  await second.work('file', { concurrency: 1 }, async (_, signal) => {
    begun.resolve()
    await wait(60_000, undefined, { signal }).catch(() => aborted.resolve())
  })
  await database.transaction(tx => second.send(tx, 'file', {}))
  await begun.promise
  await second.stop({ graceful: false })
  await aborted.promise
  assert.deepEqual(await states(database), ['completed', 'retry'])
})

test('an archive that stood still for years finds its jobs waiting', async t => {
  const { database } = await testDatabase(t)
  const queue = await openTestQueue(t, database)
  await database.transaction(tx => queue.send(tx, 'file', {}))
  const [row] = await database.query(
    `select keep_until > now() + interval '19 years' as kept from pgboss.job`,
  )
  assert.deepEqual(row, { kept: true })
})

test('making the queues again changes nothing but their settings, and the program role may use them', async t => {
  const { ownerUrl, programUrl } = await emptyDatabase(t)
  const program = await openDatabase(programUrl)
  try {
    await assert.rejects(openQueue(program, { log }), error => hasCode(error, 'SCHEMA_MISSING'))
    await createQueues(ownerUrl, TEST_QUEUES)
    await createQueues(ownerUrl, [...TEST_QUEUES, 'another'])
    const rows = await program.query(`select name from pgboss.queue where name !~ '^__' order by name`)
    assert.deepEqual(
      rows.map(row => row.name),
      [...TEST_QUEUES, 'another'].sort(),
    )
    const queue = await openQueue(program, { log })
    await queue.stop({ graceful: true })
  } finally {
    await program.close()
  }
})

test('programs that start together bring the queues up to date together', async t => {
  const { ownerUrl } = await testDatabase(t)
  for (let round = 0; round < 3; round++)
    await Promise.all(Array.from({ length: 6 }, () => createQueues(ownerUrl, TEST_QUEUES)))
})
