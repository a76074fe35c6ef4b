/**
 * Adaptive scopes: mailboxes chosen by what the directory says of them. Who meets a scope's condition is kept by the
 * database, in the transaction that changes the directory; a policy of the scope reaches them from then on. Mailboxes of
 * leavers meet conditions as others do; a reserved mailbox only where its address is asked for.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, listAttributes } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import {
  checkCondition,
  formatCondition,
  parseCondition,
  type ScopeCondition,
} from './adaptive-scope-condition.ts'
import { requestEvaluation } from './evaluation.ts'
import { checkNamed, lockRuled, record } from './label-act.ts'
import { type NamedWords, nextRowId, openWords, sealWords } from './label-sealed.ts'
import { requireRetention } from './policy.ts'
import { lockDirectory } from './policy-act.ts'

export type AdaptiveScope = NamedWords & {
  readonly scopeId: number
  readonly condition: ScopeCondition
  /** The condition as text. */
  readonly query: string
  /** Mailboxes that meet it. */
  readonly members: number
  /** Policies that go by it, those that are off too. */
  readonly policies: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly revision: number
}

/** A condition as a tree or as text, one of them. */
type GivenCondition = { readonly condition?: ScopeCondition; readonly query?: string }

type Row = {
  scope_id: number
  sealed: Buffer
  condition: ScopeCondition
  created_by: string
  created_at: Date
  revision: number
  members: number
  policies: number
}

const SELECT = `select s.*,
    (select count(*) from adaptive_scope_member m where m.scope_id = s.scope_id) as members,
    (select count(*) from retention_policy p where p.removed_at is null and s.scope_id = any(p.scope_ids)) as policies
  from adaptive_scope s`

function scopeOf(ground: Ground, row: Row): AdaptiveScope {
  const { name, description } = openWords<NamedWords>(
    ground.keyring,
    `adaptive-scope ${row.scope_id}`,
    row.sealed,
  )
  return {
    scopeId: row.scope_id,
    name,
    description,
    condition: row.condition,
    query: formatCondition(row.condition),
    members: row.members,
    policies: row.policies,
    createdBy: row.created_by,
    createdAt: row.created_at,
    revision: row.revision,
  }
}

/** ADAPTIVE_SCOPE_INVALID unless it is one of the two, and right. */
function readCondition({ condition, query }: GivenCondition): ScopeCondition {
  if ((condition === undefined) === (query === undefined))
    throw new HoldfastError('ADAPTIVE_SCOPE_INVALID', 'give the condition as a tree or as text')
  return condition ? checkCondition(condition) : parseCondition(query!)
}

export async function createScope(
  ground: Ground,
  actor: Actor,
  given: NamedWords & GivenCondition,
): Promise<AdaptiveScope> {
  requireRetention(actor)
  const words = checkNamed('ADAPTIVE_SCOPE_INVALID', given)
  const condition = readCondition(given)
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    const scopeId = await nextRowId(tx, 'adaptive_scope', 'scope_id')
    await tx.execute(
      `insert into adaptive_scope (scope_id, sealed, condition, created_by, created_at) values ($1, $2, $3, $4, $5)`,
      [
        scopeId,
        sealWords(ground.keyring, `adaptive-scope ${scopeId}`, words),
        JSON.stringify(condition),
        actor.name,
        new Date(ground.clock.now()),
      ],
    )
    await joinMembers(tx, ground, scopeId, condition)
    return finish(ground, tx, actor, scopeId, 'adaptive-scope.create', words)
  })
}

/** Changes a scope; where policies of it are on, those who join or leave are decided on anew. REVISION_STALE. */
export async function changeScope(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  scopeId: number,
  change: Partial<NamedWords> & GivenCondition,
  revision: number | null = null,
): Promise<AdaptiveScope> {
  requireRetention(actor)
  const asked = change.condition === undefined && change.query === undefined ? null : readCondition(change)
  return ground.database.transaction(async tx => {
    const before = await takeScope(ground, tx, scopeId, revision)
    const words = checkNamed('ADAPTIVE_SCOPE_INVALID', {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
    })
    const condition = asked ?? before.condition
    const moved = asked ? await movedBy(tx, scopeId, condition) : []
    const decides = moved.length > 0 && (await isInForce(tx, scopeId))
    if (decides) await lockRuled(tx, moved)
    await tx.execute(
      'update adaptive_scope set sealed = $2, condition = $3, revision = revision + 1 where scope_id = $1',
      [scopeId, sealWords(ground.keyring, `adaptive-scope ${scopeId}`, words), JSON.stringify(condition)],
    )
    if (moved.length > 0) {
      await tx.execute(
        `delete from adaptive_scope_member m using mailbox b
         where m.scope_id = $1 and b.mailbox_id = m.mailbox_id and not ${meets('$2::jsonb')}`,
        [scopeId, JSON.stringify(condition)],
      )
      await joinMembers(tx, ground, scopeId, condition)
      if (decides) await requestEvaluation(tx, ground, queue, actor.name, moved)
    }
    return finish(ground, tx, actor, scopeId, 'adaptive-scope.change', words)
  })
}

