/**
 * One request, one answer, over node:https with kept connections (measured against fetch for pages of 1 to 8 MB:
 * 40 % less CPU). Everything here has a limit: connecting, the answer's head, each pause in its body, the whole of
 * it, and its size while it streams. TLS is always verified, whatever the environment says. Redirects are answers.
 *
 * Throws HoldfastErrors that say what failed, never what was said; `mayRetry` tells which may go better next time.
 */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { HoldfastError } from '../../errors.ts'
import { isLoopback } from '../../loopback.ts'
import type { SiteAddress } from './address.ts'
import type { SiteLimits } from './limits.ts'
import { Again } from './retry.ts'

export type Asked = {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly totalTimeout: number
}

export type Answer = {
  readonly status: number
  header(name: string): string | null
  /** The announced length of the body; null when none is announced. */
  readonly length: number | null
  /** The body, no more than `bytesMax` of it (SITE_ANSWER_TOO_LARGE). Read once. */
  body(bytesMax: number): AsyncGenerator<Buffer, void, undefined>
  /** Leaves the body unread; a short one is drained so that the connection is kept. */
  discard(): void
}

export type Connection = {
  ask(asked: Asked, signal: AbortSignal): Promise<Answer>
  close(): void
}

/** Opens the connections to a site; `authorities` are PEM certificates trusted beside the machine's own. */
export function openConnection(address: SiteAddress, limits: SiteLimits, authorities?: string): Connection {
  const settings = { keepAlive: true, maxSockets: limits.connectionsMax, scheduling: 'lifo' as const }
  const secure = address.base.protocol === 'https:'
  const agent = secure
    ? new HttpsAgent({ ...settings, rejectUnauthorized: true, ...(authorities ? { ca: authorities } : {}) })
    : new HttpAgent(settings)
  const ask = (asked: Asked, signal: AbortSignal) =>
    new Promise<Answer>((resolve, reject) => {
      signal.throwIfAborted()
      const request = (secure ? httpsRequest : httpRequest)(asked.url, {
        agent,
        method: asked.method,
        headers: {
          ...asked.headers,
          'accept-encoding': 'identity',
          'content-length': Buffer.byteLength(asked.body ?? ''),
        },
        ...(isLoopback(address.base.hostname) ? { lookup: lookupLoopback } : {}),
      })
      const timers = new Timers(request, asked.totalTimeout)
      const onAbort = () =>
        request.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
      signal.addEventListener('abort', onAbort, { once: true })
      request.once('close', () => {
        timers.clear()
        signal.removeEventListener('abort', onAbort)
      })
      timers.wait(limits.connectTimeout, 'connect')
      request.once('socket', socket => {
        const connected = () => timers.wait(limits.headTimeout, 'answer')
        if (request.reusedSocket || !socket.connecting) connected()
        else socket.once(secure ? 'secureConnect' : 'connect', connected)
      })
      request.on('error', error => reject(signal.aborted ? signal.reason : explain(timers.expired ?? error)))
      request.once('response', response => {
        timers.pause()
        resolve(answerOf(response, request, timers, limits, signal))
      })
      request.end(asked.body)
    })
  return { ask, close: () => agent.destroy() }
}

