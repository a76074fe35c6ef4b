/**
 * Databases for tests: real PostgreSQL, one server for a whole run (test/run.ts starts it and passes its address in
 * HOLDFAST_TEST_SERVER) or, for a test file run alone, one for that process. Each test has a database of its own,
 * cloned from a template with all migrations and queues, and dropped afterwards.
 */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { after } from 'node:test'
import { systemClock } from '../clock.ts'
import {
  type Database,
  MIGRATIONS,
  migrate,
  openDatabase,
  PROGRAM_ROLE,
  type ScratchServer,
  startScratchServer,
} from '../database/database.ts'
import { createQueues } from '../queue/queue.ts'

const TEMPLATE = 'holdfast_template'

/** The names of the queues in the template. */
export const TEST_QUEUES = [
  'collect',
  'file',
  'reconcile',
  'replay',
  'attachment-text',
  'search-run',
  'export',
  'hold-evaluation',
  'retention-evaluation',
  'label-query',
  'disposition',
  'erasure',
  'in-place-archive',
  'schedule',
] as const

/** What of a test or suite context is needed. */
type Context = { after(work: () => Promise<void>): void }

export type TestUrls = { readonly programUrl: string; readonly ownerUrl: string }
export type TestDatabase = TestUrls & { readonly database: Database }

function urlOf(serverUrl: string, role: 'owner' | 'program', database: string): string {
  const url = new URL(serverUrl)
  if (role === 'program') url.username = PROGRAM_ROLE
  url.pathname = `/${database}`
  return url.href
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const server = await openDatabase(serverUrl, { connectionsMax: 1 })
  await server.execute(statement).finally(() => server.close())
}

/** Starts a server with the template. `url` goes into HOLDFAST_TEST_SERVER of the test processes. */
export async function startTestServer(): Promise<ScratchServer> {
  const server = await startScratchServer(tmpdir())
  try {
    await onServer(server.url, `create database ${TEMPLATE}`)
    await migrate(urlOf(server.url, 'owner', TEMPLATE), PROGRAM_ROLE, MIGRATIONS, systemClock)
    await createQueues(urlOf(server.url, 'owner', TEMPLATE), TEST_QUEUES)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

let own: Promise<ScratchServer> | undefined
let server: Promise<Database> | undefined

/** Removes the databases of tests that are over. Hooks run in the order of their making, so a test's own come later. */
const leftOver = new Set<() => Promise<void>>()

async function clean(): Promise<void> {
  const works = [...leftOver]
  leftOver.clear()
  for (const work of works) await work()
}

// At the root of the test file that imports this module, so it runs after its last test. In test/run.ts, which only
// starts the server, a hook would print a summary of no tests.
if (process.argv[1]?.endsWith('.test.ts')) {
  after(async () => {
    await clean()
    await (await server?.catch(() => undefined))?.close()
    await (await own?.catch(() => undefined))?.stop()
  })
}

async function openServer(): Promise<Database> {
  const given = process.env.HOLDFAST_TEST_SERVER
  if (!given) own ??= startTestServer()
  return openDatabase(given ?? (await own!).url, { connectionsMax: 2 })
}

async function makeDatabase(t: Context, source: string, close?: () => Promise<void>): Promise<TestUrls> {
  server ??= openServer()
  const { url, execute } = await server
  await clean()
  const name = `test_${randomBytes(8).toString('hex')}`
  // Copying files is faster than logging their pages when nothing is flushed to the disk.
  await execute(`create database ${name} template ${source} strategy file_copy`)
  const remove = async () => {
    await close?.()
    await execute(`drop database if exists ${name} with (force)`)
  }
  t.after(async () => {
    leftOver.add(remove)
  })
  return { programUrl: urlOf(url, 'program', name), ownerUrl: urlOf(url, 'owner', name) }
}

/** A database with nothing in it, for tests of migrations. */
export function emptyDatabase(t: Context): Promise<TestUrls> {
  return makeDatabase(t, 'template0')
}

/** A database with all migrations and queues, opened as the program's role; closed and dropped some time after the test. */
export async function testDatabase(t: Context): Promise<TestDatabase> {
  let database: Database | undefined
  const urls = await makeDatabase(t, TEMPLATE, async () => database?.close())
  database = await openDatabase(urls.programUrl)
  return { ...urls, database }
}
