/**
 * Replay: files again what could not be filed, after the mapping or the directory was corrected. A correction adds
 * filings: each of our people who can be reached now gets theirs; the filing in the Unmapped mailbox is hidden there
 * but stays held and retained. Nothing is removed, and the message keeps its bytes and digests.
 */
import { appendEntry } from '../audit/audit.ts'
import { type Connector, getConnector } from '../connector/connector.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { ensureFolders } from '../mailbox/mailbox.ts'
import type { OurPerson } from '../mapping/mapping.ts'
import type { ItemFacts, Participant } from '../message/message.ts'
import { updateMailboxes } from '../search/search.ts'
import { type Bearings, type ConnectorBearings, openBearings } from './bearings.ts'

export type ReplayReport = {
  /** Open failures looked at. */
  readonly failures: number
  /** Of these, the ones whose person could be reached now. */
  readonly resolved: number
  readonly filings: number
}

const PAGE = 500

/** Replays the open failures of one connector, or of all. */
export async function replayFailures(
  ground: Ground,
  actor: Actor,
  connectorId: number | null,
): Promise<ReplayReport> {
  const bearings = openBearings(ground)
  const total = { failures: 0, resolved: 0, filings: 0 }
  for (const each of await connectorsWithFailures(ground, connectorId)) {
    const connector = await getConnector(ground.database, each)
    let after: { sourceUser: string; itemId: string } | null = null
    for (;;) {
      const page = await replayPage(ground, actor, bearings, connector, after)
      total.failures += page.failures
      total.resolved += page.resolved
      total.filings += page.filings
      if (!page.last) break
      after = page.last
    }
  }
  return total
}

/** Removed connectors too: what they imported is still ours to file. CONNECTOR_UNKNOWN for one that never was. */
async function connectorsWithFailures(ground: Ground, connectorId: number | null): Promise<number[]> {
  if (connectorId !== null) return [connectorId]
  const rows = await ground.database.query<{ connector_id: number }>(
    `select connector_id from connector c where exists (select from failure f
       where f.connector_id = c.connector_id and f.resolved_at is null and f.replayable) order by connector_id`,
  )
  return rows.map(row => row.connector_id)
}

type OpenFailure = {
  readonly item_id: string
  readonly source_user: string
  readonly participants: StoredParticipant[]
  readonly sent_at: Date | null
  readonly arrived_at: Date
}

type StoredParticipant = Pick<Participant, 'role' | 'form'> &
  Partial<Pick<Participant, 'number' | 'userId' | 'emails'>>

async function replayPage(
  ground: Ground,
  actor: Actor,
  bearings: Bearings,
  connector: Connector,
  after: { sourceUser: string; itemId: string } | null,
) {
  const known = await bearings.of(connector)
  return ground.database.transaction(async tx => {
    const open = await tx.query<OpenFailure>(
      `select f.item_id, f.source_user, i.participants, i.sent_at, i.arrived_at
       from failure f join item i using (item_id)
       where f.connector_id = $1 and f.resolved_at is null and f.replayable
         and ($2::text is null or (f.source_user, f.item_id) > ($2, $3::uuid))
       order by f.source_user, f.item_id limit $4 for update of f`,
      [connector.connectorId, after?.sourceUser ?? null, after?.itemId ?? null, PAGE],
    )
    const resolved = open.flatMap(failure => reached(failure, known))
    const filings = await addFilings(ground, tx, known, resolved)
    if (resolved.length > 0)
      await appendEntry(tx, ground.keyring, ground.clock, {
        actor: actor.name,
        act: 'unmapped.replay',
        subject: `connector:${connector.connectorId}`,
        detail: { failures: resolved.length, filings },
      })
    const lastRow = open.length === PAGE ? open.at(-1) : undefined
    const last = lastRow ? { sourceUser: lastRow.source_user, itemId: lastRow.item_id } : null
    return { failures: open.length, resolved: resolved.length, filings, last }
  })
}

type Reached = {
  readonly itemId: string
  readonly sourceUser: string
  readonly mailboxIds: readonly number[]
  /** Those of our people who cannot be reached by what is known now. */
  readonly unreached: readonly OurPerson[]
}

/** The failure with the mailboxes of its item, if its person can be reached now. */
function reached(failure: OpenFailure, known: ConnectorBearings): Reached[] {
  const resolved = known.mapping.resolve(factsOf(failure))
  const missing = resolved.people.some(
    person => person.failure !== null && person.sourceUser === failure.source_user,
  )
  if (missing || resolved.mailboxIds.length === 0) return []
  return [
    {
      itemId: failure.item_id,
      sourceUser: failure.source_user,
      mailboxIds: resolved.mailboxIds,
      unreached: resolved.people.filter(person => person.failure !== null),
    },
  ]
}

