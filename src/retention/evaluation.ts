/**
 * Deciding anew on what is filed already, after rules have changed: the job 'retention-evaluation'. Filings are gone
 * through in the order of their key, at most 10,000 in a transaction, each time by the rules of that moment and in one
 * statement for all mailboxes of the same rules. It holds share-locks of mailboxes as filing does, so neither waits for
 * the other; killed, it goes on after its last page. Holds are told by hold/.
 */
import { againOnConflict, type Sql, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes } from '../hold/hold.ts'
import type { Queue } from '../queue/queue.ts'
import { type MailboxRules, mailboxRulesOf } from './mailbox-rules.ts'
import { alikeRules, deleteSql, labelSql, likenessOf, retainSql } from './rule-sql.ts'

/** Filings of one transaction. */
const PAGE = 10_000
/** Mailboxes of one transaction. */
const MAILBOXES = 500
/** As the end of a mailbox. */
const LAST_ITEM = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** For what an evaluation goes by; tests give their own. */
type RulesOf = typeof mailboxRulesOf

/** Filings looked at, and those of which something changed. */
export type Evaluated = { readonly filings: number; readonly changed: number }

/**
 * Asks that all filings of these mailboxes (null: of all) are decided on anew, in the transaction that changes rules. A
 * worker does it. Returns the evaluation's id.
 */
export async function requestEvaluation(
  tx: Transaction,
  ground: Ground,
  queue: Queue,
  actor: string,
  mailboxIds: readonly number[] | null,
): Promise<number> {
  const evaluationId = await addEvaluation(tx, ground, actor, mailboxIds)
  await queue.send(tx, 'retention-evaluation', { evaluationId })
  return evaluationId
}

async function addEvaluation(
  sql: Sql,
  ground: Ground,
  actor: string,
  mailboxIds: readonly number[] | null,
): Promise<number> {
  const [row] = await sql.query<{ evaluation_id: number }>(
    `insert into retention_evaluation (mailbox_ids, requested_by, created_at) values ($1, $2, $3)
     returning evaluation_id`,
    [mailboxIds, actor, new Date(ground.clock.now())],
  )
  return row!.evaluation_id
}

/** Takes the jobs from a worker's queue, one at a time, until it stops. */
export async function workEvaluations(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<{ evaluationId: number }>(
    'retention-evaluation',
    { concurrency: 1 },
    ({ evaluationId }, signal) =>
      performEvaluation(ground, evaluationId, AbortSignal.any([signal, stopping])),
  )
}

/** Sends the jobs of evaluations that the database asked for by itself, when the directory changed; returns how many. */
export async function sendEvaluations(ground: Ground, queue: Queue): Promise<number> {
  return ground.database.transaction(async tx => {
    const unsent = await tx.query<{ evaluation_id: number }>(
      `update retention_evaluation set unsent = false where completed_at is null and unsent returning evaluation_id`,
    )
    for (const row of unsent)
      await queue.send(tx, 'retention-evaluation', { evaluationId: row.evaluation_id })
    return unsent.length
  })
}

/** Does all evaluations that are open, here and now: for a command, which does not wait for a worker. */
export async function performOpenEvaluations(ground: Ground): Promise<void> {
  const open = await ground.database.query<{ evaluation_id: number }>(
    'select evaluation_id from retention_evaluation where completed_at is null order by evaluation_id',
  )
  for (const row of open) await performEvaluation(ground, row.evaluation_id, new AbortController().signal)
}

/** Sends the jobs of evaluations that have not ended, for a queue that has none; returns how many. */
export async function requeueEvaluations(tx: Transaction, queue: Queue): Promise<number> {
  const open = await tx.query<{ evaluation_id: number }>(
    `update retention_evaluation set unsent = false where completed_at is null returning evaluation_id`,
  )
  for (const row of open) await queue.send(tx, 'retention-evaluation', { evaluationId: row.evaluation_id })
  return open.length
}

/** Decides anew on all filings of these mailboxes (null: of all), here and now. */
export async function evaluateMailboxes(
  ground: Ground,
  mailboxIds: readonly number[] | null,
  signal: AbortSignal,
  rulesOf: RulesOf = mailboxRulesOf,
): Promise<Evaluated> {
  const evaluationId = await addEvaluation(ground.database, ground, 'system', mailboxIds)
  await performEvaluation(ground, evaluationId, signal, rulesOf)
  const [row] = await ground.database.query<Evaluated>(
    'select filings, changed from retention_evaluation where evaluation_id = $1::bigint',
    [evaluationId],
  )
  return row!
}

