/**
 * Imports the directory from a CSV file: `Address,Display Name,Aliases,Active From,Active To`, and any further
 * columns, which become attributes. The whole file is checked first; one bad line, and nothing of it is used.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Clock } from '../clock.ts'
import { type Sql, storableText } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { type CsvProblem, CsvProblems, parseAddress, parseTime, readCsv } from './csv.ts'
import { aliasesAfter, type DirectoryRow, type KnownMailbox, matchRows } from './match.ts'

export const REQUIRED = ['Address', 'Display Name']
export const OPTIONAL = ['Aliases', 'Active From', 'Active To']

export type DirectoryReport = {
  /** In the order of the lines, a thousand at most; `problemCount` counts all. Any problem, and nothing is imported. */
  readonly problems: readonly CsvProblem[]
  readonly problemCount: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** Mailboxes of people who are not in the file. They are left as they are, unless they are to be deactivated. */
  readonly missing: number
  readonly deactivated: number
}

type Options = { readonly deactivateMissing?: boolean }
type Plan = {
  readonly report: DirectoryReport
  readonly mailboxes: readonly PlannedMailbox[]
  readonly leaving: readonly number[]
}
type PlannedMailbox = KnownMailbox & { readonly isNew: boolean }

/** What importing `bytes` would do, and what is wrong with them. Throws CSV_INVALID for what is no such file at all. */
export async function checkDirectory(
  sql: Sql,
  clock: Clock,
  bytes: Buffer,
  options: Options = {},
): Promise<DirectoryReport> {
  return (await planImport(sql, clock, bytes, options)).report
}

/**
 * Imports the file: people are found by any of their addresses, changed or added. Throws DIRECTORY_INVALID if
 * `checkDirectory` would report a problem.
 */
export async function importDirectory(
  tx: Sql,
  keyring: Keyring,
  clock: Clock,
  actor: string,
  bytes: Buffer,
  options: Options = {},
): Promise<DirectoryReport> {
  // One import at a time: the check must still hold when its result is written.
  await tx.query('select version from directory_version for update')
  const { report, mailboxes, leaving } = await planImport(tx, clock, bytes, options)
  const [first] = report.problems
  if (first)
    throw new HoldfastError(
      'DIRECTORY_INVALID',
      `${report.problemCount} problems, the first in line ${first.line}: ${`${first.column} ${first.reason}`.trim()}`,
    )
  await writeMailboxes(tx, clock, mailboxes)
  if (leaving.length > 0)
    await tx.execute(
      `update mailbox set active_to = greatest($2, active_from)
       where mailbox_id = any($1::integer[]) and (active_to is null or active_to > $2)`,
      [leaving, new Date(clock.now())],
    )
  await appendEntry(tx, keyring, clock, {
    actor,
    act: 'directory.import',
    detail: {
      added: report.added,
      changed: report.changed,
      unchanged: report.unchanged,
      missing: report.missing,
      deactivated: report.deactivated,
    },
  })
  return report
}

async function planImport(sql: Sql, clock: Clock, bytes: Buffer, options: Options): Promise<Plan> {
  const problems = new CsvProblems()
  const rows = readRows(bytes, problems)
  const known = await readKnown(sql)
  const matches = matchRows(rows, known, problems)
  const mailboxes: PlannedMailbox[] = []
  let added = 0
  let changed = 0
  for (const [index, row] of rows.entries()) {
    const before = matches[index] ?? null
    const after = merge(row, before)
    if (before === null) added++
    else if (sameMailbox(before, after)) continue
    else changed++
    mailboxes.push({ ...after, isNew: before === null })
  }
  const present = new Set(matches.map(match => match?.mailboxId))
  const missing = known.filter(mailbox => !present.has(mailbox.mailboxId))
  const now = clock.now()
  const leaving = options.deactivateMissing
    ? missing
        .filter(mailbox => mailbox.activeTo === null || mailbox.activeTo > now)
        .map(each => each.mailboxId)
    : []
  const report = {
    problems: problems.inOrder(),
    problemCount: problems.count,
    added,
    changed,
    unchanged: rows.length - added - changed,
    missing: missing.length,
    deactivated: leaving.length,
  }
  return { report, mailboxes, leaving }
}

function readRows(bytes: Buffer, problems: CsvProblems): DirectoryRow[] {
  const table = readCsv(bytes, { required: REQUIRED, optional: OPTIONAL, others: 'keep' }, problems)
  const further = table.columns.filter(column => !REQUIRED.includes(column) && !OPTIONAL.includes(column))
  const rows: DirectoryRow[] = []
  for (const { line, cell } of table.rows) {
    const before = problems.count
    const time = (column: string): number | null | undefined => {
      if (!table.columns.includes(column)) return undefined
      if (cell(column) === '') return null
      const at = parseTime(cell(column))
      if (Number.isNaN(at))
        problems.add(line, column, 'is neither a date (2026-11-01) nor a time (2026-11-01T08:00Z)')
      return at
    }
    const address = parseAddress(cell('Address'))
    if (address === null) problems.add(line, 'Address', 'is not an e-mail address')
    if (cell('Display Name') === '') problems.add(line, 'Display Name', 'is empty')
    const aliases = table.columns.includes('Aliases')
      ? readAliases(line, cell('Aliases'), problems)
      : undefined
    const activeFrom = time('Active From')
    const activeTo = time('Active To')
    if (typeof activeFrom === 'number' && typeof activeTo === 'number' && activeFrom >= activeTo)
      problems.add(line, 'Active To', 'is not after Active From')
    if (problems.count > before || address === null) continue
    rows.push({
      line,
      address,
      displayName: storableText(cell('Display Name')),
      aliases: aliases?.filter(alias => alias !== address),
      activeFrom,
      activeTo,
      attributes: Object.fromEntries(
        further.map(column => [storableText(column), storableText(cell(column))]),
      ),
    })
  }
  return rows
}

