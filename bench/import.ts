/** One import from the running stand-in site, end to end: HTTP, staging, sealing, mapping, filing, search, audit. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServing } from '../src/cli/serving.ts'
import { type StandInSite, startStandInSite } from '../src/cli/stand-in-site.ts'
import { systemClock } from '../src/clock.ts'
import { readConfig } from '../src/config.ts'
import {
  addConnector,
  type Connector,
  findProduct,
  parseSchedule,
  probeSite,
} from '../src/connector/connector.ts'
import { importDirectory } from '../src/directory/directory.ts'
import type { Ground } from '../src/ground.ts'
import { SYSTEM } from '../src/identity/identity.ts'
import { getRun, nextWindow, type Run, requestRun } from '../src/pipeline/pipeline.ts'
import type { Queue } from '../src/queue/queue.ts'
import { createArchive } from '../src/upkeep/upkeep.ts'
import { childrenOf, commandLine, cpuSeconds, folderBytes, parentOf, peakMebibytes } from './measure.ts'

export type ImportFigures = {
  readonly items: number
  readonly seconds: number
  readonly itemsPerSecond: number
  /** CPU seconds for 1,000 items, by who used them. */
  readonly cpu: {
    readonly site: number
    readonly workers: number
    readonly serving: number
    readonly database: number
  }
  /** MiB, by process: workers, then the serving process. */
  readonly peak: { readonly workers: readonly number[]; readonly serving: number }
  readonly bytesPerItem: { readonly objects: number; readonly database: number }
}

export type Imported = { readonly figures: ImportFigures; readonly ground: Ground; close(): Promise<void> }

const POLL = 100

/** Imports `items` small items of both networks into a new archive, which stays open for what is measured next. */
export async function measureImport(items: number, workers: number, people: number): Promise<Imported> {
  const closers: Closer[] = []
  try {
    return await importInto(closers, items, workers, people)
  } catch (error) {
    for (const close of closers.reverse()) await close().catch(() => {})
    throw error
  }
}

type Closer = () => Promise<void>

