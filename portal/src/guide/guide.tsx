/**
 * The guide: the project's own pages of docs/, read in the portal, and the keys that the portal knows. Open to
 * everybody who is signed in.
 */
import { Navigate, Route, Routes } from 'react-router'
import { GuideText } from './guide-text.tsx'

export function Guide() {
  return (
    <Routes>
      <Route path=":folder/:name" element={<GuideText />} />
      <Route path="*" element={<Navigate to="/guide/guide/first-steps" replace />} />
    </Routes>
  )
}
