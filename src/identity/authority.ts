/**
 * What a person may do now: the roles of all their groups, each with the mailboxes it reaches. Asked for at every
 * call and every command, so that a role taken away is gone at once; held in memory behind two counters, one of what
 * the groups give and one of the directory, which a limit by attribute depends on.
 */
import type { Sql } from '../database/database.ts'
import { type MailboxLimit, resolveLimit } from './mailbox-limit.ts'
import { type MailboxScope, ROLES, type Role } from './role.ts'

type Held = { version: string; readonly roles: Map<number, ReadonlyMap<Role, MailboxScope>> }

const NOTHING: ReadonlyMap<Role, MailboxScope> = new Map()
const held = new WeakMap<Sql, Held>()

/** The roles that a person holds. The caller has seen that the person is active. */
export async function rolesOf(sql: Sql, personId: number): Promise<ReadonlyMap<Role, MailboxScope>> {
  // The versions first: what changes in between is then read again next time, never missed.
  const [row] = await sql.query<{ version: string }>(
    `select i.version || '/' || d.version as version from identity_version i, directory_version d`,
    [],
    'authority-version',
  )
  const version = row?.version ?? ''
  let memory = held.get(sql)
  if (memory?.version !== version) {
    memory = { version, roles: new Map() }
    held.set(sql, memory)
  }
  const known = memory.roles.get(personId)
  if (known) return known
  const roles = await readRoles(sql, personId)
  memory.roles.set(personId, roles)
  return roles
}

async function readRoles(sql: Sql, personId: number): Promise<ReadonlyMap<Role, MailboxScope>> {
  const groups = await sql.query<{ roles: string[]; mailbox_limit: MailboxLimit | null }>(
    `select g.roles, g.mailbox_limit from role_group_member m join role_group g using (role_group_id)
     where m.person_id = $1 order by g.role_group_id`,
    [personId],
  )
  if (groups.length === 0) return NOTHING
  const scopes = new Map<Role, Set<number> | null>()
  for (const group of groups) {
    const reached = group.mailbox_limit === null ? null : await resolveLimit(sql, group.mailbox_limit)
    for (const name of group.roles) {
      if (!Object.hasOwn(ROLES, name)) continue
      const role = name as Role
      const before = scopes.get(role)
      // A role that one group gives for every mailbox is not narrowed by another.
      if (reached === null || before === null) scopes.set(role, null)
      else scopes.set(role, new Set([...(before ?? []), ...reached]))
    }
  }
  return new Map(
    [...scopes].map(([role, reached]) => [
      role,
      reached === null ? null : Object.freeze([...reached].sort((a, b) => a - b)),
    ]),
  )
}
