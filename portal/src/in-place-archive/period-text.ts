/** A period in words: *2 years*, *1 year 6 months*. */
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import { PERIOD_PARTS, partsOf } from './draft.ts'
import { archiveTexts } from './texts.ts'

export function usePeriodText(): (period: string | null) => string {
  const t = useTexts(archiveTexts)
  const w = useWords()
  return period => {
    if (period === null) return w('never')
    const parts = partsOf(period)
    return PERIOD_PARTS.filter(part => parts[part] > 0)
      .map(part => t(part, { count: parts[part] }))
      .join(' ')
  }
}
