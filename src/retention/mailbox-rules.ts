/**
 * The policies, labels and rules of labels that apply to each mailbox: policies that are on, of the whole organisation
 * less whom they leave out, of mailboxes by name, or of adaptive scopes that the mailbox meets.
 */
import type { Sql } from '../database/database.ts'
import { eventMoments } from './event.ts'
import { labelsOf } from './label.ts'
import { parsePeriod } from './period.ts'
import type { KeepingRules, PeriodStart, Policy, RetentionAction } from './rule.ts'

export type MailboxRules = Omit<KeepingRules, 'holds'>

/** A policy that is looked at as if it were stored and on, in place of the stored one of its id (what-if.ts). */
export type TriedPolicy = {
  readonly policy_id: number
  readonly applies_to: 'all' | 'mailboxes' | 'scopes'
  readonly mailbox_ids: readonly number[]
  readonly excluded_ids: readonly number[]
  readonly scope_ids: readonly number[]
  readonly connector_ids: readonly number[] | null
  readonly kinds: readonly string[] | null
  readonly action: RetentionAction
  readonly period: string | null
  readonly start_from: PeriodStart['from']
  readonly event_type_id: number | null
  readonly review: boolean
}

type PolicyRow = Omit<TriedPolicy, 'applies_to' | 'mailbox_ids' | 'excluded_ids' | 'scope_ids'> & {
  specific: boolean
  /** Of the mailboxes asked for, those that it applies to. */
  reached: number[]
}

/** `$1` the mailboxes, `$2` policies to try. */
const POLICIES = `with tried as (
    select * from json_populate_recordset(null::retention_policy, $2::json)
  ), policy as (
    select * from retention_policy where enabled and policy_id not in (select policy_id from tried)
    union all select * from tried
  ), asked as (
    select unnest($1::integer[]) as mailbox_id
  ), reach as (
    select p.policy_id, a.mailbox_id from policy p cross join asked a
    where p.applies_to = 'all' and a.mailbox_id <> all(p.excluded_ids)
    union select p.policy_id, a.mailbox_id from policy p cross join unnest(p.mailbox_ids) as own (mailbox_id)
      join asked a using (mailbox_id)
    union select p.policy_id, a.mailbox_id from policy p cross join unnest(p.scope_ids) as own (scope_id)
      join adaptive_scope_member m using (scope_id) join asked a using (mailbox_id)
  )
  select p.policy_id, p.connector_ids, p.kinds, p.action, p.period, p.start_from, p.event_type_id, p.review,
    p.applies_to <> 'all' as specific, r.reached
  from (select policy_id, array_agg(mailbox_id) as reached from reach group by policy_id) r join policy p using (policy_id)
  order by p.policy_id`

/**
 * By mailbox; mailboxes of the same rules have one object. Whoever acts by them has the mailboxes locked. `tried` stands
 * in for what is stored.
 */
export async function mailboxRulesOf(
  sql: Sql,
  mailboxIds: readonly number[],
  tried: readonly TriedPolicy[] = [],
): Promise<ReadonlyMap<number, MailboxRules>> {
  const rows = await sql.query<PolicyRow>(POLICIES, [mailboxIds, JSON.stringify(tried)])
  const types = rows.flatMap(row => (row.event_type_id === null ? [] : [row.event_type_id]))
  const momentOf = await eventMoments(sql, types, mailboxIds)
  const ofLabels = await labelsOf(sql, mailboxIds)
  const rowsOf = new Map<number, PolicyRow[]>(mailboxIds.map(mailboxId => [mailboxId, []]))
  for (const row of rows) for (const mailboxId of row.reached) rowsOf.get(mailboxId)!.push(row)
  const alike = new Map<string, { labels: object; rules: MailboxRules }[]>()
  const rules = new Map<number, MailboxRules>()
  for (const [mailboxId, own] of rowsOf) {
    const labels = ofLabels(mailboxId)
    const moments = own.map(row =>
      row.event_type_id === null ? null : momentOf(row.event_type_id, mailboxId),
    )
    const key = JSON.stringify(own.map((row, index) => [row.policy_id, moments[index]]))
    let same = alike.get(key)
    if (!same) {
      same = []
      alike.set(key, same)
    }
    let found = same.find(each => each.labels === labels)
    if (!found) {
      const policies = own.map((row, index) => policyOf(row, moments[index]!))
      found = { labels, rules: { policies, labels: labels.labels, labelRules: labels.labelRules } }
      same.push(found)
    }
    rules.set(mailboxId, found.rules)
  }
  return rules
}

function policyOf(row: PolicyRow, at: Date | null): Policy {
  return {
    policyId: row.policy_id,
    action: row.action,
    period: row.period === null ? null : parsePeriod(row.period),
    start: row.start_from === 'event' ? { from: 'event', at } : { from: row.start_from },
    specific: row.specific,
    review: row.review,
    connectorIds: row.connector_ids,
    kinds: row.kinds,
  }
}
