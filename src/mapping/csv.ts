/**
 * The custom mapping file, as TeleMessage documents it (docs/formats/mapping-csv.md): `External User ID,Microsoft 365
 * User Mailbox`, and here also `Valid From,Valid To` in UTC, half-open, since numbers are reassigned. The whole file is
 * checked before any of it is used, and an import replaces the connector's whole custom mapping.
 */
import { randomUUID } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import type { Clock } from '../clock.ts'
import { type Sql, storableText } from '../database/database.ts'
import {
  type CsvProblem,
  CsvProblems,
  type CsvRow,
  csvCell,
  type Directory,
  parseAddress,
  parseTime,
  readCsv,
} from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { listMappingEntries } from './entries.ts'
import { type EntryChange, type KeptEntry, recordChanges } from './history.ts'
import { normaliseNumber } from './number.ts'
import { comparableNumber, type MappingEntry } from './resolve.ts'

const ID = 'External User ID'
const MAILBOX = 'Microsoft 365 User Mailbox'
const FROM = 'Valid From'
const TO = 'Valid To'
const ID_LENGTH_MAX = 200

export type CheckedMapping = {
  readonly entries: readonly MappingEntry[]
  /** In the order of the lines, a thousand at most; `problemCount` counts all. Any problem, and nothing is imported. */
  readonly problems: readonly CsvProblem[]
  readonly problemCount: number
  /** Compared with the current mapping: by user id and beginning of validity. */
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly removed: number
}

/**
 * Checks a mapping file. `current` is what the connector has now. Throws CSV_INVALID for what is no such file at all;
 * whatever is wrong with single lines is in `problems`.
 */
export function checkMapping(
  bytes: Buffer,
  directory: Directory,
  options: { readonly defaultRegion: string; readonly current: readonly MappingEntry[] },
): CheckedMapping {
  const problems = new CsvProblems()
  const table = readCsv(bytes, { required: [ID, MAILBOX], optional: [FROM, TO], others: 'refuse' }, problems)
  const entries: MappingEntry[] = []
  for (const row of table.rows) {
    const entry = readEntry(row, directory, options.defaultRegion, problems)
    if (entry) entries.push(entry)
  }
  checkPeriods(entries, problems)
  return {
    entries,
    problems: problems.inOrder(),
    problemCount: problems.count,
    ...compare(options.current, entries),
  }
}

function readEntry(
  { line, cell }: CsvRow,
  directory: Directory,
  defaultRegion: string,
  problems: CsvProblems,
): MappingEntry | null {
  const before = problems.count
  const externalUserId = cell(ID)
  const trouble = troubleWithId(externalUserId, defaultRegion)
  if (trouble) problems.add(line, ID, trouble)
  const address = parseAddress(cell(MAILBOX))
  if (cell(MAILBOX) === '') problems.add(line, MAILBOX, 'is empty')
  else if (address === null) problems.add(line, MAILBOX, 'is not an e-mail address')
  else if (directory.find(address) === null) problems.add(line, MAILBOX, 'is not a mailbox of the directory')
  const validFrom = readTime(line, FROM, cell(FROM), problems)
  const validTo = readTime(line, TO, cell(TO), problems)
  if (validFrom !== null && validTo !== null && validFrom >= validTo)
    problems.add(line, TO, `is not after ${FROM}`)
  if (problems.count > before || address === null) return null
  const id = storableText(externalUserId)
  return {
    externalUserId: id,
    number: comparableNumber(id, defaultRegion),
    mailboxAddress: address,
    validFrom,
    validTo,
    line,
  }
}

/** What is wrong with an id, in words; null if nothing is. */
export function troubleWithId(id: string, defaultRegion: string): string | null {
  if (id === '') return 'is empty'
  if (id.length > ID_LENGTH_MAX) return `is longer than ${ID_LENGTH_MAX} characters`
  if (/^\d([.,]\d+)?E\+?\d+$/i.test(id))
    return 'is a number that a spreadsheet has rounded; format the column as text and enter it again'
  if (normaliseNumber(id, defaultRegion).form === 'withheld') return 'stands for nobody in particular'
  return null
}

function readTime(line: number, column: string, text: string, problems: CsvProblems): number | null {
  if (text === '') return null
  const at = parseTime(text)
  if (!Number.isNaN(at)) return at
  problems.add(line, column, 'is neither a date (2026-11-01) nor a time (2026-11-01T08:00Z)')
  return null
}

/** At any moment an id leads to one mailbox only, however its number is written. */
function checkPeriods(entries: readonly MappingEntry[], problems: CsvProblems): void {
  const groups = Map.groupBy(entries, entry =>
    entry.number === '' ? `t${entry.externalUserId}` : `n${entry.number}`,
  )
  for (const group of groups.values()) {
    if (group.length === 1) continue
    const start = (entry: MappingEntry) => entry.validFrom ?? -Infinity
    const end = (entry: MappingEntry) => entry.validTo ?? Infinity
    const sorted = group.toSorted((a, b) =>
      start(a) === start(b) ? a.line - b.line : start(a) < start(b) ? -1 : 1,
    )
    let longest = sorted[0]!
    for (const entry of sorted.slice(1)) {
      if (start(entry) < end(longest)) reportOverlap(longest, entry, problems)
      if (end(entry) > end(longest)) longest = entry
    }
  }
}

