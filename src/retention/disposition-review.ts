/** Filings that wait for a person before they leave: put there, listed, and taken out again by what becomes of them. */
import type { Sql, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { type Actor, isPerson, personBehind, requireRole } from '../identity/identity.ts'
import type { FilingKey, WhyKept } from './disposal-candidate.ts'
import { type ForReview, isDueSql, type ReviewRule } from './disposition-due.ts'
import { openText } from './disposition-sealed.ts'
import { DISPOSES, readSetting, recordSteering } from './disposition-settings.ts'
import { ruleNames } from './rule-name.ts'

/**
 * `pending` waits for somebody, `second` for a second person; `approved` leaves with the next run. Over: `disposed`,
 * `extended`, `relabelled`; `lapsed` was not due any more, by other rules or a hold, and is reviewed anew when it is.
 */
export const REVIEW_STATES = [
  'pending',
  'second',
  'approved',
  'disposed',
  'extended',
  'relabelled',
  'lapsed',
] as const
type ReviewState = (typeof REVIEW_STATES)[number]

export const DECISION_ACTS = ['approve', 'extend', 'relabel'] as const

type Decision = {
  readonly by: string
  readonly at: Date
  readonly act: (typeof DECISION_ACTS)[number]
  readonly until: Date | null
  readonly labelId: number | null
  readonly comment: string
}

export type Review = FilingKey & {
  readonly reviewId: number
  readonly state: ReviewState
  readonly address: string
  readonly displayName: string
  /** null where the item is gone. */
  readonly kind: string | null
  readonly direction: string | null
  readonly sentAt: Date | null
  readonly connectorId: number | null
  readonly labelId: number | null
  readonly dueAt: Date
  readonly foundAt: Date
  readonly endedAt: Date | null
  /** null where it was in a review before, and is in one for that; its name is null where it is removed. */
  readonly rule: (ReviewRule & { readonly name: string | null }) | null
  /** The first of two, and the last. */
  readonly decisions: readonly Decision[]
  /** Approvals that it takes from here. */
  readonly needs: number
  /** False for whoever gave the first approval, where another person has to give the second. */
  readonly mayApprove: boolean
}

export type ReviewFilter = {
  readonly states?: readonly ReviewState[]
  readonly mailboxIds?: readonly number[]
  readonly itemIds?: readonly string[]
  readonly rule?: ReviewRule
}

type ReviewRow = {
  review_id: number
  mailbox_id: number
  item_id: string
  state: ReviewState
  address: string
  display_name: string
  kind: string | null
  direction: string | null
  sent_at: Date | null
  connector_id: number | null
  label_id: number | null
  due_at: Date
  found_at: Date
  ended_at: Date | null
  rule_type: ReviewRule['type'] | null
  rule_id: number | null
  first_decision_id: number | null
  decision_id: number | null
  two_persons: boolean
}

type DecisionRow = {
  decision_id: number
  actor: string
  at: Date
  act: Decision['act']
  until: Date | null
  label_id: number | null
  sealed: Buffer
}

/** Reviews, the oldest first; those that are over, the newest first. `after` is the last one of the page before. Recorded. */
export async function listReviews(
  ground: Ground,
  actor: Actor,
  filter: ReviewFilter,
  page: { readonly after?: number; readonly limit: number },
): Promise<{ reviews: Review[]; next: number | null; total: number }> {
  requireRole(actor, DISPOSES)
  const states = filter.states ?? ['pending', 'second']
  const isOver = states.every(state => !['pending', 'second', 'approved'].includes(state))
  const where = `r.state = any($1::text[]) and ($2::integer[] is null or r.mailbox_id = any($2))
    and ($3::text is null or r.rule_type = $3 and r.rule_id = $4)
    and ($5::uuid[] is null or r.item_id = any($5))`
  const values = [
    states,
    filter.mailboxIds ?? null,
    filter.rule?.type ?? null,
    filter.rule?.id ?? null,
    filter.itemIds ?? null,
  ]
  const rows = await ground.database.query<ReviewRow>(
    `select r.*, m.address, m.display_name, i.kind, i.direction, coalesce(i.sent_at, i.arrived_at) as sent_at,
       i.connector_id, f.label_id
     from (select r.* from disposition_review r where ${where}
         and ($6::bigint is null or r.review_id ${isOver ? '<' : '>'} $6)
       order by r.review_id ${isOver ? 'desc' : ''} limit $7) r
     join mailbox m using (mailbox_id) left join item i using (item_id)
     left join filing f on f.mailbox_id = r.mailbox_id and f.item_id = r.item_id
     order by r.review_id ${isOver ? 'desc' : ''}`,
    [...values, page.after ?? null, page.limit + 1],
  )
  const [count] = await ground.database.query<{ total: number }>(
    `select count(*) as total from disposition_review r where ${where}`,
    values,
  )
  const shown = rows.slice(0, page.limit)
  const decisions = await decisionsOf(ground, shown)
  const { two_persons: twoPersons } = await readSetting(ground.database)
  const nameOf = await ruleNames(
    ground,
    ground.database,
    shown.map(ruleOf).filter(rule => rule !== null),
  )
  const reviews = shown.map(row => reviewOf(row, decisions, actor, twoPersons, nameOf))
  await ground.database.transaction(tx =>
    recordSteering(ground, tx, actor, 'disposition.list', { count: reviews.length, states }),
  )
  return { reviews, next: rows.length > page.limit ? reviews.at(-1)!.reviewId : null, total: count!.total }
}

async function decisionsOf(
  ground: Ground,
  rows: readonly ReviewRow[],
): Promise<ReadonlyMap<number, Decision>> {
  const ids = rows.flatMap(row => [row.first_decision_id, row.decision_id]).filter(id => id !== null)
  if (ids.length === 0) return new Map()
  const found = await ground.database.query<DecisionRow>(
    'select * from disposition_decision where decision_id = any($1::bigint[])',
    [[...new Set(ids)]],
  )
  return new Map(
    found.map(row => [
      row.decision_id,
      {
        by: row.actor,
        at: row.at,
        act: row.act,
        until: row.until,
        labelId: row.label_id,
        comment: openText(ground.keyring, `disposition-decision ${row.decision_id}`, row.sealed),
      },
    ]),
  )
}

function reviewOf(
  row: ReviewRow,
  decisions: ReadonlyMap<number, Decision>,
  actor: Actor,
  twoPersons: boolean,
  nameOf: (rule: ReviewRule) => string | null,
): Review {
  const rule = ruleOf(row)
  const own = [row.first_decision_id, row.decision_id].flatMap(id =>
    id === null ? [] : [decisions.get(id)!],
  )
  const needs =
    row.state === 'second' ? 1 : row.state === 'pending' ? (twoPersons || row.two_persons ? 2 : 1) : 0
  return {
    reviewId: row.review_id,
    mailboxId: row.mailbox_id,
    itemId: row.item_id,
    state: row.state,
    address: row.address,
    displayName: row.display_name,
    kind: row.kind,
    direction: row.direction,
    sentAt: row.sent_at,
    connectorId: row.connector_id,
    labelId: row.label_id,
    dueAt: row.due_at,
    foundAt: row.found_at,
    endedAt: row.ended_at,
    rule: rule && { ...rule, name: nameOf(rule) },
    decisions: own,
    needs,
    mayApprove:
      needs > 0 &&
      (isPerson(actor.name) || (needs === 1 && row.state === 'pending')) &&
      !(row.state === 'second' && own.some(({ by }) => isSamePerson(by, actor.name))),
  }
}

function ruleOf({ rule_type: type, rule_id: id }: ReviewRow): ReviewRule | null {
  return type === null ? null : { type, id: id! }
}

/** Whichever of their tokens acts. */
export const isSamePerson = (one: string, other: string): boolean => personBehind(one) === personBehind(other)

/** Puts filings into a review. */
export async function addReviews(
  tx: Transaction,
  forReview: readonly ForReview[],
  now: Date,
  twoPersons: boolean,
): Promise<void> {
  if (forReview.length === 0) return
  await tx.execute(
    `insert into disposition_review (item_id, mailbox_id, found_at, due_at, rule_type, rule_id, two_persons)
     select item_id, mailbox_id, $3, due_at, rule_type, rule_id,
       -- Once asked for, two stay two, also in a further review: one person could bring that about by a new label.
       $7 or exists (select from disposition_review r
         where r.item_id = n.item_id and r.mailbox_id = n.mailbox_id and r.two_persons)
     from unnest($1::uuid[], $2::integer[], $4::timestamptz[], $5::text[], $6::integer[])
       as n (item_id, mailbox_id, due_at, rule_type, rule_id)`,
    [
      forReview.map(each => each.itemId),
      forReview.map(each => each.mailboxId),
      now,
      forReview.map(each => each.dueAt),
      forReview.map(each => each.rule?.type ?? null),
      forReview.map(each => each.rule?.id ?? null),
      twoPersons,
    ],
  )
}

/**
 * Approved filings that have the same approvers, at most so many, locked; null where there are none but of items
 * that are left out.
 */
export async function nextApproved(
  tx: Transaction,
  limit: number,
  without: readonly string[],
): Promise<{ readonly filings: FilingKey[]; readonly approvedBy: string[] } | null> {
  const [first] = await tx.query<{ first: number | null; last: number }>(
    `select first_decision_id as first, decision_id as last from disposition_review
     where state = 'approved' and item_id <> all($1::uuid[]) order by review_id limit 1`,
    [without],
  )
  if (!first) return null
  const filings = await tx.query<FilingKey>(
    `select mailbox_id as "mailboxId", item_id as "itemId" from disposition_review
     where state = 'approved' and decision_id = $1::bigint and first_decision_id is not distinct from $2::bigint
       and item_id <> all($4::uuid[]) order by mailbox_id, item_id limit $3 for update`,
    [first.last, first.first, limit, without],
  )
  const actors = await tx.query<{ actor: string }>(
    'select actor from disposition_decision where decision_id = any($1::bigint[]) order by decision_id',
    [[first.first, first.last].filter(id => id !== null)],
  )
  return { filings, approvedBy: actors.map(row => row.actor) }
}

/** Ends the reviews of approved filings: they have left, or were kept after all. An export that is under way is waited for. */
export async function settleApproved(
  tx: Transaction,
  filings: readonly FilingKey[],
  kept: readonly (FilingKey & { readonly why: WhyKept })[],
  now: Date,
): Promise<void> {
  const stayed = new Map(kept.map(({ mailboxId, itemId, why }) => [`${mailboxId} ${itemId}`, why]))
  const whyOf = ({ mailboxId, itemId }: FilingKey) => stayed.get(`${mailboxId} ${itemId}`)
  const ended = filings.filter(each => whyOf(each) !== 'exporting')
  await tx.execute(
    `update disposition_review r set state = n.state, ended_at = $4
     from unnest($1::uuid[], $2::integer[], $3::text[]) as n (item_id, mailbox_id, state)
     where r.item_id = n.item_id and r.mailbox_id = n.mailbox_id and r.ended_at is null`,
    [
      ended.map(each => each.itemId),
      ended.map(each => each.mailboxId),
      ended.map(each => (whyOf(each) ? 'lapsed' : 'disposed')),
      now,
    ],
  )
}

/** Ends the reviews of filings that are not due any more, or are gone; returns how many. */
export async function endLapsed(tx: Transaction, now: Date): Promise<number> {
  return tx.execute(
    `update disposition_review r set state = 'lapsed', ended_at = $1 where r.ended_at is null and not exists (
       select from filing f where f.item_id = r.item_id and f.mailbox_id = r.mailbox_id and ${isDueSql('$1')})`,
    [now],
  )
}

/** How many wait for a person, and how many were approved and have not left yet. */
export async function countReviews(
  sql: Sql,
): Promise<{ readonly waiting: number; readonly approved: number }> {
  const [row] = await sql.query<{ waiting: number; approved: number }>(
    `select count(*) filter (where state <> 'approved') as waiting, count(*) filter (where state = 'approved') as approved
     from disposition_review where ended_at is null`,
  )
  return row!
}
