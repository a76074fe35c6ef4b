/**
 * Edits of single lines of a custom mapping: one is added, changed or ended, and the rest stays as it is. Each edit is
 * checked as a line of a file is, recorded in the history, and an audit entry; numbers are in its sealed part alone.
 */
import { randomUUID } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import { storableText, type Transaction } from '../database/database.ts'
import { parseAddress } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { troubleWithId } from './csv.ts'
import { type KeptEntry, type MappingCause, recordChanges } from './history.ts'
import { comparableNumber } from './resolve.ts'

export type NewEntry = {
  readonly externalUserId: string
  readonly mailboxAddress: string
  readonly validFrom: Date | null
  /** Exclusive. */
  readonly validTo: Date | null
}

export type EditedEntry = NewEntry & { readonly entryId: string; readonly revision: number }

/**
 * Adds a line. MAPPING_INVALID if it is not a good one (the mailbox is not in the directory, say) or another is valid
 * for the same id at the same time.
 */
export async function addMappingEntry(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  connectorId: number,
  entry: NewEntry,
  cause: MappingCause = 'edit',
): Promise<EditedEntry> {
  const region = await lockConnector(tx, actor, connectorId)
  const trouble = troubleWithId(entry.externalUserId, region)
  if (trouble) throw invalid(`the external user id ${trouble}`)
  const after = await check(tx, connectorId, region, { ...entry, entryId: randomUUID() })
  await tx.execute(
    `insert into mapping_entry (connector_id, entry_id, external_user_id, number, mailbox_address, valid_from, valid_to, line)
     select $1, $2, $3, $4, $5, $6, $7, coalesce(max(line), 1) + 1 from mapping_entry where connector_id = $1`,
    [
      connectorId,
      after.entryId,
      after.externalUserId,
      after.number,
      after.mailboxAddress,
      entry.validFrom,
      entry.validTo,
    ],
  )
  await record(tx, ground, actor, connectorId, { before: null, after }, cause)
  return { ...entry, ...after, validFrom: entry.validFrom, validTo: entry.validTo, revision: 1 }
}

/** Changes where a line leads, or when it is valid. REVISION_STALE if somebody else has changed it since. */
export async function changeMappingEntry(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  connectorId: number,
  entryId: string,
  revision: number,
  change: Partial<Omit<NewEntry, 'externalUserId'>>,
): Promise<EditedEntry> {
  const region = await lockConnector(tx, actor, connectorId)
  const before = await lockedEntry(tx, connectorId, entryId, revision)
  const next = { ...timesOf(before), ...change, entryId }
  const after = await check(tx, connectorId, region, next)
  await tx.execute(
    `update mapping_entry set mailbox_address = $2, valid_from = $3, valid_to = $4, revision = revision + 1
     where entry_id = $1`,
    [entryId, after.mailboxAddress, next.validFrom, next.validTo],
  )
  await record(tx, ground, actor, connectorId, { before, after }, 'edit')
  return { ...next, mailboxAddress: after.mailboxAddress, revision: revision + 1 }
}

/** Removes a line; what it filed stays, and the history keeps it. REVISION_STALE as above. */
export async function removeMappingEntry(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  connectorId: number,
  entryId: string,
  revision: number,
): Promise<void> {
  await lockConnector(tx, actor, connectorId)
  const before = await lockedEntry(tx, connectorId, entryId, revision)
  await tx.execute('delete from mapping_entry where entry_id = $1', [entryId])
  await record(tx, ground, actor, connectorId, { before, after: null }, 'edit')
}

/** Edits and imports of one connector's mapping wait for each other; returns its region. */
async function lockConnector(tx: Transaction, actor: Actor, connectorId: number): Promise<string> {
  requireRole(actor, 'Mailbox Import Export')
  const [row] = await tx.query<{ default_region: string; status: string }>(
    'select default_region, status from connector where connector_id = $1::bigint for update',
    [connectorId],
  )
  if (!row) throw new HoldfastError('CONNECTOR_UNKNOWN', `there is no connector ${connectorId}`)
  // Whoever is about to import a file that lacks this edit is told so.
  await tx.execute('update connector set revision = revision + 1 where connector_id = $1', [connectorId])
  return row.default_region
}

