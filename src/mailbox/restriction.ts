/**
 * Items that were to be erased and are kept all the same (GDPR 18, retention/: erasure requests): they stay where they
 * are, and are left out wherever somebody looks who may not see them.
 */

/**
 * Mailboxes in which somebody sees restricted items: null is all of them, an empty list none. Left out, it does not
 * matter, as for the program's own work.
 */
export type Restricted = readonly number[] | null

/**
 * The condition that an item may be seen: it is not restricted, or is filed where its reader sees restricted items.
 * `itemId` is a column, and `seen` an integer[] as the statement writes it: null sees all.
 */
export function unrestrictedSql(itemId: string, seen: string): string {
  return `(${seen}::integer[] is null
    or not exists (select from erasure_refusal r where r.item_id = ${itemId})
    or exists (select from filing s where s.item_id = ${itemId} and s.mailbox_id = any(${seen}::integer[])))`
}
