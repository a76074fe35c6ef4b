/** The page of data connectors: the catalogue of products in one tab, the connectors in the other. */
import { Outlet } from 'react-router'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { connectorsTexts } from './texts.ts'

export function DataConnectors() {
  const t = useTexts(connectorsTexts)
  return (
    <Page title={t('title')} purpose={t('purpose')}>
      <Tabs
        label={t('tabs')}
        tabs={[
          { to: '', text: t('overview') },
          { to: 'connectors', text: t('connectors') },
        ]}
      />
      <Outlet />
    </Page>
  )
}
