/** The page with its tabs. */
import { Outlet } from 'react-router'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { settingTexts } from './texts.ts'

export function SettingsPage() {
  const t = useTexts(settingTexts)
  return (
    <Page title={t('title')} purpose={t('purpose')} reading>
      <Tabs
        label={t('title')}
        tabs={[
          { to: 'sign-in', text: t('signIn') },
          { to: 'storage', text: t('storage') },
          { to: 'defaults', text: t('defaults') },
          { to: 'keys', text: t('keys') },
          { to: 'about', text: t('about') },
        ]}
      />
      <Outlet />
    </Page>
  )
}
