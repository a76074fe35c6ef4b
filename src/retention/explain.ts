/**
 * Why an item is kept or will be deleted, in each mailbox that it is filed in: what is decided (the filing's own
 * columns, which the database's guard reads), every rule that has to do with it, and what stands in the way of its
 * deletion. It says nothing of the item's content.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { holdNames } from '../hold/hold.ts'
import { type Actor, type MailboxScope, mailboxScope, type Role } from '../identity/identity.ts'
import { isItemId } from '../message/message.ts'
import { explainDecision } from './explain-decision.ts'
import type { ExplainedFiling, Explanation, FilingState, GoneFiling, NameOf } from './explanation.ts'
import { loadKeepingRules } from './keeping-rules.ts'
import { record } from './label-act.ts'
import { ruleNames } from './rule-name.ts'

/** Whoever has one of these roles may ask, of what is in the mailboxes that it reaches. */
export const EXPLAIN_ROLES = [
  'Retention Management',
  'Disposition Management',
  'Hold',
  'Preview',
] as const satisfies readonly Role[]

type Row = {
  mailbox_id: number
  address: string
  display_name: string
  hidden: boolean
  connector_id: number
  kind: string | null
  sent_at: Date | null
  arrived_at: Date
  imported_at: Date
  held_until: Date | number | null
  hold_pending: boolean | null
  retain_until: Date | number | null
  delete_at: Date | number | null
  extended_until: Date | null
  label_id: number | null
  label_by: 'person' | 'query' | 'rule' | null
  archived_at: Date | null
  restricted: boolean
  held_by_terms: number[]
  review_id: number | null
  review_state: 'pending' | 'second' | 'approved' | null
}

/**
 * Explains an item, as far as the actor's mailboxes go. ITEM_UNKNOWN where it is in none of them, as if it did not
 * exist; one that is gone is explained by its tombstone to who may see every mailbox. Recorded.
 */
export async function explainItem(ground: Ground, actor: Actor, itemId: string): Promise<Explanation> {
  const scope = mailboxScope(actor, ...EXPLAIN_ROLES)
  if (!isItemId(itemId)) throw unknown()
  return ground.database.transaction(async tx => {
    const now = ground.clock.now()
    const filings = await filingsOf(tx, scope, itemId)
    const gone = await goneOf(tx, scope, itemId)
    const tombstone = scope === null ? await tombstoneOf(tx, itemId) : null
    if (filings.length + gone.length === 0 && tombstone === null) throw unknown()
    const explained = await explainAll(ground, tx, actor, filings, now)
    await record(tx, ground, actor, { act: 'item.explain', subject: `item:${itemId}` })
    return { itemId, at: new Date(now), filings: explained, gone, tombstone }
  })
}

const unknown = (): HoldfastError =>
  new HoldfastError('ITEM_UNKNOWN', 'there is no such item, or it is not one you may see')

async function explainAll(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  rows: readonly Row[],
  now: number,
): Promise<ExplainedFiling[]> {
  const rules = await loadKeepingRules(
    tx,
    rows.map(row => row.mailbox_id),
    now,
  )
  const decided = rows.map(row => {
    const own = rules.get(row.mailbox_id)!
    return { row, state: stateOf(row), ...explainDecision(stateOf(row), factsOf(row), own, now) }
  })
  const nameOf = await namesOf(
    ground,
    tx,
    actor,
    decided.flatMap(each => each.reasons.map(reason => reason.rule)),
    rows.flatMap(row => (row.label_id === null ? [] : [row.label_id])),
  )
  return decided.map(({ row, reasons, ...rest }) => ({
    mailboxId: row.mailbox_id,
    address: row.address,
    displayName: row.display_name,
    hidden: row.hidden,
    ...rest.verdict,
    evaluating: rest.evaluating,
    held: rest.state.held,
    holdPending: rest.state.holdPending,
    retained: rest.state.retained,
    deleteAt: rest.state.deleteAt,
    extendedUntil: rest.state.extendedUntil,
    label:
      row.label_id === null
        ? null
        : {
            labelId: row.label_id,
            name: nameOf('label', row.label_id)?.name ?? null,
            by: row.label_by ?? 'person',
          },
    labelTakenOff: row.label_id === null && row.label_by === 'person',
    review: row.review_id === null ? null : { reviewId: row.review_id, state: row.review_state! },
    archivedAt: row.archived_at,
    restricted: row.restricted,
    reasons: reasons.map(reason => {
      const named = nameOf(reason.rule.type, reason.rule.id)
      return {
        ...reason,
        rule: { type: reason.rule.type, id: named?.id ?? null, name: named?.name ?? null },
      }
    }),
  }))
}

