/**
 * Turns the new items of a batch into rows: where each goes (mapping), what is counted, what is itemised as failed,
 * and what search is told. Pure but for the growing COPY buffers.
 */
import { CopyRows, storableText, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { conversationKey, type ItemFacts, indexText, type Participant } from '../message/message.ts'
import { decideAtFiling, type FiledKeeping, type KeepingRules, mirrorOf } from '../retention/retention.ts'
import { EntryRows, type Indexer, partiesOf } from '../search/search.ts'
import { vaultObjectId } from '../vault/vault.ts'
import type { BatchRow } from './batch.ts'
import type { ConnectorBearings } from './bearings.ts'
import { addFilingRow, FILING_COLUMNS, optionalMoment } from './filing-row.ts'
import { type Counts, type FailureReason, noCounts } from './outcome.ts'
import type { ReadItem } from './read-batch.ts'
import type { Sealed } from './seal-batch.ts'

/** Reserved for items that reach none of our people, and for items that could not be read or may not be taken. */
export type ReservedMailboxes = { readonly unmapped: number; readonly quarantine: number }

type Target = {
  readonly state: 'filed' | 'unmapped' | 'quarantined'
  readonly reason: FailureReason | null
  readonly mailboxIds: readonly number[]
  readonly failures: readonly {
    readonly sourceUser: string
    /** The mailbox that was named for them in vain; '' where none was. */
    readonly mailbox: string
    readonly reason: FailureReason
    readonly replayable: boolean
  }[]
}

/** Where an item goes. */
export function targetOf(item: ReadItem, mapping: Mapping, reserved: ReservedMailboxes): Target {
  if (item.failure !== null)
    return {
      state: 'quarantined',
      reason: item.failure,
      mailboxIds: [reserved.quarantine],
      failures: [
        { sourceUser: capturedUser(item.facts), mailbox: '', reason: item.failure, replayable: false },
      ],
    }
  const resolved = mapping.resolve(item.facts)
  const failures = new Map<string, Target['failures'][number]>()
  for (const person of resolved.people)
    if (person.failure !== null)
      failures.set(person.sourceUser, {
        sourceUser: person.sourceUser,
        mailbox: person.wanted,
        reason: person.failure,
        replayable: true,
      })
  if (resolved.mailboxIds.length > 0)
    return { state: 'filed', reason: null, mailboxIds: resolved.mailboxIds, failures: [...failures.values()] }
  if (failures.size === 0)
    failures.set('', { sourceUser: '', mailbox: '', reason: 'no-participant', replayable: true })
  const all = [...failures.values()]
  return { state: 'unmapped', reason: all[0]!.reason, mailboxIds: [reserved.unmapped], failures: all }
}

/** So many filings an item has before its fate is known: one for each of our people, one where there is none of them. */
export function fanOutOf(target: Target): number {
  return target.state === 'filed' ? target.mailboxIds.length + target.failures.length : 1
}

/** Adds a new item with this target to the counts. An item that reaches nobody counts one failure. */
function countNew(counts: Counts, target: Target, facts: ItemFacts): void {
  if (target.state === 'filed') {
    counts.itemsFiled++
    counts.filingsFailed += target.failures.length
    if (facts.flags.includes('stripped-at-capture')) counts.filingsPartial += target.mailboxIds.length
    else counts.filingsImported += target.mailboxIds.length
    return
  }
  if (target.state === 'unmapped') counts.itemsUnmapped++
  else counts.itemsFailed++
  counts.filingsFailed++
}

/** Adds what was here before, and may have been disposed of: each mailbox and failure it would have had is skipped. */
export function countKnown(counts: Counts, target: Target, known: 'kept' | 'disposed'): void {
  if (known === 'kept') counts.itemsDuplicate++
  else counts.itemsDisposed++
  counts.filingsSkipped += fanOutOf(target)
}

const ITEM_COLUMNS = [
  'item_id',
  'connector_id',
  'run_id',
  'batch_id',
  'source_key',
  'version_of',
  'state',
  'reason',
  'kind',
  'direction',
  'sent_at',
  'arrived_at',
  'filed_at',
  'conversation',
  'participants',
  'flags',
  'attachments',
  'call_status',
  'call_seconds',
  'vault_object',
  'vault_offset',
  'original_size',
  'message_size',
  'item_key',
  'leaf',
  'held_until',
  'retain_until',
] as const
const FAILURE_COLUMNS = [
  'item_id',
  'source_user',
  'run_id',
  'connector_id',
  'source_item_id',
  'mailbox',
  'reason',
  'replayable',
  'sent_at',
  'failed_at',
] as const

type RowsContext = {
  readonly connectorId: number
  readonly runId: number
  readonly batchId: number
  readonly identityKey: Parameters<typeof conversationKey>[0]
  readonly now: number
  readonly folders: ReadonlyMap<number, number>
  readonly rules: ReadonlyMap<number, KeepingRules>
  readonly indexer: Indexer
}

/** What the rows of this batch's items have in common. */
export function rowsContext(
  ground: Ground,
  batch: BatchRow,
  known: ConnectorBearings,
  folders: ReadonlyMap<number, number>,
  rules: ReadonlyMap<number, KeepingRules>,
): RowsContext {
  return {
    connectorId: batch.connectorId,
    runId: batch.runId,
    batchId: batch.batchId,
    identityKey: ground.keyring.purposeKey('identity'),
    now: ground.clock.now(),
    folders,
    rules,
    indexer: known.indexer,
  }
}

/** Copies the rows into their tables. */
export async function insertRows(tx: Transaction, indexer: Indexer, rows: FiledRows): Promise<void> {
  await tx.copy('item', ITEM_COLUMNS, rows.items)
  await tx.copy('filing', FILING_COLUMNS, rows.filings)
  await indexer.store(tx, rows.entries)
  if (rows.failureCount > 0) await tx.copy('failure', FAILURE_COLUMNS, rows.failures)
}

type FiledRows = {
  readonly items: CopyRows
  readonly filings: CopyRows
  readonly failures: CopyRows
  readonly entries: EntryRows
  failureCount: number
  /** Filings that queries of holds have yet to look at. */
  pendingCount: number
  counts: Counts
}

/** Rows given back, with their buffers: megabytes made anew for every batch would be garbage to collect. */
const idleRows: FiledRows[] = []
const IDLE_MAX = 4
/** Buffers that one unusual batch made this large are let go. */
const IDLE_BYTES_MAX = 8 * 1024 * 1024

/** Empty rows to fill. */
export function noRows(): FiledRows {
  const idle = idleRows.pop()
  if (idle) {
    for (const copied of [idle.items, idle.filings, idle.failures, idle.entries]) copied.reset()
    idle.failureCount = 0
    idle.pendingCount = 0
    idle.counts = noCounts()
    return idle
  }
  return {
    items: new CopyRows(),
    filings: new CopyRows(),
    failures: new CopyRows(),
    entries: new EntryRows(),
    failureCount: 0,
    pendingCount: 0,
    counts: noCounts(),
  }
}

/** Gives rows back once their copying has settled; they must not be used afterwards. */
export function giveBack(rows: FiledRows): void {
  const bytes = rows.items.bytes + rows.filings.bytes + rows.failures.bytes + rows.entries.bytes
  if (idleRows.length < IDLE_MAX && bytes <= IDLE_BYTES_MAX) idleRows.push(rows)
}

/** Appends all rows of one new item. */
export function addRows(
  rows: FiledRows,
  item: ReadItem,
  target: Target,
  sealed: Sealed,
  versionOf: Buffer | null,
  context: RowsContext,
): void {
  const keeping = target.mailboxIds.map(mailboxId =>
    decideAtFiling(keepingFacts(item, context), context.rules.get(mailboxId)!),
  )
  addItemRow(rows.items, item, target, sealed, versionOf, keeping, context)
  for (const [index, mailboxId] of target.mailboxIds.entries()) {
    const kept = keeping[index]!
    addFilingRow(rows.filings, {
      mailboxId,
      itemId: item.id,
      folderId: context.folders.get(mailboxId)!,
      runId: context.runId,
      filedAt: context.now,
      keeping: kept,
    })
    if (kept.holdPending) rows.pendingCount++
  }
  for (const failure of target.failures) {
    rows.failureCount++
    rows.failures.begin(FAILURE_COLUMNS.length)
    rows.failures.uuid(item.id)
    rows.failures.text(failure.sourceUser)
    rows.failures.int8(context.runId)
    rows.failures.int4(context.connectorId)
    rows.failures.text(item.facts.sourceItemId ?? '')
    rows.failures.text(failure.mailbox)
    rows.failures.text(failure.reason)
    rows.failures.boolean(failure.replayable)
    optionalTime(rows.failures, item.facts.sentAt)
    rows.failures.timestamptz(context.now)
  }
  if (item.failure === null) addEntries(rows.entries, item, target, context)
  countNew(rows.counts, target, item.facts)
}

function addItemRow(
  rows: CopyRows,
  item: ReadItem,
  target: Target,
  { objectName, sealed, wrappedKey }: Sealed,
  versionOf: Buffer | null,
  keeping: readonly FiledKeeping[],
  context: RowsContext,
): void {
  const { facts } = item
  rows.begin(ITEM_COLUMNS.length)
  rows.uuid(item.id)
  rows.int4(context.connectorId)
  rows.int8(context.runId)
  rows.int8(context.batchId)
  rows.bytea(item.sourceKey)
  if (versionOf) rows.uuid(versionOf)
  else rows.null()
  rows.text(target.state)
  if (target.reason) rows.text(target.reason)
  else rows.null()
  rows.text(kindOf(item))
  if (facts.direction) rows.text(facts.direction)
  else rows.null()
  optionalTime(rows, facts.sentAt)
  rows.timestamptz(facts.arrivedAt.getTime())
  rows.timestamptz(context.now)
  rows.bytea(conversationKey(context.identityKey, facts))
  rows.jsonb(participantsJson(facts.participants))
  rows.textArray(facts.flags)
  rows.int2(Math.min(facts.attachments.length, 32767))
  if (facts.call) rows.text(facts.call.status)
  else rows.null()
  if (facts.call?.seconds != null) rows.int4(Math.min(facts.call.seconds, 2 ** 31 - 1))
  else rows.null()
  rows.uuid(vaultObjectId(objectName))
  rows.int8(sealed.offset)
  rows.int8(sealed.originalSize)
  if (sealed.messageSize === null) rows.null()
  else rows.int8(sealed.messageSize)
  rows.bytea(wrappedKey)
  rows.bytea(sealed.leaf)
  const { heldUntil, retainUntil } = mirrorOf(keeping)
  optionalMoment(rows, heldUntil)
  optionalMoment(rows, retainUntil)
}

/** As its row has it. */
function kindOf(item: ReadItem): string {
  return item.isRead ? item.facts.kind : 'unknown'
}

function keepingFacts(item: ReadItem, context: RowsContext) {
  return {
    kind: kindOf(item),
    connectorId: context.connectorId,
    sentAt: item.facts.sentAt,
    arrivedAt: item.facts.arrivedAt,
    importedAt: new Date(context.now),
  }
}

function addEntries(rows: EntryRows, item: ReadItem, target: Target, context: RowsContext): void {
  const { facts } = item
  context.indexer.add(rows, {
    itemId: item.id,
    // Attachments are read afterwards, by a job of their own.
    text: indexText(facts, []),
    kind: facts.kind,
    direction: facts.direction,
    sentAt: facts.sentAt,
    ...partiesOf(facts.participants),
    mailboxIds: target.mailboxIds,
    connectorId: context.connectorId,
  })
}

/** Participants as stored: readable metadata only (role, form, number, user id, e-mails); names stay sealed. */
export function participantsJson(participants: readonly Participant[]): string {
  let text = '['
  // Spelled by hand: this is done for every item, and objects made only to be serialised cost four times as much.
  for (const { role, form, number, userId, emails } of participants) {
    text += `${text.length > 1 ? ',' : ''}{"role":"${role}","form":"${form}"`
    if (number !== '') text += `,"number":${JSON.stringify(storableText(number))}`
    if (userId !== null) text += `,"userId":${JSON.stringify(storableText(userId))}`
    if (emails.length > 0) text += `,"emails":${JSON.stringify(emails.map(storableText))}`
    text += '}'
  }
  return `${text}]`
}

function optionalTime(rows: CopyRows, time: Date | null): void {
  optionalMoment(rows, time ? time.getTime() : null)
}

/** The captured user of an item as an administrator knows them: number, else user id, else nothing. */
function capturedUser(facts: ItemFacts): string {
  const user = facts.participants.find(participant => participant.userId !== null)
  return user ? user.number || user.userId || '' : ''
}

/** True if every captured user of the item has a phone that is not the company's. */
export function isEmployeeOwned(facts: ItemFacts, employeeOwned: ReadonlySet<string>): boolean {
  if (employeeOwned.size === 0) return false
  let captured = facts.participants.filter(participant => participant.userId !== null)
  if (captured.length === 0)
    captured = facts.participants.filter(
      participant => (participant.role === 'from') === (facts.direction === 'out'),
    )
  return (
    captured.length > 0 &&
    captured.every(
      ({ number, userId }) => employeeOwned.has(number) || (userId !== null && employeeOwned.has(userId)),
    )
  )
}
