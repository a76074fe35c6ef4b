/**
 * Signing in and out, step by step. The session's cookie is read by no script and sent with no other site's request;
 * every step that makes a session worth more gives it a fresh secret.
 */
import { z } from 'zod'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  authenticate,
  beginOidc,
  type Caller,
  changePassword,
  endOidc,
  endSession,
  giveSecondFactor,
  LockedError,
  type OpenedSession,
  oidcName,
  signIn,
} from '../identity/identity.ts'
import { sessionCookie } from './access.ts'
import { ExtendedError } from './problem.ts'
import { type Exchange, redirect, route } from './route.ts'
import { Time } from './schema.ts'

/** Attempts a minute from one address, whatever names they give. */
const ATTEMPTS_MAX = 30
const OIDC_COOKIE = 'holdfast-oidc'
const OIDC_PATH = '/api/session/oidc'
const OIDC_SECONDS = 600

export const Role = z.string().meta({ description: "A role, by Microsoft's name of it." })
const Password = z.string().min(1).max(1024)

const SessionView = z
  .object({
    state: z.enum(['signed-in', 'second-factor-needed', 'password-change-needed']),
    person: z.object({
      personId: z.number().int(),
      username: z.string(),
      displayName: z.string(),
      language: z.enum(['en', 'sv']),
    }),
    roles: z.array(
      z.object({
        role: Role,
        limited: z.boolean().describe('True where it reaches only some mailboxes.'),
      }),
    ),
    csrfToken: z
      .string()
      .nullable()
      .describe('To be sent as x-csrf-token with every change; null for a token.'),
    secondFactor: z.boolean(),
    archive: z.object({ organisation: z.string(), demonstration: z.boolean() }),
    expiresAt: Time.describe('When it ends if it is not used again.'),
  })
  .meta({ id: 'Session' })

