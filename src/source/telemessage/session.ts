/**
 * Being signed in to a site (docs/formats/telemessage-site.md, Sign-in): the token, getting another when it has
 * expired, and what each status means. Requests made through here are authorised, follow redirects within the
 * site, and fail with `Again` where asking again may help; the caller decides how often.
 */
import type { Clock } from '../../clock.ts'
import { HoldfastError } from '../../errors.ts'
import type { SourceAccount } from '../contract.ts'
import type { SiteAddress } from './address.ts'
import type { Answer, Asked, Connection } from './connection.ts'
import type { SiteLimits } from './limits.ts'
import { isObject, possibleTime } from './page.ts'
import { Again, retryAfter } from './retry.ts'

type SessionOptions = {
  readonly address: SiteAddress
  readonly connection: Connection
  readonly limits: SiteLimits
  readonly clock: Clock
  readonly username: string
  readonly password: string
  /** Whether this archive is a demonstration: it and the site must agree. */
  readonly demonstration: boolean
}

type Wanted = {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly totalTimeout: number
  /** What it means that the site knows no such thing. */
  readonly missing: 'SITE_REFUSED' | 'SITE_CONTENT_MISSING'
}

export type Session = {
  /** Signs in afresh; one attempt. */
  signIn(signal: AbortSignal): Promise<SourceAccount>
  /** Asks for `path` with its query; signs in first where needed, and once more when the token is refused. */
  get(wanted: Wanted, signal: AbortSignal): Promise<Answer>
  /** An answer's body as one JSON object; what is none is `Again`. */
  object(answer: Answer): Promise<Record<string, unknown>>
  /** The token turned out to be refused by other means than the status. */
  forgetToken(): void
}

export function openSession(options: SessionOptions): Session {
  const { address, connection, limits, clock } = options
  let token: string | null = null

  async function signIn(signal: AbortSignal): Promise<SourceAccount> {
    const answer = await askFollowing(connection, address, limits, signal, {
      method: 'POST',
      url: new URL('rest/auth/login', address.base),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ username: options.username, password: options.password }),
      totalTimeout: limits.answerTimeout,
    })
    if (answer.status === 401) {
      answer.discard()
      throw new HoldfastError('SITE_SIGN_IN_WRONG', 'the site refuses the user name or password')
    }
    refuseStatus(answer, clock.now(), 'SITE_REFUSED')
    const signedIn = await object(answer)
    const account = accountOf(signedIn)
    if (options.demonstration && !account.demonstration)
      throw new HoldfastError('SITE_NOT_DEMONSTRATION', 'the site does not say that it is a demonstration')
    if (!options.demonstration && account.demonstration)
      throw new HoldfastError('SITE_IS_DEMONSTRATION', 'the site says that it is a demonstration')
    token = String(signedIn.token)
    return account
  }

  async function object(answer: Answer): Promise<Record<string, unknown>> {
    const bytes = await collect(answer, limits.answerBytesMax)
    let value: unknown
    try {
      value = JSON.parse(bytes.toString('utf8'))
    } catch {
      throw invalid('the answer is no JSON')
    }
    if (!isObject(value)) throw invalid('the answer is no JSON object')
    return value
  }

  async function get(wanted: Wanted, signal: AbortSignal): Promise<Answer> {
    const { totalTimeout } = wanted
    const url = new URL(wanted.path, address.base)
    for (const [name, value] of Object.entries(wanted.query ?? {})) url.searchParams.set(name, value)
    for (let renewed = false; ; renewed = true) {
      if (token === null) await signIn(signal)
      const used: string = token!
      const headers = {
        authorization: `Bearer ${used}`,
        accept: 'application/json, application/octet-stream',
      }
      const answer = await askFollowing(connection, address, limits, signal, {
        method: 'GET',
        url,
        headers,
        totalTimeout,
      })
      if (answer.status !== 401) {
        refuseStatus(answer, clock.now(), wanted.missing)
        return answer
      }
      answer.discard()
      // Another request may have signed in again meanwhile; then its token is tried, not thrown away.
      if (token === used) token = null
      if (renewed)
        throw new Again(new HoldfastError('SITE_REFUSED', 'the site refuses the token it has just given'))
    }
  }

  return {
    signIn,
    get,
    object,
    forgetToken: () => {
      token = null
    },
  }
}

/** The whole body, in one buffer. */
export async function collect(answer: Answer, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer.body(bytesMax)) chunks.push(chunk)
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

export const invalid = (what: string) => new Again(new HoldfastError('SITE_ANSWER_INVALID', what))

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Follows redirects that stay within scheme, host and port; credentials never go anywhere else. */
async function askFollowing(
  connection: Connection,
  address: SiteAddress,
  limits: SiteLimits,
  signal: AbortSignal,
  asked: Asked,
): Promise<Answer> {
  const refuse = (why: string) => new HoldfastError('SITE_REDIRECTED', why)
  let url = asked.url
  for (let followed = 0; ; followed += 1) {
    const answer = await connection.ask({ ...asked, url }, signal)
    if (!REDIRECTS.has(answer.status)) return answer
    answer.discard()
    if (followed >= limits.redirectsMax)
      throw refuse(`the site redirects more than ${limits.redirectsMax} times`)
    const location = answer.header('location')
    if (location === null || !URL.canParse(location, url.href))
      throw refuse('the site redirects to no address')
    const next = new URL(location, url)
    if (next.origin !== address.base.origin)
      throw refuse('the site redirects to another host, port or scheme')
    if (next.username !== '' || next.password !== '')
      throw refuse('the site redirects to an address with a user name')
    // 301 to 303 turn a POST into a GET (RFC 9110 section 15.4), which would be no sign-in any more.
    if (asked.method === 'POST' && answer.status < 307) throw refuse('the site redirects the sign-in')
    url = next
  }
}

function refuseStatus(answer: Answer, now: number, missing: Wanted['missing']): void {
  const { status } = answer
  if (status === 200) return
  answer.discard()
  const pause = retryAfter(answer.header('retry-after'), answer.header('date'), now)
  if (status === 429)
    throw new Again(new HoldfastError('SITE_THROTTLED', 'the site asks to slow down'), pause)
  if (status >= 500 || status === 408)
    throw new Again(new HoldfastError('SITE_REFUSED', `the site answers with status ${status}`), pause)
  if (status === 403)
    throw new HoldfastError('SITE_SIGN_IN_SUSPENDED', 'the site says that the account is suspended')
  if (status > 200 && status < 300) throw invalid(`the site answers with status ${status}`)
  const code = status === 404 || status === 410 ? missing : 'SITE_REFUSED'
  throw new HoldfastError(code, `the site answers with status ${status}`)
}

function accountOf(answer: Record<string, unknown>): SourceAccount {
  const { token, timeStamp, account } = answer
  const now = possibleTime(timeStamp)
  // What goes into a header must be visible ASCII.
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,8000}$/.test(token))
    throw invalid('the sign-in gives no token')
  if (now === null) throw invalid('the sign-in gives no time')
  if (!isObject(account)) throw invalid('the sign-in gives no account')
  const accountId = typeof account.accountId === 'number' ? String(account.accountId) : account.accountId
  if (typeof accountId !== 'string' || accountId === '' || accountId.length > 200)
    throw invalid('the sign-in gives no account id')
  const networks = Array.isArray(account.networks) ? account.networks : []
  return {
    accountId,
    accountName: typeof account.accountName === 'string' ? account.accountName.slice(0, 200) : '',
    networks: networks.filter((network): network is string => typeof network === 'string').slice(0, 100),
    demonstration: account.demonstration === true,
    siteNow: new Date(now),
  }
}
