/**
 * Making, changing, locking and removing retention policies. Each act takes the directory's counter first, so that
 * nobody joins it meanwhile, then the mailboxes that the policy is about (lockMailboxes): so whoever files or disposes
 * is either before it, and is looked at by the evaluation, or after it.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { requestEvaluation } from './evaluation.ts'
import { lockRuled, record } from './label-act.ts'
import { nextRowId, sealWords } from './label-sealed.ts'
import { findPolicy, type PolicyWords, type RetentionPolicy, requireRetention } from './policy.ts'
import { checkDraft, type PolicyDraft } from './policy-draft.ts'
import { checkReferences, columnsOf, type PolicySettings, settingsOf } from './policy-settings.ts'
import { lockedError, requireExtension } from './preservation-lock.ts'

/** What is to be changed; what is left out stays. A policy keeps the preset it was made from. */
type PolicyChange = Partial<Omit<PolicyDraft, 'presetId'>>

type PolicyAct =
  | 'retention-policy.create'
  | 'retention-policy.change'
  | 'retention-policy.turn-on'
  | 'retention-policy.turn-off'
  | 'retention-policy.lock'
  | 'retention-policy.remove'

/** Makes a policy. One that is on decides at once on what is filed from then on, and in the background on the rest. */
export async function createPolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  given: PolicyDraft,
): Promise<RetentionPolicy> {
  requireRetention(actor)
  const draft = checkDraft(given)
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    await checkReferences(tx, draft)
    const mailboxIds = draft.enabled ? await mailboxesOf(tx, draft) : []
    await lockRuled(tx, mailboxIds)
    const policyId = await nextRowId(tx, 'retention_policy', 'policy_id')
    const columns = { ...columnsOf(draft), preset_id: draft.presetId, enabled: draft.enabled }
    const names = Object.keys(columns)
    await tx.execute(
      `insert into retention_policy (policy_id, sealed, created_by, created_at, ${names.join(', ')})
       values ($1, $2, $3, $4, ${names.map((_, index) => `$${index + 5}`).join(', ')})`,
      [policyId, sealed(ground, policyId, draft), actor.name, now(ground), ...Object.values(columns)],
    )
    return finish(ground, tx, queue, actor, policyId, 'retention-policy.create', mailboxIds, wordsOf(draft))
  })
}

/**
 * Changes a policy, turns it on or off; `revision` is what the caller has seen, null for whatever it is: else
 * REVISION_STALE. RETENTION_POLICY_REMOVED, RETENTION_POLICY_LOCKED.
 */
export async function changePolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  policyId: number,
  change: PolicyChange,
  revision: number | null = null,
): Promise<RetentionPolicy> {
  requireRetention(actor)
  return ground.database.transaction(async tx => {
    const before = await takePolicy(ground, tx, policyId, revision)
    const draft = checkDraft({ ...before, enabled: before.state === 'on', ...change })
    if (before.lockedAt !== null) {
      requireExtension(policyId, before, draft)
      if (!draft.enabled) throw lockedError(policyId, 'enabled')
    }
    await checkReferences(tx, draft)
    const wasOn = before.state === 'on'
    const decides = wasOn !== draft.enabled || (wasOn && !sameSettings(before, draft))
    const mailboxIds = decides
      ? await mailboxesOf(tx, wasOn ? before : null, draft.enabled ? draft : null)
      : []
    await lockRuled(tx, mailboxIds)
    const columns = { ...columnsOf(draft), enabled: draft.enabled }
    const names = Object.keys(columns)
    await tx.execute(
      `update retention_policy set sealed = $2, revision = revision + 1,
         ${names.map((name, index) => `${name} = $${index + 3}`).join(', ')} where policy_id = $1`,
      [policyId, sealed(ground, policyId, draft), ...Object.values(columns)],
    )
    const act =
      wasOn === draft.enabled
        ? 'retention-policy.change'
        : draft.enabled
          ? 'retention-policy.turn-on'
          : 'retention-policy.turn-off'
    return finish(ground, tx, queue, actor, policyId, act, mailboxIds, changedWords(before, draft))
  })
}

/**
 * Locks a policy for good. `name` is typed by whoever does it: RETENTION_POLICY_INVALID if it is not the policy's, if it
 * is not on, or goes by an adaptive scope.
 */
export async function lockPolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  policyId: number,
  name: string,
  revision: number | null = null,
): Promise<RetentionPolicy> {
  requireRetention(actor)
  return ground.database.transaction(async tx => {
    const before = await takePolicy(ground, tx, policyId, revision)
    const invalid = (why: string) => new HoldfastError('RETENTION_POLICY_INVALID', why)
    if (before.lockedAt !== null)
      throw new HoldfastError('RETENTION_POLICY_LOCKED', `retention policy ${policyId} is locked already`)
    if (before.state !== 'on') throw invalid('a policy is turned on before it is locked')
    if (before.appliesTo === 'scopes')
      throw invalid(
        'a policy with an adaptive scope cannot be locked: its mailboxes come and go by themselves',
      )
    if (name.trim() !== before.name) throw invalid("type the policy's name as it is, to lock it for good")
    await tx.execute(
      'update retention_policy set locked_by = $2, locked_at = $3, revision = revision + 1 where policy_id = $1',
      [policyId, actor.name, now(ground)],
    )
    return finish(ground, tx, queue, actor, policyId, 'retention-policy.lock', [], {})
  })
}

