/**
 * The lock that keeps holds, filing and disposal in order. Placing or releasing a hold locks its mailboxes' rows, and
 * filing, changes of what is kept, and disposal share-lock those they touch: so each of these sees a hold whole or
 * comes before it, and then the hold finds what it left.
 */
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'

/**
 * Locks mailboxes in the order of their ids until the transaction ends; MAILBOX_UNKNOWN if one is not there. What the
 * transaction reads of holds must be read afterwards. `update` still lets others refer to the mailbox (a new folder).
 */
export async function lockMailboxes(
  tx: Transaction,
  mailboxIds: readonly number[],
  mode: 'update' | 'share',
): Promise<void> {
  const ids = [...new Set(mailboxIds)]
  if (ids.length === 0) return
  const rows = await tx.query(
    `select from mailbox where mailbox_id = any($1::integer[]) order by mailbox_id
     for ${mode === 'update' ? 'no key update' : 'share'}`,
    [ids],
    `lock-mailboxes-${mode}`,
  )
  if (rows.length !== ids.length)
    throw new HoldfastError('MAILBOX_UNKNOWN', 'one of these mailboxes is not there')
}
