/**
 * Connectors as they are stored: added, changed, paused and removed, each change with its audit entry. A password is
 * sealed and never given back; an edit that names none keeps it.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { findProduct, type Product } from './catalogue.ts'
import { nextRunAfter, type Schedule } from './schedule.ts'

export type ConnectorStatus = 'draft' | 'active' | 'paused' | 'removed'

export type Connector = {
  readonly connectorId: number
  readonly product: Product
  readonly name: string
  readonly status: ConnectorStatus
  readonly sourceKind: 'site' | 'zip'
  /** The site's address, or the watched folder. */
  readonly location: string
  readonly accountId: string
  readonly username: string
  readonly credential: Buffer | null
  readonly termsAcceptedBy: string | null
  readonly termsAcceptedAt: Date | null
  readonly automaticMapping: boolean
  readonly defaultRegion: string
  readonly domains: readonly string[]
  readonly schedule: Schedule
  readonly itemSizeMax: number
  /** Everything that reached the site before this moment has been collected. */
  readonly collectedUntil: Date | null
  readonly nextRunAt: Date | null
  readonly createdBy: string
  readonly createdAt: Date
}

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

const COLUMNS = `connector_id, product, name, status, source_kind, location, account_id, username, credential,
  terms_accepted_by, terms_accepted_at, automatic_mapping, default_region, domains, schedule, item_size_max,
  collected_until, next_run_at, created_by, created_at`

/**
 * Adds a connector whose terms of service `actor` has accepted. It is active, and first runs at its schedule's next
 * moment. CONNECTOR_EXISTS if this account and product have one; MASTER_KEY_NOT_COPIED on a real archive whose
 * operator has not yet said that the master key is copied.
 */
export async function addConnector(ground: Ground, actor: Actor, wanted: NewConnector): Promise<Connector> {
  const product = findProduct(wanted.product)
  checkSettings(wanted)
  if (!ground.archive.demonstration && ground.archive.masterKeyCopiedAt === null)
    throw new HoldfastError('MASTER_KEY_NOT_COPIED', 'nothing is imported before the master key is copied')
  const now = ground.clock.now()
  return ground.database.transaction(async tx => {
    const existing = await tx.query(
      `select connector_id from connector where product = $1 and account_id = $2 and location = $3 and status <> 'removed'`,
      [product.id, wanted.accountId, wanted.location],
    )
    if (existing.length > 0)
      throw new HoldfastError(
        'CONNECTOR_EXISTS',
        `${product.name} of account ${wanted.accountId} has a connector`,
      )
    const [row] = await tx.query<Row>(
      `insert into connector (product, name, status, source_kind, location, account_id, username, terms_accepted_by,
         terms_accepted_at, automatic_mapping, default_region, domains, schedule, item_size_max, next_run_at, created_by,
         created_at)
       values ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $7, $8) returning ${COLUMNS}`,
      [
        product.id,
        wanted.name,
        wanted.sourceKind,
        wanted.location,
        wanted.accountId,
        wanted.username,
        actor.name,
        new Date(now),
        wanted.automaticMapping,
        wanted.defaultRegion,
        wanted.domains.map(domain => domain.toLowerCase()),
        JSON.stringify(wanted.schedule),
        wanted.itemSizeMax,
        new Date(nextRunAfter(wanted.schedule, now)),
      ],
    )
    const connector = fromRow(row)
    await setPassword(tx, ground, connector.connectorId, wanted.password)
    await record(tx, ground, actor, 'connector.add', connector.connectorId, {
      product: product.id,
      termsAccepted: true,
      automaticMapping: wanted.automaticMapping,
    })
    return getConnector(tx, connector.connectorId)
  })
}

/** The connector, removed ones too; CONNECTOR_UNKNOWN if there never was one. */
export async function getConnector(sql: Sql, connectorId: number): Promise<Connector> {
  const [row] = await sql.query<Row>(`select ${COLUMNS} from connector where connector_id = $1::bigint`, [
    connectorId,
  ])
  if (!row) throw new HoldfastError('CONNECTOR_UNKNOWN', `there is no connector ${connectorId}`)
  return fromRow(row)
}

