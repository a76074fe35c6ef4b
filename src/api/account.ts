/** What people do with their own account: language, second factor, sessions, tokens. */
import { z } from 'zod'
import {
  addToken,
  beginSecondFactor,
  confirmSecondFactor,
  editOwnAccount,
  endSession,
  listSessions,
  listTokens,
  ROLES,
  type Role as RoleName,
  recoveryCodesLeft,
  removeOwnSecondFactor,
  revokeToken,
  signOutEverywhere,
} from '../identity/identity.ts'
import { route } from './route.ts'
import { Time } from './schema.ts'
import { Role, sessionOf } from './session.ts'

const AccountView = z
  .object({
    personId: z.number().int(),
    username: z.string(),
    displayName: z.string(),
    email: z.string(),
    language: z.enum(['en', 'sv']),
    secondFactor: z.boolean(),
    recoveryCodesLeft: z.number().int(),
    hasPassword: z.boolean(),
    oidcBound: z.boolean().describe("True if the person signs in with the organisation's account."),
    lastSignInAt: Time.nullable(),
  })
  .meta({ id: 'Account' })

const OwnSession = z
  .object({
    sessionId: z.uuid(),
    method: z.enum(['password', 'oidc']),
    place: z.enum(['portal', 'console']),
    createdAt: Time,
    usedAt: Time,
    expiresAt: Time,
    current: z.boolean().describe('The one that asks.'),
  })
  .meta({ id: 'OwnSession' })

