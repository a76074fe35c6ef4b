/**
 * API tokens: `hft_<id>_<secret>`, for programs that call in a person's name. Only the SHA-256 of the secret is kept.
 * A token has some of its owner's roles, never one that the owner lacks at the time of use; it expires within a year,
 * and dies with its owner's being disabled. Tokens make no tokens: that needs the person.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import { type Sql, storableText } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { rolesOf } from './authority.ts'
import { DAY, type IdentityGround, MINUTE } from './base.ts'
import { type Actor, holdsRole, type MailboxScope, ROLES, type Role, requireRole } from './role.ts'
import { secretHash } from './session.ts'

const DAYS_MAX = 366
const TOKENS_MAX = 50

export type ApiToken = {
  readonly tokenId: number
  readonly personId: number
  readonly name: string
  readonly roles: readonly Role[]
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

type Row = {
  token_id: number
  person_id: number
  name: string
  roles: Role[]
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

const COLUMNS =
  't.token_id, t.person_id, t.name, t.roles, t.created_at, t.expires_at, t.last_used_at, t.revoked_at'

const tokenOf = (row: Row): ApiToken => ({
  tokenId: row.token_id,
  personId: row.person_id,
  name: row.name,
  roles: row.roles,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
})

/** Makes a token of the acting person. @returns it, with its text, which is shown this once */
export async function addToken(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
  wanted: { readonly name: string; readonly roles: readonly Role[]; readonly days: number },
): Promise<{ token: ApiToken; text: string }> {
  const name = storableText(wanted.name.trim())
  if (name === '' || name.length > 100)
    throw new HoldfastError('TOKEN_INVALID', 'a token has a name of 1 to 100 characters')
  if (!Number.isInteger(wanted.days) || wanted.days < 1 || wanted.days > DAYS_MAX)
    throw new HoldfastError('TOKEN_INVALID', `a token lasts 1 to ${DAYS_MAX} days`)
  const roles = (Object.keys(ROLES) as Role[]).filter(role => wanted.roles.includes(role))
  if (roles.length === 0) throw new HoldfastError('TOKEN_INVALID', 'a token has at least one role')
  const missing = roles.find(role => !holdsRole(actor, role))
  if (missing) throw new HoldfastError('TOKEN_INVALID', `you do not hold the role "${missing}"`)
  const secret = randomBytes(32).toString('base64url')
  const now = ground.clock.now()
  return ground.database.transaction(async tx => {
    const own = await tx.query(
      'select from api_token where person_id = $1 and revoked_at is null and expires_at > $2',
      [personId, new Date(now)],
    )
    if (own.length >= TOKENS_MAX)
      throw new HoldfastError('TOKEN_INVALID', `a person has ${TOKENS_MAX} tokens at most; revoke one first`)
    const [row] = await tx.query<Row>(
      `insert into api_token as t (person_id, name, secret_hash, roles, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
      [personId, name, secretHash(secret), roles, new Date(now), new Date(now + wanted.days * DAY)],
    )
    const token = tokenOf(row!)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'token.add',
      subject: `token:${token.tokenId}`,
      detail: { personId, roles, expiresAt: token.expiresAt },
      sealed: { name },
    })
    return { token, text: `hft_${token.tokenId}_${secret}` }
  })
}

type ListedToken = ApiToken & { readonly username: string; readonly displayName: string }

/** A person's tokens, or with Role Management everybody's (`personId` null); good ones first, newest first. */
export async function listTokens(
  ground: IdentityGround,
  actor: Actor,
  personId: number | null,
): Promise<ListedToken[]> {
  if (personId === null) requireRole(actor, 'Role Management')
  const rows = await ground.database.query<Row & { username: string; display_name: string }>(
    `select ${COLUMNS}, p.username, p.display_name from api_token t join person p using (person_id)
     where ($1::integer is null or t.person_id = $1)
     order by (t.revoked_at is not null or t.expires_at < $2), t.created_at desc, t.token_id limit 1000`,
    [personId, new Date(ground.clock.now())],
  )
  return rows.map(row => ({ ...tokenOf(row), username: row.username, displayName: row.display_name }))
}

/** Revokes a token: one's own (`ownerId`), or with Role Management anybody's (null). TOKEN_UNKNOWN if it is not theirs. */
export async function revokeToken(
  ground: IdentityGround,
  actor: Actor,
  tokenId: number,
  ownerId: number | null,
): Promise<void> {
  if (ownerId === null) requireRole(actor, 'Role Management')
  await ground.database.transaction(async tx => {
    const [row] = await tx.query<Row>(
      `select ${COLUMNS} from api_token t where t.token_id = $1::bigint and ($2::integer is null or t.person_id = $2)
       for update`,
      [tokenId, ownerId],
    )
    if (!row) throw new HoldfastError('TOKEN_UNKNOWN', `there is no token ${tokenId}`)
    if (row.revoked_at !== null) return
    await tx.execute('update api_token set revoked_at = $2, revoked_by = $3 where token_id = $1', [
      tokenId,
      new Date(ground.clock.now()),
      actor.name,
    ])
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'token.revoke',
      subject: `token:${tokenId}`,
      detail: { personId: row.person_id },
    })
  })
}

/** The token that this text is, noting its use; null if it is none, was revoked, or has expired. */
export async function tokenByText(ground: IdentityGround, text: string): Promise<ApiToken | null> {
  const parts = /^hft_(\d{1,9})_([A-Za-z0-9_-]{43})$/.exec(text)
  if (!parts) return null
  const now = ground.clock.now()
  const [row] = await ground.database.query<Row & { secret_hash: Buffer }>(
    `select ${COLUMNS}, t.secret_hash from api_token t where t.token_id = $1`,
    [Number(parts[1])],
    'token-by-id',
  )
  if (!row || !timingSafeEqual(row.secret_hash, secretHash(parts[2]!))) return null
  if (row.revoked_at !== null || row.expires_at.getTime() <= now) return null
  if (row.last_used_at === null || now - row.last_used_at.getTime() >= MINUTE)
    await ground.database.execute('update api_token set last_used_at = $2 where token_id = $1', [
      row.token_id,
      new Date(now),
    ])
  return tokenOf(row)
}

/** The roles that a token has now: its own, as far as its owner still holds them. */
export async function tokenRoles(sql: Sql, token: ApiToken): Promise<ReadonlyMap<Role, MailboxScope>> {
  const owned = await rolesOf(sql, token.personId)
  return new Map([...owned].filter(([role]) => token.roles.includes(role)))
}
