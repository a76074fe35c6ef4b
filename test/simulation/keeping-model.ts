/**
 * What an archive of the simulation should hold, worked out apart from it: rules, holds, labels and requests as they were
 * given, and every copy of an item. It shares no code with src/; what the principles of retention make of it is decided
 * by naive-principles.ts.
 */
import type { KeepingFacts, KeepingRules, Label, Period, Policy } from '../../src/retention/retention.ts'
import { type NaiveDecision, naiveDecide, naiveReview } from './naive-principles.ts'

export type ModelItem = {
  readonly itemId: string
  readonly kind: string
  readonly connectorId: number
  readonly sentAt: number
  readonly arrivedAt: number
  readonly importedAt: number
  readonly word: string
  /** Of its parties, with country code and without `+`. */
  readonly numbers: readonly string[]
}

/** An item in a mailbox. */
export type Copy = {
  readonly item: ModelItem
  readonly mailboxId: number
  labelId: number | null
  labelBy: 'person' | 'rule' | 'query' | null
  extendedUntil: number | null
  /** 'approved' until the next run has seen it. */
  review: 'none' | 'open' | 'approved'
  /** True once it has been in a review: from then on it leaves by an approval alone. */
  wasReviewed: boolean
  isGone: boolean
}

type Filter = { readonly connectorIds: readonly number[] | null; readonly kinds: readonly string[] | null }

export type ModelPolicy = Filter & {
  readonly appliesTo: 'all' | 'mailboxes' | 'scopes'
  readonly mailboxIds: readonly number[]
  readonly excludedIds: readonly number[]
  readonly scopeIds: readonly number[]
  readonly action: Policy['action']
  readonly period: Period | null
  readonly startFrom: 'sent' | 'imported' | 'event'
  readonly eventTypeId: number | null
  readonly review: boolean
  readonly enabled: boolean
  readonly locked: boolean
  readonly name: string
}

export type ModelLabel = {
  readonly action: Label['action']
  readonly period: Period | null
  readonly startFrom: 'sent' | 'imported' | 'event'
  readonly eventTypeId: number | null
  readonly review: boolean
}

export type ModelLabelRule = Filter & {
  readonly ruleId: number
  readonly labelId: number
  readonly word: string | null
  readonly mailboxIds: readonly number[] | null
  active: boolean
}

type Release = { readonly releasedAt: number; delayUntil: number }
/** What a hold asked for at a time; a change begins another. */
export type ModelTerm = {
  readonly termId: number
  readonly word: string | null
  readonly days: number | null
  /** The mailboxes; null while it is in force there. */
  readonly on: Map<number, Release | null>
}
export type ModelHold = { terms: ModelTerm[]; released: boolean; touched: number }

export type ModelErasure = {
  readonly number: string
  readonly at: number
  readonly includeLater: boolean
  open: boolean
}

export type Verdict = NaiveDecision & {
  /** Held or retained at the moment asked of. */
  readonly kept: boolean
  readonly due: boolean
  readonly wantsReview: boolean
}

const DAY = 86_400_000
const DELAY = 30 * DAY

export class KeepingModel {
  copies: Copy[] = []
  policies = new Map<number, ModelPolicy>()
  /** Departments that a scope is of. */
  scopes = new Map<number, readonly string[]>()
  departments = new Map<number, string>()
  labels = new Map<number, ModelLabel>()
  labelRules: ModelLabelRule[] = []
  events = new Map<number, { typeId: number; at: number; mailboxIds: readonly number[] | null }>()
  holds = new Map<number, ModelHold>()
  erasures = new Map<number, ModelErasure>()
  /** Days after which items are in the in-place archive; null where there is no policy. */
  archiveDays: number | null = null
  paused = false
  limit: number | null = null
  twoPersons = false
  private terms = 0

  get present(): Copy[] {
    return this.copies.filter(copy => !copy.isGone)
  }

  /** Every rule and hold as it is for one mailbox at a moment. */
  rulesOf(mailboxId: number, now: number): KeepingRules {
    const policies = [...this.policies]
      .filter(([, policy]) => policy.enabled && this.reaches(policy, mailboxId))
      .map(([policyId, policy]): Policy => {
        const { connectorIds, kinds, action, period, review } = policy
        const start = this.startOf(policy, mailboxId)
        return {
          policyId,
          connectorIds,
          kinds,
          action,
          period,
          review,
          start,
          specific: policy.appliesTo !== 'all',
        }
      })
    const labels = [...this.labels].map(([labelId, label]): Label => {
      const { action, period, review } = label
      return { labelId, action, period, review, start: this.startOf(label, mailboxId) }
    })
    const holds = [...this.holds].flatMap(([holdId, hold]) =>
      hold.terms.flatMap(term => {
        const release = term.on.get(mailboxId)
        if (release === undefined || (release && release.delayUntil <= now)) return []
        return {
          holdId,
          termId: term.termId,
          byQuery: term.word !== null,
          days: term.days,
          releasedAt: release && new Date(release.releasedAt),
          delayUntil: release && new Date(release.delayUntil),
        }
      }),
    )
    return { policies, labels, labelRules: [], holds }
  }

  private reaches(policy: ModelPolicy, mailboxId: number): boolean {
    if (policy.appliesTo === 'all') return !policy.excludedIds.includes(mailboxId)
    if (policy.appliesTo === 'mailboxes') return policy.mailboxIds.includes(mailboxId)
    const department = this.departments.get(mailboxId)
    return policy.scopeIds.some(id => department !== undefined && this.scopes.get(id)!.includes(department))
  }

