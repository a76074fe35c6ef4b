/**
 * Listening: the portal and the API on one address, by TLS wherever that is not this machine's own loopback; and, if
 * wanted, readiness and metrics on a loopback address of their own, where they need no sign-in.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { isLoopback } from '../loopback.ts'
import type { Queue } from '../queue/queue.ts'
import { metricsText, readiness } from './health.ts'
import type { Route } from './route.ts'
import { buildServer, isPortalBuilt } from './server.ts'

export type ListeningApi = {
  /** Where people reach the portal, without a slash at the end. */
  readonly url: string
  /** False where the portal's files are not there; the API answers all the same. */
  readonly portalBuilt: boolean
  /** Where readiness and metrics are without a sign-in; null where they are not. */
  readonly metricsUrl: string | null
  stop(): Promise<void>
}

/** Starts answering `routes`. LISTEN_REFUSED without TLS beyond this machine, LISTEN_TAKEN if the address is in use. */
export async function startListening(
  ground: Ground,
  queue: Queue,
  routes: readonly Route[],
): Promise<ListeningApi> {
  const { config } = ground
  const { host, port } = placeOf(config.listen)
  const tls = readTls(config.tlsCertificateFile, config.tlsKeyFile)
  const trustedProxies = config.trustedProxies.split(',').flatMap(each => each.trim() || [])
  const behindTls = config.publicUrl?.startsWith('https:') && trustedProxies.length > 0
  if (!tls && !behindTls && !isLoopback(host))
    throw new HoldfastError(
      'LISTEN_REFUSED',
      `${config.listen} is not this machine's loopback, and there is no TLS`,
    )
  const server = await buildServer(ground, queue, routes, {
    publicUrl: config.publicUrl,
    tls,
    trustedProxies,
  })
  try {
    await server.listen({ host: host.replace(/^\[|\]$/g, ''), port })
  } catch (error) {
    await server.close()
    throw listenError(error, config.listen)
  }
  const bound = (server.server.address() as AddressInfo).port
  let metrics: Server | null = null
  try {
    metrics = config.metricsListen === null ? null : await listenForMetrics(ground, config.metricsListen)
  } catch (error) {
    await server.close()
    throw error
  }
  return {
    url:
      config.publicUrl ?? `${tls ? 'https' : 'http'}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${bound}`,
    portalBuilt: isPortalBuilt(),
    metricsUrl: metrics ? `http://127.0.0.1:${(metrics.address() as AddressInfo).port}` : null,
    stop: async () => {
      metrics?.closeAllConnections()
      await new Promise<void>(resolve => (metrics ? metrics.close(() => resolve()) : resolve()))
      await server.close()
    },
  }
}

function placeOf(text: string): { host: string; port: number } {
  const end = text.lastIndexOf(':')
  return { host: text.slice(0, end), port: Number(text.slice(end + 1)) }
}

function readTls(certificateFile: string | null, keyFile: string | null) {
  if (certificateFile === null && keyFile === null) return null
  if (certificateFile === null || keyFile === null)
    throw new HoldfastError('CONFIG_INVALID', 'tlsCertificateFile and tlsKeyFile go together; one is missing')
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (cause) {
      throw new HoldfastError('CONFIG_INVALID', `${file} cannot be read`, { cause })
    }
  }
  const tls = { certificate: read(certificateFile), key: read(keyFile) }
  try {
    createSecureContext({ cert: tls.certificate, key: tls.key })
  } catch (cause) {
    throw new HoldfastError(
      'CONFIG_INVALID',
      `${certificateFile} and ${keyFile} are no certificate and its key`,
      {
        cause,
      },
    )
  }
  return tls
}

function listenError(error: unknown, place: string): unknown {
  const code = (error as { code?: unknown }).code
  if (code === 'EADDRINUSE' || code === 'EACCES')
    return new HoldfastError('LISTEN_TAKEN', `${place} cannot be listened on (${code})`, { cause: error })
  if (typeof code === 'string' && /^(EADDRNOTAVAIL|ENOTFOUND|EAI_)/.test(code))
    return new HoldfastError('CONFIG_INVALID', `${place} is no address of this machine (${code})`, {
      cause: error,
    })
  return error
}

async function listenForMetrics(ground: Ground, place: string): Promise<Server> {
  const { host, port } = placeOf(place)
  const server = createServer(async (request, response) => {
    try {
      if (request.method === 'GET' && request.url === '/readyz') {
        const found = await readiness(ground)
        response.writeHead(found.status === 'ready' ? 200 : 503, { 'content-type': 'application/json' })
        response.end(JSON.stringify(found))
      } else if (request.method === 'GET' && request.url === '/metrics') {
        const text = await metricsText(ground)
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
      } else response.writeHead(404).end()
    } catch (error) {
      ground.log.error({ error }, 'metrics could not be read')
      response.writeHead(500).end()
    }
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(listenError(error, place)))
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => resolve())
  })
  return server
}
