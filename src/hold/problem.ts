/** A query that cannot be evaluated any more: noted on its term, in the audit log, and told by an alert (alert/). */
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'

/** Notes the code of the error, or with null that the query can be evaluated again. */
export async function noteProblem(
  ground: Ground,
  tx: Transaction,
  termId: number,
  code: string | null,
): Promise<void> {
  const [row] = await tx.query<{ hold_id: number }>(
    'update hold_term set problem = $2 where term_id = $1 and problem is distinct from $2 returning hold_id',
    [termId, code],
  )
  if (!row) return
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: 'system',
    act: code === null ? 'hold.evaluate-again' : 'hold.evaluate-fail',
    subject: `hold:${row.hold_id}`,
    detail: code === null ? {} : { code },
  })
}

/** The holds, in force or in their delay, with a query that cannot be evaluated: everything it was asked of is held. */
export async function troubledHolds(
  sql: Sql,
  now: number,
): Promise<{ readonly holdId: number; readonly code: string; readonly filings: number }[]> {
  const rows = await sql.query<{ hold_id: number; code: string; filings: number }>(
    `select t.hold_id, min(t.problem) as code,
       (select count(*) from held_item h where h.term_id = any(array_agg(t.term_id)) and h.reason = 'too-wide') as filings
     from hold_term t where t.problem is not null and exists (select from hold_mailbox m
       where m.term_id = t.term_id and (m.delay_until is null or m.delay_until > $1))
     group by t.hold_id order by t.hold_id`,
    [new Date(now)],
  )
  return rows.map(row => ({ holdId: row.hold_id, code: row.code, filings: row.filings }))
}
