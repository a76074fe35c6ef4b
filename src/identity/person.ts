/**
 * Persons: who may sign in. Added, changed, disabled and given a new password by whoever holds Role Management, each
 * act with its audit entry. A person is never removed: what the audit log says of them must keep its meaning.
 */
import { appendEntry } from '../audit/audit.ts'
import { isUniqueViolation, type Sql, storableText, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { forgetAttempts, lockedUntil } from './attempts.ts'
import type { IdentityGround } from './base.ts'
import { checkOpening } from './giving.ts'
import { checkPassword, generatePassword, hashPassword } from './password.ts'
import { type Actor, requireRole } from './role.ts'
import { keepRoleManager } from './role-keeper.ts'
import { removeSecondFactor } from './second-factor.ts'
import { endSessionsOf } from './session.ts'

type Language = 'en' | 'sv'

export type Person = {
  readonly personId: number
  /** What they sign in with: a name or an e-mail address, in lower case. */
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly language: Language
  readonly status: 'active' | 'disabled'
  readonly hasPassword: boolean
  readonly mustChangePassword: boolean
  readonly secondFactor: boolean
  /** Whether the first sign-in with OpenID Connect may bind this person, and whether one did. */
  readonly oidcAllowed: boolean
  readonly oidcBound: boolean
  readonly lastSignInAt: Date | null
  readonly createdAt: Date
  readonly revision: number
}

export type PersonRow = {
  person_id: number
  username: string
  display_name: string
  email: string
  language: Language
  status: Person['status']
  password_hash: string | null
  password_before: string | null
  must_change_password: boolean
  totp_confirmed_at: Date | null
  oidc_allowed: boolean
  oidc_subject: string | null
  last_sign_in_at: Date | null
  created_at: Date
  revision: number
}

export const PERSON_COLUMNS = `p.person_id, p.username, p.display_name, p.email, p.language, p.status, p.password_hash,
  p.password_before, p.must_change_password, p.totp_confirmed_at, p.oidc_allowed, p.oidc_subject, p.last_sign_in_at,
  p.created_at, p.revision`

export function personOf(row: PersonRow): Person {
  return {
    personId: row.person_id,
    username: row.username,
    displayName: row.display_name,
    email: row.email,
    language: row.language,
    status: row.status,
    hasPassword: row.password_hash !== null,
    mustChangePassword: row.must_change_password,
    secondFactor: row.totp_confirmed_at !== null,
    oidcAllowed: row.oidc_allowed,
    oidcBound: row.oidc_subject !== null,
    lastSignInAt: row.last_sign_in_at,
    createdAt: row.created_at,
    revision: row.revision,
  }
}

/** How a user name is compared and kept. */
export const normaliseUsername = (given: string): string => given.normalize('NFKC').trim().toLowerCase()

const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._@+-]{0,199}$/u

/** The user name in its kept form; PERSON_INVALID for one that nobody may have. */
function checkUsername(given: string): string {
  const username = normaliseUsername(given)
  if (!USERNAME.test(username))
    throw new HoldfastError(
      'PERSON_INVALID',
      'a user name has letters, digits, `.`, `-`, `_`, `+` and `@`, 200 characters at most',
    )
  return username
}

/** The person with this user name, or null. */
export async function findPerson(sql: Sql, username: string): Promise<Person | null> {
  const [row] = await sql.query<PersonRow>(`select ${PERSON_COLUMNS} from person p where p.username = $1`, [
    normaliseUsername(username),
  ])
  return row ? personOf(row) : null
}

