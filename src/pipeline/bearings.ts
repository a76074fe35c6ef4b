/**
 * What a worker must know of a connector to file its items: mapping, directory, reserved mailboxes, folder, whose
 * phones are not the company's, and the search indexer. Held in memory between batches and read again only when the
 * directory, the mapping or the registered users have changed, so that a correction counts from the next batch.
 */
import type { Connector } from '../connector/connector.ts'
import { type Directory, directoryVersion, loadDirectory } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import { loadMapping, type Mapping, normaliseNumber } from '../mapping/mapping.ts'
import { holdKeepingRules, type KeptRules } from '../retention/retention.ts'
import { createIndexer, type Indexer } from '../search/search.ts'
import type { ReservedMailboxes } from './file-rows.ts'

export type ConnectorBearings = {
  readonly version: string
  readonly mapping: Mapping
  readonly directory: Directory
  readonly reserved: ReservedMailboxes
  readonly folderName: string
  /** Numbers and user ids whose phones the product's terms exclude; empty where the terms exclude none. */
  readonly employeeOwned: ReadonlySet<string>
  readonly indexer: Indexer
  /** How long what is filed in a mailbox is kept. */
  readonly keeping: KeptRules
}

export type Bearings = { of(connector: Connector): Promise<ConnectorBearings> }

/** Bearings for the connectors of this archive, each read at first use. */
export function openBearings(ground: Ground): Bearings {
  const indexer = createIndexer(ground.keyring)
  const keeping = holdKeepingRules()
  const held = new Map<number, ConnectorBearings>()
  return {
    async of(connector) {
      const version = await directoryVersion(ground.database)
      const current = held.get(connector.connectorId)
      if (current?.version === version) return current
      const directory = await loadDirectory(ground.database)
      const fresh: ConnectorBearings = {
        version,
        directory,
        mapping: await loadMapping(ground.database, connector.connectorId, directory),
        reserved: await reservedMailboxes(ground),
        folderName: connector.product.folder,
        employeeOwned: connector.product.companyOwnedOnly
          ? await employeeOwned(ground, connector)
          : new Set(),
        indexer,
        keeping,
      }
      held.set(connector.connectorId, fresh)
      return fresh
    },
  }
}

async function reservedMailboxes(ground: Ground): Promise<ReservedMailboxes> {
  const rows = await ground.database.query<{ kind: 'unmapped' | 'quarantine'; mailbox_id: number }>(
    `select kind, mailbox_id from mailbox where kind <> 'person'`,
  )
  const find = (kind: string) => rows.find(row => row.kind === kind)!.mailbox_id
  return { unmapped: find('unmapped'), quarantine: find('quarantine') }
}

async function employeeOwned(ground: Ground, connector: Connector): Promise<Set<string>> {
  const rows = await ground.database.query<{ user_id: string; number: string }>(
    'select user_id, number from registered_user where connector_id = $1 and company_owned = false',
    [connector.connectorId],
  )
  // The site writes a number with its + or without; items have digits.
  const numberOf = (text: string) => normaliseNumber(text, connector.defaultRegion).number
  return new Set(rows.flatMap(row => [row.user_id, row.number, numberOf(row.number)]).filter(Boolean))
}
