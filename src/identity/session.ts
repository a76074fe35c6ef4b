/**
 * Sessions: 256 random bits in a cookie, of which only the SHA-256 is kept here. A session gets a fresh secret
 * whenever it comes to mean more (after the password, the second factor, the change of a first password), so that one
 * that somebody planted is worth nothing. It ends after some time without use, after a working day in any case, and
 * with every change of the person's password or status.
 */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { HOUR, type IdentityGround, MINUTE } from './base.ts'
import type { Actor } from './role.ts'

export type SessionState = 'second-factor-needed' | 'password-change-needed' | 'signed-in'

export type Session = {
  readonly sessionId: string
  readonly personId: number
  readonly state: SessionState
  readonly method: 'password' | 'oidc'
  readonly place: 'portal' | 'console'
  readonly createdAt: Date
  readonly usedAt: Date
  /** When it ends if it is not used again. */
  readonly expiresAt: Date
}

/** A session with its secret, which is given this once. */
export type OpenedSession = Session & { readonly secret: string }

/** For what is left to do of a sign-in. */
const UNFINISHED_MAX = 15 * MINUTE
/** How precisely the last use is kept: a row is not written for every call. */
const USE_GRAIN = MINUTE
export const DEFAULT_MINUTES = Object.freeze({ max: (8 * HOUR) / MINUTE, idle: 60 })

export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** What our own page sends with every change, and no other page can know. */
export const csrfTokenOf = (secret: string): string =>
  createHmac('sha256', secret).update('holdfast csrf 1').digest('base64url')

/** Opens a session within the transaction of the act that allows it. */
export async function openSession(
  tx: Sql,
  ground: IdentityGround,
  personId: number,
  as: Pick<Session, 'state' | 'method' | 'place'>,
): Promise<OpenedSession> {
  const now = ground.clock.now()
  const secret = randomBytes(32).toString('base64url')
  const { max } = await minutesOf(tx)
  const life = as.state === 'signed-in' ? max * MINUTE : UNFINISHED_MAX
  const session = {
    sessionId: randomUUID(),
    personId,
    state: as.state,
    method: as.method,
    place: as.place,
    createdAt: new Date(now),
    usedAt: new Date(now),
    expiresAt: new Date(now + life),
  }
  await tx.execute('delete from session where expires_at < $1', [session.createdAt])
  await tx.execute(
    `insert into session (session_id, secret_hash, person_id, state, method, place, created_at, used_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
    [
      session.sessionId,
      secretHash(secret),
      personId,
      as.state,
      as.method,
      as.place,
      session.createdAt,
      session.expiresAt,
    ],
  )
  return { ...session, secret }
}

/** Puts a session with a fresh secret in the place of one that was good for less. */
export async function elevateSession(
  tx: Sql,
  ground: IdentityGround,
  before: Session,
  state: SessionState,
): Promise<OpenedSession> {
  const gone = await tx.execute('delete from session where session_id = $1', [before.sessionId])
  if (gone === 0) throw new HoldfastError('SESSION_EXPIRED', 'the session has ended')
  return openSession(tx, ground, before.personId, { state, method: before.method, place: before.place })
}

type SessionRow = {
  session_id: string
  person_id: number
  state: SessionState
  method: Session['method']
  place: Session['place']
  created_at: Date
  used_at: Date
  expires_at: Date
  idle: number | null
}

const COLUMNS = `s.session_id, s.person_id, s.state, s.method, s.place, s.created_at, s.used_at, s.expires_at,
  (select session_minutes_idle from sign_in_setting) as idle`

function sessionOf(row: SessionRow): Session {
  const idle = row.used_at.getTime() + (row.idle ?? DEFAULT_MINUTES.idle) * MINUTE
  return {
    sessionId: row.session_id,
    personId: row.person_id,
    state: row.state,
    method: row.method,
    place: row.place,
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: new Date(Math.min(idle, row.expires_at.getTime())),
  }
}

/**
 * The session that this secret opens; null if there is none or it has expired. Its use is noted, unless nobody attends:
 * a page that asks for news by itself would otherwise keep the session of somebody who has gone home.
 */
export async function sessionBySecret(
  ground: IdentityGround,
  secret: string,
  attended = true,
): Promise<Session | null> {
  const now = ground.clock.now()
  const [row] = await ground.database.query<SessionRow>(
    `select ${COLUMNS} from session s where s.secret_hash = $1`,
    [secretHash(secret)],
    'session-by-secret',
  )
  if (!row) return null
  const session = sessionOf(row)
  if (session.expiresAt.getTime() <= now) return null
  if (!attended || now - session.usedAt.getTime() < USE_GRAIN) return session
  await ground.database.execute('update session set used_at = $2 where session_id = $1', [
    session.sessionId,
    new Date(now),
  ])
  return sessionOf({ ...row, used_at: new Date(now) })
}

/** A person's sessions that are good, the one used last first. */
export async function listSessions(ground: IdentityGround, personId: number): Promise<Session[]> {
  const rows = await ground.database.query<SessionRow>(
    `select ${COLUMNS} from session s where s.person_id = $1 order by s.used_at desc, s.session_id`,
    [personId],
  )
  return rows.map(sessionOf).filter(session => session.expiresAt.getTime() > ground.clock.now())
}

/** Ends one session of a person: the own one at sign-out, or another of the list. */
export async function endSession(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
  sessionId: string,
): Promise<void> {
  await ground.database.transaction(async tx => {
    const ended = await tx.execute('delete from session where session_id = $1 and person_id = $2', [
      sessionId,
      personId,
    ])
    if (ended === 0) return
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'session.sign-out',
      subject: `person:${personId}`,
    })
  })
}

/** Ends all sessions of a person. */
export async function endSessionsOf(tx: Transaction, personId: number): Promise<void> {
  await tx.execute('delete from session where person_id = $1', [personId])
}

async function minutesOf(sql: Sql): Promise<{ max: number; idle: number }> {
  const [row] = await sql.query<{ max: number; idle: number }>(
    'select session_minutes_max as max, session_minutes_idle as idle from sign_in_setting',
  )
  return row ?? DEFAULT_MINUTES
}
