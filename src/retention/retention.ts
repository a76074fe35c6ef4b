/**
 * Retention: how long what is filed in a mailbox is kept, and when it is deleted. Follows Microsoft Purview's
 * principles of retention (docs/guide/retention-principles.md): retention wins over deletion, the longest retention
 * wins, explicit deletion wins over implicit, the shortest deletion wins; holds stand above all.
 *
 * Promises: what is decided is written in the filing's own columns (migrations/0015-keeping.sql), at filing and
 * whenever the rules change, by the same rules in memory and in SQL. Periods are those of the calendar in UTC.
 */
export { decideAtFiling, type FiledKeeping, mirrorOf, momentValue } from './at-filing.ts'
export type { DisposalCause } from './disposal-document.ts'
export { type DisposalEnding, finishDisposals } from './disposal-ending.ts'
export {
  DISPOSAL_MAX,
  type Disposed,
  disposeFilings,
  type FilingKey,
  type WhyKept,
} from './disposition.ts'
export {
  type Evaluated,
  evaluateFilings,
  evaluateMailboxes,
  performEvaluation,
  requestEvaluation,
  requeueEvaluations,
  workEvaluations,
} from './evaluation.ts'
export { holdKeepingRules, type KeptRules, loadKeepingRules } from './keeping-rules.ts'
export { addPeriod, formatPeriod, type Period, parsePeriod } from './period.ts'
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
