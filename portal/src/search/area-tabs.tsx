/** What the area has: searches, and reports of many at once. */
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Tabs } from '../parts/tabs.tsx'
import { searchTexts } from './texts.ts'

export function AreaTabs() {
  const t = useTexts(searchTexts)
  const mayCount = useHoldsRole('Compliance Search')
  if (!mayCount) return null
  return (
    <Tabs
      label={t('title')}
      tabs={[
        { to: '/content-search', text: t('savedSearches'), end: true },
        { to: '/content-search/term-reports', text: t('termReports') },
      ]}
    />
  )
}