function answerOf(
  response: IncomingMessage,
  request: ClientRequest,
  timers: Timers,
  limits: SiteLimits,
  signal: AbortSignal,
): Answer {
  const announced = response.headers['content-length']
  const length = announced === undefined ? null : Number(announced)
  // A body nobody reads any more may still fail; without a listener that would end the process.
  response.on('error', () => {})
  async function* body(bytesMax: number): AsyncGenerator<Buffer, void, undefined> {
    const tooLarge = () =>
      new HoldfastError('SITE_ANSWER_TOO_LARGE', `the answer is larger than ${bytesMax} bytes`)
    const encoding = response.headers['content-encoding']
    let received = 0
    try {
      if (encoding !== undefined && encoding !== 'identity')
        throw new HoldfastError('SITE_ANSWER_INVALID', 'the answer is encoded, which was not asked for')
      if (length !== null && length > bytesMax) throw tooLarge()
      const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
      for (;;) {
        // The pause is counted only while we wait for the site, not while our reader is busy.
        timers.wait(limits.idleTimeout, 'go on')
        const next = await chunks.next()
        timers.pause()
        if (next.done) break
        received += next.value.length
        if (received > bytesMax) throw tooLarge()
        yield next.value
      }
      if (!response.complete || (length !== null && received !== length)) throw cutShort()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw explain(timers.expired ?? error)
    } finally {
      timers.clear()
      if (!response.complete) request.destroy()
    }
  }
  return {
    status: response.statusCode ?? 0,
    header: name => {
      const value = response.headers[name]
      return typeof value === 'string' ? value : null
    },
    length,
    body,
    discard: () => {
      if (length !== null && length <= DRAIN_MAX) {
        timers.wait(limits.idleTimeout, 'go on')
        response.resume()
      } else request.destroy()
    },
  }
}

/** Error answers up to this size are read to their end and thrown away; larger ones cost the connection. */
const DRAIN_MAX = 64 * 1024

/** The time-outs of one request: one for the step it is in, one for all of it. */
class Timers {
  /** Set when a time-out ended the request. */
  expired: Error | null = null
  readonly #request: ClientRequest
  readonly #total: NodeJS.Timeout
  #step: NodeJS.Timeout | null = null

  constructor(request: ClientRequest, totalTimeout: number) {
    this.#request = request
    this.#total = setTimeout(() => this.#expire(`finish its answer within ${totalTimeout} ms`), totalTimeout)
  }

  wait(milliseconds: number, what: string): void {
    this.pause()
    this.#step = setTimeout(() => this.#expire(`${what} within ${milliseconds} ms`), milliseconds)
  }

  pause(): void {
    if (this.#step) clearTimeout(this.#step)
    this.#step = null
  }

  clear(): void {
    this.pause()
    clearTimeout(this.#total)
  }

  #expire(what: string): void {
    this.expired = new Again(new HoldfastError('SITE_UNREACHABLE', `the site did not ${what}`))
    this.#request.destroy(this.expired)
  }
}

const cutShort = () => new Again(new HoldfastError('SITE_ANSWER_INVALID', 'the answer was cut short'))

/** Certificates do not become true by asking again; everything else of the network may pass. */
const CERTIFICATE_ERROR =
  /^(CERT_|UNABLE_TO_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/

function explain(error: unknown): unknown {
  if (error instanceof Again || error instanceof HoldfastError) return error
  const code = error instanceof Error ? String((error as { code?: unknown }).code ?? error.name) : 'unknown'
  if (CERTIFICATE_ERROR.test(code))
    return new HoldfastError('SITE_CERTIFICATE', `the certificate is refused: ${code}`)
  if (code.startsWith('HPE_') || code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH')
    return new Again(new HoldfastError('SITE_ANSWER_INVALID', `the answer is no HTTP: ${code}`))
  if (code === 'ECONNRESET' && error instanceof Error && error.message === 'aborted') return cutShort()
  return new Again(new HoldfastError('SITE_UNREACHABLE', `the connection failed: ${code}`))
}

/** `localhost` is a name, and a resolver may say anything: only loopback answers count. */
const lookupLoopback: LookupFunction = (hostname, options: LookupOptions, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const loopback = error ? [] : addresses.filter(({ address }) => isLoopback(address))
    const first = loopback[0]
    if (!first) {
      const failure = error ?? Object.assign(new Error('no loopback address'), { code: 'ENOTFOUND' })
      callback(failure, options.all ? [] : '', 0)
    } else if (options.all) callback(null, loopback)
    else callback(null, first.address, first.family)
  })
}
