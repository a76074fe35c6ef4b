/**
 * Role groups: roles gathered under a name, the persons who have them, and the mailboxes they reach. As in Exchange
 * and Purview, a person holds a role only through a group. Built-in groups keep their name and cannot be removed;
 * their roles and members can be changed like any other's.
 */
import { appendEntry } from '../audit/audit.ts'
import { isUniqueViolation, type Sql, storableText, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { IdentityGround } from './base.ts'
import { checkGiving } from './giving.ts'
import { checkLimit, type MailboxLimit } from './mailbox-limit.ts'
import { checkRevision } from './person.ts'
import { type Actor, ROLES, type Role, requireRole } from './role.ts'
import { keepRoleManager, takeTurn } from './role-keeper.ts'

export type RoleGroup = {
  readonly roleGroupId: number
  readonly name: string
  readonly description: string
  readonly builtIn: boolean
  readonly roles: readonly Role[]
  /** Null: every mailbox. */
  readonly limit: MailboxLimit | null
  readonly members: number
  readonly revision: number
}

type RoleGroupMember = {
  readonly personId: number
  readonly username: string
  readonly displayName: string
  readonly status: 'active' | 'disabled'
  /** `oidc`: by a group of the sign-in provider. */
  readonly source: 'manual' | 'oidc'
  readonly addedAt: Date
}

type RoleGroupChange = {
  readonly name?: string
  readonly description?: string
  readonly roles?: readonly Role[]
  readonly limit?: MailboxLimit | null
}

type Row = {
  role_group_id: number
  name: string
  description: string
  built_in: boolean
  roles: Role[]
  mailbox_limit: MailboxLimit | null
  members: number
  revision: number
}

const COLUMNS = `g.role_group_id, g.name, g.description, g.built_in, g.roles, g.mailbox_limit, g.revision,
  (select count(*) from role_group_member m where m.role_group_id = g.role_group_id) as members`

const groupOf = (row: Row): RoleGroup => ({
  roleGroupId: row.role_group_id,
  name: row.name,
  description: row.description,
  builtIn: row.built_in,
  roles: row.roles,
  limit: row.mailbox_limit,
  members: row.members,
  revision: row.revision,
})

/** All role groups, built-in ones first. */
export async function listRoleGroups(ground: IdentityGround, actor: Actor): Promise<RoleGroup[]> {
  requireRole(actor, 'Role Management')
  const rows = await ground.database.query<Row>(
    `select ${COLUMNS} from role_group g order by not g.built_in, lower(g.name)`,
  )
  return rows.map(groupOf)
}

/** ROLE_GROUP_UNKNOWN if there is none. */
export async function getRoleGroup(
  ground: IdentityGround,
  actor: Actor,
  roleGroupId: number,
): Promise<RoleGroup> {
  requireRole(actor, 'Role Management')
  return groupOf(await rowOf(ground.database, roleGroupId))
}

/** The group with this name, whatever its case; ROLE_GROUP_UNKNOWN if there is none. */
export async function findRoleGroup(ground: IdentityGround, actor: Actor, name: string): Promise<RoleGroup> {
  requireRole(actor, 'Role Management')
  const [row] = await ground.database.query<Row>(
    `select ${COLUMNS} from role_group g where lower(g.name) = lower($1)`,
    [name.trim()],
  )
  if (!row) throw new HoldfastError('ROLE_GROUP_UNKNOWN', 'no role group has this name')
  return groupOf(row)
}

async function rowOf(sql: Sql, roleGroupId: number): Promise<Row> {
  const [row] = await sql.query<Row>(
    `select ${COLUMNS} from role_group g where g.role_group_id = $1::bigint`,
    [roleGroupId],
  )
  if (!row) throw new HoldfastError('ROLE_GROUP_UNKNOWN', `there is no role group ${roleGroupId}`)
  return row
}

export async function addRoleGroup(
  ground: IdentityGround,
  actor: Actor,
  wanted: RoleGroupChange & { readonly name: string },
): Promise<RoleGroup> {
  requireRole(actor, 'Role Management')
  return ground.database.transaction(async tx => {
    const kept = await checkGroup(tx, {
      name: wanted.name,
      description: wanted.description ?? '',
      roles: wanted.roles ?? [],
      limit: wanted.limit ?? null,
    })
    await takeTurn(tx)
    const [row] = await tx
      .query<{ role_group_id: number }>(
        `insert into role_group (name, description, roles, mailbox_limit, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6) returning role_group_id`,
        [kept.name, kept.description, kept.roles, json(kept.limit), actor.name, new Date(ground.clock.now())],
      )
      .catch(nameTaken)
    return recorded(tx, ground, actor, 'role-group.add', row!.role_group_id)
  })
}

/** Changes what is given. `revision` is what the caller has seen, null for whatever it is: else REVISION_STALE. */
export async function editRoleGroup(
  ground: IdentityGround,
  actor: Actor,
  roleGroupId: number,
  change: RoleGroupChange,
  revision: number | null = null,
): Promise<RoleGroup> {
  requireRole(actor, 'Role Management')
  return ground.database.transaction(async tx => {
    const keeping = await keepRoleManager(tx)
    const before = groupOf(await rowOf(tx, roleGroupId))
    checkRevision(before.revision, revision)
    const kept = await checkGroup(tx, {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      roles: change.roles ?? before.roles,
      limit: change.limit === undefined ? before.limit : change.limit,
    })
    // A limit that changes may reach further for each of the roles.
    const limitKept = JSON.stringify(kept.limit) === JSON.stringify(before.limit)
    checkGiving(actor, limitKept ? kept.roles.filter(role => !before.roles.includes(role)) : kept.roles)
    if (before.builtIn && kept.name !== before.name)
      throw new HoldfastError('ROLE_GROUP_INVALID', 'a built-in role group keeps its name')
    await tx
      .execute(
        `update role_group set name = $2, description = $3, roles = $4, mailbox_limit = $5, revision = revision + 1
         where role_group_id = $1`,
        [roleGroupId, kept.name, kept.description, kept.roles, json(kept.limit)],
      )
      .catch(nameTaken)
    await keeping.check()
    return recorded(tx, ground, actor, 'role-group.edit', roleGroupId, {
      added: kept.roles.filter(role => !before.roles.includes(role)),
      removed: before.roles.filter(role => !kept.roles.includes(role)),
    })
  })
}

/** Removes a group; its members lose what it gave them at once. */
export async function removeRoleGroup(
  ground: IdentityGround,
  actor: Actor,
  roleGroupId: number,
  revision: number | null = null,
): Promise<void> {
  requireRole(actor, 'Role Management')
  await ground.database.transaction(async tx => {
    const keeping = await keepRoleManager(tx)
    const before = await rowOf(tx, roleGroupId)
    checkRevision(before.revision, revision)
    if (before.built_in)
      throw new HoldfastError('ROLE_GROUP_INVALID', 'a built-in role group cannot be removed')
    await tx.execute('delete from role_group where role_group_id = $1', [roleGroupId])
    await keeping.check()
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'role-group.remove',
      subject: `role-group:${roleGroupId}`,
      detail: { name: before.name, roles: before.roles, members: before.members },
    })
  })
}

