/**
 * The configuration: one schema, documented here and nowhere else; the only reader of the environment.
 *
 * A setting comes from, in this order: a flag of the command line, an environment variable, the file
 * `holdfast.json` in the data folder (or the one HOLDFAST_CONFIG names), the default below. Unknown keys of the
 * file and unknown HOLDFAST_ variables are refused: a mistyped setting must not silently mean the default.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { HoldfastError } from './errors.ts'

const MEBIBYTE = 1024 * 1024

/** Every setting: its environment variable, its shape and default, and what it means. */
export const SETTINGS = {
  databaseUrl: {
    variable: 'DATABASE_URL',
    schema: z.string().min(1).nullable().default(null),
    meaning:
      'PostgreSQL (15 or newer) of your own, as the program’s role. Unset: the embedded server is used.',
  },
  databaseOwnerUrl: {
    variable: 'DATABASE_OWNER_URL',
    schema: z.string().min(1).nullable().default(null),
    meaning:
      'The same database as the role that owns the tables; needed at the first start and for upgrades.',
  },
  azureStorage: {
    variable: 'HOLDFAST_AZURE_STORAGE',
    schema: z.string().min(1).nullable().default(null),
    meaning: 'Connection string of an Azure storage account for objects. Unset: files in the data folder.',
  },
  azureContainer: {
    variable: 'HOLDFAST_AZURE_CONTAINER',
    schema: z.string().min(3).max(63).default('holdfast'),
    meaning: 'The blob container that holds the objects.',
  },
  archiveTier: {
    variable: 'HOLDFAST_ARCHIVE_TIER',
    schema: z.enum(['none', 'cool', 'cold']).default('cool'),
    meaning:
      'Where the storage has tiers (Azure): the one for objects whose messages are all in the in-place archive. `none` leaves objects where they are.',
  },
  exportStorage: {
    variable: 'HOLDFAST_EXPORT_STORAGE',
    schema: z.string().min(1).nullable().default(null),
    meaning:
      'Where exports can be written instead of downloaded: a folder, or a connection string of an Azure storage account with `;Container=<name>` at its end. Encrypted exports alone go there.',
  },
  masterKeyFile: {
    variable: 'HOLDFAST_MASTER_KEY_FILE',
    schema: z.string().min(1).nullable().default(null),
    meaning: 'The master key’s file. Unset: master.key in the data folder.',
  },
  checkpointFolder: {
    variable: 'HOLDFAST_CHECKPOINT_FOLDER',
    schema: z.string().min(1).nullable().default(null),
    meaning:
      'A folder (best on another machine) that receives a copy of each audit checkpoint and of each disposal’s document.',
  },
  workers: {
    variable: 'HOLDFAST_WORKERS',
    schema: z.coerce
      .number()
      .int()
      .min(1)
      .max(64)
      .default(Math.max(1, Math.min(8, availableParallelism()))),
    meaning: 'How many worker processes `serve` and `demo` run. Default: one for each processor, 8 at most.',
  },
  listen: {
    variable: 'HOLDFAST_LISTEN',
    schema: z
      .string()
      .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'must be host:port, such as 127.0.0.1:8480')
      .default('127.0.0.1:8480'),
    meaning:
      'Where the portal and the API listen, host:port; port 0 takes a free one. Beyond this machine: TLS only.',
  },
  publicUrl: {
    variable: 'HOLDFAST_PUBLIC_URL',
    schema: z
      .string()
      .regex(/^https?:\/\/[^/\s?#]+$/, 'must be https://host without a path')
      .nullable()
      .default(null),
    meaning:
      'Where people reach the portal, such as https://archive.example.com, behind a proxy or by a name. Unset: as listened on.',
  },
  tlsCertificateFile: {
    variable: 'HOLDFAST_TLS_CERTIFICATE',
    schema: z.string().min(1).nullable().default(null),
    meaning: 'Certificate chain of the portal (PEM). Unset: plain http, on this machine’s loopback alone.',
  },
  tlsKeyFile: {
    variable: 'HOLDFAST_TLS_KEY',
    schema: z.string().min(1).nullable().default(null),
    meaning: 'The certificate’s private key (PEM).',
  },
  trustedProxies: {
    variable: 'HOLDFAST_TRUSTED_PROXIES',
    schema: z.string().default(''),
    meaning:
      'Addresses or networks of proxies, by commas, whose X-Forwarded-For is believed. Unset: nobody’s is.',
  },
  metricsListen: {
    variable: 'HOLDFAST_METRICS_LISTEN',
    schema: z
      .string()
      .regex(
        /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d{1,5}$/,
        'must be a loopback address, such as 127.0.0.1:9480',
      )
      .nullable()
      .default(null),
    meaning:
      'A loopback address that answers /readyz and /metrics without a sign-in. Unset: by a signed-in call of the API alone.',
  },
  pageItems: {
    variable: 'HOLDFAST_PAGE_ITEMS',
    schema: z.coerce.number().int().min(1).max(1000).default(1000),
    meaning: 'How many items are asked from the site at a time; also the size of a batch.',
  },
  itemSizeMax: {
    variable: 'HOLDFAST_ITEM_SIZE_MAX',
    schema: z.coerce
      .number()
      .int()
      .min(MEBIBYTE)
      .default(150 * MEBIBYTE),
    meaning: 'The largest item taken, in bytes (default 150 MiB). A larger one is itemised as failed.',
  },
  logLevel: {
    variable: 'HOLDFAST_LOG_LEVEL',
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
    meaning: 'How much is logged to stderr, as JSON lines.',
  },
} as const

type SettingName = keyof typeof SETTINGS
type Settings = { -readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> }

export type Config = Readonly<Settings> & {
  /** Where the archive keeps its database, objects and key; absolute. HOLDFAST_DATA or --data, default ./data. */
  readonly dataFolder: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** HOLDFAST_ variables that are not settings of the schema: where to look, and what tests and children are told. */
const OTHER_VARIABLES = new Set([
  'HOLDFAST_DATA',
  'HOLDFAST_CONFIG',
  'HOLDFAST_CORPUS',
  'HOLDFAST_NO_SKIP',
  'HOLDFAST_LONG',
  'HOLDFAST_SEED',
  'HOLDFAST_GOLDEN_UPDATE',
  'HOLDFAST_TEST_SERVER',
  'HOLDFAST_PASSWORD',
  'HOLDFAST_TOKEN',
])

/**
 * Reads the configuration. `flags` are settings given on the command line (undefined where absent).
 * Fails with CONFIG_INVALID, naming the setting and where it was given.
 */
export function readConfig(
  flags: Partial<Record<SettingName | 'dataFolder', unknown>> = {},
  environment: Environment = process.env,
): Config {
  const dataFolder = resolve(String(flags.dataFolder ?? environment.HOLDFAST_DATA ?? 'data'))
  const file = readFile(environment.HOLDFAST_CONFIG, dataFolder)
  refuseUnknown(file, environment)
  const settings: Partial<Record<SettingName, unknown>> = {}
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { variable, schema } = SETTINGS[name]
    const candidates = [
      ['the command line', flags[name]],
      [`the environment (${variable})`, environment[variable] === '' ? undefined : environment[variable]],
      [file.path, file.values[name]],
    ] as const
    const [where, value] = candidates.find(([, given]) => given !== undefined) ?? ['the default', undefined]
    const parsed = schema.safeParse(value)
    if (!parsed.success) {
      const reason = parsed.error.issues.map(issue => issue.message).join('; ')
      throw new HoldfastError('CONFIG_INVALID', `${name} from ${where}: ${reason}`)
    }
    settings[name] = parsed.data
  }
  return Object.freeze({ ...(settings as Settings), dataFolder })
}

/** The master key's file of this configuration. */
export function masterKeyPath(config: Config): string {
  return config.masterKeyFile ?? join(config.dataFolder, 'master.key')
}

/**
 * The environment for a worker of ours: what this process has, with the data folder made explicit, and without the
 * owner's role and what a command was given to sign in with, which a worker has no use for.
 */
export function childEnvironment(
  config: Config,
  environment: Environment = process.env,
): Record<string, string> {
  const inherited = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      ![SETTINGS.databaseOwnerUrl.variable, 'HOLDFAST_PASSWORD', 'HOLDFAST_TOKEN'].includes(entry[0]),
  )
  return {
    ...Object.fromEntries(inherited),
    HOLDFAST_DATA: config.dataFolder,
    HOLDFAST_LOG_LEVEL: config.logLevel,
  }
}

