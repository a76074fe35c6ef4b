/** What a filing's columns and the rules come to. Pure. */
import type { Fate, FilingState, Judged, Verdict } from './explanation.ts'
import { decide } from './principle.ts'
import type { KeepingFacts, KeepingRules, Reason } from './rule.ts'

type DatedReason = Omit<Reason, 'from' | 'until'> & {
  readonly from: Date | null
  readonly until: Date | null
  readonly blocks: boolean
}

export function explainDecision(
  state: FilingState,
  facts: KeepingFacts,
  rules: KeepingRules,
  now: number,
): { verdict: Judged; reasons: DatedReason[]; evaluating: boolean } {
  const { reasons, retainUntil, deleteAt } = decide(facts, rules)
  const isDeleted = reasons.some(({ effect }) => effect === 'delete')
  return {
    verdict: judge(state, reasons, rules, now),
    reasons: reasons.map(reason => ({
      ...reason,
      from: dateOf(reason.from),
      until: dateOf(reason.until),
      blocks: isDeleted && reason.effect !== 'delete' && reason.setAside !== 'released' && reason.until > now,
    })),
    evaluating: retainUntil !== momentOf(state.retained) || deleteAt !== (state.deleteAt?.getTime() ?? null),
  }
}

function judge(state: FilingState, reasons: readonly Reason[], rules: KeepingRules, now: number): Judged {
  const held = state.holdPending ? Number.POSITIVE_INFINITY : momentOf(state.held)
  const goes = state.deleteAt && Math.max(state.deleteAt.getTime(), held ?? 0)
  const earliest = goes === null || goes === Number.POSITIVE_INFINITY ? null : new Date(goes)
  const { verdict, until } = verdictOf(state, reasons, now)
  return { verdict, until, fate: fateOf(state, reasons, rules), earliest }
}

function verdictOf(
  state: FilingState,
  reasons: readonly Reason[],
  now: number,
): { verdict: Verdict; until: Date | null } {
  const ever = { until: null }
  if (state.holdPending) return { verdict: 'held-pending', ...ever }
  const held = momentOf(state.held)
  if (held === Number.POSITIVE_INFINITY) return { verdict: 'held-ever', ...ever }
  const kept = momentOf(state.retained)
  // Both keep it: the longer counts, and of equals the hold.
  if (held !== null && held > now && (kept === null || held >= kept))
    return { verdict: 'held-until', until: new Date(held) }
  if (kept === Number.POSITIVE_INFINITY) {
    const forEvent = reasons.some(each => each.effect === 'retain' && each.waitsFor === 'event')
    const without = reasons.some(
      each => each.effect === 'retain' && each.waitsFor === null && each.until === Number.POSITIVE_INFINITY,
    )
    return { verdict: forEvent && !without ? 'kept-event' : 'kept-ever', ...ever }
  }
  if (kept !== null && kept > now)
    return {
      verdict: state.extendedUntil?.getTime() === kept ? 'extended-until' : 'kept-until',
      until: new Date(kept),
    }
  if (state.deleteAt === null) return { verdict: 'free', ...ever }
  if (state.deleteAt.getTime() > now) return { verdict: 'later', until: state.deleteAt }
  if (state.review === 'approved') return { verdict: 'approved', until: state.deleteAt }
  return { verdict: state.review === null ? 'due' : 'review', until: state.deleteAt }
}

function fateOf(state: FilingState, reasons: readonly Reason[], rules: KeepingRules): Fate {
  const deciding = reasons.filter(({ effect, setAside }) => effect === 'delete' && setAside === null)
  if (deciding.length === 0) return state.deleteAt === null ? 'stays' : 'deleted'
  if (deciding.some(({ waitsFor }) => waitsFor === 'event')) return 'unknown'
  const isReviewed = deciding.some(({ rule }) =>
    rule.type === 'policy'
      ? rules.policies.some(policy => policy.policyId === rule.id && policy.review)
      : rules.labels.some(label => label.labelId === rule.id && label.review),
  )
  return isReviewed ? 'reviewed' : 'deleted'
}

function momentOf(span: FilingState['retained']): number | null {
  if (span === null) return null
  return span.until?.getTime() ?? Number.POSITIVE_INFINITY
}

function dateOf(moment: number | null): Date | null {
  return moment === null || !Number.isFinite(moment) ? null : new Date(moment)
}