async function addFilings(
  ground: Ground,
  tx: Transaction,
  known: ConnectorBearings,
  resolved: readonly Reached[],
): Promise<number> {
  if (resolved.length === 0) return 0
  const now = new Date(ground.clock.now())
  const pairs = new Map(
    resolved.flatMap(({ itemId, mailboxIds }) =>
      mailboxIds.map(mailboxId => [`${mailboxId} ${itemId}`, { itemId, mailboxId }] as const),
    ),
  )
  const wanted = [...pairs.values()]
  const folders = await ensureFolders(tx, [...new Set(wanted.map(pair => pair.mailboxId))], known.folderName)
  const added = await tx.query<{ mailbox_id: number; item_id: string }>(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at)
     select n.mailbox_id, n.item_id, n.folder_id, i.run_id, $4
     from unnest($1::integer[], $2::uuid[], $3::integer[]) as n (mailbox_id, item_id, folder_id) join item i using (item_id)
     on conflict (mailbox_id, item_id) do nothing returning mailbox_id, item_id`,
    [
      wanted.map(pair => pair.mailboxId),
      wanted.map(pair => pair.itemId),
      wanted.map(pair => folders.get(pair.mailboxId)!),
      now,
    ],
  )
  await addFailures(tx, resolved, now)
  const items = [...new Set(resolved.map(each => each.itemId))]
  await tx.execute(
    `update failure f set resolved_at = $3 from unnest($1::uuid[], $2::text[]) as n (item_id, source_user)
     where f.item_id = n.item_id and f.source_user = n.source_user and f.resolved_at is null`,
    [resolved.map(each => each.itemId), resolved.map(each => each.sourceUser), now],
  )
  await tx.execute(
    `update item set state = 'filed', reason = null where item_id = any($1::uuid[]) and state = 'unmapped'`,
    [items],
  )
  await tx.execute(
    `update filing set hidden_at = $3 where mailbox_id = $1 and item_id = any($2::uuid[]) and hidden_at is null`,
    [known.reserved.unmapped, items, now],
  )
  const mailboxesOf = new Map<string, number[]>()
  for (const row of added)
    mailboxesOf.set(row.item_id, [...(mailboxesOf.get(row.item_id) ?? []), row.mailbox_id])
  await updateMailboxes(tx, mailboxesOf, new Map(items.map(itemId => [itemId, [known.reserved.unmapped]])))
  return added.length
}

/**
 * A correction may also show people of ours who were outsiders before (by a domain that is now ours, say) and who have
 * no mailbox: each is itemised like any other. One that was itemised before stays as it is.
 */
async function addFailures(tx: Transaction, resolved: readonly Reached[], now: Date): Promise<void> {
  const missing = resolved.flatMap(({ itemId, unreached }) =>
    unreached.map(({ sourceUser, failure, wanted }) => ({ itemId, sourceUser, reason: failure, wanted })),
  )
  if (missing.length === 0) return
  await tx.execute(
    `insert into failure (item_id, source_user, run_id, connector_id, source_item_id, mailbox, reason, replayable, sent_at, failed_at)
     select distinct on (n.item_id, n.source_user) n.item_id, n.source_user, i.run_id, i.connector_id,
       coalesce((select min(source_item_id) from failure f where f.item_id = n.item_id), ''), n.mailbox, n.reason, true, i.sent_at, $4
     from unnest($1::uuid[], $2::text[], $3::text[], $5::text[]) as n (item_id, source_user, reason, mailbox) join item i using (item_id)
     order by n.item_id, n.source_user
     on conflict (item_id, source_user, run_id) do nothing`,
    [
      missing.map(each => each.itemId),
      missing.map(each => each.sourceUser),
      missing.map(each => each.reason),
      now,
      missing.map(each => each.wanted),
    ],
  )
}

/** What the mapping looks at, from the item's readable metadata: no content is opened for a replay. */
function factsOf(failure: OpenFailure): Pick<ItemFacts, 'participants' | 'sentAt' | 'arrivedAt'> {
  return {
    sentAt: failure.sent_at,
    arrivedAt: failure.arrived_at,
    participants: failure.participants.map(({ role, form, number = '', userId = null, emails = [] }) => ({
      role,
      form,
      number,
      userId,
      emails,
      name: null,
    })),
  }
}
