/** Adaptive scopes: mailboxes by what the directory says of them. Names and conditions are in bodies and answers alone. */
import { z } from 'zod'
import {
  changeScope,
  createScope,
  listMembers,
  listScopeAttributes,
  listScopes,
  previewScope,
  removeScope,
  SCOPE_OPERATORS,
  type ScopeCondition,
  showScope,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, present, Time } from './schema.ts'

const RETENTION = ['Retention Management'] as const

const words = { name: z.string().max(1_000), description: z.string().max(10_000) }

const Condition: z.ZodType<ScopeCondition, ScopeCondition> = z
  .union([
    z.strictObject({
      type: z.enum(['and', 'or']),
      get of() {
        return z.array(Condition).max(50)
      },
    }),
    z.strictObject({
      type: z.literal('not'),
      get of() {
        return Condition
      },
    }),
    z.strictObject({
      type: z.literal('attribute'),
      attribute: z.string().max(1_000),
      operator: z.enum(SCOPE_OPERATORS),
      values: z.array(z.string().max(1_000)).max(200),
    }),
  ])
  .meta({ id: 'ScopeCondition' })

const given = {
  condition: Condition.optional(),
  query: z.string().max(10_000).optional().describe('The condition as text, in its place.'),
}

const Scope = z
  .object({
    scopeId: z.number().int(),
    name: words.name,
    description: words.description,
    condition: Condition,
    query: z.string().describe('The condition as text.'),
    members: z.number().int(),
    policies: z.number().int().describe('That go by it, those that are off too.'),
    createdBy: z.string(),
    createdAt: Time,
    revision: z.number().int(),
  })
  .meta({ id: 'AdaptiveScope' })

const Member = z
  .object({
    mailboxId: z.number().int(),
    address: z.string(),
    displayName: z.string(),
    inactive: z.boolean(),
  })
  .meta({ id: 'AdaptiveScopeMember' })

const ScopeId = z.object({ scopeId: z.coerce.number().int().min(1) })

export const adaptiveScopeRoutes = [
  route({
    method: 'get',
    path: '/retention/attributes',
    id: 'listScopeAttributes',
    tag: 'Retention',
    summary: 'The attributes that the directory has, with their values',
    access: RETENTION,
    answer: z.object({
      rows: z.array(
        z.object({
          attribute: z.string(),
          values: z.array(z.object({ value: z.string(), mailboxes: z.number().int() })),
        }),
      ),
    }),
    work: async ({ ground, actor }) => ({ rows: await listScopeAttributes(ground, actor) }),
  }),
  route({
    method: 'get',
    path: '/retention/scopes',
    id: 'listAdaptiveScopes',
    tag: 'Retention',
    summary: 'Adaptive scopes, newest first',
    access: RETENTION,
    reads: true,
    query: PageQuery.strict(),
    answer: pageOf(Scope),
    work: async ({ ground, actor, query }) => {
      const { scopes, next, total } = await listScopes(ground, actor, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: scopes, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/retention/scopes',
    id: 'createAdaptiveScope',
    tag: 'Retention',
    summary: 'Make an adaptive scope: the mailboxes of which the directory says so',
    access: RETENTION,
    body: z.object({ name: words.name, description: words.description.default(''), ...given }).strict(),
    answer: Scope,
    work: ({ ground, actor, body: { name, description, ...rest } }) =>
      createScope(ground, actor, { name, description, ...present(rest) }),
  }),
  route({
    method: 'post',
    path: '/retention/scopes/preview',
    id: 'previewAdaptiveScope',
    tag: 'Retention',
    summary: 'Who would meet a condition',
    access: RETENTION,
    reads: true,
    body: z.object(given).strict(),
    answer: z.object({
      condition: Condition,
      query: z.string(),
      members: z.number().int(),
      total: z.number().int().describe('Mailboxes in all.'),
      sample: z.array(Member).describe('The first fifty, by address.'),
    }),
    work: ({ ground, actor, body }) => previewScope(ground, actor, present(body)),
  }),
  route({
    method: 'get',
    path: '/retention/scopes/{scopeId}',
    id: 'showAdaptiveScope',
    tag: 'Retention',
    summary: 'An adaptive scope',
    access: RETENTION,
    reads: true,
    revised: true,
    params: ScopeId,
    answer: Scope,
    work: ({ ground, actor, params }) => showScope(ground, actor, params.scopeId),
  }),
  route({
    method: 'patch',
    path: '/retention/scopes/{scopeId}',
    id: 'changeAdaptiveScope',
    tag: 'Retention',
    summary: 'Change an adaptive scope; those who join or leave are decided on anew',
    access: RETENTION,
    revised: true,
    params: ScopeId,
    body: z
      .object({ name: words.name.optional(), description: words.description.optional(), ...given })
      .strict(),
    answer: Scope,
    work: ({ ground, queue, actor, params, body, revision }) =>
      changeScope(ground, queue, actor, params.scopeId, present(body), revision),
  }),
  route({
    method: 'delete',
    path: '/retention/scopes/{scopeId}',
    id: 'removeAdaptiveScope',
    tag: 'Retention',
    summary: 'Remove an adaptive scope that no policy goes by',
    access: RETENTION,
    revised: true,
    params: ScopeId,
    answer: z.object({}),
    work: async ({ ground, actor, params, revision }) => {
      await removeScope(ground, actor, params.scopeId, revision)
      return {}
    },
  }),
  route({
    method: 'get',
    path: '/retention/scopes/{scopeId}/members',
    id: 'listAdaptiveScopeMembers',
    tag: 'Retention',
    summary: 'Who meets an adaptive scope now, by address',
    access: RETENTION,
    reads: true,
    params: ScopeId,
    query: PageQuery.strict(),
    answer: pageOf(Member),
    work: async ({ ground, actor, params, query }) => {
      const { members, next, total } = await listMembers(ground, actor, params.scopeId, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: members, next: next === null ? null : String(next), total }
    },
  }),
] as const
