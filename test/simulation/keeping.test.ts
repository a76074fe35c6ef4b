/**
 * Ten years of an archive, driven by a seed: items arrive, many of them late; policies, labels, holds, requests for
 * erasure, reviews and the directory change; clocks jump, and workers are killed. A model in memory, which shares no code
 * with src/, says after each step what must be there: nothing that is held or retained ever leaves, everything due leaves
 * with the next daily run, every disposal has its proof. `HOLDFAST_SEED` repeats a run.
 */
import assert from 'node:assert/strict'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { requestArchivingNow } from '../../src/in-place-archive/in-place-archive.ts'
import {
  confirmClocks,
  confirmVolume,
  dispositionStatus,
  listLabels,
  requestDisposition,
} from '../../src/retention/retention.ts'
import { assertSound, openTestArchive, runCommand, testFolder } from '../../src/testing/archive.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { drawFrom, seededRandom } from '../../src/testing/keeping.ts'
import { backupArchive } from '../../src/upkeep/upkeep.ts'
import { ACTS, rosa } from './keeping-acts.ts'
import { DAY, DEPARTMENTS, keptArchive, START } from './keeping-archive.ts'
import { check, checkItemProof, checkProofs, checkTombstones, nameOf } from './keeping-check.ts'
import { type Copy, KeepingModel } from './keeping-model.ts'
import { RULE_ACTS, type World } from './keeping-rule-acts.ts'
import type { Stage } from './keeping-work.ts'

const HOUR = 3_600_000
const YEARS = 10
const LONG = process.env.HOLDFAST_LONG === '1'
/** Workers that are killed in a life. */
const KILLED = LONG ? 30 : 5
// One life each time, so that what makes it fail is a change of the code; the long form draws new ones.
const seed = Number(process.env.HOLDFAST_SEED ?? (LONG ? Math.floor(Math.random() * 2 ** 31) : 13))

/** Where workers are killed, in turn: in the middle of what they do, and after a commit before what follows it. */
const KILLS: readonly (readonly [Stage | 'any', string, number])[] = [
  ['evaluation', 'before-commit', 1],
  ['disposition', 'before-commit', 2],
  ['any', 'before-remove', 1],
  ['disposition', 'before-put', 1],
  ['erasure', 'before-commit', 1],
  ['hold', 'before-commit', 1],
  ['any', 'after-remove', 1],
  ['label', 'after-transaction', 1],
  ['disposition', 'after-transaction', 1],
  ['archive', 'before-commit', 1],
]

type Life = World & {
  kills: number
  /** Kills in which the worker did not come to its end. */
  died: number
  tried: number
  lastDisposal: number
  disposed: number
  erased: number
  troubles: Set<string>
}

for (let round = 0; round < (LONG ? 3 : 1); round++)
  test(`ten years: nothing kept leaves, all that is due does (seed ${seed + round})`, t =>
    live(t, seed + round))

async function live(t: TestContext, ownSeed: number): Promise<void> {
  t.diagnostic(`seed ${ownSeed}`)
  const draw = drawFrom(seededRandom(ownSeed))
  const kept = await keptArchive(t)
  const model = new KeepingModel()
  for (const [index, { mailboxId }] of kept.people.entries())
    model.departments.set(mailboxId, DEPARTMENTS[index % 3]!)
  const world: Life = {
    ...{ kept, model, draw, step: 0, kills: 0, died: 0, tried: 0, lastDisposal: 0, disposed: 0, erased: 0 },
    troubles: new Set(),
  }
  for (let index = 0; index < 3; index++) await RULE_ACTS[0]!(world)
  let backup: { folder: string; model: KeepingModel } | null = null
  for (let year = 1; year <= YEARS; year++) {
    const end = START + year * 365.25 * DAY
    while (kept.now() < end) await step(world)
    await assertSound(kept.archive)
    await checkTombstones(kept, model)
    await checkItemProof(kept, model, draw)
    if (year === 5) backup = await backUp(world)
  }
  t.diagnostic(tell(world))
  assert.ok(world.disposed > 50, `only ${world.disposed} copies left`)
  assert.ok(world.died >= KILLED / 2, `only ${world.died} workers were killed`)
  await restore(t, world, backup!)
}

/** What came to pass in this life. */
function tell({ step, kept, model, ...life }: Life): string {
  const { copies, policies, labels, holds, erasures } = model
  const count = (which: (copy: Copy) => boolean) => copies.filter(which).length
  return [
    `${step} steps to ${new Date(kept.now()).toISOString().slice(0, 10)}`,
    `${copies.length} copies, ${life.disposed} left in ${life.lastDisposal} disposals (${life.erased} erased)`,
    `${policies.size} policies, ${labels.size} labels, ${holds.size} holds, ${erasures.size} erasure requests`,
    ...['person', 'rule', 'query'].map(by => `${count(copy => copy.labelBy === by)} labelled by ${by}`),
    `${count(copy => copy.wasReviewed)} reviewed, ${count(copy => copy.extendedUntil !== null)} extended`,
    `${life.died} workers killed`,
    `clocks: ${[...life.troubles].join(' ')}`,
  ].join('; ')
}

