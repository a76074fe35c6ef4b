/** What every change of a connector has in common: its checks, its password, its entry in the log. */
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { parseAddress } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import { type Ground, readIdentity } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import type { Product } from './catalogue.ts'
import type { Schedule } from './schedule.ts'

export type NewConnector = {
  readonly product: string
  readonly name: string
  readonly sourceKind: 'site' | 'zip'
  readonly location: string
  readonly accountId: string
  readonly username: string
  readonly password: string
  readonly automaticMapping: boolean
  readonly defaultRegion: string
  readonly domains: readonly string[]
  readonly schedule: Schedule
  readonly itemSizeMax: number
}

const NAME_LENGTH_MAX = 200
const DOMAINS_MAX = 200
const ITEM_SIZE_MIN = 1_000_000

/** CONNECTOR_INVALID, naming the setting, unless all of them can be used. */
export function checkSettings(
  settings: Pick<NewConnector, 'name' | 'defaultRegion' | 'itemSizeMax' | 'domains'>,
): void {
  if (settings.name.trim() === '' || settings.name.length > NAME_LENGTH_MAX)
    throw new HoldfastError('CONNECTOR_INVALID', `the name must have 1 to ${NAME_LENGTH_MAX} characters`)
  checkDefaults(settings)
  if (settings.domains.length > DOMAINS_MAX)
    throw new HoldfastError('CONNECTOR_INVALID', `there can be ${DOMAINS_MAX} domains at most`)
  const odd = settings.domains.findIndex(domain => parseAddress(`x@${domain}`) === null)
  if (odd !== -1)
    throw new HoldfastError(
      'CONNECTOR_INVALID',
      `domain ${odd + 1} of ${settings.domains.length} is not a domain such as example.com`,
    )
}

/** The same for what a new connector begins with. */
export function checkDefaults(settings: Pick<NewConnector, 'defaultRegion' | 'itemSizeMax'>): void {
  if (!/^[A-Z]{2}$/.test(settings.defaultRegion))
    throw new HoldfastError('CONNECTOR_INVALID', 'the region is not a two-letter code such as GB')
  if (!Number.isSafeInteger(settings.itemSizeMax) || settings.itemSizeMax < ITEM_SIZE_MIN)
    throw new HoldfastError(
      'CONNECTOR_INVALID',
      `itemSizeMax must be a whole number of bytes, ${ITEM_SIZE_MIN} or more`,
    )
}

/** Domains as they are stored: lower case, each once. */
export function tidyDomains(domains: readonly string[]): string[] {
  return [...new Set(domains.map(domain => domain.trim().toLowerCase()).filter(domain => domain !== ''))]
}

/** MASTER_KEY_NOT_COPIED on a real archive whose operator has not yet said that the master key is copied. */
export async function refuseUncopiedKey(tx: Transaction): Promise<void> {
  const archive = await readIdentity(tx)
  if (archive && !archive.demonstration && archive.masterKeyCopiedAt === null)
    throw new HoldfastError('MASTER_KEY_NOT_COPIED', 'nothing is imported before the master key is copied')
}

/**
 * CONNECTOR_EXISTS if another connector, or one that is being set up, is of this product and account. Whoever asks
 * holds the lock until its transaction ends, so that two never pass at once.
 */
export async function refuseDouble(
  tx: Transaction,
  product: Product,
  place: Pick<NewConnector, 'sourceKind' | 'accountId' | 'location'>,
  connectorId: number | null,
): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('holdfast connector account', 0))`)
  // All watched folders are one account by name; the folder tells them apart.
  const [existing] = await tx.query<{ connector_id: number; name: string; status: string }>(
    `select connector_id, name, status from connector
     where product = $1 and account_id = $2 and source_kind = $3 and ($3 = 'site' or location = $4)
       and status <> 'removed' and connector_id is distinct from $5 limit 1`,
    [product.id, place.accountId, place.sourceKind, place.location, connectorId],
  )
  if (!existing) return
  const what = `connector ${existing.connector_id} is of ${product.name} and account ${place.accountId}`
  throw new HoldfastError(
    'CONNECTOR_EXISTS',
    existing.status === 'draft' ? `${what}; its setup is not finished` : what,
  )
}

/** Seals the password under the connector's own context. */
export async function setPassword(
  tx: Transaction,
  ground: Ground,
  connectorId: number,
  password: string,
): Promise<void> {
  const sealed = ground.keyring.seal('credential', Buffer.from(password, 'utf8'), `connector:${connectorId}`)
  await tx.execute('update connector set credential = $2 where connector_id = $1', [connectorId, sealed])
}

/** Appends what was done to the connector to the audit log. */
export async function record(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  act: string,
  connectorId: number,
  detail: Record<string, unknown>,
): Promise<void> {
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject: `connector:${connectorId}`,
    detail,
  })
}
