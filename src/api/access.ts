/**
 * Who calls, and whether they may: the session's cookie or a bearer token becomes an actor; a changing request that
 * comes with a cookie must prove that our own page made it; the route's rule decides the rest. The functions that do
 * the work ask for the role once more, so that a route alone opens nothing.
 */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { HoldfastError } from '../errors.ts'
import { type Caller, requireRole } from '../identity/identity.ts'
import type { Access, Route } from './route.ts'

export type { Caller } from '../identity/identity.ts'

/** The names of the session's cookie: with TLS the browser takes it from us alone (the `__Host-` rule of RFC 6265bis). */
export const sessionCookie = (secure: boolean): string => (secure ? '__Host-holdfast' : 'holdfast')

/** What a request shows of who sent it. */
export type Credentials = {
  readonly session: string | null
  readonly token: string | null
  /** False where the portal says that nobody is at the page: the session goes on to its idle limit. */
  readonly attended: boolean
}

export function credentialsOf(request: FastifyRequest, secure: boolean): Credentials {
  const bearer = /^Bearer ([!-~]{1,500})$/i.exec(request.headers.authorization ?? '')
  // A token stands for itself: a cookie beside it is not looked at.
  if (bearer) return { session: null, token: bearer[1]!, attended: true }
  const attended = request.headers['x-unattended'] === undefined
  return { session: request.cookies[sessionCookie(secure)] ?? null, token: null, attended }
}

/** Throws NOT_SIGNED_IN, ROLE_MISSING or CSRF_REFUSED unless `caller` may call this route with this request. */
export function checkAccess(
  route: Route,
  request: FastifyRequest,
  caller: Caller | null,
  origin: string,
): void {
  if (route.method !== 'get') refuseForeign(request, caller, origin)
  if (route.access === 'open') return
  if (!caller) throw new HoldfastError('NOT_SIGNED_IN', 'nobody is signed in')
  if (caller.state !== 'signed-in' && route.access !== 'arriving')
    throw new HoldfastError(
      'NOT_SIGNED_IN',
      caller.state === 'second-factor-needed'
        ? 'the second factor has not been given yet'
        : 'the first password has not been changed yet',
    )
  if (isRoles(route.access)) requireRole(caller.actor, ...route.access)
}

const isRoles = (access: Access): access is Exclude<Access, string> => typeof access !== 'string'

/**
 * A request of another site: told by the browser itself (Fetch Metadata, Origin), and by the lack of the session's
 * token, which only our own page can read. A bearer token is sent by no browser on its own.
 */
function refuseForeign(request: FastifyRequest, caller: Caller | null, origin: string): void {
  if (caller && caller.csrfToken === null) return
  const site = request.headers['sec-fetch-site']
  const from = request.headers.origin
  if ((site !== undefined && site !== 'same-origin' && site !== 'none') || (from && from !== origin))
    throw new HoldfastError('CSRF_REFUSED', 'the request was made by the page of another site')
  if (!caller || caller.csrfToken === null) return
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''))
  const wanted = Buffer.from(caller.csrfToken)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new HoldfastError('CSRF_REFUSED', "the session's token did not come with the request")
}
