/**
 * A whole archive for tests: a data folder and a database of its own, keys, people, connectors to a stand-in site,
 * workers in this process or as processes of their own, and the command line. What it opens it closes after the test.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Site } from '../../telemessage-site/telemessage-site.ts'
import type { LogReport } from '../audit/audit.ts'
import { openSequencer } from '../cli/sequencer.ts'
import { startWholeWorker } from '../cli/worker.ts'
import { type Clock, systemClock } from '../clock.ts'
import { type Config, readConfig } from '../config.ts'
import {
  addConnector,
  type Connector,
  importCustomMapping,
  type NewConnector,
  parseSchedule,
} from '../connector/connector.ts'
import { importDirectory } from '../directory/directory.ts'
import { type Ground, openGround } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { brokenSums, getRun, type Run, requestRun, type Worker } from '../pipeline/pipeline.ts'
import { openQueue, type Queue } from '../queue/queue.ts'
import { checkEverything, createArchive, verifyArchive } from '../upkeep/upkeep.ts'
import { testDatabase } from './database.ts'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = join(ROOT, 'src', 'main.ts')
const ACTOR: Actor = Object.freeze({ name: 'person:tester', breakGlass: false, roles: null })
const ENDED = ['complete', 'incomplete', 'failed']

type Context = { after(work: () => Promise<void>): void }
export type Window = { readonly from: number; readonly to: number }
export type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string }

export type TestArchive = {
  readonly folder: string
  readonly config: Config
  readonly ground: Ground
  readonly actor: Actor
  /** What a process of this archive needs in its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** In this process; stopped after the test. */
  work(): Promise<Worker>
  /** `holdfast worker` as a process of its own. */
  spawnWorker(): ChildProcess
  addPeople(csv: string): Promise<void>
  addConnector(
    site: Pick<Site, 'url' | 'account'>,
    product: string,
    change?: Partial<NewConnector>,
  ): Promise<Connector>
  addMapping(connector: Connector, csv: string): Promise<void>
  /** Asks for a run of this window (a back-fill). */
  request(connector: Connector, window: Window): Promise<Run>
  /** Waits until the run has ended. */
  ended(run: Run, patience?: number): Promise<Run>
  /** A run from its request to its end. */
  run(connector: Connector, window: Window): Promise<Run>
  queue(): Promise<Queue>
  /** A command on this archive, as a process. */
  command(words: readonly string[], input?: string): Promise<Answer>
  /** Puts every audit entry under a checkpoint. */
  seal(): Promise<void>
  verify(options?: { publicKey?: string; earlierCheckpoint?: string }): Promise<LogReport>
  /** Closes what is open here, so that other processes have it to themselves; done after the test in any case. */
  close(): Promise<void>
}

export type ArchiveOptions = {
  readonly clock?: Clock
  readonly demonstration?: boolean
  readonly pageItems?: number
  /** A connection string: objects go there, not to files. */
  readonly azureStorage?: string
  /** On an embedded server of its own, as `holdfast init` makes it. */
  readonly embedded?: boolean
}

const folders: string[] = []

// Registered at the root of the test file that imports this module: what a test has open there is closed by then.
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** A folder of the test's own, removed when the file's last test is over. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  folders.push(folder)
  return folder
}

/** Makes an archive on a database of the test's own. */
export async function testArchive(t: Context, options: ArchiveOptions = {}): Promise<TestArchive> {
  const urls = options.embedded ? null : await testDatabase(t)
  const folder = await testFolder()
  // The server's user must be able to enter, or root's cluster would lie outside and stay there.
  if (!urls) await chmod(folder, 0o755)
  const environment = {
    HOLDFAST_DATA: folder,
    ...(urls ? { DATABASE_URL: urls.programUrl, DATABASE_OWNER_URL: urls.ownerUrl } : {}),
    HOLDFAST_LOG_LEVEL: 'silent',
    // Any free port: test files run beside each other.
    HOLDFAST_LISTEN: '127.0.0.1:0',
    ...(options.azureStorage ? { HOLDFAST_AZURE_STORAGE: options.azureStorage } : {}),
    ...(options.pageItems ? { HOLDFAST_PAGE_ITEMS: String(options.pageItems) } : {}),
  }
  const config = readConfig({}, environment)
  const ground = await createArchive(
    config,
    { organisation: 'Test Trading', demonstration: options.demonstration ?? true },
    ACTOR,
    options.clock ?? systemClock,
  )
  return archiveOn(t, config, environment, ground)
}

