/**
 * `holdfast demo`, which is `npm start`: a whole archive at work on one machine, with an invented organisation's
 * traffic from the stand-in TeleMessage site. It imports, says what it did and whether the sums add up, and serves.
 */
import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import {
  addConnector,
  type Connector,
  editConnector,
  findProduct,
  importCustomMapping,
  listConnectors,
  parseSchedule,
  probeSite,
} from '../connector/connector.ts'
import { importDirectory } from '../directory/directory.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import { type Ground, openGround } from '../ground.ts'
import { type Actor, consoleActor } from '../identity/identity.ts'
import { listMappingEntries } from '../mapping/mapping.ts'
import { getRun, listRuns, nextWindow, type Run, requestRun } from '../pipeline/pipeline.ts'
import { createArchive } from '../upkeep/upkeep.ts'
import { prepareDemonstrationPeople, type SignIn } from './demo-people.ts'
import { integerFlag } from './flags.ts'
import { configOf } from './ground-of.ts'
import { type Watched, watchRuns } from './progress.ts'
import type { Serving } from './serving.ts'
import { type StandInSite, startStandInSite } from './stand-in-site.ts'
import { printStatement } from './statement.ts'
import { print, say, untilStopped } from './terminal.ts'

const PRODUCTS = ['enterprise-number', 'o2'] as const
/** What a shell says of a command that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130
/** The demonstration's traffic is the same on every machine. */
const SEED = 7

type Options = { once?: boolean; people: string; days: string; workers?: string }

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description(
      'a demonstration: an invented organisation’s traffic, imported from a stand-in TeleMessage site',
    )
    .option('--once', 'end after the report; exit code 0 only if all sums add up')
    .option('--people <count>', 'people of the organisation', '60')
    .option('--days <count>', 'days of traffic', '14')
    .option('--workers <count>', 'worker processes (default: one for each processor)')
    .addHelpText('after', '\nExamples:\n  npm start\n  npm start -- --once')
    .action(async (options: Options, command: Command) => {
      const config = configOf(command, { workers: options.workers })
      const csv = {
        directory: join(config.dataFolder, 'people.csv'),
        mapping: join(config.dataFolder, 'mapping.csv'),
      }
      say(`Holdfast demonstration. Data folder: ${config.dataFolder}`)
      const stopped = untilStopped()
      const ground = await openDemonstration(config)
      let site: StandInSite | null = null
      let serving: Serving | null = null
      try {
        say('Starting the stand-in TeleMessage site …')
        const traffic = [
          '--people',
          String(integerFlag('--people', options.people)),
          '--days',
          String(integerFlag('--days', options.days)),
        ]
        site = await startStandInSite([
          ...traffic,
          '--seed',
          String(SEED),
          '--port',
          '0',
          '--directory',
          csv.directory,
          '--mapping',
          csv.mapping,
        ])
        const { owner: actor, signIns } = await prepareDemonstrationPeople(ground, consoleActor())
        const connectors = await prepareConnectors(ground, actor, site, csv)
        for (const file of Object.values(csv)) await rm(file, { force: true })
        serving = await serveSomewhere(ground, config.workers)
        printPortal(serving, signIns)
        const runs = await importAll(ground, serving, actor, site, connectors, stopped)
        if (!runs) {
          process.exitCode = EXIT_INTERRUPTED
          return
        }
        await serving.sequencer.flush()
        const complete = report(ground, connectors, runs)
        if (options.once) {
          if (!complete) throw new HoldfastError('RUN_INCOMPLETE', 'not every sum adds up')
          return
        }
        printCommands(config)
        printPortal(serving, signIns)
        printSite(site)
        say('Serving until Ctrl-C; new traffic is imported every 15 minutes.')
        await stopped
      } finally {
        if (serving && !options.once) say('Stopping …')
        try {
          await serving?.stop()
          await site?.stop()
        } finally {
          await ground.close()
        }
      }
    })
}

async function openDemonstration(config: Config): Promise<Ground> {
  try {
    say(config.databaseUrl === null ? 'Starting the embedded PostgreSQL …' : 'Opening the database …')
    const ground = await openGround(config, { mode: 'own' })
    if (ground.archive.demonstration) return ground
    await ground.close()
    throw new HoldfastError(
      'ARCHIVE_EXISTS',
      `the archive in ${config.dataFolder} is a real one, no demonstration`,
    )
  } catch (error) {
    if (!hasCode(error, 'ARCHIVE_MISSING')) throw error
    say('Making the archive and its keys …')
    return createArchive(
      config,
      { organisation: 'Kestrel Harbour Trading', demonstration: true },
      consoleActor(),
    )
  }
}

type CsvFiles = { readonly directory: string; readonly mapping: string }

