/**
 * Entries of the audit log: who did what to what, and when, written in the act's own transaction. The bytes of an
 * entry, which are its leaf in the tree, are this object in canonical JSON (RFC 8785), in UTF-8:
 *
 *     {"act","actor","at","detail","id","sealed","subject","v":1}
 *
 * `at` is ISO 8601 in UTC with milliseconds, `id` a UUID, `detail` an object, `sealed` the base64 of the sealed bytes
 * or null. Whatever could quote content or name persons is in `sealed` alone, so the log can be shown and proved
 * without showing that. The bytes can be made again from the row at any time, which is how an edited row is found.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type Sql, storableText } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { canonicalJson, type Json, plainJson } from './canonical.ts'
import { noteItems } from './trail.ts'
import { leafHash } from './tree.ts'

/** What an act says of itself. */
export type AuditEntry = {
  /** `system`, `console:<user of the operating system>`, `person:<name>`. */
  readonly actor: string
  /** Dotted: `connector.add`, `batch.file`, `message.read`. */
  readonly act: string
  /** What it was done to: `connector:3`, an item id. */
  readonly subject?: string
  /** Readable by everyone who may read the log: numbers, ids, times; no content, no names of persons. */
  readonly detail?: Record<string, unknown>
  /** Whatever could quote content or name persons. */
  readonly sealed?: Record<string, unknown>
  /** The items that it changed: it is part of their trails (trail.ts). */
  readonly items?: readonly string[]
}

/** The fields of an entry that its leaf covers. */
export type EntryFields = {
  readonly entryId: string
  readonly at: Date
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly detail: Record<string, Json>
  readonly sealed: Buffer | null
}

/** An entry as it is in the log; `sequence` is null while it waits for its leaf. */
export type StoredEntry = EntryFields & { readonly sequence: number | null }

/** A row of audit_entry, for queries that read entries. */
export type EntryRow = {
  entry_id: string
  at: Date
  actor: string
  act: string
  subject: string
  detail: Record<string, Json>
  sealed: Buffer | null
}

export const ENTRY_COLUMNS = 'e.entry_id, e.at, e.actor, e.act, e.subject, e.detail, e.sealed'

/** The purpose key that seals the sealed part; the entry's id is the context. */
const SEAL = 'audit-seal'
const ACT = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/

/** The bytes of an entry: what is hashed into its leaf. */
export function entryBytes(entry: EntryFields): Buffer {
  return Buffer.from(
    canonicalJson({
      v: 1,
      id: entry.entryId,
      at: entry.at.toISOString(),
      actor: entry.actor,
      act: entry.act,
      subject: entry.subject,
      detail: entry.detail,
      sealed: entry.sealed === null ? null : entry.sealed.toString('base64'),
    }),
  )
}