/** ADAPTIVE_SCOPE_USED while a policy that was not removed goes by it. */
export async function removeScope(
  ground: Ground,
  actor: Actor,
  scopeId: number,
  revision: number | null = null,
): Promise<void> {
  requireRetention(actor)
  await ground.database.transaction(async tx => {
    const before = await takeScope(ground, tx, scopeId, revision)
    if (before.policies > 0)
      throw new HoldfastError(
        'ADAPTIVE_SCOPE_USED',
        `${before.policies} retention policies go by adaptive scope ${scopeId}`,
      )
    await tx.execute('delete from adaptive_scope where scope_id = $1', [scopeId])
    await record(tx, ground, actor, {
      act: 'adaptive-scope.remove',
      subject: `adaptive-scope:${scopeId}`,
      sealed: { name: before.name },
    })
  })
}

/** Recorded. */
export async function showScope(ground: Ground, actor: Actor, scopeId: number): Promise<AdaptiveScope> {
  requireRetention(actor)
  const scope = await findScope(ground, scopeId)
  await seen(ground, actor, 'adaptive-scope.show', `adaptive-scope:${scopeId}`, {})
  return scope
}

/** Newest first; `after` is the last one of the page before. Recorded. */
export async function listScopes(
  ground: Ground,
  actor: Actor,
  { after, limit }: { readonly after?: number; readonly limit: number },
): Promise<{ scopes: AdaptiveScope[]; next: number | null; total: number }> {
  requireRetention(actor)
  const rows = await ground.database.query<Row>(
    `${SELECT} where $1::integer is null or s.scope_id < $1 order by s.scope_id desc limit $2`,
    [after ?? null, limit + 1],
  )
  const [count] = await ground.database.query<{ total: number }>(
    'select count(*) as total from adaptive_scope',
  )
  const scopes = rows.slice(0, limit).map(row => scopeOf(ground, row))
  await seen(ground, actor, 'adaptive-scope.list', 'adaptive-scopes', { count: scopes.length })
  return { scopes, next: rows.length > limit ? scopes.at(-1)!.scopeId : null, total: count!.total }
}

export type ScopeMember = {
  readonly mailboxId: number
  readonly address: string
  readonly displayName: string
  /** Of a leaver, or of somebody who is yet to come. */
  readonly inactive: boolean
}

const MEMBER = `b.mailbox_id as "mailboxId", b.address, b.display_name as "displayName",
  coalesce(b.active_from > $1, false) or coalesce(b.active_to <= $1, false) as inactive`

/** Who meets a scope, by address; `after` is the last mailbox of the page before. Recorded: it names people. */
export async function listMembers(
  ground: Ground,
  actor: Actor,
  scopeId: number,
  { after, limit }: { readonly after?: number; readonly limit: number },
): Promise<{ members: ScopeMember[]; next: number | null; total: number }> {
  requireRetention(actor)
  const { members: total } = await findScope(ground, scopeId)
  const rows = await ground.database.query<ScopeMember>(
    `select ${MEMBER} from adaptive_scope_member m join mailbox b using (mailbox_id)
     where m.scope_id = $2::bigint
       and ($3::bigint is null or b.address > (select l.address from mailbox l where l.mailbox_id = $3::bigint))
     order by b.address limit $4`,
    [new Date(ground.clock.now()), scopeId, after ?? null, limit + 1],
  )
  const members = rows.slice(0, limit)
  await seen(ground, actor, 'adaptive-scope.show', `adaptive-scope:${scopeId}`, { members: members.length })
  return { members, next: rows.length > limit ? members.at(-1)!.mailboxId : null, total }
}

type ScopePreview = {
  readonly condition: ScopeCondition
  readonly query: string
  readonly members: number
  readonly total: number
  /** The first, by address. */
  readonly sample: readonly ScopeMember[]
}

