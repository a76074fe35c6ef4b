/**
 * Rules that put labels on by themselves, on what has none: those without a query at filing, and on what is filed
 * already by an evaluation; those with one as soon as the query was asked (label-query.ts). What a rule has put on
 * stays when it is changed or removed.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { getMailbox } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { asksOfKeeping, checkVersion, mailboxesNamed, parseQuery, selectHits } from '../search/search.ts'
import { requestEvaluation } from './evaluation.ts'
import { lockRuled, record } from './label-act.ts'
import { type LabelRuleWords, nextRowId, openWords, sealWords } from './label-sealed.ts'
import { requireLabel } from './label-stored.ts'
import { lockDirectory } from './policy-act.ts'

export type LabelRuleDraft = {
  readonly name: string
  readonly labelId: number
  /** null puts it on whatever the filter lets through. */
  readonly query: string | null
  /** null is all of them. */
  readonly mailboxIds: readonly number[] | null
  readonly connectorIds: readonly number[] | null
  readonly kinds: readonly string[] | null
  readonly active: boolean
}

export type StoredLabelRule = LabelRuleDraft & {
  readonly ruleId: number
  readonly createdBy: string
  readonly createdAt: Date
  /** Why its query cannot be asked at present: the code of an error. */
  readonly problem: string | null
  /** True while there is something that it has not looked at. */
  readonly evaluating: boolean
  readonly revision: number
}

type LabelRuleChange = Partial<LabelRuleDraft>

type Row = {
  rule_id: number
  label_id: number
  sealed: Buffer
  by_query: boolean
  mailbox_ids: number[] | null
  connector_ids: number[] | null
  kinds: string[] | null
  active: boolean
  created_by: string
  created_at: Date
  problem: string | null
  evaluating: boolean
  revision: number
}

const NAME_MAX = 200
const MAILBOXES_MAX = 10_000

const SELECT = `select r.*, active and case when by_query
      then unswept or exists (select from label_waiting w where r.mailbox_ids is null or w.mailbox_id = any(r.mailbox_ids))
      else exists (select from retention_evaluation e where e.completed_at is null
        and (e.mailbox_ids is null or r.mailbox_ids is null or e.mailbox_ids && r.mailbox_ids)) end as evaluating
  from label_rule r`

const invalid = (why: string): HoldfastError => new HoldfastError('LABEL_RULE_INVALID', why)

/** Oldest first: the first that fits gives its label. */
export async function listLabelRules(ground: Ground, actor: Actor): Promise<StoredLabelRule[]> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const rows = await tx.query<Row>(`${SELECT} order by rule_id`)
    await record(tx, ground, actor, {
      act: 'label-rule.list',
      subject: 'label-rules',
      detail: { count: rows.length },
    })
    return rows.map(row => ruleOf(ground, row))
  })
}

/** LABEL_RULE_UNKNOWN if there is none. */
export async function showLabelRule(ground: Ground, actor: Actor, ruleId: number): Promise<StoredLabelRule> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const rule = await findRule(ground, tx, ruleId)
    await record(tx, ground, actor, { act: 'label-rule.show', subject: `label-rule:${ruleId}` })
    return rule
  })
}

/** Makes a rule, which then looks at what is filed already, too. Throws QUERY_INVALID, LABEL_RETIRED and others. */
export async function createLabelRule(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  given: LabelRuleDraft,
): Promise<StoredLabelRule> {
  requireRole(actor, 'Retention Management')
  const draft = checkDraft(given)
  const words = await wordsOf(ground, draft)
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    await requireLabel(tx, draft.labelId)
    await lockRuled(tx, draft.mailboxIds)
    const ruleId = await nextRowId(tx, 'label_rule', 'rule_id')
    const now = new Date(ground.clock.now())
    await tx.execute(
      `insert into label_rule (rule_id, label_id, sealed, by_query, mailbox_ids, connector_ids, kinds, active,
         created_by, created_at, since, unswept) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $4)`,
      [
        ruleId,
        draft.labelId,
        sealWords(ground.keyring, `label-rule ${ruleId}`, words),
        draft.query !== null,
        draft.mailboxIds,
        draft.connectorIds,
        draft.kinds,
        draft.active,
        actor.name,
        now,
      ],
    )
    await look(tx, ground, queue, actor, draft)
    await recordRule(tx, ground, actor, 'label-rule.create', ruleId, draft)
    return findRule(ground, tx, ruleId)
  })
}

/** Changes a rule, which then looks at everything again. REVISION_STALE if it was changed since `revision`. */
export async function changeLabelRule(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  ruleId: number,
  change: LabelRuleChange,
  revision: number | null = null,
): Promise<StoredLabelRule> {
  requireRole(actor, 'Retention Management')
  const seen = await findRule(ground, ground.database, ruleId)
  const draft = checkDraft({ ...seen, ...change })
  const words = await wordsOf(ground, draft)
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    if (draft.active || draft.labelId !== seen.labelId) await requireLabel(tx, draft.labelId)
    // Before the rule, as whoever asks its query has them: neither waits for the other.
    await lockRuled(tx, union(seen.mailboxIds, draft.mailboxIds))
    const before = await lockRule(ground, tx, ruleId, revision)
    if (before.revision !== seen.revision)
      throw new HoldfastError('REVISION_STALE', `rule ${ruleId} was changed meanwhile`)
    await tx.execute(
      `update label_rule set label_id = $2, sealed = $3, by_query = $4, mailbox_ids = $5, connector_ids = $6,
         kinds = $7, active = $8, unswept = $4, problem = null, revision = revision + 1,
         since = case when $9 then $10 else since end where rule_id = $1`,
      [
        ruleId,
        draft.labelId,
        sealWords(ground.keyring, `label-rule ${ruleId}`, words),
        draft.query !== null,
        draft.mailboxIds,
        draft.connectorIds,
        draft.kinds,
        draft.active,
        draft.query !== before.query,
        new Date(ground.clock.now()),
      ],
    )
    await look(tx, ground, queue, actor, draft)
    await recordRule(tx, ground, actor, 'label-rule.change', ruleId, draft)
    return findRule(ground, tx, ruleId)
  })
}

