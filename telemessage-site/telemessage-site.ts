/**
 * A stand-in TeleMessage site: an invented organisation whose phones are archived by two networks, served by the
 * contract in docs/formats/telemessage-site.md. It is ours and unaffiliated; no real TeleMessage site was reached.
 *
 * Promises:
 * - Everything follows from the seed and the flags: the same flags give the same bytes of every item. Without
 *   `items` and `end` a day's traffic also stays the same when the site is started on another day.
 * - The count of a window is the number of messages its pages give, copies included.
 * - It streams: what it holds in memory does not grow with the number of items or the size of a recording.
 * - People, names and traffic are invented; numbers are from ranges reserved for fiction, domains from RFC 2606.
 * - It imports nothing from src/.
 */
import type { AddressInfo } from 'node:net'
import { Archive } from './archive.ts'
import { directoryCsv, mappingCsv, siteUsers } from './directory.ts'
import { type Faults, NO_FAULTS } from './faults.ts'
import { makeMediaPool } from './media.ts'
import { ORGANISATION, populate } from './population.ts'
import { mix } from './random.ts'
import { DAY, Schedule } from './schedule.ts'
import { makeServer, type Requests } from './server.ts'
import { writeZips, type ZipDrop } from './zip-drop.ts'

export type { Faults } from './faults.ts'
export type { Requests } from './server.ts'
export type { ZipDrop } from './zip-drop.ts'

export type SiteOptions = {
  /** 2 to 10,000; 60 if left out. */
  readonly people?: number
  /** 14 if left out. */
  readonly days?: number
  /** Any integer; 1 if left out. */
  readonly seed?: number
  /** 0 (the default) for any free port. */
  readonly port?: number
  /** Address to listen on; loopback if left out. */
  readonly host?: string
  /** About this many items (exactly, recordings of `recordingsLarge` aside) over whole past days. */
  readonly items?: number
  /** Small clean items only: no attachments, no recordings, no oddities. */
  readonly plain?: boolean
  /** Large recordings, half of them on each network. Without it: none if plain, else one in fourteen days. */
  readonly recordingsLarge?: number
  /** Bytes of a large recording; 40,000,000 if left out. */
  readonly recordingSize?: number
  /** The last day is the one that holds this time (ms). Left out: now, and traffic goes on after it. */
  readonly end?: number
  /** The site's clock starts, standing still, here (ms). Left out: the real clock. */
  readonly now?: number
  /** Says so at sign-in; true if left out. */
  readonly demonstration?: boolean
  readonly faults?: Partial<Faults>
  readonly username?: string
  readonly password?: string
  /** Lets HTTP requests change faults and clock. */
  readonly allowControl?: boolean
}

export type Site = {
  readonly url: string
  readonly account: { readonly username: string; readonly password: string }
  readonly accountId: string
  readonly organisation: { readonly name: string; readonly domain: string }
  readonly people: number
  /** The first moment of the first day, ms. */
  readonly from: number
  now(): number
  /** Sets the site's clock, which then stands still; null gives it the real one again. */
  setNow(ms: number | null): void
  /** Items that have arrived so far on both networks, or in a window. */
  count(window?: { from: number; to: number }): number
  directoryCsv(): string
  mappingCsv(): string
  /** May be changed at any time. */
  readonly faults: Faults
  readonly requests: Readonly<Requests>
  /** Writes the e-mails of a window as TeleMessage's ZIP drop; see docs/formats/telemessage-zip.md. */
  writeZips(folder: string, window: { from: number; to: number }, options?: ZipDrop): Promise<string[]>
  stop(): Promise<void>
}

export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const seed = options.seed ?? 1
  const days = options.days ?? 14
  if (!Number.isInteger(days) || days < 1 || days > 3660)
    throw new RangeError('--days must be a whole number from 1 to 3660')
  let stopped: number | null = options.now ?? null
  const now = () => stopped ?? Date.now()
  const setNow = (ms: number | null) => {
    stopped = ms
  }
  const plain = options.plain ?? false
  const population = populate(seed, options.people ?? 60, plain)
  const schedule = new Schedule({
    seed,
    days,
    end: options.end ?? null,
    started: now(),
    items: options.items ?? null,
    people: {
      ENTERPRISE_NUMBER: population.active.ENTERPRISE_NUMBER.length,
      O2: population.active.O2.length,
    },
    recordings: options.recordingsLarge ?? (plain ? 0 : null),
  })
  const world = {
    seed,
    population,
    media: makeMediaPool(seed),
    plain,
    recordingSize: options.recordingSize ?? 40_000_000,
  }
  const archive = new Archive(world, schedule)
  const faults: Faults = { ...NO_FAULTS, ...options.faults }
  const requests: Requests = {
    login: 0,
    users: 0,
    messages: 0,
    count: 0,
    content: 0,
    refused: 0,
    itemsServed: 0,
  }
  const account = {
    username: options.username ?? `archive@${ORGANISATION.domain}`,
    password: options.password ?? `demo-${mix(seed, 0x9a55).toString(36)}`,
    accountId: `KHT-${mix(seed, options.people ?? 60, 0xacc).toString(36)}`,
    accountName: ORGANISATION.name,
    demonstration: options.demonstration ?? true,
  }
  const server = makeServer({
    archive,
    account,
    faults,
    requests,
    now,
    users: at => siteUsers(population, at),
    control: options.allowControl ? { setNow } : null,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { address, port, family } = server.address() as AddressInfo
  const count = (window = { from: 0, to: now() + 1 }) =>
    archive.count({ network: 'ENTERPRISE_NUMBER', ...window }, now()) +
    archive.count({ network: 'O2', ...window }, now())
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    account: { username: account.username, password: account.password },
    accountId: account.accountId,
    organisation: ORGANISATION,
    people: population.people.length,
    from: schedule.firstDay * DAY,
    now,
    setNow,
    count,
    directoryCsv: () => directoryCsv(population, schedule.firstDay),
    mappingCsv: () => mappingCsv(population, schedule.firstDay, Math.floor(now() / DAY)),
    faults,
    requests,
    writeZips: (folder, window, zipOptions = {}) =>
      writeZips(
        archive.emails({ network: 'ENTERPRISE_NUMBER', ...window }, now()),
        folder,
        now(),
        zipOptions,
      ),
    stop: () =>
      new Promise<void>((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
