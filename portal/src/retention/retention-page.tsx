/** The frame of the lists of retention: one title, and a tab for each list. */
import type { ReactNode } from 'react'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { retentionTexts } from './texts.ts'

type Props = { readonly primary?: ReactNode; readonly children: ReactNode }

export function RetentionPage({ primary, children }: Props) {
  const t = useTexts(retentionTexts)
  return (
    <Page title={t('title')} purpose={t('purpose')} {...(primary === undefined ? {} : { primary })}>
      <Tabs
        label={t('title')}
        tabs={[
          { to: '/retention', text: t('policies'), end: true },
          { to: '/retention/labels', text: t('labels') },
          { to: '/retention/label-rules', text: t('rules') },
          { to: '/retention/scopes', text: t('scopes') },
          { to: '/retention/events', text: t('events') },
        ]}
      />
      {children}
    </Page>
  )
}
