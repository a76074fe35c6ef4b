/** The page with its two tabs. */
import { Outlet } from 'react-router'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { auditTexts } from './texts.ts'

export function AuditPage() {
  const t = useTexts(auditTexts)
  return (
    <Page title={t('title')} purpose={t('purpose')}>
      <Tabs
        label={t('title')}
        tabs={[
          { to: '', text: t('entries') },
          { to: 'log', text: t('log') },
        ]}
      />
      <Outlet />
    </Page>
  )
}
