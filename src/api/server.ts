/** The HTTP server: every route under its rule, limits on everything, security headers, the portal's files. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyCookie from '@fastify/cookie'
import fastifyHelmet from '@fastify/helmet'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { recordRefusal } from '../archive/archive.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { authenticate, SYSTEM } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { type Credentials, checkAccess, credentialsOf } from './access.ts'
import { sendAnswer, sendEvents } from './answer.ts'
import { newReference, PROBLEM_TYPE, problemOf, RequestError, translate } from './problem.ts'
import { type Exchange, isBytes, isSchema, type Route } from './route.ts'

const MEBIBYTE = 1024 * 1024
const CALLS_MAX = 1200
/** Of one person, in all their windows. */
const STREAMS_MAX = 20
const PORTAL = fileURLToPath(new URL('../../portal/dist', import.meta.url))

type ServerOptions = {
  /** Where the portal is reached from outside; null: at the address listened on. */
  readonly publicUrl: string | null
  readonly tls: { readonly certificate: string; readonly key: string } | null
  /** Addresses of proxies whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
}

/** Whether the portal's files have been built (`npm run portal`). */
export const isPortalBuilt = (): boolean => existsSync(join(PORTAL, 'index.html'))

/** Builds the server over these routes; it does not listen yet. */
export async function buildServer(
  ground: Ground,
  queue: Queue,
  routes: readonly Route[],
  options: ServerOptions,
): Promise<FastifyInstance> {
  const limits = {
    // Slow senders: the whole head within 10 s, the whole request within 2 minutes.
    headersTimeout: 10_000,
    requestTimeout: 120_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 16 * 1024,
  }
  const common = {
    bodyLimit: MEBIBYTE,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    forceCloseConnections: true,
    keepAliveTimeout: 30_000,
    // A malformed request never reaches a route; its bytes are quoted nowhere.
    clientErrorHandler: refuseMalformed,
  } as const
  const server = (options.tls
    ? fastify({
        ...common,
        https: { ...limits, cert: options.tls.certificate, key: options.tls.key, minVersion: 'TLSv1.2' },
      })
    : fastify({ ...common, http: limits })) as unknown as FastifyInstance

  server.setErrorHandler((error, request, reply) => sendProblem(ground, error, request, reply))
  server.addHook('onRequest', async request => checkHost(request, options))
  await server.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        // Fluent UI writes its rules into style elements at run time; scripts never stand in a page.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'media-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-src': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity:
      options.tls || options.publicUrl?.startsWith('https:') ? { maxAge: 31_536_000 } : false,
  })
  await server.register(fastifyRateLimit, { max: CALLS_MAX, timeWindow: 60_000 })
  server.setNotFoundHandler({ preHandler: server.rateLimit() }, (request, reply) => {
    if (!['GET', 'HEAD'].includes(request.method) || /^\/(api|assets)\//.test(request.url))
      return sendProblem(ground, new HoldfastError('ROUTE_UNKNOWN', 'there is no such call'), request, reply)
    return sendPage(reply)
  })
  await server.register(fastifyCookie)
  server.addContentTypeParser('*', { bodyLimit: MEBIBYTE }, (_request, _payload, done) =>
    done(new HoldfastError('REQUEST_TYPE', 'this call takes another content type')),
  )

  server.get('/', (_request, reply) => sendPage(reply))
  server.get('/livez', { config: { rateLimit: false } }, async () => ({ status: 'alive' }))
  await server.register(
    async api => {
      for (const type of new Set(routes.flatMap(({ body }) => (body && isBytes(body) ? [body.type] : []))))
        api.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      for (const route of routes) addRoute(api, ground, queue, route, options)
    },
    { prefix: '/api' },
  )
  if (existsSync(PORTAL))
    await server.register(fastifyStatic, {
      root: PORTAL,
      preCompressed: true,
      index: false,
      setHeaders: (reply, path) => {
        // Names of built files change with what is in them.
        const built = path.includes('/assets/')
        reply.header('cache-control', built ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  return server
}

function addRoute(
  server: FastifyInstance,
  ground: Ground,
  queue: Queue,
  route: Route,
  options: ServerOptions,
): void {
  server.route({
    method: route.method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    ...(route.body && isBytes(route.body) ? { bodyLimit: route.body.sizeMax } : {}),
    ...(route.callsMax ? { config: { rateLimit: { max: route.callsMax, timeWindow: 60_000 } } } : {}),
    handler: (request, reply) => answerCall(ground, queue, route, options, request, reply),
    // Who may not call is told so before a byte of the body is read or judged; after `onRequest`, where calls are
    // counted, so that refusals are limited too.
    preParsing: async request => {
      const exchange = exchangeOf(request, options)
      const caller = await authenticate(ground, credentialsOf(request, exchange.secure))
      try {
        checkAccess(route, request, caller, exchange.origin)
      } catch (error) {
        if (route.reads && caller && hasCode(error, 'ROLE_MISSING'))
          await recordRefusal(ground, caller.actor, route.id)
        throw error
      }
      callers.set(request, caller)
    },
  })
}

const callers = new WeakMap<FastifyRequest, Awaited<ReturnType<typeof authenticate>>>()

async function answerCall(
  ground: Ground,
  queue: Queue,
  route: Route,
  options: ServerOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const exchange = exchangeOf(request, options)
  const caller = callers.get(request) ?? null
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  const answer = await route.work({
    ground,
    queue,
    actor: caller?.actor ?? { ...SYSTEM, name: 'nobody', roles: new Map() },
    caller,
    params: read('params', route.params, request.params),
    query: read('query', route.query, request.query),
    body: bodyOf(route, request.body),
    revision: route.revised && route.method !== 'get' ? revisionOf(request) : 0,
    signal: controller.signal,
    exchange: { ...exchange, request, reply },
  })
  if (route.answer && !isSchema(route.answer) && route.answer.kind === 'events') {
    const credentials = credentialsOf(request, exchange.secure)
    const giveBack = takeStream(ground, caller?.person.personId ?? 0)
    try {
      await sendEvents(ground, route, request, reply, answer as AsyncIterable<unknown>, controller, () =>
        maySee(ground, route, request, credentials, exchange.origin),
      )
    } finally {
      giveBack()
    }
    return reply
  }
  return sendAnswer(route, reply, answer)
}

const streams = new WeakMap<Ground, Map<number, number>>()

/** Counts a person's open streams of events; REQUEST_THROTTLED beyond what pages that are looked at can need. */
function takeStream(ground: Ground, personId: number): () => void {
  const open = streams.get(ground) ?? new Map<number, number>()
  streams.set(ground, open)
  const before = open.get(personId) ?? 0
  if (before >= STREAMS_MAX)
    throw new HoldfastError('REQUEST_THROTTLED', `${before} streams of events are open already`)
  open.set(personId, before + 1)
  return () => {
    const left = open.get(personId)! - 1
    if (left === 0) open.delete(personId)
    else open.set(personId, left)
  }
}

async function maySee(
  ground: Ground,
  route: Route,
  request: FastifyRequest,
  credentials: Credentials,
  origin: string,
): Promise<boolean> {
  try {
    // A stream that is open is not somebody at the page.
    const caller = await authenticate(ground, { ...credentials, attended: false })
    checkAccess(route, request, caller, origin)
    return true
  } catch {
    return false
  }
}

function bodyOf(route: Route, body: unknown): unknown {
  if (route.body === undefined) return undefined
  if (!isBytes(route.body)) return read('body', route.body, body ?? {})
  if (Buffer.isBuffer(body)) return body
  throw new HoldfastError('REQUEST_TYPE', `this call takes ${route.body.type}`)
}

function read(where: 'params' | 'query' | 'body', schema: z.ZodType | undefined, given: unknown): unknown {
  if (!schema) return {}
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new RequestError(where, parsed.error)
  if (holdsNul(parsed.data))
    throw new HoldfastError('REQUEST_INVALID', 'a text holds the character NUL, which none may have')
  return parsed.data
}

/** The database has no text with NUL in it. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNul)
}

function revisionOf(request: FastifyRequest): number {
  const given = request.headers['if-match']
  if (given === undefined) throw new HoldfastError('REVISION_MISSING', 'If-Match is missing')
  const revision = /^"(\d{1,9})"$/.exec(given)
  if (!revision) throw new HoldfastError('REVISION_STALE', 'If-Match is not an ETag that was given')
  return Number(revision[1])
}

function exchangeOf(request: FastifyRequest, options: ServerOptions): Omit<Exchange, 'request' | 'reply'> {
  const origin = options.publicUrl ?? `${options.tls ? 'https' : 'http'}://${request.headers.host ?? ''}`
  return { origin, secure: origin.startsWith('https:'), address: request.ip }
}

/** A page of another site that points its own name at this machine would have the browser speak to us in its name. */
function checkHost(request: FastifyRequest, { publicUrl }: ServerOptions): void {
  const host = request.headers.host ?? ''
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (publicUrl !== null && host.toLowerCase() === new URL(publicUrl).host) return
  if (['localhost', '127.0.0.1', '[::1]'].includes(name)) return
  if (publicUrl === null && name === request.socket.localAddress) return
  throw new HoldfastError('HOST_UNKNOWN', 'the archive is not served under this name')
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: import('node:net').Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? '408 Request Timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function sendProblem(
  ground: Ground,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const reference = newReference()
  const known = translate(error)
  const fields = {
    error: known.code === 'INTERNAL' && known.cause ? known.cause : known,
    reference,
    route: request.routeOptions.url ?? 'none',
  }
  if (known.status >= 500) ground.log.error(fields, 'a request failed')
  else ground.log.info(fields, 'a request was refused')
  return reply
    .code(known.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(problemOf(known, reference))
}

/** The portal's one page, whatever path of it was asked for. */
function sendPage(reply: FastifyReply): FastifyReply {
  reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8')
  const path = join(PORTAL, 'index.html')
  if (isPortalBuilt()) return reply.send(readFileSync(path, 'utf8'))
  return reply
    .code(503)
    .send('<!doctype html><title>Holdfast</title><p>The portal is not built yet: npm run portal builds it.')
}
