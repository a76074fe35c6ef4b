/** An explanation as lines of plain English, fit for a terminal. */
import type { ExplainedFiling, ExplainedReason, Explanation, Fate } from './explanation.ts'
import type { SetAside } from './rule.ts'

const THEN: Readonly<Record<Fate, string>> = {
  deleted: 'then it is deleted',
  reviewed: 'then somebody is asked, and it is deleted',
  stays: 'nothing deletes it then',
  unknown: 'when it is deleted is not known before its event has happened',
}

const SET_ASIDE: Readonly<Record<SetAside, string>> = {
  'longest-retention': 'another keeps it longer',
  'label-deletion': "a label's deletion goes before",
  'specific-deletion': 'a policy for chosen mailboxes goes before',
  'shortest-deletion': 'another deletes it earlier',
  released: 'released, and did not hold it any more',
}

const LABEL_BY = { person: 'a person', query: 'a query', rule: 'a rule' } as const

/** Moments in UTC, to the minute. */
export function explanationLines(explanation: Explanation): string[] {
  const { itemId, filings, gone, tombstone } = explanation
  const lines = [`Item ${itemId}, as decided on ${moment(explanation.at)}`]
  for (const filing of filings) lines.push('', ...filingLines(filing))
  for (const { address, at, disposalId } of gone)
    lines.push('', `In ${address}`, `  It was disposed of on ${moment(at)}, by disposal ${disposalId}.`)
  if (tombstone)
    lines.push(
      '',
      `It is gone since ${moment(tombstone.goneAt)}: proofs are those of disposal ${tombstone.disposalIds.join(', ')}.`,
    )
  return lines
}

function filingLines(filing: ExplainedFiling): string[] {
  const lines = [
    `In ${filing.address}${filing.hidden ? ' (hidden)' : ''}`,
    `  ${capital(verdictOf(filing))}.`,
  ]
  if (filing.earliest) lines.push(`  It goes on ${moment(filing.earliest)} at the earliest.`)
  if (filing.evaluating) lines.push('  Rules have changed: it is about to be decided on again.')
  if (filing.label)
    lines.push(
      `  Label ${quoted(filing.label.name, filing.label.labelId)}, put on by ${LABEL_BY[filing.label.by]}.`,
    )
  if (filing.labelTakenOff) lines.push('  A person took its label off; no rule puts one on.')
  if (filing.archivedAt) lines.push(`  In the in-place archive since ${moment(filing.archivedAt)}.`)
  if (filing.restricted)
    lines.push('  Its erasure was asked for: until it can be erased, only some may read it.')
  if (filing.reasons.length === 0) lines.push('  No hold, policy or label is about it here.')
  for (const reason of filing.reasons) lines.push(`  ${reason.setAside ? '·' : '*'} ${reasonOf(reason)}`)
  return lines
}

function verdictOf({ verdict, until, fate }: ExplainedFiling): string {
  const on = until ? moment(until) : ''
  switch (verdict) {
    case 'held-pending':
      return 'held until the queries of holds have looked at it'
    case 'held-ever':
      return 'held without end'
    case 'held-until':
      return `held until ${on}; ${THEN[fate]}`
    case 'kept-ever':
      return 'kept without end'
    case 'kept-event':
      return 'kept until an event has happened, and for a time after it'
    case 'kept-until':
      return `kept until ${on}; ${THEN[fate]}`
    case 'extended-until':
      return `kept until ${on} by a disposition review; ${THEN[fate]}`
    case 'review':
      return `due since ${on}; waits for a disposition review`
    case 'approved':
      return `due since ${on} and approved: it goes with the next disposal`
    case 'due':
      return fate === 'reviewed'
        ? `due since ${on}: the next disposal asks for its review`
        : `due since ${on}: it goes with the next disposal`
    case 'later':
      return `kept by nothing; deleted on ${on}`
    case 'free':
      return fate === 'unknown'
        ? 'kept by nothing; deleted some time after an event'
        : 'kept by nothing, and deleted by nothing'
  }
}

function reasonOf(reason: ExplainedReason): string {
  const does = doesOf(reason)
  const aside = reason.setAside ? ` (set aside: ${SET_ASIDE[reason.setAside]})` : ''
  return `${ruleOf(reason)} ${does}${aside}${reason.blocks ? ', and so keeps it from deletion' : ''}`
}

function ruleOf({ rule }: ExplainedReason): string {
  if (rule.type === 'extension') return 'a disposition review'
  return rule.id === null
    ? `a ${rule.type} that you may not see`
    : `${rule.type} ${quoted(rule.name, rule.id)}`
}

function doesOf({ effect, from, until, waitsFor }: ExplainedReason): string {
  const does = { hold: 'holds it', retain: 'keeps it', delete: 'deletes it' }[effect]
  if (waitsFor === 'query') return `${does} until its query has looked at it`
  if (waitsFor === 'event')
    return effect === 'delete' ? `${does} a time after its event` : `${does} until a time after its event`
  const since = from ? ` from ${moment(from)}` : ''
  if (effect === 'delete') return until ? `${does} on ${moment(until)}` : 'never deletes it'
  return until ? `${does}${since} until ${moment(until)}` : `${does}${since} without end`
}

const quoted = (name: string | null, id: number | null): string =>
  name === null ? `number ${id}` : `"${name}" (number ${id})`
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)
const moment = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
