/** Holds: those there are, a new one, and one by itself: what it holds, where, its history, and its release. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { ChangeHold } from './change-hold.tsx'
import { HoldList } from './hold-list.tsx'
import { HoldPage } from './hold-page.tsx'
import { NewHold } from './new-hold.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<HoldList />} />
      <Route path="new" element={<NewHold />} />
      <Route path=":holdId" element={<HoldPage />} />
      <Route path=":holdId/change" element={<ChangeHold />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
