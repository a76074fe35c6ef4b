/**
 * Archive policies: after how long items move to the archive of their mailbox. As a mailbox of Exchange has one
 * retention policy, so a mailbox here has at most one policy of its own, which wins over the organisation's, of which
 * there is at most one. Names are sealed; every act is recorded in its own transaction, and asks a run to do what
 * follows of it.
 */
import { appendEntry } from '../audit/audit.ts'
import { isUniqueViolation, type Sql, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Keyring } from '../keyring/keyring.ts'
import type { Queue } from '../queue/queue.ts'
import { formatPeriod, parsePeriod } from '../retention/retention.ts'
import { requestArchiving } from './run.ts'

export type ArchivePolicyDraft = {
  readonly name: string
  readonly description: string
  /** ISO 8601 in years, months and days (`P2Y`), from each item's date; null keeps everything out of the archive. */
  readonly period: string | null
  /** The mailboxes whose own policy it is; null is the organisation's, for all that have none of their own. */
  readonly mailboxIds: readonly number[] | null
}

export type ArchivePolicy = Pick<ArchivePolicyDraft, 'name' | 'description' | 'period'> & {
  readonly policyId: number
  readonly everywhere: boolean
  /** How many it applies to. */
  readonly mailboxes: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly changedAt: Date
  readonly revision: number
}

const ROLE = 'Retention Management'
const NAME_MAX = 200
const TEXT_MAX = 4_000
const MAILBOXES_MAX = 10_000

type Words = Pick<ArchivePolicyDraft, 'name' | 'description'>
type Row = {
  policy_id: number
  sealed: Buffer
  period: string | null
  everywhere: boolean
  mailboxes: number
  created_by: string
  created_at: Date
  changed_at: Date
  revision: number
}

const SELECT = `select p.*, case when p.everywhere
    then (select count(*) from mailbox m where not exists
      (select from archive_policy_mailbox o where o.mailbox_id = m.mailbox_id))
    else (select count(*) from archive_policy_mailbox o where o.policy_id = p.policy_id) end as mailboxes
  from archive_policy p`

/** All of them: the organisation's first, then by name. Recorded, since names can say what is going on. */
export async function listArchivePolicies(ground: Ground, actor: Actor): Promise<ArchivePolicy[]> {
  requireRole(actor, ROLE)
  const rows = await ground.database.query<Row>(SELECT)
  await record(ground.database, ground, actor, 'archive-policy.list', 'archive-policies', {
    detail: { count: rows.length },
  })
  return rows
    .map(row => policyOf(ground, row))
    .sort((a, b) => Number(b.everywhere) - Number(a.everywhere) || a.name.localeCompare(b.name))
}

/** ARCHIVE_POLICY_UNKNOWN if there is none. Recorded. */
export async function showArchivePolicy(
  ground: Ground,
  actor: Actor,
  policyId: number,
): Promise<ArchivePolicy> {
  requireRole(actor, ROLE)
  const policy = await findPolicy(ground, ground.database, policyId)
  await record(ground.database, ground, actor, 'archive-policy.show', `archive-policy:${policyId}`, {})
  return policy
}

/** The mailboxes whose own policy it is, by address; `after` is the last address of the page before. Recorded. */
export async function listArchivePolicyMailboxes(
  ground: Ground,
  actor: Actor,
  policyId: number,
  page: { readonly after?: string; readonly limit: number },
) {
  requireRole(actor, ROLE)
  const { everywhere, mailboxes: total } = await findPolicy(ground, ground.database, policyId)
  const rows = everywhere
    ? []
    : await ground.database.query<{ mailbox_id: number; address: string; display_name: string }>(
        `select m.mailbox_id, m.address, m.display_name from archive_policy_mailbox o join mailbox m using (mailbox_id)
         where o.policy_id = $1 and m.address > $2 order by m.address limit $3`,
        [policyId, page.after ?? '', page.limit + 1],
      )
  await record(ground.database, ground, actor, 'archive-policy.show', `archive-policy:${policyId}`, {})
  const shown = rows.slice(0, page.limit)
  return {
    mailboxes: shown.map(row => ({
      mailboxId: row.mailbox_id,
      address: row.address,
      displayName: row.display_name,
    })),
    next: rows.length > page.limit ? shown.at(-1)!.address : null,
    total: everywhere ? 0 : total,
  }
}

/**
 * Makes a policy, and has a run move what it is about. ARCHIVE_POLICY_INVALID, MAILBOX_UNKNOWN; ARCHIVE_POLICY_TAKEN
 * where the organisation, or one of the mailboxes, has a policy already.
 */
