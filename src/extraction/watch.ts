/**
 * Watches its process from a thread of its own, since a reader that loops listens to nobody: ends it when an attachment
 * takes too much of the processor or of memory, or when whoever asked is gone.
 */
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/** What the thread is started with. */
export type Watched = {
  /** Milliseconds of processor time at which the attachment began; -1 between attachments. */
  readonly began: Int32Array
  /** The process that asks. */
  readonly parent: number
  readonly cpuMsMax: number
  readonly residentMax: number
}

const LOOK_EVERY_MS = 100
const STDERR = 2

const { began, parent, cpuMsMax, residentMax } = workerData as Watched

setInterval(() => {
  const since = Atomics.load(began, 0)
  if (process.ppid !== parent) end('orphan')
  else if (process.memoryUsage.rss() > residentMax) end('memory')
  else if (since >= 0 && usedMs() - since > cpuMsMax) end('timeout')
}, LOOK_EVERY_MS)

function end(why: string): void {
  try {
    writeSync(STDERR, `holdfast: ${why}\n`)
  } finally {
    // Also where nobody is left to be told.
    process.kill(process.pid, 'SIGKILL')
  }
}

function usedMs(): number {
  const { user, system } = process.cpuUsage()
  return Math.round((user + system) / 1000)
}
