/**
 * What nobody but a superuser of the database can do, found afterwards: a locked policy that is not what the log says of
 * it, and a guard that was switched off; and what a statement of the program's own role can do, a hold that was released
 * without a word of it (hold/). The log itself is checked by audit/: an entry that was changed or is missing is found
 * there.
 */
import type { Database, Sql } from '../database/database.ts'
import { checkReleases } from '../hold/hold.ts'
import type { TriedPolicy } from './mailbox-rules.ts'
import { columnsOf, type PolicySettings, settingsOf } from './policy-settings.ts'
import { shortenedBy } from './preservation-lock.ts'

type LockFinding = {
  readonly code: 'POLICY_LOCK_BROKEN' | 'HOLD_RELEASE_UNLOGGED' | 'GUARD_DISABLED'
  /** For a person; names policies by number. */
  readonly message: string
  readonly entryId?: string
}

/** The triggers that refuse to remove what is kept, and to shorten what is locked. */
const GUARDS: readonly (readonly [table: string, trigger: string])[] = [
  ['filing', 'filing_kept'],
  ['filing', 'filing_unchanged'],
  ['filing', 'filing_whole'],
  ['item', 'item_kept'],
  ['item', 'item_unchanged'],
  ['item', 'item_whole'],
  ['held_item', 'held_item_kept'],
  ['retention_event', 'retention_event_early'],
  ['retention_event', 'retention_event_locked'],
  ['retention_event', 'retention_event_whole'],
  ['retention_event_mailbox', 'retention_event_mailbox_early'],
  ['retention_event_mailbox', 'retention_event_mailbox_locked'],
  ['retention_event_mailbox', 'retention_event_mailbox_whole'],
  ['retention_policy', 'retention_policy_locked'],
  ['retention_policy', 'retention_policy_whole'],
]

/** On one snapshot of rows and entries. */
export function checkPreservation(database: Pick<Database, 'transaction'>): Promise<LockFinding[]> {
  return database.transaction(async sql => {
    await sql.query('set transaction isolation level repeatable read, read only')
    return [...(await checkLocks(sql)), ...(await checkReleases(sql)), ...(await checkGuards(sql))]
  })
}

type PolicyRow = TriedPolicy & { enabled: boolean; locked: boolean }
type EntryRow = {
  entry_id: string
  act: string
  policy_id: number
  settings: PolicySettings
}

async function checkLocks(sql: Sql): Promise<LockFinding[]> {
  const rows = await sql.query<PolicyRow>(
    `select *, locked_at is not null as locked from retention_policy
     where locked_at is not null or 'retention-policy:' || policy_id in (
       select subject from audit_entry where act = 'retention-policy.lock')`,
  )
  const entries = await sql.query<EntryRow>(
    `select entry_id, act, split_part(subject, ':', 2)::integer as policy_id, detail->'settings' as settings
     from audit_entry
     where act in ('retention-policy.lock', 'retention-policy.change')
       and subject in (select subject from audit_entry where act = 'retention-policy.lock')
     order by policy_id, (detail->>'revision')::integer`,
  )
  const logged = new Map<number, EntryRow[]>()
  for (const entry of entries) logged.set(entry.policy_id, [...(logged.get(entry.policy_id) ?? []), entry])
  const rowOf = new Map(rows.map(row => [row.policy_id, row]))
  const findings: LockFinding[] = []
  for (const policyId of new Set([...rowOf.keys(), ...logged.keys()])) {
    const broken = judge(rowOf.get(policyId), logged.get(policyId) ?? [])
    if (broken)
      findings.push({
        code: 'POLICY_LOCK_BROKEN',
        message: `retention policy ${policyId} ${broken.why}`,
        ...(broken.entryId ? { entryId: broken.entryId } : {}),
      })
  }
  return findings
}

/** A policy against its entries, in the order of its revisions; null where it is as they say. */
function judge(
  row: PolicyRow | undefined,
  entries: readonly EntryRow[],
): { why: string; entryId?: string } | null {
  const from = entries.findIndex(entry => entry.act === 'retention-policy.lock')
  if (from < 0) return { why: 'is locked, and the log does not say so' }
  const since = entries.slice(from)
  for (const [index, entry] of since.entries()) {
    const before = since[index - 1]
    const shortened = before && shortenedBy(before.settings, entry.settings)
    if (shortened)
      return { why: `was shortened after its lock (${shortened}), as the log says`, entryId: entry.entry_id }
  }
  const last = since.at(-1)!
  const at = { entryId: last.entry_id }
  if (!row) return { why: 'was locked, and is not there any more', ...at }
  if (!row.locked) return { why: 'was locked, and its lock was taken off', ...at }
  if (!row.enabled) return { why: 'is locked, and was turned off', ...at }
  const settings = settingsOf(row)
  if (JSON.stringify(columnsOf(settings)) === JSON.stringify(columnsOf(last.settings))) return null
  const shortened = shortenedBy(last.settings, settings)
  return { why: `is locked, and is not as the log says of it${shortened ? ` (${shortened})` : ''}`, ...at }
}

async function checkGuards(sql: Sql): Promise<LockFinding[]> {
  const rows = await sql.query<{ name: string }>(
    `select c.relname || '.' || t.tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'holdfast'::regnamespace and t.tgenabled in ('O', 'A')`,
  )
  const there = new Set(rows.map(row => row.name))
  return GUARDS.filter(([table, trigger]) => !there.has(`${table}.${trigger}`)).map(([table, trigger]) => ({
    code: 'GUARD_DISABLED',
    message: `the database's guard ${trigger} of ${table} is off: what is kept could be removed past the program`,
  }))
}