/** The archive that another process made in this folder. */
export async function openTestArchive(
  t: Context,
  environment: Readonly<Record<string, string>>,
): Promise<TestArchive> {
  const config = readConfig({}, environment)
  return archiveOn(t, config, environment, await openGround(config, { mode: 'attach-or-own' }))
}

function archiveOn(
  t: Context,
  config: Config,
  environment: Readonly<Record<string, string>>,
  ground: Ground,
): TestArchive {
  const folder = config.dataFolder
  const closers: (() => Promise<void>)[] = [() => ground.close()]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  t.after(close)
  let queue: Promise<Queue> | undefined
  const archive: TestArchive = {
    folder,
    config,
    ground,
    actor: ACTOR,
    environment,
    work: async () => {
      const worker = await startWholeWorker(ground)
      closers.push(() => worker.stop())
      return worker
    },
    spawnWorker: () => {
      const child = startProgram(['worker'], environment)
      closers.push(() => endProgram(child))
      return child
    },
    addPeople: async csv => {
      await ground.database.transaction(tx =>
        importDirectory(tx, ground.keyring, ground.clock, ACTOR.name, Buffer.from(csv)),
      )
    },
    addConnector: (site, product, change = {}) =>
      addConnector(ground, ACTOR, {
        product,
        name: product,
        sourceKind: 'site',
        location: site.url,
        accountId: 'ACCOUNT-1',
        username: site.account.username,
        password: site.account.password,
        automaticMapping: true,
        defaultRegion: 'GB',
        domains: ['kestrel-harbour.example'],
        schedule: parseSchedule('daily 02:00 UTC'),
        itemSizeMax: config.itemSizeMax,
        ...change,
      }),
    addMapping: async (connector, csv) => {
      await importCustomMapping(ground, ACTOR, connector.connectorId, Buffer.from(csv))
    },
    queue: async () => {
      queue ??= openQueue(ground.database, { log: ground.log }).then(opened => {
        closers.push(() => opened.stop({ graceful: false }))
        return opened
      })
      return queue
    },
    request: async (connector, window) =>
      requestRun(ground, await archive.queue(), ACTOR, connector, 'back-fill', {
        from: new Date(window.from),
        to: new Date(window.to),
      }),
    ended: (run, patience = 60_000) => runEnded(ground, run.runId, patience),
    run: async (connector, window) => archive.ended(await archive.request(connector, window)),
    command: (words, input) => runCommand(words, environment, input),
    seal: async () => {
      const sequencer = openSequencer(ground)
      await sequencer.flush()
      await sequencer.stop()
    },
    verify: options =>
      verifyArchive(ground, {
        publicKey: options?.publicKey ?? null,
        earlierCheckpoint: options?.earlierCheckpoint ?? null,
      }),
    close,
  }
  return archive
}

/** Waits for the end of a run; fails, saying where it stands, when it takes longer than `patience` ms. */
export async function runEnded(ground: Ground, runId: number, patience: number): Promise<Run> {
  const until = systemClock.now() + patience
  for (;;) {
    const run = await getRun(ground.database, runId)
    if (ENDED.includes(run.status)) return run
    if (systemClock.now() > until)
      assert.fail(
        `run ${runId} is still ${run.status} (${run.errorCode}: ${run.errorMessage}), ${run.batchesFiled} of ${run.batches} batches filed`,
      )
    await wait(25)
  }
}

/** Fails unless the run is complete and both its sums add up. */
export function assertComplete(run: Run): void {
  assert.equal(run.status, 'complete', `${run.errorCode}: ${run.errorMessage}`)
  assert.deepEqual(brokenSums(run.counts, run.sourceCount ?? -1), [])
}

/** Fails, naming what was found, unless fsck and verify find nothing. */
export async function assertSound(archive: TestArchive): Promise<void> {
  await archive.seal()
  const { findings } = await checkEverything(archive.ground)
  assert.deepEqual(
    findings.filter(finding => finding.broken),
    [],
  )
  assert.deepEqual((await archive.verify()).findings, [])
}

/** Starts `node src/main.ts` in a process group of its own; what it says on stderr is kept for a failure's message. */
export function startProgram(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess & { said: string } {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  }) as ChildProcess & { said: string }
  child.said = ''
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    child.said = `${child.said}${chunk}`.slice(-1_000_000)
  })
  return child
}

/** Ends a process that is still there, in order. */
export async function endProgram(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill(signal)
  await ended
}

/** Runs a command to its end: src/main.ts itself, since bin/holdfast would only start Node once more. */
export async function runCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
  program = MAIN,
): Promise<Answer> {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: 'pipe',
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>(resolve => child.once('exit', exit => resolve(exit ?? -1))),
  ])
  return { code, stdout, stderr }
}
