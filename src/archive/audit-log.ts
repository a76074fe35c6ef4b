/** Reading the audit log. What was sealed in its entries can quote queries and name persons, so opening it is a reading too. */
import { type EntryQuery, openSealed, readEntries, type StoredEntry } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { admit, recordReading } from './reading.ts'

type OpenedEntry = Omit<StoredEntry, 'sealed'> & { readonly sealed: Record<string, unknown> | null }

/** A page of the log, newest first, with what was sealed in its entries; recorded before it is read. Needs Audit Logs. */
export async function readSealedEntries(
  ground: Ground,
  actor: Actor,
  query: EntryQuery,
): Promise<{ entries: OpenedEntry[]; next: string | null }> {
  await admit(ground, actor, { act: 'audit.read', subject: 'audit' }, 'Audit Logs')
  const { act = null, actor: by = null, subject = null } = query
  await recordReading(ground, actor, {
    act: 'audit.read',
    subject: 'audit',
    detail: { act, actor: by, subject },
  })
  const { entries, next } = await readEntries(ground.database, query)
  return { entries: entries.map(entry => ({ ...entry, sealed: openSealed(ground.keyring, entry) })), next }
}
