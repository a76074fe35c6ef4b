/** A saved search and its runs. */
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Tabs } from '../parts/tabs.tsx'
import { searchTexts } from './texts.ts'

export function SearchTabs({ savedSearchId }: { readonly savedSearchId: number }) {
  const t = useTexts(searchTexts)
  if (!useHoldsRole('Compliance Search')) return null
  const base = `/content-search/${savedSearchId}`
  return (
    <Tabs
      label={t('tabs')}
      tabs={[
        { to: base, text: t('tabSearch'), end: true },
        { to: `${base}/runs`, text: t('tabRuns') },
      ]}
    />
  )
}
