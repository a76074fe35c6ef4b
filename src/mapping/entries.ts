/**
 * Reads what mapping stands on from the database: the connector's settings, the custom mapping, the registered users.
 */
import type { Sql } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import { comparableNumber, type MappingEntry, type ResolverInput } from './resolve.ts'

/** Everything that a connector's resolver stands on; CONNECTOR_UNKNOWN. */
export async function readResolverInput(
  sql: Sql,
  connectorId: number,
  directory: Directory,
): Promise<ResolverInput> {
  const [connector] = await sql.query<{
    automatic_mapping: boolean
    default_region: string
    domains: string[]
  }>('select automatic_mapping, default_region, domains from connector where connector_id = $1', [
    connectorId,
  ])
  if (!connector) throw new HoldfastError('CONNECTOR_UNKNOWN', `there is no connector ${connectorId}`)
  const registered = await sql.query<{ user_id: string; number: string; email: string }>(
    'select user_id, number, email from registered_user where connector_id = $1',
    [connectorId],
  )
  return {
    automatic: connector.automatic_mapping,
    defaultRegion: connector.default_region,
    domains: connector.domains.map(domain => domain.toLowerCase()),
    entries: (await listMappingEntries(sql, connectorId)).map(entry =>
      inRegion(entry, connector.default_region),
    ),
    registered: registered.map(user => ({ userId: user.user_id, number: user.number, email: user.email })),
    directory,
  }
}

/** The entry with its number as the region of today reads it: the region may have changed since the file came. */
export function inRegion(entry: MappingEntry, region: string): MappingEntry {
  // Only national forms depend on it, and reading a hundred thousand numbers again takes seconds.
  const national =
    /^\s*0/.test(entry.externalUserId) || entry.number.length <= 10 || entry.externalUserId.length <= 10
  return national ? { ...entry, number: comparableNumber(entry.externalUserId, region) } : entry
}

/** The custom mapping of a connector, in the order of its file. */
export async function listMappingEntries(sql: Sql, connectorId: number): Promise<MappingEntry[]> {
  const rows = await sql.query<{
    external_user_id: string
    number: string
    mailbox_address: string
    valid_from: Date | null
    valid_to: Date | null
    line: number
  }>(
    `select external_user_id, number, mailbox_address, valid_from, valid_to, line
     from mapping_entry where connector_id = $1 order by line`,
    [connectorId],
  )
  return rows.map(row => ({
    externalUserId: row.external_user_id,
    number: row.number,
    mailboxAddress: row.mailbox_address,
    validFrom: row.valid_from?.getTime() ?? null,
    validTo: row.valid_to?.getTime() ?? null,
    line: row.line,
  }))
}
