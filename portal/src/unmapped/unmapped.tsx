/**
 * Unmapped: what found no mailbox, by number; why, since when and how much; and the way out of it: a mailbox assigned
 * there and then, and what was kept seen to arrive.
 */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { UnmappedList } from './unmapped-list.tsx'
import { UnmappedPanel } from './unmapped-panel.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<UnmappedList />}>
        <Route path=":connectorId/:sourceUser" element={<UnmappedPanel />} />
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
