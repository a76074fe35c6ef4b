/**
 * The second factor: a code of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 s, as every app has it), or
 * one of ten recovery codes. A code is taken within one step of the clock, and never twice. The secret is sealed.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { IdentityGround } from './base.ts'
import type { Actor } from './role.ts'

const PERIOD = 30
const WINDOW = 1
const RECOVERY_CODES = 10
/** RFC 4648's base 32 in lower case. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

const contextOf = (personId: number): string => `person:${personId}:totp`

const totpOf = (secret: string, issuer = '', label = 'Holdfast'): TOTP =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: PERIOD, issuer, label })

/** Who sets up, and what an app shows of it. */
type FactorOwner = { readonly personId: number; readonly username: string }

/**
 * Makes a secret that is not asked for before it is confirmed with a code of it.
 * @returns the secret in base 32 and the address that a QR code holds
 */
export async function beginSecondFactor(
  ground: IdentityGround,
  owner: FactorOwner,
  organisation: string,
): Promise<{ secret: string; uri: string }> {
  const secret = new Secret({ size: 20 }).base32
  const changed = await ground.database.execute(
    'update person set totp_secret = $2 where person_id = $1 and totp_confirmed_at is null',
    [owner.personId, ground.keyring.seal('credential', Buffer.from(secret), contextOf(owner.personId))],
  )
  if (changed === 0) throw new HoldfastError('SECOND_FACTOR_SET', 'there is a second factor already')
  return { secret, uri: totpOf(secret, `Holdfast (${organisation})`, owner.username).toString() }
}

/** Confirms the secret; from now on a sign-in asks for it. Gives the recovery codes, which are shown this once. */
export async function confirmSecondFactor(
  ground: IdentityGround,
  actor: Actor,
  owner: FactorOwner,
  code: string,
): Promise<string[]> {
  return ground.database.transaction(async tx => {
    const row = await factorOf(tx, owner.personId)
    if (row.totp_confirmed_at !== null)
      throw new HoldfastError('SECOND_FACTOR_SET', 'there is a second factor already')
    if (row.totp_secret === null || !(await takeTotp(tx, ground, owner.personId, row, code)))
      throw new HoldfastError('SECOND_FACTOR_WRONG', 'the code is not one of this secret, now')
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
    await tx.execute('delete from recovery_code where person_id = $1', [owner.personId])
    await tx.execute('insert into recovery_code (person_id, hash) select $1, unnest($2::bytea[])', [
      owner.personId,
      codes.map(hashOf),
    ])
    await tx.execute('update person set totp_confirmed_at = $2 where person_id = $1', [
      owner.personId,
      new Date(ground.clock.now()),
    ])
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'second-factor.add',
      subject: `person:${owner.personId}`,
    })
    return codes
  })
}

/** Removes the second factor and its recovery codes; true if there was one. */
export async function removeSecondFactor(
  tx: Transaction,
  ground: IdentityGround,
  actor: Actor,
  personId: number,
): Promise<boolean> {
  const { totp_confirmed_at: confirmedAt } = await factorOf(tx, personId)
  await tx.execute(
    'update person set totp_secret = null, totp_confirmed_at = null, revision = revision + 1 where person_id = $1',
    [personId],
  )
  await tx.execute('delete from recovery_code where person_id = $1', [personId])
  if (confirmedAt === null) return false
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'second-factor.remove',
    subject: `person:${personId}`,
  })
  return true
}

/** Takes a code of the app or a recovery code, once; says which it was, or null if it is neither. */
export async function takeCode(
  tx: Transaction,
  ground: IdentityGround,
  personId: number,
  code: string,
): Promise<'totp' | 'recovery-code' | null> {
  const row = await factorOf(tx, personId)
  if (row.totp_confirmed_at === null) return null
  if (await takeTotp(tx, ground, personId, row, code)) return 'totp'
  const used = await tx.execute(
    'update recovery_code set used_at = $3 where person_id = $1 and hash = $2 and used_at is null',
    [personId, hashOf(code), new Date(ground.clock.now())],
  )
  return used > 0 ? 'recovery-code' : null
}

/** How many recovery codes a person has left. */
export async function recoveryCodesLeft(sql: Sql, personId: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'select count(*) as count from recovery_code where person_id = $1 and used_at is null',
    [personId],
  )
  return row?.count ?? 0
}

type FactorRow = { totp_secret: Buffer | null; totp_confirmed_at: Date | null; totp_step: number }

async function factorOf(tx: Sql, personId: number): Promise<FactorRow> {
  const [row] = await tx.query<FactorRow>(
    'select totp_secret, totp_confirmed_at, totp_step from person where person_id = $1 for update',
    [personId],
  )
  if (!row) throw new HoldfastError('PERSON_UNKNOWN', `there is no person ${personId}`)
  return row
}

/** A code is good for one use: its step must lie after the last one used (RFC 6238, section 5.2). */
async function takeTotp(
  tx: Sql,
  ground: IdentityGround,
  personId: number,
  row: FactorRow,
  code: string,
): Promise<boolean> {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token) || row.totp_secret === null) return false
  const secret = ground.keyring.open('credential', row.totp_secret, contextOf(personId)).toString()
  const now = ground.clock.now()
  const delta = totpOf(secret).validate({ token, timestamp: now, window: WINDOW })
  if (delta === null) return false
  const step = Math.floor(now / 1000 / PERIOD) + delta
  if (step <= row.totp_step) return false
  await tx.execute('update person set totp_step = $2 where person_id = $1', [personId, step])
  return true
}

/** Sixteen characters of five bits: 80 bits, which need no slow hash. */
function newRecoveryCode(): string {
  const letters = [...randomBytes(16)].map(byte => BASE32[byte & 31]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

const hashOf = (code: string): Buffer =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z2-7]/g, ''))
    .digest()
