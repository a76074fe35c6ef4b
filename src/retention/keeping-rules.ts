/**
 * All that decides how long the items of a mailbox are kept, read together: holds, policies, labels and their rules.
 * A worker holds them in memory and looks, once for each batch, whether they have changed.
 */
import type { Sql } from '../database/database.ts'
import { holdsOf } from '../hold/hold.ts'
import { mailboxRulesOf } from './mailbox-rules.ts'
import type { HoldRule, KeepingRules } from './rule.ts'

/**
 * The rules of these mailboxes at `now` (milliseconds). Whoever acts by them has the mailboxes locked before this
 * (hold/: lockMailboxes), so that they cannot change until the act is committed.
 */
export async function loadKeepingRules(
  sql: Sql,
  mailboxIds: readonly number[],
  now: number,
): Promise<Map<number, KeepingRules>> {
  const rules = await mailboxRulesOf(sql, mailboxIds)
  const holds = new Map<number, HoldRule[]>()
  for (const hold of await holdsOf(sql, mailboxIds, now)) {
    const list = holds.get(hold.mailboxId)
    if (list) list.push(hold)
    else holds.set(hold.mailboxId, [hold])
  }
  return new Map(
    mailboxIds.map(mailboxId => [
      mailboxId,
      {
        ...(rules.get(mailboxId) ?? { policies: [], labels: [], labelRules: [] }),
        holds: holds.get(mailboxId) ?? [],
      },
    ]),
  )
}

export type KeptRules = {
  /** The rules of these mailboxes, which the caller has locked. */
  of(sql: Sql, mailboxIds: readonly number[], now: number): Promise<ReadonlyMap<number, KeepingRules>>
}

/** Rules held in memory, read again when any rule or the directory has changed. */
export function holdKeepingRules(): KeptRules {
  let version = ''
  let held = new Map<number, KeepingRules>()
  return {
    async of(sql, mailboxIds, now) {
      const current = await keepingVersion(sql)
      if (current !== version) {
        held = new Map()
        version = current
      }
      // Others may read at the same time: each fills the map it began with, which is of one version.
      const own = held
      const missing = mailboxIds.filter(mailboxId => !own.has(mailboxId))
      if (missing.length > 0)
        for (const [mailboxId, rules] of await loadKeepingRules(sql, missing, now)) own.set(mailboxId, rules)
      return own
    },
  }
}

/** Grows with every change of a rule, of a hold, or of the directory, which says whom a rule is about. */
async function keepingVersion(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ version: string }>(
    `select k.version || '/' || d.version as version from keeping_version k, directory_version d`,
    [],
    'keeping-version',
  )
  return row!.version
}
