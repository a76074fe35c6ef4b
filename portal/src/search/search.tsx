/**
 * Content search: searches that are saved, run again and compared, term reports, and what attachments could not be
 * read. A query is never in an address: it is in the page's memory, or in the archive once it is saved.
 */
import { Route, Routes } from 'react-router'
import { useHoldsRole } from '../client/session.ts'
import { NotFound } from '../frame/not-found.tsx'
import { ComparePage } from './compare-page.tsx'
import { NewReport } from './new-report.tsx'
import { PartiallyIndexed } from './partially-indexed.tsx'
import { ReportList } from './report-list.tsx'
import { ReportPage } from './report-page.tsx'
import { RunList } from './run-list.tsx'
import { RunPage } from './run-page.tsx'
import { SavedList } from './saved-list.tsx'
import { NewSearch, SavedSearchPage } from './search-page.tsx'

export function Area() {
  const mayCount = useHoldsRole('Compliance Search')
  return (
    <Routes>
      <Route path="/" element={<SavedList />} />
      <Route path="new" element={<NewSearch />} />
      {mayCount && <Route path="term-reports" element={<ReportList />} />}
      {mayCount && <Route path="term-reports/new" element={<NewReport />} />}
      {mayCount && <Route path="term-reports/:termReportId" element={<ReportPage />} />}
      <Route path="partially-indexed" element={<PartiallyIndexed />} />
      <Route path=":savedSearchId" element={<SavedSearchPage />} />
      {mayCount && <Route path=":savedSearchId/runs" element={<RunList />} />}
      {mayCount && <Route path=":savedSearchId/runs/:searchRunId" element={<RunPage />} />}
      {mayCount && (
        <Route path=":savedSearchId/runs/:searchRunId/compare/:otherRunId" element={<ComparePage />} />
      )}
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
