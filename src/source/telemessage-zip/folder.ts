/**
 * The watched folder: what lies in it, when that arrived, and where it goes. Archives are moved, never deleted:
 * `done/` once their items are safely ours, `refused/` with a report when they cannot be used.
 */
import { link, lstat, mkdir, readdir, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SourceWindow } from '../contract.ts'
import type { ZipProblem } from './archive.ts'

/** TeleMessage's documented name: `YYYYMMDD0000-TeleMessage_<file#>_<TimeZipped>.zip`. */
export const ARCHIVE_NAME =
  /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])0000-TeleMessage_\d{1,9}_[A-Za-z0-9.-]{1,64}\.zip$/

export type DroppedFile = {
  readonly name: string
  readonly path: string
  readonly place: 'inbox' | 'done'
  readonly size: number
  /** When it arrived, ms: its modification time, unless that lies in its own future. */
  readonly arrivedAt: number
  /** Changes whenever the file does. */
  readonly version: string
}

/**
 * The archives of a window, by name. Those in the folder itself are new, so only the window's end bounds them (an
 * upload that keeps an old date, or a run that was missed, is not overlooked); those in `done/` are read again by
 * the time they were taken to have arrived. A new file hides one in `done/` of the same name.
 */
export async function listArchives(folder: string, window: SourceWindow): Promise<DroppedFile[]> {
  const found = new Map<string, DroppedFile>()
  for (const file of await listPlace(join(folder, 'done'), 'done'))
    if (file.arrivedAt >= window.from.getTime() && file.arrivedAt < window.to.getTime())
      found.set(file.name, file)
  for (const file of await listPlace(folder, 'inbox'))
    if (file.arrivedAt < window.to.getTime()) found.set(file.name, file)
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function listPlace(folder: string, place: DroppedFile['place']): Promise<DroppedFile[]> {
  const files: DroppedFile[] = []
  for (const name of await readdir(folder).catch(absent)) {
    // Unfinished uploads (`.part`, hidden) and reports are not ours to judge; links are not followed.
    if (!/\.zip$/i.test(name) || name.startsWith('.')) continue
    const file = await describeFile(join(folder, name), place)
    if (file) files.push(file)
  }
  return files
}

/** Null when the file is gone or is no regular file. */
export async function describeFile(path: string, place: DroppedFile['place']): Promise<DroppedFile | null> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!found?.isFile()) return null
  return {
    name: basename(path),
    path,
    place,
    size: found.size,
    arrivedAt: Math.floor(place === 'done' ? found.mtimeMs : Math.min(found.mtimeMs, found.ctimeMs)),
    version: `${found.ino}/${found.size}/${found.mtimeMs}`,
  }
}

/** Moves a new archive to `done/`, dated into the window that took it, so that the window goes on counting it. */
export async function moveToDone(folder: string, file: DroppedFile, window: SourceWindow): Promise<void> {
  if (file.place === 'done') return
  await mkdir(join(folder, 'done'), { recursive: true })
  const arrived = new Date(Math.max(file.arrivedAt, window.from.getTime()))
  await utimes(file.path, arrived, arrived)
  await rename(file.path, join(folder, 'done', file.name)).catch(ignoreGone)
}

/** Moves an archive to `refused/` under a free name, with a report beside it; returns the report's name. */
export async function moveToRefused(
  folder: string,
  file: DroppedFile,
  problems: readonly ZipProblem[],
  refusedAt: Date,
): Promise<string> {
  const refused = join(folder, 'refused')
  await mkdir(refused, { recursive: true })
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? file.name : file.name.replace(/(\.zip)?$/i, `~${number}$1`)
    try {
      // A link fails where the name is taken, and a rename would overwrite.
      await link(file.path, join(refused, name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      // Some file systems have no links.
      if (await stat(join(refused, name)).catch(() => null)) continue
      await rename(file.path, join(refused, name))
      return report(refused, name, file, problems, refusedAt)
    }
    await unlink(file.path).catch(ignoreGone)
    return report(refused, name, file, problems, refusedAt)
  }
}

async function report(
  refused: string,
  name: string,
  file: DroppedFile,
  problems: readonly ZipProblem[],
  refusedAt: Date,
): Promise<string> {
  const text = JSON.stringify(
    {
      archive: file.name,
      size: file.size,
      arrivedAt: new Date(file.arrivedAt).toISOString(),
      refusedAt: refusedAt.toISOString(),
      problems,
    },
    null,
    2,
  )
  await writeFile(join(refused, `${name}.report.json`), `${text}\n`, { mode: 0o640 })
  return `${name}.report.json`
}

function absent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
