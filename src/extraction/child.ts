/**
 * The process that reads attachments: it is given bytes on standard input and answers on standard output (frames.ts),
 * one attachment at a time. It holds no key, no address and no secret, and may be killed at any moment.
 *
 *   B  begins an attachment: JSON of Described        S  it is ready for the first
 *                                                     R  the answer: JSON of Extracted, and `spent`
 *   D  bytes of it
 *   E  that was all
 *   A  forget it
 */
import { Worker } from 'node:worker_threads'
import { confine } from './confinement.ts'
import { FrameReader, writeFrame } from './frames.ts'
import type { Described, Limits } from './outcome.ts'
import type { Watched } from './watch.ts'

const limits = JSON.parse(process.argv[2]!) as Limits
/** A process that has grown to this is worn: the next attachment is for a new one. */
const WORN_MAX = limits.residentMax / 3

const began = new Int32Array(new SharedArrayBuffer(4)).fill(-1)
new Worker(new URL('./watch.ts', import.meta.url), {
  workerData: {
    began,
    parent: Number(process.argv[3]),
    cpuMsMax: limits.cpuMsMax,
    residentMax: limits.residentMax,
  } satisfies Watched,
})
const input = process.stdin
const output = process.stdout
confine()
const { readDocument } = await import('./document.ts')

const frames = new FrameReader(limits.inputMax + 1)
let described: Described | null = null
let pieces: Buffer[] = []

input.on('data', (piece: Buffer) => {
  const read = frames.push(piece)
  if (read === null) return end()
  for (const { letter, bytes } of read) {
    if (letter === 'B') {
      // Also where the one before was given up in its midst.
      forget()
      described = JSON.parse(bytes.toString()) as Described
    } else if (letter === 'D') pieces.push(Buffer.from(bytes))
    else if (letter === 'A') forget()
    else if (letter === 'E') void answer()
  }
})
input.on('end', end)
// What a library left behind fails: the process is not to be trusted any more.
process.on('uncaughtException', end)
process.on('unhandledRejection', end)
output.write(writeFrame('S', Buffer.alloc(0)))

async function answer(): Promise<void> {
  const bytes = Buffer.concat(pieces)
  const about = described
  forget()
  if (about === null) return end()
  const { user, system } = process.cpuUsage()
  Atomics.store(began, 0, Math.round((user + system) / 1000))
  const extracted = await readDocument(about, bytes, limits)
  Atomics.store(began, 0, -1)
  const spent = process.memoryUsage.rss() > WORN_MAX
  output.write(writeFrame('R', Buffer.from(JSON.stringify({ ...extracted, spent }))))
}

function forget(): void {
  described = null
  pieces = []
}

function end(): void {
  process.exit(1)
}
