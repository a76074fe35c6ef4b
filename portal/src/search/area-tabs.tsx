/** What the area has: searches, reports of many at once, and what no search could see. */
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Tabs } from '../parts/tabs.tsx'
import { partiallyTexts } from './partially-texts.ts'
import { searchTexts } from './texts.ts'

export function AreaTabs() {
  const t = useTexts(searchTexts)
  const p = useTexts(partiallyTexts)
  const mayCount = useHoldsRole('Compliance Search')
  return (
    <Tabs
      label={t('title')}
      tabs={[
        { to: '/content-search', text: t('savedSearches'), end: true },
        ...(mayCount ? [{ to: '/content-search/term-reports', text: t('termReports') }] : []),
        { to: '/content-search/partially-indexed', text: p('tab') },
      ]}
    />
  )
}
