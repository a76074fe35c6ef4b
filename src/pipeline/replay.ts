/**
 * Replay: files again what could not be filed, after the mapping or the directory was corrected. A correction adds
 * filings: each of our people who can be reached now gets theirs; the filing in the Unmapped mailbox is hidden there
 * but stays held and retained. Nothing is removed, and the message keeps its bytes and digests.
 */
import { appendEntry } from '../audit/audit.ts'
import { type Connector, getConnector } from '../connector/connector.ts'
import { againOnConflict, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes, sendEvaluation } from '../hold/hold.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { ensureFolders } from '../mailbox/mailbox.ts'
import type { OurPerson } from '../mapping/mapping.ts'
import type { ItemFacts, Participant } from '../message/message.ts'
import type { Queue } from '../queue/queue.ts'
import { decideAtFiling, momentValue } from '../retention/retention.ts'
import { updateMailboxes } from '../search/search.ts'
import { type ConnectorBearings, openBearings } from './bearings.ts'

export type ReplayReport = {
  /** Open failures looked at. */
  readonly failures: number
  /** Of these, the ones whose person could be reached now. */
  readonly resolved: number
  readonly filings: number
}

/** Which open failures: of one connector or all; of one person (by number, as Unmapped lists them) or everybody. */
export type ReplayScope = {
  readonly connectorId: number | null
  /** With it, only this person's own filings are added: others of the same items are not this correction's. */
  readonly sourceUser: string | null
}

/** Where a replay is: the connector, and its last failure that was looked at; null where it is done with it. */
export type ReplayCursor = {
  readonly connectorId: number
  readonly at: { readonly sourceUser: string; readonly itemId: string } | null
}

const PAGE = 500

/** Replays the open failures of one connector, or of all, at once. Needs the role Mailbox Import Export. */
export async function replayFailures(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  connectorId: number | null,
): Promise<ReplayReport> {
  requireRole(actor, 'Mailbox Import Export')
  const bearings = openBearings(ground)
  const scope = { connectorId, sourceUser: null }
  const total = { failures: 0, resolved: 0, filings: 0 }
  if (connectorId !== null) await getConnector(ground.database, connectorId)
  for (let after: ReplayCursor | null = null; ; ) {
    const connector = await connectorOfNext(ground, scope, after)
    if (!connector) return total
    const known = await bearings.of(connector)
    const from: ReplayCursor | null = after
    const page: Awaited<ReturnType<typeof replayPage>> = await againOnConflict(() =>
      ground.database.transaction(tx =>
        replayPage(ground, tx, queue, actor.name, known, connector, scope, from),
      ),
    )
    total.failures += page.failures
    total.resolved += page.resolved
    total.filings += page.filings
    after = page.last
  }
}

/** The connector that the next page of a replay is of; null at its end. Removed ones too: what they imported is ours. */
export async function connectorOfNext(
  ground: Ground,
  scope: ReplayScope,
  after: ReplayCursor | null,
): Promise<Connector | null> {
  if (after?.at) return getConnector(ground.database, after.connectorId)
  const [row] = await ground.database.query<{ connector_id: number }>(
    `select connector_id from connector c where ($1::bigint is null or connector_id = $1) and connector_id > $2
       and exists (select from failure f where f.connector_id = c.connector_id and f.resolved_at is null and f.replayable
         and ($3::text is null or f.source_user = $3))
     order by connector_id limit 1`,
    [scope.connectorId, after?.connectorId ?? 0, scope.sourceUser],
  )
  return row ? getConnector(ground.database, row.connector_id) : null
}

type OpenFailure = {
  readonly item_id: string
  readonly source_user: string
  readonly participants: StoredParticipant[]
  readonly kind: string | null
  readonly sent_at: Date | null
  readonly arrived_at: Date
  readonly filed_at: Date
}

type StoredParticipant = Pick<Participant, 'role' | 'form'> &
  Partial<Pick<Participant, 'number' | 'userId' | 'emails'>>

/** Looks at the next open failures of a connector and files what can be filed now, in the caller's transaction. */
export async function replayPage(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  actor: string,
  known: ConnectorBearings,
  { connectorId }: Connector,
  scope: ReplayScope,
  after: ReplayCursor | null,
): Promise<ReplayReport & { readonly last: ReplayCursor }> {
  const here = after?.connectorId === connectorId ? after.at : null
  const open = await tx.query<OpenFailure>(
    `select f.item_id, f.source_user, i.participants, i.kind, i.sent_at, i.arrived_at, i.filed_at
     from failure f join item i using (item_id)
     where f.connector_id = $1 and f.resolved_at is null and f.replayable
       and ($2::text is null or (f.source_user, f.item_id) > ($2, $3::uuid))
       and ($4::text is null or f.source_user = $4)
     order by f.source_user, f.item_id limit $5 for update of f`,
    [connectorId, here?.sourceUser ?? null, here?.itemId ?? null, scope.sourceUser, PAGE],
  )
  const resolved = open.flatMap(failure => reached(failure, known, scope.sourceUser !== null))
  const filings = await addFilings(ground, tx, queue, known, connectorId, resolved)
  if (resolved.length > 0)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor,
      act: 'unmapped.replay',
      subject: `connector:${connectorId}`,
      detail: { failures: resolved.length, filings },
      items: resolved.map(each => each.itemId),
    })
  // What this page itemised itself is not looked at again, so a page that is not full is a connector's last.
  const last = open.length === PAGE ? open.at(-1) : undefined
  return {
    failures: open.length,
    resolved: resolved.length,
    filings,
    last: { connectorId, at: last ? { sourceUser: last.source_user, itemId: last.item_id } : null },
  }
}

