/** Recordings pass through without being held in memory; measured on real worker processes (VmHWM of Linux). */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'

const END = Date.UTC(2026, 9, 30)
const long = process.env.HOLDFAST_LONG === '1'
const SIZE = long ? 100_000_000 : 3_000_000
const MEMORY_MAX = 300_000_000

test(`ten recordings of ${SIZE / 1e6} MB arrive whole${long ? ', within 300 MB of memory for each process' : ''}`, async t => {
  const site = await startSite({
    people: 24,
    days: 1,
    seed: 3,
    end: END - 1,
    now: END + 3_600_000,
    plain: true,
    items: 20,
    recordingsLarge: 10,
    recordingSize: SIZE,
  })
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(site.directoryCsv())
  const workers = [archive.spawnWorker(), archive.spawnWorker()]
  const asked = []
  for (const product of ['enterprise-number', 'o2']) {
    const connector = await archive.addConnector(site, product)
    asked.push(await archive.request(connector, { from: site.from, to: END }))
  }
  for (const run of asked) assertComplete(await archive.ended(run, 500_000))
  if (long && existsSync('/proc/self/status'))
    for (const worker of workers) {
      const status = await readFile(`/proc/${worker.pid}/status`, 'utf8')
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024
      t.diagnostic(`worker ${worker.pid}: at most ${Math.round(peak / 1e6)} MB`)
      assert.ok(peak < MEMORY_MAX, `${peak} bytes`)
    }
  const [kept] = await archive.ground.database.query<{ large: number; items: number }>(
    `select count(*) filter (where original_size + coalesce(message_size, 0) > ${SIZE}) as large, count(*) as items from item`,
  )
  assert.equal(kept!.large, 10)
  assert.equal(kept!.items, site.count())
  await assertSound(archive)
})