export async function createArchivePolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  draft: ArchivePolicyDraft,
): Promise<ArchivePolicy> {
  requireRole(actor, ROLE)
  const { words, period, mailboxIds } = checkDraft(draft)
  return ground.database.transaction(async tx => {
    const now = new Date(ground.clock.now())
    const [next] = await tx.query<{ id: number }>(
      `select nextval(pg_get_serial_sequence('archive_policy', 'policy_id'))::integer as id`,
    )
    const policyId = next!.id
    await refusingTaken(() =>
      tx.execute(
        `insert into archive_policy (policy_id, sealed, period, everywhere, created_by, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $6)`,
        [policyId, sealWords(ground.keyring, policyId, words), period, mailboxIds === null, actor.name, now],
      ),
    )
    if (mailboxIds !== null) await addMailboxes(tx, policyId, mailboxIds)
    await requestArchiving(tx, ground, queue, actor.name, mailboxIds)
    await record(tx, ground, actor, 'archive-policy.create', `archive-policy:${policyId}`, {
      detail: { period, mailboxes: mailboxIds?.length ?? null },
      sealed: { ...words, mailboxes: mailboxIds },
    })
    return findPolicy(ground, tx, policyId)
  })
}

/**
 * Changes a policy: what is left out stays, and whether it is the organisation's always does. REVISION_STALE if it was
 * changed since `revision`; null is whatever it is. A run brings back what no longer belongs in the archive.
 */
export async function changeArchivePolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  policyId: number,
  change: Partial<ArchivePolicyDraft>,
  revision: number | null = null,
): Promise<ArchivePolicy> {
  requireRole(actor, ROLE)
  return ground.database.transaction(async tx => {
    const before = await lockPolicy(ground, tx, policyId, revision)
    const on = await mailboxesOf(tx, policyId)
    const { words, period, mailboxIds } = checkDraft({
      ...before,
      mailboxIds: before.everywhere ? null : on,
      ...change,
    })
    if ((mailboxIds === null) !== before.everywhere)
      throw invalid('a policy of the organisation stays one, and one of mailboxes keeps mailboxes')
    const added = (mailboxIds ?? []).filter(mailboxId => !on.includes(mailboxId))
    const removed = mailboxIds === null ? [] : on.filter(mailboxId => !mailboxIds.includes(mailboxId))
    await tx.execute(
      'update archive_policy set sealed = $2, period = $3, changed_at = $4, revision = revision + 1 where policy_id = $1',
      [policyId, sealWords(ground.keyring, policyId, words), period, new Date(ground.clock.now())],
    )
    await removeMailboxes(tx, policyId, removed)
    await addMailboxes(tx, policyId, added)
    const touched = period !== before.period ? [...on, ...added] : [...added, ...removed]
    if (before.everywhere ? period !== before.period : touched.length > 0)
      await requestArchiving(tx, ground, queue, actor.name, before.everywhere ? null : touched)
    await record(tx, ground, actor, 'archive-policy.change', `archive-policy:${policyId}`, {
      detail: { period, periodBefore: before.period, added: added.length, removed: removed.length },
      sealed: { ...words, nameBefore: before.name, added, removed },
    })
    return findPolicy(ground, tx, policyId)
  })
}

/** Removes a policy: a run brings back what it moved, unless the organisation's has it in the archive too. */
export async function removeArchivePolicy(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  policyId: number,
  revision: number | null = null,
): Promise<void> {
  requireRole(actor, ROLE)
  await ground.database.transaction(async tx => {
    const { name, everywhere, period, mailboxes } = await lockPolicy(ground, tx, policyId, revision)
    const on = await mailboxesOf(tx, policyId)
    await removeMailboxes(tx, policyId, on)
    await tx.execute('delete from archive_policy where policy_id = $1', [policyId])
    if (everywhere || on.length > 0)
      await requestArchiving(tx, ground, queue, actor.name, everywhere ? null : on)
    await record(tx, ground, actor, 'archive-policy.remove', `archive-policy:${policyId}`, {
      detail: { period, mailboxes: everywhere ? null : mailboxes },
      sealed: { name },
    })
  })
}

const invalid = (why: string): HoldfastError => new HoldfastError('ARCHIVE_POLICY_INVALID', why)

