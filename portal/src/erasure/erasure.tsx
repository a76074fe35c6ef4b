/** Erasure requests: those there are, a new one with what it would be about, and one by itself with its report. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { ErasureList } from './erasure-list.tsx'
import { ErasurePage } from './erasure-page.tsx'
import { NewErasure } from './new-erasure.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<ErasureList />} />
      <Route path="new" element={<NewErasure />} />
      <Route path=":requestId" element={<ErasurePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