/** Aliases are parted by semicolons, commas or blanks. */
function readAliases(line: number, cell: string, problems: CsvProblems): string[] {
  const aliases = new Set<string>()
  for (const text of cell.split(/[;,\s]+/)) {
    if (text === '') continue
    const alias = parseAddress(text)
    if (alias === null) problems.add(line, 'Aliases', 'holds what is not an e-mail address')
    else aliases.add(alias)
  }
  return [...aliases]
}

function merge(row: DirectoryRow, before: KnownMailbox | null): KnownMailbox {
  const attributes: Record<string, string> = { ...before?.attributes, ...row.attributes }
  for (const [name, value] of Object.entries(attributes)) if (value === '') delete attributes[name]
  return {
    mailboxId: before?.mailboxId ?? 0,
    address: row.address,
    displayName: row.displayName,
    aliases: aliasesAfter(row, before),
    activeFrom: row.activeFrom === undefined ? (before?.activeFrom ?? null) : row.activeFrom,
    activeTo: row.activeTo === undefined ? (before?.activeTo ?? null) : row.activeTo,
    attributes,
  }
}

function sameMailbox(a: KnownMailbox, b: KnownMailbox): boolean {
  const form = (mailbox: KnownMailbox) =>
    JSON.stringify([
      mailbox.address,
      mailbox.displayName,
      [...mailbox.aliases].sort(),
      mailbox.activeFrom,
      mailbox.activeTo,
      Object.entries(mailbox.attributes).sort(([x], [y]) => (x < y ? -1 : 1)),
    ])
  return form(a) === form(b)
}

async function readKnown(sql: Sql): Promise<KnownMailbox[]> {
  const rows = await sql.query<{
    mailbox_id: number
    address: string
    display_name: string
    active_from: Date | null
    active_to: Date | null
    attributes: Record<string, string>
    aliases: string[]
  }>(
    `select m.mailbox_id, m.address, m.display_name, m.active_from, m.active_to, m.attributes,
       array(select a.address from mailbox_address a where a.mailbox_id = m.mailbox_id and not a.is_primary) as aliases
     from mailbox m where m.kind = 'person'`,
  )
  return rows.map(row => ({
    mailboxId: row.mailbox_id,
    address: row.address,
    displayName: row.display_name,
    aliases: row.aliases,
    activeFrom: row.active_from?.getTime() ?? null,
    activeTo: row.active_to?.getTime() ?? null,
    attributes: row.attributes,
  }))
}

async function writeMailboxes(tx: Sql, clock: Clock, mailboxes: readonly PlannedMailbox[]): Promise<void> {
  if (mailboxes.length === 0) return
  const known = mailboxes.filter(mailbox => !mailbox.isNew)
  const fresh = mailboxes.filter(mailbox => mailbox.isNew)
  const ids = known.map(mailbox => mailbox.mailboxId)
  // Addresses may move from one mailbox to another within a file: all are taken off before any is put on.
  await tx.execute('delete from mailbox_address where mailbox_id = any($1::integer[])', [ids])
  await tx.execute(`update mailbox set address = '!' || mailbox_id where mailbox_id = any($1::integer[])`, [
    ids,
  ])
  await tx.execute(
    `update mailbox m set address = n.address, display_name = n.display_name, active_from = n.active_from,
       active_to = n.active_to, attributes = n.attributes
     from unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[])
       as n (mailbox_id, address, display_name, active_from, active_to, attributes)
     where m.mailbox_id = n.mailbox_id`,
    [ids, ...columnsOf(known)],
  )
  const added = await tx.query<{ mailbox_id: number; address: string }>(
    `insert into mailbox (address, display_name, active_from, active_to, attributes, created_at)
     select n.*, $6 from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::jsonb[]) as n
     returning mailbox_id, address`,
    [...columnsOf(fresh), new Date(clock.now())],
  )
  const idOf = new Map(added.map(row => [row.address, row.mailbox_id]))
  const addresses = mailboxes.flatMap(mailbox => {
    const mailboxId = mailbox.isNew ? idOf.get(mailbox.address)! : mailbox.mailboxId
    return [mailbox.address, ...mailbox.aliases].map((address, place) => ({
      address,
      mailboxId,
      primary: place === 0,
    }))
  })
  await tx.execute(
    `insert into mailbox_address (address, mailbox_id, is_primary)
     select * from unnest($1::text[], $2::integer[], $3::boolean[])`,
    [
      addresses.map(each => each.address),
      addresses.map(each => each.mailboxId),
      addresses.map(each => each.primary),
    ],
  )
}

function columnsOf(mailboxes: readonly KnownMailbox[]): unknown[] {
  const time = (at: number | null) => (at === null ? null : new Date(at))
  return [
    mailboxes.map(mailbox => mailbox.address),
    mailboxes.map(mailbox => mailbox.displayName),
    mailboxes.map(mailbox => time(mailbox.activeFrom)),
    mailboxes.map(mailbox => time(mailbox.activeTo)),
    mailboxes.map(mailbox => JSON.stringify(mailbox.attributes)),
  ]
}
