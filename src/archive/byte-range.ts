/** Ranges of what is streamed, so that it can be gone on with or entered anywhere. */
import { readEntries } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'

/** Bytes from the first to the last, both included; `to` null is to the end, `from` null the last `to` bytes. */
export type ByteRange = { readonly from: number | null; readonly to: number | null }

/** What follows the beginning of a reading within this time belongs to it. */
const CONTINUED_FOR = 15 * 60_000

/** The range within so many bytes; null where it lies beyond them. */
export function boundsOf({ from, to }: ByteRange, size: number): { from: number; to: number } | null {
  if (from === null)
    return to === null || to < 1 || size === 0 ? null : { from: Math.max(0, size - to), to: size - 1 }
  const last = Math.min(to ?? size - 1, size - 1)
  return from > last ? null : { from, to: last }
}

/**
 * Whether the actor's reading goes on with one that was recorded a moment ago, such as the seeking of a player or a
 * download that broke off: it has no entry of its own. `detail` is what the entry's detail must say.
 */
export async function isContinued(
  ground: Ground,
  actor: Actor,
  reading: {
    readonly act: string
    readonly subject: string
    readonly detail?: Readonly<Record<string, unknown>>
  },
): Promise<boolean> {
  const { act, subject, detail = {} } = reading
  const { entries } = await readEntries(ground.database, {
    subject,
    act,
    actor: actor.name,
    from: new Date(ground.clock.now() - CONTINUED_FOR),
    limit: 100,
  })
  return entries.some(entry => Object.entries(detail).every(([key, value]) => entry.detail[key] === value))
}
