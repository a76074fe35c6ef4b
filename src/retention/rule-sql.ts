/**
 * The principles of retention (principle.ts) as expressions of SQL, for the rules of a mailbox: one pass over its
 * filings decides on all of them. `least` and `greatest` leave nulls out, as a rule that does not apply is left out.
 *
 * The expressions are about a row `p` with kind, connector_id, item_date, imported_at, label_id and extended_until, and
 * with the moments of events: mailboxes whose rules differ in these alone are decided on in one statement.
 */

import { momentValue } from './at-filing.ts'
import type { MailboxRules } from './mailbox-rules.ts'
import { formatPeriod } from './period.ts'
import type { ItemFilter, Label, Policy } from './rule.ts'

/** Adds a value to those of the statement, and says how it is written in its text: `$7`. */
type AddValue = (value: unknown) => string

/** Rules of mailboxes that have the same but for when events happened to them; `rules` are those of the first. */
type AlikeRules = {
  readonly rules: MailboxRules
  /** The columns of the events' moments: one for each rule that starts with an event. */
  readonly columns: readonly string[]
}

/** As `columns` of a mailbox: each in its place, null while it has not happened. */
function momentsOf({ policies, labels }: MailboxRules): readonly (Date | null)[] {
  return [...policies, ...labels].flatMap(({ start }) => (start.from === 'event' ? [start.at] : []))
}

/** The same text for rules that differ in the moments of events alone. */
export function likenessOf({ policies, labels, labelRules }: MailboxRules): string {
  return JSON.stringify([policies, labels, labelRules], (name, value) => (name === 'at' ? undefined : value))
}

/** Rules with the names of their columns, and the columns as a table `name` of the mailboxes in `$1`; '' if there are none. */
export function alikeRules(
  all: readonly MailboxRules[],
  name: string,
  add: AddValue,
): AlikeRules & { readonly join: string } {
  const moments = all.map(momentsOf)
  const columns = moments[0]!.map((_, index) => `${name}_${index}`)
  if (columns.length === 0) return { rules: all[0]!, columns, join: '' }
  const values = columns.map((_, index) =>
    add(moments.map(own => momentValue(own[index]?.getTime() ?? Number.POSITIVE_INFINITY))),
  )
  const join = `join unnest($1::integer[], ${values.map(value => `${value}::timestamptz[]`).join(', ')})
    as ${name} (mailbox_id, ${columns.join(', ')}) on ${name}.mailbox_id = f.mailbox_id`
  return { rules: all[0]!, columns, join }
}

/** A rule with the column that its event's moment is in. */
type Placed<Rule> = Rule & { readonly column: string | null }

function placed({ rules, columns }: AlikeRules): {
  policies: readonly Placed<Policy>[]
  labels: readonly Placed<Label>[]
} {
  let next = 0
  const place = <Rule extends Policy | Label>(rule: Rule): Placed<Rule> => ({
    ...rule,
    column: rule.start.from === 'event' ? `p.${columns[next++]}` : null,
  })
  return { policies: rules.policies.map(place), labels: rules.labels.map(place) }
}

const NONE = 'null::timestamptz'
const INFINITY = `'infinity'::timestamptz`

/** The label that rules give; null where none fits. */
export function labelSql({ rules: { labelRules } }: AlikeRules, add: AddValue): string {
  if (labelRules.length === 0) return 'null::integer'
  const cases = labelRules.map(rule => `when ${filterSql(rule, add)} then ${add(rule.labelId)}::integer`)
  return `case ${cases.join(' ')} end`
}

/** Until when it is retained: by a rule, or by the extension of a disposition review. */
export function retainSql(alike: AlikeRules, add: AddValue): string {
  const { policies, labels } = placed(alike)
  const terms = ['p.extended_until', ...policies.filter(isRetaining).map(policy => endIf(policy, add))]
  const own = labels.filter(isRetaining)
  if (own.length > 0) terms.push(byLabel(own, add))
  return `greatest(${terms.join(', ')})`
}

/** When it is deleted, of a row `p` that has retain_until as well. */
export function deleteSql(alike: AlikeRules, add: AddValue): string {
  const { policies, labels } = placed(alike)
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

function earliest(policies: readonly Placed<Policy>[], add: AddValue): string {
  return policies.length === 0 ? NONE : `least(${policies.map(policy => endIf(policy, add)).join(', ')})`
}

function byLabel(labels: readonly Placed<Label>[], add: AddValue): string {
  const cases = labels.map(label => `when ${add(label.labelId)}::integer then ${endOf(label, add)}`)
  return `case p.label_id ${cases.join(' ')} end`
}

function endIf(policy: Placed<Policy>, add: AddValue): string {
  const filter = filterSql(policy, add)
  return filter === 'true' ? endOf(policy, add) : `case when ${filter} then ${endOf(policy, add)} end`
}

/** The end of a rule's period; 'infinity' where it has none, or waits for its event. */
function endOf({ start, period, column }: Placed<Policy | Label>, add: AddValue): string {
  if (period === null) return INFINITY
  const from = column ?? (start.from === 'sent' ? 'p.item_date' : 'p.imported_at')
  return `(${from} at time zone 'UTC' + ${add(formatPeriod(period))}::interval) at time zone 'UTC'`
}

function filterSql({ connectorIds, kinds }: ItemFilter, add: AddValue): string {
  const parts: string[] = []
  if (connectorIds !== null) parts.push(`p.connector_id = any(${add(connectorIds)}::integer[])`)
  if (kinds !== null) parts.push(`coalesce(p.kind = any(${add(kinds)}::text[]), false)`)
  return parts.length === 0 ? 'true' : `(${parts.join(' and ')})`
}