/** Does what is left of an evaluation. */
export async function performEvaluation(
  ground: Ground,
  evaluationId: number,
  signal: AbortSignal,
  rulesOf: RulesOf = mailboxRulesOf,
): Promise<void> {
  const next = () => ground.database.transaction(tx => evaluateNext(ground, tx, evaluationId, rulesOf))
  for (let more = true; more; ) more = await againOnConflict(next, signal)
}

type Row = {
  mailbox_ids: number[] | null
  after_mailbox_id: number | null
  after_item_id: string | null
  completed_at: Date | null
}

/** Filings after one and up to another, in the order of their key. */
type Page = {
  /** In which there are any. */
  readonly mailboxIds: readonly number[]
  readonly after: FilingKey
  readonly upTo: FilingKey
}
type FilingKey = { readonly mailboxId: number; readonly itemId: string }

/** Does the next page; false where there is none. */
async function evaluateNext(
  ground: Ground,
  tx: Transaction,
  evaluationId: number,
  rulesOf: RulesOf,
): Promise<boolean> {
  // Another worker that takes it for its own waits here, and goes on after this page.
  const [row] = await tx.query<Row>(
    `select mailbox_ids, after_mailbox_id, after_item_id, completed_at from retention_evaluation
     where evaluation_id = $1::bigint for update`,
    [evaluationId],
  )
  if (!row || row.completed_at !== null) return false
  const page = await nextPage(tx, row)
  if (!page) {
    await tx.execute('update retention_evaluation set completed_at = $2 where evaluation_id = $1::bigint', [
      evaluationId,
      new Date(ground.clock.now()),
    ])
    return false
  }
  await lockMailboxes(tx, page.mailboxIds, 'share')
  const total = { filings: 0, changed: 0 }
  for (const group of groupsOf(page.mailboxIds, await rulesOf(tx, page.mailboxIds))) {
    const { filings, changed } = await evaluateGroup(tx, group, {
      sql: '(f.mailbox_id, f.item_id) > ($2, $3::uuid) and (f.mailbox_id, f.item_id) <= ($4, $5::uuid)',
      values: [page.after.mailboxId, page.after.itemId, page.upTo.mailboxId, page.upTo.itemId],
    })
    total.filings += filings
    total.changed += changed
  }
  await tx.execute(
    `update retention_evaluation set after_mailbox_id = $2, after_item_id = $3, filings = filings + $4,
       changed = changed + $5 where evaluation_id = $1::bigint`,
    [evaluationId, page.upTo.mailboxId, page.upTo.itemId, total.filings, total.changed],
  )
  return true
}

async function nextPage(tx: Sql, row: Row): Promise<Page | null> {
  const after = { mailboxId: row.after_mailbox_id ?? 0, itemId: row.after_item_id ?? LAST_ITEM }
  const mailboxes = await tx.query<{ mailbox_id: number }>(
    `select mailbox_id from mailbox where mailbox_id >= $1 and ($2::integer[] is null or mailbox_id = any($2))
     order by mailbox_id limit ${MAILBOXES}`,
    [after.itemId === LAST_ITEM ? after.mailboxId + 1 : after.mailboxId, row.mailbox_ids],
  )
  if (mailboxes.length === 0) return null
  const found = await tx.query<{ mailbox_id: number; filings: number; last: string }>(
    `select mailbox_id, count(*) as filings, max(item_id::text) as last from (
       select f.mailbox_id, f.item_id from mailbox m cross join lateral (
         select f.mailbox_id, f.item_id from filing f
         where f.mailbox_id = m.mailbox_id and (m.mailbox_id > $2 or f.item_id > $3::uuid)
         order by f.item_id limit ${PAGE}) f
       where m.mailbox_id = any($1::integer[]) order by m.mailbox_id, f.item_id limit ${PAGE}) as page
     group by mailbox_id order by mailbox_id`,
    [mailboxes.map(each => each.mailbox_id), after.mailboxId, after.itemId],
  )
  const last = found.at(-1)
  const isFull = found.reduce((sum, each) => sum + each.filings, 0) === PAGE
  return {
    mailboxIds: found.map(each => each.mailbox_id),
    after,
    // A full page ends somewhere in its last mailbox; all mailboxes of another are done with it.
    upTo:
      isFull && last
        ? { mailboxId: last.mailbox_id, itemId: last.last }
        : { mailboxId: mailboxes.at(-1)!.mailbox_id, itemId: LAST_ITEM },
  }
}

