/** An alert in a sentence of the reader's language, and the page that mends its cause. */
import type { Alert, AlertRule } from '../client/client.ts'
import { bytesText, countText } from '../parts/count.tsx'
import type { Language, Say } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import type { StatusKind } from '../parts/status-badge.tsx'
import type { alertTexts } from './texts.ts'

export type RuleName = AlertRule['rule']

export const RULES: readonly RuleName[] = [
  'log-broken',
  'checkpoint-overdue',
  'index-differs',
  'low-disk',
  'sum-differs',
  'run-missed',
  'sign-in-refused',
  'disposition-clocks',
  'disposition-volume',
  'staged-copies',
  'run-failed',
  'disposition-overdue',
  'review-waiting',
  'unmapped-numbers',
  'hold-query',
  'person-silent',
  'bulk-reading',
  'portal-sign-in-refused',
  'break-glass',
]

export const SEVERITIES: Readonly<Record<Alert['severity'], StatusKind>> = {
  critical: 'bad',
  warning: 'warning',
  notice: 'neutral',
}

export const isRule = (name: string): name is RuleName => RULES.some(each => each === name)

export function sentenceOf(t: Say<typeof alertTexts.en>, alert: Alert, language: Language): string {
  const { rule, detail, subject } = alert
  if (!isRule(rule)) return rule
  const text = (name: string) => String(detail[name] ?? '')
  const count = (name: string) => Number(detail[name] ?? 0)
  const moment = (name: string) => (detail[name] ? momentText(text(name), language) : '')
  switch (rule) {
    case 'log-broken':
      return t('say-log-broken', { count: count('findings') })
    case 'checkpoint-overdue':
      return t('say-checkpoint-overdue', { count: count('waiting'), since: moment('oldest') })
    case 'index-differs':
      return t('say-index-differs', { indexed: count('indexed'), items: count('items') })
    case 'low-disk':
      return t('say-low-disk', {
        percent: count('percent'),
        free: bytesText(count('free'), language),
        total: bytesText(count('total'), language),
      })
    case 'sum-differs':
      return t('say-sum-differs', { run: text('run'), name: text('name') })
    case 'run-missed':
      return t('say-run-missed', { name: text('name'), due: moment('due') })
    case 'sign-in-refused':
      return t('say-sign-in-refused', { name: text('name'), code: text('code') })
    case 'run-failed':
      return t('say-run-failed', { run: text('run'), name: text('name'), code: text('code') })
    case 'unmapped-numbers':
      return t('say-unmapped-numbers', {
        count: count('numbers'),
        name: text('name'),
        items: count('items'),
      })
    case 'hold-query':
      return t('say-hold-query', { hold: text('hold') })
    case 'disposition-clocks':
      return detail.to
        ? t('say-disposition-leap', { from: moment('from'), to: moment('to') })
        : t('say-disposition-clocks')
    case 'disposition-volume':
      return t('say-disposition-volume', { count: count('filings') })
    case 'disposition-overdue':
      return t('say-disposition-overdue', { count: count('copies'), oldest: moment('oldest') })
    case 'review-waiting':
      return t('say-review-waiting', { count: count('copies'), oldest: moment('oldest') })
    case 'staged-copies':
      return t('say-staged-copies', { count: count('batches'), oldest: moment('oldest') })
    case 'person-silent': {
      const values = { person: text('person') || text('user'), name: text('name') }
      return detail.last
        ? t('say-person-silent', { ...values, days: countText(count('days'), language) })
        : t('say-person-never', values)
    }
    case 'bulk-reading':
      return t('say-bulk-reading', { who: subject, readings: count('readings') })
    case 'portal-sign-in-refused':
      return t('say-portal-sign-in-refused', { count: count('refusals') })
    case 'break-glass':
      return t('say-break-glass', { who: subject, count: count('acts') })
  }
}

/** Where the cause is mended, or looked at; null where the portal has no page for it. */
export function placeOf({
  rule,
  detail,
  subject,
}: Pick<Alert, 'rule' | 'detail' | 'subject'>): string | null {
  const connector = `/data-connectors/connectors/${detail.connector}`
  switch (rule) {
    case 'log-broken':
    case 'checkpoint-overdue':
      return '/audit/log'
    case 'low-disk':
      return '/settings/storage'
    case 'sum-differs':
    case 'run-failed':
      return `${connector}/runs/${detail.run}`
    case 'run-missed':
      return `${connector}/runs`
    case 'sign-in-refused':
      return `${connector}/settings`
    case 'unmapped-numbers':
      return `/unmapped?connector=${detail.connector}`
    case 'hold-query':
      return `/holds/${detail.hold}`
    case 'disposition-clocks':
    case 'disposition-volume':
    case 'disposition-overdue':
    case 'review-waiting':
      return '/disposition'
    case 'person-silent':
      return connector
    case 'bulk-reading':
      return `/audit?actor=${encodeURIComponent(subject)}`
    case 'portal-sign-in-refused':
      return '/audit?act=session.refused'
    case 'break-glass':
      return '/audit?breakGlass=true'
    default:
      return null
  }
}