function checkDraft(draft: ArchivePolicyDraft) {
  const words: Words = {
    name: draft.name.replace(/\s+/g, ' ').trim(),
    description: draft.description.trim(),
  }
  if (words.name === '') throw invalid('a policy needs a name')
  if (words.name.length > NAME_MAX) throw invalid(`a name has at most ${NAME_MAX} characters`)
  if (words.description.length > TEXT_MAX) throw invalid(`a description has at most ${TEXT_MAX} characters`)
  const mailboxIds = draft.mailboxIds === null ? null : [...new Set(draft.mailboxIds)].sort((a, b) => a - b)
  if (mailboxIds?.length === 0) throw invalid('a policy for mailboxes needs a mailbox')
  if (mailboxIds !== null && mailboxIds.length > MAILBOXES_MAX)
    throw invalid(`a policy is for at most ${MAILBOXES_MAX} mailboxes, or for all`)
  return { words, period: checkPeriod(draft.period, mailboxIds === null), mailboxIds }
}

function checkPeriod(text: string | null, everywhere: boolean): string | null {
  if (text === null) {
    if (everywhere)
      throw invalid('the policy of the organisation needs a period; remove it to archive nothing')
    return null
  }
  const period = parsePeriod(text)
  if (period === null) throw invalid('a period is years, months and days, such as P2Y, P18M or P90D')
  if (period.years + period.months + period.days === 0) throw invalid('a period is a day at least')
  return formatPeriod(period)
}

async function refusingTaken(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new HoldfastError('ARCHIVE_POLICY_TAKEN', 'the organisation, or one of the mailboxes, has a policy')
  }
}

async function addMailboxes(tx: Transaction, policyId: number, mailboxIds: readonly number[]): Promise<void> {
  if (mailboxIds.length === 0) return
  const [row] = await tx.query<{ known: number }>(
    'select count(*) as known from mailbox where mailbox_id = any($1::integer[])',
    [mailboxIds],
  )
  if (row!.known !== mailboxIds.length)
    throw new HoldfastError('MAILBOX_UNKNOWN', 'one of these mailboxes is not there')
  await refusingTaken(() =>
    tx.execute(
      'insert into archive_policy_mailbox (mailbox_id, policy_id) select n, $1 from unnest($2::integer[]) as n order by n',
      [policyId, mailboxIds],
    ),
  )
}

async function removeMailboxes(tx: Transaction, policyId: number, mailboxIds: readonly number[]) {
  await tx.execute(
    'delete from archive_policy_mailbox where policy_id = $1 and mailbox_id = any($2::integer[])',
    [policyId, mailboxIds],
  )
}

async function mailboxesOf(tx: Transaction, policyId: number): Promise<number[]> {
  const rows = await tx.query<{ mailbox_id: number }>(
    'select mailbox_id from archive_policy_mailbox where policy_id = $1 order by mailbox_id',
    [policyId],
  )
  return rows.map(row => row.mailbox_id)
}

async function lockPolicy(
  ground: Ground,
  tx: Transaction,
  policyId: number,
  revision: number | null,
): Promise<ArchivePolicy> {
  await tx.query('select from archive_policy where policy_id = $1 for update', [policyId])
  const policy = await findPolicy(ground, tx, policyId)
  if (revision !== null && policy.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `archive policy ${policyId} was changed meanwhile`)
  return policy
}

async function findPolicy(ground: Ground, sql: Sql, policyId: number): Promise<ArchivePolicy> {
  const [row] = await sql.query<Row>(`${SELECT} where p.policy_id = $1`, [policyId])
  if (!row) throw new HoldfastError('ARCHIVE_POLICY_UNKNOWN', `there is no archive policy ${policyId}`)
  return policyOf(ground, row)
}

const contextOf = (policyId: number): string => `archive-policy ${policyId}`

function sealWords(keyring: Pick<Keyring, 'seal'>, policyId: number, words: Words): Buffer {
  return keyring.seal('search', Buffer.from(JSON.stringify(words)), contextOf(policyId))
}

function policyOf({ keyring }: Ground, row: Row): ArchivePolicy {
  const words = JSON.parse(keyring.open('search', row.sealed, contextOf(row.policy_id)).toString()) as Words
  return {
    policyId: row.policy_id,
    name: words.name,
    description: words.description,
    period: row.period,
    everywhere: row.everywhere,
    mailboxes: row.mailboxes,
    createdBy: row.created_by,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    revision: row.revision,
  }
}

async function record(
  sql: Ground['database'] | Transaction,
  ground: Ground,
  actor: Actor,
  act: string,
  subject: string,
  said: { readonly detail?: Record<string, unknown>; readonly sealed?: Record<string, unknown> },
): Promise<void> {
  const entry = {
    actor: actor.name,
    act,
    subject,
    detail: { ...said.detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    ...(said.sealed ? { sealed: said.sealed } : {}),
  }
  if ('transaction' in sql) await sql.transaction(tx => appendEntry(tx, ground.keyring, ground.clock, entry))
  else await appendEntry(sql, ground.keyring, ground.clock, entry)
}
