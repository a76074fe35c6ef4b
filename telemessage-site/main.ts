/** The command: `npm run telemessage-site -- --people 500 --days 30 --seed 7 --port 8090`. */
import { parseArgs } from 'node:util'
import { type Faults, NO_FAULTS } from './faults.ts'
import { type SiteOptions, startSite } from './telemessage-site.ts'

const HELP = `A stand-in TeleMessage site with invented people and traffic (docs/formats/telemessage-site.md).
It is unaffiliated with TeleMessage; no real site is involved.

usage: npm run telemessage-site -- [options]

  --people N            registered people, 2 to 10000 (60)
  --days N              days of traffic (14)
  --seed N              the seed; the same flags give the same bytes (1)
  --port N              port to listen on, 0 for any free one (8090)
  --host ADDRESS        address to listen on (127.0.0.1)
  --items N             exactly N items, over whole past days
  --plain               small clean items only: no attachments, recordings or oddities
  --recordings-large N  N large recordings, half of them on each network
  --recording-size B    bytes of a large recording; 40mb, 100mb … may be written (40mb)
  --end TIME            ISO time of the last day (now; traffic then goes on)
  --now TIME            the site's clock stands still here
  --not-demonstration   does not call itself a demonstration at sign-in
  --username, --password  the account (printed at the start)
  --zip-drop DIR        writes the e-mails so far as TeleMessage's ZIP drop into DIR, and goes on serving
  --directory FILE, --mapping FILE  writes the mailboxes, the custom mapping, as CSV
  --allow-fault-control POST /__faults and /__now change the running site
  --json                prints one line of JSON when ready
  --once                stops when all is written

faults (0 = never):
  --latency-ms N  --too-many-every N  --retry-after-seconds N  --retry-after-date  --server-error-every N
  --cut-every N  --truncate-every N  --invalid-json-every N  --repeat-page-every N  --reorder-every N
  --token-requests N  --suspended  --count-offset N
`

const flagOf = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

const faultFlags = Object.fromEntries(
  Object.entries(NO_FAULTS).map(([name, value]) => [
    flagOf(name),
    { type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const) },
  ]),
)

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

function readFlags() {
  return parseArgs({
    options: {
      people: text,
      days: text,
      seed: text,
      port: text,
      host: text,
      items: text,
      plain: flag,
      'recordings-large': text,
      'recording-size': text,
      end: text,
      now: text,
      demonstration: flag,
      'not-demonstration': flag,
      username: text,
      password: text,
      'zip-drop': text,
      directory: text,
      mapping: text,
      'allow-fault-control': flag,
      json: flag,
      once: flag,
      help: flag,
      ...faultFlags,
    },
  }).values as Record<string, string | boolean | undefined>
}

/** A flag that cannot be read. */
class FlagError extends Error {}

function wholeNumber(flags: Record<string, string | boolean | undefined>, name: string): number | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const match = /^(-?\d+)(kb|mb|gb)?$/i.exec(String(value).replaceAll('_', ''))
  if (!match) throw new FlagError(`--${name} must be a whole number`)
  const unit = { kb: 1000, mb: 1_000_000, gb: 1_000_000_000 }[match[2]?.toLowerCase() ?? ''] ?? 1
  return Number(match[1]) * unit
}

function time(flags: Record<string, string | boolean | undefined>, name: string): number | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const ms = Date.parse(String(value))
  if (Number.isNaN(ms)) throw new FlagError(`--${name} must be an ISO time`)
  return ms
}

/** The object without what is undefined. */
function given<T extends Record<string, unknown>>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

async function main(): Promise<void> {
  const flags = readFlags()
  if (flags.help) {
    process.stdout.write(HELP)
    return
  }
  const number = (name: string) => wholeNumber(flags, name)
  const string = (name: string) => flags[name] as string | undefined
  const faults: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(NO_FAULTS))
    faults[name] = typeof value === 'boolean' ? flags[flagOf(name)] : number(flagOf(name))
  const options: SiteOptions = {
    ...given({
      people: number('people'),
      days: number('days'),
      seed: number('seed'),
      host: string('host'),
      items: number('items'),
      recordingsLarge: number('recordings-large'),
      recordingSize: number('recording-size'),
      end: time(flags, 'end'),
      now: time(flags, 'now'),
      username: string('username'),
      password: string('password'),
    }),
    port: number('port') ?? 8090,
    plain: flags.plain === true,
    demonstration: flags['not-demonstration'] !== true,
    allowControl: flags['allow-fault-control'] === true,
    faults: given(faults) as Partial<Faults>,
  }
  const site = await startSite(options)
  const { writeFile } = await import('node:fs/promises')
  if (flags.directory) await writeFile(String(flags.directory), site.directoryCsv())
  if (flags.mapping) await writeFile(String(flags.mapping), site.mappingCsv())
  const zips = flags['zip-drop']
    ? await site.writeZips(String(flags['zip-drop']), { from: 0, to: site.now() })
    : []
  const items = site.count()
  if (flags.json) {
    const { url, account, accountId, organisation, people, from } = site
    process.stdout.write(
      `${JSON.stringify({ ready: true, url, account, accountId, organisation, people, from, items, zips })}\n`,
    )
  } else {
    process.stdout.write(
      `Stand-in TeleMessage site of ${site.organisation.name} (invented; unaffiliated with TeleMessage)\n` +
        `  address   ${site.url}\n  user name ${site.account.username}\n  password  ${site.account.password}\n` +
        `  people    ${site.people}\n  items     ${items} so far, from ${new Date(site.from).toISOString().slice(0, 10)}\n` +
        (zips.length > 0 ? `  ZIP drop  ${zips.length} archives\n` : '') +
        (flags.once ? '' : 'Ctrl-C stops it.\n'),
    )
  }
  const stop = () => {
    site.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  if (flags.once) return stop()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // Whoever started it with a channel is gone, and nobody else would stop it.
  if (process.connected) process.once('disconnect', stop)
  else if (process.connected === false) stop()
}

main().catch((error: unknown) => {
  const wrong =
    error instanceof FlagError ||
    error instanceof RangeError ||
    (error instanceof TypeError && 'code' in error)
  process.stderr.write(`telemessage-site: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(wrong ? 2 : 1)
})