type EntryRow = {
  entry_id: string
  external_user_id: string
  number: string
  mailbox_address: string
  valid_from: Date | null
  valid_to: Date | null
  revision: number
}

async function lockedEntry(
  tx: Transaction,
  connectorId: number,
  entryId: string,
  revision: number,
): Promise<KeptEntry> {
  const [row] = await tx.query<EntryRow>(
    'select * from mapping_entry where connector_id = $1 and entry_id = $2::uuid',
    [connectorId, entryId],
  )
  if (!row) throw new HoldfastError('MAPPING_ENTRY_UNKNOWN', 'the mapping has no such line (any more)')
  if (row.revision !== revision)
    throw new HoldfastError('REVISION_STALE', 'the line was changed since it was read')
  return {
    entryId: row.entry_id,
    externalUserId: row.external_user_id,
    number: row.number,
    mailboxAddress: row.mailbox_address,
    validFrom: row.valid_from?.getTime() ?? null,
    validTo: row.valid_to?.getTime() ?? null,
  }
}

const timesOf = (entry: KeptEntry): NewEntry => ({
  externalUserId: entry.externalUserId,
  mailboxAddress: entry.mailboxAddress,
  validFrom: entry.validFrom === null ? null : new Date(entry.validFrom),
  validTo: entry.validTo === null ? null : new Date(entry.validTo),
})

async function check(
  tx: Transaction,
  connectorId: number,
  region: string,
  entry: NewEntry & { readonly entryId: string },
): Promise<KeptEntry> {
  const { validFrom, validTo } = entry
  const address = parseAddress(entry.mailboxAddress)
  if (address === null) throw invalid('the mailbox is not an e-mail address')
  const known = await tx.query(
    `select from mailbox_address a join mailbox m using (mailbox_id) where a.address = $1 and m.kind = 'person'`,
    [address],
  )
  if (known.length === 0) throw invalid('the mailbox is not in the directory')
  if (validFrom !== null && validTo !== null && validFrom >= validTo)
    throw invalid('the end of validity is not after its beginning')
  const externalUserId = storableText(entry.externalUserId.trim())
  const number = comparableNumber(externalUserId, region)
  const [other] = await tx.query<{ line: number }>(
    `select line from mapping_entry where connector_id = $1 and entry_id <> $2
       and (external_user_id = $3 or (number = $4 and $4 <> ''))
       and tstzrange(valid_from, valid_to) && tstzrange($5, $6) order by line limit 1`,
    [connectorId, entry.entryId, externalUserId, number, validFrom, validTo],
  )
  if (other) throw invalid('another line of this id is valid for a part of that time')
  return {
    entryId: entry.entryId,
    externalUserId,
    number,
    mailboxAddress: address,
    validFrom: validFrom?.getTime() ?? null,
    validTo: validTo?.getTime() ?? null,
  }
}

const invalid = (reason: string) => new HoldfastError('MAPPING_INVALID', reason)

async function record(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  connectorId: number,
  change: { readonly before: KeptEntry | null; readonly after: KeptEntry | null },
  cause: MappingCause,
): Promise<void> {
  await recordChanges(tx, connectorId, [change], {
    actor: actor.name,
    cause,
    at: new Date(ground.clock.now()),
  })
  const { before, after } = change
  const shown = (entry: KeptEntry | null) => entry && { mailbox: entry.mailboxAddress, ...periodOf(entry) }
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act: before === null ? 'mapping.add' : after === null ? 'mapping.remove' : 'mapping.change',
    subject: `connector:${connectorId}`,
    detail: { entries: 1, cause },
    sealed: {
      externalUserId: (after ?? before)!.externalUserId,
      before: shown(before),
      after: shown(after),
    },
  })
}

const periodOf = ({ validFrom, validTo }: KeptEntry) => ({
  validFrom: validFrom === null ? null : new Date(validFrom).toISOString(),
  validTo: validTo === null ? null : new Date(validTo).toISOString(),
})
