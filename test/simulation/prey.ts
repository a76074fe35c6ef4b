/** An archive served by real processes, any of which can be killed: a worker, the server of it all, PostgreSQL, or all. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { attachEmbedded, type Database, openDatabase } from '../../src/database/database.ts'
import { endProgram, startProgram } from '../../src/testing/archive.ts'

export const VICTIMS = ['worker', 'workers', 'serve', 'postgres', 'everything'] as const
export type Victim = (typeof VICTIMS)[number]

export type Prey = {
  /** Kills, and starts again what an operator's supervisor would: `serve` alone. Everything else mends itself. */
  kill(victim: Victim): Promise<void>
  /** Asks the database, waiting while it is away. */
  ask<Row extends Record<string, unknown>>(text: string): Promise<Row[]>
  /** What `serve` said on stderr since its last start. */
  said(): string
  stop(): Promise<void>
}

const PATIENCE = 30_000

/** Starts `holdfast serve --workers 2` on the data folder of `environment`. */
export async function startPrey(environment: Readonly<Record<string, string>>): Promise<Prey> {
  const folder = environment.HOLDFAST_DATA!
  const start = () => startProgram(['serve', '--workers', '2'], environment)
  let serve = start()
  const processes = new Set<number>()
  let database: Database | null = null

  const ask = async <Row extends Record<string, unknown>>(text: string): Promise<Row[]> => {
    const until = performance.now() + PATIENCE
    for (;;) {
      try {
        if (!database) {
          const urls = await attachEmbedded(folder)
          if (!urls) throw new Error(`nobody serves ${folder}: ${serve.said}`)
          database = await openDatabase(urls.programUrl, { connectionsMax: 1 })
        }
        return await database.query<Row>(text)
      } catch (error) {
        await database?.close().catch(() => {})
        database = null
        if (performance.now() > until) throw error
        await wait(100)
      }
    }
  }

  await ask('select 1')
  return {
    ask,
    said: () => serve.said,
    kill: async victim => {
      const family = descendants(serve.pid!)
      const server = await postmasterOf(folder)
      const servers = server === null ? [] : [server, ...descendants(server)]
      const workers = family.filter(pid => !servers.includes(pid))
      for (const pid of [serve.pid!, ...workers]) processes.add(pid)
      const ended = new Promise<void>(resolve => serve.once('exit', () => resolve()))
      // The parent first, so that it has no time to see its children go.
      const order: Record<Victim, number[]> = {
        worker: workers.slice(0, 1),
        workers,
        serve: [serve.pid!],
        postgres: servers,
        everything: [serve.pid!, ...workers, ...servers],
      }
      for (const pid of order[victim]) end(pid)
      if (victim !== 'serve' && victim !== 'everything') return
      await ended
      // Orphaned workers still hold the pipe.
      serve.stderr?.destroy()
      serve = start()
    },
    stop: async () => {
      await database?.close().catch(() => {})
      database = null
      // Before a program has begun it hears no signal, and the system ends it at the first.
      for (const until = performance.now() + PATIENCE; !serve.said.includes('Serving'); await wait(50))
        assert.ok(performance.now() < until, `serve does not start: ${serve.said}`)
      await endProgram(serve)
      serve.stderr?.destroy()
      assert.equal(serve.exitCode, 0, `serve ended with ${serve.signalCode}: ${serve.said}`)
      for (const until = performance.now() + PATIENCE; ; await wait(100)) {
        const left = [...processes].filter(isThere)
        if (left.length === 0) return
        if (performance.now() < until) continue
        left.forEach(end)
        assert.fail(`the processes ${left.join(', ')} outlived the one that started them`)
      }
    },
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}

function descendants(root: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const parents = lines.map(line => line.trim().split(/\s+/).map(Number) as [number, number])
  const found: number[] = []
  for (let next = [root]; next.length > 0; ) {
    next = parents.filter(([, parent]) => next.includes(parent)).map(([pid]) => pid)
    found.push(...next)
  }
  return found
}

async function postmasterOf(folder: string): Promise<number | null> {
  const file = join(folder, 'database', 'postgresql', 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? null : Number(text.split('\n')[0])
}
