/** The first person of an archive: an administrator whose generated password is shown once and must be changed. */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { IdentityGround } from './base.ts'
import { insertPerson } from './person.ts'
import type { Actor } from './role.ts'
import { insertMember } from './role-group.ts'
import { takeTurn } from './role-keeper.ts'

const USERNAME = 'administrator'
const GROUP = 'Organization Management'

/** Makes the built-in role groups that are not there yet; part of creating an archive, and of restoring an old one. */
export async function ensureRoleGroups(tx: Sql, now: number): Promise<void> {
  await tx.query('select ensure_role_groups($1)', [new Date(now)])
}

/**
 * Makes the first administrator, a member of Organization Management, if there is no person yet.
 * @returns user name and password; null if there is somebody already
 */
export async function addFirstAdministrator(
  ground: IdentityGround,
  actor: Actor,
): Promise<{ username: string; password: string } | null> {
  return ground.database.transaction(async tx => {
    // Whoever starts at the same time waits here, and then finds somebody.
    await takeTurn(tx)
    if ((await tx.query('select from person limit 1')).length > 0) return null
    const [group] = await tx.query<{ role_group_id: number }>(
      'select role_group_id from role_group where built_in and name = $1',
      [GROUP],
    )
    if (!group) throw new HoldfastError('INTERNAL', `the archive lacks the role group ${GROUP}`)
    const { person, password } = await insertPerson(tx, ground, actor, {
      username: USERNAME,
      displayName: 'Administrator',
    })
    await insertMember(tx, ground, actor, group.role_group_id, person.personId)
    return { username: person.username, password: password! }
  })
}
