/** A policy while it is written: what was entered, what is missing, and what is sent. Pure. */
import type { RetentionPolicy, RetentionPreset } from '../client/client.ts'
import type { Filter } from './filter-fields.tsx'
import { NO_PERIOD, partsOf, periodOf } from './period.ts'
import { NO_RULE, type RuleDraft, ruleBodyOf, ruleDraftOf, ruleMistakesOf } from './rule-draft.ts'

export const TARGETS = ['all', 'mailboxes', 'scopes'] as const
export type Target = (typeof TARGETS)[number]

export type PolicyDraft = Filter & {
  readonly presetId: RetentionPreset['presetId'] | null
  readonly name: string
  readonly description: string
  readonly belowPreset: string
  readonly rule: RuleDraft
  readonly appliesTo: Target
  readonly mailboxIds: readonly number[]
  readonly excludedIds: readonly number[]
  readonly scopeIds: readonly number[]
}

export const NO_POLICY: PolicyDraft = {
  presetId: null,
  name: '',
  description: '',
  belowPreset: '',
  rule: NO_RULE,
  appliesTo: 'all',
  mailboxIds: [],
  excludedIds: [],
  scopeIds: [],
  connectorIds: null,
  kinds: null,
}

export type PolicyMistake = 'name' | 'period' | 'eventType' | 'mailboxes' | 'scopes' | 'below'

export function policyMistakesOf(
  draft: PolicyDraft,
  preset: RetentionPreset | null,
): ReadonlySet<PolicyMistake> {
  const { name, rule, appliesTo, mailboxIds, scopeIds, belowPreset } = draft
  return new Set<PolicyMistake>([
    ...(name.trim() === '' ? (['name'] as const) : []),
    ...ruleMistakesOf(rule),
    ...(appliesTo === 'mailboxes' && mailboxIds.length === 0 ? (['mailboxes'] as const) : []),
    ...(appliesTo === 'scopes' && scopeIds.length === 0 ? (['scopes'] as const) : []),
    ...(keepsLess(draft, preset) && belowPreset.trim() === '' ? (['below'] as const) : []),
  ])
}

/** About how many days a period has: enough to tell which of two is the longer. */
function daysOf(period: string): number {
  const { years, months, days } = partsOf(period)
  return ((years * 12 + months) * 365.25) / 12 + days
}

/** Whether it lets go before its preset says. The archive has the last word. */
export function keepsLess({ rule }: PolicyDraft, preset: RetentionPreset | null): boolean {
  if (preset === null) return false
  const { action, period } = ruleBodyOf(rule)
  if (action === 'delete') return true
  return period !== null && daysOf(period) < daysOf(preset.period)
}

/** What a preset fills in; what was said of the policy stays. */
export function withPreset(draft: PolicyDraft, preset: RetentionPreset | null): PolicyDraft {
  if (preset === null) return { ...draft, presetId: null, belowPreset: '' }
  const start = preset.starts[0] ?? 'sent'
  return {
    ...draft,
    presetId: preset.presetId,
    name: draft.name.trim() === '' ? preset.name : draft.name,
    rule: {
      ...NO_RULE,
      action: preset.action,
      period: periodOf(preset.period),
      start: start === 'event' ? 'sent' : start,
    },
  }
}

export function policySettingsOf(draft: PolicyDraft) {
  const { rule, appliesTo, mailboxIds, excludedIds, scopeIds, connectorIds, kinds } = draft
  const { action, period, start, eventTypeId, review } = ruleBodyOf(rule)
  return {
    appliesTo,
    mailboxIds: appliesTo === 'mailboxes' ? [...mailboxIds] : [],
    excludedIds: appliesTo === 'all' ? [...excludedIds] : [],
    scopeIds: appliesTo === 'scopes' ? [...scopeIds] : [],
    connectorIds: connectorIds === null ? null : [...connectorIds],
    kinds: kinds === null ? null : [...kinds],
    action: action === 'none' ? ('retain' as const) : action,
    period,
    startFrom: start,
    eventTypeId,
    review,
  }
}

export function policyBodyOf(draft: PolicyDraft) {
  const { name, description, belowPreset } = draft
  return { name, description, belowPreset, ...policySettingsOf(draft) }
}

/** What a policy looks like in the form that changes it. */
export function policyDraftOf(policy: RetentionPolicy): PolicyDraft {
  const { presetId, name, description, belowPreset, appliesTo, startFrom } = policy
  const { mailboxIds, excludedIds, scopeIds, connectorIds, kinds } = policy
  const rule = ruleDraftOf({ ...policy, start: startFrom })
  return {
    presetId,
    name,
    description,
    belowPreset,
    rule: policy.period === null ? { ...rule, period: NO_PERIOD } : rule,
    appliesTo,
    mailboxIds,
    excludedIds,
    scopeIds,
    connectorIds,
    kinds,
  }
}