async function step(world: Life): Promise<void> {
  const { kept, model, draw } = world
  world.step++
  await kept.archive.seal()
  const isLeap = draw.chance(0.5)
  if (isLeap) await kept.setTime(kept.now() + draw.number(3, LONG ? 40 : 130) * DAY)
  else await walk(world)
  if (world.step % (LONG ? 4 : 5) === 1) {
    const copies = await kept.arrive(draw, LONG ? 50 : 30)
    model.labelNew(copies)
    model.copies.push(...copies)
  }
  for (const act of draw.list(1, 3, () => draw.one(ACTS))) await act(world)
  await kept.tick()
  if (isLeap) await beLeapt(world)
  await kill(world)
  await runDay(world)
  if (draw.chance(0.12)) await beApart(world)
  if (draw.chance(0.08)) await goBack(world)
}

/** Time goes on as it does for an archive that is served: with a checkpoint at least every two days. */
async function walk({ kept, draw }: Life): Promise<void> {
  for (let hops = draw.number(1, LONG ? 8 : 4); hops > 0; hops--) {
    await kept.setTime(kept.now() + 40 * HOUR)
    // Something is always recorded, if only that somebody looked.
    await listLabels(kept.archive.ground, rosa)
    await kept.archive.seal()
  }
}

/** What left since the last time is as it should be, and proved. */
async function account(world: Life, isDone: boolean, mayLeave = true): Promise<void> {
  const left = await check(world.kept, world.model, { isDone, mayLeave })
  world.disposed += left.length
  world.erased += left.filter(copy => world.model.isAsked(copy)).length
  world.lastDisposal = await checkProofs(world.kept, left, world.lastDisposal)
}

/** The day's work, with whatever a person has to say to it. */
async function runDay(world: Life): Promise<void> {
  const { kept, model } = world
  const { database } = kept.archive.ground
  const lastRun = async (after: number) => {
    const [run] = await database.query<{ run_id: number; code: string | null; state: string }>(
      `select run_id, code, state from disposition_run where cause <> 'review' and run_id > $1::bigint
       order by run_id desc limit 1`,
      [after],
    )
    return run
  }
  const before = (await lastRun(0))?.run_id ?? 0
  await kept.request()
  // A clock that was days ahead may have had the day's run already.
  await requestArchivingNow(kept.archive.ground, await kept.archive.queue(), kept.archive.actor)
  await kept.work()
  for (let run = await lastRun(before); !model.paused; run = await lastRun(before)) {
    if (run?.state === 'complete' || run?.code === 'DISPOSITION_LIMIT') break
    if (run) {
      assert.equal(run.code, 'DISPOSITION_VOLUME', 'nothing else stops a run')
      await confirmVolume(kept.archive.ground, rosa, 'It was looked at')
    }
    await requestDisposition(kept.archive.ground, await kept.archive.queue(), rosa)
    await kept.work()
  }
  await account(world, true)
}

/** Disposal is asked for, and refuses with its error; nothing leaves. */
async function stopped(world: Life, trouble: string): Promise<void> {
  const { kept, model } = world
  const { ground } = kept.archive
  await kept.work()
  const { clocks } = await dispositionStatus(ground, rosa)
  assert.equal(clocks.trouble, trouble)
  world.troubles.add(trouble)
  const asked = requestDisposition(ground, await kept.archive.queue(), rosa)
  await assert.rejects(asked, { code: model.paused ? 'DISPOSITION_PAUSED' : 'DISPOSITION_CLOCKS' })
  await account(world, false, false)
}

async function confirm({ kept }: Life): Promise<string | null> {
  return (await confirmClocks(kept.archive.ground, rosa, 'I have looked at a clock')).trouble
}

/** Days have passed without a checkpoint, or the clocks were set: only a person knows. */
async function beLeapt(world: Life): Promise<void> {
  await stopped(world, 'leap')
  assert.equal(await confirm(world), null)
}

