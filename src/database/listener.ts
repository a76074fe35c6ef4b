/** LISTEN on a connection of its own, made again whenever it breaks. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { translateError } from './sql-error.ts'

const RECONNECT_MS_MIN = 100
const RECONNECT_MS_MAX = 5000

/** Resolves once it listens; rejects with DATABASE_UNREACHABLE if the first connection cannot be made. */
export async function openListener(
  settings: pg.ClientConfig,
  channel: string,
  onNotice: (payload: string) => void,
  place: string,
): Promise<() => Promise<void>> {
  const closing = new AbortController()
  let client: pg.Client | undefined

  async function connect(): Promise<void> {
    const next = new pg.Client(settings)
    next.on('notification', notice => onNotice(notice.payload ?? ''))
    next.on('error', () => {})
    try {
      await next.connect()
      await next.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      next.end().catch(() => {})
      throw translateError(error, place)
    }
    if (closing.signal.aborted) {
      await next.end()
      return
    }
    client = next
    next.once('end', () => void reconnect())
  }

  async function reconnect(): Promise<void> {
    for (
      let delay = RECONNECT_MS_MIN;
      !closing.signal.aborted;
      delay = Math.min(delay * 2, RECONNECT_MS_MAX)
    ) {
      try {
        await wait(delay, undefined, { signal: closing.signal })
        await connect()
        if (!closing.signal.aborted) onNotice('')
        return
      } catch {
        // Still away, or closing, which the loop's condition sees.
      }
    }
  }

  await connect()
  return async () => {
    closing.abort()
    await client?.end().catch(() => {})
  }
}