type Reached = {
  readonly itemId: string
  readonly item: Pick<OpenFailure, 'kind' | 'sent_at' | 'arrived_at' | 'filed_at'>
  readonly sourceUser: string
  readonly mailboxIds: readonly number[]
  /** Those of our people who cannot be reached by what is known now. */
  readonly unreached: readonly OurPerson[]
}

/** The failure with the mailboxes of its item, if its person can be reached now; `alone` takes that person's only. */
function reached(failure: OpenFailure, known: ConnectorBearings, alone: boolean): Reached[] {
  const resolved = known.mapping.resolve(factsOf(failure))
  const own = resolved.people.filter(person => person.sourceUser === failure.source_user)
  const missing = own.some(person => person.failure !== null)
  const mailboxIds =
    alone && own.length > 0
      ? own.flatMap(person => (person.mailboxId === null ? [] : [person.mailboxId]))
      : resolved.mailboxIds
  if (missing || mailboxIds.length === 0) return []
  return [
    {
      itemId: failure.item_id,
      item: failure,
      sourceUser: failure.source_user,
      mailboxIds,
      unreached: resolved.people.filter(person => person.failure !== null),
    },
  ]
}

async function addFilings(
  ground: Ground,
  tx: Transaction,
  queue: Queue,
  known: ConnectorBearings,
  connectorId: number,
  resolved: readonly Reached[],
): Promise<number> {
  if (resolved.length === 0) return 0
  const now = new Date(ground.clock.now())
  const pairs = new Map(
    resolved.flatMap(({ itemId, item, mailboxIds }) =>
      mailboxIds.map(mailboxId => [`${mailboxId} ${itemId}`, { itemId, item, mailboxId }] as const),
    ),
  )
  const wanted = [...pairs.values()]
  const into = [...new Set(wanted.map(pair => pair.mailboxId))]
  await lockMailboxes(tx, into, 'share')
  const rules = await known.keeping.of(tx, into, now.getTime())
  const kept = wanted.map(({ item, mailboxId }) =>
    decideAtFiling(
      {
        kind: item.kind,
        connectorId,
        sentAt: item.sent_at,
        arrivedAt: item.arrived_at,
        importedAt: item.filed_at,
      },
      rules.get(mailboxId)!,
    ),
  )
  const folders = await ensureFolders(tx, into, known.folderName)
  const added = await tx.query<{ mailbox_id: number; item_id: string }>(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at, held_until, hold_pending, retain_until,
       delete_at, label_id, label_by)
     select n.mailbox_id, n.item_id, n.folder_id, i.run_id, $4, n.held_until, n.hold_pending, n.retain_until,
       n.delete_at, n.label_id, case when n.label_id is not null then 'rule' end
     from unnest($1::integer[], $2::uuid[], $3::integer[], $5::timestamptz[], $6::boolean[], $7::timestamptz[],
       $8::timestamptz[], $9::integer[]) as n (mailbox_id, item_id, folder_id, held_until, hold_pending, retain_until,
       delete_at, label_id)
       -- Locked, so that no item goes meanwhile; nor does one come back to a mailbox that it has left.
       join (select item_id, run_id from item where item_id = any($2::uuid[]) order by item_id for key share) i using (item_id)
     where not exists (select from disposed_filing d where d.item_id = n.item_id and d.mailbox_id = n.mailbox_id)
     on conflict (mailbox_id, item_id) do nothing returning mailbox_id, item_id`,
    [
      wanted.map(pair => pair.mailboxId),
      wanted.map(pair => pair.itemId),
      wanted.map(pair => folders.get(pair.mailboxId)!),
      now,
      kept.map(each => momentValue(each.heldUntil)),
      kept.map(each => each.holdPending),
      kept.map(each => momentValue(each.retainUntil)),
      kept.map(each => momentValue(each.deleteAt)),
      kept.map(each => each.labelId),
    ],
  )
  const items = [...new Set(resolved.map(each => each.itemId))]
  await tx.query('select mirror_keeping($1)', [items])
  if (kept.some(each => each.holdPending)) await sendEvaluation(tx, queue)
  await addFailures(tx, resolved, now)
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
