/** One's own account: password, second factor, where one is signed in, API tokens. */
import { Navigate, Route, Routes } from 'react-router'
import { useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { OwnSessions } from './own-sessions.tsx'
import { OwnTokens } from './own-tokens.tsx'
import { PasswordTab } from './password-tab.tsx'
import { SecondFactorTab } from './second-factor-tab.tsx'
import { signinTexts } from './texts.ts'

export function Account() {
  const t = useTexts(signinTexts)
  const { person } = useSession()
  return (
    <Page title={t('account')} purpose={`${person.displayName} (${person.username})`}>
      <Tabs
        label={t('account')}
        tabs={[
          { to: '/account/password', text: t('password') },
          { to: '/account/second-factor', text: t('secondFactor') },
          { to: '/account/sessions', text: t('sessions') },
          { to: '/account/tokens', text: t('tokens') },
        ]}
      />
      <Routes>
        <Route path="password" element={<PasswordTab />} />
        <Route path="second-factor" element={<SecondFactorTab />} />
        <Route path="sessions" element={<OwnSessions />} />
        <Route path="tokens" element={<OwnTokens />} />
        <Route path="*" element={<Navigate to="/account/password" replace />} />
      </Routes>
    </Page>
  )
}
