/**
 * Policies that are offered for known rules of supervision. A preset proposes action, period and start; what becomes of
 * it is the policy's maker's to decide, and nothing here is legal advice: what applies depends on the firm.
 */
import type { Period } from './period.ts'
import type { PeriodStart, RetentionAction } from './rule.ts'

export type Preset = {
  readonly presetId: 'sec-17a-4' | 'finra-4511' | 'mifid-ii' | 'fca-sysc-10a' | 'cftc-1-31'
  readonly name: string
  /** What the rule says, in our words. */
  readonly says: string
  /** What keeping by this preset is meant to meet, and what it does not claim. */
  readonly claims: string
  readonly action: RetentionAction
  readonly period: Period
  /** Added on the authority's request; null where the rule has none. */
  readonly extension: Period | null
  /** Proposed first; an event is for records that count from one, as the closing of an account. */
  readonly starts: readonly PeriodStart['from'][]
  readonly sources: readonly { readonly title: string; readonly url: string }[]
}

const years = (count: number): Period => ({ years: count, months: 0, days: 0 })

export const PRESETS: readonly Preset[] = Object.freeze([
  {
    presetId: 'sec-17a-4',
    name: 'SEC Rule 17a-4',
    says:
      'Broker-dealers keep communications for at least three years, the first two easily accessible, and some records ' +
      'for six. An electronic system either keeps, for the whole period, a complete time-stamped audit trail (of every ' +
      'change and deletion, when and by whom, enough to re-create the original), or stores exclusively in a ' +
      'non-rewriteable, non-erasable form.',
    claims:
      'Six years, which covers both periods. We claim the audit-trail alternative of (f)(2)(i)(A), not the ' +
      'non-rewriteable form of (f)(2)(i)(B): an item’s trail is exported with the item.',
    action: 'retain',
    period: years(6),
    extension: null,
    starts: ['sent', 'event'],
    sources: [
      {
        title: '17 CFR 240.17a-4(a), (b)(4), (f)(2)(i)',
        url: 'https://www.ecfr.gov/current/title-17/section-240.17a-4',
      },
    ],
  },
  {
    presetId: 'finra-4511',
    name: 'FINRA Rule 4511',
    says:
      'Books and records for which no other period is set are kept for six years, in the form that SEC Rule 17a-4 ' +
      'asks for; those of an account from the day it is closed.',
    claims:
      'Six years. For records of accounts, let the period count from an event, the closing of the account.',
    action: 'retain',
    period: years(6),
    extension: null,
    starts: ['sent', 'event'],
    sources: [
      { title: 'FINRA Rule 4511', url: 'https://www.finra.org/rules-guidance/rulebooks/finra-rules/4511' },
    ],
  },
  {
    presetId: 'mifid-ii',
    name: 'MiFID II',
    says:
      'Investment firms record telephone conversations and electronic communications and keep them for five years, and ' +
      'up to seven where the competent authority asks; each stage can be reconstituted, corrections and what was ' +
      'there before them are easily seen, and the records are not otherwise changed.',
    claims: 'Five years, and two more where the authority asks.',
    action: 'retain',
    period: years(5),
    extension: years(2),
    starts: ['sent'],
    sources: [
      { title: 'Directive 2014/65/EU, article 16(7)', url: 'https://eur-lex.europa.eu/eli/dir/2014/65/oj' },
      {
        title: 'Delegated Regulation (EU) 2017/565, articles 72 and 76',
        url: 'https://eur-lex.europa.eu/eli/reg_del/2017/565/oj',
      },
    ],
  },
  {
    presetId: 'fca-sysc-10a',
    name: 'FCA SYSC 10A',
    says:
      'Firms in the United Kingdom record telephone conversations and electronic communications, also where no deal ' +
      'comes of them, and keep them for five years, or seven where the FCA asks.',
    claims: 'Five years, and two more where the FCA asks.',
    action: 'retain',
    period: years(5),
    extension: years(2),
    starts: ['sent'],
    sources: [
      {
        title: 'FCA Handbook, SYSC 10A.1.6 to 10A.1.15',
        url: 'https://www.handbook.fca.org.uk/handbook/SYSC/10A/1.html',
      },
    ],
  },
  {
    presetId: 'cftc-1-31',
    name: 'CFTC Regulation 1.31',
    says:
      'Regulatory records are kept for five years, readily accessible for the whole of it, in a form that ensures ' +
      'their authenticity and reliability; records of swaps for the life of the swap and five years; of oral ' +
      'communications for one year.',
    claims: 'Five years. For swaps, let the period count from an event, the end of the swap.',
    action: 'retain',
    period: years(5),
    extension: null,
    starts: ['sent', 'event'],
    sources: [{ title: '17 CFR 1.31', url: 'https://www.ecfr.gov/current/title-17/section-1.31' }],
  },
])
