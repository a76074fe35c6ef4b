/**
 * Reads attachments in a process of its own, one after the other: what a document does to its reader, it does to that
 * process alone. The process is started when it is needed, replaced when it was killed, is worn or has read enough, and
 * ended when nothing comes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../errors.ts'
import { formatOf, HEAD_SIZE } from './format.ts'
import { FrameReader, writeFrame } from './frames.ts'
import {
  type Described,
  type Extracted,
  LIMITS,
  type Limits,
  UNREAD_REASONS,
  type UnreadReason,
} from './outcome.ts'

/** The reading process ended and nobody knows why: the attachment may be read once more. */
export class ReaderLost extends Error {}

type AttachmentReading = {
  /** Takes the next bytes; resolves when there is room for more. */
  push(bytes: Buffer): Promise<void>
  /** What was read. Rejects with ReaderLost, and with READER_START_FAILED. */
  end(): Promise<Extracted>
}

export type AttachmentReader = {
  /** Begins an attachment; the one before must have ended. `size` in bytes, null if it is not known. */
  begin(described: Described & { readonly size: number | null }): AttachmentReading
  /** Ends the process. */
  close(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
/** All that the process may open. */
const READABLE = ['src', 'node_modules', 'package.json']
const MB = 1024 * 1024
const FRAME = 64 * 1024
/** An attachment's JSON at its largest: each letter escaped. */
const ANSWER_BYTES_PER_UNIT = 6
const ATTACHMENTS_MAX = 500
const IDLE_MS = 10_000
const STDERR_MAX = 10_000
/** Bytes of plain text beyond which it holds more letters than are indexed, in any encoding. */
const PLAIN_BYTES_PER_UNIT = 5

/** Opens a reader; nothing is started yet. */
export function openAttachmentReader(change: Partial<Limits> = {}): AttachmentReader {
  const limits = { ...LIMITS, ...change }
  let child: Child | null = null
  let idle: NodeJS.Timeout | null = null
  const started = () => {
    if (idle) clearTimeout(idle)
    if (child === null || child.isOver()) child = startChild(limits)
    return child
  }
  const rest = (isSpent: boolean) => {
    if (isSpent) child?.kill()
    else {
      idle = setTimeout(() => child?.kill(), IDLE_MS)
      idle.unref()
    }
  }
  return {
    begin: described => beginReading(described, limits, started, rest),
    close: async () => {
      if (idle) clearTimeout(idle)
      await child?.kill()
    },
  }
}

function beginReading(
  described: Described & { readonly size: number | null },
  limits: Limits,
  started: () => Child,
  rest: (isSpent: boolean) => void,
): AttachmentReading {
  let head: Buffer | null = Buffer.alloc(0)
  /** What is known without the process. */
  let verdict: UnreadReason | null = null
  let child: Child | null = null
  let bytesMax = limits.inputMax
  let isPlain = false
  let size = 0

  const decide = async () => {
    const first = head!
    head = null
    const format = formatOf(described, first.subarray(0, HEAD_SIZE))
    isPlain = format === 'plain'
    if (isPlain) bytesMax = Math.min(bytesMax, limits.textMax * PLAIN_BYTES_PER_UNIT)
    if (format === 'media' || format === 'encrypted') verdict = format
    else if (format === 'unknown') verdict = 'format'
    else if (!isPlain && (described.size ?? 0) > bytesMax) verdict = 'too-large'
    if (verdict !== null) return
    child = started()
    const { name, contentType, charset } = described
    await child.send('B', Buffer.from(JSON.stringify({ name, contentType, charset })))
    await pass(first)
  }
  const pass = async (bytes: Buffer) => {
    if (verdict !== null || child === null) return
    const room = bytesMax - size
    size += bytes.length
    if (bytes.length > room && !isPlain) {
      verdict = 'too-large'
      await child.send('A', Buffer.alloc(0))
      return rest(false)
    }
    const taken = bytes.subarray(0, Math.max(0, room))
    for (let at = 0; at < taken.length; at += FRAME) await child.send('D', taken.subarray(at, at + FRAME))
  }
  return {
    push: async bytes => {
      if (head === null) return pass(bytes)
      head = Buffer.concat([head, bytes])
      if (head.length >= HEAD_SIZE) await decide()
    },
    end: async () => {
      if (head?.length === 0) return { text: '', reason: null }
      if (head !== null) await decide()
      if (verdict !== null || child === null) return { text: '', reason: verdict }
      const answer = await child.ask(limits.wallMsMax)
      rest(answer.spent)
      return { text: answer.text, reason: answer.reason }
    },
  }
}

type Answer = Extracted & { readonly spent: boolean }

type Child = {
  isOver(): boolean
  send(letter: string, bytes: Buffer): Promise<void>
  /** Says that the attachment is complete, and waits for what it says. */
  ask(wallMsMax: number): Promise<Answer>
  kill(): Promise<void>
}

/** What Node takes from the process; the heap in megabytes. */
export function readerFlags(heapMax: number): string[] {
  return [
    '--permission',
    ...READABLE.map(path => `--allow-fs-read=${ROOT}${path}`),
    '--allow-worker',
    '--disable-sigusr1',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    `--max-old-space-size=${heapMax}`,
  ]
}

function startChild(limits: Limits): Child {
  const spawned = spawn(
    process.execPath,
    [
      '--no-warnings',
      ...readerFlags(Math.ceil(limits.heapMax / MB)),
      CHILD,
      JSON.stringify(limits),
      String(process.pid),
    ],
    { env: {}, cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const { stdin, stdout, stderr } = spawned
  lowerPriority(spawned)
  let said = ''
  stderr.setEncoding('latin1').on('data', (text: string) => {
    said = `${said}${text}`.slice(-STDERR_MAX)
  })
  let answers = 0
  let isReady = false
  let waiting: ((answer: Answer | null) => void) | null = null
  const frames = new FrameReader(limits.textMax * ANSWER_BYTES_PER_UNIT + 1000)
  stdout.on('data', (piece: Buffer) => {
    const read = frames.push(piece)
    if (read === null) spawned.kill('SIGKILL')
    for (const { letter, bytes } of read ?? []) {
      if (letter === 'S') {
        isReady = true
        continue
      }
      // What the process says is as foreign as what it reads.
      const answer = parseAnswer(bytes, limits, ++answers)
      if (answer === null) spawned.kill('SIGKILL')
      else waiting?.(answer)
    }
  })
  // A pipe that breaks is told by the end of the process.
  stdin.on('error', () => {})
  let over = false
  const ended = new Promise<void>(resolve => {
    const end = () => {
      over = true
      waiting?.(null)
      resolve()
    }
    // After its last words were read.
    spawned.on('close', end)
    spawned.on('error', end)
  })
  return {
    isOver: () => over || spawned.killed,
    send: async (letter, bytes) => {
      if (over || !stdin.writable || stdin.write(writeFrame(letter, bytes))) return
      await Promise.race([new Promise<void>(resolve => stdin.once('drain', () => resolve())), ended])
    },
    ask: async wallMsMax => {
      const answered = new Promise<Answer | null>(resolve => {
        waiting = resolve
        if (over) resolve(null)
      })
      if (!over && stdin.writable) stdin.write(writeFrame('E', Buffer.alloc(0)))
      let late = false
      const clock = setTimeout(() => {
        late = true
        spawned.kill('SIGKILL')
      }, wallMsMax)
      const answer = await answered.finally(() => clearTimeout(clock))
      waiting = null
      if (answer) return answer
      if (!isReady)
        throw new HoldfastError('READER_START_FAILED', 'the process that reads attachments ended at once')
      const reason = late ? 'timeout' : reasonOfEnd(said)
      if (reason === null) throw new ReaderLost('the process that read an attachment ended')
      return { text: '', reason, spent: false }
    },
    kill: async () => {
      spawned.kill('SIGKILL')
      await ended
    },
  }
}

/** Filing comes first; where the system does not allow it, both have the same priority. */
function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It ended already, or the system has no such thing.
  }
}

/** What the last words of the process say; null if it went without any. */
function reasonOfEnd(said: string): UnreadReason | null {
  if (said.includes('holdfast: timeout')) return 'timeout'
  return said.includes('holdfast: memory') ||
    /heap out of memory|process out of memory|Allocation failed/.test(said)
    ? 'memory'
    : null
}

/** Null for what is no answer. */
function parseAnswer(bytes: Buffer, limits: Limits, answers: number): Answer | null {
  try {
    const { text, reason, spent } = JSON.parse(bytes.toString()) as Record<string, unknown>
    if (typeof text !== 'string' || text.length > limits.textMax) return null
    if (reason !== null && !UNREAD_REASONS.includes(reason as UnreadReason)) return null
    return {
      text,
      reason: reason as UnreadReason | null,
      spent: spent === true || answers >= ATTACHMENTS_MAX,
    }
  } catch {
    return null
  }
}
