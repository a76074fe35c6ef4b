/**
 * Retention: how long what is filed in a mailbox is kept, and when it is deleted. Follows Microsoft Purview's
 * principles of retention (docs/guide/retention-principles.md): retention wins over deletion, the longest retention
 * wins, explicit deletion wins over implicit, the shortest deletion wins; holds stand above all.
 *
 * Promises: what is decided is written in the filing's own columns (migrations/0015-keeping.sql), at filing and
 * whenever the rules change, by the same rules in memory and in SQL. Periods are those of the calendar in UTC.
 */
export {
  type AdaptiveScope,
  changeScope,
  createScope,
  listMembers,
  listScopeAttributes,
  listScopes,
  previewScope,
  removeScope,
  type ScopeMember,
  showScope,
} from './adaptive-scope.ts'
export { SCOPE_OPERATORS, type ScopeCondition } from './adaptive-scope-condition.ts'
export { decideAtFiling, type FiledKeeping, mirrorOf, momentValue } from './at-filing.ts'
export type { FilingKey, WhyKept } from './disposal-candidate.ts'
export { type DisposalCause, documentTree } from './disposal-document.ts'
export { type DisposalEnding, finishDisposals } from './disposal-ending.ts'
export { DISPOSAL_CAUSES, listDisposals, showDisposal } from './disposal-list.ts'
export { DISPOSAL_ROLES, proveDisposal, readDocument } from './disposal-proof.ts'
export { type DisposalVerdict, verifyDisposal } from './disposal-verdict.ts'
export {
  DISPOSAL_MAX,
  type Disposed,
  disposeFilings,
} from './disposition.ts'
export {
  CLOCK_TROUBLES,
  type Clocks,
  confirmClocks,
  isDisposalStopped,
} from './disposition-clocks.ts'
export { DECISION_MAX, decideReviews, type ReviewDecision } from './disposition-deciding.ts'
export {
  type DispositionRun,
  listDispositionRuns,
  RUN_CAUSES,
  RUN_STATES,
  requestDisposition,
  requestDueDisposition,
  requeueDispositions,
  showDispositionRun,
  workDispositions,
} from './disposition-request.ts'
export {
  DECISION_ACTS,
  listReviews,
  REVIEW_STATES,
  type Review,
  type ReviewFilter,
} from './disposition-review.ts'
export { performDisposition } from './disposition-run.ts'
export {
  changeDispositionSettings,
  DISPOSES,
  pauseDisposition,
  resumeDisposition,
} from './disposition-settings.ts'
export {
  confirmVolume,
  DISPOSITION_STATES,
  type DispositionStatus,
  dispositionStatus,
  dispositionTroubles,
  overdueCopies,
  waitingReviews,
} from './disposition-status.ts'
export {
  type Evaluated,
  evaluateFilings,
  evaluateMailboxes,
  performEvaluation,
  performOpenEvaluations,
  requestEvaluation,
  requeueEvaluations,
  sendEvaluations,
  workEvaluations,
} from './evaluation.ts'
export {
  changeEventType,
  createEventType,
  type EventDraft,
  type EventType,
  listEvents,
  listEventTypes,
  type RetentionEvent,
  recordEvent,
  removeEventType,
  showEvent,
  showEventType,
  withdrawEvent,
} from './event-stored.ts'
export { EXPLAIN_ROLES, explainItem } from './explain.ts'
export { explanationLines } from './explain-text.ts'
export { type Explanation, FATES, VERDICTS } from './explanation.ts'
export { holdKeepingRules, type KeptRules, loadKeepingRules } from './keeping-rules.ts'
export { type LabelPut, type LabelTarget, putLabel } from './label-putting.ts'
export { askAgain, askLabelQueries, requestLabelQueries, workLabelQueries } from './label-query.ts'
export {
  changeLabelRule,
  createLabelRule,
  type LabelRuleDraft,
  listLabelRules,
  removeLabelRule,
  type StoredLabelRule,
  showLabelRule,
} from './label-rule.ts'
export {
  changeLabel,
  createLabel,
  LABEL_ACTIONS,
  LABEL_STARTS,
  type LabelDraft,
  listLabels,
  removeLabel,
  retireLabel,
  type StoredLabel,
  showLabel,
} from './label-stored.ts'
export { addPeriod, formatPeriod, type Period, parsePeriod } from './period.ts'
export {
  listPolicies,
  POLICY_STATES,
  type RetentionPolicy,
  readPolicyHistory,
  showPolicy,
} from './policy.ts'
export { changePolicy, createPolicy, lockPolicy, removePolicy } from './policy-act.ts'
export { listRetentionConnectors, listRetentionMailboxes } from './policy-mailboxes.ts'
export { POLICY_ACTIONS, POLICY_STARTS, POLICY_TARGETS, type PolicySettings } from './policy-settings.ts'
export { checkPreservation } from './preservation-lock-check.ts'
export { PRESETS, type Preset } from './preset.ts'
export { decide, labelByRule } from './principle.ts'
export type {
  Decision,
  ItemFilter,
  KeepingFacts,
  KeepingRules,
  Label,
  LabelRule,
  PeriodStart,
  Policy,
  Reason,
  RetentionAction,
  SetAside,
} from './rule.ts'
export { type WhatIf, whatIf } from './what-if.ts'
