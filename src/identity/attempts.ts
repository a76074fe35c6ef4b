/**
 * Wrong attempts to sign in, and the lock they lead to: five for one name, and it waits a minute, then two, then four,
 * an hour at most. An attempt is counted before the password is looked at, so that many at once count as many. Names
 * that nobody has are counted alike: the answer never tells which names exist.
 */
import { createHmac } from 'node:crypto'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { DAY, HOUR, type IdentityGround, MINUTE } from './base.ts'

const FREE = 5
const LOCK_MIN = MINUTE
const LOCK_MAX = HOUR
/** After so long without one, wrong attempts are forgotten. */
const FORGOTTEN_AFTER = DAY

export type Attempt = { readonly nameHash: Buffer; readonly failures: number; readonly held: number }

function hashOf(ground: IdentityGround, username: string): Buffer {
  return createHmac('sha256', ground.keyring.purposeKey('credential'))
    .update(`sign-in attempt\0${username}`)
    .digest()
}

/** SIGN_IN_LOCKED, with the moment from which the next attempt is taken. */
export class LockedError extends HoldfastError {
  readonly until: Date
  constructor(until: Date) {
    super('SIGN_IN_LOCKED', `too many wrong attempts; the next is taken at ${until.toISOString()}`)
    this.until = until
  }
}

/** Counts an attempt of this name. SIGN_IN_LOCKED, until when, if it has had too many. */
export async function countAttempt(ground: IdentityGround, username: string): Promise<Attempt> {
  const nameHash = hashOf(ground, username)
  const now = ground.clock.now()
  const row = await ground.database.transaction(async tx => {
    await tx.execute('delete from sign_in_attempt where attempted_at < $1', [new Date(now - FORGOTTEN_AFTER)])
    await tx.execute(
      'insert into sign_in_attempt (name_hash, failures, attempted_at) values ($1, 0, $2) on conflict do nothing',
      [nameHash, new Date(now)],
    )
    const [found] = await tx.query<{ failures: number; held: number; locked_until: Date | null }>(
      'select failures, held, locked_until from sign_in_attempt where name_hash = $1 for update',
      [nameHash],
    )
    const lockedUntil = found!.locked_until?.getTime() ?? 0
    if (lockedUntil > now) {
      await tx.execute('update sign_in_attempt set held = held + 1 where name_hash = $1', [nameHash])
      return { lockedUntil, failures: found!.failures, held: found!.held }
    }
    const failures = found!.failures + 1
    const lock =
      failures < FREE ? null : new Date(now + Math.min(LOCK_MIN * 2 ** (failures - FREE), LOCK_MAX))
    await tx.execute(
      'update sign_in_attempt set failures = $2, locked_until = $3, held = 0, attempted_at = $4 where name_hash = $1',
      [nameHash, failures, lock, new Date(now)],
    )
    return { lockedUntil: 0, failures, held: found!.held }
  })
  if (row.lockedUntil > 0) throw new LockedError(new Date(row.lockedUntil))
  return { nameHash, failures: row.failures, held: row.held }
}

/** The attempt was right so far: it no longer counts, those before it still do. */
export async function takeBackAttempt(tx: Sql, attempt: Attempt): Promise<void> {
  await tx.execute(
    `update sign_in_attempt set failures = greatest(failures - 1, 0), locked_until = null where name_hash = $1`,
    [attempt.nameHash],
  )
}

/** The person is in, or was given a new password: nothing before counts any more. */
export async function forgetAttempts(tx: Sql, ground: IdentityGround, username: string): Promise<void> {
  await tx.execute('delete from sign_in_attempt where name_hash = $1', [hashOf(ground, username)])
}

/** Until when this name is locked; null if it is not. */
export async function lockedUntil(
  ground: IdentityGround,
  usernames: readonly string[],
): Promise<Map<string, Date>> {
  const names = new Map(usernames.map(username => [hashOf(ground, username).toString('hex'), username]))
  const rows = await ground.database.query<{ name_hash: Buffer; locked_until: Date }>(
    'select name_hash, locked_until from sign_in_attempt where name_hash = any($1::bytea[]) and locked_until > $2',
    [[...names.keys()].map(hex => Buffer.from(hex, 'hex')), new Date(ground.clock.now())],
  )
  return new Map(rows.map(row => [names.get(row.name_hash.toString('hex'))!, row.locked_until]))
}
