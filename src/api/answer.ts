/** Answers as the wire wants them: JSON that holds no more than its schema says, files, and server-sent events. */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { newReference, problemOf } from './problem.ts'
import { type Download, isSchema, type Route } from './route.ts'

const HEARTBEAT = 15_000

/** Sends what `work` answered. */
export async function sendAnswer(route: Route, reply: FastifyReply, answer: unknown): Promise<unknown> {
  reply.header('cache-control', 'no-store')
  if (route.answer === undefined) return reply.code(204).send()
  if (isSchema(route.answer)) {
    const body = shape(route, plain(answer)) as { revision?: unknown }
    if (route.revised && typeof body.revision === 'number') reply.header('etag', `"${body.revision}"`)
    return reply.send(body)
  }
  if (route.answer.kind === 'redirect') return reply.redirect(String(answer), 302)
  if (route.answer.kind === 'download') return sendFile(reply, route.answer.type, answer as Download)
  throw new HoldfastError('INTERNAL', `${route.id} answers in a way that is not known`)
}

/** What is not in the schema does not leave, whatever a query selected. */
function shape(route: Route, body: unknown): unknown {
  if (!isSchema(route.answer)) return body
  const parsed = route.answer.safeParse(body)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.slice(0, 5).map(issue => `${issue.path.join('.')} (${issue.code})`)
  throw new HoldfastError(
    'INTERNAL',
    `the answer of ${route.id} is not what it promises: ${where.join(', ')}`,
  )
}

/** Dates as ISO 8601, as JSON writes them. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}

function sendFile(reply: FastifyReply, type: string, file: Download): FastifyReply {
  const { fileName, size, chunks, disposition = 'attachment', headers = {} } = file
  reply
    .code(file.status ?? 200)
    .header('content-type', file.type ?? type)
    .header('content-disposition', dispositionOf(disposition, fileName))
    // What is archived may be HTML or SVG by somebody hostile: it is shown as inert as a picture.
    .header('content-security-policy', "default-src 'none'; sandbox")
  if (size !== undefined) reply.header('content-length', size)
  reply.headers(headers)
  if (typeof chunks === 'string' || Buffer.isBuffer(chunks)) return reply.send(chunks)
  return reply.send(Readable.from(chunks, { objectMode: false }))
}

/** RFC 6266 with the name in RFC 8187's form, and an ASCII one for old readers; no name can add a header. */
function dispositionOf(disposition: string, fileName: string): string {
  const ascii = fileName.replace(/[^A-Za-z0-9 ._-]/g, '_')
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/**
 * Sends events (WHATWG HTML, section 9.2) until the caller leaves, the source ends, or `mayGoOn` says no: a session
 * that ended hears nothing more.
 */
export async function sendEvents(
  ground: Ground,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  source: AsyncIterable<unknown>,
  controller: AbortController,
  mayGoOn: () => Promise<boolean>,
): Promise<void> {
  if (!route.answer || isSchema(route.answer) || route.answer.kind !== 'events') return
  const { event: schema } = route.answer
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy that gathers answers would hold events back.
    'x-accel-buffering': 'no',
  })
  raw.write(': begin\n\n')
  const heartbeat = setInterval(() => {
    raw.write(': still here\n\n')
    mayGoOn().then(
      good => good || controller.abort(),
      () => controller.abort(),
    )
  }, HEARTBEAT)
  request.raw.once('close', () => controller.abort())
  try {
    for await (const event of source) {
      if (controller.signal.aborted) break
      raw.write(`data: ${JSON.stringify(schema.parse(plain(event)))}\n\n`)
      if (raw.writableNeedDrain) await drained(reply, controller.signal)
    }
  } catch (error) {
    if (!controller.signal.aborted) {
      const reference = newReference()
      ground.log.error({ error, reference, route: route.id }, 'events ended with an error')
      raw.write(`event: problem\ndata: ${JSON.stringify(problemOf(error, reference))}\n\n`)
    }
  } finally {
    clearInterval(heartbeat)
    controller.abort()
    raw.end()
  }
}

function drained({ raw }: FastifyReply, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      raw.off('drain', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    raw.once('drain', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
