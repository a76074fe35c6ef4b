/** The page for an address that leads nowhere. An area may show it too, for an object that is not there. */
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { frameTexts } from './texts.ts'

export function NotFound() {
  const t = useTexts(frameTexts)
  return (
    <Page title={t('notFound')}>
      <EmptyState icon={<SearchRegular />}>{t('notFoundWhy')}</EmptyState>
    </Page>
  )
}