/** `infinity` comes as a number. */
function stateOf(row: Row): FilingState {
  const span = (until: Date | number | null) =>
    until === null ? null : { until: until instanceof Date ? until : null }
  return {
    held: span(row.held_until),
    holdPending: row.hold_pending ?? false,
    retained: span(row.retain_until),
    deleteAt: row.delete_at instanceof Date ? row.delete_at : null,
    extendedUntil: row.extended_until,
    review: row.review_state,
  }
}

function factsOf(row: Row) {
  return {
    kind: row.kind,
    connectorId: row.connector_id,
    sentAt: row.sent_at,
    arrivedAt: row.arrived_at,
    importedAt: row.imported_at,
    labelId: row.label_id,
    heldByTerms: row.held_by_terms,
    holdPending: row.hold_pending ?? false,
    extendedUntil: row.extended_until,
  }
}

async function filingsOf(sql: Sql, scope: MailboxScope, itemId: string): Promise<Row[]> {
  return sql.query<Row>(
    `select f.mailbox_id, m.address, m.display_name, f.hidden_at is not null as hidden, i.connector_id, i.kind,
       i.sent_at, i.arrived_at, i.filed_at as imported_at, f.held_until, f.hold_pending, f.retain_until, f.delete_at,
       f.extended_until, f.label_id, f.label_by, f.archived_at,
       exists (select from erasure_refusal e where e.item_id = f.item_id and e.mailbox_id = f.mailbox_id) as restricted,
       array(select h.term_id from held_item h
         where h.item_id = f.item_id and h.mailbox_id = f.mailbox_id) as held_by_terms, r.review_id, r.state as review_state
     from filing f join item i using (item_id) join mailbox m using (mailbox_id)
       left join disposition_review r on r.item_id = f.item_id and r.mailbox_id = f.mailbox_id and r.ended_at is null
     where f.item_id = $1::uuid and ($2::integer[] is null or f.mailbox_id = any($2)) order by m.address`,
    [itemId, scope],
  )
}

async function goneOf(sql: Sql, scope: MailboxScope, itemId: string): Promise<GoneFiling[]> {
  const rows = await sql.query<{ mailbox_id: number; address: string; disposal_id: number; at: Date }>(
    `select g.mailbox_id, m.address, g.disposal_id, d.at
     from disposed_filing g join disposal d using (disposal_id) join mailbox m using (mailbox_id)
     where g.item_id = $1::uuid and ($2::integer[] is null or g.mailbox_id = any($2)) order by m.address`,
    [itemId, scope],
  )
  return rows.map(row => ({
    mailboxId: row.mailbox_id,
    address: row.address,
    disposalId: row.disposal_id,
    at: row.at,
  }))
}

async function tombstoneOf(sql: Sql, itemId: string): Promise<Explanation['tombstone']> {
  const [row] = await sql.query<{ gone_at: Date; disposal_ids: number[] }>(
    'select gone_at, disposal_ids from tombstone where item_id = $1::uuid',
    [itemId],
  )
  return row ? { goneAt: row.gone_at, disposalIds: row.disposal_ids.map(Number) } : null
}

type Ref = { readonly type: 'policy' | 'label' | 'hold' | 'extension'; readonly id: number }

/** What rules are called. A hold that the actor may not see is told, and neither its number nor its name. */
async function namesOf(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  rules: readonly Ref[],
  labelIds: readonly number[],
): Promise<NameOf> {
  const named = rules.flatMap(({ type, id }) => (type === 'policy' || type === 'label' ? [{ type, id }] : []))
  const nameOfRule = await ruleNames(ground, tx, [
    ...named,
    ...labelIds.map(id => ({ type: 'label', id }) as const),
  ])
  const holdIds = rules.filter(rule => rule.type === 'hold').map(rule => rule.id)
  const holds = await holdNames(ground, actor, [...new Set(holdIds)], tx)
  return (type, id) => {
    if (type === 'extension') return null
    const name = type === 'hold' ? holds.get(id) : nameOfRule({ type, id })
    return name === undefined || name === null ? null : { id, name }
  }
}