async function prepareConnectors(
  ground: Ground,
  actor: Actor,
  site: StandInSite,
  csv: CsvFiles,
): Promise<Connector[]> {
  const connectors: Connector[] = []
  // The stand-in has another port at each start.
  for (const connector of await listConnectors(ground.database)) {
    if (connector.status === 'draft' || connector.sourceKind !== 'site') continue
    connectors.push(
      await editConnector(ground, actor, connector.connectorId, {
        location: site.url,
        password: site.password,
      }),
    )
  }
  // A first start that was killed may have added none of them, or one. One that somebody removed stays removed.
  const known = await ground.database.query<{ product: string }>('select distinct product from connector')
  const missing = PRODUCTS.filter(id => !known.some(({ product }) => product === id))
  if (missing.length > 0) {
    const people = await readFile(csv.directory)
    await ground.database.transaction(tx =>
      importDirectory(tx, ground.keyring, ground.clock, actor.name, people),
    )
  }
  for (const id of missing) {
    const place = {
      sourceKind: 'site' as const,
      location: site.url,
      username: site.username,
      password: site.password,
      itemSizeMax: ground.config.itemSizeMax,
    }
    const product = findProduct(id)
    const account = await probeSite(ground, place, product, AbortSignal.timeout(30_000))
    const connector = await addConnector(ground, actor, {
      ...place,
      product: id,
      name: product.name,
      accountId: account.accountId,
      automaticMapping: true,
      defaultRegion: 'GB',
      domains: [site.organisation.domain],
      schedule: parseSchedule('every 15 minutes'),
    })
    connectors.push(connector)
  }
  for (const connector of connectors)
    if ((await listMappingEntries(ground.database, connector.connectorId)).length === 0)
      await importCustomMapping(ground, actor, connector.connectorId, await readFile(csv.mapping))
  return connectors
}

async function importAll(
  ground: Ground,
  serving: Serving,
  actor: Actor,
  site: StandInSite,
  connectors: readonly Connector[],
  stopped: Promise<void>,
): Promise<Run[] | null> {
  const watched: Watched[] = []
  for (const connector of connectors) {
    if (connector.status !== 'active') continue
    const next = nextWindow(connector, new Date(ground.clock.now()))
    // The first run takes all of the stand-in's traffic.
    const window = connector.collectedUntil === null ? { from: site.from, to: next.to } : next
    const run = await requestOrJoin(ground, serving, actor, connector, window)
    watched.push({ runId: run.runId, name: connector.name, expected: null })
  }
  const stopping = new AbortController()
  void stopped.then(() => stopping.abort())
  const runs = await watchRuns(ground, watched, stopping.signal)
  return stopping.signal.aborted ? null : runs
}

/** A run that an earlier start left under way goes on; it is not asked for twice. */
async function requestOrJoin(
  ground: Ground,
  serving: Serving,
  actor: Actor,
  connector: Connector,
  window: { from: Date; to: Date },
): Promise<Run> {
  try {
    return await requestRun(ground, serving.queue, actor, connector, 'manual', window)
  } catch (error) {
    if (!hasCode(error, 'RUN_OPEN')) throw error
    const [open] = await listRuns(ground.database, { connectorId: connector.connectorId, limit: 1 })
    return getRun(ground.database, open!.runId)
  }
}

function report(ground: Ground, connectors: readonly Connector[], runs: readonly Run[]): boolean {
  for (const run of runs) {
    const connector = connectors.find(each => each.connectorId === run.connectorId)
    print()
    printStatement(connector?.name ?? '', run, ground.archive.demonstration)
  }
  print()
  return runs.every(run => run.status === 'complete')
}

/** Serves where the configuration says; where something else listens there, on a free port. */
async function serveSomewhere(ground: Ground, workers: number): Promise<Serving> {
  const { startServing } = await import('./serving.ts')
  try {
    return await startServing(ground, workers)
  } catch (error) {
    if (!hasCode(error, 'LISTEN_TAKEN')) throw error
    say(`${error.message}; a free port is taken instead.`)
    return startServing({ ...ground, config: { ...ground.config, listen: '127.0.0.1:0' } }, workers)
  }
}

function printPortal(serving: Serving, signIns: readonly SignIn[]): void {
  print(`Portal: ${serving.url}`)
  for (const { username, password, may } of signIns)
    print(`  sign in as ${username.padEnd(15)} password ${password}   (${may})`)
  if (signIns.length > 0) print('  Each password is shown this once and is changed at the first sign-in.')
  else print('  Forgot a password? bin/holdfast person reset-password administrator')
  print()
}

/** What the wizard asks for, to try it with. */
function printSite(site: StandInSite): void {
  print('The stand-in TeleMessage site, for the wizard of Data connectors:')
  print(`  site ${site.url}   user name ${site.username}   password ${site.password}`)
  print()
}

function printCommands(config: Config): void {
  const data = config.dataFolder === resolve('data') ? '' : `--data ${config.dataFolder} `
  print('Try next, in another terminal:')
  for (const words of [
    'status',
    'search lunch',
    `search '"call my personal phone"'`,
    'unmapped list',
    'mailbox list',
    'run show 1',
    'verify',
    'fsck',
  ])
    print(`  bin/holdfast ${data}${words}`)
  print()
}
