/** The labels that the filings of a mailbox may carry, and the rules that put them on, as decisions go by them. */
import type { Sql } from '../database/database.ts'
import { eventMoments } from './event.ts'
import { parsePeriod } from './period.ts'
import type { Label, LabelRule, PeriodStart, RetentionAction } from './rule.ts'

type LabelsOfMailbox = {
  readonly labels: readonly Label[]
  readonly labelRules: readonly LabelRule[]
}

export type LabelRow = {
  label_id: number
  action: RetentionAction | 'none'
  period: string | null
  start_from: PeriodStart['from']
  event_type_id: number | null
  review: boolean
}

type RuleRow = {
  label_id: number
  mailbox_ids: number[] | null
  connector_ids: number[] | null
  kinds: string[] | null
}

/**
 * By mailbox, those alike as one object. Labels that only name are left out: they decide nothing. Whoever acts by them
 * has the mailboxes locked.
 */
export async function labelsOf(
  sql: Sql,
  mailboxIds: readonly number[],
): Promise<(mailboxId: number) => LabelsOfMailbox> {
  const rows = await sql.query<LabelRow>(
    `select label_id, action, period, start_from, event_type_id, review from retention_label
     where action <> 'none' order by label_id`,
    [],
    'labels',
  )
  const rules = await sql.query<RuleRow>(
    `select label_id, mailbox_ids, connector_ids, kinds from label_rule
     where active and not by_query order by rule_id`,
    [],
    'label-rules',
  )
  const types = rows.flatMap(row => (row.event_type_id === null ? [] : [row.event_type_id]))
  const momentOf = await eventMoments(sql, types, mailboxIds)
  const named = rules.map(rule => rule.mailbox_ids && new Set(rule.mailbox_ids))
  const alike = new Map<string, LabelsOfMailbox>()
  return mailboxId => {
    const moments = types.map(type => momentOf(type, mailboxId)?.getTime() ?? null)
    const own = named.map(mailboxes => mailboxes === null || mailboxes.has(mailboxId))
    const key = JSON.stringify([moments, own])
    const known = alike.get(key)
    if (known) return known
    const found: LabelsOfMailbox = {
      labels: rows.map(row => labelOf(row, type => momentOf(type, mailboxId))),
      labelRules: rules.flatMap((rule, index) => (own[index] ? [ruleOf(rule)] : [])),
    }
    alike.set(key, found)
    return found
  }
}

function labelOf(row: LabelRow, momentOf: (eventTypeId: number) => Date | null): Label {
  return {
    labelId: row.label_id,
    action: row.action,
    period: row.period === null ? null : parsePeriod(row.period),
    start:
      row.start_from === 'event'
        ? { from: 'event', at: momentOf(row.event_type_id!) }
        : { from: row.start_from },
    review: row.review,
  }
}

function ruleOf({ label_id: labelId, connector_ids: connectorIds, kinds }: RuleRow): LabelRule {
  return { labelId, connectorIds, kinds }
}
