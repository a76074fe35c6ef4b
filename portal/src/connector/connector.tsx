/**
 * One connector: its days by completeness, its users, runs, mapping, failures, settings and history; and a run with
 * its completeness statement. Loaded by the area of data connectors, below whose list it lives.
 */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { ConnectorPage } from './connector-page.tsx'
import { Failures } from './failures.tsx'
import { History } from './history.tsx'
import { Mapping } from './mapping.tsx'
import { MappingFile } from './mapping-file.tsx'
import { MappingHistory } from './mapping-history.tsx'
import { MappingLinePanel, NewMappingLine } from './mapping-line.tsx'
import { RunPage } from './run-page.tsx'
import { Runs } from './runs.tsx'
import { Settings } from './settings.tsx'
import { Users } from './users.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="runs/:runId" element={<RunPage />} />
      <Route path="/" element={<ConnectorPage />}>
        <Route index element={<Users />} />
        <Route path="runs" element={<Runs />} />
        <Route path="mapping" element={<Mapping />}>
          <Route path="add" element={<NewMappingLine />} />
          <Route path="file" element={<MappingFile />} />
          <Route path="history" element={<MappingHistory />} />
          <Route path=":entryId" element={<MappingLinePanel />} />
        </Route>
        <Route path="failures" element={<Failures />} />
        <Route path="settings" element={<Settings />} />
        <Route path="history" element={<History />} />
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
