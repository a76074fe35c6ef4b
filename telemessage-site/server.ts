/** The HTTP side of the site: sign-in, the reading paths of the contract, and the faults it was told to have. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Archive } from './archive.ts'
import { FaultCounter, type Faults, setFaults } from './faults.ts'
import { PageBytes } from './page-bytes.ts'
import type { Network } from './population.ts'

export type Account = {
  readonly username: string
  readonly password: string
  readonly accountId: string
  readonly accountName: string
  readonly demonstration: boolean
}

export type Requests = {
  login: number
  users: number
  messages: number
  count: number
  content: number
  refused: number
  itemsServed: number
}

export type SiteUser = {
  readonly userId: string
  readonly userName: string
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string
  readonly email: string
  readonly networkType: Network
  readonly appActive: boolean | null
  readonly companyOwned: boolean | null
}

export type ServerOptions = {
  readonly archive: Archive
  readonly account: Account
  readonly faults: Faults
  readonly requests: Requests
  readonly now: () => number
  readonly users: (now: number) => readonly SiteUser[]
  /** Lets `POST /__faults` and `POST /__now` change the site from outside. */
  readonly control: { setNow(ms: number): void } | null
}

const TOKEN_SECONDS = 3600
const LOGIN_BYTES_MAX = 4096
const NETWORKS: readonly Network[] = ['ENTERPRISE_NUMBER', 'O2']
const BAD_REQUEST = '{"responseCode":400,"message":"GENERAL_ERROR"}'

type Token = { expires: number; requests: number }

export function makeServer(options: ServerOptions): Server {
  const site = new Site(options)
  const server = createServer((request, response) => {
    site.answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 65_000
  return server
}

class Site {
  readonly #options: ServerOptions
  readonly #tokens = new Map<string, Token>()
  readonly #strikes = new FaultCounter()

  constructor(options: ServerOptions) {
    this.#options = options
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, requests, control } = this.#options
    const url = new URL(request.url ?? '/', 'http://site')
    const path = `${request.method} ${url.pathname}`
    if (control && path === 'POST /__faults') return this.#changeFaults(request, response)
    if (control && path === 'POST /__now') return this.#changeNow(request, response, control)
    if (faults.latencyMs > 0) await new Promise(resolve => setTimeout(resolve, faults.latencyMs))
    if (this.#strikes.strikes('too many', faults.tooManyEvery)) {
      requests.refused++
      return send(response, 429, '', { 'retry-after': this.#retryAfter() })
    }
    if (this.#strikes.strikes('server error', faults.serverErrorEvery)) {
      requests.refused++
      return send(response, [500, 502, 503][requests.refused % 3]!, '<html>unavailable</html>', {
        'content-type': 'text/html',
      })
    }
    if (path === 'POST /rest/auth/login') return this.#login(request, response)
    if (request.method !== 'GET') return send(response, 404, BAD_REQUEST)
    if (!this.#admitted(request)) return send(response, 401, '{"invalidToken":true}')
    const query = url.searchParams
    switch (url.pathname) {
      case '/rest/archive/users':
        return this.#users(query, response)
      case '/rest/archive/messages':
        return this.#messages(query, response)
      case '/rest/archive/messages/count':
        return this.#count(query, response)
    }
    if (url.pathname.startsWith('/rest/archive/content/'))
      return this.#content(url.pathname.slice(22), response)
    return send(response, 404, BAD_REQUEST)
  }

  // --- sign-in ---

  async #login(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { account, faults, requests, now } = this.#options
    requests.login++
    const given = await readJson(request, LOGIN_BYTES_MAX)
    if (given === null) return send(response, 400, BAD_REQUEST)
    const right = isEqual(given.username, account.username) && isEqual(given.password, account.password)
    if (!right) return send(response, 401, '{"responseCode":301,"message":"INVALID_PASSWORD"}')
    if (faults.suspended) return send(response, 403, '{"responseCode":309,"message":"USER_SUSPENDED"}')
    const token = randomBytes(24).toString('base64url')
    for (const [old, { expires }] of this.#tokens) if (expires <= now()) this.#tokens.delete(old)
    this.#tokens.set(token, { expires: now() + TOKEN_SECONDS * 1000, requests: 0 })
    const { accountId, accountName, demonstration } = account
    const body = {
      timeStamp: now(),
      token,
      expiresInSeconds: TOKEN_SECONDS,
      account: { accountId, accountName, networks: NETWORKS, demonstration },
    }
    send(response, 200, JSON.stringify(body))
  }

  #admitted(request: IncomingMessage): boolean {
    const { faults, now } = this.#options
    const name = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const token = this.#tokens.get(name)
    if (!token) return false
    token.requests++
    const worn = faults.tokenRequests > 0 && token.requests > faults.tokenRequests
    if (faults.suspended || worn || token.expires <= now()) {
      this.#tokens.delete(name)
      return false
    }
    return true
  }

  // --- reading ---

  async #users(query: URLSearchParams, response: ServerResponse): Promise<void> {
    this.#options.requests.users++
    const network = query.get('network') ?? ''
    const limit = readLimit(query, 500)
    const lastId = query.get('lastId') ?? ''
    if (limit === null || (network !== '' && !isNetwork(network)) || !/^\d{0,9}$/.test(lastId))
      return send(response, 400, BAD_REQUEST)
    const now = this.#options.now()
    const all = this.#options.users(now).filter(user => network === '' || user.networkType === network)
    const start = Number(lastId)
    const users = all.slice(start, start + limit)
    const next = start + users.length
    send(
      response,
      200,
      JSON.stringify({ timeStamp: now, users, lastId: String(next), endOfUsers: next >= all.length }),
    )
  }

  async #messages(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const { archive, faults, requests } = this.#options
    requests.messages++
    const now = this.#options.now()
    const window = readWindow(query)
    const limit = readLimit(query, 1000)
    const cursor = query.get('lastId') ?? ''
    if (window === null || limit === null) return send(response, 400, BAD_REQUEST)
    const back = cursor !== '' && this.#strikes.strikes('repeat', faults.repeatPageEvery)
    const bytes = new PageBytes()
    // The buffer is used again once the answer is out, or its connection gone.
    response.once('close', () => bytes.release())
    bytes.add(`{"timeStamp":${now},"invalidToken":false,"messages":[`, true)
    const page = archive.page({ window, cursor, limit, back }, now, bytes)
    if (page === null) return send(response, 400, BAD_REQUEST)
    requests.itemsServed += page.places.length
    if (this.#strikes.strikes('reorder', faults.reorderEvery)) shuffle(bytes, page.places)
    bytes.add(`],"lastId":"${page.lastId}","endOfMessages":${page.end}}`, true)
    if (this.#strikes.strikes('invalid', faults.invalidJsonEvery))
      return send(response, 200, `{"timeStamp":${now},"messages":[{,\u0000<html>`)
    const body = bytes.view()
    if (this.#strikes.strikes('truncate', faults.truncateEvery))
      return send(response, 200, body.subarray(0, body.length >> 1))
    if (this.#strikes.strikes('cut', faults.cutEvery)) return cut(response, body.length, [body])
    send(response, 200, body)
  }

  async #count(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const { archive, faults, requests } = this.#options
    requests.count++
    const now = this.#options.now()
    const window = readWindow(query)
    if (window === null) return send(response, 400, BAD_REQUEST)
    send(
      response,
      200,
      `{"timeStamp":${now},"count":${Math.max(0, archive.count(window, now) + faults.countOffset)}}`,
    )
  }

  async #content(contentId: string, response: ServerResponse): Promise<void> {
    const { archive, faults, requests } = this.#options
    requests.content++
    const content = archive.content(contentId, this.#options.now())
    if (content === null) return send(response, 404, BAD_REQUEST)
    if (this.#strikes.strikes('cut', faults.cutEvery)) return cut(response, content.size, content.bytes())
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.size })
    await pipeline(Readable.from(content.bytes(), { objectMode: true, highWaterMark: 4 }), response)
  }

  // --- control ---

  async #changeFaults(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const changes = await readJson(request, LOGIN_BYTES_MAX)
    try {
      if (changes === null) throw new TypeError('not a JSON object')
      setFaults(this.#options.faults, changes)
    } catch {
      return send(response, 400, BAD_REQUEST)
    }
    send(response, 200, JSON.stringify(this.#options.faults))
  }

  async #changeNow(
    request: IncomingMessage,
    response: ServerResponse,
    control: { setNow(ms: number): void },
  ): Promise<void> {
    const given = await readJson(request, LOGIN_BYTES_MAX)
    const now = given?.now
    if (typeof now !== 'number' || !Number.isFinite(now)) return send(response, 400, BAD_REQUEST)
    control.setNow(now)
    send(response, 200, `{"timeStamp":${now}}`)
  }

  #retryAfter(): string {
    const { retryAfterSeconds, retryAfterDate } = this.#options.faults
    // The HTTP date is of the real clock: it is the other side's clock that reads it.
    return retryAfterDate
      ? new Date(Date.now() + retryAfterSeconds * 1000).toUTCString()
      : String(retryAfterSeconds)
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...headers,
  })
  response.end(bytes)
}

/** Sends the first half of an answer, then drops the connection. */
async function cut(response: ServerResponse, size: number, pieces: Iterable<Buffer>): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size })
  let left = size >> 1
  for (const piece of pieces) {
    if (left <= 0) break
    await new Promise<void>(resolve => response.write(piece.subarray(0, left), () => resolve()))
    left -= piece.length
  }
  response.destroy()
}

