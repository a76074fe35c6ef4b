/**
 * The tables of an archive in the order in which they can be filled, for backup and restore. A test compares this
 * list with the database's catalogue, so that a new table cannot be forgotten. The queue is not copied: its jobs
 * follow from the runs and batches.
 */

export type TableCopy = {
  readonly name: string
  /** What rows are read by, in pages: the primary key. */
  readonly key: readonly string[]
  /** A column whose values the database gives; its sequence is set on after a restore. */
  readonly identity?: string
}

/** Kept apart from the other tables, since the master key is what it is all worth. */
export const KEY_TABLE: TableCopy = { name: 'keyring_key', key: ['name', 'version'] }

export const TABLES: readonly TableCopy[] = [
  { name: 'archive', key: ['singleton'] },
  { name: 'search_version', key: ['singleton'] },
  { name: 'mailbox', key: ['mailbox_id'], identity: 'mailbox_id' },
  { name: 'mailbox_address', key: ['address'] },
  { name: 'folder', key: ['folder_id'], identity: 'folder_id' },
  { name: 'audit_entry', key: ['entry_id'] },
  { name: 'audit_unsequenced', key: ['entry_id'] },
  { name: 'audit_leaf', key: ['sequence'] },
  { name: 'audit_node', key: ['level', 'position'] },
  { name: 'audit_checkpoint', key: ['tree_size'] },
  { name: 'connector', key: ['connector_id'], identity: 'connector_id' },
  { name: 'mapping_entry', key: ['connector_id', 'line'] },
  { name: 'registered_user', key: ['connector_id', 'user_id'] },
  { name: 'run', key: ['run_id'], identity: 'run_id' },
  { name: 'batch', key: ['batch_id'], identity: 'batch_id' },
  { name: 'vault_object', key: ['object_id'] },
  { name: 'item', key: ['item_id'] },
  { name: 'filing', key: ['mailbox_id', 'item_id'] },
  { name: 'failure', key: ['item_id', 'source_user', 'run_id'] },
  { name: 'search_entry', key: ['item_id', 'part'] },
]
