/**
 * Disposition: how what is due leaves, and whether it does; what waits for a person first; and what has gone, with its
 * proofs. One message can be looked up by its id, also when only its tombstone is left.
 */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { DisposalList } from './disposal-list.tsx'
import { DisposalPanel } from './disposal-panel.tsx'
import { ItemPage } from './item-page.tsx'
import { Overview } from './overview.tsx'
import { ReviewList } from './review-list.tsx'
import { ReviewPanel } from './review-panel.tsx'
import { SettingsPage } from './settings-page.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<Overview />} />
      <Route path="settings" element={<SettingsPage />} />
      <Route path="reviews" element={<ReviewList />}>
        <Route path=":mailboxId/:itemId" element={<ReviewPanel />} />
      </Route>
      <Route path="disposals" element={<DisposalList />}>
        <Route path=":disposalId" element={<DisposalPanel />} />
      </Route>
      <Route path="items/:itemId" element={<ItemPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
