/**
 * Who somebody is here that an OpenID Connect provider has signed in. A person is known by issuer and subject, which
 * never change and are never given to another; a name or an address binds a person once, and only if whoever manages
 * permissions made that person in advance and allowed it.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { IdentityGround } from './base.ts'
import { insertPerson, normaliseUsername, PERSON_COLUMNS, type PersonRow } from './person.ts'
import { deleteMember, insertMember } from './role-group.ts'
import { takeTurn } from './role-keeper.ts'
import { type OpenedSession, openSession } from './session.ts'
import { record, stateAfter } from './sign-in.ts'
import type { OidcSettings } from './sign-in-settings.ts'

export type OidcClaims = { readonly sub: string; readonly [claim: string]: unknown }

/** Opens a session for whoever these claims are of. OIDC_REFUSED for somebody who may not come in. */
export async function settleOidc(
  ground: IdentityGround,
  settings: OidcSettings,
  claims: OidcClaims,
  address: string | undefined,
): Promise<OpenedSession> {
  try {
    return await ground.database.transaction(async tx => {
      await takeTurn(tx)
      const row = (await bySubject(tx, settings, claims)) ?? (await bind(tx, ground, settings, claims))
      if (row.status !== 'active') refused('disabled')
      await followGroups(tx, ground, settings, claims, row.person_id)
      const session = await openSession(tx, ground, row.person_id, {
        state: stateAfter(row, { method: 'oidc', factorGiven: false }),
        method: 'oidc',
        place: 'portal',
      })
      if (session.state === 'signed-in') await record(tx, ground, row, session, address)
      return session
    })
  } catch (error) {
    if (hasCode(error, 'OIDC_REFUSED'))
      await refuseOidc(ground, {
        why: String(error.cause),
        sealed: { subject: claims.sub, username: text(claims[settings.usernameClaim]) },
        address,
      })
    throw error
  }
}

/** Notes that somebody who came from the provider was refused. */
export async function refuseOidc(
  ground: IdentityGround,
  refusal: {
    readonly why: string
    readonly detail?: Record<string, unknown>
    readonly sealed?: Record<string, unknown>
    readonly address?: string | undefined
  },
): Promise<void> {
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'nobody',
      act: 'session.refused',
      detail: { method: 'oidc', why: refusal.why, ...refusal.detail },
      sealed: { ...refusal.sealed, ...(refusal.address ? { address: refusal.address } : {}) },
    }),
  )
}

async function bySubject(
  tx: Transaction,
  settings: OidcSettings,
  claims: OidcClaims,
): Promise<PersonRow | null> {
  const [row] = await tx.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.oidc_issuer = $1 and p.oidc_subject = $2 for update`,
    [settings.issuer, claims.sub],
  )
  return row ?? null
}

/** The first time: finds the person that was made in advance, or adds one if the settings say so. */
async function bind(
  tx: Transaction,
  ground: IdentityGround,
  settings: OidcSettings,
  claims: OidcClaims,
): Promise<PersonRow> {
  const username = normaliseUsername(text(claims[settings.usernameClaim]))
  const email = claims.email_verified === true ? normaliseUsername(text(claims.email)) : ''
  // What the provider vouches for: an address it has verified, or names that the organisation itself gives out.
  const vouched = [email, settings.usernameTrusted ? username : ''].filter(name => name !== '')
  const [found] = await tx.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.username = any($1::text[]) and p.oidc_allowed and p.oidc_subject is null
     order by p.username for update`,
    [vouched],
  )
  const person = found ?? (await addUnknown(tx, ground, settings, claims, username))
  if (person.status !== 'active') refused('disabled')
  await tx.execute(
    'update person set oidc_issuer = $2, oidc_subject = $3, revision = revision + 1 where person_id = $1',
    [person.person_id, settings.issuer, claims.sub],
  )
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: `person:${person.username}`,
    act: 'person.bind-oidc',
    subject: `person:${person.person_id}`,
    detail: { issuer: settings.issuer },
    sealed: { subject: claims.sub },
  })
  return person
}

async function addUnknown(
  tx: Transaction,
  ground: IdentityGround,
  settings: OidcSettings,
  claims: OidcClaims,
  username: string,
): Promise<PersonRow> {
  if (settings.unknownPersons !== 'add') refused('unknown-person')
  const taken = await tx.query('select from person where username = $1', [username])
  if (taken.length > 0) refused('name-taken')
  try {
    const { person } = await insertPerson(
      tx,
      ground,
      { name: 'system' },
      {
        username,
        displayName: text(claims.name) || username,
        email: claims.email_verified === true ? text(claims.email) : '',
        password: null,
        oidcAllowed: true,
      },
    )
    const [row] = await tx.query<PersonRow>(`select ${PERSON_COLUMNS} from person p where p.person_id = $1`, [
      person.personId,
    ])
    return row!
  } catch (error) {
    if (hasCode(error, 'PERSON_INVALID')) refused('name-invalid')
    throw error
  }
}

/** Makes a member of the role groups that the provider's groups stand for, and of no others that it once made one of. */
async function followGroups(
  tx: Transaction,
  ground: IdentityGround,
  settings: OidcSettings,
  claims: OidcClaims,
  personId: number,
): Promise<void> {
  const claimed = settings.groupsClaim === '' ? [] : claims[settings.groupsClaim]
  const groups = new Set(Array.isArray(claimed) ? claimed.map(text) : [])
  const wanted = new Set(
    settings.groups.filter(({ group }) => groups.has(group)).map(each => each.roleGroupId),
  )
  const now = await tx.query<{ role_group_id: number }>(
    `select role_group_id from role_group_member where person_id = $1 and source = 'oidc'`,
    [personId],
  )
  const actor = { name: 'system' }
  for (const { role_group_id: roleGroupId } of now)
    if (!wanted.has(roleGroupId)) await deleteMember(tx, ground, actor, roleGroupId, personId)
  for (const roleGroupId of [...wanted].sort((a, b) => a - b)) {
    const there = await tx.query('select from role_group where role_group_id = $1', [roleGroupId])
    if (there.length > 0) await insertMember(tx, ground, actor, roleGroupId, personId, 'oidc')
  }
}

const text = (claim: unknown): string => (typeof claim === 'string' ? claim.slice(0, 200) : '')

function refused(why: string): never {
  throw new HoldfastError('OIDC_REFUSED', 'whom the provider signed in may not come in here', { cause: why })
}