/** What it opens, it tells `closers` of. */
async function importInto(
  closers: Closer[],
  items: number,
  workers: number,
  people: number,
): Promise<Imported> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const config = readConfig({ dataFolder: folder, logLevel: 'error', listen: '127.0.0.1:0' })
  const peopleFile = join(folder, 'people.csv')
  const site = await startSite(items, people, 1, peopleFile)
  closers.push(() => site.stop())
  const ground = await createArchive(config, { organisation: 'Bench', demonstration: true }, SYSTEM)
  closers.push(() => ground.close())
  const csv = await readFile(peopleFile)
  await ground.database.transaction(tx => importDirectory(tx, ground.keyring, ground.clock, 'bench', csv))
  const serving = await startServing(ground, workers)
  closers.push(() => serving.stop())
  const connectors = await connect(ground, site)
  const [backend] = await ground.database.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = parentOf(backend!.pid)
  const siteProcess = childrenOf(process.pid).find(pid => commandOf(pid).includes('telemessage-site')) ?? 0
  const workerProcesses = childrenOf(process.pid).filter(pid => commandOf(pid).includes('main.ts worker'))
  const cpu = () => ({
    site: cpuSeconds(siteProcess, false),
    workers: workerProcesses.reduce((all, pid) => all + cpuSeconds(pid, false), 0),
    serving: cpuSeconds(process.pid, false),
    database: cpuSeconds(postmaster, true),
  })
  await systemClock.sleep(1500)
  const before = cpu()
  const startedAt = systemClock.now()
  const imported = await backFill(ground, serving.queue, site, connectors)
  const seconds = (systemClock.now() - startedAt) / 1000
  const after = cpu()
  const [database] = await ground.database.query<{ bytes: number }>(
    'select pg_database_size(current_database()) as bytes',
  )
  const perThousand = (name: keyof typeof before) => ((after[name] - before[name]) / imported) * 1000
  const figures: ImportFigures = {
    items: imported,
    seconds,
    itemsPerSecond: imported / seconds,
    cpu: {
      site: perThousand('site'),
      workers: perThousand('workers'),
      serving: perThousand('serving'),
      database: perThousand('database'),
    },
    peak: { workers: peakMebibytes(workerProcesses), serving: peakMebibytes([process.pid])[0] ?? 0 },
    bytesPerItem: {
      objects: folderBytes(join(folder, 'objects')) / imported,
      database: (database?.bytes ?? 0) / imported,
    },
  }
  await serving.stop()
  await site.stop()
  return {
    figures,
    ground,
    close: async () => {
      await ground.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Another import into an archive that is there, from a site of its own, while `meanwhile` works until it is aborted. */
export async function importMore(
  ground: Ground,
  items: number,
  workers: number,
  people: number,
  seed: number,
  meanwhile: (queue: Queue, ended: AbortSignal) => Promise<void>,
): Promise<{ items: number; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  const site = await startSite(items, people, seed, join(folder, 'people.csv'))
  const serving = await startServing(ground, workers)
  try {
    const connectors = await connect(ground, site)
    await systemClock.sleep(1500)
    const startedAt = systemClock.now()
    const ended = new AbortController()
    const working = meanwhile(serving.queue, ended.signal)
    const imported = await backFill(ground, serving.queue, site, connectors)
    const seconds = (systemClock.now() - startedAt) / 1000
    ended.abort()
    await working
    return { items: imported, seconds }
  } finally {
    await serving.stop()
    await site.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Small items of thirty days, which are the same for a seed; the people go into a file. */
function startSite(items: number, people: number, seed: number, peopleFile: string): Promise<StandInSite> {
  const amounts = [
    '--items',
    String(items),
    '--people',
    String(people),
    '--days',
    '30',
    '--seed',
    String(seed),
  ]
  return startStandInSite([...amounts, '--plain', '--port', '0', '--directory', peopleFile])
}

/** A connector to each of the site's two networks. */
async function connect(ground: Ground, site: StandInSite): Promise<Connector[]> {
  const connectors: Connector[] = []
  for (const id of ['enterprise-number', 'o2']) {
    const place = {
      sourceKind: 'site' as const,
      location: site.url,
      username: site.username,
      password: site.password,
      itemSizeMax: ground.config.itemSizeMax,
    }
    const account = await probeSite(ground, place, findProduct(id), AbortSignal.timeout(30_000))
    connectors.push(
      await addConnector(ground, SYSTEM, {
        ...place,
        product: id,
        name: id,
        accountId: account.accountId,
        automaticMapping: true,
        defaultRegion: 'GB',
        domains: [site.organisation.domain],
        schedule: parseSchedule('daily'),
      }),
    )
  }
  return connectors
}

/** All that is on the site, to the end; returns how many items were read. */
async function backFill(
  ground: Ground,
  queue: Queue,
  site: StandInSite,
  connectors: readonly Connector[],
): Promise<number> {
  const runs: number[] = []
  for (const connector of connectors) {
    const window = { from: site.from, to: nextWindow(connector, new Date(ground.clock.now())).to }
    runs.push((await requestRun(ground, queue, SYSTEM, connector, 'back-fill', window)).runId)
  }
  const ended = await untilEnded(ground, runs)
  const wrong = ended.find(run => run.status !== 'complete')
  if (wrong) throw new Error(`run ${wrong.runId} is ${wrong.status}: ${wrong.errorMessage}`)
  return ended.reduce((all, run) => all + run.counts.itemsRead, 0)
}

async function untilEnded(ground: Ground, runIds: readonly number[]): Promise<Run[]> {
  for (;;) {
    const runs = await Promise.all(runIds.map(runId => getRun(ground.database, runId)))
    if (runs.every(run => ['complete', 'incomplete', 'failed'].includes(run.status))) return runs
    await systemClock.sleep(POLL)
  }
}

function commandOf(pid: number): string {
  return commandLine(pid).replaceAll('\0', ' ')
}
