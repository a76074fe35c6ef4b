/** Records a reading before it is answered. */
import { appendEntry } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'

type Reading = {
  readonly act:
    | 'message.read'
    | 'item.show'
    | 'item.prove'
    | 'mailbox.browse'
    | 'search.run'
    | 'search.count'
    | 'audit.read'
  readonly subject: string
  readonly detail?: Record<string, unknown>
  /** What could quote content or name persons, such as a query. */
  readonly sealed?: Record<string, unknown>
}

/** Commits the audit entry of a reading; the answer may be given once this resolves. */
export async function recordReading(ground: Ground, actor: Actor, reading: Reading): Promise<void> {
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: reading.act,
      subject: reading.subject,
      detail: { ...reading.detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
      ...(reading.sealed ? { sealed: reading.sealed } : {}),
    }),
  )
}
