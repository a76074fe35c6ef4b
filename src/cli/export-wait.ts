/** Waiting for an export with a bar, and fetching its package into a file. */
import { createWriteStream } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { SingleBar } from 'cli-progress'
import { HoldfastError } from '../errors.ts'
import { type Export, getExport, openDownload, performExport } from '../export/export.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { openSequencer } from './sequencer.ts'
import { count, say, untilStopped } from './terminal.ts'

const POLL = 200
/** Without a terminal, one line in so many polls. */
const LINE_EVERY = 25
const PAUSE = 2_000
const OPEN: readonly Export['state'][] = ['waiting', 'selecting', 'writing', 'finishing']

/** Watches an export until it has ended, or Ctrl-C. Where nobody serves this archive, this process makes it. */
export async function waitForExport(ground: Ground, actor: Actor, exportId: string): Promise<Export> {
  const first = await getExport(ground, actor, exportId)
  const stopped = new AbortController()
  void untilStopped().then(() => stopped.abort())
  const done = new AbortController()
  const working = ground.attached
    ? Promise.resolve()
    : makeHere(ground, first.exportId, AbortSignal.any([stopped.signal, done.signal]))
  try {
    return await watch(ground, actor, first.exportId, stopped.signal)
  } finally {
    done.abort()
    await working
  }
}

/** Its entries must get their checkpoint while it is made, so the log is sequenced here too. */
async function makeHere(ground: Ground, exportId: string, signal: AbortSignal): Promise<void> {
  const sequencer = openSequencer(ground)
  try {
    for (;;) {
      try {
        return await performExport(ground, exportId, signal)
      } catch {
        // Its row says what is wrong, and whether it goes on.
        if (signal.aborted) return
        await ground.clock.sleep(PAUSE, signal).catch(() => {})
      }
    }
  } finally {
    await sequencer.stop()
  }
}

async function watch(ground: Ground, actor: Actor, exportId: string, signal: AbortSignal): Promise<Export> {
  const bar = process.stderr.isTTY ? openBar() : null
  try {
    for (let poll = 0; ; poll++) {
      const seen = await getExport(ground, actor, exportId)
      const { done, total } = seen.progress
      const trouble = seen.error && OPEN.includes(seen.state) ? ` (${seen.error.code}; tried again)` : ''
      if (bar) {
        bar.setTotal(Math.max(total, 1))
        bar.update(seen.state === 'ready' && total === 0 ? 1 : done, { stage: seen.state + trouble })
      } else if (poll % LINE_EVERY === 0)
        say(`${seen.state}, ${count(done)} of ${count(total)} copies${trouble}`)
      if (!OPEN.includes(seen.state)) return seen
      if (signal.aborted) {
        say(`Not finished. It goes on while the archive is served, or by: holdfast export wait ${exportId}`)
        return seen
      }
      await ground.clock.sleep(POLL, signal).catch(() => {})
    }
  } finally {
    bar?.stop()
  }
}

function openBar(): SingleBar {
  const bar = new SingleBar({
    format: '  [{bar}] {value}/{total} copies  {stage}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  })
  bar.start(1, 0, { stage: '' })
  return bar
}

/**
 * Fetches the package into `file`, which must not be there yet. It is `file.part` until it is whole; one that is there
 * from a download that was broken off is gone on with.
 */
export async function fetchPackage(
  ground: Ground,
  actor: Actor,
  exportId: string,
  output: string | null,
): Promise<{ file: string; size: number }> {
  const file = output ?? (await getExport(ground, actor, exportId)).fileName
  if ((await sizeOf(file)) !== null)
    throw new HoldfastError('FILE_UNREADABLE', `${file} is there already, and is not written over`)
  const part = `${file}.${exportId.toLowerCase()}.part`
  const there = (await sizeOf(part)) ?? 0
  const { chunks, size } = await openDownload(ground, actor, exportId, { from: there, to: null })
  if (there < size)
    await pipeline(chunks, createWriteStream(part, { flags: 'a', mode: 0o600, flush: true })).catch(cause => {
      if (cause instanceof HoldfastError) throw cause
      throw new HoldfastError('FILE_UNREADABLE', `${part} cannot be written`, { cause })
    })
  await rename(part, file)
  return { file, size }
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    found => found.size,
    () => null,
  )
}
