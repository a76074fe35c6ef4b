/**
 * The published principles of retention, written down once more as a reader of the words would try them out: by asking
 * of one moment after the other whether anything still keeps the item. It shares no code with src/retention, only its
 * nouns, and is slow. Tests compare the two.
 */
import type { KeepingFacts, KeepingRules, Label, Policy } from '../../src/retention/retention.ts'

export type NaiveDecision = {
  readonly heldUntil: number | null
  readonly retainUntil: number | null
  readonly deleteAt: number | null
}

const NEVER = Number.POSITIVE_INFINITY
const DAY = 24 * 60 * 60 * 1000
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Counts on the calendar: month by month, then day by day. */
export function naiveLater(from: number, years: number, months: number, days: number): number {
  const [date = '', time = ''] = new Date(from).toISOString().split('T')
  let [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  for (let step = 0; step < years * 12 + months; step++) {
    month++
    if (month > 12) {
      month = 1
      year++
    }
  }
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const last = month === 2 && isLeap ? 29 : MONTH_DAYS[month - 1]!
  if (day > last) day = last
  let moment = Date.parse(
    `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T${time}`,
  )
  for (let step = 0; step < days; step++) moment += DAY
  return moment
}

type Setting = {
  readonly of: 'label' | 'scoped policy' | 'organisation policy'
  readonly keeps: boolean
  readonly deletes: boolean
  /** When its period is over. */
  readonly over: number
  readonly review: boolean
}

/** When a rule's period is over for this item; NEVER for one without end or whose event has not happened. */
function periodOver(rule: Policy | Label, facts: KeepingFacts): number {
  const { start, period } = rule
  let begins: Date | null
  if (start.from === 'event') begins = start.at
  else if (start.from === 'imported') begins = facts.importedAt
  else begins = facts.sentAt === null ? facts.arrivedAt : facts.sentAt
  if (begins === null || period === null) return NEVER
  return naiveLater(begins.getTime(), period.years, period.months, period.days)
}

function settingsOf(facts: KeepingFacts, rules: KeepingRules): Setting[] {
  const settings: Setting[] = []
  for (const policy of rules.policies) {
    if (policy.connectorIds !== null && policy.connectorIds.indexOf(facts.connectorId) === -1) continue
    if (policy.kinds !== null && policy.kinds.indexOf(String(facts.kind)) === -1) continue
    settings.push({
      of: policy.specific ? 'scoped policy' : 'organisation policy',
      keeps: policy.action === 'retain' || policy.action === 'retain-then-delete',
      deletes: policy.action === 'delete' || policy.action === 'retain-then-delete',
      over: periodOver(policy, facts),
      review: policy.review,
    })
  }
  for (const label of rules.labels)
    if (label.labelId === facts.labelId && label.action !== 'none')
      settings.push({
        of: 'label',
        keeps: label.action === 'retain' || label.action === 'retain-then-delete',
        deletes: label.action === 'delete' || label.action === 'retain-then-delete',
        over: periodOver(label, facts),
        review: label.review,
      })
  return settings
}

/** The deletions that count: first by how explicit they are, and only of equals the shortest. */
function deletionsOf(settings: readonly Setting[]): Setting[] {
  for (const kind of ['label', 'scoped policy', 'organisation policy']) {
    const deletions = settings.filter(setting => setting.deletes && setting.of === kind)
    const shortest = deletions.map(deletion => deletion.over).sort(ascending)[0]
    if (deletions.length > 0) return deletions.filter(deletion => deletion.over === shortest)
  }
  return []
}

/** True if a person is asked before it goes: a rule that has kept it the longest, or whose deletion counts, wants that. */
export function naiveReview(facts: KeepingFacts, rules: KeepingRules): boolean {
  const settings = settingsOf(facts, rules)
  const keepers = settings.filter(setting => setting.keeps)
  const ends = keepers.map(keeper => keeper.over)
  if (facts.extendedUntil !== null) ends.push(facts.extendedUntil.getTime())
  const longest = ends.sort(ascending).at(-1)
  const deciding = [...keepers.filter(keeper => keeper.over === longest), ...deletionsOf(settings)]
  return deciding.some(setting => setting.review)
}

function ascending(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1
}

/** A moment from which on nothing of these keeps it; null if nothing ever did. */
function endOf(keepers: readonly number[]): number | null {
  if (keepers.length === 0) return null
  const moments = [...keepers].sort(ascending)
  return moments.find(moment => keepers.every(over => over <= moment))!
}

export function naiveDecide(facts: KeepingFacts, rules: KeepingRules): NaiveDecision {
  const settings = settingsOf(facts, rules)
  const keepers = settings.filter(setting => setting.keeps).map(setting => setting.over)
  // Whoever reviews a disposal may have it wait: that keeps it, and deletes nothing by itself.
  if (facts.extendedUntil !== null) keepers.push(facts.extendedUntil.getTime())
  const deletion = deletionsOf(settings)[0]?.over ?? NEVER
  // The deletion is tried at its own moment, and again whenever something stops keeping the item.
  const tries = [deletion, ...keepers]
    .filter(moment => moment >= deletion && moment !== NEVER)
    .sort(ascending)
  const deleteAt = tries.find(moment => keepers.every(over => over <= moment)) ?? null

  const holds: number[] = []
  for (const hold of rules.holds) {
    if (hold.byQuery && !facts.heldByTerms.some(term => term === hold.termId)) continue
    const date = facts.sentAt === null ? facts.arrivedAt : facts.sentAt
    const ownEnd = hold.days === null ? NEVER : naiveLater(date.getTime(), 0, 0, hold.days)
    // A delay hold keeps what was held at the release.
    if (hold.releasedAt === null) holds.push(ownEnd)
    else if (ownEnd > hold.releasedAt.getTime()) holds.push(hold.delayUntil!.getTime())
  }
  return { heldUntil: endOf(holds), retainUntil: endOf(keepers), deleteAt }
}
