/**
 * Asking the queries of rules of what waits for it (label_waiting: what was filed since, or is found in the index anew),
 * and putting labels on what they match: the job 'label-query'. A page of filings is one transaction, under
 * share-locks of their mailboxes; killed, it goes on with what still waits. A label that is there is never replaced,
 * and what a person took off stays off. Nothing is labelled in doubt: an item whose attachments are yet to be read is
 * asked of again when they are.
 */
import { appendEntry } from '../audit/audit.ts'
import { againOnConflict, type Sql, type Transaction } from '../database/database.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes } from '../hold/hold.ts'
import type { Queue } from '../queue/queue.ts'
import { isIndexCurrent, parseQuery, selectHits } from '../search/search.ts'
import { evaluateFilings } from './evaluation.ts'
import { type LabelRuleWords, openWords } from './label-sealed.ts'

/** Filings of one transaction. */
const PAGE = 5_000

/** Takes the jobs from a worker's queue, one at a time, until it stops. */
export async function workLabelQueries(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<object>('label-query', { concurrency: 1 }, (_job, signal) =>
    askLabelQueries(ground, AbortSignal.any([signal, stopping])),
  )
}

/** Sends the job where something waits; a tick does, since those who file only leave it waiting. */
export async function requestLabelQueries(ground: Ground, queue: Queue): Promise<void> {
  const [row] = await ground.database.query<{ waits: boolean }>(
    `select exists (select from label_waiting)
       or exists (select from label_rule where unswept and active and problem is null) as waits`,
    [],
    'label-queries-wait',
  )
  // One that is lost, because the job before was just ending, is sent by the next tick.
  if (row!.waits)
    await ground.database.transaction(tx => queue.send(tx, 'label-query', {}, { singletonKey: 'tick' }))
}

/** Does all there is to do, page by page. Two may be at it. */
export async function askLabelQueries(ground: Ground, signal?: AbortSignal): Promise<void> {
  // An index of another version would give wrong answers: what waits goes on waiting.
  if (!(await isIndexCurrent(ground.database))) return
  for (let more = true; more; ) more = await againOnConflict(() => sweepNext(ground), signal)
  for (let more = true; more; ) more = await againOnConflict(() => askNext(ground), signal)
}

/**
 * Has queries asked of these items again, wherever they are filed without a label: their entries in the index were
 * made anew. In the transaction that did it, and after it has.
 */
export async function askAgain(tx: Transaction, itemIds: readonly string[]): Promise<void> {
  await tx.execute(
    `insert into label_waiting (mailbox_id, item_id)
     select f.mailbox_id, f.item_id from filing f
     where f.item_id = any($1::uuid[]) and f.label_id is null and f.label_by is null
       and exists (select from label_rule r
         where r.by_query and r.active and (r.mailbox_ids is null or f.mailbox_id = any(r.mailbox_ids)))
     order by f.mailbox_id, f.item_id on conflict do nothing`,
    [itemIds],
  )
}

/**
 * Of these copies those that a query may yet put a label on: it is still to be asked of them, or will be asked again
 * once their attachments are read. A label can keep what policies would delete, so in doubt they stay.
 */
export async function mayBeLabelled(
  sql: Sql,
  copies: readonly { readonly mailboxId: number; readonly itemId: string }[],
): Promise<{ readonly mailboxId: number; readonly itemId: string }[]> {
  const [any] = await sql.query(
    'select from label_rule where by_query and active and problem is null limit 1',
  )
  if (!any) return []
  return sql.query(
    `select f.mailbox_id as "mailboxId", f.item_id as "itemId"
     from unnest($1::integer[], $2::uuid[]) as n (mailbox_id, item_id) join filing f using (mailbox_id, item_id)
       join item i using (item_id)
       left join label_waiting w on w.mailbox_id = f.mailbox_id and w.item_id = f.item_id
       left join attachment_text a on a.item_id = f.item_id and a.state = 'waiting'
     where f.label_id is null and f.label_by is null and i.state <> 'quarantined' and exists (
       select from label_rule r where r.by_query and r.active and r.problem is null
         and (r.unswept or w.item_id is not null or a.item_id is not null)
         and (r.mailbox_ids is null or f.mailbox_id = any(r.mailbox_ids))
         and (r.connector_ids is null or i.connector_id = any(r.connector_ids))
         and (r.kinds is null or i.kind = any(r.kinds)))`,
    [copies.map(each => each.mailboxId), copies.map(each => each.itemId)],
  )
}

type Rule = {
  rule_id: number
  label_id: number
  sealed: Buffer
  since: Date
  mailbox_ids: number[] | null
  connector_ids: number[] | null
  kinds: string[] | null
}

/** Lets what a new rule's query matches among what is filed already wait to be asked of; false if there is no such rule. */
async function sweepNext(ground: Ground): Promise<boolean> {
  return ground.database.transaction(async tx => {
    const [rule] = await tx.query<Rule>(
      `select * from label_rule where unswept and active and by_query and problem is null
       order by rule_id limit 1 for no key update skip locked`,
    )
    if (!rule) return false
    await tx.execute('update label_rule set unswept = false where rule_id = $1', [rule.rule_id])
    const hits = await hitsOf(ground, tx, rule, null)
    if (hits === null) return true
    await tx.execute(
      // As an array: how many match is not known beforehand, and a join planned for a few would take for ever.
      `insert into label_waiting (mailbox_id, item_id)
       select f.mailbox_id, f.item_id from filing f
       where f.item_id = any(array(${hits.sql})) and f.label_id is null and f.label_by is null
         and ($${hits.values.length + 1}::integer[] is null or f.mailbox_id = any($${hits.values.length + 1}))
       order by f.mailbox_id, f.item_id on conflict do nothing`,
      [...hits.values, rule.mailbox_ids],
    )
    return true
  })
}