export const sessionRoutes = [
  route({
    method: 'get',
    path: '/session',
    id: 'getSession',
    tag: 'Session',
    summary: 'Who is signed in; the problem of nobody says how one can sign in',
    access: 'open',
    answer: SessionView,
    work: async ({ ground, caller }) => {
      if (caller) return viewOf(ground, caller)
      const name = await oidcName(ground.database)
      throw new ExtendedError('NOT_SIGNED_IN', 'nobody is signed in', {
        signInMethods: { password: true, oidc: name === null ? null : { name } },
        organisation: ground.archive.organisation,
      })
    },
  }),
  route({
    method: 'post',
    path: '/session',
    id: 'startSession',
    tag: 'Session',
    summary: 'Sign in with user name and password',
    access: 'open',
    callsMax: ATTEMPTS_MAX,
    body: z.object({ username: z.string().min(1).max(300), password: Password }).strict(),
    answer: SessionView,
    work: async ({ ground, caller, body, exchange }) => {
      const opened = await telling(signIn(ground, { ...body, place: 'portal', address: exchange.address }))
      // Whoever signs in anew leaves no session behind.
      if (caller?.session)
        await endSession(ground, caller.actor, caller.person.personId, caller.session.sessionId)
      return enter(ground, exchange, opened)
    },
  }),
  route({
    method: 'post',
    path: '/session/second-factor',
    id: 'giveSecondFactor',
    tag: 'Session',
    summary: 'Give the code of the authenticator app, or a recovery code',
    access: 'arriving',
    callsMax: ATTEMPTS_MAX,
    body: z.object({ code: z.string().min(1).max(100) }).strict(),
    answer: SessionView,
    work: async ({ ground, caller, body, exchange }) =>
      enter(
        ground,
        exchange,
        await telling(giveSecondFactor(ground, sessionOf(caller), body.code, exchange.address)),
      ),
  }),
  route({
    method: 'post',
    path: '/session/password',
    id: 'changePassword',
    tag: 'Session',
    summary: 'Change the own password; every other session of the person ends',
    access: 'arriving',
    callsMax: ATTEMPTS_MAX,
    body: z.object({ current: Password, next: Password }).strict(),
    answer: SessionView,
    work: async ({ ground, caller, body, exchange }) =>
      enter(
        ground,
        exchange,
        await telling(changePassword(ground, sessionOf(caller), body.current, body.next)),
      ),
  }),
  route({
    method: 'delete',
    path: '/session',
    id: 'signOut',
    tag: 'Session',
    summary: 'Sign out',
    access: 'arriving',
    work: async ({ ground, caller, actor, exchange }) => {
      const session = sessionOf(caller)
      await endSession(ground, actor, session.personId, session.sessionId)
      exchange.reply.clearCookie(sessionCookie(exchange.secure), { path: '/', secure: exchange.secure })
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/session/oidc/start',
    id: 'startOidc',
    tag: 'Session',
    summary: "Go to the organisation's sign-in (OpenID Connect)",
    access: 'open',
    callsMax: ATTEMPTS_MAX,
    query: z.object({ returnTo: z.string().max(2000).default('/') }),
    answer: redirect(),
    work: async ({ ground, query, exchange }) => {
      const returnTo = ownPath(query.returnTo)
      try {
        const { address, browser } = await beginOidc(ground, {
          redirectUri: `${exchange.origin}${OIDC_PATH}/callback`,
          returnTo,
        })
        // Lax: the browser comes back from another site, and must bring it along.
        exchange.reply.setCookie(OIDC_COOKIE, browser, {
          path: OIDC_PATH,
          httpOnly: true,
          secure: exchange.secure,
          sameSite: 'lax',
          maxAge: OIDC_SECONDS,
        })
        return address
      } catch (error) {
        return problemPath(returnTo, error)
      }
    },
  }),
  route({
    method: 'get',
    path: '/session/oidc/callback',
    id: 'finishOidc',
    tag: 'Session',
    summary: "Where the organisation's sign-in sends the browser back to",
    access: 'open',
    callsMax: ATTEMPTS_MAX,
    query: z.record(z.string(), z.string().max(10_000)),
    answer: redirect(),
    work: async ({ ground, query, exchange }) => {
      const browser = exchange.request.cookies[OIDC_COOKIE] ?? null
      exchange.reply.clearCookie(OIDC_COOKIE, { path: OIDC_PATH, secure: exchange.secure })
      try {
        const { session, returnTo } = await endOidc(ground, {
          query: new URLSearchParams(query),
          browser,
          address: exchange.address,
        })
        await enter(ground, exchange, session)
        return returnTo
      } catch (error) {
        return problemPath('/', error)
      }
    },
  }),
] as const

/** The session of who is signed in as a person; SESSION_NEEDED for a token. */
export function sessionOf(caller: Caller | null) {
  if (caller?.session) return caller.session
  throw new HoldfastError('SESSION_NEEDED', 'a token cannot do this')
}

async function enter(ground: Ground, { reply, secure }: Exchange, opened: OpenedSession) {
  reply.setCookie(sessionCookie(secure), opened.secret, {
    path: '/',
    httpOnly: true,
    secure,
    sameSite: 'strict',
  })
  const caller = await authenticate(ground, { session: opened.secret, token: null })
  if (!caller) throw new HoldfastError('SESSION_EXPIRED', 'the session has ended')
  return viewOf(ground, caller)
}

function viewOf(ground: Ground, { actor, person, state, session, token, csrfToken }: Caller) {
  return {
    state,
    person,
    roles: [...(actor.roles ?? [])].map(([role, scope]) => ({ role, limited: scope !== null })),
    csrfToken,
    secondFactor: person.secondFactor,
    archive: ground.archive,
    expiresAt: session?.expiresAt ?? token!.expiresAt,
  }
}

/** A locked name's problem carries the moment, so that the page can show it in the reader's own time. */
async function telling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof LockedError)
      throw new ExtendedError('SIGN_IN_LOCKED', error.message, { lockedUntil: error.until.toISOString() })
    throw error
  }
}

/** A path of our own pages; anything else, such as the address of another site, is the first page. */
function ownPath(given: string): string {
  if (!/^\/(?![/\\])[!-~]*$/.test(given) || given.includes('\\') || given.startsWith('/api/')) return '/'
  const { pathname, search } = new URL(given, 'http://own.invalid')
  return pathname.startsWith('//') ? '/' : `${pathname}${search}`
}

/** The page that says why somebody could not sign in with the organisation's account. */
function problemPath(path: string, error: unknown): string {
  if (
    !(error instanceof HoldfastError) ||
    !(hasCode(error, 'OIDC_REFUSED') || hasCode(error, 'OIDC_UNREACHABLE'))
  )
    throw error
  const url = new URL(path, 'http://own.invalid')
  url.searchParams.set('signInProblem', error.code)
  return `${url.pathname}${url.search}`
}
