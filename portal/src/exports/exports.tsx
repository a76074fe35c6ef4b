/** Exports: those there are, a new one, and one by itself: how far it has come, what it counts, how it is verified. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { ExportList } from './export-list.tsx'
import { ExportPage } from './export-page.tsx'
import { NewExport } from './new-export.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<ExportList />} />
      <Route path="new" element={<NewExport />} />
      <Route path=":exportId" element={<ExportPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
