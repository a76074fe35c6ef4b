/** The mailboxes and connectors that policies, labels and events can be about, to choose from. */
import { countMailboxes, listMailboxes } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { record } from './label-act.ts'
import { requireRetention } from './policy.ts'

type RetentionMailbox = {
  readonly mailboxId: number
  readonly address: string
  readonly displayName: string
}

/** By address, reserved mailboxes and those of leavers among them; recorded, since it names people. */
export async function listRetentionMailboxes(
  ground: Ground,
  actor: Actor,
  options: {
    readonly containing?: string
    readonly mailboxIds?: readonly number[]
    readonly after?: string
    readonly limit: number
  },
): Promise<{ mailboxes: RetentionMailbox[]; next: string | null; total: number }> {
  requireRetention(actor)
  const { containing = '', mailboxIds = null, after, limit } = options
  const matching = { containing, mailboxIds }
  const found = await listMailboxes(ground.database, {
    ...matching,
    ...(after ? { after } : {}),
    limit: limit + 1,
  })
  const total = await countMailboxes(ground.database, matching)
  await ground.database.transaction(tx =>
    record(tx, ground, actor, {
      act: 'mailbox.list',
      subject: 'mailboxes',
      ...(containing === '' ? {} : { sealed: { containing } }),
    }),
  )
  const mailboxes = found.slice(0, limit)
  return {
    mailboxes: mailboxes.map(({ mailboxId, address, displayName }) => ({ mailboxId, address, displayName })),
    next: found.length > limit ? mailboxes.at(-1)!.address : null,
    total,
  }
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
