/**
 * What the program's own role may do: it owns nothing, cannot TRUNCATE, cannot rewrite the audit log, and cannot
 * change which archive this is. Everything is revoked and granted again in one transaction, so a narrower right in a
 * newer version reaches archives that exist.
 */
import pg from 'pg'

const TABLE_RIGHTS = 'select, insert, update, delete'

/** Tables on which the program may do less. */
const NARROWER: ReadonlyMap<string, string> = new Map([
  ['migration', 'select'],
  ['audit_entry', 'select, insert'],
  ['audit_leaf', 'select, insert'],
  ['audit_node', 'select, insert'],
  ['audit_checkpoint', 'select, insert'],
  ['audit_unsequenced', 'select, insert, delete'],
  ['item_act', 'select, insert, delete'],
  ['mapping_change', 'select, insert'],
  ['hold_change', 'select, insert'],
  // A hold is released and never removed; of what it holds, nothing but whether its query can be asked changes.
  ['hold', 'select, insert, update'],
  ['hold_term', 'select, insert, update (problem)'],
  ['hold_mailbox', 'select, insert, update (placed_at, released_at, delay_until)'],
  ['held_item', 'select, insert, delete'],
  ['retention_change', 'select, insert'],
  ['retention_policy', 'select, insert, update'],
  ['disposition_decision', 'select, insert'],
  // What is gone stays gone: no tombstone is taken away or changed.
  ['tombstone', 'select, insert'],
  ['disposal', 'select, insert, update (document, words_at)'],
  ['disposal_run', 'select, insert'],
  // Whose row is there, is not removed as an orphan; and whether anything is left in it is asked of its items.
  ['vault_object', 'select, insert, update (items_gone, removed_at, tier, tier_due)'],
  ['archive', 'select, insert, update (master_key_copied_at, organisation, log_epoch)'],
  // How long they are kept is set by functions of migrations/0015-keeping.sql; what they are found by never changes.
  ['item', 'select, insert, delete, update (version_of, state, reason)'],
  ['filing', 'select, insert, delete, update (hidden_at)'],
])

/** Grants `role` its rights on schema holdfast; within the caller's transaction, as the schema's owner. */
export async function grantProgram(client: pg.Client, role: string): Promise<void> {
  const program = pg.escapeIdentifier(role)
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p')`,
  )
  const statements = [
    `revoke all on schema holdfast from public, ${program}`,
    `revoke all on all tables in schema holdfast from public, ${program}`,
    `revoke all on all sequences in schema holdfast from public, ${program}`,
    `revoke all on all functions in schema holdfast from public, ${program}`,
    `grant usage on schema holdfast to ${program}`,
    `grant usage on all sequences in schema holdfast to ${program}`,
    `grant execute on all functions in schema holdfast to ${program}`,
    ...rows.map(
      ({ name }) =>
        `grant ${NARROWER.get(name) ?? TABLE_RIGHTS} on holdfast.${pg.escapeIdentifier(name)} to ${program}`,
    ),
  ]
  await client.query(statements.join(';\n'))
}
