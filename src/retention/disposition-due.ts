/** What is due, by the columns of filings, and which of it a person is asked about before it leaves. */
import type { Sql, Transaction } from '../database/database.ts'
import { lockMailboxes } from '../hold/hold.ts'
import type { FilingKey } from './disposal-candidate.ts'
import { type MailboxRules, mailboxRulesOf } from './mailbox-rules.ts'
import { decide, labelByRule } from './principle.ts'
import type { KeepingFacts, Reason } from './rule.ts'

/** The rule that asks for a review. */
export type ReviewRule = { readonly type: 'policy' | 'label'; readonly id: number }

/** A filing to be reviewed; without a rule it was in a review before, which its new label cannot take it out of. */
export type ForReview = FilingKey & { readonly dueAt: Date; readonly rule: ReviewRule | null }

/** For what is decided by; tests give their own. */
type RulesOf = typeof mailboxRulesOf

/**
 * True of a filing `f` that is due, by the process's clock (the value with this number) and the database's, and not
 * kept by what its columns say.
 */
export const isDueSql = (now: string): string => `f.delete_at <= least(keeping_now(), ${now}::timestamptz)
  and not coalesce(f.hold_pending, false) and coalesce(f.held_until <= least(keeping_now(), ${now}::timestamptz), true)
  and coalesce(f.retain_until <= least(keeping_now(), ${now}::timestamptz), true)`

/** The order of item ids begins here. */
export const FIRST_ITEM = '00000000-0000-0000-0000-000000000000'

const NOT_IN_REVIEW = `not exists (select from disposition_review r
  where r.item_id = f.item_id and r.mailbox_id = f.mailbox_id and r.ended_at is null)`

export type DueMailbox = { readonly mailboxId: number; readonly filings: number }

/** How many filings of each mailbox are due and in no review, in the order of mailboxes. */
export async function countDue(sql: Sql, now: Date, afterMailboxId = 0): Promise<DueMailbox[]> {
  return sql.query<DueMailbox>(
    `select f.mailbox_id as "mailboxId", count(*) as filings from filing f
     where f.mailbox_id >= $2 and ${isDueSql('$1')} and ${NOT_IN_REVIEW} group by f.mailbox_id order by f.mailbox_id`,
    [now, afterMailboxId],
  )
}

/** Filings, counted up to a thousand, that were due at a moment already, are in no review, and are still there. */
export async function countOverdue(
  sql: Sql,
  since: Date,
): Promise<{ readonly copies: number; readonly oldest: Date | null }> {
  const [row] = await sql.query<{ copies: number; oldest: Date | null }>(
    `select count(*) as copies, min(delete_at) as oldest from (
       select f.delete_at from filing f where ${isDueSql('$1')} and ${NOT_IN_REVIEW} limit 1000) as overdue`,
    [since],
  )
  return row!
}

type DueFiling = FilingKey &
  Pick<
    KeepingFacts,
    'kind' | 'connectorId' | 'sentAt' | 'arrivedAt' | 'importedAt' | 'labelId' | 'extendedUntil'
  > & {
    readonly labelBy: string | null
    /** True if it has been in a review: whatever was decided then, it leaves by an approval alone. */
    readonly reviewedBefore: boolean
  }

/** At most `limit` of the due filings of these mailboxes after one, in the order of mailboxes, in each of items. */
export async function nextDue(
  sql: Sql,
  now: Date,
  mailboxIds: readonly number[],
  after: FilingKey,
  limit: number,
): Promise<DueFiling[]> {
  return sql.query<DueFiling>(
    `select f.mailbox_id as "mailboxId", f.item_id as "itemId", f.label_id as "labelId", f.label_by as "labelBy",
       f.extended_until as "extendedUntil", i.kind, i.connector_id as "connectorId", i.sent_at as "sentAt",
       i.arrived_at as "arrivedAt", i.filed_at as "importedAt",
       exists (select from disposition_review r where r.item_id = f.item_id and r.mailbox_id = f.mailbox_id)
         as "reviewedBefore"
     from unnest($2::integer[]) as m (id) cross join lateral (
       select f.mailbox_id, f.item_id, f.label_id, f.label_by, f.extended_until from filing f
       where f.mailbox_id = m.id and f.item_id > case when m.id = $3 then $4::uuid else '${FIRST_ITEM}' end
         and ${isDueSql('$1')} and ${NOT_IN_REVIEW}
       order by f.item_id limit $5) f join item i using (item_id)
     order by f.mailbox_id, f.item_id limit $5`,
    [now, mailboxIds, after.mailboxId, after.itemId, limit],
  )
}

