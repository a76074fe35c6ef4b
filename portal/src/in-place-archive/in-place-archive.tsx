/** The in-place archive: its policies, how it stands, what was moved; a new policy, and one changed or removed. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { ArchivePage } from './archive-page.tsx'
import { ChangePolicy } from './change-policy.tsx'
import { NewPolicy } from './new-policy.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<ArchivePage />} />
      <Route path="new" element={<NewPolicy />} />
      <Route path=":policyId" element={<ChangePolicy />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