/** Mailboxes, and the rules of each. */
type Group = { readonly mailboxIds: number[]; readonly rules: MailboxRules[] }

const UNRULED: MailboxRules = Object.freeze({ policies: [], labels: [], labelRules: [] })

/** The mailboxes by their rules: mostly all of them have the same, but for the moments of events. */
function groupsOf(mailboxIds: readonly number[], rules: ReadonlyMap<number, MailboxRules>): Group[] {
  const groups = new Map<string, Group>()
  // Written out once for each object, of which there are few for many mailboxes.
  const keys = new Map<MailboxRules, string>()
  for (const mailboxId of mailboxIds) {
    const own = rules.get(mailboxId) ?? UNRULED
    const key = keys.get(own) ?? likenessOf(own)
    keys.set(own, key)
    const group = groups.get(key) ?? { mailboxIds: [], rules: [] }
    groups.set(key, group)
    group.mailboxIds.push(mailboxId)
    group.rules.push(own)
  }
  return [...groups.values()]
}

/**
 * Decides anew on these filings, in the caller's transaction, which has their mailboxes locked: after a label was put
 * on or taken off, or an item was filed again.
 */
export async function evaluateFilings(
  tx: Transaction,
  filings: readonly { readonly mailboxId: number; readonly itemId: string }[],
  rulesOf: RulesOf = mailboxRulesOf,
): Promise<Evaluated> {
  const total = { filings: 0, changed: 0 }
  const mailboxIds = [...new Set(filings.map(each => each.mailboxId))].sort((a, b) => a - b)
  for (const group of groupsOf(mailboxIds, await rulesOf(tx, mailboxIds))) {
    const own = new Set(group.mailboxIds)
    const chosen = filings.filter(each => own.has(each.mailboxId))
    const { filings: looked, changed } = await evaluateGroup(tx, group, {
      sql: '(f.mailbox_id, f.item_id) in (select * from unnest($2::integer[], $3::uuid[]))',
      values: [chosen.map(each => each.mailboxId), chosen.map(each => each.itemId)],
    })
    total.filings += looked
    total.changed += changed
  }
  return total
}

/** `where` narrows filings `f`; its values are numbered from $2. */
async function evaluateGroup(
  tx: Sql,
  { mailboxIds, rules }: Group,
  where: { readonly sql: string; readonly values: readonly unknown[] },
): Promise<Evaluated> {
  const values: unknown[] = [mailboxIds, ...where.values]
  const add = (value: unknown) => `$${values.push(value)}`
  const alike = alikeRules(rules, 'moment', add)
  const [row] = await tx.query<Evaluated>(
    `with fact as (
       select f.mailbox_id, f.item_id, f.label_id as own_label, f.label_by, f.retain_until as retained, f.delete_at as due,
         f.extended_until, i.kind, i.connector_id, coalesce(i.sent_at, i.arrived_at) as item_date,
         i.filed_at as imported_at${alike.columns.map(column => `, moment.${column}`).join('')}
       from filing f join item i using (item_id) ${alike.join}
       where f.mailbox_id = any($1::integer[]) and ${where.sql}
       -- Whoever labels or extends one of them has its mailbox share-locked too, and so comes before this or after.
       order by f.mailbox_id, f.item_id for no key update of f
     ), labelled as materialized (
       -- What a person took off stays off.
       select p.*, case when p.label_by = 'person' then p.own_label
         else coalesce(p.own_label, ${labelSql(alike, add)}) end as label_id from fact p
     ), kept as materialized (
       select p.*, ${retainSql(alike, add)} as retain_until from labelled p
     ), decided as materialized (
       select p.*, ${deleteSql(alike, add)} as delete_at from kept p
     )
     select (select count(*) from decided) as filings,
       (select count(set_label) from (select set_label(array_agg(mailbox_id), array_agg(item_id), array_agg(label_id),
         array_agg('rule'::text)) from decided where label_id is distinct from own_label) as labels) as labels,
       (select set_retained(array_agg(mailbox_id), array_agg(item_id), array_agg(retain_until), array_agg(delete_at))
        from decided where retain_until is distinct from retained or delete_at is distinct from due) as changed`,
    values,
  )
  return { filings: row!.filings, changed: row!.changed }
}