/** All connectors but removed ones, oldest first. */
export async function listConnectors(sql: Sql): Promise<Connector[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from connector where status <> 'removed' order by connector_id`,
  )
  return rows.map(fromRow)
}

export type ConnectorChange = Partial<
  Pick<
    NewConnector,
    | 'name'
    | 'location'
    | 'username'
    | 'password'
    | 'automaticMapping'
    | 'defaultRegion'
    | 'domains'
    | 'schedule'
    | 'itemSizeMax'
  >
>

/** Changes the settings given and no others: an edit without a password keeps the password. */
export async function editConnector(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  change: ConnectorChange,
): Promise<Connector> {
  return ground.database.transaction(async tx => {
    const current = await getOpenConnector(tx, connectorId)
    const next = { ...current, ...change }
    checkSettings(next)
    await tx.execute(
      `update connector set name = $2, username = $3, automatic_mapping = $4, default_region = $5, domains = $6,
         schedule = $7, item_size_max = $8, next_run_at = $9, location = $10 where connector_id = $1`,
      [
        connectorId,
        next.name,
        next.username,
        next.automaticMapping,
        next.defaultRegion,
        next.domains.map(domain => domain.toLowerCase()),
        JSON.stringify(next.schedule),
        next.itemSizeMax,
        change.schedule ? new Date(nextRunAfter(change.schedule, ground.clock.now())) : current.nextRunAt,
        next.location,
      ],
    )
    if (change.password !== undefined) await setPassword(tx, ground, connectorId, change.password)
    await record(tx, ground, actor, 'connector.edit', connectorId, { changed: Object.keys(change).sort() })
    return getConnector(tx, connectorId)
  })
}

/** Stops scheduled imports (`paused`), or lets them go on (`active`); a missed window is then caught up. */
export async function setConnectorStatus(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  status: 'active' | 'paused',
): Promise<Connector> {
  return ground.database.transaction(async tx => {
    const current = await getOpenConnector(tx, connectorId)
    const nextRunAt =
      status === 'active' ? new Date(nextRunAfter(current.schedule, ground.clock.now())) : null
    await tx.execute('update connector set status = $2, next_run_at = $3 where connector_id = $1', [
      connectorId,
      status,
      nextRunAt,
    ])
    await record(
      tx,
      ground,
      actor,
      status === 'active' ? 'connector.resume' : 'connector.pause',
      connectorId,
      {},
    )
    return getConnector(tx, connectorId)
  })
}

/** Removes a connector and forgets its password. What it imported stays; added again, it doubles nothing. */
export async function removeConnector(ground: Ground, actor: Actor, connectorId: number): Promise<void> {
  await ground.database.transaction(async tx => {
    await getOpenConnector(tx, connectorId)
    await tx.execute(
      `update connector set status = 'removed', removed_at = $2, credential = null, next_run_at = null
       where connector_id = $1`,
      [connectorId, new Date(ground.clock.now())],
    )
    await record(tx, ground, actor, 'connector.remove', connectorId, {})
  })
}

/** The connector, locked: what is not changed must not be written back as it was before somebody else's change. */
async function getOpenConnector(tx: Transaction, connectorId: number): Promise<Connector> {
  await tx.query('select from connector where connector_id = $1::bigint for no key update', [connectorId])
  const connector = await getConnector(tx, connectorId)
  if (connector.status === 'removed')
    throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connectorId} was removed`)
  return connector
}

async function setPassword(
  tx: Transaction,
  ground: Ground,
  connectorId: number,
  password: string,
): Promise<void> {
  const sealed = ground.keyring.seal('credential', Buffer.from(password, 'utf8'), `connector:${connectorId}`)
  await tx.execute('update connector set credential = $2 where connector_id = $1', [connectorId, sealed])
}

async function record(
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

function checkSettings(settings: Pick<NewConnector, 'name' | 'defaultRegion' | 'itemSizeMax'>): void {
  if (settings.name.trim() === '' || settings.name.length > 200)
    throw new HoldfastError('CONNECTOR_INVALID', 'the name must have 1 to 200 characters')
  if (!/^[A-Z]{2}$/.test(settings.defaultRegion))
    throw new HoldfastError(
      'CONNECTOR_INVALID',
      `region "${settings.defaultRegion}" is not a two-letter code such as GB`,
    )
  if (!Number.isSafeInteger(settings.itemSizeMax) || settings.itemSizeMax < 1_000_000)
    throw new HoldfastError(
      'CONNECTOR_INVALID',
      'itemSizeMax must be a whole number of bytes, 1000000 or more',
    )
}

type Row = {
  connector_id: number
  product: string
  name: string
  status: ConnectorStatus
  source_kind: 'site' | 'zip'
  location: string
  account_id: string
  username: string
  credential: Buffer | null
  terms_accepted_by: string | null
  terms_accepted_at: Date | null
  automatic_mapping: boolean
  default_region: string
  domains: string[]
  schedule: Schedule
  item_size_max: number
  collected_until: Date | null
  next_run_at: Date | null
  created_by: string
  created_at: Date
}

function fromRow(row: Row | undefined): Connector {
  if (!row) throw new HoldfastError('INTERNAL', 'a connector row was expected')
  return {
    connectorId: row.connector_id,
    product: findProduct(row.product),
    name: row.name,
    status: row.status,
    sourceKind: row.source_kind,
    location: row.location,
    accountId: row.account_id,
    username: row.username,
    credential: row.credential,
    termsAcceptedBy: row.terms_accepted_by,
    termsAcceptedAt: row.terms_accepted_at,
    automaticMapping: row.automatic_mapping,
    defaultRegion: row.default_region,
    domains: row.domains,
    schedule: row.schedule,
    itemSizeMax: row.item_size_max,
    collectedUntil: row.collected_until,
    nextRunAt: row.next_run_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }
}
