/**
 * The policies, labels and rules of labels that apply to each mailbox. There are none: nothing in this version makes a
 * policy or a label, so holds alone decide. Whoever adds them reads their tables here.
 */
import type { Sql } from '../database/database.ts'
import type { KeepingRules } from './rule.ts'

export type MailboxRules = Omit<KeepingRules, 'holds'>

/** By mailbox; those that no rule is about may be missing. Mailboxes of the same rules may have one object. */
export async function mailboxRulesOf(
  _sql: Sql,
  _mailboxIds: readonly number[],
): Promise<ReadonlyMap<number, MailboxRules>> {
  return new Map()
}
