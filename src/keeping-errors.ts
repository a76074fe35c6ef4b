/** The part of the registry of errors (`errors.ts`) that is about how long things are kept, and how they go. */
import { type Definition, define } from './error-definition.ts'

export const KEEPING_ERRORS = {
  // holds
  HOLD_UNKNOWN: define(
    404,
    3,
    false,
    'No such hold, or it is on a mailbox that is not yours; `holdfast hold list` shows those you may see.',
  ),
  HOLD_INVALID: define(400, 2, false, 'Mend what is named, and place or change the hold again.'),
  HOLD_RELEASED: define(409, 4, false, 'A hold that was released stays so. Place another one.'),
  HOLD_NOT_DELAYED: define(
    409,
    4,
    false,
    'Only what was released holds on for a delay; `holdfast hold show` says until when.',
  ),

  // retention policies and adaptive scopes
  RETENTION_POLICY_UNKNOWN: define(
    404,
    3,
    false,
    'No such retention policy; `holdfast retention policy list` shows those there are.',
  ),
  RETENTION_POLICY_INVALID: define(400, 2, false, 'Mend what is named, and save the retention policy again.'),
  RETENTION_POLICY_LOCKED: define(
    409,
    4,
    false,
    'A preservation lock stays: give the policy a longer period or further mailboxes, or make another policy.',
  ),
  RETENTION_POLICY_REMOVED: define(
    409,
    4,
    false,
    'A retention policy that was removed stays so. Make another one.',
  ),
  ADAPTIVE_SCOPE_UNKNOWN: define(
    404,
    3,
    false,
    'No such adaptive scope; `holdfast retention scope list` shows those there are.',
  ),
  ADAPTIVE_SCOPE_INVALID: define(
    400,
    2,
    false,
    'Mend what is named: docs/guide/retention.md says how a condition is written.',
  ),
  ADAPTIVE_SCOPE_USED: define(
    409,
    4,
    false,
    'Take the adaptive scope off the retention policies that go by it first.',
  ),
  WHAT_IF_TOO_LONG: define(
    503,
    6,
    true,
    'Ask for fewer mailboxes, or at a quieter time; turning the policy on has no such limit.',
  ),

  // labels and events
  LABEL_UNKNOWN: define(404, 3, false, 'No such label; `holdfast label list` shows them.'),
  LABEL_INVALID: define(400, 2, false, 'Mend what is named, and make or change the label again.'),
  LABEL_IN_USE: define(
    409,
    4,
    false,
    'A label that something has, or that a rule puts on, is not removed. Remove the rule first; what has the label keeps it, and the label can be retired.',
  ),
  LABEL_RETIRED: define(
    409,
    4,
    false,
    'A retired label stays on what has it, and is put on nothing any more. Choose another one.',
  ),
  LABEL_TARGET_LARGE: define(
    400,
    2,
    false,
    'Make a rule with this query: a worker puts the label on, page by page, and on what arrives later too.',
  ),
  LABEL_RULE_UNKNOWN: define(404, 3, false, 'No such rule; `holdfast label rule list` shows them.'),
  LABEL_RULE_INVALID: define(400, 2, false, 'Mend what is named, and make or change the rule again.'),
  EVENT_TYPE_UNKNOWN: define(
    404,
    3,
    false,
    'No such type of events; `holdfast retention-event type list` shows them.',
  ),
  EVENT_TYPE_IN_USE: define(
    409,
    4,
    false,
    'A type that events, labels or policies are of stays. It can be given another name.',
  ),
  EVENT_UNKNOWN: define(404, 3, false, 'No such event; `holdfast retention-event list` shows them.'),
  EVENT_INVALID: define(400, 2, false, 'Mend what is named, and record the event again.'),
  EVENT_WITHDRAWN: define(409, 4, false, 'An event that was withdrawn stays so. Record it again.'),
  EVENT_LOCKED: define(
    409,
    4,
    false,
    'A policy under preservation lock that counts from these events would end earlier. Record one of the same day or later instead.',
  ),

  // in-place archive
  ARCHIVE_POLICY_UNKNOWN: define(
    404,
    3,
    false,
    'No such archive policy; `holdfast archive-policy list` shows those there are.',
  ),
  ARCHIVE_POLICY_INVALID: define(400, 2, false, 'Mend what is named, and save the archive policy again.'),
  ARCHIVE_POLICY_TAKEN: define(
    409,
    4,
    false,
    'The organisation has one archive policy, and a mailbox at most one of its own: change that one, or take the mailbox off it first.',
  ),

  // disposition and erasure
  DISPOSITION_INVALID: define(400, 2, false, 'Mend what is named, and give it again.'),
  DISPOSITION_PAUSED: define(
    409,
    4,
    false,
    'Resume disposal first, with `holdfast disposition resume` or in the portal.',
  ),
  DISPOSITION_RUNNING: define(409, 4, false, 'Disposal goes on already; nothing is to be done.'),
  DISPOSITION_CLOCKS: define(
    409,
    4,
    false,
    'Set the clocks of the machines right; if time leapt and is right now, confirm it with `holdfast disposition confirm-clocks`.',
  ),
  DISPOSITION_VOLUME: define(
    409,
    4,
    false,
    'See which rule makes so much due; then confirm it with `holdfast disposition confirm-volume`, or pause disposal. After a day it goes on.',
  ),
  DISPOSITION_LIMIT: define(409, 4, false, 'What is left leaves tomorrow; or raise the daily limit.'),
  DISPOSITION_REVIEW_UNKNOWN: define(
    404,
    3,
    false,
    'It is not in review any more: somebody decided on it, or it is not due. List the reviews again.',
  ),
  DISPOSITION_SECOND_PERSON: define(
    409,
    4,
    false,
    'Two persons have to approve: let somebody else than the first give the second approval. On the console, `holdfast sign-in` says who you are.',
  ),
  DISPOSITION_RUN_UNKNOWN: define(404, 3, false, 'List the runs with `holdfast disposition runs`.'),
  ERASURE_UNKNOWN: define(
    404,
    3,
    false,
    'No such erasure request; `holdfast erasure list` shows those there are.',
  ),
  ERASURE_INVALID: define(400, 2, false, 'Mend what is named, and enter the erasure request again.'),
  ERASURE_OVER: define(
    409,
    4,
    false,
    'An erasure request that is complete or withdrawn stays so. Enter another one.',
  ),
  ITEM_RESTRICTED: define(
    403,
    4,
    false,
    'Its erasure was asked for, and it is kept for holds or retention alone; who has the role Hold or Case Management for its mailbox may read it.',
  ),
} as const satisfies Record<string, Definition>