/** Who would meet a condition. Recorded. */
export async function previewScope(
  ground: Ground,
  actor: Actor,
  given: GivenCondition,
  limit = 50,
): Promise<ScopePreview> {
  requireRetention(actor)
  const condition = readCondition(given)
  const [counts] = await ground.database.query<{
    members: number
    total: number
    sample: ScopeMember[] | null
  }>(
    `with met as materialized (select ${MEMBER} from mailbox b where ${meets('$2::jsonb')})
     select (select count(*) from met) as members, (select count(*) from mailbox) as total,
       (select json_agg(first) from (select * from met order by address limit $3) as first) as sample`,
    [new Date(ground.clock.now()), JSON.stringify(condition), limit],
  )
  await ground.database.transaction(tx =>
    record(tx, ground, actor, {
      act: 'adaptive-scope.preview',
      subject: 'adaptive-scopes',
      detail: { members: counts!.members },
      sealed: { query: formatCondition(condition) },
    }),
  )
  return { condition, query: formatCondition(condition), ...counts!, sample: counts!.sample ?? [] }
}

/** The attributes that the directory has, with their values, to choose from. */
export async function listScopeAttributes(
  ground: Ground,
  actor: Actor,
): Promise<Awaited<ReturnType<typeof listAttributes>>> {
  requireRetention(actor)
  return listAttributes(ground.database)
}

async function findScope(
  ground: Ground,
  scopeId: number,
  sql: Sql = ground.database,
): Promise<AdaptiveScope> {
  const [row] = await sql.query<Row>(`${SELECT} where s.scope_id = $1::bigint`, [scopeId])
  if (!row) throw new HoldfastError('ADAPTIVE_SCOPE_UNKNOWN', `there is no adaptive scope ${scopeId}`)
  return scopeOf(ground, row)
}

async function takeScope(
  ground: Ground,
  tx: Transaction,
  scopeId: number,
  revision: number | null,
): Promise<AdaptiveScope> {
  await lockDirectory(tx)
  const scope = await findScope(ground, scopeId, tx)
  if (revision !== null && scope.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `adaptive scope ${scopeId} was changed meanwhile`)
  return scope
}

/** The mailboxes that would join or leave if this were the condition. */
async function movedBy(tx: Sql, scopeId: number, condition: ScopeCondition): Promise<number[]> {
  const rows = await tx.query<{ mailbox_id: number }>(
    `select b.mailbox_id from mailbox b left join adaptive_scope_member m on m.mailbox_id = b.mailbox_id and m.scope_id = $1
     where ${meets('$2::jsonb')} <> (m.scope_id is not null)
     order by b.mailbox_id`,
    [scopeId, JSON.stringify(condition)],
  )
  return rows.map(row => row.mailbox_id)
}

async function isInForce(tx: Sql, scopeId: number): Promise<boolean> {
  const rows = await tx.query('select from retention_policy where enabled and $1 = any(scope_ids) limit 1', [
    scopeId,
  ])
  return rows.length > 0
}

async function joinMembers(
  tx: Sql,
  ground: Ground,
  scopeId: number,
  condition: ScopeCondition,
): Promise<void> {
  await tx.execute(
    `insert into adaptive_scope_member (mailbox_id, scope_id, since)
     select b.mailbox_id, $1, $3 from mailbox b where ${meets('$2::jsonb')}
     order by b.mailbox_id on conflict do nothing`,
    [scopeId, JSON.stringify(condition), new Date(ground.clock.now())],
  )
}

/** True of a mailbox `b` that meets the condition, which is a value of the statement. */
function meets(condition: string): string {
  return `scope_meets(${condition}, scope_path(${condition})::jsonpath, b.kind, b.address,
    scope_facts(b.address, b.display_name, b.attributes))`
}

async function finish(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  scopeId: number,
  act: 'adaptive-scope.create' | 'adaptive-scope.change',
  words: NamedWords,
): Promise<AdaptiveScope> {
  const after = await findScope(ground, scopeId, tx)
  await record(tx, ground, actor, {
    act,
    subject: `adaptive-scope:${scopeId}`,
    detail: { revision: after.revision, members: after.members },
    sealed: { ...words, query: after.query },
  })
  return after
}

async function seen(
  ground: Ground,
  actor: Actor,
  act: string,
  subject: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await ground.database.transaction(tx => record(tx, ground, actor, { act, subject, detail }))
}
