/**
 * Signing in with a password, and what may be left to do after it: the second factor, then the change of a first
 * password. An unknown name and a wrong password get the same answer after the same work. Every sign-in is an entry
 * of the audit log, and so is every one that was refused, with why; what was typed is never in it.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { type Attempt, countAttempt, forgetAttempts, takeBackAttempt } from './attempts.ts'
import type { IdentityGround } from './base.ts'
import { checkPassword, checkUnused, hashPassword, isOutdated, verifyPassword } from './password.ts'
import { normaliseUsername, PERSON_COLUMNS, type PersonRow } from './person.ts'
import type { Actor } from './role.ts'
import { removeSecondFactor, takeCode } from './second-factor.ts'
import { elevateSession, endSessionsOf, type OpenedSession, openSession, type Session } from './session.ts'

type SignIn = {
  readonly username: string
  readonly password: string
  readonly place: Session['place']
  /** The network address of whoever signs in; sealed in the audit log. */
  readonly address?: string
}

/** The state that a person's session is in once they have proved who they are, by this method. */
export const stateAfter = (
  row: PersonRow,
  proof: { readonly method: Session['method']; readonly factorGiven: boolean },
): Session['state'] => {
  if (row.totp_confirmed_at !== null && !proof.factorGiven) return 'second-factor-needed'
  // Whoever came from the provider has no use for a first password.
  return row.must_change_password && proof.method === 'password' ? 'password-change-needed' : 'signed-in'
}

/** SIGN_IN_WRONG for whatever is wrong; SIGN_IN_LOCKED while a name has had too many wrong attempts. */
export async function signIn(ground: IdentityGround, given: SignIn): Promise<OpenedSession> {
  const username = normaliseUsername(given.username).slice(0, 200)
  const attempt = await countAttempt(ground, username)
  const [row] = await ground.database.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.username = $1`,
    [username],
  )
  const right = await verifyPassword(row?.password_hash ?? null, given.password)
  const refused = { row: row ?? null, username, attempt, address: given.address }
  if (!row || !right || row.status !== 'active') {
    const why = !row
      ? 'unknown-name'
      : row.password_hash === null
        ? 'no-password'
        : !right
          ? 'wrong-password'
          : 'disabled'
    await refuse(ground, { ...refused, why })
    throw signInWrong()
  }
  const rehashed = isOutdated(row.password_hash!) ? await hashPassword(given.password) : null
  const opened = await ground.database.transaction(async tx => {
    const current = await stillRight(tx, row, given.password)
    if (!current) return null
    if (rehashed)
      await tx.execute('update person set password_hash = $2 where person_id = $1 and password_hash = $3', [
        row.person_id,
        rehashed,
        row.password_hash,
      ])
    const state = stateAfter(current, { method: 'password', factorGiven: false })
    if (state === 'second-factor-needed') await takeBackAttempt(tx, attempt)
    else await forgetAttempts(tx, ground, username)
    const session = await openSession(tx, ground, row.person_id, {
      state,
      method: 'password',
      place: given.place,
    })
    if (state !== 'second-factor-needed') await record(tx, ground, row, session, given.address)
    return session
  })
  if (opened) return opened
  await refuse(ground, { ...refused, why: 'changed-meanwhile' })
  throw signInWrong()
}

const signInWrong = () => new HoldfastError('SIGN_IN_WRONG', 'user name or password is wrong')

/**
 * The person, locked, if they may still come in with this password: it takes a while to check one, and a session must
 * not be opened behind the back of whoever changed the password or disabled the person meanwhile.
 */
async function stillRight(tx: Transaction, seen: PersonRow, password: string): Promise<PersonRow | null> {
  const [row] = await tx.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.person_id = $1 and p.status = 'active' for update`,
    [seen.person_id],
  )
  if (!row) return null
  // Another sign-in may have made the hash anew.
  const isSame = row.password_hash === seen.password_hash
  return isSame || (await verifyPassword(row.password_hash, password)) ? row : null
}

/** Gives the code that a session waits for. SECOND_FACTOR_WRONG, and it counts as a wrong attempt. */
export async function giveSecondFactor(
  ground: IdentityGround,
  session: Session,
  code: string,
  address?: string,
): Promise<OpenedSession> {
  if (session.state !== 'second-factor-needed')
    throw new HoldfastError('SECOND_FACTOR_WRONG', 'this session does not wait for a code')
  const row = await personRow(ground, session.personId)
  const attempt = await countAttempt(ground, row.username)
  const opened = await ground.database.transaction(async tx => {
    const factor = await takeCode(tx, ground, row.person_id, code)
    if (factor === null) return null
    await forgetAttempts(tx, ground, row.username)
    const elevated = await elevateSession(
      tx,
      ground,
      session,
      stateAfter(row, { method: session.method, factorGiven: true }),
    )
    await record(tx, ground, row, elevated, address, factor)
    return elevated
  })
  if (opened) return opened
  await refuse(ground, { row, username: row.username, why: 'wrong-code', attempt, address })
  throw new HoldfastError('SECOND_FACTOR_WRONG', 'the code is wrong, was used before, or is too old')
}

