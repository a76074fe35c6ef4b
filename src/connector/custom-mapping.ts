/** A connector's custom mapping file: checked against the directory, tried, and put in place of the one before. */
import { type Directory, loadDirectory } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import {
  type CheckedMapping,
  checkMapping,
  importMapping,
  listMappingEntries,
  type MappingPreview,
  previewMapping,
} from '../mapping/mapping.ts'
import { type Connector, expectRevision, getConnector } from './connector-row.ts'

export type TriedMapping = {
  readonly checked: CheckedMapping
  /** What it would change; null where the file has problems. */
  readonly preview: MappingPreview | null
}

/** Checks the file and says what it would change; CSV_INVALID for what is no such file at all. */
export async function tryCustomMapping(
  ground: Ground,
  connectorId: number,
  bytes: Buffer,
): Promise<TriedMapping> {
  const connector = await getConnector(ground.database, connectorId)
  const directory = await loadDirectory(ground.database)
  const checked = await check(ground, connector, directory, bytes)
  if (checked.problemCount > 0) return { checked, preview: null }
  const { database, clock } = ground
  return { checked, preview: await previewMapping(database, clock, connectorId, directory, checked.entries) }
}

/** Checks the file for a connector that is yet to be added; MAPPING_INVALID if it has a problem. */
export async function checkNewMapping(ground: Ground, bytes: Buffer, defaultRegion: string): Promise<void> {
  const directory = await loadDirectory(ground.database)
  refuseProblems(await checkMapping(bytes, directory, { defaultRegion, current: [] }))
}

/**
 * Puts the file in place of the connector's mapping, all of it or nothing; MAPPING_INVALID if it has a problem,
 * REVISION_STALE if somebody else changed the connector, or its mapping, since `revision`.
 */
export async function importCustomMapping(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  bytes: Buffer,
  revision?: number,
): Promise<CheckedMapping> {
  requireRole(actor, 'Mailbox Import Export')
  const connector = await getConnector(ground.database, connectorId)
  if (connector.status === 'removed')
    throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connectorId} was removed`)
  const checked = await check(ground, connector, await loadDirectory(ground.database), bytes)
  refuseProblems(checked)
  await ground.database.transaction(async tx => {
    await importMapping(tx, ground.keyring, ground.clock, actor.name, connectorId, checked)
    expectRevision(await getConnector(tx, connectorId), revision)
    await tx.execute('update connector set revision = revision + 1 where connector_id = $1', [connectorId])
  })
  return checked
}

function refuseProblems({ problems, problemCount }: CheckedMapping): void {
  const [first] = problems
  if (first)
    throw new HoldfastError(
      'MAPPING_INVALID',
      `${problemCount} problems, the first in line ${first.line}: ${`${first.column} ${first.reason}`.trim()}`,
    )
}

async function check(
  ground: Ground,
  { connectorId, defaultRegion }: Connector,
  directory: Directory,
  bytes: Buffer,
): Promise<CheckedMapping> {
  const current = await listMappingEntries(ground.database, connectorId)
  return checkMapping(bytes, directory, { defaultRegion, current })
}