type Waiting = { mailbox_id: number; item_id: string }
type Asked = Waiting & { connector_id: number; kind: string | null }

/** Asks of the next filings that wait; false if none does. */
async function askNext(ground: Ground): Promise<boolean> {
  return ground.database.transaction(async tx => {
    // Without a lock, to know which mailboxes to lock; what waits is read again under it.
    const mailboxes = await tx.query<{ mailbox_id: number }>(
      `select distinct mailbox_id from (select mailbox_id from label_waiting
       order by mailbox_id, item_id limit ${PAGE}) as waiting`,
    )
    if (mailboxes.length === 0) return false
    const mailboxIds = mailboxes.map(row => row.mailbox_id)
    await lockMailboxes(tx, mailboxIds, 'share')
    const waiting = await tx.query<Waiting>(
      `with page as materialized (select mailbox_id, item_id from label_waiting
         where mailbox_id = any($1::integer[]) order by mailbox_id, item_id limit ${PAGE} for update skip locked)
       delete from label_waiting w using page where w.mailbox_id = page.mailbox_id and w.item_id = page.item_id returning w.mailbox_id, w.item_id`,
      [mailboxIds],
    )
    if (waiting.length === 0) return false
    await label(ground, tx, await askable(tx, waiting))
    return true
  })
}

/**
 * Those that have no label yet and are whole in the index. They are locked before the index is read: whoever changes an
 * item's entries, and has it asked of again, comes before or after.
 */
async function askable(tx: Transaction, waiting: readonly Waiting[]): Promise<Asked[]> {
  return tx.query<Asked>(
    `select f.mailbox_id, f.item_id, i.connector_id, i.kind
     from unnest($1::integer[], $2::uuid[]) as n (mailbox_id, item_id) join filing f using (mailbox_id, item_id)
       join item i using (item_id) left join attachment_text a on a.item_id = f.item_id
     where f.label_id is null and f.label_by is null and a.state is distinct from 'waiting'
       and i.state <> 'quarantined'
     order by f.mailbox_id, f.item_id for no key update of f`,
    [waiting.map(row => row.mailbox_id), waiting.map(row => row.item_id)],
  )
}

async function label(ground: Ground, tx: Transaction, filings: readonly Asked[]): Promise<void> {
  if (filings.length === 0) return
  const rules = await tx.query<Rule>(
    'select * from label_rule where by_query and active and problem is null order by rule_id',
  )
  let left = [...filings]
  const found: (Asked & { labelId: number; ruleId: number })[] = []
  for (const rule of rules) {
    const asked = left.filter(filing => isAbout(rule, filing))
    if (asked.length === 0) continue
    const hits = await hitsOf(ground, tx, rule, [...new Set(asked.map(filing => filing.item_id))])
    if (hits === null) continue
    const rows = await tx.query<{ item_id: string }>(hits.sql, hits.values)
    const matching = new Set(rows.map(row => row.item_id))
    const isFound = (filing: Asked) => isAbout(rule, filing) && matching.has(filing.item_id)
    for (const filing of left.filter(isFound))
      found.push({ ...filing, labelId: rule.label_id, ruleId: rule.rule_id })
    left = left.filter(filing => !isFound(filing))
  }
  if (found.length === 0) return
  await tx.query('select set_label($1, $2, $3, $4)', [
    found.map(each => each.mailbox_id),
    found.map(each => each.item_id),
    found.map(each => each.labelId),
    found.map(() => 'query'),
  ])
  await evaluateFilings(
    tx,
    found.map(each => ({ mailboxId: each.mailbox_id, itemId: each.item_id })),
  )
  for (const ruleId of new Set(found.map(each => each.ruleId))) {
    const own = found.filter(each => each.ruleId === ruleId)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'system',
      act: 'label.apply',
      subject: `label:${own[0]!.labelId}`,
      detail: { ruleId, copies: own.length },
      items: own.map(each => each.item_id),
    })
  }
}

function isAbout(rule: Rule, filing: Asked): boolean {
  return (
    (rule.mailbox_ids === null || rule.mailbox_ids.includes(filing.mailbox_id)) &&
    (rule.connector_ids === null || rule.connector_ids.includes(filing.connector_id)) &&
    (rule.kinds === null || (filing.kind !== null && rule.kinds.includes(filing.kind)))
  )
}

/** The items, of these or of all, that a rule's query matches; null where it cannot be asked, which is noted. */
async function hitsOf(ground: Ground, tx: Transaction, rule: Rule, itemIds: readonly string[] | null) {
  const { query, named } = openWords<LabelRuleWords>(
    ground.keyring,
    `label-rule ${rule.rule_id}`,
    rule.sealed,
  )
  try {
    return await selectHits(tx, ground.keyring, parseQuery(query!, rule.since.getTime()), {
      // In whatever mailbox: a filing that is hidden is labelled as others are.
      mailboxIds: null,
      ...(itemIds === null ? {} : { itemIds }),
      named: new Map(named),
    })
  } catch (error) {
    // A beginning that too many words have by now. It is never cut: nothing is labelled until the rule is changed.
    if (!(error instanceof HoldfastError) || !hasCode(error, 'QUERY_INVALID')) throw error
    await tx.execute('update label_rule set problem = $2 where rule_id = $1', [rule.rule_id, error.code])
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'system',
      act: 'label-rule.fail',
      subject: `label-rule:${rule.rule_id}`,
      detail: { code: error.code },
    })
    return null
  }
}
