import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { silentLogger } from '../log.ts'
import { testDatabase } from '../testing/database.ts'
import { openQueue } from './queue.ts'

/** Takes a job and never finishes it. */
const WORKER = `
  const { openDatabase } = await import(process.argv[1])
  const { openQueue } = await import(process.argv[2])
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const queue = await openQueue(await openDatabase(process.argv[3]), { log })
  await queue.work('file', { concurrency: 1 }, () => new Promise(() => process.stdout.write('taken\\n')))
`

test('the job of a killed worker is taken up by another within 30 s', async t => {
  const { database, programUrl } = await testDatabase(t)
  const queue = await openQueue(database, { log: silentLogger })
  t.after(() => queue.stop({ graceful: false }))
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      WORKER,
      new URL('../database/database.ts', import.meta.url).href,
      new URL('./queue.ts', import.meta.url).href,
      programUrl,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  t.after(() => child.kill('SIGKILL'))
  await database.transaction(tx => queue.send(tx, 'file', { batchId: 7 }))
  await once(child.stdout!, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const [killed] = await database.query<{ now: Date }>('select now() as now')

  const taken = Promise.withResolvers<object>()
  await queue.work('file', { concurrency: 1 }, async data => taken.resolve(data))
  assert.deepEqual(await taken.promise, { batchId: 7 })
  const [row] = await database.query<{ seconds: number }>(
    'select extract(epoch from now() - $1)::float8 as seconds',
    [killed!.now],
  )
  // The promise itself, not a measurement: heartbeat, supervision, delay and polling add up to less.
  assert.ok(row!.seconds < 30, `${row!.seconds} s`)
  t.diagnostic(`taken up after ${row!.seconds.toFixed(1)} s`)
})