/**
 * Changes the password of whoever holds the session, who knows the current one. Every other session of theirs ends,
 * and this one goes on under a fresh secret.
 */
export async function changePassword(
  ground: IdentityGround,
  session: Session,
  current: string,
  next: string,
): Promise<OpenedSession> {
  if (session.state === 'second-factor-needed')
    throw new HoldfastError('SECOND_FACTOR_NEEDED', 'the second factor comes first')
  const row = await personRow(ground, session.personId)
  await confirmPassword(ground, row, current)
  checkPassword(next, row.username)
  await checkUnused(next, [row.password_hash, row.password_before])
  const hash = await hashPassword(next)
  return ground.database.transaction(async tx => {
    await tx.execute(
      `update person set password_before = password_hash, password_hash = $2, must_change_password = false,
         revision = revision + 1 where person_id = $1`,
      [row.person_id, hash],
    )
    const opened = await elevateSession(tx, ground, session, 'signed-in')
    await tx.execute('delete from session where person_id = $1 and session_id <> $2', [
      row.person_id,
      opened.sessionId,
    ])
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: `person:${row.username}`,
      act: 'person.change-password',
      subject: `person:${row.person_id}`,
    })
    return opened
  })
}

/**
 * Takes one's own second factor off. A stolen session must not: it asks for the password once more, or, of who has
 * none, for a code. PASSWORD_WRONG, SECOND_FACTOR_WRONG.
 */
export async function removeOwnSecondFactor(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
  proof: { readonly password: string; readonly code: string },
): Promise<void> {
  const row = await personRow(ground, personId)
  if (row.password_hash !== null) {
    await confirmPassword(ground, row, proof.password)
    await ground.database.transaction(tx => removeSecondFactor(tx, ground, actor, personId))
    return
  }
  const attempt = await countAttempt(ground, row.username)
  const removed = await ground.database.transaction(async tx => {
    if ((await takeCode(tx, ground, personId, proof.code)) === null) return false
    await takeBackAttempt(tx, attempt)
    await removeSecondFactor(tx, ground, actor, personId)
    return true
  })
  if (removed) return
  await refuse(ground, { row, username: row.username, why: 'wrong-code', attempt })
  throw new HoldfastError('SECOND_FACTOR_WRONG', 'the code is wrong, was used before, or is too old')
}

async function confirmPassword(ground: IdentityGround, row: PersonRow, password: string): Promise<void> {
  const attempt = await countAttempt(ground, row.username)
  if (await verifyPassword(row.password_hash, password)) {
    await ground.database.transaction(tx => takeBackAttempt(tx, attempt))
    return
  }
  await refuse(ground, { row, username: row.username, why: 'wrong-password', attempt })
  throw new HoldfastError('PASSWORD_WRONG', 'the current password is wrong')
}

async function personRow(ground: IdentityGround, personId: number): Promise<PersonRow> {
  const [row] = await ground.database.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.person_id = $1 and p.status = 'active'`,
    [personId],
  )
  if (!row) throw new HoldfastError('SESSION_EXPIRED', 'the session has ended')
  return row
}

/** Notes that a person is in. */
export async function record(
  tx: Transaction,
  ground: IdentityGround,
  row: Pick<PersonRow, 'person_id' | 'username'>,
  session: Session,
  address: string | undefined,
  factor?: string,
): Promise<void> {
  await tx.execute('update person set last_sign_in_at = $2 where person_id = $1', [
    row.person_id,
    session.createdAt,
  ])
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: `person:${row.username}`,
    act: 'session.sign-in',
    subject: `person:${row.person_id}`,
    detail: { method: session.method, place: session.place, ...(factor ? { secondFactor: factor } : {}) },
    ...(address ? { sealed: { address } } : {}),
  })
}

type Refusal = {
  readonly row: PersonRow | null
  readonly username: string
  readonly why: string
  readonly attempt: Attempt
  readonly address?: string | undefined
}

async function refuse(ground: IdentityGround, refusal: Refusal): Promise<void> {
  const { row, username, why, attempt, address } = refusal
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'nobody',
      act: 'session.refused',
      subject: row ? `person:${row.person_id}` : '',
      // `held` attempts before this one came while the name was locked, and have no entry of their own.
      detail: { why, failures: attempt.failures, held: attempt.held },
      sealed: { username, ...(address ? { address } : {}) },
    }),
  )
}

/** Ends every session of a person, by their own wish. */
export async function signOutEverywhere(
  ground: IdentityGround,
  person: { readonly personId: number; readonly username: string },
): Promise<void> {
  await ground.database.transaction(async tx => {
    await endSessionsOf(tx, person.personId)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: `person:${person.username}`,
      act: 'session.sign-out',
      subject: `person:${person.personId}`,
      detail: { everywhere: true },
    })
  })
}
