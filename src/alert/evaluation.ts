/**
 * Evaluates the rules: opens an alert for each new cause, resolves those whose cause is gone, reminds of those that
 * nobody acknowledged, and puts what is to be told into the outbox, all in one transaction under an advisory lock. So
 * any number of servers may evaluate, and each alert is told once.
 */
import { isDeepStrictEqual } from 'node:util'
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { foldItemDays } from '../pipeline/pipeline.ts'
import { type AlertEvent, enqueueEvents } from './outbox.ts'
import { listRules, type Rule, type RuleName } from './rule.ts'
import { ALERT_COLUMNS, type Alert, type AlertRow, alertOf } from './stored-alert.ts'
import { type Cause, WATCHES } from './watch.ts'

export type Evaluation = { readonly opened: number; readonly resolved: number; readonly reminded: number }

const DAY = 86_400_000

/** Evaluates once; null if another process is evaluating just now. To be called about every minute. */
export async function evaluateAlerts(ground: Ground): Promise<Evaluation | null> {
  await foldItemDays(ground.database)
  return ground.database.transaction(async tx => {
    const [lock] = await tx.query<{ got: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended('holdfast alerts', 0)) as got`,
    )
    if (!lock?.got) return null
    const now = ground.clock.now()
    const open = new Map<RuleName, Alert[]>()
    for (const row of await tx.query<AlertRow>(
      `select ${ALERT_COLUMNS} from alert where resolved_at is null order by alert_id for update`,
    ))
      open.set(row.rule, [...(open.get(row.rule) ?? []), alertOf(row)])
    const events: AlertEvent[] = []
    for (const rule of await listRules(tx)) {
      const causes = await look(ground, rule, now)
      if (causes) events.push(...(await compare(ground, tx, rule, open.get(rule.rule) ?? [], causes, now)))
    }
    await enqueueEvents(ground, tx, events)
    const count = (event: AlertEvent['event']) => events.filter(each => each.event === event).length
    return { opened: count('opened'), resolved: count('resolved'), reminded: count('reminder') }
  })
}

/** What the rule sees; null if it could not look. A rule that is off sees nothing. */
async function look(ground: Ground, rule: Rule, now: number): Promise<Cause[] | null> {
  if (!rule.enabled) return []
  try {
    return await WATCHES[rule.rule](ground, rule, now)
  } catch (error) {
    ground.log.warn({ error, rule: rule.rule }, 'a rule of the alerts could not be evaluated')
    return null
  }
}

async function compare(
  ground: Ground,
  tx: Transaction,
  rule: Rule,
  open: readonly Alert[],
  causes: readonly Cause[],
  now: number,
): Promise<AlertEvent[]> {
  const at = new Date(now)
  const events: AlertEvent[] = []
  const bySubject = new Map(causes.map(cause => [cause.subject, cause]))
  for (const alert of open) {
    const cause = bySubject.get(alert.subject)
    bySubject.delete(alert.subject)
    if (!cause) {
      await tx.execute('update alert set resolved_at = $2 where alert_id = $1', [alert.alertId, at])
      await record(ground, tx, 'alert.resolve', alert)
      if (rule.enabled && !rule.momentary)
        events.push({ event: 'resolved', alert: { ...alert, resolvedAt: at } })
      continue
    }
    const same = cause.unclear || isDeepStrictEqual(alert.detail, cause.detail)
    const current = same ? alert : { ...alert, detail: cause.detail }
    const due = (alert.remindedAt ?? alert.openedAt).getTime() + rule.reminderDays * DAY
    const remind = rule.reminderDays > 0 && alert.acknowledgedAt === null && now >= due && !cause.unclear
    if (remind) events.push({ event: 'reminder', alert: current })
    if (remind || current !== alert)
      await tx.execute(
        'update alert set detail = $2, reminded_at = case when $3 then $4 else reminded_at end where alert_id = $1',
        [alert.alertId, JSON.stringify(current.detail), remind, at],
      )
  }
  for (const cause of bySubject.values()) {
    if (cause.unclear) continue
    const [row] = await tx.query<AlertRow>(
      `insert into alert (rule, subject, detail, opened_at) values ($1, $2, $3, $4) returning ${ALERT_COLUMNS}`,
      [rule.rule, cause.subject, JSON.stringify(cause.detail), at],
    )
    const alert = alertOf(row!)
    await record(ground, tx, 'alert.open', alert)
    events.push({ event: 'opened', alert })
  }
  return events
}

async function record(ground: Ground, tx: Transaction, act: string, alert: Alert): Promise<void> {
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: 'system',
    act,
    subject: `alert:${alert.alertId}`,
    // A person who is silent is named in the alert, and not in the log.
    detail: {
      rule: alert.rule,
      about: alert.rule === 'person-silent' ? alert.detail.connector : alert.subject,
    },
  })
}
