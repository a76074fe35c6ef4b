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

type PolicyRow = TriedPolicy & {
  /** Of the mailboxes asked for, those that it names: to leave them out, where it is for all. */
  named: number[]
}

/** `$1` the mailboxes, `$2` policies to try. Those of all mailboxes, or of scopes, are not told for each mailbox. */
const POLICIES = `with tried as (
    select * from json_populate_recordset(null::retention_policy, $2::json)
  ), policy as (
    select * from retention_policy where enabled and policy_id not in (select policy_id from tried)
    union all select * from tried
  )
  select p.policy_id, p.applies_to, p.scope_ids, p.connector_ids, p.kinds, p.action, p.period, p.start_from,
    p.event_type_id, p.review, array(select unnest(p.mailbox_ids || p.excluded_ids)
      intersect select unnest($1::integer[])) as named
  from policy p order by p.policy_id`

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
  const scopeIds = [...new Set(rows.flatMap(row => row.scope_ids))]
  const scopesOf = await readScopes(sql, mailboxIds, scopeIds)
  const types = [...new Set(rows.flatMap(row => (row.event_type_id === null ? [] : [row.event_type_id])))]
  const momentOf = await eventMoments(sql, types, mailboxIds)
  const ofLabels = await labelsOf(sql, mailboxIds)
  const naming = new Map<number, number[]>(mailboxIds.map(mailboxId => [mailboxId, []]))
  for (const row of rows) for (const mailboxId of row.named) naming.get(mailboxId)!.push(row.policy_id)
  // What tells mailboxes of different rules apart: few, where there are thousands of mailboxes and of policies.
  const alike = new Map<string, Map<object, MailboxRules>>()
  const rules = new Map<number, MailboxRules>()
  for (const mailboxId of mailboxIds) {
    const labels = ofLabels(mailboxId)
    const own = { scopes: scopesOf.get(mailboxId) ?? [], named: naming.get(mailboxId)! }
    const moments = types.map(type => momentOf(type, mailboxId)?.getTime() ?? null)
    const key = JSON.stringify([own.scopes, own.named, moments])
    const same = alike.get(key) ?? new Map<object, MailboxRules>()
    alike.set(key, same)
    let found = same.get(labels)
    if (!found) {
      const [first] = same.values()
      const policies = first?.policies ?? policiesOf(rows, own, type => momentOf(type, mailboxId))
      found = { policies, labels: labels.labels, labelRules: labels.labelRules }
      same.set(labels, found)
    }
    rules.set(mailboxId, found)
  }
  return rules
}

/** By mailbox, those of these scopes that it meets. */
async function readScopes(
  sql: Sql,
  mailboxIds: readonly number[],
  scopeIds: readonly number[],
): Promise<Map<number, number[]>> {
  if (scopeIds.length === 0) return new Map()
  const rows = await sql.query<{ mailbox_id: number; scopes: number[] }>(
    `select mailbox_id, array_agg(scope_id order by scope_id) as scopes from adaptive_scope_member
     where mailbox_id = any($1::integer[]) and scope_id = any($2::integer[]) group by mailbox_id`,
    [mailboxIds, scopeIds],
  )
  return new Map(rows.map(row => [row.mailbox_id, row.scopes]))
}

function policiesOf(
  rows: readonly PolicyRow[],
  own: { readonly scopes: readonly number[]; readonly named: readonly number[] },
  momentOf: (eventTypeId: number) => Date | null,
): Policy[] {
  const [scopes, named] = [new Set(own.scopes), new Set(own.named)]
  return rows
    .filter(row =>
      row.applies_to === 'scopes'
        ? row.scope_ids.some(scopeId => scopes.has(scopeId))
        : named.has(row.policy_id) === (row.applies_to === 'mailboxes'),
    )
    .map(row => policyOf(row, row.event_type_id === null ? null : momentOf(row.event_type_id)))
}

function policyOf(row: PolicyRow, at: Date | null): Policy {
  return {
    policyId: row.policy_id,
    action: row.action,
    period: row.period === null ? null : parsePeriod(row.period),
    start: row.start_from === 'event' ? { from: 'event', at } : { from: row.start_from },
    specific: row.applies_to !== 'all',
    review: row.review,
    connectorIds: row.connector_ids,
    kinds: row.kinds,
  }
}
