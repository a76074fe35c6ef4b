/**
 * The directory: the organisation's people and their mailboxes, every address a mailbox is known by, and from when to
 * when it is active (half-open, UTC). Maintained by importing CSV files (docs/formats/directory-csv.md).
 *
 * Promises: an address belongs to one mailbox only. A file is checked as a whole before any of it is used. A mailbox
 * is never deleted: one that is no longer active keeps what was filed in it, and still receives what its person sent
 * while it was active. Two reserved mailboxes, `unmapped` and `quarantine`, are not people and have no e-mail address.
 */
import type { Clock } from '../clock.ts'
import { type Sql, storableText } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'

export {
  type CsvProblem,
  CsvProblems,
  type CsvRow,
  csvCell,
  csvLine,
  parseAddress,
  parseTime,
  readCsv,
} from './csv.ts'
export { checkDirectory, type DirectoryReport, importDirectory } from './import.ts'
export { directoryTemplate } from './template.ts'

/** A mailbox as mapping needs it. Times are milliseconds; null is without bound. */
export type DirectoryMailbox = {
  readonly mailboxId: number
  readonly address: string
  readonly activeFrom: number | null
  /** Exclusive. */
  readonly activeTo: number | null
}

/** All people's mailboxes at one version of the directory, in memory. Reserved mailboxes are not in it. */
export type Directory = {
  readonly version: string
  readonly mailboxes: number
  /** The mailbox known by this address, which is in lower case; inactive ones too. */
  find(address: string): DirectoryMailbox | null
}

/** True if the mailbox was active at `time`, in milliseconds. */
export function activeAt(mailbox: DirectoryMailbox, time: number): boolean {
  return (
    (mailbox.activeFrom === null || time >= mailbox.activeFrom) &&
    (mailbox.activeTo === null || time < mailbox.activeTo)
  )
}

/**
 * Changes whenever something changes that mapping depends on: mailboxes, addresses, custom mapping, registered users
 * or a connector's mapping settings. Reads one row.
 */
export async function directoryVersion(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ version: number }>(
    'select version from directory_version',
    [],
    'directory-version',
  )
  return String(row?.version ?? 0)
}

/** Reads the directory, or gives `previous` back if nothing has changed since. */
export async function loadDirectory(sql: Sql, previous?: Directory): Promise<Directory> {
  // The version first: what changes in between is then read again next time, never missed.
  const version = await directoryVersion(sql)
  if (previous?.version === version) return previous
  const rows = await sql.query<{
    mailbox_id: number
    primary_address: string
    active_from: Date | null
    active_to: Date | null
    address: string
  }>(
    `select m.mailbox_id, m.address as primary_address, m.active_from, m.active_to, a.address
     from mailbox m join mailbox_address a using (mailbox_id) where m.kind = 'person'`,
  )
  const byId = new Map<number, DirectoryMailbox>()
  const byAddress = new Map<string, DirectoryMailbox>()
  for (const row of rows) {
    let mailbox = byId.get(row.mailbox_id)
    if (!mailbox) {
      mailbox = Object.freeze({
        mailboxId: row.mailbox_id,
        address: row.primary_address,
        activeFrom: row.active_from?.getTime() ?? null,
        activeTo: row.active_to?.getTime() ?? null,
      })
      byId.set(row.mailbox_id, mailbox)
    }
    byAddress.set(row.address, mailbox)
  }
  return Object.freeze({
    version,
    mailboxes: byId.size,
    find: (address: string) => byAddress.get(address) ?? null,
  })
}

/** Makes the two reserved mailboxes if they are not there; part of creating an archive. */
export async function ensureReservedMailboxes(tx: Sql, clock: Clock): Promise<void> {
  await tx.execute(
    `insert into mailbox (kind, address, display_name, created_at)
     values ('unmapped', 'unmapped', 'Unmapped', $1), ('quarantine', 'quarantine', 'Quarantine', $1)
     on conflict do nothing`,
    [new Date(clock.now())],
  )
}

/** A mailbox of the directory. */
export type MailboxEntry = {
  readonly mailboxId: number
  readonly kind: 'person' | 'unmapped' | 'quarantine'
  readonly address: string
  readonly displayName: string
  /** Every other address it is known by. */
  readonly aliases: readonly string[]
  readonly activeFrom: Date | null
  readonly activeTo: Date | null
  /** Further columns of the directory file, such as Department and Country. */
  readonly attributes: Readonly<Record<string, string>>
}

