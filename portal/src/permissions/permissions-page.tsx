/** The frame of the three tabs, with the acts on the console below them. */
import type { ReactNode } from 'react'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { BreakGlass } from './break-glass.tsx'
import { permissionsTexts } from './texts.ts'

export function PermissionsPage({
  primary,
  children,
}: {
  readonly primary?: ReactNode
  readonly children: ReactNode
}) {
  const t = useTexts(permissionsTexts)
  return (
    <Page title={t('title')} purpose={t('purpose')} primary={primary}>
      <Tabs
        label={t('tabs')}
        tabs={[
          { to: '/permissions', text: t('roleGroups'), end: true },
          { to: '/permissions/people', text: t('people') },
          { to: '/permissions/tokens', text: t('tokens') },
        ]}
      />
      {children}
      <BreakGlass />
    </Page>
  )
}
