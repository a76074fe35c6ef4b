/** Role groups: roles, members, and the mailboxes that they are limited to. */
import { z } from 'zod'
import { listMailboxes } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import {
  addMember,
  addRoleGroup,
  editRoleGroup,
  getRoleGroup,
  listAttributes,
  listedMailboxes,
  listMembers,
  listRoleGroups,
  previewLimit,
  ROLES,
  type Role,
  type RoleGroup,
  removeMember,
  removeRoleGroup,
} from '../identity/identity.ts'
import { consoleActs } from '../upkeep/upkeep.ts'
import { KnownRole } from './account.ts'
import { route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const MailboxName = z
  .object({ mailboxId: z.number().int(), displayName: z.string(), address: z.string() })
  .meta({ id: 'MailboxName' })

const Condition = z.object({
  attribute: z.string().min(1).max(200),
  values: z.array(z.string().min(1).max(500)).min(1).max(200),
})

const Limit = z
  .object({
    mailboxes: z.array(z.number().int()).max(10_000),
    conditions: z.array(Condition).max(20).describe('A mailbox is reached if it meets all of them.'),
  })
  .strict()
  .meta({ id: 'MailboxLimit' })

const RoleGroupView = z
  .object({
    roleGroupId: z.number().int(),
    name: z.string(),
    description: z.string(),
    builtIn: z.boolean(),
    roles: z.array(KnownRole),
    members: z.number().int(),
    limit: z
      .object({ mailboxes: z.array(MailboxName), conditions: z.array(Condition) })
      .nullable()
      .describe('Null: every mailbox.'),
    reached: z
      .number()
      .int()
      .nullable()
      .describe('How many mailboxes a limit reaches now; null without one.'),
    revision: z.number().int(),
  })
  .meta({ id: 'RoleGroup' })

const Member = z
  .object({
    personId: z.number().int(),
    username: z.string(),
    displayName: z.string(),
    status: z.enum(['active', 'disabled']),
    source: z.enum(['manual', 'oidc']).describe("`oidc`: by a group of the organisation's sign-in."),
    addedAt: Time,
  })
  .meta({ id: 'RoleGroupMember' })

const Id = z.coerce.number().int().min(1).max(2_147_483_647)
const GroupId = z.object({ roleGroupId: Id })
const MemberId = z.object({ roleGroupId: Id, personId: Id })
const MANAGE = ['Role Management'] as const
const BREAK_GLASS_SPAN = 30 * 24 * 3_600_000

export const permissionRoutes = [
  route({
    method: 'get',
    path: '/roles',
    id: 'listRoles',
    tag: 'Permissions',
    summary: 'Every role, whether it can be limited to mailboxes, and the role groups that have it',
    access: MANAGE,
    answer: z.object({
      rows: z.array(
        z
          .object({
            role: KnownRole,
            limitable: z.boolean(),
            roleGroups: z.array(z.object({ roleGroupId: z.number().int(), name: z.string() })),
          })
          .meta({ id: 'RoleInGroups' }),
      ),
    }),
    work: async ({ ground, actor }) => {
      const groups = await listRoleGroups(ground, actor)
      return {
        rows: (Object.keys(ROLES) as Role[]).map(role => ({
          role,
          limitable: ROLES[role].limitable,
          roleGroups: groups.filter(group => group.roles.includes(role)),
        })),
      }
    },
  }),
  route({
    method: 'get',
    path: '/role-groups',
    id: 'listRoleGroups',
    tag: 'Permissions',
    summary: 'All role groups, built-in ones first',
    access: MANAGE,
    answer: z.object({ rows: z.array(RoleGroupView) }),
    work: async ({ ground, actor }) => {
      const groups = await listRoleGroups(ground, actor)
      return { rows: await Promise.all(groups.map(group => viewOf(ground, group))) }
    },
  }),
  route({
    method: 'post',
    path: '/role-groups',
    id: 'addRoleGroup',
    tag: 'Permissions',
    summary: 'Add a role group',
    access: MANAGE,
    body: z
      .object({
        name: z.string().min(1).max(100),
        description: z.string().max(500).default(''),
        roles: z.array(KnownRole).max(50).default([]),
        limit: Limit.nullable().default(null),
      })
      .strict(),
    answer: RoleGroupView,
    work: async ({ ground, actor, body }) => viewOf(ground, await addRoleGroup(ground, actor, body)),
  }),
  route({
    method: 'get',
    path: '/role-groups/{roleGroupId}',
    id: 'getRoleGroup',
    tag: 'Permissions',
    summary: 'One role group',
    access: MANAGE,
    params: GroupId,
    answer: RoleGroupView,
    revised: true,
    work: async ({ ground, actor, params }) =>
      viewOf(ground, await getRoleGroup(ground, actor, params.roleGroupId)),
  }),
  route({
    method: 'patch',
    path: '/role-groups/{roleGroupId}',
    id: 'editRoleGroup',
    tag: 'Permissions',
    summary: 'Change a role group: it holds for every member at their next call',
    access: MANAGE,
    params: GroupId,
    revised: true,
    body: z
      .object({
        name: z.string().min(1).max(100).optional(),
        description: z.string().max(500).optional(),
        roles: z.array(KnownRole).max(50).optional(),
        limit: Limit.nullable().optional().describe('Null takes the limit off.'),
      })
      .strict(),
    answer: RoleGroupView,
    work: async ({ ground, actor, params, body, revision }) => {
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      return viewOf(ground, await editRoleGroup(ground, actor, params.roleGroupId, change, revision))
    },
  }),
  route({
    method: 'delete',
    path: '/role-groups/{roleGroupId}',
    id: 'removeRoleGroup',
    tag: 'Permissions',
    summary: 'Remove a role group; its members lose what it gave them',
    access: MANAGE,
    params: GroupId,
    revised: true,
    work: async ({ ground, actor, params, revision }) => {
      await removeRoleGroup(ground, actor, params.roleGroupId, revision)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/role-groups/{roleGroupId}/members',
    id: 'listMembers',
    tag: 'Permissions',
    summary: 'Members of a role group by user name',
    access: MANAGE,
    params: GroupId,
    query: PageQuery,
    answer: pageOf(Member),
    work: async ({ ground, actor, params, query }) => {
      const found = await listMembers(ground, actor, params.roleGroupId, {
        ...(query.after === undefined ? {} : { after: query.after }),
        limit: query.limit + 1,
      })
      const rows = found.slice(0, query.limit)
      return { rows, next: found.length > query.limit ? (rows.at(-1)?.username ?? null) : null }
    },
  }),
  route({
    method: 'put',
    path: '/role-groups/{roleGroupId}/members/{personId}',
    id: 'addMember',
    tag: 'Permissions',
    summary: 'Make a person a member of a role group',
    access: MANAGE,
    params: MemberId,
    work: async ({ ground, actor, params }) => {
      await addMember(ground, actor, params.roleGroupId, params.personId)
      return undefined
    },
  }),
  route({
    method: 'delete',
    path: '/role-groups/{roleGroupId}/members/{personId}',
    id: 'removeMember',
    tag: 'Permissions',
    summary: 'Take a person out of a role group',
    access: MANAGE,
    params: MemberId,
    work: async ({ ground, actor, params }) => {
      await removeMember(ground, actor, params.roleGroupId, params.personId)
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/mailbox-limits/preview',
    id: 'previewMailboxLimit',
    tag: 'Permissions',
    summary: 'How many mailboxes a limit would reach, and the first of them',
    access: MANAGE,
    body: Limit,
    answer: z
      .object({ reached: z.number().int(), total: z.number().int(), sample: z.array(MailboxName) })
      .meta({ id: 'LimitPreview' }),
    work: ({ ground, body }) => previewLimit(ground.database, body),
  }),
  route({
    method: 'get',
    path: '/mailbox-limits/attributes',
    id: 'listDirectoryAttributes',
    tag: 'Permissions',
    summary: 'The attributes of the directory with their values, for limits',
    access: MANAGE,
    answer: z.object({
      rows: z.array(
        z
          .object({
            attribute: z.string(),
            values: z.array(z.object({ value: z.string(), mailboxes: z.number().int() })),
          })
          .meta({ id: 'DirectoryAttribute' }),
      ),
    }),
    work: async ({ ground }) => ({ rows: await listAttributes(ground.database) }),
  }),
  route({
    method: 'post',
    path: '/mailbox-limits/mailboxes',
    id: 'findLimitMailboxes',
    tag: 'Permissions',
    summary: 'Mailboxes by name or address, for limits',
    access: MANAGE,
    reads: true,
    body: z
      .object({
        containing: z.string().max(200).default('').describe('In addresses, names and attributes.'),
        limit: z.number().int().min(1).max(50).default(30),
      })
      .strict(),
    answer: z.object({ rows: z.array(MailboxName) }),
    work: async ({ ground, body }) => ({ rows: await listMailboxes(ground.database, body) }),
  }),
  route({
    method: 'get',
    path: '/break-glass',
    id: 'listBreakGlass',
    tag: 'Permissions',
    summary: 'Who acted on the console without a sign-in in the last 30 days, and how often',
    access: ['Role Management', 'Audit Logs'],
    answer: z.object({
      since: Time,
      rows: z.array(
        z
          .object({ actor: z.string(), acts: z.number().int(), firstAt: Time, lastAt: Time })
          .meta({ id: 'BreakGlass' }),
      ),
    }),
    work: async ({ ground }) => {
      const since = new Date(ground.clock.now() - BREAK_GLASS_SPAN)
      return { since, rows: await consoleActs(ground.database, since) }
    },
  }),
] as const

async function viewOf(ground: Ground, group: RoleGroup) {
  if (group.limit === null) return { ...group, limit: null, reached: null }
  const [mailboxes, { reached }] = await Promise.all([
    listedMailboxes(ground.database, group.limit),
    previewLimit(ground.database, group.limit, 0),
  ])
  return { ...group, limit: { mailboxes, conditions: group.limit.conditions }, reached }
}