  private startOf(rule: Pick<ModelLabel, 'startFrom' | 'eventTypeId'>, mailboxId: number): Policy['start'] {
    if (rule.startFrom !== 'event') return { from: rule.startFrom }
    let last: number | null = null
    for (const { typeId, at, mailboxIds } of this.events.values())
      if (typeId === rule.eventTypeId && (mailboxIds === null || mailboxIds.includes(mailboxId)))
        if (last === null || at > last) last = at
    return { from: 'event', at: last === null ? null : new Date(last) }
  }

  private factsOf(copy: Copy): KeepingFacts {
    const { item, mailboxId } = copy
    const heldByTerms = [...this.holds.values()].flatMap(hold =>
      hold.terms.flatMap(term => {
        const release = term.on.get(mailboxId)
        // Until its delay is over a query looks at what comes in.
        const looked = release !== undefined && (release === null || item.importedAt < release.delayUntil)
        return looked && term.word === item.word ? [term.termId] : []
      }),
    )
    return {
      kind: item.kind,
      connectorId: item.connectorId,
      sentAt: new Date(item.sentAt),
      arrivedAt: new Date(item.arrivedAt),
      importedAt: new Date(item.importedAt),
      labelId: copy.labelId,
      heldByTerms,
      holdPending: false,
      extendedUntil: copy.extendedUntil === null ? null : new Date(copy.extendedUntil),
    }
  }

  /** What is to be said of copies at a moment. */
  judge(now: number): (copy: Copy) => Verdict {
    const rules = new Map<number, KeepingRules>()
    return copy => {
      const own = rules.get(copy.mailboxId) ?? this.rulesOf(copy.mailboxId, now)
      rules.set(copy.mailboxId, own)
      const facts = this.factsOf(copy)
      const decision = naiveDecide(facts, own)
      const { heldUntil, retainUntil, deleteAt } = decision
      const kept = (heldUntil !== null && heldUntil > now) || (retainUntil !== null && retainUntil > now)
      const due = !kept && deleteAt !== null && deleteAt <= now
      return { ...decision, kept, due, wantsReview: due && (copy.wasReviewed || naiveReview(facts, own)) }
    }
  }

  /** True if a request for erasure is about it. */
  isAsked(copy: Copy): boolean {
    return [...this.erasures.values()].some(
      request =>
        request.open &&
        copy.item.numbers.includes(request.number) &&
        (request.includeLater || copy.item.importedAt <= request.at),
    )
  }

  /** Rules label what has no label, and what nobody took a label off: those of no query first, the oldest first. */
  labelNew(copies: readonly Copy[]): void {
    const ordered = [
      ...this.labelRules.filter(rule => rule.word === null),
      ...this.labelRules.filter(rule => rule.word !== null),
    ]
    for (const copy of copies) {
      if (copy.labelId !== null || copy.labelBy !== null) continue
      const rule = ordered.find(each => each.active && isAbout(each, copy))
      if (!rule) continue
      copy.labelId = rule.labelId
      copy.labelBy = rule.word === null ? 'rule' : 'query'
    }
  }

  placeHold(
    holdId: number,
    word: string | null,
    days: number | null,
    on: readonly number[],
    step: number,
  ): void {
    this.holds.set(holdId, { terms: [this.termOf(word, days, on)], released: false, touched: step })
  }

  private termOf(word: string | null, days: number | null, on: readonly number[]): ModelTerm {
    return { termId: ++this.terms, word, days, on: new Map(on.map(mailboxId => [mailboxId, null])) }
  }

  /** Other days, or other mailboxes: what is left out is released. */
  changeHold(holdId: number, days: number | null, mailboxIds: readonly number[], now: number): void {
    const hold = this.holds.get(holdId)!
    const term = hold.terms.at(-1)!
    if (days !== term.days) {
      release(term, () => true, now)
      hold.terms.push(this.termOf(term.word, days, mailboxIds))
      return
    }
    release(term, mailboxId => !mailboxIds.includes(mailboxId), now)
    for (const mailboxId of mailboxIds) if (!term.on.has(mailboxId)) term.on.set(mailboxId, null)
  }

  releaseHold(holdId: number, now: number): void {
    const hold = this.holds.get(holdId)!
    hold.released = true
    for (const term of hold.terms) release(term, () => true, now)
  }

  endDelay(holdId: number, now: number): void {
    for (const term of this.holds.get(holdId)!.terms)
      for (const each of term.on.values()) if (each && each.delayUntil > now) each.delayUntil = now
  }

  /** As it is now, for later. */
  copy(): KeepingModel {
    return Object.assign(new KeepingModel(), structuredClone({ ...this }))
  }
}

function release(term: ModelTerm, which: (mailboxId: number) => boolean, now: number): void {
  for (const [mailboxId, released] of term.on)
    if (released === null && which(mailboxId))
      term.on.set(mailboxId, { releasedAt: now, delayUntil: now + DELAY })
}

function isAbout(rule: ModelLabelRule, { item, mailboxId }: Copy): boolean {
  return (
    (rule.mailboxIds === null || rule.mailboxIds.includes(mailboxId)) &&
    (rule.connectorIds === null || rule.connectorIds.includes(item.connectorId)) &&
    (rule.kinds === null || rule.kinds.includes(item.kind)) &&
    (rule.word === null || rule.word === item.word)
  )
}
