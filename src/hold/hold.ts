/**
 * Holds: what may not leave, whatever retention says (docs/guide/holds.md). A litigation hold is on all of its
 * mailboxes' items, a query hold on those that its query matches; now and in future, for ever or for so many days from
 * each item's date. Follows Microsoft Purview's litigation and eDiscovery holds, with the delay hold of 30 days.
 *
 * Promises: whoever places a hold has everything it is about held from the commit on (lock.ts), and what is filed later
 * too. In doubt it is kept: what a query has not looked at, or cannot be asked of, is held, and said to be undecided; a
 * word's beginning is never cut. What a hold held stays held for 30 days after its release. Names, reasons, notes and
 * queries are sealed; every act leaves its entry in its own transaction. A hold is seen by who has the role Hold for
 * each of its mailboxes, and is as if it did not exist for everybody else.
 *
 * What is held is written in the filing's own columns, which the database's guard reads (migrations/0015-keeping.sql);
 * disposal asks here besides.
 */
export { changeHold, type HoldChange, releaseHold, removeDelay } from './changing.ts'
export type { HoldDraft } from './draft.ts'
export { evaluateAgain, evaluateHolds, requeueHolds, workHolds } from './evaluation.ts'
export { listHoldable } from './holdable.ts'
export { lockMailboxes } from './lock.ts'
export { UNDECIDED_REASONS } from './matching.ts'
export { placeHold } from './placing.ts'
export { troubledHolds } from './problem.ts'
export { checkReleases } from './release-check.ts'
export {
  type HoldOnItem,
  holdsOfItem,
  listHoldMailboxes,
  readHoldHistory,
  reportHold,
} from './report.ts'
export { type HoldOnMailbox, heldUntil, holdsOf } from './rule.ts'
export {
  HOLD_KINDS,
  HOLD_STATES,
  type Hold,
  holdNames,
  listHolds,
  requireHolds,
  showHold,
} from './stored-hold.ts'
export { sendEvaluation, tellFilings } from './sweep.ts'