async function rowOf(sql: Sql, personId: number, lock = ''): Promise<PersonRow> {
  const [row] = await sql.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.person_id = $1::bigint ${lock}`,
    [personId],
  )
  if (!row) throw new HoldfastError('PERSON_UNKNOWN', `there is no person ${personId}`)
  return row
}

export type ListedPerson = Person & {
  readonly roleGroups: readonly { readonly roleGroupId: number; readonly name: string }[]
  /** Until when wrong attempts keep them out; null if they do not. */
  readonly lockedUntil: Date | null
}

/** Persons in the order of their user names; `after` is the last name of the page before. */
export async function listPersons(
  ground: IdentityGround,
  actor: Actor,
  options: { readonly containing?: string; readonly after?: string; readonly limit?: number } = {},
): Promise<ListedPerson[]> {
  requireRole(actor, 'Role Management')
  return listed(
    ground,
    `where p.username > $1 and ($2 = '' or strpos(p.username, $2) > 0 or strpos(lower(p.display_name), $2) > 0)
     order by p.username limit $3`,
    [options.after ?? '', (options.containing ?? '').toLowerCase(), options.limit ?? 100],
  )
}

/** One person as the list has them; PERSON_UNKNOWN if there is none. */
export async function getListedPerson(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
): Promise<ListedPerson> {
  requireRole(actor, 'Role Management')
  const [person] = await listed(ground, 'where p.person_id = $1::bigint', [personId])
  if (!person) throw new HoldfastError('PERSON_UNKNOWN', `there is no person ${personId}`)
  return person
}

async function listed(ground: IdentityGround, where: string, values: unknown[]): Promise<ListedPerson[]> {
  const rows = await ground.database.query<PersonRow & { groups: ListedPerson['roleGroups'] }>(
    `select ${PERSON_COLUMNS}, coalesce((
         select jsonb_agg(jsonb_build_object('roleGroupId', g.role_group_id, 'name', g.name) order by g.name)
         from role_group_member m join role_group g using (role_group_id) where m.person_id = p.person_id), '[]') as groups
     from person p ${where}`,
    values,
  )
  const locked = await lockedUntil(
    ground,
    rows.map(row => row.username),
  )
  return rows.map(row => ({
    ...personOf(row),
    roleGroups: row.groups,
    lockedUntil: locked.get(row.username) ?? null,
  }))
}

type NewPerson = {
  readonly username: string
  readonly displayName: string
  readonly email?: string
  readonly language?: Language
  /** Left out: one is generated. Null: none, the person signs in with OpenID Connect alone. */
  readonly password?: string | null
  readonly oidcAllowed?: boolean
}

/**
 * Adds a person, who must change the password at the first sign-in and is in no role group.
 * @returns the generated password, if one was asked for: it is shown this once
 */
export async function addPerson(
  ground: IdentityGround,
  actor: Actor,
  wanted: NewPerson,
): Promise<{ person: Person; password: string | null }> {
  requireRole(actor, 'Role Management')
  return ground.database.transaction(tx => insertPerson(tx, ground, actor, wanted))
}

/** `addPerson` in the caller's transaction, with its rule checked there. */
export async function insertPerson(
  tx: Transaction,
  ground: IdentityGround,
  actor: Pick<Actor, 'name'>,
  wanted: NewPerson,
): Promise<{ person: Person; password: string | null }> {
  const username = checkUsername(wanted.username)
  const { displayName, email } = checkNames(wanted.displayName, wanted.email ?? '')
  if (typeof wanted.password === 'string') checkPassword(wanted.password, username)
  const generated = wanted.password === undefined ? generatePassword() : null
  const password = generated ?? wanted.password ?? null
  const [row] = await tx
    .query<PersonRow>(
      `insert into person as p (username, display_name, email, language, password_hash, must_change_password,
         oidc_allowed, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${PERSON_COLUMNS}`,
      [
        username,
        displayName,
        email,
        wanted.language ?? 'en',
        password === null ? null : await hashPassword(password),
        password !== null,
        wanted.oidcAllowed ?? false,
        actor.name,
        new Date(ground.clock.now()),
      ],
    )
    .catch(error => {
      if (!isUniqueViolation(error)) throw error
      throw new HoldfastError('PERSON_EXISTS', 'somebody has this user name')
    })
  const person = personOf(row!)
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'person.add',
    subject: `person:${person.personId}`,
    detail: { password: generated !== null ? 'generated' : password !== null ? 'given' : 'none' },
    sealed: { username, displayName, email },
  })
  return { person, password: generated }
}

export type PersonChange = {
  readonly displayName?: string
  readonly email?: string
  readonly language?: Language
  readonly status?: Person['status']
  readonly oidcAllowed?: boolean
  /** True removes who the person is at the OpenID Connect provider. */
  readonly oidcUnbind?: boolean
}

/** Changes what is given. `revision` is what the caller has seen, null for whatever it is: else REVISION_STALE. */
export async function editPerson(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
  change: PersonChange,
  revision: number | null = null,
): Promise<Person> {
  requireRole(actor, 'Role Management')
  return ground.database.transaction(async tx => {
    const keeping = await keepRoleManager(tx)
    const before = await rowOf(tx, personId, 'for update of p')
    checkRevision(before.revision, revision)
    if (change.status === 'active' || change.oidcAllowed || change.oidcUnbind)
      await checkOpening(tx, actor, personId)
    const names = checkNames(change.displayName ?? before.display_name, change.email ?? before.email)
    const status = change.status ?? before.status
    const [row] = await tx.query<PersonRow>(
      `update person p set display_name = $2, email = $3, language = $4, status = $5, oidc_allowed = $6,
         oidc_issuer = case when $7 then null else oidc_issuer end,
         oidc_subject = case when $7 then null else oidc_subject end, revision = revision + 1
       where person_id = $1 returning ${PERSON_COLUMNS}`,
      [
        personId,
        names.displayName,
        names.email,
        change.language ?? before.language,
        status,
        change.oidcAllowed ?? before.oidc_allowed,
        change.oidcUnbind === true,
      ],
    )
    // What the provider let in ends with the binding; whoever came with a password signs in once more.
    if (status === 'disabled' || change.oidcUnbind) await endSessionsOf(tx, personId)
    await keeping.check()
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act:
        status === before.status ? 'person.edit' : status === 'disabled' ? 'person.disable' : 'person.enable',
      subject: `person:${personId}`,
      detail: { changed: Object.keys(change).sort() },
      sealed: { username: before.username, ...names },
    })
    return personOf(row!)
  })
}

/** What persons may change of themselves. */
export async function editOwnAccount(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
  change: { readonly language?: Language; readonly displayName?: string },
): Promise<Person> {
  return ground.database.transaction(async tx => {
    const before = await rowOf(tx, personId, 'for update of p')
    const { displayName } = checkNames(change.displayName ?? before.display_name, before.email)
    const [row] = await tx.query<PersonRow>(
      `update person p set language = $2, display_name = $3, revision = revision + 1
       where person_id = $1 returning ${PERSON_COLUMNS}`,
      [personId, change.language ?? before.language, displayName],
    )
    if (displayName !== before.display_name)
      await appendEntry(tx, ground.keyring, ground.clock, {
        actor: actor.name,
        act: 'person.edit',
        subject: `person:${personId}`,
        detail: { changed: ['displayName'] },
        sealed: { displayName },
      })
    return personOf(row!)
  })
}

/**
 * Gives a generated password, to be changed at the next sign-in; ends every session, lifts the lock, and, if asked,
 * takes the second factor off, for whoever lost it.
 */
export async function resetPassword(
  ground: IdentityGround,
  actor: Actor,
  personId: number,
  options: { readonly secondFactorToo?: boolean } = {},
): Promise<string> {
  requireRole(actor, 'Role Management')
  const password = generatePassword()
  const hash = await hashPassword(password)
  await ground.database.transaction(async tx => {
    const row = await rowOf(tx, personId, 'for update of p')
    await checkOpening(tx, actor, personId)
    await tx.execute(
      `update person set password_before = coalesce(password_hash, password_before), password_hash = $2,
         must_change_password = true, revision = revision + 1 where person_id = $1`,
      [personId, hash],
    )
    await endSessionsOf(tx, personId)
    await forgetAttempts(tx, ground, row.username)
    if (options.secondFactorToo) await removeSecondFactor(tx, ground, actor, personId)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'person.reset-password',
      subject: `person:${personId}`,
      sealed: { username: row.username },
    })
  })
  return password
}

export function checkRevision(found: number, seen: number | null): void {
  if (seen !== null && seen !== found)
    throw new HoldfastError('REVISION_STALE', `this is revision ${found}, the change was made on ${seen}`)
}

function checkNames(displayName: string, email: string): { displayName: string; email: string } {
  const name = storableText(displayName.normalize('NFC').trim())
  if (name === '' || name.length > 200 || /\p{Cc}/u.test(name))
    throw new HoldfastError('PERSON_INVALID', 'a display name has 1 to 200 characters')
  const address = email.trim().toLowerCase()
  if (address !== '' && !/^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/.test(address))
    throw new HoldfastError('PERSON_INVALID', 'the e-mail address is none')
  return { displayName: name, email: address }
}
