/** Persons: who may sign in, as whoever manages roles sees and changes them. */
import { z } from 'zod'
import { addPerson, editPerson, getListedPerson, listPersons, resetPassword } from '../identity/identity.ts'
import { route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const PersonView = z
  .object({
    personId: z.number().int(),
    username: z.string(),
    displayName: z.string(),
    email: z.string(),
    language: z.enum(['en', 'sv']),
    status: z.enum(['active', 'disabled']),
    hasPassword: z.boolean(),
    mustChangePassword: z.boolean(),
    secondFactor: z.boolean(),
    oidcAllowed: z
      .boolean()
      .describe("Whether the organisation's sign-in may bind this person the first time."),
    oidcBound: z.boolean(),
    lastSignInAt: Time.nullable(),
    lockedUntil: Time.nullable().describe('Until when wrong attempts keep the person out.'),
    createdAt: Time,
    roleGroups: z.array(z.object({ roleGroupId: z.number().int(), name: z.string() })),
    revision: z.number().int(),
  })
  .meta({ id: 'Person' })

const PersonId = z.object({ personId: z.coerce.number().int().min(1).max(2_147_483_647) })
const Language = z.enum(['en', 'sv'])
const MANAGE = ['Role Management'] as const

export const personRoutes = [
  route({
    method: 'get',
    path: '/persons',
    id: 'listPersons',
    tag: 'Permissions',
    summary: 'Persons by user name',
    access: MANAGE,
    query: PageQuery.extend({
      containing: z.string().max(200).optional().describe('Only user names and names that contain this.'),
    }),
    answer: pageOf(PersonView),
    work: async ({ ground, actor, query }) => {
      const found = await listPersons(ground, actor, {
        ...(query.after === undefined ? {} : { after: query.after }),
        ...(query.containing === undefined ? {} : { containing: query.containing }),
        limit: query.limit + 1,
      })
      const rows = found.slice(0, query.limit)
      return { rows, next: found.length > query.limit ? (rows.at(-1)?.username ?? null) : null }
    },
  }),
  route({
    method: 'post',
    path: '/persons',
    id: 'addPerson',
    tag: 'Permissions',
    summary: 'Add a person; the generated password is shown this once',
    access: MANAGE,
    body: z
      .object({
        username: z.string().min(1).max(200),
        displayName: z.string().min(1).max(200),
        email: z.string().max(254).default(''),
        language: Language.default('en'),
        signIn: z
          .enum(['password', 'oidc', 'both'])
          .default('password')
          .describe("With a password, the organisation's sign-in, or either."),
      })
      .strict(),
    answer: z.object({ person: PersonView, password: z.string().nullable() }).meta({ id: 'NewPerson' }),
    work: async ({ ground, actor, body }) => {
      const { signIn, ...names } = body
      const { person, password } = await addPerson(ground, actor, {
        ...names,
        oidcAllowed: signIn !== 'password',
        ...(signIn === 'oidc' ? { password: null } : {}),
      })
      return { person: await getListedPerson(ground, actor, person.personId), password }
    },
  }),
  route({
    method: 'get',
    path: '/persons/{personId}',
    id: 'getPerson',
    tag: 'Permissions',
    summary: 'One person',
    access: MANAGE,
    params: PersonId,
    answer: PersonView,
    revised: true,
    work: ({ ground, actor, params }) => getListedPerson(ground, actor, params.personId),
  }),
  route({
    method: 'patch',
    path: '/persons/{personId}',
    id: 'editPerson',
    tag: 'Permissions',
    summary: 'Change a person; disabling ends every session at once',
    access: MANAGE,
    params: PersonId,
    revised: true,
    body: z
      .object({
        displayName: z.string().min(1).max(200).optional(),
        email: z.string().max(254).optional(),
        language: Language.optional(),
        status: z.enum(['active', 'disabled']).optional(),
        oidcAllowed: z.boolean().optional(),
        oidcUnbind: z
          .boolean()
          .optional()
          .describe("Forget who the person is at the organisation's sign-in."),
      })
      .strict(),
    answer: PersonView,
    work: async ({ ground, actor, params, body, revision }) => {
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      await editPerson(ground, actor, params.personId, change, revision)
      return getListedPerson(ground, actor, params.personId)
    },
  }),
  route({
    method: 'post',
    path: '/persons/{personId}/password',
    id: 'resetPassword',
    tag: 'Permissions',
    summary: 'Give a person a new password, which is shown this once; every session of theirs ends',
    access: MANAGE,
    params: PersonId,
    body: z
      .object({ secondFactorToo: z.boolean().default(false).describe('Take the second factor off as well.') })
      .strict(),
    answer: z.object({ password: z.string() }).meta({ id: 'NewPassword' }),
    work: async ({ ground, actor, params, body }) => ({
      password: await resetPassword(ground, actor, params.personId, body),
    }),
  }),
] as const
