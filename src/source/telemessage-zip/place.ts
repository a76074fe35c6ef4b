/** Where a reading of the drop stands, when its items arrived, and what the disk's errors mean for it. */
import type { Entry } from 'yauzl'
import { HoldfastError } from '../../errors.ts'
import { ZipRefusal } from './archive.ts'
import type { DroppedFile } from './folder.ts'

export function formatCursor(name: string, next: number | 'end'): string {
  return `${name}#${next}`
}

/** Null for what is no cursor of ours (or none at all): reading then starts at the window's start. */
export function parseCursor(cursor: string | null): { name: string; next: number | 'end' } | null {
  const match = /^(.+)#(\d{1,9}|end)$/.exec(cursor ?? '')
  if (!match) return null
  return { name: match[1]!, next: match[2] === 'end' ? 'end' : Number(match[2]) }
}

/** Info-ZIP's "extended timestamp". */
const EXTENDED_TIME = 0x5455

/**
 * When the item arrived at the site, ms: the entry's modification time in UTC where the archive has it, else the
 * time zipped in the archive's name, else the archive's own arrival. DOS times are of an unknown zone, so not used.
 */
export function arrivalOf(entry: Entry, file: DroppedFile): number {
  const field = entry.extraFields.find(({ id }) => id === EXTENDED_TIME)?.data
  if (field && field.length >= 5 && (field[0]! & 1) === 1) return field.readInt32LE(1) * 1000
  const zipped = /_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.zip$/.exec(file.name)
  const time = zipped
    ? Date.parse(`${zipped[1]}-${zipped[2]}-${zipped[3]}T${zipped[4]}:${zipped[5]}:${zipped[6]}Z`)
    : Number.NaN
  return Number.isNaN(time) ? file.arrivedAt : time
}

/** What the disk says becomes an error of ours; an archive that changes under our hands is read again later. */
function explain(error: unknown): unknown {
  if (error instanceof HoldfastError) return error
  if (error instanceof ZipRefusal)
    return new HoldfastError('STORAGE_FAILED', 'an archive changed while it was read')
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
    return new HoldfastError('SOURCE_INVALID', `the watched folder cannot be used: ${code}`)
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
    return new HoldfastError('STORAGE_FAILED', `the watched folder cannot be read: ${code}`)
  return error
}

export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explain(error)
  }
}

export async function* guardAll<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* source
  } catch (error) {
    throw explain(error)
  }
}
