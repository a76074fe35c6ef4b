/**
 * Whoever holds the lock owns the data folder: one process, until it lets go or dies, however it dies. The system's
 * own file locks do that, and SQLite, which is in Node, is the portable way to one: a transaction kept open for
 * writing on an empty database file, in which nothing is ever written. A file with a process id would need a way to
 * tell a dead owner from another program that was given the same id.
 */
import { DatabaseSync } from 'node:sqlite'
import { HoldfastError } from '../errors.ts'

const SQLITE_BUSY = 5

export type OwnerLock = { release(): void }

/** The lock, or null if another process holds it. Throws DATABASE_START_FAILED if the file cannot be used. */
export function takeOwnerLock(file: string): OwnerLock | null {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 0 })
    database.exec('begin exclusive')
  } catch (cause) {
    database?.close()
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw new HoldfastError(
      'DATABASE_START_FAILED',
      `${file} cannot be locked: ${(cause as Error).message}`,
      { cause },
    )
  }
  const held = database
  // May be called again: whoever fails to open, and whoever asked for it, both clean up.
  return {
    release: () => {
      if (held.isOpen) held.close()
    },
  }
}
