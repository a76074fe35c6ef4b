/**
 * How quickly an export is made, from its request to the package being ready, and what memory the worker that makes it
 * needs: lists, report, proofs and all. One worker process, as `serve` starts it.
 */
import { startWorking } from '../src/cli/working.ts'
import { systemClock } from '../src/clock.ts'
import { type ExportFormat, getExport, removeExport, requestExport } from '../src/export/export.ts'
import type { Ground } from '../src/ground.ts'
import { SYSTEM } from '../src/identity/identity.ts'
import { childrenOf, commandLine, cpuSeconds, peakMebibytes } from './measure.ts'

export type ExportFigures = {
  readonly format: ExportFormat
  readonly items: number
  readonly seconds: number
  readonly itemsPerSecond: number
  /** Bytes of the package. */
  readonly bytes: number
  /** CPU seconds of the worker for 1,000 items. */
  readonly cpu: number
  /** MiB that the worker had resident at most. */
  readonly peak: number
}

const POLL = 50

/** Exports everything in each of these formats. */
export async function measureExport(
  ground: Ground,
  formats: readonly ExportFormat[],
): Promise<ExportFigures[]> {
  const figures: ExportFigures[] = []
  for (const format of formats) figures.push(await exportAll(ground, format))
  return figures
}

/** With a worker of its own, so that its memory is what this export needed. */
async function exportAll(ground: Ground, format: ExportFormat): Promise<ExportFigures> {
  const working = await startWorking(ground, 1)
  try {
    const worker = await workerOf()
    await systemClock.sleep(1500)
    const [cpuBefore, startedAt] = [cpuSeconds(worker, false), systemClock.now()]
    const { exportId } = await requestExport(ground, working.queue, SYSTEM, {
      name: '',
      source: {
        query: 'kind:externaldata',
        runId: null,
        mailboxIds: null,
        connectorIds: null,
        folders: null,
      },
      format,
      timeZone: 'Europe/London',
      context: { type: 'none' },
      duplicates: 'suppressed',
      natives: true,
      encryption: null,
      destination: 'download',
      expiresInDays: 1,
    })
    for (;;) {
      const made = await getExport(ground, SYSTEM, exportId)
      if (made.state === 'ready') {
        const seconds = (systemClock.now() - startedAt) / 1000
        const items = made.counts.matched.exported
        const cpu = cpuSeconds(worker, false) - cpuBefore
        const [peak = 0] = peakMebibytes([worker])
        await removeExport(ground, SYSTEM, exportId)
        return {
          format,
          items,
          seconds,
          itemsPerSecond: items / seconds,
          bytes: made.packageSize ?? 0,
          cpu: (cpu / Math.max(1, items)) * 1000,
          peak,
        }
      }
      if (made.state === 'failed') throw new Error(`${made.error?.code}: ${made.error?.message}`)
      await systemClock.sleep(POLL)
    }
  } finally {
    await working.stop()
  }
}

async function workerOf(): Promise<number> {
  for (;;) {
    const worker = childrenOf(process.pid).find(pid => commandLine(pid).includes('main.ts\0worker'))
    if (worker) return worker
    await systemClock.sleep(POLL)
  }
}
