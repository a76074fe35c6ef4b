/**
 * The words of retention: what rules there are, what is looked at of an item, and what is decided. Moments are
 * milliseconds since 1970; Infinity is no end, or one that is not known yet.
 */
import type { HoldOnMailbox } from '../hold/hold.ts'
import type { Period } from './period.ts'

/** What counts from when: the item's date (sent, else arrived), its import, or an event that `at` is the moment of. */
export type PeriodStart =
  | { readonly from: 'sent' }
  | { readonly from: 'imported' }
  /** `at` is null while the event has not happened: what is retained is retained until it has. */
  | { readonly from: 'event'; readonly at: Date | null }

/** What a rule does: keep for its period; delete after it; or both. */
export type RetentionAction = 'retain' | 'delete' | 'retain-then-delete'

/** Which items of a mailbox a rule is about; null is all. */
export type ItemFilter = {
  readonly connectorIds: readonly number[] | null
  readonly kinds: readonly string[] | null
}

/** A policy as it applies to one mailbox. */
export type Policy = ItemFilter & {
  readonly policyId: number
  readonly action: RetentionAction
  /** null is for ever; only with 'retain'. */
  readonly period: Period | null
  readonly start: PeriodStart
  /** True for an adaptive scope or mailboxes by name, false for the whole organisation: explicit wins over implicit. */
  readonly specific: boolean
  /** True if what it lets go is looked at by a person first (disposition-review.ts). */
  readonly review: boolean
}

/** A label as it applies to one mailbox; 'none' only names. */
export type Label = {
  readonly labelId: number
  readonly action: RetentionAction | 'none'
  readonly period: Period | null
  readonly start: PeriodStart
  /** As a policy's. */
  readonly review: boolean
}

/** Puts a label on items that have none. */
export type LabelRule = ItemFilter & { readonly labelId: number }

/** A hold as it applies to one mailbox (hold/rule.ts). */
export type HoldRule = Pick<
  HoldOnMailbox,
  'holdId' | 'termId' | 'byQuery' | 'days' | 'releasedAt' | 'delayUntil'
>

/** All that decides how long the items of one mailbox are kept. */
export type KeepingRules = {
  readonly policies: readonly Policy[]
  /** Those that an item may carry here. */
  readonly labels: readonly Label[]
  /** Oldest first: the first that fits gives its label. */
  readonly labelRules: readonly LabelRule[]
  readonly holds: readonly HoldRule[]
}

/** What is looked at of a filing and its item. */
export type KeepingFacts = {
  readonly kind: string | null
  readonly connectorId: number
  /** null where it is impossible: then its arrival stands in. */
  readonly sentAt: Date | null
  readonly arrivedAt: Date
  readonly importedAt: Date
  readonly labelId: number | null
  /** The terms of query holds that hold it. */
  readonly heldByTerms: readonly number[]
  /** True until the queries of holds have looked at it. */
  readonly holdPending: boolean
  /** Until when a disposition review has it retained, whatever the rules say. */
  readonly extendedUntil: Date | null
}

/** Which of Microsoft's principles of retention set a rule's effect aside, if one did. */
export type SetAside =
  | 'longest-retention'
  | 'label-deletion'
  | 'specific-deletion'
  | 'shortest-deletion'
  /** A hold that was released, and no longer held it then. */
  | 'released'

/** One rule's part in a decision. */
export type Reason = {
  /** A filing has one extension at most, by a disposition review; its id is 0. */
  readonly rule: { readonly type: 'policy' | 'label' | 'hold' | 'extension'; readonly id: number }
  readonly effect: 'hold' | 'retain' | 'delete'
  /** What it counts from; null where that is not known yet, and for an extension. */
  readonly from: number | null
  /** Until when it keeps, or when it would delete by itself; Infinity is no end, or one that is not known yet. */
  readonly until: number
  /** What it waits for: its event, or that its query looks at the item. */
  readonly waitsFor: 'event' | 'query' | null
  /** null where it is this rule that decides. */
  readonly setAside: SetAside | null
}

/** How long a filing is kept, as its columns say, and why. */
export type Decision = {
  readonly heldUntil: number | null
  readonly holdPending: boolean
  readonly retainUntil: number | null
  /** Deferred by retention, not by holds; null is never by what is known now. */
  readonly deleteAt: number | null
  /** Every rule that applies, those set aside too. */
  readonly reasons: readonly Reason[]
}
