/** What a policy or a label does, in words: *Keep for 6 years, then delete*, and what it counts from. */
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { useEventTypes } from './event-types.ts'
import { partsOf } from './period.ts'
import type { Action, Start } from './rule-draft.ts'
import { retentionTexts } from './texts.ts'

export type Rule = {
  readonly action: Action
  readonly period: string | null
  readonly start: Start
  readonly eventTypeId: number | null
}

/** *6 years*, *1 year and 6 months*. */
export function usePeriodText(): (period: string) => string {
  const t = useTexts(retentionTexts)
  const [language] = useLanguage()
  return period => {
    const parts = partsOf(period)
    const units = (['years', 'months', 'days'] as const).filter(unit => parts[unit] > 0)
    if (units.length === 0) return t('noTime')
    return new Intl.ListFormat(localeOf(language)).format(units.map(unit => t(unit, { count: parts[unit] })))
  }
}

export function useRuleText(): {
  readonly does: (rule: Rule) => string
  readonly from: (rule: Rule) => string
} {
  const t = useTexts(retentionTexts)
  const periodText = usePeriodText()
  const types = useEventTypes()
  return {
    does: ({ action, period }) => {
      if (action === 'none') return t('does-none')
      if (period === null) return t('does-ever')
      return t(`does-${action}`, { period: periodText(period) })
    },
    /** Empty where nothing is counted. */
    from: ({ action, period, start, eventTypeId }) => {
      if (action === 'none' || period === null) return ''
      if (start !== 'event') return t(`start-${start}`)
      const name = types.data?.find(each => each.eventTypeId === eventTypeId)?.name ?? `#${eventTypeId}`
      return t('start-event', { name })
    },
  }
}
