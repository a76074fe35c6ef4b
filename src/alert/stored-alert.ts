/** Alerts as they are stored: opened by the evaluation, acknowledged by people, resolved when their cause is gone. */
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { RULES, type RuleName } from './rule.ts'

export type Alert = {
  readonly alertId: number
  readonly rule: RuleName
  readonly severity: (typeof RULES)[RuleName]['severity']
  readonly subject: string
  readonly detail: Readonly<Record<string, string | number | null>>
  readonly openedAt: Date
  readonly remindedAt: Date | null
  readonly resolvedAt: Date | null
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
  readonly note: string | null
}

export type AlertRow = {
  alert_id: number
  rule: RuleName
  subject: string
  detail: Alert['detail']
  opened_at: Date
  reminded_at: Date | null
  resolved_at: Date | null
  acknowledged_at: Date | null
  acknowledged_by: string | null
  note: string | null
}

export const ALERT_COLUMNS = `alert_id, rule, subject, detail, opened_at, reminded_at, resolved_at, acknowledged_at,
  acknowledged_by, note`
const NOTE_MAX = 1000

export function alertOf(row: AlertRow): Alert {
  return {
    alertId: row.alert_id,
    rule: row.rule,
    // A rule that a newer version no longer has leaves its old alerts readable.
    severity: RULES[row.rule]?.severity ?? 'notice',
    subject: row.subject,
    detail: row.detail,
    openedAt: row.opened_at,
    remindedAt: row.reminded_at,
    resolvedAt: row.resolved_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    note: row.note,
  }
}

type AlertQuery = {
  /** `open`: not resolved; `past`: resolved. */
  readonly state: 'open' | 'past'
  readonly rule?: RuleName | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Alerts, newest first. */
export async function listAlerts(
  sql: Sql,
  query: AlertQuery,
): Promise<{ rows: Alert[]; next: string | null; total: number }> {
  const after = query.after === undefined ? null : Number(query.after)
  if (after !== null && !Number.isSafeInteger(after))
    throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  const condition = `resolved_at is ${query.state === 'open' ? '' : 'not'} null and ($1::text is null or rule = $1)`
  const rows = await sql.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alert where ${condition} and ($2::bigint is null or alert_id < $2)
     order by alert_id desc limit $3`,
    [query.rule ?? null, after, query.limit + 1],
  )
  const [count] = await sql.query<{ total: number }>(
    `select count(*) as total from alert where ${condition}`,
    [query.rule ?? null],
  )
  const page = rows.slice(0, query.limit).map(alertOf)
  return {
    rows: page,
    next: rows.length > query.limit ? String(page.at(-1)!.alertId) : null,
    total: count!.total,
  }
}

/** Open alerts by severity, and how many of all nobody has acknowledged. */
export async function countOpenAlerts(
  sql: Sql,
): Promise<{ critical: number; warning: number; notice: number; unacknowledged: number }> {
  const rows = await sql.query<{ rule: RuleName; alerts: number; fresh: number }>(
    `select rule, count(*) as alerts, count(*) filter (where acknowledged_at is null) as fresh from alert
     where resolved_at is null group by rule`,
  )
  const counts = { critical: 0, warning: 0, notice: 0, unacknowledged: 0 }
  for (const row of rows) {
    counts[RULES[row.rule]?.severity ?? 'notice'] += row.alerts
    counts.unacknowledged += row.fresh
  }
  return counts
}

/** Notes that somebody has seen to it; there are no more reminders. ALERT_UNKNOWN. Doing it again changes the note. */
export async function acknowledgeAlert(
  ground: Ground,
  actor: Actor,
  alertId: number,
  note: string,
): Promise<Alert> {
  requireRole(actor, 'Organization Configuration')
  return ground.database.transaction(async tx => {
    const [row] = await tx.query<AlertRow>(
      `update alert set acknowledged_at = $2, acknowledged_by = $3, note = $4 where alert_id = $1
       returning ${ALERT_COLUMNS}`,
      [alertId, new Date(ground.clock.now()), actor.name, note.trim().slice(0, NOTE_MAX) || null],
    )
    if (!row) throw new HoldfastError('ALERT_UNKNOWN', `there is no alert ${alertId}`)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'alert.acknowledge',
      subject: `alert:${alertId}`,
      detail: { rule: row.rule },
      // Words of a person, who may name others.
      ...(row.note ? { sealed: { note: row.note } } : {}),
    })
    return alertOf(row)
  })
}
