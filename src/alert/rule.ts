/**
 * The rules: what opens an alert, and from which threshold on. The catalogue is here; a row of alert_rule says where an
 * archive differs from it.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'

type Threshold = {
  readonly unit: 'hours' | 'days' | 'minutes' | 'percent' | 'numbers' | 'refusals' | 'readings'
  readonly min: number
  readonly max: number
  readonly default: number
}

type Definition = {
  readonly severity: 'critical' | 'warning' | 'notice'
  readonly threshold: Threshold | null
  /** What was done and is over, as opposed to what lasts: its end is not worth a message. */
  readonly momentary: boolean
}

const threshold = (unit: Threshold['unit'], min: number, max: number, by: number): Threshold => ({
  unit,
  min,
  max,
  default: by,
})
const rule = (
  severity: Definition['severity'],
  limit: Threshold | null = null,
  momentary = false,
): Definition => Object.freeze({ severity, threshold: limit, momentary })

/** Every rule, most pressing first. docs/operating/alerts.md says what each means and what to do. */
export const RULES = Object.freeze({
  'log-broken': rule('critical'),
  'checkpoint-overdue': rule('critical', threshold('minutes', 1, 1440, 5)),
  'index-differs': rule('critical'),
  'low-disk': rule('critical', threshold('percent', 1, 50, 10)),
  'sum-differs': rule('critical'),
  'run-missed': rule('critical', threshold('hours', 1, 168, 6)),
  'sign-in-refused': rule('critical'),
  'disposition-clocks': rule('critical'),
  'disposition-volume': rule('critical'),
  'staged-copies': rule('critical', threshold('hours', 1, 24, 24)),
  'run-failed': rule('warning'),
  'disposition-overdue': rule('warning', threshold('days', 1, 365, 7)),
  'review-waiting': rule('notice', threshold('days', 1, 365, 7)),
  'unmapped-numbers': rule('warning', threshold('numbers', 1, 10_000, 1)),
  'hold-query': rule('warning'),
  'person-silent': rule('warning', threshold('days', 1, 365, 14)),
  'bulk-reading': rule('warning', threshold('readings', 10, 1_000_000, 2000), true),
  'portal-sign-in-refused': rule('warning', threshold('refusals', 3, 10_000, 20), true),
  'break-glass': rule('notice', null, true),
}) satisfies Record<string, Definition>

export type RuleName = keyof typeof RULES

export type Rule = {
  readonly rule: RuleName
  readonly severity: Definition['severity']
  readonly momentary: boolean
  readonly enabled: boolean
  /** The threshold in force, in the unit of `bounds`; null where the rule has none. */
  readonly threshold: number | null
  readonly bounds: Threshold | null
  /** An alert that nobody acknowledged is told again after so many days; 0: never. */
  readonly reminderDays: number
  readonly revision: number
  readonly changedBy: string | null
  readonly changedAt: Date | null
}

export type RuleChange = {
  readonly enabled: boolean
  readonly threshold: number | null
  readonly reminderDays: number
}

const REMINDER_DAYS = 3
const REMINDER_DAYS_MAX = 365

type Row = {
  rule: string
  enabled: boolean
  threshold: number | null
  reminder_days: number
  revision: number
  changed_by: string
  changed_at: Date
}

export const isRule = (name: string): name is RuleName => Object.hasOwn(RULES, name)

/** All rules as they are in force, in the order of the catalogue. */
export async function listRules(sql: Sql): Promise<Rule[]> {
  const rows = await sql.query<Row>('select * from alert_rule')
  return (Object.keys(RULES) as RuleName[]).map(name => {
    const { severity, threshold: bounds, momentary } = RULES[name]
    const row = rows.find(each => each.rule === name)
    return {
      rule: name,
      severity,
      momentary,
      bounds,
      enabled: row?.enabled ?? true,
      threshold: bounds && (row?.threshold ?? bounds.default),
      reminderDays: row?.reminder_days ?? REMINDER_DAYS,
      revision: row?.revision ?? 1,
      changedBy: row?.changed_by ?? null,
      changedAt: row?.changed_at ?? null,
    }
  })
}

/** Changes a rule. ALERT_RULE_INVALID, REVISION_STALE if somebody else changed it since. */
export async function changeRule(
  ground: Ground,
  actor: Actor,
  name: RuleName,
  revision: number,
  change: RuleChange,
): Promise<Rule> {
  requireRole(actor, 'Organization Configuration')
  demand(name, change)
  const now = new Date(ground.clock.now())
  return ground.database.transaction(async tx => {
    // A row for every rule that was ever changed; the first change makes it, whoever comes first.
    await tx.execute(
      `insert into alert_rule (rule, enabled, threshold, reminder_days, revision, changed_by, changed_at)
       values ($1, $2, $3, $4, 1, $5, $6) on conflict (rule) do nothing`,
      [name, true, RULES[name].threshold?.default ?? null, REMINDER_DAYS, actor.name, now],
    )
    const changed = await tx.execute(
      `update alert_rule set enabled = $3, threshold = $4, reminder_days = $5, revision = revision + 1, changed_by = $6,
         changed_at = $7 where rule = $1 and revision = $2`,
      [name, revision, change.enabled, change.threshold, change.reminderDays, actor.name, now],
    )
    if (changed === 0)
      throw new HoldfastError('REVISION_STALE', `the rule ${name} was changed by somebody else meanwhile`)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'alert-rule.change',
      subject: `alert-rule:${name}`,
      detail: { ...change },
    })
    return (await listRules(tx)).find(each => each.rule === name)!
  })
}

function demand(name: RuleName, change: RuleChange): void {
  const { threshold: bounds } = RULES[name]
  const within = (value: number, min: number, max: number) =>
    Number.isInteger(value) && value >= min && value <= max
  if (!within(change.reminderDays, 0, REMINDER_DAYS_MAX))
    throw new HoldfastError(
      'ALERT_RULE_INVALID',
      `${name}: reminders are after 0 to ${REMINDER_DAYS_MAX} days`,
    )
  if (bounds === null && change.threshold !== null)
    throw new HoldfastError('ALERT_RULE_INVALID', `${name} has no threshold`)
  if (bounds && (change.threshold === null || !within(change.threshold, bounds.min, bounds.max)))
    throw new HoldfastError(
      'ALERT_RULE_INVALID',
      `${name}: the threshold is a whole number of ${bounds.unit} from ${bounds.min} to ${bounds.max}`,
    )
}
