/** One's own account: password, second factor, tokens. */
import { Navigate, Route, Routes } from 'react-router'
import { PasswordPage } from './password-page.tsx'
import { SecondFactorPage } from './second-factor-page.tsx'

export function Account() {
  return (
    <Routes>
      <Route path="password" element={<PasswordPage />} />
      <Route path="second-factor" element={<SecondFactorPage />} />
      <Route path="*" element={<Navigate to="/account/password" replace />} />
    </Routes>
  )
}