/** Removes a policy: it decides nothing any more, and its record stays. RETENTION_POLICY_LOCKED. */
export async function removePolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  policyId: number,
  revision: number | null = null,
): Promise<RetentionPolicy> {
  requireRetention(actor)
  return ground.database.transaction(async tx => {
    const before = await takePolicy(ground, tx, policyId, revision)
    if (before.lockedAt !== null) throw lockedError(policyId, 'enabled')
    const mailboxIds = before.state === 'on' ? await mailboxesOf(tx, before) : []
    await lockRuled(tx, mailboxIds)
    await tx.execute(
      `update retention_policy set enabled = false, removed_by = $2, removed_at = $3, revision = revision + 1
       where policy_id = $1`,
      [policyId, actor.name, now(ground)],
    )
    return finish(ground, tx, queue, actor, policyId, 'retention-policy.remove', mailboxIds, {})
  })
}

/** Nobody joins the directory, or a scope, until the transaction ends. First of all locks, as in directory/. */
export async function lockDirectory(tx: Transaction): Promise<void> {
  await tx.query('select version from directory_version for update')
}

/** The policy, locked. */
async function takePolicy(
  ground: Ground,
  tx: Transaction,
  policyId: number,
  revision: number | null,
): Promise<RetentionPolicy> {
  await lockDirectory(tx)
  await tx.query('select from retention_policy where policy_id = $1::bigint for update', [policyId])
  const policy = await findPolicy(ground, policyId, tx)
  if (revision !== null && policy.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `retention policy ${policyId} was changed meanwhile`)
  if (policy.state === 'removed')
    throw new HoldfastError('RETENTION_POLICY_REMOVED', `retention policy ${policyId} was removed`)
  return policy
}

/** The mailboxes that these settings are about; null is all. */
async function mailboxesOf(tx: Sql, ...all: readonly (PolicySettings | null)[]): Promise<number[] | null> {
  const given = all.filter(each => each !== null)
  if (given.some(each => each.appliesTo === 'all')) return null
  const rows = await tx.query<{ mailbox_id: number }>(
    `select mailbox_id from adaptive_scope_member where scope_id = any($1::integer[])
     union select unnest($2::integer[]) order by mailbox_id`,
    [given.flatMap(each => each.scopeIds), given.flatMap(each => each.mailboxIds)],
  )
  return rows.map(row => row.mailbox_id)
}

/** What every act ends with: filings are to be decided on anew, and history and audit log have it. */
async function finish(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  actor: Actor,
  policyId: number,
  act: PolicyAct,
  mailboxIds: readonly number[] | null,
  words: Partial<PolicyWords>,
): Promise<RetentionPolicy> {
  if (mailboxIds === null || mailboxIds.length > 0)
    await requestEvaluation(tx, ground, queue, actor.name, mailboxIds)
  const after = await findPolicy(ground, policyId, tx)
  const { settings, enabled } = { settings: plainSettings(after), enabled: after.state === 'on' }
  const changeId = await nextRowId(tx, 'retention_change', 'change_id')
  await tx.execute(
    'insert into retention_change (change_id, policy_id, at, actor, act, sealed) values ($1, $2, $3, $4, $5, $6)',
    [
      changeId,
      policyId,
      now(ground),
      actor.name,
      act,
      sealWords(ground.keyring, `retention-change ${changeId}`, { ...words, ...settings, enabled }),
    ],
  )
  // All settings each time: so the log alone says what the policy was when.
  await record(tx, ground, actor, {
    act,
    subject: `retention-policy:${policyId}`,
    detail: { revision: after.revision, enabled, locked: after.lockedAt !== null, settings },
    ...(Object.keys(words).length === 0 ? {} : { sealed: words }),
  })
  return after
}

/** The settings alone. */
function plainSettings(policy: PolicySettings): PolicySettings {
  return settingsOf(columnsOf(policy))
}

const sameSettings = (one: PolicySettings, other: PolicySettings): boolean =>
  JSON.stringify(columnsOf(one)) === JSON.stringify(columnsOf(other))

const wordsOf = ({ name, description, belowPreset }: PolicyWords): PolicyWords => ({
  name,
  description,
  belowPreset,
})

function changedWords(before: PolicyWords, after: PolicyWords): Partial<PolicyWords> {
  const names = ['name', 'description', 'belowPreset'] as const
  return Object.fromEntries(
    names.filter(name => before[name] !== after[name]).map(name => [name, after[name]]),
  )
}

const sealed = (ground: Ground, policyId: number, draft: PolicyDraft): Buffer =>
  sealWords(ground.keyring, `retention-policy ${policyId}`, wordsOf(draft))

const now = (ground: Ground): Date => new Date(ground.clock.now())
