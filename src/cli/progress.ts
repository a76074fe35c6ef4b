/** Shows runs as they go: a live bar each on a terminal, a line now and then elsewhere. */
import { MultiBar, type SingleBar } from 'cli-progress'
import type { Ground } from '../ground.ts'
import { accountedItems, getRun, type Run } from '../pipeline/pipeline.ts'
import { count, say } from './terminal.ts'

const POLL = 200
/** Without a terminal, one line in so many polls. */
const LINE_EVERY = 10

export type Watched = { readonly runId: number; readonly name: string; readonly expected: number | null }

const ENDED: readonly Run['status'][] = ['complete', 'incomplete', 'failed']

/** Watches runs until each has ended (or the signal aborts), and returns them as they ended. */
export async function watchRuns(
  ground: Ground,
  watched: readonly Watched[],
  signal?: AbortSignal,
): Promise<Run[]> {
  const bars = process.stderr.isTTY ? openBars(watched) : null
  try {
    return await watch(ground, watched, bars, signal)
  } finally {
    bars?.all.stop()
  }
}

async function watch(
  ground: Ground,
  watched: readonly Watched[],
  bars: Bars | null,
  signal: AbortSignal | undefined,
): Promise<Run[]> {
  const startedAt = ground.clock.now()
  for (let poll = 0; ; poll++) {
    const runs: Run[] = []
    for (const { runId } of watched) runs.push(await getRun(ground.database, runId))
    for (const [index, run] of runs.entries()) {
      const { name, expected } = watched[index]!
      const total = run.sourceCount ?? Math.max(expected ?? 0, run.counts.itemsRead)
      const done = filedOf(run)
      const seconds = Math.max(0.001, (ground.clock.now() - startedAt) / 1000)
      const state = {
        name: name.padEnd(28),
        stage: stageOf(run).padEnd(10),
        rate: count(Math.round(done / seconds)),
      }
      if (bars) {
        bars.each[index]!.setTotal(Math.max(total, done, 1))
        bars.each[index]!.update(ENDED.includes(run.status) && total === 0 ? 1 : done, state)
      } else if (poll % LINE_EVERY === 0)
        say(`${name}: ${stageOf(run)}, ${count(done)} of ${count(total)} items${trouble(run)}`)
    }
    if (runs.every(run => ENDED.includes(run.status)) || signal?.aborted) return runs
    await ground.clock.sleep(POLL, signal).catch(() => {})
  }
}

type Bars = { readonly all: MultiBar; readonly each: readonly SingleBar[] }

function openBars(watched: readonly Watched[]): Bars {
  const all = new MultiBar({
    format: '  {name} [{bar}] {value}/{total} items  {stage} {rate}/s',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
    autopadding: true,
  })
  return {
    all,
    each: watched.map(each => all.create(1, 0, { name: each.name.padEnd(28), stage: '', rate: '0' })),
  }
}

function filedOf({ counts }: Run): number {
  return accountedItems(counts)
}

function stageOf(run: Run): string {
  if (run.errorCode && !ENDED.includes(run.status)) return 'waiting'
  return run.status
}

function trouble(run: Run): string {
  return run.errorCode && !ENDED.includes(run.status) ? ` (${run.errorCode}; tried again)` : ''
}