async function readJson(request: IncomingMessage, bytesMax: number): Promise<Record<string, unknown> | null> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > bytesMax) return null
    pieces.push(piece)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(pieces).toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Compares without telling by its time how much was right. */
function isEqual(given: unknown, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(right))
}

const isNetwork = (text: string): text is Network => (NETWORKS as readonly string[]).includes(text)

function readWindow(query: URLSearchParams): { network: Network; from: number; to: number } | null {
  const network = query.get('network') ?? ''
  const from = query.get('from') ?? ''
  const to = query.get('to') ?? ''
  if (!isNetwork(network) || !/^\d{1,15}$/.test(from) || !/^\d{1,15}$/.test(to)) return null
  return { network, from: Number(from), to: Number(to) }
}

function readLimit(query: URLSearchParams, otherwise: number): number | null {
  const text = query.get('limit')
  if (text === null || text === '') return otherwise
  const limit = Number(text)
  return Number.isInteger(limit) && limit >= 1 && limit <= 1000 ? limit : null
}

/** Puts the messages of a page in another order, in place. */
function shuffle(bytes: PageBytes, places: readonly number[]): void {
  const messages = places.map((start, index) => {
    const next = places[index + 1]
    return Buffer.from(bytes.view(start, next === undefined ? bytes.length : next - 1))
  })
  for (let index = messages.length - 1; index > 0; index--) {
    const other = (index * 7919 + 13) % (index + 1)
    const kept = messages[index]!
    messages[index] = messages[other]!
    messages[other] = kept
  }
  let at = places[0] ?? 0
  for (const message of messages) {
    if (at !== places[0]) at += bytes.view(at).write(',')
    at += message.copy(bytes.view(at))
  }
}
