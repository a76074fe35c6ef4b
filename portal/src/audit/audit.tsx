/** Audit: what was done, by whom, to what and when; and the tree that shows that nothing of it was changed. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { AuditPage } from './audit-page.tsx'
import { Entries } from './entries.tsx'
import { EntryPanel } from './entry-panel.tsx'
import { Log } from './log.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<AuditPage />}>
        <Route element={<Entries />}>
          <Route index element={null} />
          <Route path=":entryId" element={<EntryPanel />} />
        </Route>
        <Route path="log" element={<Log />} />
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
