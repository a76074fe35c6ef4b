/** A connector as it is read from its row. */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { findProduct, type Product } from './catalogue.ts'
import type { Schedule } from './schedule.ts'

export type ConnectorStatus = 'draft' | 'active' | 'paused' | 'removed'
export type SetupStep = 'login' | 'mapping' | 'review'

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
  /** Grows with each change of its settings. */
  readonly revision: number
  /** As the site calls the account; '' until somebody signed in by the wizard. */
  readonly accountName: string
  /** The step of the wizard that a draft has come to; null for what is set up. */
  readonly setupStep: SetupStep | null
}

const COLUMNS = `connector_id, product, name, status, source_kind, location, account_id, username, credential,
  terms_accepted_by, terms_accepted_at, automatic_mapping, default_region, domains, schedule, item_size_max,
  collected_until, next_run_at, created_by, created_at, revision, account_name, setup_step`

/** The connector, drafts and removed ones too; CONNECTOR_UNKNOWN if there never was one. */
export async function getConnector(sql: Sql, connectorId: number): Promise<Connector> {
  const [row] = await sql.query<Row>(`select ${COLUMNS} from connector where connector_id = $1::bigint`, [
    connectorId,
  ])
  if (!row) throw new HoldfastError('CONNECTOR_UNKNOWN', `there is no connector ${connectorId}`)
  return fromRow(row)
}

/** All connectors that are set up and not removed, oldest first. */
export async function listConnectors(sql: Sql): Promise<Connector[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from connector where status in ('active', 'paused') order by connector_id`,
  )
  return rows.map(fromRow)
}

/** Connectors whose setup is not finished, oldest first. */
export async function listDrafts(sql: Sql): Promise<Connector[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from connector where status = 'draft' order by connector_id`,
  )
  return rows.map(fromRow)
}

/**
 * The connector, locked: what is not changed must not be written back as it was before somebody else's change.
 * CONNECTOR_UNKNOWN if it was removed, CONNECTOR_UNFINISHED where a draft is not what is asked for (or the reverse),
 * REVISION_STALE if it is another revision than the one expected.
 */
export async function lockConnector(
  tx: Transaction,
  connectorId: number,
  wanted: { readonly draft: boolean; readonly revision?: number | undefined },
): Promise<Connector> {
  await tx.query('select from connector where connector_id = $1::bigint for no key update', [connectorId])
  const connector = await getConnector(tx, connectorId)
  if (connector.status === 'removed')
    throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connectorId} was removed`)
  if (wanted.draft && connector.status !== 'draft')
    throw new HoldfastError('CONNECTOR_EXISTS', `the setup of connector ${connectorId} is finished already`)
  if (!wanted.draft && connector.status === 'draft')
    throw new HoldfastError('CONNECTOR_UNFINISHED', `the setup of connector ${connectorId} is not finished`)
  expectRevision(connector, wanted.revision)
  return connector
}

/** REVISION_STALE unless the connector still is as the caller saw it. */
export function expectRevision(connector: Connector, revision: number | undefined): void {
  if (revision === undefined || revision === connector.revision) return
  throw new HoldfastError(
    'REVISION_STALE',
    `connector ${connector.connectorId} is at revision ${connector.revision}, not ${revision}`,
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
  revision: number
  account_name: string
  setup_step: SetupStep | null
}

function fromRow(row: Row): Connector {
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
    revision: row.revision,
    accountName: row.account_name,
    setupStep: row.setup_step,
  }
}
