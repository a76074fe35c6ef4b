/**
 * What a person decides on filings in review: that they go, are kept for a further period, or get another label. Where
 * two persons are asked for, a filing goes when a second has approved it as well; to keep it longer takes one, and is
 * possible until it has gone.
 */
import { appendEntry } from '../audit/audit.ts'
import { againOnConflict, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes } from '../hold/hold.ts'
import { type Actor, isPerson, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import type { FilingKey } from './disposal-candidate.ts'
import { addRun } from './disposition-request.ts'
import { isSamePerson } from './disposition-review.ts'
import { sealText } from './disposition-sealed.ts'
import { checkWhy, DISPOSES, readSetting } from './disposition-settings.ts'
import { evaluateFilings } from './evaluation.ts'
import { labelCopies } from './label-putting.ts'
import { requireLabel } from './label-stored.ts'
import { addPeriod, formatPeriod, type Period } from './period.ts'

export type ReviewDecision =
  | { readonly act: 'approve' }
  /** Counted from now. */
  | { readonly act: 'extend'; readonly period: Period }
  /** null takes the label off. */
  | { readonly act: 'relabel'; readonly labelId: number | null }

type Decided = {
  readonly decided: number
  /** Of them, those that wait for a second person. */
  readonly waitingForSecond: number
}

/** Filings of one decision. */
export const DECISION_MAX = 5_000

type ReviewRow = {
  review_id: number
  mailbox_id: number
  item_id: string
  state: 'pending' | 'second' | 'approved'
  first_decision_id: number | null
  two_persons: boolean
}

/**
 * Decides on filings in review, on all of them or on none. DISPOSITION_INVALID; DISPOSITION_REVIEW_UNKNOWN for one that
 * waits for nobody; DISPOSITION_SECOND_PERSON where the actor has given its first approval; LABEL_UNKNOWN, LABEL_RETIRED.
 */
export async function decideReviews(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  filings: readonly FilingKey[],
  decision: ReviewDecision,
  comment: string,
): Promise<Decided> {
  requireRole(actor, DISPOSES)
  const said = checkWhy(comment)
  if (filings.length === 0 || filings.length > DECISION_MAX)
    throw new HoldfastError('DISPOSITION_INVALID', `name 1 to ${DECISION_MAX} filings`)
  // A run, or another decision, may come first.
  return againOnConflict(() =>
    ground.database.transaction(tx => decideNow(ground, tx, queue, actor, filings, decision, said)),
  )
}

async function decideNow(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  actor: Actor,
  filings: readonly FilingKey[],
  decision: ReviewDecision,
  said: string,
): Promise<Decided> {
  const now = new Date(ground.clock.now())
  const until = decision.act === 'extend' ? untilOf(now, decision.period) : null
  const labelId = decision.act === 'relabel' ? decision.labelId : null
  if (labelId !== null) await requireLabel(tx, labelId)
  const reviews = await lockReviews(tx, filings, decision.act)
  const decisionId = await addDecision(ground, tx, actor, decision.act, until, labelId, said, now)
  let waitingForSecond = 0
  if (decision.act === 'approve') {
    const { two_persons: twoPersons } = await readSetting(tx)
    waitingForSecond = await approve(tx, reviews, actor, decisionId, twoPersons)
    if (waitingForSecond < reviews.length) await addRun(tx, queue, actor.name, 'review', ground.clock.now())
  } else await keep(tx, reviews, decisionId, until, labelId, now)
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: `disposition.${decision.act}`,
    subject: 'disposition',
    detail: {
      decision: decisionId,
      count: reviews.length,
      ...(waitingForSecond > 0 ? { waitingForSecond } : {}),
      ...(until ? { until: until.toISOString() } : {}),
      ...(decision.act === 'relabel' ? { label: labelId } : {}),
      ...(actor.breakGlass ? { breakGlass: true } : {}),
    },
    // Who reviewed what, when and to what end is evidence: each of them is named.
    sealed: { comment: said, filings: reviews.map(row => [row.mailbox_id, row.item_id]) },
    items: reviews.map(row => row.item_id),
  })
  return { decided: reviews.length, waitingForSecond }
}

function untilOf(now: Date, period: Period): Date {
  const until = addPeriod(now.getTime(), period)
  if (until > now.getTime()) return new Date(until)
  throw new HoldfastError('DISPOSITION_INVALID', `${formatPeriod(period)} is no period to extend by`)
}

