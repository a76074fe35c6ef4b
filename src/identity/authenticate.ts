/** From a cookie or a bearer token to who calls and what they may do, read anew at every call. */
import { rolesOf } from './authority.ts'
import type { IdentityGround } from './base.ts'
import { PERSON_COLUMNS, type Person, type PersonRow, personOf } from './person.ts'
import type { Actor } from './role.ts'
import { csrfTokenOf, type Session, type SessionState, sessionBySecret } from './session.ts'
import { type ApiToken, tokenByText, tokenRoles } from './token.ts'

export type Caller = {
  readonly actor: Actor
  readonly person: Person
  readonly state: SessionState
  /** Null for a token. */
  readonly session: Session | null
  readonly token: ApiToken | null
  /** What a changing request with a cookie must bring along; null for a token, which no browser sends by itself. */
  readonly csrfToken: string | null
}

type Given = {
  readonly session: string | null
  readonly token: string | null
  /** False for what a page asks by itself while nobody is at it: that is no use of the session. */
  readonly attended?: boolean
}

/** Who this secret of a session, or this token, stands for; null if it is good for nothing (any more). */
export async function authenticate(ground: IdentityGround, given: Given): Promise<Caller | null> {
  if (given.token !== null) return byToken(ground, given.token)
  return given.session === null ? null : bySession(ground, given.session, given.attended ?? true)
}

async function bySession(ground: IdentityGround, secret: string, attended: boolean): Promise<Caller | null> {
  const session = await sessionBySecret(ground, secret, attended)
  const person = session && (await activePerson(ground, session.personId))
  if (!session || !person) return null
  const complete = session.state === 'signed-in'
  return {
    actor: Object.freeze({
      name: `person:${person.username}`,
      breakGlass: false,
      // Who has not finished signing in may do nothing yet.
      roles: complete ? await rolesOf(ground.database, person.personId) : new Map(),
    }),
    person,
    state: session.state,
    session,
    token: null,
    csrfToken: csrfTokenOf(secret),
  }
}

async function byToken(ground: IdentityGround, text: string): Promise<Caller | null> {
  const token = await tokenByText(ground, text)
  const person = token && (await activePerson(ground, token.personId))
  if (!token || !person) return null
  return {
    actor: Object.freeze({
      name: `person:${person.username}/token-${token.tokenId}`,
      breakGlass: false,
      roles: await tokenRoles(ground.database, token),
    }),
    person,
    state: 'signed-in',
    session: null,
    token,
    csrfToken: null,
  }
}

/** A person as an actor, for what the program does in a named person's name: the demonstration's own set-up. */
export async function actorOfPerson(ground: IdentityGround, person: Person): Promise<Actor> {
  return Object.freeze({
    name: `person:${person.username}`,
    breakGlass: false,
    roles: await rolesOf(ground.database, person.personId),
  })
}

async function activePerson(ground: IdentityGround, personId: number): Promise<Person | null> {
  const [row] = await ground.database.query<PersonRow>(
    `select ${PERSON_COLUMNS} from person p where p.person_id = $1 and p.status = 'active'`,
    [personId],
    'active-person',
  )
  return row ? personOf(row) : null
}
