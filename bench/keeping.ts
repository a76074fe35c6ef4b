/**
 * How quickly a new policy for the whole organisation decides on all that is filed, by itself and while an import goes
 * on; and how much that costs the import. Nothing is due by these policies: what is measured next finds everything.
 */
import { systemClock } from '../src/clock.ts'
import type { Ground } from '../src/ground.ts'
import { SYSTEM } from '../src/identity/identity.ts'
import { openQueue, type Queue } from '../src/queue/queue.ts'
import { changePolicy, createPolicy, performOpenEvaluations } from '../src/retention/retention.ts'
import { importMore } from './import.ts'
import { percentile } from './measure.ts'

export type KeepingFigures = {
  /** Copies, of all mailboxes. */
  readonly filings: number
  /** Seconds of the first decision on all of them, every one of which it changes, with nothing else going on. */
  readonly seconds: number
  readonly filingsPerSecond: number
  /** Items a second of an import into the same archive: by itself, and while policies are decided on without a pause. */
  readonly importAlone: number
  readonly importMeanwhile: number
  /** Of each of these decisions, which workers make while they import; each changes every filing again. */
  readonly meanwhile: readonly { readonly filings: number; readonly seconds: number }[]
}

/** No import that is measured beside it is larger. */
const IMPORT_MAX = 50_000

export async function measureKeeping(
  ground: Ground,
  items: number,
  workers: number,
  people: number,
): Promise<KeepingFigures> {
  const queue = await openQueue(ground.database, { log: ground.log })
  const startedAt = performance.now()
  const { policyId } = await createPolicy(ground, queue, SYSTEM, {
    name: 'Benchmark of keeping',
    description: '',
    belowPreset: '',
    presetId: null,
    enabled: true,
    appliesTo: 'all',
    mailboxIds: [],
    excludedIds: [],
    scopeIds: [],
    connectorIds: null,
    kinds: null,
    action: 'retain-then-delete',
    period: 'P7Y',
    startFrom: 'sent',
    eventTypeId: null,
    review: false,
  }).finally(() => queue.stop({ graceful: false }))
  await performOpenEvaluations(ground)
  const seconds = (performance.now() - startedAt) / 1000
  const [first] = await evaluations(ground)
  const more = Math.min(items, IMPORT_MAX)
  const alone = await importMore(ground, more, workers, people, 2, async () => {})
  const before = (await evaluations(ground)).length
  let decisions = 0
  const beside = await importMore(ground, more, workers, people, 3, async (served, ended) => {
    while (!ended.aborted) {
      await changePolicy(ground, served, SYSTEM, policyId, { period: decisions++ % 2 === 0 ? 'P8Y' : 'P7Y' })
      await untilEvaluated(ground)
    }
  })
  const meanwhile = (await evaluations(ground)).slice(before)
  // Whatever keeps these items is gone again before they are disposed of.
  await withQueue(ground, last => changePolicy(ground, last, SYSTEM, policyId, { enabled: false }))
  await performOpenEvaluations(ground)
  return {
    filings: first!.filings,
    seconds,
    filingsPerSecond: first!.filings / seconds,
    importAlone: alone.items / alone.seconds,
    importMeanwhile: beside.items / beside.seconds,
    meanwhile,
  }
}

export function keepingLines({
  filings,
  seconds,
  filingsPerSecond,
  importAlone,
  importMeanwhile,
  meanwhile,
}: KeepingFigures): string[] {
  const count = (value: number) => Math.round(value).toLocaleString('en-GB')
  const rates = meanwhile.map(each => each.filings / each.seconds)
  return [
    `a policy for all: ${count(filings)} copies in ${seconds.toFixed(1)} s: ${count(filingsPerSecond)} copies/s, a million in ${(1_000_000 / filingsPerSecond).toFixed(0)} s`,
    `while an import goes on: ${meanwhile.length} decisions on ${count(meanwhile.at(-1)?.filings ?? 0)} copies, ${count(percentile(rates, 50))} copies/s, a million in ${(1_000_000 / percentile(rates, 50)).toFixed(0)} s; the import has ${count(importMeanwhile)} items/s, ${count(importAlone)} by itself`,
  ]
}

async function withQueue(ground: Ground, work: (queue: Queue) => Promise<unknown>): Promise<void> {
  const queue = await openQueue(ground.database, { log: ground.log })
  await work(queue).finally(() => queue.stop({ graceful: false }))
}

async function untilEvaluated(ground: Ground): Promise<void> {
  while (
    (await ground.database.query('select from retention_evaluation where completed_at is null')).length > 0
  )
    await systemClock.sleep(50)
}

/** From the request to the end, the first one first. */
function evaluations(ground: Ground): Promise<{ filings: number; seconds: number }[]> {
  return ground.database.query(
    `select filings, extract(epoch from completed_at - created_at)::float8 as seconds from retention_evaluation
     where completed_at is not null order by evaluation_id`,
  )
}
