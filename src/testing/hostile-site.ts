/** A site whose every answer a test writes by hand, on loopback; signing in works unless the test says otherwise. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../clock.ts'
import { silentLogger } from '../log.ts'
import { openSource, type Source, type SourceOptions } from '../source/source.ts'
import type { TestCertificate } from './certificate.ts'

/** Answers one request. `nth` counts the requests of this path, from 1. */
export type Answerer = (response: ServerResponse, request: IncomingMessage, nth: number) => void

export type HostileSite = {
  readonly url: string
  /** Requests so far, by path. */
  readonly asked: Map<string, number>
  stop(): Promise<void>
}

export const SITE_TIME = Date.UTC(2026, 10, 1)

/** Serves `paths` ('/rest/archive/messages' …; a path ending in '/' serves all below it); what is not there is 404. */
export async function startHostileSite(
  paths: Record<string, Answerer>,
  certificate?: TestCertificate,
): Promise<HostileSite> {
  const asked = new Map<string, number>()
  const all: Record<string, Answerer> = { '/rest/auth/login': signIn(), ...paths }
  const listener: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site.example')
    const path = all[pathname] ? pathname : `${pathname.slice(0, pathname.lastIndexOf('/'))}/`
    const nth = (asked.get(path) ?? 0) + 1
    asked.set(path, nth)
    request.resume()
    const answer = all[path]
    if (answer) answer(response, request, nth)
    else response.writeHead(404).end()
  }
  const server = certificate
    ? createSecureServer({ cert: certificate.certificate, key: certificate.key }, listener)
    : createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/`,
    asked,
    stop: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A good sign-in; the nth gives the token `token-n`. */
export function signIn(account: Record<string, unknown> = {}): Answerer {
  return (response, _, nth) =>
    sendJson(response, {
      timeStamp: SITE_TIME,
      token: `token-${nth}`,
      expiresInSeconds: 3600,
      account: {
        accountId: 'A1',
        accountName: 'Test',
        networks: ['O2'],
        demonstration: false,
        ...account,
      },
    })
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

export const messagesPage = (messages: unknown[], lastId: string, endOfMessages: boolean) => ({
  timeStamp: SITE_TIME,
  invalidToken: false,
  messages,
  lastId,
  endOfMessages,
})

/** An O2 record that is as small as it can be. */
export const record = (id: string) => ({
  messageId: id,
  networkType: 'O2',
  gatewayReceivedDate: SITE_TIME - 1000,
  body: { messageId: id },
})

/** A clock of its own time that sleeps no longer than it must, and remembers for how long it was asked to. */
export function wakefulClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  return {
    slept,
    now: () => SITE_TIME,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      slept.push(milliseconds)
    },
  }
}

/** Opens the site as a source with short time-outs. */
export function openHostile(
  site: Pick<HostileSite, 'url'>,
  options: Partial<Extract<SourceOptions, { kind: 'site' }>> = {},
): Source {
  return openSource({
    kind: 'site',
    url: site.url,
    network: 'O2',
    username: 'collector',
    password: 'correct horse',
    demonstration: false,
    contentSizeMax: 1000,
    clock: wakefulClock(),
    log: silentLogger,
    ...options,
    limits: {
      connectTimeout: 2000,
      headTimeout: 150,
      idleTimeout: 150,
      answerTimeout: 600,
      ...options.limits,
    },
  })
}
