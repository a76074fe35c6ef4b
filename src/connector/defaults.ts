/** What a new connector begins with, until the wizard says otherwise: schedule, region, largest item. */
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { checkDefaults } from './connector-change.ts'
import { formatSchedule, parseSchedule, type Schedule } from './schedule.ts'

export type ConnectorDefaults = {
  readonly schedule: Schedule
  readonly defaultRegion: string
  readonly itemSizeMax: number
  /** 0 until somebody set them. */
  readonly revision: number
}

/** The defaults as they were set; until then a daily import at 02:00 UTC, GB, and the configuration's largest item. */
export async function getConnectorDefaults(
  { config }: Pick<Ground, 'config'>,
  sql: Sql,
): Promise<ConnectorDefaults> {
  const [row] = await sql.query<{
    schedule: Schedule
    default_region: string
    item_size_max: number
    revision: number
  }>('select schedule, default_region, item_size_max, revision from connector_default')
  if (!row)
    return {
      schedule: parseSchedule('daily 02:00 UTC'),
      defaultRegion: 'GB',
      itemSizeMax: config.itemSizeMax,
      revision: 0,
    }
  return {
    schedule: row.schedule,
    defaultRegion: row.default_region,
    itemSizeMax: row.item_size_max,
    revision: row.revision,
  }
}

/** Sets them for connectors to come; those that there are keep theirs. REVISION_STALE, CONNECTOR_INVALID. */
export async function setConnectorDefaults(
  ground: Ground,
  actor: Actor,
  wanted: Omit<ConnectorDefaults, 'revision'>,
  revision: number,
): Promise<ConnectorDefaults> {
  requireRole(actor, 'Organization Configuration')
  checkDefaults(wanted)
  return ground.database.transaction(async tx => {
    const values = [JSON.stringify(wanted.schedule), wanted.defaultRegion, wanted.itemSizeMax]
    const changed = await tx.execute(
      revision === 0
        ? `insert into connector_default (schedule, default_region, item_size_max, revision)
           values ($1, $2, $3, $4 + 1) on conflict do nothing`
        : `update connector_default set schedule = $1, default_region = $2, item_size_max = $3,
             revision = revision + 1 where revision = $4`,
      [...values, revision],
    )
    if (changed === 0)
      throw new HoldfastError(
        'REVISION_STALE',
        `the connector defaults are no longer at revision ${revision}`,
      )
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'connector-defaults.change',
      subject: 'connector-defaults',
      detail: {
        schedule: formatSchedule(wanted.schedule),
        defaultRegion: wanted.defaultRegion,
        itemSizeMax: wanted.itemSizeMax,
      },
    })
    return getConnectorDefaults(ground, tx)
  })
}