/**
 * Those of these that are to be reviewed, by the rules of this moment; the mailboxes of all their items' filings are
 * locked for it, as disposal locks them. Filings that the rules do not delete yet are left to disposal, which says so.
 */
export async function splitDue(
  tx: Transaction,
  due: readonly DueFiling[],
  now: number,
  rulesOf: RulesOf = mailboxRulesOf,
): Promise<{ readonly free: FilingKey[]; readonly forReview: ForReview[] }> {
  const mailboxes = await tx.query<{ mailbox_id: number }>(
    'select distinct mailbox_id from filing where item_id = any($1::uuid[])',
    [due.map(each => each.itemId)],
  )
  const mailboxIds = mailboxes.map(row => row.mailbox_id)
  await lockMailboxes(tx, mailboxIds, 'share')
  const rules = await rulesOf(tx, mailboxIds)
  const current = await lockDue(tx, due)
  const free: FilingKey[] = []
  const forReview: ForReview[] = []
  for (const found of due) {
    const { mailboxId, itemId } = found
    const filing = { ...found, ...current.get(`${mailboxId} ${itemId}`) }
    const review = reviewOf(filing, rules.get(mailboxId) ?? NONE, now)
    if (review) forReview.push({ mailboxId, itemId, ...review })
    else free.push({ mailboxId, itemId })
  }
  return { free, forReview }
}

type Changing = Pick<DueFiling, 'labelId' | 'labelBy' | 'extendedUntil'>

/**
 * What a person may have changed of these since they were found, who had their mailboxes share-locked too: nobody changes
 * it from here on. All filings of their items are locked, in the order in which disposal then does.
 */
async function lockDue(tx: Transaction, due: readonly DueFiling[]): Promise<Map<string, Changing>> {
  const rows = await tx.query<FilingKey & Changing>(
    `select mailbox_id as "mailboxId", item_id as "itemId", label_id as "labelId", label_by as "labelBy",
       extended_until as "extendedUntil" from filing where item_id = any($1::uuid[])
     order by mailbox_id, item_id for update`,
    [due.map(each => each.itemId)],
  )
  return new Map(
    rows.map(({ mailboxId, itemId, ...changing }) => [`${mailboxId} ${itemId}`, changing] as const),
  )
}

const NONE: MailboxRules = { policies: [], labels: [], labelRules: [] }

function reviewOf(
  filing: DueFiling,
  rules: MailboxRules,
  now: number,
): { readonly dueAt: Date; readonly rule: ReviewRule | null } | null {
  const asking = [...rules.policies, ...rules.labels].some(rule => rule.review)
  if (!asking && !filing.reviewedBefore) return null
  // What a person took off stays off.
  const labelId =
    filing.labelBy === 'person' ? filing.labelId : (filing.labelId ?? labelByRule(filing, rules))
  const { deleteAt, reasons } = decide(
    { ...filing, labelId, heldByTerms: [], holdPending: false },
    { ...rules, holds: [] },
  )
  if (deleteAt === null || deleteAt > now) return null
  const rule = reviewRule(reasons, rules)
  return rule || filing.reviewedBefore ? { dueAt: new Date(deleteAt), rule } : null
}

/** Of the rules that decide, by keeping until now or by deleting, the one that wants a review. */
function reviewRule(
  reasons: readonly Reason[],
  { policies, labels }: Pick<MailboxRules, 'policies' | 'labels'>,
): ReviewRule | null {
  for (const { rule, setAside } of reasons) {
    if (setAside !== null) continue
    const wants =
      rule.type === 'policy'
        ? policies.some(each => each.policyId === rule.id && each.review)
        : rule.type === 'label' && labels.some(each => each.labelId === rule.id && each.review)
    if (wants) return { type: rule.type as ReviewRule['type'], id: rule.id }
  }
  return null
}
