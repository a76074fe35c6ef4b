/** The mailboxes and connectors that policies, labels and events can be about, to choose from. */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type ChoicePage, listChoices } from '../mailbox/mailbox.ts'
import { requireRetention } from './policy.ts'

/** Recorded. */
export async function listRetentionMailboxes(ground: Ground, actor: Actor, page: ChoicePage) {
  requireRetention(actor)
  return listChoices(ground, actor, null, page)
}

type RetentionConnector = {
  readonly connectorId: number
  readonly name: string
  readonly removed: boolean
}

/** Those that were removed too: what they collected stays. Their table is read as it is: connector/ builds on retention/. */
export async function listRetentionConnectors(ground: Ground, actor: Actor): Promise<RetentionConnector[]> {
  requireRetention(actor)
  const rows = await ground.database.query<{ connector_id: number; name: string; status: string }>(
    `select connector_id, name, status from connector where status <> 'draft' order by connector_id`,
  )
  return rows.map(row => ({
    connectorId: row.connector_id,
    name: row.name,
    removed: row.status === 'removed',
  }))
}
