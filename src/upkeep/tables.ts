/**
 * The tables of an archive in the order in which they can be filled, for backup and restore. A test compares this
 * list with the database's catalogue, so that a new table cannot be forgotten. The queue is not copied: its jobs
 * follow from the runs and batches. Nor are sessions and attempts to sign in: after a restore everybody signs in anew.
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
  { name: 'connector_default', key: ['singleton'] },
  { name: 'mapping_entry', key: ['entry_id'] },
  { name: 'mapping_change', key: ['change_id'], identity: 'change_id' },
  { name: 'arrival_day', key: ['connector_id', 'day'] },
  { name: 'replay', key: ['replay_id'], identity: 'replay_id' },
  { name: 'registered_user', key: ['connector_id', 'user_id'] },
  { name: 'run', key: ['run_id'], identity: 'run_id' },
  { name: 'batch', key: ['batch_id'], identity: 'batch_id' },
  { name: 'vault_object', key: ['object_id'] },
  { name: 'item', key: ['item_id'] },
  { name: 'filing', key: ['mailbox_id', 'item_id'] },
  { name: 'disposal', key: ['disposal_id'], identity: 'disposal_id' },
  { name: 'disposal_again', key: ['name'] },
  { name: 'tombstone', key: ['item_id'] },
  { name: 'disposed_filing', key: ['item_id', 'mailbox_id'] },
  { name: 'disposal_run', key: ['run_id', 'disposal_id'] },
  { name: 'retention_evaluation', key: ['evaluation_id'], identity: 'evaluation_id' },
  { name: 'disposition_setting', key: ['singleton'] },
  { name: 'disposition_run', key: ['run_id'], identity: 'run_id' },
  { name: 'disposition_decision', key: ['decision_id'], identity: 'decision_id' },
  { name: 'disposition_review', key: ['item_id', 'review_id'], identity: 'review_id' },
  { name: 'failure', key: ['item_id', 'source_user', 'run_id'] },
  { name: 'attachment_text', key: ['item_id'] },
  { name: 'unread_attachment', key: ['item_id', 'number'] },
  { name: 'search_entry', key: ['item_id', 'part'] },
  { name: 'lexicon', key: ['singleton'] },
  { name: 'lexicon_page', key: ['page_id'] },
  { name: 'export', key: ['export_id'] },
  { name: 'export_item', key: ['item_id', 'export_id', 'mailbox_id'] },
  { name: 'hold', key: ['hold_id'], identity: 'hold_id' },
  { name: 'hold_term', key: ['term_id'], identity: 'term_id' },
  { name: 'hold_mailbox', key: ['mailbox_id', 'term_id'] },
  { name: 'held_item', key: ['item_id', 'mailbox_id', 'term_id'] },
  { name: 'hold_sweep', key: ['mailbox_id'] },
  { name: 'hold_change', key: ['change_id'], identity: 'change_id' },
  { name: 'archive_policy', key: ['policy_id'], identity: 'policy_id' },
  { name: 'archive_policy_mailbox', key: ['mailbox_id'] },
  { name: 'in_place_archive_run', key: ['archive_run_id'], identity: 'archive_run_id' },
  { name: 'erasure_request', key: ['request_id'], identity: 'request_id' },
  { name: 'erasure_due', key: ['item_id', 'request_id'] },
  { name: 'erasure_refusal', key: ['item_id', 'mailbox_id', 'request_id'] },
  { name: 'erasure_export', key: ['request_id', 'export_id'] },
  { name: 'adaptive_scope', key: ['scope_id'], identity: 'scope_id' },
  { name: 'adaptive_scope_member', key: ['mailbox_id', 'scope_id'] },
  { name: 'retention_policy', key: ['policy_id'], identity: 'policy_id' },
  { name: 'retention_change', key: ['change_id'], identity: 'change_id' },
  { name: 'event_type', key: ['event_type_id'], identity: 'event_type_id' },
  { name: 'retention_event', key: ['event_id'], identity: 'event_id' },
  { name: 'retention_event_mailbox', key: ['mailbox_id', 'event_id'] },
  { name: 'retention_label', key: ['label_id'], identity: 'label_id' },
  { name: 'label_rule', key: ['rule_id'], identity: 'rule_id' },
  { name: 'label_waiting', key: ['mailbox_id', 'item_id'] },
  { name: 'saved_search', key: ['saved_search_id'], identity: 'saved_search_id' },
  { name: 'search_run', key: ['search_run_id'], identity: 'search_run_id' },
  { name: 'search_run_page', key: ['search_run_id', 'page'] },
  { name: 'term_report', key: ['term_report_id'], identity: 'term_report_id' },
  { name: 'person', key: ['person_id'], identity: 'person_id' },
  { name: 'recovery_code', key: ['person_id', 'hash'] },
  { name: 'api_token', key: ['token_id'], identity: 'token_id' },
  { name: 'role_group', key: ['role_group_id'], identity: 'role_group_id' },
  { name: 'role_group_member', key: ['role_group_id', 'person_id'] },
  { name: 'sign_in_setting', key: ['singleton'] },
  { name: 'alert_rule', key: ['rule'] },
  { name: 'alert_channel', key: ['channel_id'], identity: 'channel_id' },
  { name: 'alert', key: ['alert_id'], identity: 'alert_id' },
  { name: 'alert_message', key: ['message_id'] },
  { name: 'item_day', key: ['day', 'kind', 'batch_id'] },
  { name: 'measurement', key: ['name'] },
  { name: 'audit_verification', key: ['verification_id'], identity: 'verification_id' },
]