/** A group's members by their user names; `after` is the last name of the page before. */
export async function listMembers(
  ground: IdentityGround,
  actor: Actor,
  roleGroupId: number,
  options: { readonly after?: string; readonly limit?: number } = {},
): Promise<RoleGroupMember[]> {
  requireRole(actor, 'Role Management')
  await rowOf(ground.database, roleGroupId)
  return ground.database.query<RoleGroupMember>(
    `select p.person_id as "personId", p.username, p.display_name as "displayName", p.status, m.source,
       m.added_at as "addedAt"
     from role_group_member m join person p using (person_id)
     where m.role_group_id = $1 and p.username > $2 order by p.username limit $3`,
    [roleGroupId, options.after ?? '', options.limit ?? 100],
  )
}

/** Adds a member; one who is in already stays. */
export async function addMember(
  ground: IdentityGround,
  actor: Actor,
  roleGroupId: number,
  personId: number,
): Promise<void> {
  requireRole(actor, 'Role Management')
  await ground.database.transaction(async tx => {
    await takeTurn(tx)
    checkGiving(actor, (await rowOf(tx, roleGroupId)).roles)
    await insertMember(tx, ground, actor, roleGroupId, personId)
  })
}

/** `addMember` in the caller's transaction, with its rule checked there. */
export async function insertMember(
  tx: Transaction,
  ground: IdentityGround,
  actor: Pick<Actor, 'name'>,
  roleGroupId: number,
  personId: number,
  source: RoleGroupMember['source'] = 'manual',
): Promise<void> {
  const person = await tx.query('select from person where person_id = $1::bigint', [personId])
  if (person.length === 0) throw new HoldfastError('PERSON_UNKNOWN', `there is no person ${personId}`)
  const added = await tx.execute(
    `insert into role_group_member (role_group_id, person_id, source, added_by, added_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [roleGroupId, personId, source, actor.name, new Date(ground.clock.now())],
  )
  if (added === 0) return
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'role-group.add-member',
    subject: `role-group:${roleGroupId}`,
    detail: { personId, source },
  })
}

/** Takes a member out; who is not in stays out. ROLE_MANAGER_LAST if nobody could give roles any more. */
export async function removeMember(
  ground: IdentityGround,
  actor: Actor,
  roleGroupId: number,
  personId: number,
): Promise<void> {
  requireRole(actor, 'Role Management')
  await ground.database.transaction(async tx => {
    const keeping = await keepRoleManager(tx)
    await rowOf(tx, roleGroupId)
    await deleteMember(tx, ground, actor, roleGroupId, personId)
    await keeping.check()
  })
}

/** `removeMember` in the caller's transaction, with its rules checked there. */
export async function deleteMember(
  tx: Transaction,
  ground: IdentityGround,
  actor: Pick<Actor, 'name'>,
  roleGroupId: number,
  personId: number,
): Promise<void> {
  const removed = await tx.execute(
    'delete from role_group_member where role_group_id = $1 and person_id = $2::bigint',
    [roleGroupId, personId],
  )
  if (removed === 0) return
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'role-group.remove-member',
    subject: `role-group:${roleGroupId}`,
    detail: { personId },
  })
}

type Kept = { name: string; description: string; roles: readonly Role[]; limit: MailboxLimit | null }

async function checkGroup(tx: Sql, wanted: Kept): Promise<Kept> {
  const name = storableText(wanted.name.normalize('NFC').trim())
  const description = storableText(wanted.description.trim())
  if (name === '' || name.length > 100 || /\p{Cc}/u.test(name) || description.length > 500)
    throw new HoldfastError('ROLE_GROUP_INVALID', 'a name has 1 to 100 characters, a description 500 at most')
  const roles = (Object.keys(ROLES) as Role[]).filter(role => wanted.roles.includes(role))
  if (roles.length !== new Set(wanted.roles).size)
    throw new HoldfastError('ROLE_GROUP_INVALID', 'there is no such role')
  if (wanted.limit === null) return { name, description, roles, limit: null }
  const whole = roles.filter(role => !ROLES[role].limitable)
  if (whole.length > 0)
    throw new HoldfastError(
      'ROLE_GROUP_INVALID',
      `a group with ${whole.map(role => `"${role}"`).join(' and ')} cannot be limited to mailboxes`,
    )
  return { name, description, roles, limit: await checkLimit(tx, wanted.limit) }
}

const json = (limit: MailboxLimit | null): string | null => (limit === null ? null : JSON.stringify(limit))

function nameTaken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error
  throw new HoldfastError('ROLE_GROUP_EXISTS', 'a role group has this name')
}

async function recorded(
  tx: Transaction,
  ground: IdentityGround,
  actor: Actor,
  act: string,
  roleGroupId: number,
  detail: Record<string, unknown> = {},
): Promise<RoleGroup> {
  const group = groupOf(await rowOf(tx, roleGroupId))
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject: `role-group:${roleGroupId}`,
    detail: {
      name: group.name,
      roles: group.roles,
      limited: group.limit !== null,
      ...(group.limit ? { mailboxes: group.limit.mailboxes.length } : {}),
      ...detail,
    },
    ...(group.limit ? { sealed: { limit: group.limit } } : {}),
  })
  return group
}
