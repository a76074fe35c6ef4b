/**
 * The TeleMessage site as a source, per docs/formats/telemessage-site.md, version 1. The site is taken to be hostile
 * and possibly absent: every answer is limited in time and size and checked before it is used; what fails in passing
 * is tried again with back-off; pages keep exactly the bytes received.
 */
import type { Clock } from '../../clock.ts'
import { HoldfastError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import type { RegisteredUser, Source, SourcePage, SourceWindow } from '../contract.ts'
import { siteAddress } from './address.ts'
import { openConnection } from './connection.ts'
import { streamContent } from './content.ts'
import { isSoundJson } from './json-check.ts'
import { SITE_LIMITS, type SiteLimits } from './limits.ts'
import { isObject, type PageEnvelope, pageContents, readEnvelope } from './page.ts'
import { retrying } from './retry.ts'
import { collect, invalid, openSession, type Session } from './session.ts'

export type SiteOptions = {
  readonly url: string
  readonly network: string
  readonly username: string
  readonly password: string
  readonly demonstration: boolean
  /** Messages asked for in a page, 1 to 1000. */
  readonly pageItems?: number
  /** Contents over this many bytes are ITEM_TOO_LARGE. */
  readonly contentSizeMax: number
  readonly clock: Clock
  readonly log: Logger
  readonly limits?: Partial<SiteLimits>
  /** PEM certificates of authorities trusted beside the machine's own, for sites within an organisation. */
  readonly authorities?: string
}

/** What the parts of the client share. */
type Site = {
  readonly session: Session
  readonly limits: SiteLimits
  readonly options: SiteOptions
  retry<T>(what: string, signal: AbortSignal, attempt: (number: number) => Promise<T>): Promise<T>
}

/**
 * Makes no request yet. Throws SITE_ADDRESS_INVALID, SITE_NOT_TLS; SITE_NOT_DEMONSTRATION where the archive is a
 * demonstration and the site not on this machine (whether it is one is seen at sign-in).
 */
export function openSite(options: SiteOptions): Source {
  const address = siteAddress(options.url)
  if (options.demonstration && !address.loopback)
    throw new HoldfastError('SITE_NOT_DEMONSTRATION', 'the address of the site is not of this machine')
  const limits: SiteLimits = { ...SITE_LIMITS, ...options.limits }
  const connection = openConnection(address, limits, options.authorities)
  const session = openSession({ ...options, address, connection, limits })
  const site: Site = {
    session,
    limits,
    options,
    retry: (what, signal, attempt) =>
      retrying(limits, options.clock, signal, attempt, (error, number, wait) =>
        options.log.warn({ error, what, attempt: number, wait: Math.round(wait) }, 'asking the site again'),
      ),
  }
  return {
    probe: signal => site.retry('sign-in', signal, () => session.signIn(signal)),
    users: signal => readUsers(site, signal),
    count: (window, signal) => readCount(site, window, signal),
    pages: (window, cursor, signal) => readPages(site, window, cursor, signal),
    content: (contentId, signal) =>
      streamContent(session, limits, options.contentSizeMax, contentId, options.clock, signal),
    close: async () => connection.close(),
  }
}

/** Small answers with JSON objects: asked for, read and checked as one step, so that a damaged one is asked again. */
function readObject<T>(
  site: Site,
  what: string,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
  check: (answer: Record<string, unknown>) => T,
): Promise<T> {
  const wanted = { path, query, totalTimeout: site.limits.answerTimeout, missing: 'SITE_REFUSED' as const }
  return site.retry(what, signal, async () => {
    const answer = await site.session.object(await site.session.get(wanted, signal))
    if (answer.invalidToken === true) {
      site.session.forgetToken()
      throw invalid('the site refuses the token')
    }
    return check(answer)
  })
}

async function readCount(site: Site, window: SourceWindow, signal: AbortSignal): Promise<number> {
  const query = windowQuery(site, window)
  return readObject(site, 'count', 'rest/archive/messages/count', query, signal, ({ count }) => {
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
      throw invalid('the count is no number')
    return count
  })
}

async function* readUsers(site: Site, signal: AbortSignal): AsyncGenerator<RegisteredUser> {
  const standstill = new Standstill(site.limits.standstillsMax)
  for (let lastId = ''; ; ) {
    const query = { network: site.options.network, limit: '500', ...(lastId === '' ? {} : { lastId }) }
    const page = await readObject(site, 'users', 'rest/archive/users', query, signal, answer => {
      if (!Array.isArray(answer.users) || typeof answer.endOfUsers !== 'boolean')
        throw invalid('this is no page of users')
      const next = typeof answer.lastId === 'string' ? answer.lastId : ''
      return { users: answer.users as unknown[], end: answer.endOfUsers, lastId: next }
    })
    for (const user of page.users) {
      const registered = userOf(user, site.options.network)
      if (registered) yield registered
    }
    if (page.end) return
    standstill.note(page.lastId, page.users.length > 0 && page.lastId !== lastId)
    lastId = page.lastId
  }
}

/** Null for an entry that names nobody. Texts are bounded: they go into the database. */
function userOf(value: unknown, network: string): RegisteredUser | null {
  if (!isObject(value)) return null
  const text = (field: unknown) =>
    typeof field === 'string'
      ? field.replaceAll('\0', '').slice(0, 320)
      : typeof field === 'number'
        ? String(field)
        : ''
  const number = text(value.mobile)
  const userId = text(value.userId) || number
  if (userId === '') return null
  const fullName = [text(value.firstName), text(value.lastName)].filter(part => part !== '').join(' ')
  return {
    userId,
    name: fullName || text(value.userName),
    number,
    email: text(value.email),
    appActive: typeof value.appActive === 'boolean' ? value.appActive : null,
    companyOwned: typeof value.companyOwned === 'boolean' ? value.companyOwned : null,
    network: text(value.networkType) || network,
  }
}

type ReadPage = { readonly bytes: Buffer; readonly envelope: PageEnvelope }

async function* readPages(
  site: Site,
  window: SourceWindow,
  start: string | null,
  signal: AbortSignal,
): AsyncGenerator<SourcePage> {
  const standstill = new Standstill(site.limits.standstillsMax)
  const ahead = new AbortController()
  const either = AbortSignal.any([signal, ahead.signal])
  let cursor = start
  let previous: ReadPage | null = null
  let reading = readPage(site, window, cursor, either)
  try {
    for (;;) {
      const page: ReadPage = await reading
      const { elements, endOfMessages, lastId } = page.envelope
      // With messages and yet at the place it was asked from: the page before it again. It is not passed on.
      const stands =
        lastId === cursor && (!endOfMessages || (previous !== null && sameMessages(previous, page)))
      if (!endOfMessages) {
        standstill.note(lastId!, elements.length > 0 && !stands)
        cursor = lastId
        // One page is read while the consumer stages this one; its failure is thrown when it is its turn.
        reading = readPage(site, window, cursor, either)
        reading.catch(() => {})
      }
      if (elements.length > 0 && !stands)
        yield {
          bytes: page.bytes,
          cursor: endOfMessages ? null : lastId,
          items: elements.length,
          contents: pageContents(page.bytes, elements),
        }
      if (endOfMessages) return
      previous = page
    }
  } finally {
    ahead.abort()
  }
}

function readPage(
  site: Site,
  window: SourceWindow,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ReadPage> {
  const { session, limits, options } = site
  const limit = String(Math.min(options.pageItems ?? limits.pageItemsMax, limits.pageItemsMax))
  const query = { ...windowQuery(site, window), limit, ...(cursor === null ? {} : { lastId: cursor }) }
  const wanted = {
    path: 'rest/archive/messages',
    query,
    totalTimeout: limits.answerTimeout,
    missing: 'SITE_REFUSED' as const,
  }
  return site.retry('page', signal, async attempt => {
    const bytes = await collect(await session.get(wanted, signal), limits.pageBytesMax)
    // Damage on the way heals by reading again. What stays is the site's own: then the records that can be told
    // apart are taken, and each damaged one costs only itself (filing sets it aside).
    if (!isSoundJson(bytes) && attempt < limits.attemptsMax) throw invalid('the page is no JSON')
    const envelope = readEnvelope(bytes)
    if (!envelope) throw invalid('the page is no JSON object with messages')
    if (envelope.invalidToken) {
      session.forgetToken()
      throw invalid('the site refuses the token')
    }
    if (envelope.timeStamp === null) throw invalid('the page has no time')
    if (envelope.endOfMessages === null) throw invalid('the page does not say whether it is the last')
    if (!envelope.endOfMessages && !envelope.lastId) throw invalid('the page has no lastId')
    return { bytes, envelope }
  })
}

function windowQuery(site: Site, window: SourceWindow): Record<string, string> {
  return {
    network: site.options.network,
    from: String(window.from.getTime()),
    to: String(window.to.getTime()),
  }
}

function sameMessages(one: ReadPage, other: ReadPage): boolean {
  const [a, b] = [one.envelope.messages, other.envelope.messages]
  return (
    a.end - a.start === b.end - b.start &&
    one.bytes.compare(other.bytes, b.start, b.end, a.start, a.end) === 0
  )
}

/** Notices a reading that goes round in circles: pages in a row that bring it to no place it has not been. */
class Standstill {
  readonly #max: number
  readonly #seen = new Set<string>()
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  /** `advances`: whether the page brought something and moved its own cursor. */
  note(cursor: string, advances: boolean): void {
    this.#count = advances && !this.#seen.has(cursor) ? 0 : this.#count + 1
    this.#seen.add(cursor)
    if (this.#count > this.#max)
      throw new HoldfastError('SITE_ANSWER_INVALID', 'the site goes on giving pages that lead no further')
  }
}
