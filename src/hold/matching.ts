/**
 * Letting the queries of holds look at filings that wait for it (`hold_pending`). What a query matches is held by it
 * until its term ends: a later look only adds, since the words that begin so, who a person is, and what a newer index
 * finds may change, and in doubt it is kept. What cannot be told yet is held, with the reason.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { parseQuery, selectHits } from '../search/search.ts'
import { writeHeld } from './columns.ts'
import { lockMailboxes } from './lock.ts'
import { noteProblem } from './problem.ts'
import { openJson, type TermQuery } from './sealed.ts'

/** Filings of one transaction. */
const BATCH = 2_000

/** Why it cannot be told of an item whether a query matches, most lasting first. */
export const UNDECIDED_REASONS = ['quarantined', 'unindexed', 'waiting', 'partial', 'too-wide'] as const
export type UndecidedReason = (typeof UNDECIDED_REASONS)[number]

type Waiting = {
  mailbox_id: number
  item_id: string
  /** What stands in the way, of the item alone. */
  reason: Exclude<UndecidedReason, 'too-wide'> | null
}

type Term = { term_id: number; sealed: Buffer; since: Date; problem: string | null; mailbox_ids: number[] }

/** Lets the queries look at the next filings that wait; false if none does. */
export async function matchNext(ground: Ground): Promise<boolean> {
  return ground.database.transaction(async tx => {
    // Without a lock, to know which mailboxes to lock; what waits is read again under it.
    const mailboxes = await tx.query<{ mailbox_id: number }>(
      `select distinct mailbox_id from (select mailbox_id from filing where hold_pending
       order by mailbox_id, item_id limit ${BATCH}) as waiting order by mailbox_id`,
    )
    if (mailboxes.length === 0) return false
    const mailboxIds = mailboxes.map(row => row.mailbox_id)
    await lockMailboxes(tx, mailboxIds, 'share')
    const page = await lockWaiting(tx, mailboxIds)
    if (page.length === 0) return false
    await decide(ground, tx, page)
    await writeHeld(
      tx,
      ground.clock.now(),
      page.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id, pending: false })),
    )
    return true
  })
}

/**
 * The filings are locked before the index is read: whoever changes an item's entries afterwards, and has it looked at
 * again, waits for this transaction. Those that somebody else is at are passed over while there are others, and then
 * waited for: who else is at them may only decide on their retention.
 */
async function lockWaiting(tx: Transaction, mailboxIds: readonly number[]): Promise<Waiting[]> {
  const lock = (waiting: 'skip locked' | '') =>
    tx.query<{ mailbox_id: number; item_id: string }>(
      `select mailbox_id, item_id from filing where hold_pending and mailbox_id = any($1::integer[])
       order by mailbox_id, item_id limit ${BATCH} for no key update ${waiting}`,
      [mailboxIds],
    )
  let locked = await lock('skip locked')
  if (locked.length === 0) locked = await lock('')
  return tx.query<Waiting>(
    `select f.mailbox_id, f.item_id,
       case when i.state = 'quarantined' then 'quarantined'
         when not exists (select from search_entry e where e.item_id = f.item_id) then 'unindexed'
         when a.state in ('waiting', 'partial') then a.state end as reason
     from unnest($1::integer[], $2::uuid[]) as f (mailbox_id, item_id) join item i using (item_id)
       left join attachment_text a using (item_id)`,
    [locked.map(row => row.mailbox_id), locked.map(row => row.item_id)],
  )
}

type Decided = { itemId: string; mailboxId: number; termId: number; reason: UndecidedReason | null }

async function decide(ground: Ground, tx: Transaction, page: readonly Waiting[]): Promise<void> {
  const mailboxIds = [...new Set(page.map(row => row.mailbox_id))]
  const terms = await tx.query<Term>(
    `select t.term_id, t.sealed, t.since, t.problem, array_agg(m.mailbox_id) as mailbox_ids
     from hold_mailbox m join hold_term t using (term_id)
     where m.mailbox_id = any($1::integer[]) and t.sealed is not null and (m.delay_until is null or m.delay_until > $2)
     group by t.term_id order by t.term_id`,
    [mailboxIds, new Date(ground.clock.now())],
  )
  const decided: Decided[] = []
  for (const term of terms) {
    const on = new Set(term.mailbox_ids)
    const filings = page.filter(row => on.has(row.mailbox_id))
    const hits = await hitsAmong(ground, tx, term, [...new Set(filings.map(row => row.item_id))])
    for (const { item_id: itemId, mailbox_id: mailboxId, reason } of filings) {
      const why = reasonOf(reason, hits === null ? null : hits.has(itemId))
      if (why !== 'no-match') decided.push({ itemId, mailboxId, termId: term.term_id, reason: why })
    }
  }
  await keep(tx, page, terms, decided)
}

/**
 * What is to be kept of it: no reason for a match. Of an item whose index is not whole yet, a match says as little as
 * its absence (NOT); one that is partially indexed for good is held for what was read of it.
 */
function reasonOf(reason: Waiting['reason'], matches: boolean | null): UndecidedReason | null | 'no-match' {
  if (reason !== null && reason !== 'partial') return reason
  if (matches === null) return 'too-wide'
  return matches ? null : (reason ?? 'no-match')
}

/** The items of these that a term's query matches; null where it cannot be evaluated, which is noted and told. */
async function hitsAmong(
  ground: Ground,
  tx: Transaction,
  term: Term,
  itemIds: readonly string[],
): Promise<Set<string> | null> {
  const { query, named } = openJson<TermQuery>(ground.keyring, `hold-term ${term.term_id}`, term.sealed)
  try {
    // In whatever mailbox: a filing that is hidden is held as others are, and the index knows only where one is shown.
    const scope = { mailboxIds: null, itemIds, named: new Map(named) }
    const parsed = parseQuery(query, term.since.getTime())
    const hits = await selectHits(tx, ground.keyring, parsed, scope)
    const rows = await tx.query<{ item_id: string }>(hits.sql, hits.values)
    if (term.problem !== null) await noteProblem(ground, tx, term.term_id, null)
    return new Set(rows.map(row => row.item_id))
  } catch (error) {
    // A beginning that too many words have by now: it is never cut, so everything stays held.
    if (!(error instanceof HoldfastError) || !hasCode(error, 'QUERY_INVALID')) throw error
    if (term.problem !== error.code) await noteProblem(ground, tx, term.term_id, error.code)
    return null
  }
}

async function keep(
  tx: Sql,
  page: readonly Waiting[],
  terms: readonly Term[],
  decided: readonly Decided[],
): Promise<void> {
  await tx.execute(
    `delete from held_item h using unnest($1::uuid[], $2::integer[]) as n (item_id, mailbox_id)
     where h.item_id = n.item_id and h.mailbox_id = n.mailbox_id and h.term_id = any($3::bigint[]) and h.reason is not null`,
    [page.map(row => row.item_id), page.map(row => row.mailbox_id), terms.map(term => term.term_id)],
  )
  await tx.execute(
    `insert into held_item (item_id, mailbox_id, term_id, reason)
     select * from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::text[]) on conflict do nothing`,
    [
      decided.map(each => each.itemId),
      decided.map(each => each.mailboxId),
      decided.map(each => each.termId),
      decided.map(each => each.reason),
    ],
  )
}