/** One of the clocks is wrong by days. */
async function beApart(world: Life): Promise<void> {
  const { kept, draw } = world
  const now = kept.now()
  const wrong = draw.one([3, 400, -3]) * DAY
  await kept.archive.seal()
  if (draw.chance(0.5)) {
    await kept.setTime(now, now + wrong)
    // Behind the checkpoint as well, or days after it; but first of all the clocks are apart.
    await stopped(world, 'apart')
    assert.equal(await confirm(world), 'apart')
  } else {
    await kept.setTime(now + wrong, now)
    const { ground } = kept.archive
    await kept.work()
    assert.equal((await dispositionStatus(ground, rosa)).clocks.trouble, 'apart')
    world.troubles.add('apart')
    await kept.setTime(now)
    await account(world, false, false)
  }
  await kept.setTime(now + 1000)
  await kept.archive.seal()
  if ((await dispositionStatus(kept.archive.ground, rosa)).clocks.trouble !== null)
    assert.equal(await confirm(world), null)
}

/** Both clocks are set back by hours: first they are behind the log, then the log has the step in it. */
async function goBack(world: Life): Promise<void> {
  const { kept, draw } = world
  await kept.archive.seal()
  await kept.setTime(kept.now() - 3 * HOUR)
  await stopped(world, 'ahead')
  // Said before the log has the step in it, or after.
  const isSaid = draw.chance(0.5)
  if (isSaid) assert.equal(await confirm(world), 'ahead')
  await listLabels(kept.archive.ground, rosa)
  await kept.archive.seal()
  await kept.tick()
  if (isSaid) return
  await stopped(world, 'back')
  assert.equal(await confirm(world), null)
}

/** A worker dies somewhere in the day's work; what it did until then is right, and the next one goes on. */
async function kill(world: Life): Promise<void> {
  const { kept, model } = world
  const { ground } = kept.archive
  const next = KILLS[world.kills % KILLS.length]!
  if (world.died >= KILLED || world.tried >= 2 * KILLED || model.paused || model.limit !== null) return
  await kept.request()
  if (!(await hasWork(world, next[0]))) return
  if (next[0] === 'disposition' || next[0] === 'any')
    await requestDisposition(ground, await kept.archive.queue(), rosa)
  world.tried++
  world.kills++
  if (await kept.workAndDie(...next)) world.died++
  await account(world, false)
}

async function hasWork({ kept, model }: Life, stage: Stage | 'any'): Promise<boolean> {
  const { database } = kept.archive.ground
  if (stage === 'disposition' || stage === 'any') {
    const verdictOf = model.judge(kept.now())
    const leaving = model.present.filter(copy => verdictOf(copy).due && !verdictOf(copy).wantsReview)
    return leaving.length >= 3
  }
  const condition = {
    evaluation: `exists (select from retention_evaluation where completed_at is null)`,
    hold: 'exists (select from filing where hold_pending)',
    label: 'exists (select from label_waiting) or exists (select from label_rule where unswept)',
    erasure: `exists (select from erasure_request where state = 'working')`,
    archive: 'exists (select from in_place_archive_run where completed_at is null)',
    ending: 'false',
  }[stage]
  const [row] = await database.query<{ some: boolean }>(`select ${condition} as some`)
  return row!.some
}

async function backUp({ kept, model }: Life): Promise<{ folder: string; model: KeepingModel }> {
  const folder = join(await testFolder(), 'backup')
  await backupArchive(kept.archive.ground, kept.archive.actor, folder)
  return { folder, model: model.copy() }
}

/** The backup of the middle: what left since then goes again, unless the rules of then keep it. */
async function restore(t: TestContext, world: Life, backup: { folder: string; model: KeepingModel }) {
  const { archive } = world.kept
  const apart = join(backup.folder, '..', 'kept')
  for await (const { name } of archive.ground.storage.list('disposals/')) {
    await mkdir(dirname(join(apart, name)), { recursive: true })
    await writeFile(join(apart, name), await archive.ground.storage.read(name))
  }
  const place = await testFolder()
  await copyFile(join(archive.folder, 'master.key'), join(place, 'master.key'))
  const { programUrl, ownerUrl } = await testDatabase(t)
  const environment = {
    HOLDFAST_DATA: place,
    DATABASE_URL: programUrl,
    DATABASE_OWNER_URL: ownerUrl,
    HOLDFAST_LOG_LEVEL: 'silent',
    HOLDFAST_CHECKPOINT_FOLDER: apart,
  }
  const done = await runCommand(['restore', backup.folder], environment)
  assert.equal(done.code, 0, done.stderr)
  const copy = await openTestArchive(t, environment)
  const rows = await copy.ground.database.query<{ name: string }>(
    `select mailbox_id || ' ' || item_id as name from filing`,
  )
  const gone = new Set(world.model.copies.filter(each => each.isGone).map(nameOf))
  const verdictOf = backup.model.judge(systemClock.now())
  const expected = backup.model.present.filter(each => verdictOf(each).kept || !gone.has(nameOf(each)))
  assert.deepEqual(rows.map(row => row.name).sort(), expected.map(nameOf).sort())
  assert.ok(expected.length < backup.model.present.length, 'something left after the backup')
  await assertSound(copy)
}
