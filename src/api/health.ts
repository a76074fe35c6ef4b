/** Whether the archive can do its work, and its figures for Prometheus: guarded, or on a loopback listener of its own. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { z } from 'zod'
import type { Ground } from '../ground.ts'
import { archiveMetrics } from '../upkeep/upkeep.ts'
import { download, route } from './route.ts'

const Readiness = z
  .object({ status: z.enum(['ready', 'not-ready']), database: z.boolean(), storage: z.boolean() })
  .meta({ id: 'Readiness' })

export const healthRoutes = [
  route({
    method: 'get',
    path: '/readyz',
    id: 'getReadiness',
    tag: 'Health',
    summary: 'Whether database and storage answer',
    access: ['View-Only Configuration', 'Organization Configuration'],
    answer: Readiness,
    work: ({ ground }) => readiness(ground),
  }),
  route({
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'Health',
    summary: 'Figures of the archive and of this process, in the text format of Prometheus',
    access: ['View-Only Configuration', 'Organization Configuration'],
    answer: download('text/plain; version=0.0.4; charset=utf-8'),
    work: async ({ ground }) => ({
      fileName: 'metrics.txt',
      disposition: 'inline' as const,
      chunks: await metricsText(ground),
    }),
  }),
] as const

/** Asks the database and the storage for something small. */
export async function readiness(ground: Ground): Promise<z.infer<typeof Readiness>> {
  const answers = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false,
    )
  const [database, storage] = await Promise.all([
    answers(ground.database.query('select 1 as one')),
    answers(ground.storage.list('checkpoints/')[Symbol.asyncIterator]().next()),
  ])
  return { status: database && storage ? 'ready' : 'not-ready', database, storage }
}

const registry = new Registry()
let prepared = false

/** The figures as text. */
export async function metricsText(ground: Ground): Promise<string> {
  if (!prepared) {
    prepared = true
    collectDefaultMetrics({ register: registry, prefix: 'holdfast_' })
  }
  for (const { name, help, value, labels } of await archiveMetrics(ground)) {
    const known = registry.getSingleMetric(name)
    const gauge =
      known instanceof Gauge
        ? known
        : new Gauge({ name, help, registers: [registry], labelNames: Object.keys(labels) })
    gauge.set(labels, value)
  }
  return registry.metrics()
}
