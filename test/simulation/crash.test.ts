/**
 * Days of traffic are imported while a seeded hand kills workers, the serving process, PostgreSQL or everything with
 * SIGKILL. Each time the import must go on by itself within 30 s; at the end nothing is lost, nothing doubled, both
 * sums of every run add up, and fsck and verify find nothing. `HOLDFAST_SEED` repeats a run.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { getRun } from '../../src/pipeline/pipeline.ts'
import { assertComplete, assertSound, openTestArchive, testArchive } from '../../src/testing/archive.ts'
import { type Site, startSite } from '../../telemessage-site/telemessage-site.ts'
import { expectationOf } from '../e2e/expected.ts'
import { readKept, readRegistered, readServed } from '../e2e/served.ts'
import { type Prey, startPrey, VICTIMS } from './prey.ts'

const DAY = 86_400_000
const END = Date.UTC(2026, 9, 30)
const NETWORKS = { 'enterprise-number': 'ENTERPRISE_NUMBER', o2: 'O2' } as const
/** What the promise says, and the time in which this test looks. */
const RESUMED_WITHIN = 30_000 + 1_000

const long = process.env.HOLDFAST_LONG === '1'
const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

for (let round = 0; round < (long ? 6 : 1); round++)
  test(`killed again and again, every import completes (seed ${seed + round})`, t =>
    simulate(t, random(seed + round), long ? 10 : 5))

async function simulate(t: TestContext, draw: () => number, kills: number): Promise<void> {
  t.diagnostic(`seed ${seed}`)
  const site = await startSite({
    people: 24,
    days: 8,
    seed: 5,
    end: END,
    now: END + DAY,
    faults: { latencyMs: 3 },
  })
  t.after(() => site.stop())
  const environment = await prepare(t, site)
  const prey = await startPrey(environment)
  t.after(() => prey.stop().catch(() => {}))
  // Every kind of death, equally often.
  const deaths = Array.from({ length: kills }, (_, index) => VICTIMS[index % VICTIMS.length]!)
  for (const victim of shuffled(deaths, draw)) {
    await wait(draw() * 1200)
    t.diagnostic(`kill ${victim} at ${await progressOf(prey)}`)
    await prey.kill(victim)
    await resumed(prey)
  }
  await finished(prey)
  await prey.stop()
  await check(t, environment, site)
}

/** Makes the archive, and asks for an import of each network; then leaves it to others. */
async function prepare(t: TestContext, site: Site): Promise<Readonly<Record<string, string>>> {
  const archive = await testArchive(t, { embedded: true, pageItems: long ? 6 : 10 })
  await archive.addPeople(site.directoryCsv())
  for (const product of Object.keys(NETWORKS)) {
    const connector = await archive.addConnector(site, product)
    await archive.addMapping(connector, site.mappingCsv())
    await archive.request(connector, { from: site.from, to: END })
  }
  await archive.close()
  return { ...archive.environment, HOLDFAST_LOG_LEVEL: 'warn' }
}

const STEPS = `select coalesce(sum(batches + batches_filed), 0) + count(*) filter (where collected)
  + 2 * count(*) filter (where completed_at is not null) as steps,
  count(*) filter (where completed_at is null) as open from run`

async function progressOf(prey: Prey): Promise<number> {
  const [row] = await prey.ask<{ steps: number }>(STEPS)
  return Number(row!.steps)
}

/** Waits for the next step of any run; fails when it takes longer than was promised. */
async function resumed(prey: Prey): Promise<void> {
  const killed = performance.now()
  const before = await prey.ask<{ steps: number; open: number }>(STEPS)
  for (;;) {
    const [now] = await prey.ask<{ steps: number; open: number }>(STEPS)
    if (Number(now!.steps) > Number(before[0]!.steps) || Number(now!.open) === 0) return
    assert.ok(performance.now() - killed < RESUMED_WITHIN, `nothing went on within 30 s\n${prey.said()}`)
    await wait(50)
  }
}

/** Until every run has ended, none may stand still for longer than was promised. */
async function finished(prey: Prey): Promise<void> {
  const moved = new Map<number, { steps: number; at: number }>()
  for (;;) {
    const runs = await prey.ask<{ run_id: number; steps: number }>(
      'select run_id, batches + batches_filed as steps from run where completed_at is null',
    )
    if (runs.length === 0) return
    for (const { run_id: runId, steps } of runs) {
      const last = moved.get(runId)
      if (last?.steps !== steps) moved.set(runId, { steps, at: performance.now() })
      else
        assert.ok(
          performance.now() - last.at < RESUMED_WITHIN,
          `run ${runId} stands still for 30 s\n${prey.said()}`,
        )
    }
    await wait(50)
  }
}

async function check(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  site: Site,
): Promise<void> {
  const archive = await openTestArchive(t, { ...environment, HOLDFAST_LOG_LEVEL: 'silent' })
  const kept = await readKept(archive.ground)
  const window = { from: site.from, to: END }
  for (const [index, network] of Object.values(NETWORKS).entries()) {
    const run = await getRun(archive.ground.database, index + 1)
    assertComplete(run)
    const served = await readServed(site, network, window)
    assert.equal(run.sourceCount, served.length)
    const distinct = new Map(served.map(message => [message.sameness, message]))
    const ours = kept.filter(item => item.runId === run.runId)
    assert.deepEqual(ours.map(item => item.sameness).sort(), [...distinct.keys()].sort())
    const expect = expectationOf({
      directoryCsv: site.directoryCsv(),
      mappingCsv: site.mappingCsv(),
      domain: site.organisation.domain,
      registered: await readRegistered(site, network),
    })
    for (const item of ours) assert.deepEqual(item.mailboxes, await expect(distinct.get(item.sameness)!))
  }
  await assertSound(archive)
}

function shuffled<T>(list: readonly T[], draw: () => number): T[] {
  const rest = [...list]
  return list.map(() => rest.splice(Math.floor(draw() * rest.length), 1)[0]!)
}
