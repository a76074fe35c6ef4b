/**
 * The principles of retention (principle.ts) as expressions of SQL, for the rules of a mailbox: one pass over its
 * filings decides on all of them. `least` and `greatest` leave nulls out, as a rule that does not apply is left out.
 *
 * The expressions are about a row `p` with kind, connector_id, item_date, imported_at, label_id and extended_until.
 */

import type { MailboxRules } from './mailbox-rules.ts'
import { formatPeriod } from './period.ts'
import type { ItemFilter, Label, Policy } from './rule.ts'

/** Adds a value to those of the statement, and says how it is written in its text: `$7`. */
type AddValue = (value: unknown) => string

const NONE = 'null::timestamptz'
const INFINITY = `'infinity'::timestamptz`

/** The label that rules give; null where none fits. */
export function labelSql({ labelRules }: MailboxRules, add: AddValue): string {
  if (labelRules.length === 0) return 'null::integer'
  const cases = labelRules.map(rule => `when ${filterSql(rule, add)} then ${add(rule.labelId)}::integer`)
  return `case ${cases.join(' ')} end`
}

/** Until when it is retained: by a rule, or by the extension of a disposition review. */
export function retainSql({ policies, labels }: MailboxRules, add: AddValue): string {
  const terms = ['p.extended_until', ...policies.filter(isRetaining).map(policy => endIf(policy, add))]
  const own = labels.filter(isRetaining)
  if (own.length > 0) terms.push(byLabel(own, add))
  return `greatest(${terms.join(', ')})`
}

/** When it is deleted, of a row `p` that has retain_until as well. */
export function deleteSql({ policies, labels }: MailboxRules, add: AddValue): string {
  const deleting = policies.filter(isDeleting)
  const scoped = deleting.filter(policy => policy.specific)
  const implicit = deleting.filter(policy => !policy.specific)
  const own = labels.filter(isDeleting)
  const cases: string[] = []
  if (own.length > 0)
    cases.push(
      `when p.label_id = any(${add(own.map(label => label.labelId))}::integer[]) then ${byLabel(own, add)}`,
    )
  if (scoped.length > 0)
    cases.push(
      `when ${scoped.map(policy => filterSql(policy, add)).join(' or ')} then ${earliest(scoped, add)}`,
    )
  const otherwise = earliest(implicit, add)
  const due = cases.length === 0 ? otherwise : `case ${cases.join(' ')} else ${otherwise} end`
  if (due === NONE) return NONE
  // Nothing is deleted before `due`: a null there stays null, though `greatest` alone would take the retention.
  return `(select nullif(greatest(d.due, p.retain_until), 'infinity') from (select ${due} as due) as d where d.due is not null)`
}

function isRetaining({ action }: Policy | Label): boolean {
  return action === 'retain' || action === 'retain-then-delete'
}

function isDeleting({ action }: Policy | Label): boolean {
  return action === 'delete' || action === 'retain-then-delete'
}

function earliest(policies: readonly Policy[], add: AddValue): string {
  return policies.length === 0 ? NONE : `least(${policies.map(policy => endIf(policy, add)).join(', ')})`
}

function byLabel(labels: readonly Label[], add: AddValue): string {
  const cases = labels.map(label => `when ${add(label.labelId)}::integer then ${endOf(label, add)}`)
  return `case p.label_id ${cases.join(' ')} end`
}

function endIf(policy: Policy, add: AddValue): string {
  const filter = filterSql(policy, add)
  return filter === 'true' ? endOf(policy, add) : `case when ${filter} then ${endOf(policy, add)} end`
}

/** The end of a rule's period; 'infinity' where it has none, or waits for its event. */
function endOf({ start, period }: Policy | Label, add: AddValue): string {
  if (period === null) return INFINITY
  const from =
    start.from === 'sent'
      ? 'p.item_date'
      : start.from === 'imported'
        ? 'p.imported_at'
        : start.at === null
          ? INFINITY
          : `${add(start.at)}::timestamptz`
  if (from === INFINITY) return INFINITY
  return `(${from} at time zone 'UTC' + ${add(formatPeriod(period))}::interval) at time zone 'UTC'`
}

function filterSql({ connectorIds, kinds }: ItemFilter, add: AddValue): string {
  const parts: string[] = []
  if (connectorIds !== null) parts.push(`p.connector_id = any(${add(connectorIds)}::integer[])`)
  if (kinds !== null) parts.push(`coalesce(p.kind = any(${add(kinds)}::text[]), false)`)
  return parts.length === 0 ? 'true' : `(${parts.join(' and ')})`
}