/** A UUIDv7 (RFC 9562, section 5.7): 48 bits of time, the rest random. */
function newEntryId(now: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export function fieldsOf(row: EntryRow): EntryFields {
  const { entry_id, ...fields } = row
  return {
    entryId: entry_id,
    at: fields.at,
    actor: fields.actor,
    act: fields.act,
    subject: fields.subject,
    detail: fields.detail,
    sealed: fields.sealed,
  }
}

/**
 * Appends an entry in the act's own transaction: it is in the log if and only if the act took place. It gets its leaf
 * and a signed checkpoint within seconds, from the sequencer.
 * @returns the entry's id
 */
export async function appendEntry(
  tx: Sql,
  keyring: Pick<Keyring, 'seal'>,
  clock: Clock,
  entry: AuditEntry,
): Promise<string> {
  if (!ACT.test(entry.act))
    throw new HoldfastError('INTERNAL', 'an audit entry names its act in dotted words')
  const now = clock.now()
  const entryId = newEntryId(now)
  const fields: EntryFields = {
    entryId,
    at: new Date(now),
    actor: storableText(entry.actor),
    act: entry.act,
    subject: storableText(entry.subject ?? ''),
    detail: plainJson(entry.detail ?? {}) as Record<string, Json>,
    sealed: entry.sealed
      ? keyring.seal(SEAL, Buffer.from(canonicalJson(plainJson(entry.sealed))), entryId)
      : null,
  }
  await tx.execute(
    `with appended as (
       insert into audit_entry (entry_id, at, actor, act, subject, detail, sealed, leaf_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
     )
     insert into audit_unsequenced (entry_id) values ($1)`,
    [
      entryId,
      fields.at.toISOString(),
      fields.actor,
      fields.act,
      fields.subject,
      canonicalJson(fields.detail),
      fields.sealed,
      leafHash(entryBytes(fields)),
    ],
    'audit-append',
  )
  if (entry.items) await noteItems(tx, entryId, entry.items)
  return entryId
}

/** Opens the sealed part of an entry; null if it has none. Throws what the keyring throws if it does not open. */
export function openSealed(
  keyring: Pick<Keyring, 'open'>,
  entry: Pick<EntryFields, 'entryId' | 'sealed'>,
): Record<string, Json> | null {
  if (entry.sealed === null) return null
  return JSON.parse(keyring.open(SEAL, entry.sealed, entry.entryId).toString()) as Record<string, Json>
}

/** Which entries to read. Everything left out does not limit. */
export type EntryQuery = {
  /** An act, or a family of them: `message.read`, `message.*`. */
  readonly act?: string
  readonly actor?: string
  /** With `actor` a person: what their tokens did counts as theirs. */
  readonly withTokens?: boolean
  readonly subject?: string
  /** Only what was done on the console without a sign-in. */
  readonly breakGlass?: boolean
  readonly entryId?: string
  /** At or after. */
  readonly from?: Date
  /** Before. */
  readonly to?: Date
  /** The `next` of the page before. */
  readonly after?: string
  /** At most 1,000. */
  readonly limit: number
}

/** Reads entries, newest first. `next` continues after this page; null at the end. */
export async function readEntries(
  sql: Sql,
  query: EntryQuery,
): Promise<{ entries: StoredEntry[]; next: string | null }> {
  const values: unknown[] = []
  const conditions: string[] = []
  const where = (condition: (place: string) => string, value: unknown) => {
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  if (query.act?.endsWith('.*')) where(place => `starts_with(e.act, ${place})`, query.act.slice(0, -1))
  else if (query.act !== undefined) where(place => `e.act = ${place}`, query.act)
  if (query.actor !== undefined && query.withTokens) {
    where(place => `(e.actor = ${place} or starts_with(e.actor, ${place} || '/token-'))`, query.actor)
  } else if (query.actor !== undefined) where(place => `e.actor = ${place}`, query.actor)
  // As the partial index has it.
  if (query.breakGlass) conditions.push(`starts_with(e.actor, 'console:')`)
  if (query.entryId !== undefined) where(place => `e.entry_id = ${place}`, query.entryId)
  if (query.subject !== undefined) where(place => `e.subject = ${place}`, query.subject)
  if (query.from) where(place => `e.at >= ${place}`, query.from.toISOString())
  if (query.to) where(place => `e.at < ${place}`, query.to.toISOString())
  if (query.after !== undefined) {
    const [at, entryId] = parseCursor(query.after)
    // The first condition is what the index is searched by; the second only steps over what was seen at that instant.
    where(place => `e.at <= ${place}`, at)
    const atPlace = `$${values.length}`
    where(place => `(e.at < ${atPlace} or e.entry_id > ${place})`, entryId)
  }
  const limit = Math.min(Math.max(1, Math.trunc(query.limit)), 1000)
  const rows = await sql.query<EntryRow & { sequence: number | null }>(
    `select ${ENTRY_COLUMNS}, l.sequence
       from audit_entry e left join audit_leaf l using (entry_id)
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by e.at desc, e.entry_id
      limit ${limit + 1}`,
    values,
  )
  const entries = rows.slice(0, limit).map(row => ({ ...fieldsOf(row), sequence: row.sequence }))
  const last = entries.at(-1)
  return { entries, next: rows.length > limit && last ? formatCursor(last) : null }
}

const formatCursor = ({ at, entryId }: EntryFields): string => `${at.toISOString()}_${entryId}`

function parseCursor(text: string): [string, string] {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f-]{36})$/.exec(text)
  if (!match) throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  return [match[1]!, match[2]!]
}