const TokenView = z
  .object({
    tokenId: z.number().int(),
    personId: z.number().int(),
    username: z.string(),
    displayName: z.string(),
    name: z.string(),
    roles: z.array(Role),
    createdAt: Time,
    expiresAt: Time,
    lastUsedAt: Time.nullable(),
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ApiToken' })

/** One of the roles there are. */
export const KnownRole = z.enum(Object.keys(ROLES) as [RoleName, ...RoleName[]])
const TokenId = z.object({ tokenId: z.coerce.number().int().min(1).max(2_147_483_647) })

export const accountRoutes = [
  route({
    method: 'get',
    path: '/account',
    id: 'getAccount',
    tag: 'Account',
    summary: 'The own account',
    access: 'signed-in',
    answer: AccountView,
    work: async ({ ground, caller }) => ({
      ...caller!.person,
      recoveryCodesLeft: await recoveryCodesLeft(ground.database, caller!.person.personId),
    }),
  }),
  route({
    method: 'patch',
    path: '/account',
    id: 'editAccount',
    tag: 'Account',
    summary: 'Change the own language or display name',
    access: 'signed-in',
    body: z
      .object({ language: z.enum(['en', 'sv']).optional(), displayName: z.string().max(200).optional() })
      .strict(),
    answer: AccountView,
    work: async ({ ground, actor, caller, body }) => {
      const { personId } = sessionOf(caller)
      const person = await editOwnAccount(ground, actor, personId, {
        ...(body.language ? { language: body.language } : {}),
        ...(body.displayName ? { displayName: body.displayName } : {}),
      })
      return { ...person, recoveryCodesLeft: await recoveryCodesLeft(ground.database, personId) }
    },
  }),
  route({
    method: 'post',
    path: '/account/second-factor',
    id: 'beginSecondFactor',
    tag: 'Account',
    summary: 'Make a secret for an authenticator app; it counts once it is confirmed',
    access: 'signed-in',
    answer: z.object({ secret: z.string(), uri: z.string() }).meta({ id: 'SecondFactorSecret' }),
    work: ({ ground, caller }) => {
      const { personId } = sessionOf(caller)
      const { username } = caller!.person
      return beginSecondFactor(ground, { personId, username }, ground.archive.organisation)
    },
  }),
  route({
    method: 'post',
    path: '/account/second-factor/confirm',
    id: 'confirmSecondFactor',
    tag: 'Account',
    summary: 'Confirm the secret with a code; the recovery codes are shown this once',
    access: 'signed-in',
    callsMax: 30,
    body: z.object({ code: z.string().max(20) }).strict(),
    answer: z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' }),
    work: async ({ ground, actor, caller, body }) => {
      const { personId } = sessionOf(caller)
      const { username } = caller!.person
      return { recoveryCodes: await confirmSecondFactor(ground, actor, { personId, username }, body.code) }
    },
  }),
  route({
    method: 'delete',
    path: '/account/second-factor',
    id: 'removeSecondFactor',
    tag: 'Account',
    summary: 'Take the second factor off, with the password, or with a code where there is no password',
    access: 'signed-in',
    callsMax: 30,
    body: z
      .object({ password: z.string().max(1024).default(''), code: z.string().max(100).default('') })
      .strict(),
    work: async ({ ground, actor, caller, body }) => {
      await removeOwnSecondFactor(ground, actor, sessionOf(caller).personId, body)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/account/sessions',
    id: 'listOwnSessions',
    tag: 'Account',
    summary: 'Where the person is signed in',
    access: 'signed-in',
    answer: z.object({ rows: z.array(OwnSession) }),
    work: async ({ ground, caller }) => ({
      rows: (await listSessions(ground, caller!.person.personId)).map(session => ({
        ...session,
        current: session.sessionId === caller!.session?.sessionId,
      })),
    }),
  }),
  route({
    method: 'delete',
    path: '/account/sessions/{sessionId}',
    id: 'endOwnSession',
    tag: 'Account',
    summary: 'Sign out somewhere else',
    access: 'signed-in',
    params: z.object({ sessionId: z.uuid() }),
    work: async ({ ground, actor, caller, params }) => {
      await endSession(ground, actor, sessionOf(caller).personId, params.sessionId)
      return undefined
    },
  }),
  route({
    method: 'delete',
    path: '/account/sessions',
    id: 'signOutEverywhere',
    tag: 'Account',
    summary: 'Sign out everywhere, here too',
    access: 'signed-in',
    work: async ({ ground, caller }) => {
      sessionOf(caller)
      await signOutEverywhere(ground, caller!.person)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/account/tokens',
    id: 'listOwnTokens',
    tag: 'Account',
    summary: 'The own API tokens',
    access: 'signed-in',
    answer: z.object({ rows: z.array(TokenView) }),
    work: async ({ ground, actor, caller }) => ({
      rows: await listTokens(ground, actor, caller!.person.personId),
    }),
  }),
  route({
    method: 'post',
    path: '/account/tokens',
    id: 'addToken',
    tag: 'Account',
    summary: 'Make an API token with some of the own roles; its text is shown this once',
    access: 'signed-in',
    body: z
      .object({
        name: z.string().min(1).max(100),
        roles: z.array(KnownRole).min(1).max(50),
        days: z.number().int().min(1).max(366).describe('After so many days it expires.'),
      })
      .strict(),
    answer: z.object({ token: TokenView, text: z.string() }).meta({ id: 'NewApiToken' }),
    work: async ({ ground, actor, caller, body }) => {
      const { personId } = sessionOf(caller)
      const { token, text } = await addToken(ground, actor, personId, body)
      const { username, displayName } = caller!.person
      return { token: { ...token, username, displayName }, text }
    },
  }),
  route({
    method: 'delete',
    path: '/account/tokens/{tokenId}',
    id: 'revokeOwnToken',
    tag: 'Account',
    summary: 'Revoke an API token of the own',
    access: 'signed-in',
    params: TokenId,
    work: async ({ ground, actor, caller, params }) => {
      await revokeToken(ground, actor, params.tokenId, caller!.person.personId)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/tokens',
    id: 'listTokens',
    tag: 'Permissions',
    summary: "Everybody's API tokens",
    access: ['Role Management'],
    answer: z.object({ rows: z.array(TokenView) }),
    work: async ({ ground, actor }) => ({ rows: await listTokens(ground, actor, null) }),
  }),
  route({
    method: 'delete',
    path: '/tokens/{tokenId}',
    id: 'revokeToken',
    tag: 'Permissions',
    summary: "Revoke anybody's API token",
    access: ['Role Management'],
    params: TokenId,
    work: async ({ ground, actor, params }) => {
      await revokeToken(ground, actor, params.tokenId, null)
      return undefined
    },
  }),
] as const
