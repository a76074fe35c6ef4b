/** A rule that puts a label on, while it is written. Pure. */
import type { LabelRule } from '../client/client.ts'
import type { Filter } from './filter-fields.tsx'

export type LabelRuleDraft = Filter & {
  readonly name: string
  readonly labelId: number | null
  readonly byQuery: boolean
  readonly query: string
  /** null is all mailboxes. */
  readonly mailboxIds: readonly number[] | null
  readonly active: boolean
}

export const NO_LABEL_RULE: LabelRuleDraft = {
  name: '',
  labelId: null,
  byQuery: false,
  query: '',
  mailboxIds: null,
  connectorIds: null,
  kinds: null,
  active: true,
}

export function labelRuleMistakesOf(draft: LabelRuleDraft): ReadonlySet<string> {
  const { name, labelId, byQuery, query, mailboxIds } = draft
  return new Set([
    ...(name.trim() === '' ? ['name'] : []),
    ...(labelId === null ? ['label'] : []),
    ...(byQuery && query.trim() === '' ? ['query'] : []),
    ...(mailboxIds?.length === 0 ? ['mailboxes'] : []),
  ])
}

/** What is sent of one without mistakes. */
export function labelRuleBodyOf(draft: LabelRuleDraft) {
  const { name, labelId, byQuery, query, mailboxIds, connectorIds, kinds, active } = draft
  return {
    name,
    labelId: labelId ?? 0,
    query: byQuery ? query : null,
    mailboxIds: mailboxIds === null ? null : [...mailboxIds],
    connectorIds: connectorIds === null ? null : [...connectorIds],
    kinds: kinds === null ? null : [...kinds],
    active,
  }
}

export function labelRuleDraftOf(rule: LabelRule): LabelRuleDraft {
  const { name, labelId, query, mailboxIds, connectorIds, kinds, active } = rule
  return {
    name,
    labelId,
    byQuery: query !== null,
    query: query ?? '',
    mailboxIds,
    connectorIds,
    kinds,
    active,
  }
}
