/**
 * Objects as files below one folder. The name is the path; folders are 0700 and files 0600.
 *
 * A put writes to `.incoming/<random>` on the same file system, flushes it, links it to its name (a hard link, since
 * `rename` would overwrite), and flushes the folder: POSIX makes a new directory entry durable only by an fsync of
 * the directory. What a crash leaves in `.incoming` is removed at the next opening, once it is a day old.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { HoldfastError } from '../errors.ts'
import { checkName, checkPrefix } from './name.ts'
import type { Storage, StoredObject } from './storage.ts'

/** Starts with a dot, as no object's name can. */
const INCOMING = '.incoming'
const INCOMING_AGE_MAX_MS = 24 * 3600_000
const PIECE_SIZE = 256 * 1024

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')
const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

function failed(act: string, name: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error
  return new HoldfastError('STORAGE_FAILED', `cannot ${act} ${name}: ${codeOf(error) || 'unknown reason'}`, {
    cause: error,
  })
}

const missing = (name: string) => new HoldfastError('STORAGE_MISSING', `there is no object ${name}`)

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what earlier crashes left half written. A folder that cannot be read is left for `put` to complain of. */
function sweepIncoming(folder: string, clock: Clock): void {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return
  }
  for (const name of names) {
    const file = path.join(folder, name)
    try {
      if (clock.now() - statSync(file).mtimeMs > INCOMING_AGE_MAX_MS) rmSync(file, { force: true })
    } catch {
      // Another process swept it first.
    }
  }
}

async function writeAll(handle: FileHandle, piece: Buffer): Promise<void> {
  let written = 0
  while (written < piece.length) written += (await handle.write(piece, written)).bytesWritten
}

