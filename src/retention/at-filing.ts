/** What is decided on an item as it is filed in a mailbox, before any query of a hold has looked at it. */
import { decide, labelByRule } from './principle.ts'
import type { Decision, KeepingFacts, KeepingRules } from './rule.ts'

/** A filing's first columns. */
export type FiledKeeping = Omit<Decision, 'reasons'> & {
  /** Put on by a rule. */
  readonly labelId: number | null
}

const UNRULED: FiledKeeping = Object.freeze({
  heldUntil: null,
  holdPending: false,
  retainUntil: null,
  deleteAt: null,
  labelId: null,
})

export function decideAtFiling(
  facts: Pick<KeepingFacts, 'kind' | 'connectorId' | 'sentAt' | 'arrivedAt' | 'importedAt'>,
  rules: KeepingRules,
): FiledKeeping {
  if (rules.policies.length + rules.holds.length + rules.labelRules.length === 0) return UNRULED
  const labelId = labelByRule(facts, rules)
  const holdPending = rules.holds.some(hold => hold.byQuery)
  const { heldUntil, retainUntil, deleteAt } = decide(
    { ...facts, labelId, heldByTerms: [], holdPending, extendedUntil: null },
    rules,
  )
  return { heldUntil, holdPending, retainUntil, deleteAt, labelId }
}

/** The greatest of an item's filings, as its own row has it. */
export function mirrorOf(filings: readonly FiledKeeping[]): Pick<FiledKeeping, 'heldUntil' | 'retainUntil'> {
  let heldUntil: number | null = null
  let retainUntil: number | null = null
  for (const filing of filings) {
    heldUntil = later(heldUntil, filing.holdPending ? Number.POSITIVE_INFINITY : filing.heldUntil)
    retainUntil = later(retainUntil, filing.retainUntil)
  }
  return { heldUntil, retainUntil }
}

function later(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other > one) ? other : one
}

/** A moment as a value of a statement. */
export function momentValue(moment: number | null): Date | 'infinity' | null {
  if (moment === null) return null
  return moment === Number.POSITIVE_INFINITY ? 'infinity' : new Date(moment)
}
