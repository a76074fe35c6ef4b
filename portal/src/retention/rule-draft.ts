/** What a policy or a label does, while it is written: what was entered, and what is missing. Pure. */
import { NO_PERIOD, type Period, periodOf, periodText } from './period.ts'

export const ACTIONS = ['retain', 'retain-then-delete', 'delete'] as const
export const STARTS = ['sent', 'imported', 'event'] as const
export type Action = (typeof ACTIONS)[number] | 'none'
export type Start = (typeof STARTS)[number]

export type RuleDraft = {
  readonly action: Action
  /** Keeps without end; only where nothing is deleted. */
  readonly isEver: boolean
  readonly period: Period
  readonly start: Start
  readonly eventTypeId: number | null
  readonly review: boolean
}

export type RuleMistake = 'period' | 'eventType'

export const NO_RULE: RuleDraft = {
  action: 'retain',
  isEver: false,
  period: NO_PERIOD,
  start: 'sent',
  eventTypeId: null,
  review: false,
}

export const deletes = ({ action }: { readonly action: Action }): boolean =>
  action === 'delete' || action === 'retain-then-delete'

/** Whether it counts a period at all. */
const counts = ({ action, isEver }: RuleDraft): boolean =>
  action !== 'none' && !(action === 'retain' && isEver)

export function ruleMistakesOf(draft: RuleDraft): readonly RuleMistake[] {
  if (!counts(draft)) return []
  return [
    ...(periodText(draft.period) === null ? (['period'] as const) : []),
    ...(draft.start === 'event' && draft.eventTypeId === null ? (['eventType'] as const) : []),
  ]
}

/** What is sent of it. What keeps for ever, or only names, counts from nothing. */
export function ruleBodyOf(draft: RuleDraft) {
  const isCounted = counts(draft)
  const start = isCounted ? draft.start : 'sent'
  return {
    action: draft.action,
    period: isCounted ? periodText(draft.period) : null,
    start,
    eventTypeId: start === 'event' ? draft.eventTypeId : null,
    review: deletes(draft) && draft.review,
  }
}

type Rule = Omit<ReturnType<typeof ruleBodyOf>, 'action'> & { readonly action: Action }

/** What a rule looks like in the form that changes it. */
export function ruleDraftOf({ action, period, start, eventTypeId, review }: Rule): RuleDraft {
  return {
    action,
    isEver: action === 'retain' && period === null,
    period: period === null ? NO_PERIOD : periodOf(period),
    start,
    eventTypeId,
    review,
  }
}
