/** Home: the archive at a glance. Each number leads to what is behind it, and what needs attention to what mends it. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { HomePage } from './home-page.tsx'

export function Area() {
  return (
    <Routes>
      <Route index element={<HomePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
