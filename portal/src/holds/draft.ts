/** A hold while it is written: what was entered, what is missing, and what is sent. Pure. */
import type { Hold } from '../client/client.ts'

export type Draft = {
  readonly kind: 'litigation' | 'query'
  readonly name: string
  readonly reason: string
  readonly note: string
  readonly link: string
  readonly mailboxIds: readonly number[]
  readonly query: string
  /** As entered; empty is for ever. */
  readonly days: string
}

export const EMPTY: Draft = {
  kind: 'litigation',
  name: '',
  reason: '',
  note: '',
  link: '',
  mailboxIds: [],
  query: '',
  days: '',
}

export type Mistake = 'name' | 'reason' | 'link' | 'mailboxes' | 'query' | 'days'

export function mistakesOf(draft: Draft): ReadonlySet<Mistake> {
  const wrong = new Set<Mistake>()
  if (draft.name.trim() === '') wrong.add('name')
  if (draft.reason.trim() === '') wrong.add('reason')
  if (draft.link.trim() !== '' && !/^https?:\/\/[^\s]+$/.test(draft.link.trim())) wrong.add('link')
  if (draft.mailboxIds.length === 0) wrong.add('mailboxes')
  if (draft.kind === 'query' && draft.query.trim() === '') wrong.add('query')
  if (draft.days.trim() !== '' && !(/^[1-9]\d{0,4}$/.test(draft.days.trim()) && Number(draft.days) <= 36_500))
    wrong.add('days')
  return wrong
}

export function bodyOf(draft: Draft) {
  const { kind, name, reason, note, link, mailboxIds, query, days } = draft
  return {
    name,
    reason,
    note,
    link,
    mailboxIds: [...mailboxIds],
    query: kind === 'query' ? query : null,
    days: days.trim() === '' ? null : Number(days),
  }
}

/** What a hold looks like in the form that changes it. */
export function draftOf(hold: Hold, mailboxIds: readonly number[]): Draft {
  const { kind, name, reason, note, link, query, days } = hold
  return {
    kind,
    name,
    reason,
    note,
    link,
    mailboxIds,
    query: query ?? '',
    days: days === null ? '' : String(days),
  }
}
