/**
 * The imports under way, live: one poller for all who watch in this process, once a second while something moves. It
 * knows the pace, since it has seen the seconds before.
 */
import { z } from 'zod'
import type { Ground } from '../ground.ts'
import { newestRun, type RunProgress, readProgress, readRunsAfter } from '../pipeline/pipeline.ts'
import { events, route } from './route.ts'
import { Time } from './schema.ts'

export const ConnectorProgress = z
  .object({
    runId: z.number().int(),
    connectorId: z.number().int(),
    stage: z.enum(['waiting', 'collecting', 'filing', 'reconciling']),
    collected: z.number().int().describe('Items read from the source so far.'),
    done: z.number().int().describe('Items filed, unmapped, already kept, or failed.'),
    total: z.number().int().nullable().describe('Items of the window as the site counts them.'),
    rate: z.number().nullable().describe('Items a second, over the last ten seconds.'),
    secondsLeft: z.number().int().nullable(),
    requestedAt: Time,
    startedAt: Time.nullable(),
    trouble: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why it does not move just now; it is tried again.'),
  })
  .meta({ id: 'ConnectorProgress' })

const ProgressEvent = z
  .object({
    runs: z.array(ConnectorProgress),
    ended: z
      .array(z.object({ runId: z.number().int(), connectorId: z.number().int() }))
      .describe('Runs that ended since the event before.'),
  })
  .meta({ id: 'ProgressEvent' })

type PacedProgress = RunProgress & {
  readonly rate: number | null
  readonly secondsLeft: number | null
}
type Event = {
  readonly runs: readonly PacedProgress[]
  readonly ended: readonly { readonly runId: number; readonly connectorId: number }[]
}

const PAUSE = 1_000
const PACE_OVER = 10_000

type Sample = { readonly at: number; readonly done: number }
type Watch = {
  readonly samples: Map<number, Sample[]>
  readonly listeners: Set<(event: Event) => void>
  /** Runs seen that had not ended. */
  open: Map<number, number>
  newest: number
  polling: boolean
}

const watches = new WeakMap<Ground, Watch>()

function watchOf(ground: Ground): Watch {
  let watch = watches.get(ground)
  if (!watch) {
    watch = { samples: new Map(), listeners: new Set(), open: new Map(), newest: 0, polling: false }
    watches.set(ground, watch)
  }
  return watch
}

/** A run's pace: over the last seconds if somebody watches, else since it began. */
export function withPace(ground: Ground, run: RunProgress): PacedProgress {
  const now = ground.clock.now()
  const samples = watchOf(ground).samples.get(run.runId) ?? []
  const first = samples[0] ?? (run.startedAt ? { at: run.startedAt.getTime(), done: 0 } : null)
  const seconds = first ? (now - first.at) / 1000 : 0
  const rate = first && seconds >= 0.5 ? Math.max(0, (run.done - first.done) / seconds) : null
  const left = run.total === null ? null : run.total - run.done
  return {
    ...run,
    rate: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: left !== null && rate !== null && rate > 0 ? Math.ceil(left / rate) : null,
  }
}

async function poll(ground: Ground, watch: Watch): Promise<void> {
  if (watch.polling) return
  watch.polling = true
  let said = ''
  let begun = false
  try {
    while (watch.listeners.size > 0) {
      try {
        if (!begun) watch.newest = await newestRun(ground.database)
        begun = true
        const event = await look(ground, watch)
        const text = JSON.stringify(event)
        if (text !== said) for (const listener of watch.listeners) listener(event)
        said = text
      } catch (error) {
        ground.log.warn({ error }, 'progress could not be read and will be again')
      }
      await ground.clock.sleep(PAUSE)
    }
  } finally {
    watch.polling = false
    watch.samples.clear()
    watch.open.clear()
  }
}

async function look(ground: Ground, watch: Watch): Promise<Event> {
  const newer = await readRunsAfter(ground.database, watch.newest)
  const open = await readProgress(ground.database)
  const runs = open.map(run => withPace(ground, run))
  const now = ground.clock.now()
  for (const { runId, done } of open) {
    const samples = watch.samples.get(runId) ?? []
    samples.push({ at: now, done })
    while (samples.length > 1 && now - samples[0]!.at > PACE_OVER) samples.shift()
    watch.samples.set(runId, samples)
  }
  const before = new Map([...watch.open, ...newer.map(run => [run.runId, run.connectorId] as const)])
  watch.open = new Map(open.map(run => [run.runId, run.connectorId]))
  watch.newest = Math.max(watch.newest, ...before.keys())
  for (const runId of watch.samples.keys()) if (!watch.open.has(runId)) watch.samples.delete(runId)
  const ended = [...before].filter(([runId]) => !watch.open.has(runId))
  return { runs, ended: ended.map(([runId, connectorId]) => ({ runId, connectorId })) }
}

/** Begins with how things stand; a listener that is slow misses steps in between, but no end. */
async function* progressEvents(ground: Ground, signal: AbortSignal): AsyncGenerator<Event> {
  const watch = watchOf(ground)
  const now = await readProgress(ground.database)
  let next: Event | null = { runs: now.map(run => withPace(ground, run)), ended: [] }
  let wake = () => {}
  const listen = (event: Event) => {
    next = { runs: event.runs, ended: [...(next?.ended ?? []), ...event.ended] }
    wake()
  }
  const stop = () => wake()
  watch.listeners.add(listen)
  signal.addEventListener('abort', stop, { once: true })
  void poll(ground, watch)
  try {
    while (!signal.aborted) {
      const event: Event | null = next
      next = null
      if (event) yield event
      else
        await new Promise<void>(resolve => {
          wake = resolve
          if (next !== null || signal.aborted) resolve()
        })
    }
  } finally {
    watch.listeners.delete(listen)
    signal.removeEventListener('abort', stop)
  }
}

export const progressRoutes = [
  route({
    method: 'get',
    path: '/connectors/events',
    id: 'watchProgress',
    tag: 'Connectors',
    summary: 'The imports under way, once a second while something moves',
    access: ['View-Only Configuration', 'Mailbox Import Export'],
    answer: events(ProgressEvent),
    work: async ({ ground, signal }) => progressEvents(ground, signal),
  }),
] as const
