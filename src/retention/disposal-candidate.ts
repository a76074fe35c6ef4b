/**
 * Which filings are to be disposed of: locked, brought up to the rules and holds of this very moment, and decided on by
 * their columns and once more by the rules themselves. In doubt a filing is kept.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { lockMailboxes, tellFilings } from '../hold/hold.ts'
import type { DisposalCause } from './disposal-document.ts'
import { evaluateFilings } from './evaluation.ts'
import { loadKeepingRules } from './keeping-rules.ts'
import { mayBeLabelled } from './label-query.ts'
import { decide } from './principle.ts'
import type { Decision } from './rule.ts'

export type FilingKey = { readonly mailboxId: number; readonly itemId: string }
/** Why a filing stays: it is kept, no rule deletes it yet, an export of it is under way, or it is not there any more. */
export type WhyKept = 'held' | 'retained' | 'not-due' | 'exporting' | 'gone'

export const keyOf = ({ mailboxId, itemId }: FilingKey): string => `${mailboxId} ${itemId}`

type Candidate = FilingKey & {
  readonly row: CandidateRow
}
type CandidateRow = {
  mailbox_id: number
  item_id: string
  run_id: number
  filed_at: Date
  hidden_at: Date | null
  label_id: number | null
  extended_until: Date | null
  held: boolean
  retained: boolean
  due: boolean
  kind: string
  connector_id: number
  sent_at: Date | null
  arrived_at: Date
  imported_at: Date
  batch_id: number
}

/**
 * Locks, in the order that everybody keeps to: mailboxes, filings, items. All filings of the items are looked at, since
 * hidden ones go with the last that is shown. Then rules and holds are brought up to this moment.
 */
export async function lockFilings(
  tx: Transaction,
  filings: readonly FilingKey[],
  now: number,
): Promise<Candidate[]> {
  const itemIds = [...new Set(filings.map(each => each.itemId))]
  const all = `select mailbox_id, item_id from filing where item_id = any($1::uuid[])`
  const mailboxes = await tx.query<{ mailbox_id: number }>(
    `select distinct mailbox_id from (${all}) as f order by 1`,
    [itemIds],
  )
  const mailboxIds = mailboxes.map(row => row.mailbox_id)
  await lockMailboxes(tx, mailboxIds, 'share')
  // A filing in a further mailbox that came between is not disposed of, and keeps its item.
  const locked = await tx.query<{ mailbox_id: number; item_id: string }>(
    `${all} and mailbox_id = any($2::integer[]) order by mailbox_id, item_id for update`,
    [itemIds, mailboxIds],
  )
  const keys = locked.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id }))
  if (keys.length === 0) return []
  await tx.query('select from item where item_id = any($1::uuid[]) order by item_id for update', [itemIds])
  await evaluateFilings(tx, keys)
  await tellFilings(tx, now, keys)
  // In doubt it is kept: the process's clock and the database's must both say that it is over.
  const rows = await tx.query<CandidateRow>(
    `select f.mailbox_id, f.item_id, f.run_id, f.filed_at, f.hidden_at, f.label_id, f.extended_until,
       coalesce(f.hold_pending, false) or coalesce(f.held_until > c.earlier, false) as held,
       coalesce(f.retain_until > c.earlier, false) as retained,
       coalesce(f.delete_at <= c.earlier, false) as due,
       i.kind, i.connector_id, i.sent_at, i.arrived_at, i.filed_at as imported_at, i.batch_id
     from unnest($1::integer[], $2::uuid[]) as n (mailbox_id, item_id) join filing f using (mailbox_id, item_id)
       join item i using (item_id) cross join (select least(keeping_now(), $3::timestamptz) as earlier) as c`,
    [keys.map(each => each.mailboxId), keys.map(each => each.itemId), new Date(now)],
  )
  return rows.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id, row }))
}

export type Decided = Candidate & {
  readonly decision: Decision
  readonly why: Exclude<WhyKept, 'gone'> | null
}

/** By the columns, and once more by the rules themselves. */
export async function decideAll(
  tx: Sql,
  candidates: readonly Candidate[],
  cause: DisposalCause,
  now: number,
): Promise<Map<string, Decided>> {
  const exporting = await exportingItems(tx, [...new Set(candidates.map(each => each.itemId))])
  const inDoubt = new Set((await mayBeLabelled(tx, candidates)).map(keyOf))
  const mailboxIds = [...new Set(candidates.map(each => each.mailboxId))]
  const rules = await loadKeepingRules(tx, mailboxIds, now)
  // All filings of the items are candidates: one that is hidden and has no shown one beside it is due by that.
  const shown = new Set(candidates.filter(each => each.row.hidden_at === null).map(each => each.itemId))
  const isLeft = ({ row, itemId }: Candidate) => row.hidden_at !== null && !shown.has(itemId)
  return new Map(
    candidates.map(candidate => {
      const { row } = candidate
      const decision = decide(
        {
          kind: row.kind,
          connectorId: row.connector_id,
          sentAt: row.sent_at,
          arrivedAt: row.arrived_at,
          importedAt: row.imported_at,
          labelId: row.label_id,
          // Queries have spoken in the columns.
          heldByTerms: [],
          holdPending: false,
          extendedUntil: row.extended_until,
        },
        rules.get(candidate.mailboxId)!,
      )
      const { heldUntil, retainUntil, deleteAt } = decision
      const why =
        row.held || (heldUntil !== null && heldUntil > now)
          ? 'held'
          : row.retained || (retainUntil !== null && retainUntil > now) || inDoubt.has(keyOf(candidate))
            ? 'retained'
            : cause.type === 'rule' &&
                !cause.again &&
                !isLeft(candidate) &&
                !(row.due && deleteAt !== null && deleteAt <= now)
              ? 'not-due'
              : exporting.has(candidate.itemId)
                ? 'exporting'
                : null
      return [keyOf(candidate), { ...candidate, decision, why }]
    }),
  )
}

/** What leaves, with the hidden filings of items that nothing else keeps: they show the item to nobody. */
export function withHidden(leaving: readonly Decided[], all: readonly Decided[]): Decided[] {
  const left = new Set(leaving.map(keyOf))
  const staying = new Set(
    all
      .filter(each => !left.has(keyOf(each)) && (each.row.hidden_at === null || isKept(each)))
      .map(each => each.itemId),
  )
  const goingItems = new Set(leaving.map(each => each.itemId).filter(itemId => !staying.has(itemId)))
  return [...leaving, ...all.filter(each => !left.has(keyOf(each)) && goingItems.has(each.itemId))]
}

const isKept = ({ why }: Decided): boolean => why === 'held' || why === 'retained'

/**
 * Items of exports that are under way: they would lack their proofs. Whoever selects items for an export takes the
 * table's lock first, so that none is selected while this transaction removes it. (Tables of export/, read here.)
 */
async function exportingItems(tx: Sql, itemIds: readonly string[]): Promise<Set<string>> {
  await tx.execute('lock table export_item in share mode')
  const rows = await tx.query<{ item_id: string }>(
    `select distinct x.item_id from export_item x join export e using (export_id)
     where x.item_id = any($1::uuid[]) and x.state in ('due', 'written')
       and e.state in ('waiting', 'selecting', 'writing', 'finishing')`,
    [itemIds],
  )
  return new Set(rows.map(row => row.item_id))
}