/** The password for a source, where a script gives it by the environment and not on the command line. */
export function passwordFromEnvironment(environment: Environment = process.env): string | null {
  return environment.HOLDFAST_PASSWORD || null
}

/** The API token that commands act by, where one is given. */
export function tokenFromEnvironment(environment: Environment = process.env): string | null {
  // Set to nothing it is a token all the same, and a wrong one: what was to set it has failed.
  return environment.HOLDFAST_TOKEN ?? null
}

function readFile(
  named: string | undefined,
  dataFolder: string,
): { path: string; values: Record<string, unknown> } {
  const path = named ? resolve(named) : join(dataFolder, 'holdfast.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (!named && (cause as NodeJS.ErrnoException).code === 'ENOENT') return { path, values: {} }
    throw new HoldfastError('CONFIG_INVALID', `${path} cannot be read`, { cause })
  }
  try {
    const values: unknown = JSON.parse(text)
    if (values !== null && typeof values === 'object' && !Array.isArray(values))
      return { path, values: values as Record<string, unknown> }
  } catch (cause) {
    throw new HoldfastError('CONFIG_INVALID', `${path} is not JSON`, { cause })
  }
  throw new HoldfastError('CONFIG_INVALID', `${path} must hold one JSON object`)
}

function refuseUnknown(
  file: { path: string; values: Record<string, unknown> },
  environment: Environment,
): void {
  const unknownKey = Object.keys(file.values).find(key => !(key in SETTINGS))
  if (unknownKey !== undefined)
    throw new HoldfastError('CONFIG_INVALID', `${file.path}: unknown setting "${unknownKey}"`)
  const variables = new Set<string>(Object.values(SETTINGS).map(setting => setting.variable))
  const unknownVariable = Object.keys(environment).find(
    name => name.startsWith('HOLDFAST_') && !variables.has(name) && !OTHER_VARIABLES.has(name),
  )
  if (unknownVariable !== undefined)
    throw new HoldfastError('CONFIG_INVALID', `unknown environment variable ${unknownVariable}`)
}