function reportOverlap(a: MappingEntry, b: MappingEntry, problems: CsvProblems): void {
  const [first, later] = a.line < b.line ? [a, b] : [b, a]
  const same = a.mailboxAddress === b.mailboxAddress && a.validFrom === b.validFrom && a.validTo === b.validTo
  problems.add(
    later.line,
    ID,
    same
      ? `says the same as line ${first.line}`
      : `has a time of validity that overlaps with line ${first.line}`,
  )
}

/** The new lines with the identities that they keep, or get; and what has changed of which. */
async function differences(tx: Sql, connectorId: number, entries: readonly MappingEntry[]) {
  const rows = await tx.query<{ entry_id: string; revision: number; line: number }>(
    'select entry_id, revision, line from mapping_entry where connector_id = $1',
    [connectorId],
  )
  const identities = new Map(rows.map(row => [row.line, row]))
  const current = await listMappingEntries(tx, connectorId)
  const before = new Map(
    current.map(entry => [keyOf(entry), { entry, ...identities.get(entry.line)! }] as const),
  )
  const changes: EntryChange[] = []
  const kept = entries.map(entry => {
    const old = before.get(keyOf(entry))
    const { line: _line, ...fields } = entry
    const after: KeptEntry = { ...fields, entryId: old?.entry_id ?? randomUUID() }
    before.delete(keyOf(entry))
    const changed = !old || isChanged(old.entry, entry)
    if (changed) changes.push({ before: old ? { ...old.entry, entryId: old.entry_id } : null, after })
    return { entryId: after.entryId, revision: old ? old.revision + (changed ? 1 : 0) : 1 }
  })
  for (const { entry, entry_id: entryId } of before.values())
    changes.push({ before: { ...entry, entryId }, after: null })
  return { kept, changes }
}

const keyOf = (entry: MappingEntry) => `${entry.externalUserId}\n${entry.validFrom ?? ''}`
const isChanged = (old: MappingEntry, entry: MappingEntry) =>
  old.mailboxAddress !== entry.mailboxAddress || old.validTo !== entry.validTo

function compare(current: readonly MappingEntry[], entries: readonly MappingEntry[]) {
  const before = new Map(current.map(entry => [keyOf(entry), entry]))
  let added = 0
  let changed = 0
  for (const entry of entries) {
    const old = before.get(keyOf(entry))
    if (!old) added++
    else if (isChanged(old, entry)) changed++
  }
  const kept = new Set(entries.map(keyOf))
  const removed = current.filter(entry => !kept.has(keyOf(entry))).length
  return { added, changed, unchanged: entries.length - added - changed, removed }
}

/** Replaces the connector's custom mapping. MAPPING_INVALID if the check found a problem; then nothing is changed. */
export async function importMapping(
  tx: Sql,
  keyring: Keyring,
  clock: Clock,
  actor: string,
  connectorId: number,
  checked: CheckedMapping,
): Promise<void> {
  const [first] = checked.problems
  if (first)
    throw new HoldfastError(
      'MAPPING_INVALID',
      `${checked.problemCount} problems, the first in line ${first.line}: ${`${first.column} ${first.reason}`.trim()}`,
    )
  // One import at a time, so that two never mix.
  const locked = await tx.query('select 1 as one from connector where connector_id = $1 for update', [
    connectorId,
  ])
  if (locked.length === 0)
    throw new HoldfastError('CONNECTOR_UNKNOWN', `there is no connector ${connectorId}`)
  const { kept, changes } = await differences(tx, connectorId, checked.entries)
  const time = (at: number | null) => (at === null ? null : new Date(at))
  await tx.execute('delete from mapping_entry where connector_id = $1', [connectorId])
  await tx.execute(
    `insert into mapping_entry (connector_id, external_user_id, number, mailbox_address, valid_from, valid_to, line,
       entry_id, revision)
     select $1, n.* from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::integer[],
       $8::uuid[], $9::integer[]) as n`,
    [
      connectorId,
      checked.entries.map(entry => entry.externalUserId),
      checked.entries.map(entry => entry.number),
      checked.entries.map(entry => entry.mailboxAddress),
      checked.entries.map(entry => time(entry.validFrom)),
      checked.entries.map(entry => time(entry.validTo)),
      checked.entries.map(entry => entry.line),
      kept.map(entry => entry.entryId),
      kept.map(entry => entry.revision),
    ],
  )
  await recordChanges(tx, connectorId, changes, { actor, cause: 'import', at: new Date(clock.now()) })
  await appendEntry(tx, keyring, clock, {
    actor,
    act: 'mapping.import',
    subject: `connector:${connectorId}`,
    detail: {
      entries: checked.entries.length,
      added: checked.added,
      changed: checked.changed,
      unchanged: checked.unchanged,
      removed: checked.removed,
    },
  })
}

/** The connector's custom mapping as a file that can be imported again; the two last columns only if they are used. */
export async function exportMapping(sql: Sql, connectorId: number): Promise<string> {
  const entries = await listMappingEntries(sql, connectorId)
  const dated = entries.some(entry => entry.validFrom !== null || entry.validTo !== null)
  const time = (at: number | null) => (at === null ? '' : new Date(at).toISOString())
  const lines = entries.map(entry =>
    [
      entry.externalUserId,
      entry.mailboxAddress,
      ...(dated ? [time(entry.validFrom), time(entry.validTo)] : []),
    ]
      .map(csvCell)
      .join(','),
  )
  return `${[[ID, MAILBOX, ...(dated ? [FROM, TO] : [])].join(','), ...lines].join('\r\n')}\r\n`
}

/** An empty mapping file to fill in. */
export function mappingTemplate(): string {
  return `${ID},${MAILBOX},${FROM},${TO}\r\n`
}
