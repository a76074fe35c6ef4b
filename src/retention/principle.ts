/**
 * The principles of retention, as Microsoft Purview states them: what all rules together decide for one item. Pure.
 *
 * What keeps and what deletes is worked out apart. Keeping: the longest period wins, a disposition review's extension
 * counts as one, and holds stand above it.
 * Deleting: a label's deletion sets every policy's aside; else policies with a scope set those of the whole organisation
 * aside; of what is left the shortest wins, and waits until nothing retains the item any more.
 */
import { heldUntil } from '../hold/hold.ts'
import { addPeriod } from './period.ts'
import type {
  Decision,
  HoldRule,
  ItemFilter,
  KeepingFacts,
  KeepingRules,
  Label,
  PeriodStart,
  Policy,
  Reason,
  SetAside,
} from './rule.ts'

/** How explicit a deletion is. */
const ORGANISATION = 0
const SPECIFIC = 1
const LABEL = 2

type Deletion = { readonly reason: Reason; readonly level: number }

const NOTHING: Decision = Object.freeze({
  heldUntil: null,
  holdPending: false,
  retainUntil: null,
  deleteAt: null,
  reasons: [],
})

/** What the rules decide for an item with these facts, and what each of them has to do with it. */
export function decide(facts: KeepingFacts, rules: KeepingRules): Decision {
  const holds: Reason[] = []
  const retentions: Reason[] = []
  const deletions: Deletion[] = []
  const take = (rule: Policy | Label, ref: Reason['rule'], level: number) => {
    if (rule.action === 'none') return
    const from = startOf(rule.start, facts)
    const until = rule.period === null ? Number.POSITIVE_INFINITY : addPeriod(from, rule.period)
    const waits = from === Number.POSITIVE_INFINITY
    const plain = { rule: ref, from: waits ? null : from, until, waitsFor: waits ? 'event' : null } as const
    if (rule.action !== 'delete') retentions.push({ ...plain, effect: 'retain', setAside: null })
    if (rule.action !== 'retain')
      deletions.push({ level, reason: { ...plain, effect: 'delete', setAside: null } })
  }
  for (const policy of rules.policies)
    if (applies(policy, facts))
      take(policy, { type: 'policy', id: policy.policyId }, policy.specific ? SPECIFIC : ORGANISATION)
  const label = facts.labelId === null ? undefined : rules.labels.find(each => each.labelId === facts.labelId)
  if (label) take(label, { type: 'label', id: label.labelId }, LABEL)
  if (facts.extendedUntil)
    retentions.push({
      rule: { type: 'extension', id: 0 },
      effect: 'retain',
      from: null,
      until: facts.extendedUntil.getTime(),
      waitsFor: null,
      setAside: null,
    })
  for (const hold of rules.holds) {
    const reason = holdReason(hold, facts)
    if (reason) holds.push(reason)
  }
  if (holds.length + retentions.length + deletions.length === 0 && !facts.holdPending) return NOTHING

  const held = longest(holds.filter(({ setAside, waitsFor }) => setAside === null && waitsFor === null))
  const retained = longest(retentions)
  const level = deletions.reduce((top, deletion) => Math.max(top, deletion.level), ORGANISATION)
  const left = deletions.filter(deletion => deletion.level === level)
  const due = left.reduce((first, { reason }) => Math.min(first, reason.until), Number.POSITIVE_INFINITY)
  const deleteAt = Math.max(due, retained ?? due)
  const why = (deletion: Deletion): SetAside | null =>
    deletion.level === level
      ? deletion.reason.until > due
        ? 'shortest-deletion'
        : null
      : level === LABEL
        ? 'label-deletion'
        : 'specific-deletion'
  return {
    heldUntil: held,
    holdPending: facts.holdPending,
    retainUntil: retained,
    deleteAt: deleteAt === Number.POSITIVE_INFINITY ? null : deleteAt,
    reasons: [
      ...holds.map(reason => shorter(reason, facts.holdPending ? Number.POSITIVE_INFINITY : held)),
      ...retentions.map(reason => shorter(reason, retained)),
      ...deletions.map(deletion => ({ ...deletion.reason, setAside: why(deletion) })),
    ],
  }
}

/** The label that rules give an item that has none: the oldest rule's that fits; null if none does. */
export function labelByRule(
  facts: Pick<KeepingFacts, 'kind' | 'connectorId'>,
  rules: Pick<KeepingRules, 'labelRules'>,
): number | null {
  return rules.labelRules.find(rule => applies(rule, facts))?.labelId ?? null
}

/** True if a rule of this filter is about the item. */
function applies(
  { connectorIds, kinds }: ItemFilter,
  { kind, connectorId }: Pick<KeepingFacts, 'kind' | 'connectorId'>,
): boolean {
  return (
    (connectorIds === null || connectorIds.includes(connectorId)) &&
    (kinds === null || (kind !== null && kinds.includes(kind)))
  )
}

/** Infinity where an event has not happened yet. */
function startOf(start: PeriodStart, facts: KeepingFacts): number {
  if (start.from === 'sent') return itemDate(facts).getTime()
  if (start.from === 'imported') return facts.importedAt.getTime()
  return start.at?.getTime() ?? Number.POSITIVE_INFINITY
}

/** When it was sent; an impossible time is stood in for by that of its arrival. */
function itemDate({ sentAt, arrivedAt }: KeepingFacts): Date {
  return sentAt ?? arrivedAt
}

/** A query hold is there for what it holds, and for what it has not looked at. */
function holdReason(hold: HoldRule, facts: KeepingFacts): Reason | null {
  const rule = { type: 'hold', id: hold.holdId } as const
  const from = itemDate(facts).getTime()
  if (hold.byQuery && !facts.heldByTerms.includes(hold.termId))
    return facts.holdPending
      ? {
          rule,
          effect: 'hold',
          from: null,
          until: Number.POSITIVE_INFINITY,
          waitsFor: 'query',
          setAside: null,
        }
      : null
  const until = heldUntil(hold, itemDate(facts))
  if (until === null) return { rule, effect: 'hold', from, until: from, waitsFor: null, setAside: 'released' }
  return {
    rule,
    effect: 'hold',
    from,
    until: until === 'infinity' ? Number.POSITIVE_INFINITY : until.getTime(),
    waitsFor: null,
    setAside: null,
  }
}

function longest(reasons: readonly Reason[]): number | null {
  return reasons.length === 0 ? null : Math.max(...reasons.map(reason => reason.until))
}

function shorter(reason: Reason, until: number | null): Reason {
  return reason.setAside === null && until !== null && reason.until < until
    ? { ...reason, setAside: 'longest-retention' }
    : reason
}