/** Removes a rule; what it has put on stays. */
export async function removeLabelRule(
  ground: Ground,
  actor: Actor,
  ruleId: number,
  revision: number | null = null,
): Promise<void> {
  requireRole(actor, 'Retention Management')
  await ground.database.transaction(async tx => {
    await lockDirectory(tx)
    await lockRuled(tx, (await findRule(ground, tx, ruleId)).mailboxIds)
    const rule = await lockRule(ground, tx, ruleId, revision)
    await tx.execute('delete from label_rule where rule_id = $1', [ruleId])
    await recordRule(tx, ground, actor, 'label-rule.remove', ruleId, rule)
  })
}

/** Has a worker look at what is filed already. */
async function look(
  tx: Transaction,
  ground: Ground,
  queue: Queue,
  actor: Actor,
  { active, query, mailboxIds }: LabelRuleDraft,
): Promise<void> {
  if (!active) return
  if (query !== null) await queue.send(tx, 'label-query', {})
  else await requestEvaluation(tx, ground, queue, actor.name, mailboxIds)
}

async function recordRule(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  act: 'label-rule.create' | 'label-rule.change' | 'label-rule.remove',
  ruleId: number,
  { name, labelId, query, mailboxIds, connectorIds, kinds, active }: LabelRuleDraft,
): Promise<void> {
  await record(tx, ground, actor, {
    act,
    subject: `label-rule:${ruleId}`,
    detail: { labelId, active, byQuery: query !== null, mailboxes: mailboxIds?.length ?? 'all' },
    sealed: { name, query, mailboxIds, connectorIds, kinds },
  })
}

async function lockRule(
  ground: Ground,
  tx: Transaction,
  ruleId: number,
  revision: number | null,
): Promise<StoredLabelRule> {
  await tx.query('select from label_rule where rule_id = $1 for update', [ruleId])
  const rule = await findRule(ground, tx, ruleId)
  if (revision !== null && rule.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `rule ${ruleId} was changed meanwhile`)
  return rule
}

async function findRule(ground: Ground, sql: Sql, ruleId: number): Promise<StoredLabelRule> {
  const [row] = await sql.query<Row>(`${SELECT} where rule_id = $1`, [ruleId])
  if (!row) throw new HoldfastError('LABEL_RULE_UNKNOWN', `there is no rule of labels ${ruleId}`)
  return ruleOf(ground, row)
}

function ruleOf(ground: Ground, row: Row): StoredLabelRule {
  const words = openWords<LabelRuleWords>(ground.keyring, `label-rule ${row.rule_id}`, row.sealed)
  return {
    ruleId: row.rule_id,
    name: words.name,
    labelId: row.label_id,
    query: words.query,
    mailboxIds: row.mailbox_ids,
    connectorIds: row.connector_ids,
    kinds: row.kinds,
    active: row.active,
    createdBy: row.created_by,
    createdAt: row.created_at,
    problem: row.problem,
    evaluating: row.evaluating,
    revision: row.revision,
  }
}

function checkDraft(draft: LabelRuleDraft): LabelRuleDraft {
  const name = draft.name.replace(/\s+/g, ' ').trim()
  if (name === '') throw invalid('a name is missing')
  if (name.length > NAME_MAX) throw invalid(`a name has at most ${NAME_MAX} characters`)
  const { mailboxIds, connectorIds, kinds } = draft
  for (const chosen of [mailboxIds, connectorIds, kinds])
    if (chosen?.length === 0) throw invalid('a choice of none would put the label on nothing')
  if (mailboxIds && mailboxIds.length > MAILBOXES_MAX)
    throw invalid(`a rule is about at most ${MAILBOXES_MAX} mailboxes by name, or about all`)
  return {
    ...draft,
    name,
    query: draft.query?.trim() || null,
    mailboxIds: mailboxIds && [...new Set(mailboxIds)].sort((a, b) => a - b),
  }
}

/**
 * What is sealed of a rule. QUERY_INVALID (also for a beginning that too many words have), REINDEX_NEEDED,
 * MAILBOX_UNKNOWN; LABEL_RULE_INVALID for a query that asks how long items are kept, which labels themselves decide.
 */
async function wordsOf(ground: Ground, { name, query }: LabelRuleDraft): Promise<LabelRuleWords> {
  if (query === null) return { name, query, named: [] }
  const parsed = parseQuery(query, ground.clock.now())
  if (asksOfKeeping(parsed))
    throw invalid('the query of a rule cannot ask what is held, labelled or in the in-place archive')
  const named: [string, number][] = []
  for (const address of mailboxesNamed(parsed))
    named.push([address, (await getMailbox(ground.database, address)).mailboxId])
  await checkVersion(ground.database)
  await selectHits(ground.database, ground.keyring, parsed, { mailboxIds: null, named: new Map(named) })
  return { name, query, named }
}

function union(one: readonly number[] | null, other: readonly number[] | null): number[] | null {
  return one === null || other === null ? null : [...new Set([...one, ...other])]
}