/** In the order in which everybody locks them: reviews, then mailboxes, filings, items. */
async function lockReviews(
  tx: Transaction,
  filings: readonly FilingKey[],
  act: ReviewDecision['act'],
): Promise<ReviewRow[]> {
  const keys = new Map(filings.map(each => [`${each.mailboxId} ${each.itemId}`, each]))
  const asked = [...keys.values()]
  const rows = await tx.query<ReviewRow>(
    `select review_id, mailbox_id, item_id, state, first_decision_id, two_persons from disposition_review r
     where (r.item_id, r.mailbox_id) in (select * from unnest($1::uuid[], $2::integer[]))
       and r.ended_at is null and (r.state <> 'approved' or $3 <> 'approve') order by r.mailbox_id, r.item_id for update`,
    [asked.map(each => each.itemId), asked.map(each => each.mailboxId), act],
  )
  if (rows.length === asked.length) return rows
  const found = new Set(rows.map(row => `${row.mailbox_id} ${row.item_id}`))
  const missing = asked.find(each => !found.has(`${each.mailboxId} ${each.itemId}`))!
  throw new HoldfastError(
    'DISPOSITION_REVIEW_UNKNOWN',
    `item ${missing.itemId} in mailbox ${missing.mailboxId} waits for no decision`,
  )
}

async function addDecision(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  act: ReviewDecision['act'],
  until: Date | null,
  labelId: number | null,
  comment: string,
  now: Date,
): Promise<number> {
  const [next] = await tx.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('disposition_decision', 'decision_id')) as id`,
  )
  await tx.execute(
    `insert into disposition_decision (decision_id, at, actor, act, until, label_id, sealed)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      next!.id,
      now,
      actor.name,
      act,
      until,
      labelId,
      sealText(ground.keyring, `disposition-decision ${next!.id}`, comment),
    ],
  )
  return next!.id
}

/** Returns how many of them wait for a second person now. */
async function approve(
  tx: Transaction,
  reviews: readonly ReviewRow[],
  actor: Actor,
  decisionId: number,
  twoPersons: boolean,
): Promise<number> {
  // Read once the reviews are locked: of two approvals at the same time the later must see the earlier's.
  const firsts = await tx.query<{ decision_id: number; actor: string }>(
    'select decision_id, actor from disposition_decision where decision_id = any($1::bigint[])',
    [reviews.flatMap(row => row.first_decision_id ?? [])],
  )
  const own = new Set(
    firsts.filter(first => isSamePerson(first.actor, actor.name)).map(first => first.decision_id),
  )
  const again = reviews.find(row => row.first_decision_id !== null && own.has(row.first_decision_id))
  if (again)
    throw new HoldfastError(
      'DISPOSITION_SECOND_PERSON',
      `item ${again.item_id} in mailbox ${again.mailbox_id} has your approval; it needs another person's`,
    )
  const isFirst = (row: ReviewRow) => row.state === 'pending' && (twoPersons || row.two_persons)
  const takesTwo = reviews.find(row => row.state === 'second' || isFirst(row))
  if (takesTwo && !isPerson(actor.name))
    throw new HoldfastError(
      'DISPOSITION_SECOND_PERSON',
      `item ${takesTwo.item_id} in mailbox ${takesTwo.mailbox_id} needs two persons; the console without a sign-in is nobody's`,
    )
  const first = reviews.filter(isFirst).map(row => row.review_id)
  await tx.execute(
    `update disposition_review set decision_id = $2, state = 'approved' where review_id = any($1::bigint[])`,
    [reviews.filter(row => !isFirst(row)).map(row => row.review_id), decisionId],
  )
  await tx.execute(
    `update disposition_review set first_decision_id = $2, state = 'second' where review_id = any($1::bigint[])`,
    [first, decisionId],
  )
  return first.length
}

/** Keeps them, longer or under another label, which is decided on at once. */
async function keep(
  tx: Transaction,
  reviews: readonly ReviewRow[],
  decisionId: number,
  until: Date | null,
  labelId: number | null,
  now: Date,
): Promise<void> {
  const copies = reviews.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id }))
  const mailboxIds = copies.map(copy => copy.mailboxId)
  const itemIds = copies.map(copy => copy.itemId)
  await tx.execute(
    'update disposition_review set decision_id = $2, state = $3, ended_at = $4 where review_id = any($1::bigint[])',
    [reviews.map(row => row.review_id), decisionId, until ? 'extended' : 'relabelled', now],
  )
  await lockMailboxes(tx, mailboxIds, 'share')
  if (!until) {
    await labelCopies(tx, labelId, copies)
    return
  }
  await tx.query(
    `select from filing f join unnest($1::integer[], $2::uuid[]) as n (mailbox_id, item_id)
       using (mailbox_id, item_id) order by mailbox_id, item_id for update of f`,
    [mailboxIds, itemIds],
  )
  await tx.query('select set_extended($1, $2, $3)', [mailboxIds, itemIds, until])
  await evaluateFilings(tx, copies)
}