type MailboxRow = {
  mailbox_id: number
  kind: MailboxEntry['kind']
  address: string
  display_name: string
  aliases: string[]
  active_from: Date | null
  active_to: Date | null
  attributes: Record<string, string>
}

const MAILBOX_COLUMNS = `m.mailbox_id, m.kind, m.address, m.display_name, m.active_from, m.active_to, m.attributes,
  array(select a.address from mailbox_address a where a.mailbox_id = m.mailbox_id and not a.is_primary
        order by a.address) as aliases`

/**
 * Mailboxes in the order of their addresses, reserved ones among them. `after` is the last address of the page
 * before; `containing` narrows to addresses, aliases, names and attributes that contain it, whatever the case;
 * `mailboxIds` to some mailboxes (null is every one, [] none); `kind` to people's or reserved ones.
 */
export async function listMailboxes(
  sql: Sql,
  options: {
    readonly after?: string
    readonly limit?: number
    readonly containing?: string
    readonly mailboxIds?: readonly number[] | null
    readonly kind?: 'person' | 'reserved'
  } = {},
): Promise<MailboxEntry[]> {
  const rows = await sql.query<MailboxRow>(
    `select ${MAILBOX_COLUMNS} from mailbox m
     where m.address > $1 and ${MATCHES} order by m.address limit $5`,
    [options.after ?? '', ...matchValues(options), options.limit ?? 100],
  )
  return rows.map(entryOf)
}

/** How many mailboxes `listMailboxes` has with these limits. */
export async function countMailboxes(
  sql: Sql,
  options: {
    readonly containing?: string
    readonly mailboxIds?: readonly number[] | null
    readonly kind?: 'person' | 'reserved'
  } = {},
): Promise<number> {
  const [row] = await sql.query<{ mailboxes: number }>(
    `select count(*) as mailboxes from mailbox m where $1 = '' and ${MATCHES}`,
    ['', ...matchValues(options)],
  )
  return row?.mailboxes ?? 0
}

/** A number is found however it is written. */
const MATCHES = `($2 = '' or strpos(m.address, $2) > 0 or strpos(lower(m.display_name), $2) > 0
    or exists (select from mailbox_address a where a.mailbox_id = m.mailbox_id and strpos(a.address, $2) > 0)
    or exists (select from jsonb_each_text(m.attributes) as t (name, value) where strpos(lower(t.value), $2) > 0
      or $2 ~ '^[+(]*([0-9][ ().-]*){4,}$'
        and strpos(regexp_replace(t.value, '[^0-9]', '', 'g'), regexp_replace($2, '[^0-9]', '', 'g')) > 0))
  and ($3::integer[] is null or m.mailbox_id = any($3))
  and ($4::text is null or (m.kind = 'person') = ($4 = 'person'))`

function matchValues(options: {
  readonly containing?: string
  readonly mailboxIds?: readonly number[] | null
  readonly kind?: 'person' | 'reserved'
}): unknown[] {
  const containing = storableText((options.containing ?? '').normalize('NFC').toLowerCase())
  return [containing, options.mailboxIds ?? null, options.kind ?? null]
}

/** The mailbox known by `address` (an alias too, or `unmapped` or `quarantine`); MAILBOX_UNKNOWN if there is none. */
export async function getMailbox(sql: Sql, address: string): Promise<MailboxEntry> {
  const [row] = await sql.query<MailboxRow>(
    `select ${MAILBOX_COLUMNS} from mailbox m
     where m.address = $1 or m.mailbox_id = (select a.mailbox_id from mailbox_address a where a.address = $1)`,
    [address.normalize('NFC').toLowerCase()],
  )
  if (!row) throw new HoldfastError('MAILBOX_UNKNOWN', 'no mailbox has this address')
  return entryOf(row)
}

function entryOf(row: MailboxRow): MailboxEntry {
  return {
    mailboxId: row.mailbox_id,
    kind: row.kind,
    address: row.address,
    displayName: row.display_name,
    aliases: row.aliases,
    activeFrom: row.active_from,
    activeTo: row.active_to,
    attributes: row.attributes,
  }
}
