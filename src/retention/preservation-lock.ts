/**
 * Preservation lock, as Microsoft's: a policy that is locked can be extended and nothing else, by anybody, and the lock
 * is never taken off. It may be given a longer period, further mailboxes, connectors or kinds, and a review. The
 * database refuses everything else by itself (migrations/0017-retention.sql), to every role; what a superuser does past
 * that is found by comparing the policy with the log (preservation-lock-check.ts).
 */
import { HoldfastError } from '../errors.ts'
import { parsePeriod } from './period.ts'
import type { PolicySettings } from './policy-settings.ts'

/** What of a locked policy may not become so. */
type Shortened = 'action' | 'start' | 'period' | 'mailboxes' | 'connectors' | 'kinds' | 'review'

/** What a change would take from a policy; null if it only extends it. The same as the trigger's. */
export function shortenedBy(before: PolicySettings, after: PolicySettings): Shortened | null {
  if (after.action !== before.action) return 'action'
  if (after.startFrom !== before.startFrom || after.eventTypeId !== before.eventTypeId) return 'start'
  if (!periodExtends(after.period, before.period)) return 'period'
  if (
    after.appliesTo !== before.appliesTo ||
    !hasAll(after.mailboxIds, before.mailboxIds) ||
    !hasAll(before.excludedIds, after.excludedIds)
  )
    return 'mailboxes'
  if (!widens(after.connectorIds, before.connectorIds)) return 'connectors'
  if (!widens(after.kinds, before.kinds)) return 'kinds'
  return before.review && !after.review ? 'review' : null
}

/** RETENTION_POLICY_LOCKED if the change takes anything from a locked policy. */
export function requireExtension(policyId: number, before: PolicySettings, after: PolicySettings): void {
  const shortened = shortenedBy(before, after)
  if (shortened) throw lockedError(policyId, shortened)
}

export function lockedError(policyId: number, what: Shortened | 'enabled'): HoldfastError {
  return new HoldfastError(
    'RETENTION_POLICY_LOCKED',
    `retention policy ${policyId} has a preservation lock, and can only be extended (${what})`,
  )
}

/** True where a period ends no earlier than another, whatever day both begin on; null is for ever. */
function periodExtends(longer: string | null, shorter: string | null): boolean {
  if (longer === null) return true
  if (shorter === null) return false
  const [long, short] = [parsePeriod(longer)!, parsePeriod(shorter)!]
  const months = (long.years - short.years) * 12 + long.months - short.months
  const days = long.days - short.days
  // A month has 28 to 31 days, twelve in a row 365 or 366.
  const least = (count: number) => Math.floor(count / 12) * 365 + (count % 12) * 28
  const most = (count: number) => Math.floor(count / 12) * 366 + (count % 12) * 31
  return months >= 0 ? days + least(months) >= 0 : days >= most(-months)
}

function hasAll<T>(all: readonly T[], some: readonly T[]): boolean {
  const known = new Set(all)
  return some.every(each => known.has(each))
}

function widens<T>(after: readonly T[] | null, before: readonly T[] | null): boolean {
  return after === null || (before !== null && hasAll(after, before))
}
