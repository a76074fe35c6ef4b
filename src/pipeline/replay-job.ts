/**
 * A replay as a job: asked for in one transaction, done page by page, and seen from outside while it goes on. Each
 * page commits its filings together with how far it has come, so a replay that is killed goes on from there, and two
 * workers that take it for theirs do each page once.
 */
import { appendEntry } from '../audit/audit.ts'
import { getConnector } from '../connector/connector.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { type Bearings, openBearings } from './bearings.ts'
import { connectorOfNext, type ReplayCursor, type ReplayScope, replayPage } from './replay.ts'

export type Replay = {
  readonly replayId: number
  readonly connectorId: number | null
  readonly sourceUser: string | null
  readonly requestedBy: string
  readonly createdAt: Date
  /** null while it waits or goes on. */
  readonly completedAt: Date | null
  /** Open failures when it was asked for. */
  readonly failures: number
  readonly lookedAt: number
  readonly resolved: number
  readonly filings: number
}

/** So many failures are replayed while whoever asked waits: well under a second. */
const AT_ONCE_MAX = 1500

/**
 * Asks for a replay in the caller's transaction. A worker does it; `finishSoon` does a small one at once. Needs the
 * role Mailbox Import Export; CONNECTOR_UNKNOWN.
 */
export async function requestReplay(
  tx: Transaction,
  ground: Ground,
  queue: Queue,
  actor: Actor,
  scope: ReplayScope,
): Promise<Replay> {
  requireRole(actor, 'Mailbox Import Export')
  if (scope.connectorId !== null) await getConnector(tx, scope.connectorId)
  const [row] = await tx.query<{ replay_id: number; failures: number }>(
    `insert into replay (connector_id, source_user, requested_by, created_at, failures)
     select $1::bigint, $2::text, $3, $4, count(*) from failure f where f.resolved_at is null and f.replayable
       and ($1::bigint is null or f.connector_id = $1) and ($2::text is null or f.source_user = $2)
     returning replay_id, failures`,
    [scope.connectorId, scope.sourceUser, actor.name, new Date(ground.clock.now())],
  )
  const { replay_id: replayId, failures } = row!
  await queue.send(tx, 'replay', { replayId })
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'replay.request',
    subject: `replay:${replayId}`,
    detail: { connector: scope.connectorId, failures },
    ...(scope.sourceUser === null ? {} : { sealed: { sourceUser: scope.sourceUser } }),
  })
  return getReplay(tx, replayId)
}

/** Does a replay here and now if it is small, and says how it stands then; a worker does a larger one. */
export async function finishSoon(ground: Ground, queue: Queue, replay: Replay): Promise<Replay> {
  if (replay.failures > AT_ONCE_MAX) return replay
  await performReplay(ground, queue, openBearings(ground), replay.replayId, new AbortController().signal)
  return getReplay(ground.database, replay.replayId)
}

/** Does what is left of a replay. */
export async function performReplay(
  ground: Ground,
  queue: Queue,
  bearings: Bearings,
  replayId: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const seen = await getRow(ground.database, replayId)
    if (!seen || seen.completed_at !== null) return
    const scope = { connectorId: seen.connector_id, sourceUser: seen.source_user }
    const connector = await connectorOfNext(ground, scope, seen.cursor)
    const known = connector && (await bearings.of(connector))
    await ground.database.transaction(async tx => {
      const [locked] = await tx.query<{ cursor: ReplayCursor | null; completed_at: Date | null }>(
        'select cursor, completed_at from replay where replay_id = $1 for update',
        [replayId],
      )
      // Another worker was here meanwhile: look again at where it stands.
      if (!locked || locked.completed_at !== null || !isSame(locked.cursor, seen.cursor)) return
      const page =
        connector && known
          ? await replayPage(ground, tx, queue, seen.requested_by, known, connector, scope, seen.cursor)
          : { failures: 0, resolved: 0, filings: 0, last: null }
      await tx.execute(
        `update replay set cursor = $2, looked_at = looked_at + $3, resolved = resolved + $4, filings = filings + $5,
           completed_at = $6 where replay_id = $1`,
        [
          replayId,
          page.last === null ? null : JSON.stringify(page.last),
          page.failures,
          page.resolved,
          page.filings,
          page.last === null ? new Date(ground.clock.now()) : null,
        ],
      )
    })
  }
}

function isSame(left: ReplayCursor | null, right: ReplayCursor | null): boolean {
  return (
    left?.connectorId === right?.connectorId &&
    left?.at?.sourceUser === right?.at?.sourceUser &&
    left?.at?.itemId === right?.at?.itemId
  )
}

/** The replay; REPLAY_UNKNOWN if there is none. */
export async function getReplay(sql: Sql, replayId: number): Promise<Replay> {
  const row = await getRow(sql, replayId)
  if (!row) throw new HoldfastError('REPLAY_UNKNOWN', `there is no replay ${replayId}`)
  return replayOf(row)
}

/** Replays, newest first. */
export async function listReplays(sql: Sql, limit: number): Promise<Replay[]> {
  const rows = await sql.query<ReplayRow>('select * from replay order by replay_id desc limit $1', [limit])
  return rows.map(replayOf)
}

type ReplayRow = {
  replay_id: number
  connector_id: number | null
  source_user: string | null
  requested_by: string
  created_at: Date
  completed_at: Date | null
  failures: number
  looked_at: number
  resolved: number
  filings: number
  cursor: ReplayCursor | null
}

async function getRow(sql: Sql, replayId: number): Promise<ReplayRow | undefined> {
  const [row] = await sql.query<ReplayRow>('select * from replay where replay_id = $1::bigint', [replayId])
  return row
}

function replayOf(row: ReplayRow): Replay {
  return {
    replayId: row.replay_id,
    connectorId: row.connector_id,
    sourceUser: row.source_user,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    completedAt: row.completed_at,
    failures: row.failures,
    lookedAt: row.looked_at,
    resolved: row.resolved,
    filings: row.filings,
  }
}
