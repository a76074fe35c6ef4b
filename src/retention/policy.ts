/** Retention policies as they are stored, and read by whoever has the role Retention Management. */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { record } from './label-act.ts'
import { openWords } from './label-sealed.ts'
import type { TriedPolicy } from './mailbox-rules.ts'
import { type PolicySettings, settingsOf } from './policy-settings.ts'
import { PRESETS, type Preset } from './preset.ts'

export const POLICY_STATES = ['on', 'off', 'removed'] as const
type PolicyState = (typeof POLICY_STATES)[number]

/** Said of a policy by whoever made it. */
export type PolicyWords = {
  readonly name: string
  readonly description: string
  /** Why it keeps less than the preset it was made from; '' where it does not. */
  readonly belowPreset: string
}

export type RetentionPolicy = PolicyWords &
  PolicySettings & {
    readonly policyId: number
    readonly presetId: Preset['presetId'] | null
    readonly state: PolicyState
    /** How many mailboxes it applies to now. */
    readonly mailboxes: number
    /** True while what was filed before its last change is being decided on again. */
    readonly evaluating: boolean
    readonly createdBy: string
    readonly createdAt: Date
    /** Its preservation lock. */
    readonly lockedBy: string | null
    readonly lockedAt: Date | null
    readonly removedBy: string | null
    readonly removedAt: Date | null
    readonly revision: number
  }

type Row = TriedPolicy & {
  sealed: Buffer
  preset_id: string | null
  enabled: boolean
  created_by: string
  created_at: Date
  locked_by: string | null
  locked_at: Date | null
  removed_by: string | null
  removed_at: Date | null
  revision: number
  mailboxes: number
  evaluating: boolean
}

const SELECT = `select p.*,
    case p.applies_to when 'mailboxes' then cardinality(p.mailbox_ids)
      when 'all' then (select count(*) from mailbox)::integer - cardinality(p.excluded_ids)
      else (select count(distinct mailbox_id)::integer from adaptive_scope_member where scope_id = any(p.scope_ids)) end as mailboxes,
    p.applies_to = 'all' and exists (select from retention_evaluation where completed_at is null)
      or exists (select from retention_evaluation e where e.completed_at is null and (e.mailbox_ids is null
        or e.mailbox_ids && p.mailbox_ids or exists (select from adaptive_scope_member m
          where m.scope_id = any(p.scope_ids) and m.mailbox_id = any(e.mailbox_ids)))) as evaluating
  from retention_policy p`

const STATE = `case when p.removed_at is not null then 'removed' when p.enabled then 'on' else 'off' end`

function policyOf(ground: Ground, row: Row): RetentionPolicy {
  const words = openWords<PolicyWords>(ground.keyring, `retention-policy ${row.policy_id}`, row.sealed)
  return {
    policyId: row.policy_id,
    name: words.name,
    description: words.description,
    belowPreset: words.belowPreset,
    ...settingsOf(row),
    presetId: PRESETS.find(each => each.presetId === row.preset_id)?.presetId ?? null,
    state: row.removed_at !== null ? 'removed' : row.enabled ? 'on' : 'off',
    mailboxes: row.mailboxes,
    evaluating: row.evaluating,
    createdBy: row.created_by,
    createdAt: row.created_at,
    lockedBy: row.locked_by,
    lockedAt: row.locked_at,
    removedBy: row.removed_by,
    removedAt: row.removed_at,
    revision: row.revision,
  }
}

/** ROLE_MISSING without the role that policies and scopes need; it reaches every mailbox. */
export const requireRetention = (actor: Actor): void => requireRole(actor, 'Retention Management')

/** Whoever reviews what is to go may read the rule that lets it go. */
const requireReading = (actor: Actor): void =>
  requireRole(actor, 'Retention Management', 'Disposition Management')

/** The policy; RETENTION_POLICY_UNKNOWN. Part of an act that is recorded. */
export async function findPolicy(
  ground: Ground,
  policyId: number,
  sql: Sql = ground.database,
): Promise<RetentionPolicy> {
  const [row] = await sql.query<Row>(`${SELECT} where p.policy_id = $1::bigint`, [policyId])
  if (!row) throw new HoldfastError('RETENTION_POLICY_UNKNOWN', `there is no retention policy ${policyId}`)
  return policyOf(ground, row)
}

/** The policy, for who wants to read it. Recorded. */
export async function showPolicy(ground: Ground, actor: Actor, policyId: number): Promise<RetentionPolicy> {
  requireReading(actor)
  const policy = await findPolicy(ground, policyId)
  await ground.database.transaction(tx =>
    record(tx, ground, actor, { act: 'retention-policy.show', subject: `retention-policy:${policyId}` }),
  )
  return policy
}

/** Policies, newest first; without a state all but the removed. `after` is the last one of the page before. Recorded. */
export async function listPolicies(
  ground: Ground,
  actor: Actor,
  options: { readonly state?: PolicyState; readonly after?: number; readonly limit: number },
): Promise<{ policies: RetentionPolicy[]; next: number | null; total: number }> {
  requireReading(actor)
  const { state, after, limit } = options
  const matches = `($1::text is null and p.removed_at is null or ${STATE} = $1)`
  const rows = await ground.database.query<Row>(
    `${SELECT} where ${matches} and ($2::integer is null or p.policy_id < $2) order by p.policy_id desc limit $3`,
    [state ?? null, after ?? null, limit + 1],
  )
  const [count] = await ground.database.query<{ total: number }>(
    `select count(*) as total from retention_policy p where ${matches}`,
    [state ?? null],
  )
  const policies = rows.slice(0, limit).map(row => policyOf(ground, row))
  await ground.database.transaction(tx =>
    record(tx, ground, actor, {
      act: 'retention-policy.list',
      subject: 'retention-policies',
      detail: { count: policies.length },
    }),
  )
  return { policies, next: rows.length > limit ? policies.at(-1)!.policyId : null, total: count!.total }
}

type PolicyEvent = {
  readonly at: Date
  readonly actor: string
  readonly act: string
  /** What was changed, and to what. */
  readonly said: Readonly<Record<string, unknown>>
}

/** Every act on a policy, newest first. Recorded. */
export async function readPolicyHistory(
  ground: Ground,
  actor: Actor,
  policyId: number,
): Promise<PolicyEvent[]> {
  requireReading(actor)
  await findPolicy(ground, policyId)
  const rows = await ground.database.query<{
    change_id: number
    at: Date
    actor: string
    act: string
    sealed: Buffer
  }>('select * from retention_change where policy_id = $1::bigint order by change_id desc', [policyId])
  await ground.database.transaction(tx =>
    record(tx, ground, actor, {
      act: 'retention-policy.show',
      subject: `retention-policy:${policyId}`,
      detail: { history: rows.length },
    }),
  )
  return rows.map(row => ({
    at: row.at,
    actor: row.actor,
    act: row.act,
    said: openWords<Record<string, unknown>>(ground.keyring, `retention-change ${row.change_id}`, row.sealed),
  }))
}