async function readFully(handle: FileHandle, target: Buffer, offset: number): Promise<number> {
  let filled = 0
  while (filled < target.length) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

async function sameContent(left: string, right: string): Promise<boolean> {
  const handles = await Promise.all([open(left, 'r'), open(right, 'r')])
  try {
    const [a, b] = handles
    if ((await a.stat()).size !== (await b.stat()).size) return false
    const pieces = [Buffer.allocUnsafe(PIECE_SIZE), Buffer.allocUnsafe(PIECE_SIZE)] as const
    for (let offset = 0; ; offset += PIECE_SIZE) {
      const lengths = await Promise.all([readFully(a, pieces[0], offset), readFully(b, pieces[1], offset)])
      if (lengths[0] !== lengths[1]) return false
      if (!pieces[0].subarray(0, lengths[0]).equals(pieces[1].subarray(0, lengths[1]))) return false
      if (lengths[0] < PIECE_SIZE) return true
    }
  } finally {
    await Promise.all(handles.map(handle => handle.close()))
  }
}

/** Gives `file` the name `target` without ever replacing what has it. False if the name is taken. */
async function linkNew(file: string, target: string): Promise<boolean> {
  try {
    await link(file, target)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // File systems without hard links (exFAT, some network shares). Names are random, so the gap between looking
    // and renaming is not one that two writers meet in.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
    const taken = await stat(target).then(
      () => true,
      reason => (isAbsent(reason) ? false : Promise.reject(reason)),
    )
    if (!taken) await rename(file, target)
    return !taken
  }
}

/** Opens the folder `root` as a storage. It is made by the first `put`; reading works on a read-only file system. */
export function openFileStorage(root: string, clock: Clock = systemClock): Storage {
  const base = path.resolve(root)
  const incoming = path.join(base, INCOMING)
  const durableFolders = new Map<string, Promise<void>>()
  sweepIncoming(incoming, clock)

  const pathOf = (name: string): string => {
    checkName(name)
    return path.join(base, ...name.split('/'))
  }

  /**
   * Makes `folder` with its parents, once per process and folder, each with a flush of the one above: a folder that
   * another process made just now may not be durable yet.
   */
  const makeFolder = (folder: string): Promise<void> => {
    const known = durableFolders.get(folder)
    if (known) return known
    const above = path.dirname(folder)
    const made = (async () => {
      if (folder === base) {
        await mkdir(base, { recursive: true, mode: 0o700 })
        // Above the root may be folders that we may pass through but not open.
        await syncFolder(above).catch(() => {})
        return
      }
      await makeFolder(above)
      await mkdir(folder, { mode: 0o700 }).catch(error => {
        if (codeOf(error) !== 'EEXIST') throw error
      })
      await syncFolder(above)
    })()
    durableFolders.set(folder, made)
    made.catch(() => durableFolders.delete(folder))
    return made
  }

  const put = async (name: string, content: Buffer | AsyncIterable<Buffer>): Promise<number> => {
    const target = pathOf(name)
    const temporary = path.join(incoming, randomBytes(16).toString('hex'))
    let contentFailed = false
    let handle: FileHandle | null = null
    try {
      await makeFolder(incoming)
      await makeFolder(path.dirname(target))
      handle = await open(temporary, 'wx', 0o600)
      let bytes = 0
      if (Buffer.isBuffer(content)) {
        await writeAll(handle, content)
        bytes = content.length
      } else {
        const pieces = content[Symbol.asyncIterator]()
        try {
          for (;;) {
            contentFailed = true
            const next = await pieces.next()
            contentFailed = false
            if (next.done) break
            await writeAll(handle, next.value)
            bytes += next.value.length
          }
        } catch (error) {
          // The source (a socket, a staged file) is told that no more is wanted.
          if (!contentFailed) await pieces.return?.()?.catch(() => {})
          throw error
        }
      }
      await handle.datasync()
      await handle.close()
      handle = null
      if (!(await linkNew(temporary, target)) && !(await sameContent(temporary, target)))
        throw new HoldfastError('STORAGE_EXISTS', `${name} holds other bytes`)
      await syncFolder(path.dirname(target))
      return bytes
    } catch (error) {
      throw contentFailed ? error : failed('store', name, error)
    } finally {
      await handle?.close().catch(() => {})
      await unlink(temporary).catch(() => {})
    }
  }

  const opened = async (name: string): Promise<FileHandle> => {
    try {
      return await open(pathOf(name), 'r')
    } catch (error) {
      throw isAbsent(error) ? missing(name) : failed('read', name, error)
    }
  }

  const read = async (name: string, offset = 0, length?: number): Promise<Buffer> => {
    const handle = await opened(name)
    try {
      const available = Math.max(0, (await handle.stat()).size - offset)
      const bytes = Buffer.allocUnsafe(Math.min(length ?? available, available))
      return bytes.subarray(0, await readFully(handle, bytes, offset))
    } catch (error) {
      throw failed('read', name, error)
    } finally {
      await handle.close()
    }
  }

  async function* stream(name: string, offset = 0, length = Number.POSITIVE_INFINITY): AsyncIterable<Buffer> {
    const handle = await opened(name)
    try {
      for (let done = 0; done < length; ) {
        const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_SIZE, length - done))
        const filled = await readFully(handle, piece, offset + done).catch(error => {
          throw failed('read', name, error)
        })
        if (filled > 0) yield piece.subarray(0, filled)
        if (filled < piece.length) return
        done += filled
      }
    } finally {
      await handle.close()
    }
  }

  const size = async (name: string): Promise<number | null> => {
    try {
      const found = await stat(pathOf(name))
      return found.isFile() ? found.size : null
    } catch (error) {
      if (isAbsent(error)) return null
      throw failed('look at', name, error)
    }
  }

  const remove = async (name: string): Promise<void> => {
    try {
      await unlink(pathOf(name))
    } catch (error) {
      if (!isAbsent(error)) throw failed('remove', name, error)
    }
  }

  async function* walk(folder: string, prefix: string): AsyncIterable<StoredObject> {
    const entries = await readdir(path.join(base, folder), { withFileTypes: true }).catch(error => {
      if (isAbsent(error)) return []
      throw failed('list', folder || 'the storage', error)
    })
    // A folder sorts as its name with the slash, which makes the walk ascend by whole names as Azure's does.
    const names = entries
      .filter(entry => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isFile()))
      .map(entry => (folder ? `${folder}/` : '') + entry.name + (entry.isDirectory() ? '/' : ''))
      .sort((a, b) => (a < b ? -1 : 1))
    for (const name of names) {
      if (name.endsWith('/')) {
        if (name.startsWith(prefix) || prefix.startsWith(name)) yield* walk(name.slice(0, -1), prefix)
      } else if (name.startsWith(prefix)) {
        const found = await stat(path.join(base, name)).catch(error => {
          if (isAbsent(error)) return null
          throw failed('list', name, error)
        })
        if (found) yield { name, size: found.size, changedAt: found.mtime }
      }
    }
  }

  const list = (prefix: string): AsyncIterable<StoredObject> => {
    checkPrefix(prefix)
    return walk('', prefix)
  }

  // A file system has no tiers: what is asked of a name is whether it is there.
  const noTier = async (name: string): Promise<null> => {
    if ((await size(name)) === null) throw missing(name)
    return null
  }
  const setTier = async (name: string): Promise<void> => {
    await noTier(name)
  }

  return Object.freeze({ put, read, stream, size, remove, list, hasTiers: false, setTier, tierOf: noTier })
}
