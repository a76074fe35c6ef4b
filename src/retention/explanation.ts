/** An explanation as it is given: in JSON, to the portal, and (explain-text.ts) as lines of text. */
import type { Reason } from './rule.ts'

/** In one word what is to become of a filing. */
export const VERDICTS = [
  /** Held until the queries of holds have looked at it. */
  'held-pending',
  'held-ever',
  'held-until',
  /** Retained without end. */
  'kept-ever',
  /** Retained until an event has happened, and for a period after it. */
  'kept-event',
  'kept-until',
  /** Retained by a disposition review. */
  'extended-until',
  /** Due, and waiting for somebody's approval. */
  'review',
  'approved',
  /** Due: goes with the next disposal. */
  'due',
  /** Kept by nothing, and to be deleted later. */
  'later',
  /** Nothing keeps it and nothing deletes it. */
  'free',
] as const
export type Verdict = (typeof VERDICTS)[number]

/** What is to come once nothing keeps it any more. */
export const FATES = ['deleted', 'reviewed', 'stays', 'unknown'] as const
export type Fate = (typeof FATES)[number]

/** null is no end. */
type Span = { readonly until: Date | null }

/** A filing's own columns. */
export type FilingState = {
  readonly held: Span | null
  /** Held besides until the queries of holds have looked at it. */
  readonly holdPending: boolean
  readonly retained: Span | null
  /** Deferred by what retains it, not by holds; null is never by what is known now. */
  readonly deleteAt: Date | null
  readonly extendedUntil: Date | null
  readonly review: 'pending' | 'second' | 'approved' | null
}

export type ExplainedReason = {
  /** A hold that the asker may not see has neither; an extension has no name. */
  readonly rule: {
    readonly type: Reason['rule']['type']
    readonly id: number | null
    readonly name: string | null
  }
  readonly effect: Reason['effect']
  /** null where that is not known yet, and for an extension. */
  readonly from: Date | null
  /** null is no end, or one that is not known yet. */
  readonly until: Date | null
  readonly waitsFor: Reason['waitsFor']
  readonly setAside: Reason['setAside']
  /** True where it keeps now what another rule would delete. */
  readonly blocks: boolean
}

export type Judged = {
  readonly verdict: Verdict
  /** The moment of the verdict, where it has one. */
  readonly until: Date | null
  readonly fate: Fate
  /** When it goes at the earliest, by what is known now; null where that is not known, or never. */
  readonly earliest: Date | null
}

export type ExplainedFiling = Omit<FilingState, 'review'> &
  Judged & {
    readonly mailboxId: number
    readonly address: string
    readonly displayName: string
    /** Filed there wrongly, and hidden since. */
    readonly hidden: boolean
    readonly label: {
      readonly labelId: number
      readonly name: string | null
      readonly by: 'person' | 'query' | 'rule'
    } | null
    /** A person took a label off, so that no rule puts one on. */
    readonly labelTakenOff: boolean
    readonly review: { readonly reviewId: number; readonly state: 'pending' | 'second' | 'approved' } | null
    readonly archivedAt: Date | null
    /** Its erasure was asked for and refused: only some see it (GDPR 18). */
    readonly restricted: boolean
    /** True where rules have changed and it is yet to be decided on again. */
    readonly evaluating: boolean
    /** Every rule that is about it, those set aside too. */
    readonly reasons: readonly ExplainedReason[]
  }

/** It left this mailbox; in others it may be there. */
export type GoneFiling = {
  readonly mailboxId: number
  readonly address: string
  readonly disposalId: number
  readonly at: Date
}

export type Explanation = {
  readonly itemId: string
  readonly at: Date
  readonly filings: readonly ExplainedFiling[]
  readonly gone: readonly GoneFiling[]
  /** All that is left of an item that is gone; null while it is there, or for who does not see every mailbox. */
  readonly tombstone: { readonly goneAt: Date; readonly disposalIds: readonly number[] } | null
}

/** What a rule is called; null where that is not to be known. */
export type NameOf = (
  type: Reason['rule']['type'],
  id: number,
) => { readonly id: number; readonly name: string } | null
