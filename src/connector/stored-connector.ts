/**
 * Connectors as they are stored: added, changed, paused and removed, each change with its audit entry. A password is
 * sealed and never given back; an edit that names none keeps it. All of it needs the role Mailbox Import Export.
 */
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { findProduct } from './catalogue.ts'
import {
  checkSettings,
  type NewConnector,
  record,
  refuseDouble,
  refuseUncopiedKey,
  setPassword,
  tidyDomains,
} from './connector-change.ts'
import { type Connector, getConnector, lockConnector } from './connector-row.ts'
import { nextRunAfter } from './schedule.ts'

/**
 * Adds a connector whose terms of service `actor` has accepted. It is active, and first runs at its schedule's next
 * moment. CONNECTOR_EXISTS if this account and product have one; MASTER_KEY_NOT_COPIED on a real archive whose
 * operator has not yet said that the master key is copied.
 */
export async function addConnector(ground: Ground, actor: Actor, wanted: NewConnector): Promise<Connector> {
  requireRole(actor, 'Mailbox Import Export')
  const product = findProduct(wanted.product)
  checkSettings(wanted)
  const now = ground.clock.now()
  return ground.database.transaction(async tx => {
    await refuseUncopiedKey(tx)
    await refuseDouble(tx, product, wanted, null)
    const [row] = await tx.query<{ connector_id: number }>(
      `insert into connector (product, name, status, source_kind, location, account_id, username, terms_accepted_by,
         terms_accepted_at, automatic_mapping, default_region, domains, schedule, item_size_max, next_run_at, created_by,
         created_at)
       values ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $7, $8) returning connector_id`,
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
        tidyDomains(wanted.domains),
        JSON.stringify(wanted.schedule),
        wanted.itemSizeMax,
        new Date(nextRunAfter(wanted.schedule, now)),
      ],
    )
    const connectorId = row!.connector_id
    await setPassword(tx, ground, connectorId, wanted.password)
    await record(tx, ground, actor, 'connector.add', connectorId, {
      product: product.id,
      termsAccepted: true,
      automaticMapping: wanted.automaticMapping,
    })
    return getConnector(tx, connectorId)
  })
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

/**
 * Changes the settings given and no others: an edit without a password keeps the password. REVISION_STALE if the
 * connector is no longer at `revision`, where one is given.
 */
export async function editConnector(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  change: ConnectorChange,
  revision?: number,
): Promise<Connector> {
  requireRole(actor, 'Mailbox Import Export')
  return ground.database.transaction(async tx => {
    const current = await lockConnector(tx, connectorId, { draft: false, revision })
    const next = { ...current, ...change, domains: tidyDomains(change.domains ?? current.domains) }
    checkSettings(next)
    await tx.execute(
      `update connector set name = $2, username = $3, automatic_mapping = $4, default_region = $5, domains = $6,
         schedule = $7, item_size_max = $8, next_run_at = $9, location = $10,
         revision = revision + 1 where connector_id = $1`,
      [
        connectorId,
        next.name,
        next.username,
        next.automaticMapping,
        next.defaultRegion,
        next.domains,
        JSON.stringify(next.schedule),
        next.itemSizeMax,
        change.schedule && current.status === 'active'
          ? new Date(nextRunAfter(change.schedule, ground.clock.now()))
          : current.nextRunAt,
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
  revision?: number,
): Promise<Connector> {
  requireRole(actor, 'Mailbox Import Export')
  return ground.database.transaction(async tx => {
    const current = await lockConnector(tx, connectorId, { draft: false, revision })
    const nextRunAt =
      status === 'active' ? new Date(nextRunAfter(current.schedule, ground.clock.now())) : null
    await tx.execute(
      'update connector set status = $2, next_run_at = $3, revision = revision + 1 where connector_id = $1',
      [connectorId, status, nextRunAt],
    )
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
export async function removeConnector(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  revision?: number,
): Promise<void> {
  requireRole(actor, 'Mailbox Import Export')
  await ground.database.transaction(async tx => {
    await lockConnector(tx, connectorId, { draft: false, revision })
    await tx.execute(
      `update connector set status = 'removed', removed_at = $2, credential = null, next_run_at = null,
         revision = revision + 1
       where connector_id = $1`,
      [connectorId, new Date(ground.clock.now())],
    )
    await record(tx, ground, actor, 'connector.remove', connectorId, {})
  })
}
