/**
 * Epochs of the log. A restored backup lacks what was logged after it was made, so its log grows on in another way
 * than checkpoints signed since would have it. `restore` says so in the log itself, once, as the first act of the new
 * epoch; `verify` then tells a declared restore from a database that was put back in silence.
 */
import type { Clock } from '../clock.ts'
import type { Sql } from '../database/database.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { type AuditEntry, appendEntry, type EntryFields } from './entry.ts'

const ACT = 'log.epoch'

/** Where the log of an epoch leaves the one before it: that epoch's leaves from `size` on are not in this log. */
export type Fork = { readonly epoch: number; readonly size: number }

/**
 * Declares that epoch `epoch` begins here, in the transaction that sets `archive.log_epoch`. To be called once, after
 * the tables are restored and before anything else is done.
 */
export async function declareEpoch(
  tx: Sql,
  keyring: Pick<Keyring, 'seal'>,
  clock: Clock,
  { actor, epoch, detail }: Pick<AuditEntry, 'actor' | 'detail'> & { epoch: number },
): Promise<void> {
  const [row] = await tx.query<{ size: number }>(
    `select coalesce((select max(sequence) + 1 from audit_leaf), 0) as size`,
  )
  await appendEntry(tx, keyring, clock, {
    actor,
    act: ACT,
    subject: `epoch:${epoch}`,
    detail: { ...detail, epoch, size: row!.size },
  })
}

/** The fork that an entry declares, if it declares one. */
export function forkOf({ act, detail }: Pick<EntryFields, 'act' | 'detail'>): Fork | null {
  if (act !== ACT) return null
  const { epoch, size } = detail
  return typeof epoch === 'number' && typeof size === 'number' ? { epoch, size } : null
}
