import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../errors.ts'
import { testArchive } from '../testing/archive.ts'
import { progressRoutes } from './progress.ts'

test('a database that is gone for a moment ends neither the watching nor the process', async t => {
  const archive = await testArchive(t)
  let failures = 0
  let looks = 0
  const database = new Proxy(archive.ground.database, {
    get: (target, name) => {
      if (name !== 'query') return Reflect.get(target, name)
      return (...asked: Parameters<typeof target.query>) => {
        if (asked[0].includes('max(run_id)') && failures++ === 0)
          return Promise.reject(new HoldfastError('DATABASE_UNREACHABLE', 'the connection was lost'))
        looks++
        return target.query(...asked)
      }
    },
  })
  const ended = new AbortController()
  const [watch] = progressRoutes
  const events = (await watch.work({
    ground: { ...archive.ground, database },
    signal: ended.signal,
  } as never)) as AsyncIterable<unknown>
  const seen = []
  for await (const event of events) {
    seen.push(event)
    if (seen.length === 2) ended.abort()
  }
  assert.equal(seen.length, 2, 'how things stand, and the first look after the failure')
  assert.equal(failures, 2)
  assert.ok(looks >= 3)
})
