/** How people sign in: how long a session lasts, and the organisation's own sign-in (OpenID Connect). */
import { z } from 'zod'
import { getSignInSettings, saveSignInSettings, testOidc } from '../identity/identity.ts'
import { route } from './route.ts'

const Oidc = z.object({
  issuer: z.string().max(500).describe('Exactly as the discovery document of the provider names it.'),
  clientId: z.string().min(1).max(500),
  name: z.string().min(1).max(100).describe('What the button says: Sign in with …'),
  scopes: z.array(z.string().max(200)).min(1).max(30),
  usernameClaim: z.string().min(1).max(100).describe('`preferred_username` for Microsoft Entra ID.'),
  usernameTrusted: z.boolean().describe('The organisation itself gives out the user names of the provider.'),
  unknownPersons: z
    .enum(['refuse', 'add'])
    .describe('Whoever is no person here: refused, or added without any role.'),
  groupsClaim: z.string().max(100).describe('The claim with groups; empty for none.'),
  groups: z
    .array(z.object({ group: z.string().min(1).max(300), roleGroupId: z.number().int() }))
    .max(200)
    .describe('Which groups of the provider make members of which role groups.'),
})

const Minutes = z.number().int().min(5).max(1440)

const SignInSettings = z
  .object({
    sessionMinutesMax: Minutes,
    sessionMinutesIdle: Minutes,
    oidc: Oidc.extend({ hasSecret: z.boolean() }).nullable(),
    redirectUri: z.string().describe('To be registered at the provider.'),
    revision: z.number().int(),
  })
  .meta({ id: 'SignInSettings' })

export const signInSettingsRoutes = [
  route({
    method: 'get',
    path: '/sign-in-settings',
    id: 'getSignInSettings',
    tag: 'Settings',
    summary: 'How people sign in',
    access: ['Organization Configuration', 'View-Only Configuration'],
    answer: SignInSettings,
    revised: true,
    work: async ({ ground, actor, exchange }) => ({
      ...(await getSignInSettings(ground, actor)),
      redirectUri: redirectUriAt(exchange.origin),
    }),
  }),
  route({
    method: 'put',
    path: '/sign-in-settings',
    id: 'saveSignInSettings',
    tag: 'Settings',
    summary: 'Change how people sign in; without a client secret the one there is stays',
    access: ['Organization Configuration'],
    revised: true,
    body: z
      .object({
        sessionMinutesMax: Minutes,
        sessionMinutesIdle: Minutes,
        oidc: Oidc.extend({ clientSecret: z.string().max(1000).optional() })
          .strict()
          .nullable(),
      })
      .strict(),
    answer: SignInSettings,
    work: async ({ ground, actor, body, revision, exchange }) => ({
      ...(await saveSignInSettings(ground, actor, body, revision)),
      redirectUri: redirectUriAt(exchange.origin),
    }),
  }),
  route({
    method: 'post',
    path: '/sign-in-settings/test',
    id: 'testOidc',
    tag: 'Settings',
    summary: 'Ask a provider for its discovery document, with settings that need not be saved',
    access: ['Organization Configuration'],
    callsMax: 20,
    body: z
      .object({ issuer: z.string().max(500), clientId: z.string().max(500).default('holdfast') })
      .strict(),
    answer: z
      .object({ issuer: z.string(), authorizationEndpoint: z.string(), scopes: z.array(z.string()) })
      .meta({ id: 'OidcProvider' }),
    work: ({ actor, body }) => testOidc(actor, body),
  }),
] as const

const redirectUriAt = (origin: string): string => `${origin}/api/session/oidc/callback`
