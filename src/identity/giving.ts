/**
 * What a token may give. Whoever signed in with Role Management can give any role, themselves included; a token of
 * theirs gives no role that it does not have itself, for every mailbox, so that it never becomes worth more than it is.
 */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { type Actor, personBehind, type Role } from './role.ts'

const isToken = ({ name }: Pick<Actor, 'name'>): boolean => personBehind(name) !== name

/** SESSION_NEEDED for a token that would give one of these roles without having it. */
export function checkGiving(actor: Actor, roles: readonly Role[]): void {
  if (!isToken(actor)) return
  const missing = roles.find(role => actor.roles?.get(role) !== null)
  if (missing)
    throw new HoldfastError(
      'SESSION_NEEDED',
      `a token cannot give the role "${missing}", which it does not have`,
    )
}

/** SESSION_NEEDED for a token that would open the way to a person who has a role that the token lacks. */
export async function checkOpening(sql: Sql, actor: Actor, personId: number): Promise<void> {
  if (!isToken(actor)) return
  const rows = await sql.query<{ role: Role }>(
    `select distinct unnest(g.roles) as role from role_group_member m join role_group g using (role_group_id)
     where m.person_id = $1`,
    [personId],
  )
  checkGiving(
    actor,
    rows.map(({ role }) => role),
  )
}
