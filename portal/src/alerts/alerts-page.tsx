/** The page with its tabs. */
import { useQuery } from '@tanstack/react-query'
import { Outlet } from 'react-router'
import { client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { alertTexts } from './texts.ts'

export function AlertsPage() {
  const t = useTexts(alertTexts)
  const mayChange = useHoldsRole('Organization Configuration')
  const counts = useQuery({
    queryKey: ['alerts', 'counts'],
    queryFn: ({ signal }) => client.countAlerts({ signal }),
    refetchInterval: 30_000,
  })
  const open = counts.data && counts.data.critical + counts.data.warning + counts.data.notice
  return (
    <Page title={t('title')} purpose={t('purpose')}>
      <Tabs
        label={t('title')}
        tabs={[
          { to: '', text: t('open'), count: open ?? null },
          { to: 'past', text: t('past') },
          { to: 'rules', text: t('rules') },
          ...(mayChange ? [{ to: 'channels', text: t('channels') }] : []),
        ]}
      />
      <Outlet />
    </Page>
  )
}
